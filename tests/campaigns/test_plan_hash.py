from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.border import canonical, digest
from campaigns.plan import Plan
from tests.builders import plan

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(st.dictionaries(st.text(), trees, max_size=5))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))

    assert canonical(value) == canonical(turned)
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_has_no_canonical_bytes(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"value": number})


def test_a_plan_keeps_its_hash_through_json() -> None:
    made = plan()

    assert Plan.model_validate_json(canonical(made.plain())).hash == made.hash
    assert plan().hash == made.hash
    assert len(made.hash) == 64


@pytest.mark.parametrize("field", sorted(Plan.model_fields))
def test_every_field_of_a_plan_is_in_its_hash(field: str) -> None:
    plain = plan().plain()
    changed = {**plain, field: [plain[field], "changed"]}

    assert digest(changed) != digest(plain)
    assert plan().hash == digest(plain)


def test_one_changed_character_deep_inside_changes_the_hash() -> None:
    made = plan()
    first = made.creatives[0]
    edited = made.model_copy(
        update={"creatives": (first.model_copy(update={"body": first.body + " "}), *made.creatives[1:])}
    )

    assert edited.hash != made.hash
