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


def test_asker_and_owner_are_both_authors() -> None:
    made = plan()
    asked = made.model_copy(update={"goal": made.goal.model_copy(update={"owner": "Cleo"})})

    assert authors(asked) == ("Cleo", "marketing")
    assert [is_author(asked, name) for name in ("CLEO", "Mаrketing", "Ada")] == [True, True, False]
