"""Compiled loops: arrays in, arrays out. The only room that knows numba.

Every kernel has a plain twin (shapely, scikit-image) that the tests hold it to, and the tests let Python
run each of them, where numpy checks every index: compiled code checks none.
"""
