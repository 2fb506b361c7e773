"""Many plots: scored piece by piece, unattended, and gone on with where a run was stopped.

`running` runs a `job` into a `folder`: `passage` takes every piece through `engine`, which scores it
with all else made ready once; `parts` keeps it as GeoParquet, and `journal` knows which pieces are
done. `earlier` takes over what has not changed, `ranking` puts the result together, `cluster` scores
on several machines; `differences` compares two results.
"""
