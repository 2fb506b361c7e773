"""Least building density as data: how much of a site buildings must cover, by which act, how sure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

import pandas as pd
from pydantic import Field, model_validator

from siteplan.errors import PlanError
from siteplan.models import Name, Sheet, near, repeated
from siteplan.prices import Sourced


class Density(Sourced):
    """The least building density of one kind of production.

    Attributes
    ----------
    name, title, title_ru
        The kind of production, as a key and in words.
    percent
        Share of the site within its fence that buildings must cover, percent.
    act, clause
        Where it is written.
    """

    name: Name
    title: str = Field(min_length=1)
    title_ru: str = ""
    percent: Annotated[float, Field(gt=0, le=100)]
    act: str = Field(min_length=1)
    clause: str = ""


class Densities(Sheet):
    """A table of least building densities.

    Attributes
    ----------
    title, notice
        Shown with every footprint; the notice says what the table is not.
    """

    called: ClassVar[str] = "densities"

    title: str = Field(min_length=1)
    notice: str = ""
    densities: tuple[Density, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        if twice := repeated(one.name for one in self.densities):
            raise ValueError(f"densities: {', '.join(twice)} stands more than once; one density each")
        return self

    def of(self, name: str) -> Density:
        """Return the density of a kind of production.

        Raises
        ------
        PlanError
            If the table has none of that name.
        """
        known = {one.name: one for one in self.densities}
        if name not in known:
            raise PlanError(
                f"{self.title}: there is no {name!r}{near(name, known)}; known: {', '.join(known)}"
            )
        return known[name]


def least_footprint(net: pd.Series, density: Density) -> pd.Series:
    """Ground that buildings must cover: net land x density.

    Parameters
    ----------
    net
        Land to be built on, m2; unknown stays unknown.
    density
        Of what is to be produced there.

    Returns
    -------
    least_footprint
        m2, on the index of `net`. The act counts the whole site within its fence; where zones take
        land within the fence, the true least footprint is larger.

    Examples
    --------
    >>> goods = Density(
    ...     name="plastics_goods",
    ...     title="Goods made of plastics",
    ...     percent=50,
    ...     act="SNiP II-89-80",
    ...     source="a copy",
    ...     as_of="2026-11-15",
    ...     confidence="medium",
    ... )
    >>> least_footprint(pd.Series({"a": 20_000.0, "b": float("nan")}), goods).tolist()
    [10000.0, nan]
    """
    return (net * (density.percent / 100)).rename("least_footprint")
