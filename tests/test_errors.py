from __future__ import annotations

import pickle

import pytest

from siteplan import errors
from siteplan.errors import DataError, SiteplanError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SiteplanError)]


def test_the_tree_drawn_in_the_docstring_is_the_tree():
    drawn = {line.split()[1] for line in errors.__doc__.splitlines() if "──" in line}

    assert drawn == {kind.__name__ for kind in KINDS if kind is not SiteplanError}


@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_can_be_caught_as_one(kind: type[SiteplanError]):
    with pytest.raises(SiteplanError, match="refused"):
        raise kind("refused", ["a", "b"])


def test_a_message_lists_every_problem():
    assert str(DataError("no", (line for line in ["one", "two"]))) == "no\n  - one\n  - two"
    assert str(DataError("no")) == "no"
    assert DataError("no", ["one"]).problems == ("one",)


def test_an_error_survives_the_way_between_processes():
    back = pickle.loads(pickle.dumps(DataError("no", ["one", "two"])))

    assert (type(back), str(back), back.problems) == (DataError, "no\n  - one\n  - two", ("one", "two"))
