"""Other ways to rank, on a plain matrix: plots by criteria in, one number per plot out.

The one file that sees pymcdm. A method is named with everything that makes it this method and no
other: "TOPSIS" alone is two methods, by how columns are scaled. Each function takes a matrix without
missing numbers, weights, and directions (1 more is better, -1 less is better).

pymcdm takes two seconds to import (it brings matplotlib and scipy), so it waits until it is used. It
divides by zero where plots do not differ; here that is an `Untold`, never a missing number.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Scale = Literal["none", "min-max", "linear", "vector"]

_ROUNDING = 1e-12  # of a logarithm's sum over plots

_PAIRS = 2_000
"""PROMETHEE compares every plot with every other: 2 000 plots are 0.3 s and 100 MB, 20 000 are 10 GB."""


class Untold(ValueError):  # noqa: N818 (not an error of the user's: a method that has no answer)
    """A method cannot tell plots, or criteria, apart; the message says why."""


def weighted_sum(
    matrix: Any, weights: Sequence[float], directions: Sequence[int], *, scale: Scale = "none"
) -> Numbers:
    """Sum of weight times scaled number; more is better.

    Parameters
    ----------
    matrix
        Plots by criteria.
    weights
        One per criterion; shares of their sum count.
    directions
        1 where more is better, -1 where less is.
    scale
        "none" takes numbers that are worths already; "min-max" puts each column between 0 and 1;
        "linear" divides the least by each number (less is better) or each by the greatest.

    Examples
    --------
    >>> weighted_sum([[1.0, 0.0], [0.5, 1.0]], [3, 1], [1, 1]).tolist()
    [0.75, 0.625]
    """
    from pymcdm.methods import WSM  # noqa: PLC0415 - two seconds that only a second opinion pays

    return _asked(WSM(_scaling(scale)), matrix, weights, directions)


def weighted_product(
    matrix: Any, weights: Sequence[float], directions: Sequence[int], *, scale: Scale = "none"
) -> Numbers:
    """Product of scaled numbers to the power of their weights; one zero makes it zero; more is better.

    Raises
    ------
    ValueError
        If a number is below 0 and not scaled to 0 or more.

    Examples
    --------
    >>> weighted_product([[0.25, 0.25], [0.0, 1.0]], [1, 1], [1, 1]).tolist()
    [0.25, 0.0]
    """
    from pymcdm.methods import WPM  # noqa: PLC0415

    if scale != "min-max" and (_numbers(matrix) < 0).any():
        raise ValueError("a number below 0 has no power; scale the matrix to 0 or more")
    return _asked(WPM(_scaling(scale)), matrix, weights, directions)


def topsis(
    matrix: Any, weights: Sequence[float], directions: Sequence[int], *, scale: Scale = "min-max"
) -> Numbers:
    """Closeness to the best and distance from the worst of every column together, 0-1; more is better.

    Parameters
    ----------
    matrix, weights, directions
        As for `weighted_sum`.
    scale
        "vector" is the method as it was published (Hwang and Yoon 1981), "min-max" another one of the
        same name.

    Raises
    ------
    Untold
        If the plots do not differ in any criterion that weighs.

    Examples
    --------
    >>> topsis([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [1, 1], [1, 1]).tolist()
    [0.5, 0.5, 1.0]
    """
    from pymcdm.methods import TOPSIS  # noqa: PLC0415

    numbers, shares, senses = _telling(matrix, weights, directions)
    return _asked(TOPSIS(_scaling(scale)), numbers, shares, senses)


def vikor(
    matrix: Any, weights: Sequence[float], directions: Sequence[int], *, v: float = 0.5
) -> pd.DataFrame:
    """How far from the best on the whole, in the worst criterion, and the compromise; less is better.

    Parameters
    ----------
    matrix, weights, directions
        As for `weighted_sum`.
    v
        Weight of the whole (`S`) against the worst criterion (`R`) in the compromise `Q`.

    Returns
    -------
    answer
        `S`, `R` and `Q`, one row per plot. Where all plots have one S, or one R, the other alone makes Q.

    Raises
    ------
    Untold
        If the plots do not differ in any criterion that weighs, or in neither S nor R.

    References
    ----------
    Opricovic and Tzeng 2007, European Journal of Operational Research 178(2), 514-529.
    """
    from pymcdm.methods import VIKOR  # noqa: PLC0415

    with warnings.catch_warnings(action="ignore", category=RuntimeWarning), np.errstate(all="ignore"):
        made = VIKOR(v=v)(*_telling(matrix, weights, directions), validation=False, verbose=True)
    table = {one.desc.label: np.asarray(one.data, dtype=float) for one in made.results}
    whole, worst = table["s"], table["r"]
    if not (_spread(whole) or _spread(worst)):
        raise Untold("all plots are as far from the best on the whole and in their worst criterion")
    return pd.DataFrame({"S": whole, "R": worst, "Q": v * _from_least(whole) + (1 - v) * _from_least(worst)})


def promethee(matrix: Any, weights: Sequence[float], directions: Sequence[int]) -> Numbers:
    """Weight on which a plot beats the others less that on which it is beaten, -1 to 1; more is better.

    PROMETHEE II with the usual preference: any difference counts in full, so it asks how often a plot
    is better and never by how much. (With preference in proportion to the difference it would be the
    weighted sum again.)

    Raises
    ------
    Untold
        If there is one plot only, or more than 2 000: every plot is compared with every other.

    Examples
    --------
    >>> promethee([[0.9], [0.1], [0.0]], [1], [1]).tolist()
    [1.0, 0.0, -1.0]
    """
    from pymcdm.methods.partial import PROMETHEE_I  # noqa: PLC0415

    numbers, shares, senses = _checked(matrix, weights, directions)
    if len(numbers) > _PAIRS:
        raise Untold(f"{len(numbers)} plots are more than the {_PAIRS} that can be compared in pairs")
    if len(numbers) < 2:
        raise Untold("one plot has no other to be compared with")
    # The net flow of II is the difference of I's two flows; asked for II, pymcdm keeps every table.
    beats, beaten = PROMETHEE_I("usual")(numbers, shares, senses, validation=False)
    return np.asarray(beats - beaten, dtype=float)


def critic(matrix: Any) -> Numbers:
    """Weights by contrast and by disagreement with the other columns; they sum to 1.

    A column in which the plots do not differ has weight 0.

    Raises
    ------
    Untold
        If the plots do not differ, or the columns all say the same.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22(7), 763-770.
    """
    from pymcdm.weights import critic_weights  # noqa: PLC0415

    numbers = _numbers(matrix)
    telling = np.flatnonzero([_spread(column) for column in numbers.T])
    _refuse_alike(telling)
    if len(telling) == 1:
        return _on(telling, np.ones(1), numbers.shape[1])
    correlated = np.corrcoef(numbers[:, telling], rowvar=False)
    if np.allclose(correlated, 1.0, rtol=0, atol=1e-9):
        raise Untold("the criteria all say the same of the plots")
    return _on(telling, critic_weights(numbers[:, telling]), numbers.shape[1])


def merec(matrix: Any, directions: Sequence[int]) -> Numbers:
    """Weights by how much removing a column changes the plots' worth; they sum to 1.

    Raises
    ------
    Untold
        If a number is 0 or less (it takes logarithms), or the plots do not differ.

    References
    ----------
    Keshavarz-Ghorabaee and others 2021, Symmetry 13(4), 525.
    """
    from pymcdm.weights import merec_weights  # noqa: PLC0415

    numbers = _numbers(matrix)
    if low := int((numbers <= 0).sum()):
        raise Untold(f"it takes logarithms, and {low} of {numbers.size} amounts are worth 0")
    _refuse_alike(np.flatnonzero([_spread(column) for column in numbers.T]))
    return np.asarray(merec_weights(numbers, np.asarray(directions)), dtype=float)


def entropy(matrix: Any) -> Numbers:
    """Weights by how unevenly a column is shared out among the plots (Shannon); they sum to 1.

    Written out here: 0 times the logarithm of 0 is 0, which pymcdm refuses.

    Raises
    ------
    Untold
        If the plots do not differ.
    ValueError
        If a number is below 0.

    Examples
    --------
    >>> entropy([[1.0, 1.0], [0.0, 1.0]]).tolist()
    [1.0, 0.0]
    """
    numbers = _numbers(matrix)
    if (numbers < 0).any():
        raise ValueError("parts of a sum are 0 or more; some numbers are less")
    telling = np.flatnonzero([_spread(column) for column in numbers.T])
    _refuse_alike(telling)
    parts = numbers[:, telling] / numbers[:, telling].sum(axis=0)
    logs = np.log(parts, out=np.zeros_like(parts), where=parts > 0)
    unevenness = (1.0 + (parts * logs).sum(axis=0) / np.log(len(numbers))).clip(min=0.0)
    if not unevenness.sum() > _ROUNDING:
        raise Untold("the plots differ by no more than the rounding of a logarithm")
    return _on(telling, unevenness / unevenness.sum(), numbers.shape[1])


def _asked(method: Any, matrix: Any, weights: Any, directions: Any) -> Numbers:
    """What a method of pymcdm says; its own checks warn of zero weights and of plots that win throughout."""
    numbers, shares, senses = _checked(matrix, weights, directions)
    return np.asarray(method(numbers, shares, senses, validation=False), dtype=float)


def _checked(matrix: Any, weights: Any, directions: Any) -> tuple[Numbers, Numbers, NDArray[np.int_]]:
    """Matrix, shares that sum to 1, and directions; refused where they do not fit each other."""
    numbers, shares = _numbers(matrix), np.asarray(weights, dtype=float)
    senses = np.asarray(directions, dtype=int)
    if not (numbers.shape[1:] == shares.shape == senses.shape):
        raise ValueError(f"matrix {numbers.shape}, weights {shares.shape}, directions {senses.shape}")
    if not set(senses.tolist()) <= {1, -1}:
        raise ValueError("directions are 1 or -1")
    if (shares < 0).any() or not shares.sum() > 0:
        raise ValueError("weights are 0 or more, and one of them is above 0")
    return numbers, shares / shares.sum(), senses


def _numbers(matrix: Any) -> Numbers:
    """A matrix of plots by criteria without missing numbers."""
    numbers = np.asarray(matrix, dtype=float)
    if numbers.ndim != 2:
        raise ValueError(f"a matrix has plots by criteria; this has the shape {numbers.shape}")
    if not np.isfinite(numbers).all():
        raise ValueError("the matrix has missing or infinite numbers")
    return numbers


def _telling(
    matrix: Any, weights: Sequence[float], directions: Sequence[int]
) -> tuple[Numbers, Numbers, NDArray[np.int_]]:
    """The columns in which plots differ and that weigh; the others change no distance, only divide by 0."""
    numbers, shares, senses = _checked(matrix, weights, directions)
    telling = np.array([_spread(column) for column in numbers.T]) & (shares > 0)
    _refuse_alike(np.flatnonzero(telling))
    return numbers[:, telling], shares[telling], senses[telling]


def _refuse_alike(telling: NDArray[np.intp]) -> None:
    if not len(telling):
        raise Untold("the plots do not differ in any criterion that weighs")


def _spread(numbers: Numbers) -> bool:
    """Whether numbers differ by more than the rounding of a sum."""
    return bool(len(numbers)) and bool(np.ptp(numbers) > 1e-12 * max(1.0, float(np.abs(numbers).max())))


def _from_least(numbers: Numbers) -> Numbers:
    """0 for the least number, 1 for the greatest; 0 throughout where they do not differ."""
    return (numbers - numbers.min()) / np.ptp(numbers) if _spread(numbers) else np.zeros_like(numbers)


def _on(columns: NDArray[np.intp], weights: Any, count: int) -> Numbers:
    """Weights of some columns among all of them, the others 0."""
    whole = np.zeros(count)
    whole[columns] = weights
    return whole


def _scaling(scale: Scale) -> Any:
    """How pymcdm scales a column; a column of worths stays as it is."""
    from pymcdm import normalizations  # noqa: PLC0415

    known = {
        "none": _as_it_is,
        "min-max": normalizations.minmax_normalization,
        "linear": normalizations.linear_normalization,
        "vector": normalizations.vector_normalization,
    }
    return known[scale]


def _as_it_is(column: Numbers, cost: bool = False) -> Numbers:
    if cost:
        raise ValueError("numbers of which less is better need a scale")
    return column
