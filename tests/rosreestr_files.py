"""Registry extracts in their documented shape, every one made up: plots, numbers, persons.

Plots are given in metres east and north of a corner in МСК-28, zone 3; the files say X for north and
Y for east, as the registry does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

EAST, NORTH = 3_326_000.0, 591_000.0
SYSTEM = "МСК-28, зона 3"
BLOCK = "28:21:999999"

PERSONS = ("Выдумкин Пётр Небылович", "Сказочникова А. Б.", "Кадастров Инженер Иванович")
"""Persons who do not exist; none of them may appear in anything siteplan gives out."""

Ring = Sequence[tuple[float, ...]]
"""Points (east, north) from the corner; a single (east, north, radius) is a circle."""


@dataclass(frozen=True)
class Contour:
    """One outline: rings, and its own number in a composite plot."""

    rings: Sequence[Ring]
    number: str = ""
    system: str = SYSTEM


@dataclass(frozen=True)
class Plot:
    """A plot, a part of one, or a zone."""

    number: str
    contours: Sequence[Contour] = ()
    area: str = ""
    parts: Sequence[Plot] = field(default=())


def square(east: float, north: float, side: float = 100.0) -> list[tuple[float, ...]]:
    """A closed ring, counter-clockwise."""
    return [
        (east, north),
        (east + side, north),
        (east + side, north + side),
        (east, north + side),
        (east, north),
    ]


def simple(number: str, *rings: Ring, area: str = "") -> Plot:
    """A plot of one outline."""
    return Plot(number, [Contour(rings)], area)


PLOTS = (
    Plot(
        f"{BLOCK}:7",
        [Contour([square(0, 0), square(40, 40, 20)])],
        "9600",
        [Plot("1", [Contour([square(0, 0, 30)])], "900")],
    ),
    Plot(f"{BLOCK}:8", [Contour([square(200, 0)]), Contour([square(400, 0, 50)])], "12500"),
    Plot(
        f"{BLOCK}:9",
        [
            Contour([square(0, 200)], f"{BLOCK}:91"),
            Contour([square(0, 400, 50)], f"{BLOCK}:92"),
        ],
        "12500",
    ),
    simple(f"{BLOCK}:10", [(250.0, 250.0, 10.0)], area="314"),
    Plot(f"{BLOCK}:11", (), "1500"),
    simple(f"{BLOCK}:12", square(600, 0)[:-1], area="10000"),
    simple(f"{BLOCK}:13", square(600, 600), area="10200"),
)
"""With a hole and a part; multi-contour; composite; a circle; no border; an open ring; a wrong area."""

ZONES = (simple("28:21-6.1", square(-50, -50, 300)),)

GOOD = [f"{BLOCK}:{last}" for last in (7, 8, 9, 10, 13)]


def _number(value: float, offset: float) -> str:
    return repr(value + offset)


def _private(tag: str) -> str:
    return "".join(f"<{tag}><name>{escape(person)}</name></{tag}>" for person in PERSONS)


class Old:
    """KPT version 10 and KVZU version 7: namespaced, attributes, systems named at the end."""

    def __init__(self, *, swap: bool = False) -> None:
        self.swap = swap
        self.systems: dict[str, str] = {}

    def spatial(self, contour: Contour) -> str:
        key = self.systems.setdefault(contour.system, f"ID{len(self.systems)}")
        rings = "".join(
            "<es:SpatialElement>" + "".join(map(self._unit, ring)) + "</es:SpatialElement>"
            for ring in contour.rings
        )
        return f'<EntitySpatial EntSys="{key}">{rings}</EntitySpatial>'

    def _unit(self, point: tuple[float, ...]) -> str:
        east, north = _number(point[0], EAST), _number(point[1], NORTH)
        x, y = (east, north) if self.swap else (north, east)
        ordinate = f'<es:Ordinate X="{x}" Y="{y}" OrdNmb="1" DeltaGeopoint="0.1"/>'
        if len(point) == 3:
            radius = f"<es:R>{point[2]!r}</es:R>"
            return f'<es:SpelementUnit TypeUnit="Окружность">{ordinate}{radius}</es:SpelementUnit>'
        return f'<es:SpelementUnit TypeUnit="Точка" SuNmb="1">{ordinate}</es:SpelementUnit>'

    def parcel(self, plot: Plot) -> str:
        area = f"<Area><Area>{plot.area}</Area><Unit>055</Unit><Inaccuracy>46</Inaccuracy></Area>"
        parts = "".join(
            f'<SubParcel NumberRecord="{part.number}" State="06"><Area><Area>{part.area}</Area>'
            f"<Unit>055</Unit></Area>{self.spatial(part.contours[0])}"
            f"<Encumbrance>{_private('OwnersRestrictionInFavorem')}</Encumbrance></SubParcel>"
            for part in plot.parts
        )
        return (
            f'<Parcel CadastralNumber={quoteattr(plot.number)} State="06" DateCreated="2015-03-02">{area}'
            f"<Name>01</Name><Location><Address><adr:Region>28</adr:Region>"
            '<adr:District Name="Свободненский" Type="р-н"/>'
            f"<adr:Note>обл. Вымышленная &amp; Ко, уч. {plot.number}</adr:Note>"
            "</Address></Location><Category>003003000000</Category>"
            '<Utilization Utilization="134005000000" ByDoc="Под промплощадку"/>'
            f'<CadastralCost Value="1000.5" Unit="383"/><Rights><Right>{_private("Owner")}</Right></Rights>'
            f"{self._outline(plot)}{f'<SubParcels>{parts}</SubParcels>' if parts else ''}</Parcel>"
        )

    def _outline(self, plot: Plot) -> str:
        own = [contour for contour in plot.contours if contour.number]
        if own:
            entries = "".join(
                f'<EntryParcel CadastralNumber="{contour.number}">{self.spatial(contour)}</EntryParcel>'
                for contour in own
            )
            return f"<CompositionEZ>{entries}</CompositionEZ>"
        if len(plot.contours) == 1:
            return self.spatial(plot.contours[0])
        contours = "".join(f"<Contour>{self.spatial(contour)}</Contour>" for contour in plot.contours)
        return f"<Contours>{contours}</Contours>" if contours else ""

    def named(self) -> str:
        systems = "".join(
            f'<CoordSystem CsId="{key}" Name={quoteattr(name)}/>' for name, key in self.systems.items()
        )
        return f"<CoordSystems>{systems}</CoordSystems>"

    def zone(self, zone: Plot) -> str:
        return (
            f"<Zone><Description>Охранная зона {zone.number}</Description>"
            f"<AccountNumber>{zone.number}</AccountNumber><SpecialZone>"
            f"<ContentRestrictions>Не строить</ContentRestrictions></SpecialZone>"
            f"{self.spatial(zone.contours[0])}<Documents>{_private('Document')}</Documents></Zone>"
        )


_NAMESPACES = (
    'xmlns:es="urn://x-artefacts-rosreestr-ru/commons/complex-types/entity-spatial/5.0.1" '
    'xmlns:adr="urn://x-artefacts-rosreestr-ru/commons/complex-types/address-output/4.0.1"'
)


def kpt10(
    plots: Iterable[Plot] = PLOTS,
    zones: Iterable[Plot] = ZONES,
    *,
    version: str = "10.0.1",
    swap: bool = False,
    encoding: str = "UTF-8",
) -> str:
    """A cadastral plan of a territory, version 10."""
    old = Old(swap=swap)
    parcels = "".join(map(old.parcel, plots))
    drawn = "".join(map(old.zone, zones))
    border = old.spatial(Contour([square(-1000, -1000, 2000)]))
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><KPT '
        f'xmlns="urn://x-artefacts-rosreestr-ru/outgoing/kpt/{version}" {_NAMESPACES}><CadastralBlocks>'
        f'<CadastralBlock CadastralNumber="{BLOCK}"><Area><Total>400</Total><Unit>059</Unit></Area>'
        f"<Parcels>{parcels}</Parcels><ObjectsRealty><ObjectRealty><Building/></ObjectRealty></ObjectsRealty>"
        f"<SpatialData>{border}</SpatialData><Zones>{drawn}</Zones>{old.named()}</CadastralBlock></CadastralBlocks>"
        f"<CertificationDoc><Organization>Филиал</Organization>{_private('Official')}</CertificationDoc></KPT>"
    )


def kvzu7(plot: Plot = PLOTS[0], *, version: str = "7.0.1") -> str:
    """A full extract on one plot, version 7."""
    old = Old()
    parcel = old.parcel(plot)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><KVZU '
        f'xmlns="urn://x-artefacts-rosreestr-ru/outgoing/kvzu/{version}" {_NAMESPACES}>'
        f"<CertificationDoc>{_private('Official')}</CertificationDoc><Contractors>{_private('Contractor')}</Contractors>"
        f"<Parcels>{parcel}</Parcels>{old.named()}</KVZU>"
    )


def _coded(tag: str, code: str, value: str) -> str:
    return f"<{tag}><code>{code}</code><value>{value}</value></{tag}>"


def _ordinate(point: tuple[float, ...]) -> str:
    radius = f"<r>{point[2]!r}</r>" if len(point) == 3 else ""
    return (
        f"<ordinate><x>{_number(point[1], NORTH)}</x><y>{_number(point[0], EAST)}</y><ord_nmb>1</ord_nmb>"
        f"<num_geopoint>1</num_geopoint><delta_geopoint>0.1</delta_geopoint>{radius}</ordinate>"
    )


def _contours(contours: Sequence[Contour]) -> str:
    if not contours:
        return ""
    drawn = ""
    for place, contour in enumerate(contours, start=1):
        rings = "".join(
            f"<spatial_element><ordinates>{''.join(map(_ordinate, ring))}</ordinates></spatial_element>"
            for ring in contour.rings
        )
        own = f"<cad_number>{contour.number}</cad_number>" if contour.number else ""
        drawn += (
            f"<contour><number_pp>{place}</number_pp>{own}<entity_spatial><sk_id>{escape(contour.system)}</sk_id>"
            f"<spatials_elements>{rings}</spatials_elements></entity_spatial></contour>"
        )
    return f"<contours>{drawn}</contours>"


def land_record(plot: Plot) -> str:
    """A plot as newer extracts have it."""
    parts = "".join(
        f"<object_part><part_number>{part.number}</part_number><area><value>{part.area}</value></area>"
        f"{_contours(part.contours)}</object_part>"
        for part in plot.parts
    )
    outline = _contours(plot.contours)
    return (
        "<land_record><record_info><registration_date>2015-03-02T00:00:00</registration_date></record_info>"
        f"<object><common_data>{_coded('type', '002001001000', 'Земельный участок')}"
        f"<cad_number>{plot.number}</cad_number></common_data></object>"
        f"<params><category>{_coded('type', '003003000000', 'Земли промышленности')}</category>"
        "<permitted_use><permitted_use_established><by_document>Под промплощадку</by_document>"
        f"</permitted_use_established></permitted_use><area><value>{plot.area}</value><inaccuracy>46</inaccuracy></area></params>"
        "<address_location><address>"
        f"<readable_address>обл. Вымышленная &amp; Ко, уч. {plot.number}</readable_address>"
        "</address></address_location><cost><value>1000.5</value></cost>"
        f"{f'<object_parts>{parts}</object_parts>' if parts else ''}"
        f"{f'<contours_location>{outline}</contours_location>' if outline else ''}"
        f"<right_records><right_record><right_holders>{_private('individual')}</right_holders></right_record></right_records>"
        "</land_record>"
    )


def zone_record(zone: Plot, container: str = "b_contours_location") -> str:
    """A zone as newer extracts have it."""
    return (
        "<zones_and_territories_record><b_object_zones_and_territories><b_object>"
        f"<reg_numb_border>{zone.number}</reg_numb_border>{_coded('type_boundary', '1', 'Зона')}</b_object>"
        f"{_coded('type_zone', '218', 'Охранная зона')}<name_by_doc>Охранная зона {zone.number}</name_by_doc>"
        "<description>Не строить</description></b_object_zones_and_territories>"
        f"<{container}>{_contours(zone.contours)}</{container}></zones_and_territories_record>"
    )


def kpt11(plots: Iterable[Plot] = PLOTS, zones: Iterable[Plot] = ZONES) -> str:
    """A cadastral plan of a territory, version 11."""
    return "".join(kpt11_pieces(plots, zones))


def kpt11_pieces(plots: Iterable[Plot], zones: Iterable[Plot] = ()) -> Iterator[str]:
    """The same, a piece at a time."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?><extract_cadastral_plan_territory><details_statement>'
        f"{_private('group_top_requisites')}</details_statement><cadastral_blocks><cadastral_block>"
        f"<cadastral_number>{BLOCK}</cadastral_number><record_data><base_data><land_records>"
    )
    for plot in plots:
        yield land_record(plot)
    border = _contours([Contour([square(-1000, -1000, 2000)])])
    border = border.removeprefix("<contours><contour><number_pp>1</number_pp>").removesuffix(
        "</contour></contours>"
    )
    coast = _contours([Contour([[(0.0, 0.0), (100.0, 10.0), (200.0, 0.0)]])])
    yield (
        "</land_records><build_records><build_record/></build_records></base_data></record_data>"
        f"<spatial_data>{border}</spatial_data><coastlines><coastline_record><b_object_coastline><b_object>"
        "<reg_numb_border>28:00-5.1</reg_numb_border></b_object></b_object_coastline>"
        f"<b_contours_location>{coast}</b_contours_location></coastline_record></coastlines>"
        f"<zones_and_territories_boundaries>{''.join(map(zone_record, zones))}"
        "</zones_and_territories_boundaries></cadastral_block></cadastral_blocks></extract_cadastral_plan_territory>"
    )


def land(plot: Plot = PLOTS[0]) -> str:
    """An extract on one plot, without a namespace."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><extract_about_property_land><details_statement>'
        f"{_private('group_top_requisites')}</details_statement>{land_record(plot)}"
        f"<right_records><right_record><right_holders>{_private('individual')}</right_holders></right_record></right_records>"
        "</extract_about_property_land>"
    )


def write(folder: Path, text: str, name: str = "extract.xml", encoding: str = "utf-8") -> Path:
    """Write a document and return its path."""
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def write_large(path: Path, size: int) -> int:
    """Write a KPT version 11 of at least `size` bytes, never whole in memory; return its plots."""
    count = 0

    def plots() -> Iterator[Plot]:
        nonlocal count
        while written < size:
            count += 1
            east, north = (count % 300) * 30.0, (count // 300) * 30.0
            ring = [(east + step * 2.0, north) for step in range(11)]
            ring += [(east + step * 2.0, north + 20.0) for step in range(10, -1, -1)]
            yield simple(f"{BLOCK}:{count}", [*ring, ring[0]], area="400")

    written = 0
    with path.open("w", encoding="utf-8") as file:
        for piece in kpt11_pieces(plots()):
            file.write(piece)
            written += len(piece.encode())
    return count
