"""One layer in, with every column it has, checked and indexed like a layer of a park."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from siteplan import columns, tables
from siteplan.limits import Limits
from siteplan.park import Layer
from siteplan.reading.parks import read_both


def read_layer(  # noqa: PLR0913 - each is a key of a catalogue entry
    source: str | Path | Layer,
    *,
    folder: str | Path = ".",
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    wkt: str | None = None,
    x: str | None = None,
    y: str | None = None,
    limits: Limits | None = None,
) -> gpd.GeoDataFrame:
    """Read one layer of a file in any format, with every column it has.

    Parameters
    ----------
    source
        A file, a folder or an archive; or an entry of a catalogue, which then says all but `folder`
        and `limits` itself.
    folder
        Where the path of a catalogue entry starts.
    layer
        Which layer; in a folder or an archive of several files, which file.
    crs
        The CRS to read it in where the file names none; a file that names another is refused.
    encoding
        Forces the encoding of a shapefile's or a CSV file's text.
    wkt, x, y
        Columns of a CSV or XLSX file that hold the geometry: as WKT, or as coordinates.
    limits
        Bounds on what is read.

    Returns
    -------
    layer
        Valid two-dimensional geometry in the CRS of the source, indexed by `feature`; columns that
        the entry maps are added under their own names. `attrs["report"]` is the `Report` as plain
        data: what was repaired, what was set aside and why.

    Raises
    ------
    DataError
        If the layer is missing or not usable: every problem at once.
    """
    if isinstance(source, Layer):
        entry, folder = source, Path(folder)
    else:
        path = Path(source)
        entry, folder = (
            Layer(
                file=path.name,
                layer=layer,
                crs=crs,
                encoding=encoding,
                wkt=wkt,
                x=x,
                y=y,
                role="other",
            ),
            path.parent,
        )
    table = Path(entry.place).stem
    raw, checked, report = read_both(folder, entry, table=table, limits=limits or Limits())
    tables.refuse(report, str(folder / entry.place))
    assert raw is not None, "a table without errors was read"
    assert checked is not None, "and checked"
    frame = _all_columns(raw, checked, entry)
    frame.attrs["report"] = report.to_dict()
    return frame


def _all_columns(raw: gpd.GeoDataFrame, checked: gpd.GeoDataFrame, entry: Layer) -> gpd.GeoDataFrame:
    """The file's own columns beside the checked geometry and the columns the entry maps."""
    ids, _ = columns.identified(raw, entry, "", prefix=f"{Path(entry.place).stem}:")
    usable = set(checked.index)
    kept = np.array([one in usable for one in ids], dtype=bool)
    own = pd.DataFrame(raw.drop(columns=raw.geometry.name))[kept].set_axis(checked.index)
    mapped = checked[[name for name in entry.columns if name in checked.columns]]
    own = own.drop(columns=[name for name in mapped.columns if name in own.columns])
    # A column of attributes may be called geometry; the shapes then keep their name, it moves aside.
    own = own.rename(columns={"geometry": "geometry_"})
    frame = gpd.GeoDataFrame(
        pd.concat([own, mapped], axis=1), geometry=checked.geometry.to_numpy(), crs=raw.crs
    )
    frame.attrs.update(checked.attrs)
    return frame
