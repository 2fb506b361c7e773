"""What siteplan says to people, in every language it speaks: one catalogue of texts for each.

`catalogue` reads and checks the files, `spoken` fills their texts in. Other people's text (names,
titles, acts) is not translated here but by a park's glossary; it is filled in as it stands.
"""

from siteplan.words.catalogue import LANGUAGES
from siteplan.words.spoken import Words, plainly, words

__all__ = ["LANGUAGES", "Words", "plainly", "words"]
