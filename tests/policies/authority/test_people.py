from __future__ import annotations

import pytest

from campaigns.errors import BadInput
from policies.authority import authors, different, person
from policies.authority.people import is_author
from tests.builders import plan


@pytest.mark.parametrize(
    "spelt", ["ada lovelace", " ADA  Lovelace ", "Аda Lovelace", "Ada\u200bLovelace", "Adá-Lovelace"]
)
def test_spellings_of_one_name_are_one_person(spelt: str) -> None:
    assert person(spelt) == person("Ada Lovelace")


def test_different_names_are_different_people() -> None:
    assert different(["Ada", "Ben", "ada ", "王芳", "Зоя"]) == 4


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "!?", "—"])
def test_a_name_that_nobody_can_be_told_by_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="no letter"):
        person(name)


@pytest.mark.parametrize("name", ["Ada\x1b[31m", "Ada\nBen", "Ada\x00", "Ada\udcff", "Ada\u2028Ben", "\u202eadA"])
def test_a_name_with_control_characters_is_refused_and_not_said_as_it_is(name: str) -> None:
    with pytest.raises(BadInput, match="control characters") as told:
        person(name)
    assert name not in str(told.value)


def test_asker_and_owner_are_both_authors() -> None:
    made = plan()
    asked = made.model_copy(update={"goal": made.goal.model_copy(update={"owner": "Cleo"})})

    assert authors(asked) == ("Cleo", "marketing")
    assert [is_author(asked, name) for name in ("CLEO", "Mаrketing", "Ada")] == [True, True, False]
