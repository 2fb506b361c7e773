"""Sentences that stand in tables: English as it was, and told again in every language."""

from __future__ import annotations

import json
import pickle
import re

import pytest

from siteplan.errors import OutputError
from siteplan.words import LANGUAGES, Saying, Sayings, joined, listed, retold, said, words
from siteplan.words.catalogue import texts

RUSSIAN = {"Node 1": "Узел 1", "The ring": "Кольцо", "10 kV": "10 кВ", 'Share, "new"': "Доля"}


def named(text: str) -> str:
    return RUSSIAN[text]


def price() -> Saying:
    what = joined([Saying.of("lower", "utility.power"), "10 kV", said("item.line")], "item.between")
    return said("fact.stands_in", what=what, utility=Saying.of("lower", "utility.power"))


def window() -> Saying:
    return said("fact.reached_beyond", window=said("fact.window", size=Saying.of("sides", 2000.0, 1500.0)))


def unknown() -> Saying:
    fact = said("fact.of", facts=listed([said("fact.free"), said("fact.class")]), name="Node 1")
    return Saying.of("count", "reason.unknown_fact", 2, fact=fact)


def excluded() -> Saying:
    bound = said("bound.at_most", amount=Saying.of("amount", 20.0, "%"))
    amount = said("word.span", low=Saying.of("amount", 25.5, "%"), high=Saying.of("amount", 30.0, "%"))
    return said("bound.violated", label='Share, "new"', amount=amount, bound=bound)


def cell(word: str) -> Saying:
    return Saying.of("cell", word=word)


@pytest.mark.parametrize(("saying", "english", "russian"), [
    (price(), "no price of power 10 kV line, that of any power stands in",
     "нет цены: электричество, 10 кВ, линия; взята общая (электричество)"),
    (window(), "whether a tie-in can be reached beyond the plot's window of 2000 x 1500 m",
     "достижима ли точка подключения за пределами окна участка 2\u202f000 × 1\u202f500\xa0м"),
    (unknown(), "free capacity and class of Node 1 are not known",
     "нет данных: свободная мощность и класс — «Узел 1»"),
    (excluded(), 'Share, "new": 25.5 % to 30 %, at most 20 %',
     "Доля: от 25,5\xa0% до 30\xa0% (требуется: не более 20\xa0%)"),
    (said("reason.walled_in", what=joined(["The ring", "Node 1"], "word.comma")),
     "walled in; this would have to give: The ring, Node 1",
     "участок отрезан; пришлось бы уступить: Кольцо, Узел 1"),
    (said("bound.one_of", listed=joined(map(cell, ("free", "yes")), "bound.or")),
     "not free or yes", "свободен / да"),
])  # fmt: skip
def test_a_sentence_is_english_and_told_again(saying: Saying, english: str, russian: str):
    assert saying == english
    cells = {**RUSSIAN, "free": "free", "yes": "yes"}
    assert retold(saying, words("ru"), cells.__getitem__) == russian
    again = Sayings.from_data(json.loads(json.dumps(Sayings.among([saying, None, "x"]).to_data())))
    assert again.retold(english, words("ru"), cells.__getitem__) == russian


def test_every_reason_and_fact_has_no_latin_letter_in_other_languages():
    sections = ("reason.", "fact.", "item.", "bound.")
    for language in LANGUAGES[1:]:
        for key, text in texts(language).items():
            forms = [text] if isinstance(text, str) else text.values()
            left = {word for form in forms for word in re.findall("[A-Za-z_]+", re.sub(r"\{\w+\}", "", form))}
            assert not key.startswith(sections) or left <= {"most_cells"}, key


def test_what_nobody_of_ours_said_is_somebody_elses():
    assert Sayings().retold("Node 1", words("ru"), named) == "Узел 1"
    assert retold("Node 1", words("zh")) == "Node 1"


def test_what_was_joined_comes_apart_again():
    first, second = said("fact.demand"), said("fact.best")
    book = Sayings.among([joined([first, second])])
    assert book.parts("demand of the plot; whether it is the best way") == [first, second]
    assert book.parts("") == []
    # a text with the very sign between is one text where nobody joined it
    assert book.parts("a; b") == ["a; b"]


def test_a_saying_is_carried_between_processes():
    kept = pickle.loads(pickle.dumps(unknown()))
    assert retold(kept, words("ru"), named) == retold(unknown(), words("ru"), named)


@pytest.mark.parametrize(("data", "message"), [
    ([["__class__", [], {}]], "nothing is said by '__class__'"),
    ([["say", ["reason.of_tomorrow"], {}]], "no text 'reason.of_tomorrow'"),
    ([["say", ["reason.too_long"], {"length": "1 m"}]], "nothing fills 'reach'"),
])  # fmt: skip
def test_what_is_no_saying_of_this_version_is_refused(data: list[object], message: str):
    with pytest.raises(OutputError, match=message):
        Sayings.from_data(data)


def test_a_saying_of_sayings_without_end_is_refused():
    data: object = "x"
    for _ in range(50):
        data = ["joined", ["word.comma"], {"0": data, "1": "y"}]
    with pytest.raises(OutputError, match="too many others"):
        Sayings.from_data([data])
