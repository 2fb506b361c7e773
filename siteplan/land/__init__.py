"""What can really be built on a plot, and what takes the rest."""
