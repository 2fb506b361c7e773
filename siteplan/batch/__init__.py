"""Many plots: scored piece by piece, unattended, and gone on with where a run was stopped.

`engine` scores a piece with everything else made ready once, `parts` keeps it as GeoParquet,
`journal` knows which pieces are done, `earlier` takes over what has not changed, `ranking` puts the
result together, `running` runs all of it, `cluster` on several machines; `differences` compares two
results.
"""
