"""The study area and the facts it is built from, as data files.

`svobodny/` holds the park between the Amur GPP and the Amur GCC: typed-in facts, the script that
draws the rest, one GeoJSON per layer, the catalogue, the support regimes and two plans. SOURCES.toml
names the origin, licence, credit, date and digest of every file.
"""
