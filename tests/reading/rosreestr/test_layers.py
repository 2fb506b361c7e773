from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import rosreestr_files as files
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rosreestr_files import BLOCK, EAST, NORTH, PERSONS, Contour, Plot, simple, square

from siteplan.errors import SourceError
from siteplan.reading.records import Records
from siteplan.reading.rosreestr.layers import layers, read

PLANS = {"kpt10": files.kpt10, "kpt11": files.kpt11}
SINGLE = {"kvzu7": files.kvzu7, "land": files.land}
ALL = {**PLANS, **SINGLE}


def table(records: Records, key: str = "cadastral_number") -> gpd.GeoDataFrame:
    return records.frame.set_index(key)


def plots_of(text: str, folder: Path, layer: str = "plots") -> Records:
    return read(files.write(folder, text), layer)


def drawn(*rings: files.Ring) -> shapely.Polygon:
    shifted = [[(east + EAST, north + NORTH) for east, north in ring] for ring in rings]
    return shapely.Polygon(shifted[0], shifted[1:])


@pytest.mark.parametrize("kind", PLANS)
def test_every_kind_of_plot_is_read_or_set_aside_with_its_reason(kind: str, tmp_path: Path):
    records = plots_of(PLANS[kind](), tmp_path)
    frame = table(records)

    assert list(frame.index) == files.GOOD
    assert dict(records.broken) == {
        f"{BLOCK}:11": "no border: the extract gives no coordinates for it",
        f"{BLOCK}:12": "a ring of 4 points that is not closed",
    }
    assert frame.crs.name == "MSK-28 zone 3"
    assert frame["layout"].to_list() == ["single", "multi-contour", "composite", "single", "single"]
    assert frame["contours"].to_list() == [1, 2, 2, 1, 1]
    assert frame.loc[f"{BLOCK}:9", "contour_numbers"] == f"{BLOCK}:91, {BLOCK}:92"
    assert frame.area.to_list() == pytest.approx([9600, 12500, 12500, 314.16, 10000], abs=0.05)
    assert frame.geometry.iloc[0].equals(drawn(square(0, 0), square(40, 40, 20)))
    assert frame.geometry.iloc[1].equals(
        shapely.MultiPolygon([drawn(square(200, 0)), drawn(square(400, 0, 50))])
    )


@pytest.mark.parametrize("kind", ALL)
def test_columns_say_the_same_in_every_dialect(kind: str, tmp_path: Path):
    row = table(plots_of(ALL[kind](), tmp_path)).iloc[0]

    assert row["area_declared_m2"] == row["area_by_coordinates_m2"] == 9600
    assert row["area_inaccuracy_m2"] == 46
    assert row["category_code"] == "003003000000"
    assert row["category"].startswith("Земли промышленности")
    assert row["permitted_use"] == "Под промплощадку"
    assert row["address"] == f"обл. Вымышленная & Ко, уч. {BLOCK}:7"
    assert row["cadastral_value_rub"] == 1000.5
    assert row["date_created"].startswith("2015-03-02")


@pytest.mark.parametrize("kind", ALL)
def test_a_part_is_no_border_of_its_plot(kind: str, tmp_path: Path):
    parts = table(plots_of(ALL[kind](), tmp_path, "parts"), "part")

    assert list(parts.index) == [f"{BLOCK}:7/1"]
    assert parts["plot"].to_list() == [f"{BLOCK}:7"]
    assert parts.area.to_list() == parts["area_declared_m2"].to_list() == [900]


@pytest.mark.parametrize("kind", PLANS)
def test_zones_and_blocks_are_layers_of_their_own(kind: str, tmp_path: Path):
    zones = plots_of(PLANS[kind](), tmp_path, "zones").frame
    blocks = plots_of(PLANS[kind](), tmp_path, "blocks").frame

    assert zones["reg_number"].to_list() == ["28:21-6.1"]
    assert zones["name"].to_list() == ["Охранная зона 28:21-6.1"]
    assert zones.area.to_list() == [90_000]
    assert blocks["cadastral_number"].to_list() == [BLOCK]
    assert blocks.area.to_list() == [4_000_000]


def test_an_open_boundary_is_a_line(tmp_path: Path):
    records = plots_of(files.kpt11(), tmp_path, "boundaries")

    assert records.frame.geom_type.to_list() == ["LineString"]
    assert records.frame["reg_number"].to_list() == ["28:00-5.1"]


def test_a_zone_in_a_container_of_another_name_keeps_its_border(tmp_path: Path):
    zone = files.zone_record(files.ZONES[0])
    text = files.kpt11().replace(zone, files.zone_record(files.ZONES[0], "somewhere_else"))

    assert plots_of(text, tmp_path, "zones").frame.area.to_list() == [90_000]


def test_the_layers_are_listed_with_their_records(tmp_path: Path):
    found = layers(files.write(tmp_path, files.kpt11()))

    assert {info.name: info.records for info in found} == {
        "plots": 7, "parts": 1, "zones": 1, "blocks": 1, "boundaries": 1,
    }  # fmt: skip
    assert {info.crs for info in found} == {"MSK-28 zone 3"}
    assert "cadastral_value_rub" in found[0].columns


@pytest.mark.parametrize(
    ("layer", "said"), [(None, "say which layer"), ("plot", "no layer 'plot', did you mean 'plots'")]
)
def test_a_layer_is_never_guessed(layer: str | None, said: str, tmp_path: Path):
    with pytest.raises(SourceError, match=said) as error:
        read(files.write(tmp_path, files.kpt10()), layer)

    assert r"plots (7), parts (1), zones (1), blocks (1)" in str(error.value)


def test_the_only_layer_needs_no_name(tmp_path: Path):
    path = files.write(tmp_path, files.land(simple("28:21:1:1", square(0, 0), area="10000")))

    assert len(read(path, None).frame) == 1


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("layer", ["plots", "parts", "zones", "blocks", "boundaries"])
def test_no_person_is_read(kind: str, layer: str, tmp_path: Path):
    text = ALL[kind]()
    assert all(person in text for person in PERSONS)
    records = plots_of(text, tmp_path, layer)
    given_out = records.frame.to_csv() + repr(records) + repr(layers(tmp_path / "extract.xml"))

    assert not [word for person in PERSONS for word in person.split() if len(word) > 2 and word in given_out]


def test_an_error_names_no_person(tmp_path: Path):
    text = files.land()
    cut = text.index(PERSONS[0], text.index("right_holders")) + len(PERSONS[0])
    with pytest.raises(SourceError) as error:
        plots_of(text[:cut], tmp_path)

    assert PERSONS[0] not in str(error.value)


@pytest.mark.parametrize("kind", PLANS)
@pytest.mark.parametrize(
    ("stated", "differs"),
    [
        ("10000", False), ("10099", False), ("10102", True), ("9901", False), ("9899", True), ("1", True),
    ],
)  # fmt: skip
def test_a_declared_area_is_compared_with_the_drawn_one(
    kind: str, stated: str, differs: bool, tmp_path: Path
):
    records = plots_of(PLANS[kind]([simple("28:21:1:1", square(0, 0), area=stated)]), tmp_path)
    told = [finding for finding in records.findings if "declared areas differ" in finding.message]

    assert bool(told) == differs
    assert [finding.level for finding in told] == ["warning"] * differs
    assert not differs or told[0].rows[0].startswith(f"28:21:1:1: {stated} m2, drawn 10000 m2")


@pytest.mark.parametrize(("side", "stated", "differs"), [(5, "25.9", False), (5, "26.1", True)])
def test_one_square_metre_is_always_allowed(side: float, stated: str, differs: bool, tmp_path: Path):
    records = plots_of(files.kpt11([simple("28:21:1:1", square(0, 0, side), area=stated)]), tmp_path)

    assert any("declared areas" in finding.message for finding in records.findings) == differs


def test_hectares_are_hectares_and_an_unknown_unit_is_no_area(tmp_path: Path):
    text = files.kpt10([simple("28:21:1:1", square(0, 0), area="1")])
    hectares = plots_of(text.replace("<Unit>055<", "<Unit>059<"), tmp_path)
    unknown = plots_of(text.replace("<Unit>055<", "<Unit>777<"), tmp_path)

    assert hectares.frame["area_declared_m2"].to_list() == [10_000]
    assert unknown.frame["area_declared_m2"].isna().all()
    assert any("28:21:1:1: area_declared_m2 '1 in unit 777'" in str(one) for one in unknown.findings)


@pytest.mark.parametrize("name", ["СК кадастрового округа", "МСК-28", "МСК-26, от СК-95, зона 1", "", "4326"])
def test_a_system_without_parameters_is_an_error_that_names_it(name: str, tmp_path: Path):
    plot = Plot("28:21:1:1", [Contour([square(0, 0)], system=name)], "10000")
    records = plots_of(files.kpt11([plot]), tmp_path)
    (error,) = [finding for finding in records.findings if finding.level == "error"]

    assert repr(name) in str(error)
    assert records.frame.crs is None
    assert len(records.frame) == 1


def test_a_plot_in_an_unknown_system_is_set_aside_by_name(tmp_path: Path):
    odd = Plot("28:21:1:2", [Contour([square(0, 0)], system="местная СК")], "10000")
    both = Plot("28:21:1:3", [Contour([square(0, 0)]), Contour([square(200, 0)], system="местная СК")])
    records = plots_of(files.kpt10([simple("28:21:1:1", square(0, 0)), odd, both]), tmp_path)

    assert records.frame["cadastral_number"].to_list() == ["28:21:1:1"]
    reasons = dict(records.broken)
    assert "'местная СК' has no known parameters" in reasons["28:21:1:2"]
    assert "2 coordinate systems" in reasons["28:21:1:3"]


def test_several_unknown_systems_are_refused(tmp_path: Path):
    plots = [Plot(f"28:21:1:{n}", [Contour([square(0, 0)], system=f"местная {n}")]) for n in (1, 2)]
    with pytest.raises(SourceError, match="'местная 1', 'местная 2'"):
        plots_of(files.kpt11(plots), tmp_path)


def test_another_zone_is_brought_into_the_usual_one(tmp_path: Path):
    far = [(east + 1_000_000 - 200_000, north) for east, north in square(0, 0)]
    odd = Plot("28:21:1:3", [Contour([far], system="МСК-28, зона 4")], "10000")
    plots = [simple(f"28:21:1:{n}", square(n * 200, 0), area="10000") for n in (1, 2)]
    records = plots_of(files.kpt10([*plots, odd]), tmp_path)
    wanted = gpd.GeoSeries([drawn(far)], crs=_zone(4)).to_crs(_zone(3)).iloc[0]

    assert records.frame.geometry.iloc[2].equals_exact(wanted, 1e-6)
    assert any("'МСК-28, зона 4' were brought into 'МСК-28, зона 3'" in str(one) for one in records.findings)


def _zone(number: int) -> object:
    from siteplan import crs

    return crs.parse(f"МСК-28, зона {number}")


def test_a_plot_that_lies_nowhere_in_its_zone_is_set_aside(tmp_path: Path):
    odd = Plot("28:21:1:3", [Contour([square(0, 0)], system="МСК-28, зона 1")], "10000")
    records = plots_of(files.kpt10([simple("28:21:1:1", square(0, 0)), odd]), tmp_path)

    assert len(records.frame) == 1
    assert "whose eastings begin with 1" in dict(records.broken)["28:21:1:3"]


def test_keys_of_systems_begin_anew_in_each_block(tmp_path: Path):
    text = files.kpt10([simple("28:21:1:1", square(0, 0))])
    start, end = text.index("<CadastralBlock "), text.index("</CadastralBlocks>")
    second = text[start:end].replace("зона 3", "зона 9").replace("28:21:1:1", "28:21:1:2")
    records = plots_of(text[:end] + second + text[end:], tmp_path)

    assert records.frame["cadastral_number"].to_list() == ["28:21:1:1"]
    assert "'МСК-28, зона 9' has no known" in dict(records.broken)["28:21:1:2"]


def test_swapped_axes_are_an_error_that_names_the_file(tmp_path: Path):
    records = plots_of(files.kpt10(swap=True), tmp_path)
    (error,) = [finding for finding in records.findings if finding.level == "error"]

    assert "X and Y are swapped in 5 of 7 records" in str(error)
    assert "extract.xml" in str(error)
    assert len(records.frame) + len(records.broken) == 7


def test_a_record_under_an_unknown_name_is_no_secret(tmp_path: Path):
    text = files.kpt10().replace("<Parcels>", '<Parcels><Qarcel CadastralNumber="28:21:1:99"/>')

    assert any("Qarcel in parcels (1)" in str(one) for one in plots_of(text, tmp_path).findings)


def test_cyrillic_in_an_older_encoding(tmp_path: Path):
    path = files.write(tmp_path, files.kpt10(encoding="windows-1251"), encoding="cp1251")

    assert read(path, "plots").frame["permitted_use"].iloc[0] == "Под промплощадку"


numbers = st.integers(-100_000, 100_000).map(lambda whole: whole / 100)


@st.composite
def outlines(draw: st.DrawFn) -> Plot:
    """A plot of one to three squares, apart from each other, some with holes."""
    contours = []
    for place in range(draw(st.integers(1, 3))):
        east, north, side = draw(numbers) + place * 5000, draw(numbers), draw(st.integers(4, 2000))
        rings = [square(east, north, side)]
        if draw(st.booleans()):
            rings.append(
                square(east + side / 4, north + side / 4, side / 2)[:: draw(st.sampled_from([1, -1]))]
            )
        contours.append(Contour(draw(st.permutations(rings))))
    return Plot(f"28:21:1:{draw(st.integers(1, 10**6))}", contours)


@given(
    plots=st.lists(outlines(), max_size=5, unique_by=lambda plot: plot.number),
    kind=st.sampled_from(list(PLANS)),
)
def test_what_is_written_is_what_is_read(plots: list[Plot], kind: str, tmp_path: Path):
    records = plots_of(PLANS[kind](plots), tmp_path)

    assert not records.broken
    assert records.frame["cadastral_number"].to_list() == [plot.number for plot in plots]
    for shape, area, plot in zip(
        records.frame.geometry, records.frame["area_by_coordinates_m2"], plots, strict=True
    ):
        polygons = []
        for contour in plot.contours:
            outer, *holes = sorted(contour.rings, key=lambda ring: -shapely.Polygon(ring).area)
            polygons.append(drawn(outer, *holes))
        wanted = shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]
        assert shape.normalize() == wanted.normalize()
        assert area == pytest.approx(wanted.area, rel=1e-9)


def outcome(path: Path) -> int | None:
    """How many records a layer gives, or None for a refusal; anything else is a failure."""
    try:
        records = read(path, "plots")
    except SourceError:
        return None
    if any("not known stand" in finding.message for finding in records.findings):
        return None
    return len(records.frame) + len(records.broken)


@given(kind=st.sampled_from(list(ALL)), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_loses_no_plot_in_silence(kind: str, place: float, bit: int, tmp_path: Path):
    whole = bytearray(ALL[kind]().encode())
    position = int(place * len(whole))
    whole[position] ^= 1 << bit
    path = tmp_path / "extract.xml"
    path.write_bytes(whole)

    assert outcome(path) in (None, 7 if kind in PLANS else 1)


@given(kind=st.sampled_from(list(ALL)), share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_refused(kind: str, share: float, tmp_path: Path):
    whole = ALL[kind]().encode()
    path = tmp_path / "extract.xml"
    path.write_bytes(whole[: int(len(whole) * share)])

    assert outcome(path) is None


# The high-water mark of this process alone; getrusage would answer with the parent's.
MEASURE = """
import sys
from pathlib import Path
from siteplan.reading.rosreestr.layers import read
records = read(Path(sys.argv[1]), "plots")
status = Path("/proc/self/status").read_text()
print(len(records.frame), status.split("VmHWM:")[1].split()[0], records.frame.area.sum())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the mark is read from /proc")
@pytest.mark.parametrize(
    ("megabytes", "allowed"), [(10, 350), pytest.param(100, 600, marks=pytest.mark.slow)]
)
def test_a_large_extract_is_read_in_bounded_memory(megabytes: int, allowed: float, tmp_path: Path):
    path = tmp_path / "large.xml"
    count = files.write_large(path, megabytes * 1_000_000)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    read_in, peak_kb, area = map(float, done.stdout.split())

    assert path.stat().st_size >= megabytes * 1_000_000
    assert read_in == count
    assert area == pytest.approx(400 * count)
    assert peak_kb / 1024 < allowed
