"""Planes laid into ground: the best-fitting one, no steeper than is allowed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 30


def gradients(moments: Floats, tilts: Floats, steepest: float) -> Floats:
    """Return the gradients of the planes that fit best among those no steeper than allowed.

    Parameters
    ----------
    moments
        (planes, 2, 2) mean of the products of x and y, both from their means.
    tilts
        (planes, 2) mean of the products of x and of y with height, from the means.
    steepest
        Rise per metre that no plane exceeds, more than 0.

    Returns
    -------
    gradients
        (planes, 2) rise per metre eastwards and northwards. Least squares: where the plane that fits
        best is too steep, the best of those that are just allowed, which may turn aside from it.

    References
    ----------
    A least-squares problem with a bounded norm: the gradient is (moments + k)^-1 tilts with the k at
    which it is as steep as allowed, found by Newton's steps on 1 / |gradient| (Moré & Sorensen 1983,
    doi:10.1137/0904038), which come from below and never pass it.

    Examples
    --------
    >>> square = np.array([[[100.0, 0.0], [0.0, 100.0]]])
    >>> gradients(square, np.array([[3.0, 4.0]]), 0.1).round(6).tolist()
    [[0.03, 0.04]]
    >>> gradients(square, np.array([[3.0, 4.0]]), 0.02).round(6).tolist()
    [[0.012, 0.016]]
    """
    wide, axes = np.linalg.eigh(moments)
    along = np.einsum("nij,ni->nj", axes, tilts)
    # Cells in one line leave the tilt across it open; it is kept level.
    open_tilt = wide <= 1e-12 * wide.max(axis=1, initial=0.0, keepdims=True)
    along, wide = np.where(open_tilt, 0.0, along), np.where(open_tilt, 1.0, wide)
    extra = np.zeros((len(wide), 1))
    for _ in range(_STEPS):
        tilt = along / (wide + extra)
        steep = np.hypot(*tilt.T)[:, None]
        slack = (tilt**2 / (wide + extra)).sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = steep**2 / slack * (steep - steepest) / steepest
        extra += np.where(steep > steepest, step, 0.0)
    tilt = along / (wide + extra)
    too_steep = np.maximum(np.hypot(*tilt.T)[:, None] / steepest, 1.0)
    return np.asarray(np.einsum("nij,nj->ni", axes, tilt / too_steep), dtype=float)
