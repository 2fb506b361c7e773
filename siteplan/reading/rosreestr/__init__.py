"""Land registry extracts (Rosreestr XML): plots, their parts, zones, blocks.

hardened    a stream of elements, within limits; no DTD, no entity, no network
roots       which documents are read
elements    the part of a record that is kept; right holders and officials are never read
borders     rings of points in, polygons out
attributes  a record's columns
systems     names of coordinate systems; axes
gathered    records of one layer in one coordinate system
layers      layers() and read()
"""
