"""Texts that a park translated stand inside of sentences too; words of ours are left to siteplan."""

from __future__ import annotations

from dataclasses import replace

from maps.landed import landed

from siteplan.glossary import Glossary
from siteplan.reports.content import Content
from siteplan.reports.cutout import Surroundings
from siteplan.reports.native import park_in, plan_in
from siteplan.tables import Park
from siteplan.words import words

FIRST = "28:21:999999:1"


def speaking(park: Park, **texts: str) -> Park:
    return replace(park, glossary=Glossary(texts={text: {"ru": said} for text, said in texts.items()}))


def test_titles_are_translated_where_they_are_joined(park: Park):
    title = park.catalogue.title
    said = Content(
        card := landed(park), speaking(park, **{title: "ПАРК"}), words("ru"), Surroundings(card, park)
    ).of(FIRST)
    assert said["kicker"].startswith("ПАРК · ")


def test_only_what_people_wrote_is_looked_up(park: Park):
    status = park_in(speaking(park, synthetic="вымысел", plots="УЧАСТКИ"), "ru").catalogue
    assert status.plots.origin == park.catalogue.plots.origin
    assert list(status.layers) == list(park.catalogue.layers)


def test_without_a_translation_everything_reads_as_before(park: Park):
    plan = landed(park).plan
    assert park_in(park, "en").catalogue == park.catalogue
    assert plan_in(plan, Glossary(), "ru").norms == plan.norms
