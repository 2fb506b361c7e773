"""What siteplan says to people, in every language it speaks: one catalogue of texts for each.

`catalogue` reads and checks the files, `spoken` fills their texts in, `sayings` are sentences that
stand in tables and are told again in another language. Other people's text (names, titles, acts) is
not translated here but by a park's glossary; it is filled in as it stands.
"""

from siteplan.words.catalogue import LANGUAGES
from siteplan.words.sayings import Saying, Sayings, joined, listed, retold, said
from siteplan.words.spoken import Words, plainly, words

__all__ = [
    "LANGUAGES",
    "Saying",
    "Sayings",
    "Words",
    "joined",
    "listed",
    "plainly",
    "retold",
    "said",
    "words",
]
