"""What lies around the park: outlines of the plants, roads, railway, nature, zones of support.

All of it is drawn by us. The positions hang on the real points of facts.toml: the pipeline ends at
the GPP, the estimate of the GCC (4 km either way), the villages and stations.
"""

from __future__ import annotations

from typing import Any

from shapely import Geometry
from shapely.geometry import LineString, Point, Polygon

from frame import Pair, from_grid, from_metres, metres, smooth
from layout import BORDER, ENTRANCE, STREETS

Feature = tuple[dict[str, Any], Geometry]

GPP: list[Pair] = [
    (442_365, 5_710_785), (444_560, 5_710_560), (444_900, 5_711_150), (444_940, 5_713_350),
    (444_640, 5_714_050), (442_445, 5_714_195),
]  # fmt: skip
GCC: list[Pair] = [
    (446_180, 5_708_300), (447_700, 5_708_060), (448_010, 5_708_300), (448_070, 5_709_560),
    (447_800, 5_709_860), (446_240, 5_709_900),
]  # fmt: skip
GPP_GATE, GPP_NORTH_GATE = (444_730, 5_710_855), (443_300, 5_714_138)
GCC_WEST_GATE, GCC_DISPATCH_GATE = (446_223, 5_709_450), (446_900, 5_709_883)
ROUNDABOUT = (445_245, 5_709_500)
WEST_GATE, NORTH_GATE, SOUTH_GATE = (-38 - ENTRANCE, 600), (-38 - ENTRANCE, 1371), (250, -20 - ENTRANCE)
WEST_FORK, NORTH_FORK, ROAD_FORK = (445_735, 5_711_735), (445_790, 5_712_540), (445_800, 5_705_900)

CREEK: list[Pair] = [
    (430, 2120), (640, 1960), (800, 1840), (1010, 1770), (1190, 1680), (1400, 1650), (1600, 1560),
    (1760, 1400), (1900, 1290), (1960, 1090), (2050, 900), (2060, 720), (2150, 540), (2140, 330),
    (2190, 150), (2180, -60), (2290, -300), (2480, -520), (2560, -820), (2800, -1150),
    (3600, -1300), (5200, -1250), (7300, -1750), (9800, -1600), (12_500, -2200), (14_300, -2100), (15_471, -2385),
]  # fmt: skip
WETLAND: dict[str, list[Pair]] = {
    "Creek mire, upper": [
        (560, 1930), (760, 1720), (980, 1640), (1075, 1500), (1180, 1510), (1330, 1480), (1420, 1430),
        (1560, 1420), (1690, 1470), (1560, 1640), (1380, 1740), (1150, 1790), (960, 1890), (700, 2060),
    ],
    "Creek mire, lower": [
        (1740, 1440), (1640, 1290), (1690, 1170), (1770, 1010), (1985, 850), (2010, 650), (2080, 560),
        (2180, 600), (2130, 850), (2060, 1020), (2010, 1180), (1950, 1360),
    ],
    "Lower meadow mire": [
        (2090, 60), (2070, -140), (2190, -330), (2360, -520), (2480, -420), (2330, -180), (2270, 60), (2200, 240),
    ],
}  # fmt: skip
FLOOD: list[Pair] = [
    (1640, 1540), (1560, 1400), (1620, 1250), (1720, 1120), (1790, 960), (1950, 800), (1990, 620),
    (1960, 470), (1890, 360), (1880, 230), (1935, 120), (2000, 20), (2010, -160), (2130, -420), (2400, -700),
    (2640, -1000), (2780, -820), (2580, -420), (2390, -100), (2330, 240), (2290, 560), (2210, 880),
    (2090, 1140), (2010, 1330), (1830, 1500),
]  # fmt: skip
FOREST: dict[str, list[Pair]] = {
    "North-western larch wood": [
        (-560, 1700), (-330, 1480), (-120, 1470), (70, 1440), (220, 1500), (330, 1570), (460, 1640),
        (420, 1900), (120, 2060), (-260, 2050), (-520, 1930),
    ],
    "Birch grove": [(560, 1330), (590, 1200), (680, 1130), (760, 1190), (750, 1310), (650, 1360)],
    "Southern birch wood": [
        (520, -120), (900, -90), (1300, -140), (1680, -70), (1780, -230), (1560, -560), (1180, -700),
        (800, -620), (560, -420),
    ],
    "Wood beyond the creek": [
        (1300, 1850), (1600, 1740), (1950, 1500), (2200, 1150), (2380, 800), (2800, 900), (2900, 1500),
        (2500, 2000), (1900, 2250), (1450, 2150),
    ],
}  # fmt: skip
TOR: list[Pair] = [
    (-38, -20), (2020, -20), (2085, 190), (2062, 400), (1990, 600), (1925, 850), (1900, 908), (1450, 908),
    (1450, 1371), (830, 1371), (830, 1612), (-38, 1600),
]  # fmt: skip


def plant_sites() -> list[Feature]:
    """Outlines of both plants: the area is published, the outline is not."""
    note = "Outline drawn to the published area around the point of layer plants, which is uncertain by "
    return [
        (_named("gpp_site", "Amur GPP, outline", "Амурский ГПЗ, контур", area_ha=850, note=note + "2 km."),
         from_metres(Polygon(GPP))),
        (_named("gcc_site", "Amur GCC, outline", "Амурский ГХК, контур", area_ha=300, note=note + "4 km."),
         from_metres(Polygon(GCC))),
    ]  # fmt: skip


def plant_gates() -> dict[str, list[Feature]]:
    """Gates of the plants and of the park, one layer for each owner."""
    return {
        "gpp_gates": [
            _gate("gpp_main", "GPP main gate", "Главные ворота ГПЗ", GPP_GATE),
            _gate("gpp_north", "GPP north gate", "Северные ворота ГПЗ", GPP_NORTH_GATE),
        ],
        "gcc_gates": [
            _gate("gcc_dispatch", "GCC polymer dispatch gate", "Ворота отгрузки полимеров ГХК", GCC_DISPATCH_GATE),
            _gate("gcc_west", "GCC west gate", "Западные ворота ГХК", GCC_WEST_GATE),
        ],
        "park_gates": [
            _gate("west", "West gate", "Западный въезд", metres(WEST_GATE)),
            _gate("north", "North-west gate", "Северо-западный въезд", metres(NORTH_GATE)),
            _gate("south", "South gate (from the GCC)", "Южный въезд (от ГХК)", metres(SOUTH_GATE)),
        ],
    }  # fmt: skip


def park_border() -> list[Feature]:
    """The border of the park."""
    border = Polygon(BORDER)
    row = _named("park", "Industrial park, border", "Индустриальный парк, граница")
    return [(row | {"area_ha": round(border.area / 1e4, 1)}, from_grid(border))]


def roads() -> list[Feature]:
    """Roads outside the park, then the streets within."""
    return [_road(*row) for row in _outer_roads()] + [
        (_named(f"street_{number}", street.name, street.name_ru, category=street.category, surface="asphalt concrete",
                status=street.status, reserve_m=street.reserve), from_grid(LineString(street.axis)))
        for number, street in enumerate(STREETS, 1)
    ]  # fmt: skip


def _outer_roads() -> list[tuple[str, str, str, str, str, str, list[Pair]]]:
    """Id, names, category, surface, status and points of every road outside the park."""
    asphalt, gravel = "asphalt concrete", "gravel"
    return [
        ("r297", "R-297 Amur (schematic)", "Р-297 «Амур» (схематично)", "federal", asphalt, "existing",
         smooth([(437_000, 5_723_400), (441_000, 5_721_300), (444_486, 5_719_512), (448_500, 5_718_300),
                 (453_500, 5_715_600)])),
        ("access_1", "GPP access road No 1, R-297 to the roundabout", "Подъездная дорога ГПЗ № 1", "plant access",
         asphalt, "existing",
         [*smooth([(444_486, 5_719_512), (444_800, 5_718_000), (445_420, 5_716_400), (445_800, 5_714_900),
                   (445_810, 5_713_500), NORTH_FORK]), *smooth([NORTH_FORK, (445_775, 5_712_200), WEST_FORK])[1:],
          *smooth([WEST_FORK, (445_680, 5_711_100), (445_420, 5_710_300), ROUNDABOUT])[1:]]),
        ("gpp_link", "Roundabout to the GPP main gate", "Подъезд к главным воротам ГПЗ", "plant access", asphalt,
         "existing", smooth([ROUNDABOUT, (445_020, 5_710_200), GPP_GATE])),
        ("zapadnaya_1", "GCC access road No 2 Zapadnaya-1 (length as published)",
         "Подъездная дорога ГХК № 2 «Западная-1»", "plant access", asphalt, "existing", [ROUNDABOUT, GCC_WEST_GATE]),
        ("jetty_road", "Road to Chernigovka and the Zeya jetty (schematic)",
         "Дорога на Черниговку и причал (схематично)", "regional", gravel, "existing",
         [*smooth([ROUNDABOUT, (445_230, 5_708_000), ROAD_FORK]),
          *smooth([ROAD_FORK, (446_205, 5_704_400), (447_700, 5_702_200), (448_418, 5_698_050)])[1:]]),
        ("svobodny_road", "Road to Svobodny (schematic)", "Дорога на Свободный (схематично)", "regional", asphalt,
         "existing", smooth([ROAD_FORK, (446_000, 5_705_160), (445_100, 5_702_000), (444_600, 5_698_500), (442_200, 5_694_500),
                             (440_150, 5_691_900)])),
        ("west_link", "Link to the west gate", "Подъезд к западному въезду", "park access", asphalt, "planned",
         [WEST_FORK, metres(WEST_GATE)]),
        ("north_link", "Link to the north-west gate", "Подъезд к северо-западному въезду", "park access", asphalt,
         "planned", [NORTH_FORK, metres(NORTH_GATE)]),
        ("polymer_road", "Polymer road, GCC dispatch gate to the park", "Полимерная дорога, от ГХК до парка",
         "park access", asphalt, "planned",
         smooth([GCC_DISPATCH_GATE, (446_860, 5_710_350), (446_290, 5_710_620), metres(SOUTH_GATE)])),
    ]  # fmt: skip


def rail_plant() -> list[Feature]:
    """The plants' railway from Ust-Pera, schematic, and the park's siding with its yard."""
    junction, gcc_end = (442_900, 5_705_000), (448_420, 5_709_900)
    to_junction = smooth([(440_160, 5_699_875), (440_750, 5_701_100), (442_000, 5_702_600), junction])
    lines: list[tuple[str, str, str, str, list[Pair]]] = [
        ("plant_railway", "Plant railway, Ust-Pera to the GCC (schematic)", "Заводская ж/д, Усть-Пера - ГХК (схематично)",
         "existing", [*to_junction, *smooth([
             junction, (443_800, 5_707_400), (446_000, 5_707_700), (448_250, 5_707_350), (448_420, 5_708_600), gcc_end,
         ])[1:]]),
        ("gpp_branch", "Plant railway, branch to the GPP (schematic)", "Заводская ж/д, ветка на ГПЗ (схематично)",
         "existing", smooth([junction, (443_200, 5_705_800), (442_200, 5_707_900), (441_980, 5_710_000),
                             (442_080, 5_713_600)])),
        ("park_siding", "Park siding, access track", "Путь необщего пользования парка", "planned",
         smooth([gcc_end, (448_420, 5_710_500), (448_420, 5_711_000), (448_180, 5_710_990), metres((1960, 56))])),
    ]  # fmt: skip
    return [
        (_named(key, name, name_ru, status=status, owner="plants, private" if status == "existing" else "park"),
         from_metres(LineString(points)))
        for key, name, name_ru, status, points in lines
    ] + _yard_tracks()  # fmt: skip


def _yard_tracks() -> list[Feature]:
    """Tracks of the yard and the spurs into the three anchor plots."""
    tracks = [[(1960, 56), (1890, v), (400, v), (330, 56)] for v in (35, 49, 63, 77)]
    spurs = [
        smooth([(at + 220, 77), (at + 110, 84), (at + 10, 130), (at, 230), (at, 470)]) for at in (480, 1100, 1660)
    ]
    row = {"status": "planned", "owner": "park"}
    return [
        (_named(f"yard_{n}", f"Yard track {n}", f"Путь грузового двора {n}", **row), from_grid(LineString(points)))
        for n, points in enumerate(tracks, 1)
    ] + [
        (_named(f"spur_{n}", f"Spur into plot {n}", f"Ветка на участок {n}", **row), from_grid(LineString(points)))
        for n, points in enumerate(spurs, 1)
    ]


def nature() -> dict[str, list[Feature]]:
    """The creek with its mires and flood zone, and woods."""
    creek = _named("creek", "Unnamed creek to the Zeya", "Ручей без названия, впадает в Зею")
    flood = _named("flood_1", "Flood zone of the creek", "Зона затопления ручья", probability="1 % a year")
    return {
        "creek": [(creek, from_grid(LineString(smooth(CREEK))))],
        "wetland": _areas("wetland", WETLAND, ("Заболоченная пойма, верх", "Заболоченная пойма, низ", "Луговое болото")),
        "flood_zone": [(flood, from_grid(Polygon(smooth(FLOOD, closed=True))))],
        "forest": _areas("forest", FOREST, (
            "Северо-западный лиственничник", "Берёзовая роща", "Южный березняк", "Лес за ручьём",
        )),
    }  # fmt: skip


def regime_zones() -> list[Feature]:
    """Where which support regime would hold: the TOR over most of the park, the others over all of it."""
    return [
        (_named("tor", "TOR Amurskaya, assumed site", "ТОР «Амурская», предполагаемая площадка",
                regimes="tor_amurskaya"), from_grid(Polygon(TOR))),
        (_named("park", "Measures open to the whole park", "Меры, доступные всему парку",
                regimes="frp_projects spik_2 pp_1119 pp_1325"), from_grid(Polygon(BORDER))),
    ]  # fmt: skip


def _named(key: str, name: str, name_ru: str, **more: Any) -> dict[str, Any]:
    """Columns that every drawn feature has, and those of its own."""
    return {"id": key, "name": name, "name_ru": name_ru, **more}


def _gate(key: str, name: str, name_ru: str, at: Pair) -> Feature:
    """A gate drawn in metres."""
    return _named(key, name, name_ru), from_metres(Point(at))


def _road(
    key: str, name: str, name_ru: str, category: str, surface: str, status: str, points: list[Pair]
) -> Feature:
    """A road drawn in metres."""
    row = _named(key, name, name_ru, category=category, surface=surface, status=status, reserve_m=None)
    return row, from_metres(LineString(points))


def _areas(kind: str, areas: dict[str, list[Pair]], names_ru: tuple[str, ...]) -> list[Feature]:
    """Areas with soft outlines, drawn on the park grid."""
    return [
        (_named(f"{kind}_{n}", name, name_ru), from_grid(Polygon(smooth(points, closed=True))))
        for n, ((name, points), name_ru) in enumerate(zip(areas.items(), names_ru, strict=True), 1)
    ]
