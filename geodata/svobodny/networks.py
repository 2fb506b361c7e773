"""Networks of the park and what feeds them, all drawn by us.

Inside the park every network keeps to its own lane of the street reserves, so lines never run
through a plot. Outside they follow the access road and one corridor from the TPP and the GCC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapely.geometry import LineString, Point

from frame import Pair, from_grid, from_metres, metres
from surroundings import NORTH_FORK, WEST_FORK, Feature

TPP, SALES_GAS, GCC_SUBSTATION = (443_811, 5_714_483), (444_075, 5_713_816), (446_360, 5_709_700)
GDS, GCC_WATER = (445_500, 5_712_060), (447_640, 5_709_790)
PARK_SUBSTATION, PUMPING, HEAT_POINT = (75, 330), (90, 190), (90, 500)


@dataclass(frozen=True)
class Lane:
    """Where one network runs: so many metres to the outer side of every street's axis."""

    out: float

    @property
    def boulevard(self) -> float:
        return 600 - self.out

    @property
    def first(self) -> float:
        return 908 + self.out

    @property
    def north(self) -> float:
        return 1371 + self.out

    @property
    def freight(self) -> float:
        return 112 - self.out

    @property
    def west(self) -> float:
        return 250 - self.out

    @property
    def central(self) -> float:
        return 830 + self.out

    @property
    def east(self) -> float:
        return 1450 + self.out


POWER, FIBRE, WATER, SEWER, HEAT, GAS = Lane(12), Lane(9), Lane(6), Lane(-2), Lane(-6), Lane(-11)


def power() -> dict[str, list[Feature]]:
    """Lines of 110 kV, substations, the 10 kV ring and its distribution points."""
    entry = metres(PARK_SUBSTATION)
    from_tpp = [TPP, (444_150, 5_714_720), (445_250, 5_714_640), (445_900, 5_714_080), (445_890, 5_712_600),
                (445_850, 5_711_480), entry]  # fmt: skip
    from_gcc = [GCC_SUBSTATION, (446_120, 5_710_020), (445_830, 5_710_700), (445_870, 5_711_330), entry]
    return {
        "power_110kv": [
            _line("kv110_tpp", "110 kV TPP - Park", "ВЛ 110 кВ ТЭС - Парк", from_metres(LineString(from_tpp)),
                  voltage_kv=110, circuits=2, status="planned"),
            _line("kv110_gcc", "110 kV GCC - Park", "ВЛ 110 кВ ГХК - Парк", from_metres(LineString(from_gcc)),
                  voltage_kv=110, circuits=1, status="planned"),
        ],
        "substation": _substations(),
        "power_10kv": _ring_10kv(),
        "power_10kv_nodes": _nodes_10kv(),
    }  # fmt: skip


def _substations() -> list[Feature]:
    """The park's substation and the two that feed it."""
    return [
        (_row("ps_park", "Substation Park 110/10 kV", "ПС 110/10 кВ «Парк»", voltage_kv=110, capacity_mva=80,
              free_power_mw=58, status="planned"), from_grid(Point(PARK_SUBSTATION))),
        (_row("ps_gcc", "GCC substation 500/110 kV (1,000 MVA published, position ours)", "ПС 500/110 кВ ГХК",
              voltage_kv=500, capacity_mva=1000, free_power_mw=None, status="existing"),
         from_metres(Point(GCC_SUBSTATION))),
        (_row("ps_tpp", "TPP switchyard 110 kV (position ours)", "ОРУ 110 кВ ТЭС", voltage_kv=110, capacity_mva=None,
              free_power_mw=None, status="existing"), from_metres(Point(TPP))),
    ]  # fmt: skip


def _ring_10kv() -> list[Feature]:
    """Cables from the substation: a ring with a cross link, and a feeder for the anchors."""
    k, second = POWER, Lane(14)
    routes = {
        ("kv10_north", "10 kV ring, north half", "КЛ 10 кВ, северное полукольцо"): [
            (110, 330), (k.west, 330), (k.west, k.north), (k.east, k.north), (k.east, k.boulevard)],
        ("kv10_south", "10 kV ring, boulevard half", "КЛ 10 кВ, южное полукольцо"): [
            (110, 345), (second.west, 345), (second.west, k.boulevard), (1885, k.boulevard)],
        ("kv10_first", "10 kV cross link, First street", "КЛ 10 кВ, перемычка по Первой улице"): [
            (k.west, k.first), (1740, k.first)],
        ("kv10_central", "10 kV cross link, Central avenue", "КЛ 10 кВ, перемычка по Центральному проспекту"): [
            (k.central, k.freight), (k.central, k.north)],
        ("kv10_anchor", "10 kV anchor feeder", "КЛ 10 кВ, якорный фидер"): [
            (110, 315), (k.west, 315), (k.west, k.freight), (1980, k.freight)],
    }  # fmt: skip
    return _grid_lines(routes, voltage_kv=10, status="planned")


def _nodes_10kv() -> list[Feature]:
    """Distribution points, on the cut corners of the junctions."""
    nodes: list[tuple[str, str, Pair, float | None]] = [
        ("RTP-1", "РТП-1", (216, 556), 14.0), ("RTP-2", "РТП-2", (853, 928), 11.0),
        ("RTP-3", "РТП-3", (853, 130), 16.0), ("RTP-4", "РТП-4", (1470, 130), 12.0),
        ("TP-5", "ТП-5", (271, 928), 2.5), ("TP-6", "ТП-6", (1470, 928), 3.2), ("TP-7", "ТП-7", (229, 1350), 1.6),
        ("TP-8", "ТП-8", (853, 1350), 2.0), ("TP-9", "ТП-9", (1429, 1350), None), ("TP-10", "ТП-10", (271, 130), 6.3),
        ("TP-11", "ТП-11", (852, 622), 4.0), ("TP-12", "ТП-12", (1690, 586), 1.0),
    ]  # fmt: skip
    return [
        (_row(f"node_{n}", name, name_ru, voltage_kv=10, free_power_mw=free, status="planned"), from_grid(Point(at)))
        for n, (name, name_ru, at, free) in enumerate(nodes, 1)
    ]


def gas() -> dict[str, list[Feature]]:
    """The branch of sales gas to the gas distribution station, and the park's lines of 0.6 MPa."""
    branch = [SALES_GAS, (444_240, 5_714_380), (445_120, 5_714_380), (445_600, 5_713_750), (445_600, 5_712_950), GDS]
    inlet = [GDS, (445_690, 5_711_760), metres((-43, GAS.boulevard))]
    k = GAS
    routes = {
        ("gas_boulevard", "Gas line, Boulevard", "Газопровод, Бульвар"): [(-43, k.boulevard), (1880, k.boulevard)],
        ("gas_loop", "Gas line, Loop", "Газопровод, Кольцевая"): [
            (k.west, k.boulevard), (k.west, k.north), (k.east, k.north), (k.east, k.boulevard)],
        ("gas_first", "Gas line, First street east", "Газопровод, Первая улица"): [(k.east, k.first), (1740, k.first)],
        ("gas_freight", "Gas line, Freight street", "Газопровод, Грузовая улица"): [
            (k.west, k.boulevard), (k.west, k.freight), (1700, k.freight)],
    }  # fmt: skip
    outside = [
        _line("gas_branch", "Branch of sales gas to the GDS", "Отвод товарного газа к ГРС",
              from_metres(LineString(branch)), pressure_mpa=5.4, status="planned"),
        _line("gas_inlet", "GDS to the park", "ГРС - парк", from_metres(LineString(inlet)), pressure_mpa=0.6,
              status="planned"),
    ]  # fmt: skip
    return {
        "gas_station": _gas_stations(),
        "gas_branch": outside[:1],
        "gas_lines": outside[1:] + _grid_lines(routes, pressure_mpa=0.6, status="planned"),
    }


def _gas_stations() -> list[Feature]:
    """The gas distribution station outside the park and two regulators within."""
    return [
        (_row("gds", "GDS Park", "ГРС «Парк»", free_gas_m3h=24000, pressure_mpa=0.6, status="planned"),
         from_metres(Point(GDS))),
        (_row("prp_1", "Regulator 1, utility yard", "ГРП-1", free_gas_m3h=9000, pressure_mpa=0.3, status="planned"),
         from_grid(Point(212, 220))),
        (_row("prp_2", "Regulator 2, Loop", "ГРП-2", free_gas_m3h=None, pressure_mpa=0.3, status="planned"),
         from_grid(Point(1460, 1381))),
    ]  # fmt: skip


def water() -> list[Feature]:
    """Water from the GCC's supply to the pumping station, and a looped main."""
    k = WATER
    inlet = [GCC_WATER, (447_560, 5_710_350), metres((k.east, -20))]
    routes = {
        ("water_inlet", "Water main, East street", "Водовод, Восточная улица"): [(k.east, -20), (k.east, k.boulevard)],
        ("water_boulevard", "Water main, Boulevard", "Водовод, Бульвар"): [
            PUMPING, (k.west, PUMPING[1]), (k.west, k.boulevard), (1880, k.boulevard)],
        ("water_loop", "Water main, Loop", "Водовод, Кольцевая"): [
            (k.west, k.boulevard), (k.west, k.north), (k.east, k.north), (k.east, k.boulevard)],
        ("water_first", "Water main, First street", "Водовод, Первая улица"): [(k.west, k.first), (1740, k.first)],
        ("water_central", "Water main, Central avenue south", "Водовод, Центральный проспект"): [
            (k.central, k.boulevard), (k.central, k.freight), (k.east, k.freight)],
    }  # fmt: skip
    outside = _line("water_gcc", "Water main from the GCC's supply", "Водовод от водоснабжения ГХК",
                    from_metres(LineString(inlet)), diameter_mm=400, status="planned")  # fmt: skip
    return [outside, *_grid_lines(routes, diameter_mm=300, status="planned")]


def sewer() -> list[Feature]:
    """Gravity sewers that fall east to the treatment works, and the outfall to the creek."""
    k = SEWER
    routes = {
        ("sewer_boulevard", "Sewer, Boulevard", "Коллектор, Бульвар"): [(k.west, k.boulevard), (1700, k.boulevard), (1760, 690)],
        ("sewer_first", "Sewer, First street", "Коллектор, Первая улица"): [
            (k.west, k.first), (1735, k.first), (1735, 800), (1760, 690)],
        ("sewer_loop", "Sewer, Loop", "Коллектор, Кольцевая"): [
            (k.west, k.first), (k.west, k.north), (k.east, k.north), (k.east, k.first)],
        ("sewer_freight", "Sewer, Freight and East street", "Коллектор, Грузовая и Восточная улицы"): [
            (k.west, k.freight), (k.east, k.freight), (k.east, k.boulevard)],
        ("sewer_outfall", "Outfall to the creek", "Выпуск в ручей"): [(1830, 720), (1960, 740), (2055, 745)],
    }  # fmt: skip
    return _grid_lines(routes, diameter_mm=400, status="planned")


def heat() -> list[Feature]:
    """Heat from the TPP to the heat point, and mains along Boulevard and Central avenue."""
    k = HEAT
    gate = (-43, k.north)
    inlet = [TPP, (444_180, 5_714_660), (445_240, 5_714_580), (445_860, 5_714_020), (445_850, NORTH_FORK[1] + 40),
             metres(gate)]  # fmt: skip
    routes = {
        ("heat_inlet", "Heat main, Loop west", "Теплотрасса, Кольцевая запад"): [
            gate, (k.west, k.north), (k.west, 500), HEAT_POINT],
        ("heat_boulevard", "Heat main, Boulevard", "Теплотрасса, Бульвар"): [(k.west, k.boulevard), (1440, k.boulevard)],
        ("heat_central", "Heat main, Central avenue", "Теплотрасса, Центральный проспект"): [
            (k.central, 300), (k.central, k.first)],
    }  # fmt: skip
    outside = _line("heat_tpp", "Heat main from the TPP", "Теплотрасса от ТЭС", from_metres(LineString(inlet)),
                    diameter_mm=600, status="planned")  # fmt: skip
    return [outside, *_grid_lines(routes, diameter_mm=300, status="planned")]


def telecom() -> list[Feature]:
    """Fibre along the access road and through the park."""
    k = FIBRE
    inlet = [(444_530, 5_719_300), (444_900, 5_717_850), (445_490, 5_716_300), (445_850, 5_714_850),
             (445_860, NORTH_FORK[1]), (WEST_FORK[0] + 60, WEST_FORK[1]), metres((-43, k.boulevard))]  # fmt: skip
    routes = {
        ("fibre_boulevard", "Fibre, Boulevard", "ВОЛС, Бульвар"): [(-43, k.boulevard), (1880, k.boulevard)],
        ("fibre_loop", "Fibre, Loop", "ВОЛС, Кольцевая"): [
            (k.west, k.boulevard), (k.west, k.north), (k.east, k.north), (k.east, k.boulevard)],
        ("fibre_first", "Fibre, First street", "ВОЛС, Первая улица"): [(k.west, k.first), (1740, k.first)],
    }  # fmt: skip
    outside = _line("fibre_road", "Fibre along the access road", "ВОЛС вдоль подъездной дороги",
                    from_metres(LineString(inlet)), status="planned")  # fmt: skip
    return [outside, *_grid_lines(routes, status="planned")]


def _row(key: str, name: str, name_ru: str, **more: Any) -> dict[str, Any]:
    """Columns that every drawn feature has, and those of its own."""
    return {"id": key, "name": name, "name_ru": name_ru, **more}


def _line(key: str, name: str, name_ru: str, shape: LineString, **more: Any) -> Feature:
    return _row(key, name, name_ru, **more), shape


def _grid_lines(routes: dict[tuple[str, str, str], list[Pair]], **more: Any) -> list[Feature]:
    """Lines drawn on the park grid, all with the same further columns."""
    return [_line(*names, from_grid(LineString(points)), **more) for names, points in routes.items()]
