"""How a plot reaches a utility or a place: along roads, over terrain, with what headroom, for how much."""
