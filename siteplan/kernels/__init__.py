"""Compiled loops: arrays in, arrays out. The only room that knows numba.

Every kernel has a plain twin (shapely, scikit-image) that the tests hold it to, and is tested as a
serial build with bounds checks on: numba checks no bounds otherwise, and none in parallel loops.
"""
