"""How the properties are tried: often enough to find something, quickly enough to be run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "siteplan",
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("siteplan")
