"""What leaves is judged as it leaves: a slot's value brings in no price, claim, disguise or foreign link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import delivery.channels.judged as judged
from campaigns.errors import BadInput
from campaigns.plan import Plan
from delivery.channels.mailroom import Mailroom
from delivery.channels.unsubscribe import unsubscribe_url
from delivery.measure import measure
from delivery.outbox.books_sql import SqlBooks
from delivery.roster import Roster
from policies.brand.file import Brand
from policies.guard import Guard
from policies.load import load_policies
from policies.permit import sign
from policies.rule import PolicySet
from tests.builders import NOW, plan, snapshot
from tests.delivery.launchable import letters, sendable, workspace
from tools.creative.render import Message, Renderer

KEY = b"a key for tests only, 32 bytes..."
PEOPLE = 60
POLICIES = load_policies()
CLAIM = "The freshest bread in town"
AT = int(NOW.timestamp()) + 36_000


def made_plan(**changes: object) -> Plan:
    """A plan of two e-mails and two pushes that may leave."""
    made = plan(PEOPLE)
    if "brand" in changes:
        changes["goal"] = made.goal.model_copy(update={"brand": changes.pop("brand")})
    return made.model_copy(update={"creatives": sendable(made.creatives), **changes})


def door_of(root: Path, made: Plan, policies: PolicySet = POLICIES) -> Mailroom:
    """The mailroom of a plan in a new workspace."""
    frame = snapshot(PEOPLE)
    renderer = Renderer(made.creatives, made)
    return Mailroom(workspace(root, frame), made, Roster.build(made, frame), Guard(policies, KEY), renderer)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("brand", "Corner Grocer, clinically proven", "claim"),
        ("brand", "Corner Groc\u0435r", "hidden"),
        ("brand", "Corner\u200b Grocer", "hidden"),
        ("brand", "Corner Grocer, 50% off", "price"),
        ("brand", "Corner Grocer https://evil.example/x", "link"),
        ("postal_address", "1 Market Street, now $5 off", "price"),
        ("postal_address", "1 Market Street, http://evil.example", "link"),
    ],
)
def test_a_value_that_brings_something_in_is_refused_before_anything_leaves(
    tmp_path: Path, field: str, value: str, rule: str
) -> None:
    with pytest.raises(BadInput, match=rf"may not leave as it would be written \({rule}: "):
        door_of(tmp_path / "ws", made_plan(**{field: value}))


def test_without_a_brand_file_nothing_leaves(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no brand file"):
        door_of(tmp_path / "ws", made_plan(), replace(POLICIES, brand=None))


def expiring(made: Plan) -> tuple[Plan, PolicySet]:
    """The plan with a claim in its first e-mail that holds until the day before it is sent, and the policies for it."""
    first = made.creatives[0]
    said = first.model_copy(update={"body": f"{CLAIM}.\n{first.body}"})
    brand = POLICIES.brand
    assert brand is not None
    claim = {"text": CLAIM, "evidence": "bakery schedule", "until": date(2017, 10, 16), "channels": ("email",)}
    known = Brand.model_validate(brand.model_dump() | {"claims": (claim,)})
    return made.model_copy(update={"creatives": (said, *made.creatives[1:])}), replace(POLICIES, brand=known)


def test_a_refused_message_is_not_sent_gives_its_money_back_and_is_counted(tmp_path: Path) -> None:
    made, policies = expiring(made_plan())
    door = door_of(tmp_path / "ws", made, policies)
    roster = Roster.build(made, snapshot(PEOPLE))
    books = SqlBooks(door._ws, roster, made)
    books.begin(NOW, door.guard.contact_rules)
    batch = letters(made, roster.treated[:4].tolist(), at=AT + 86_400, people=PEOPLE)
    batch.action[:] = [0, 2, 0, 2]
    assert books.claim(batch).all()

    receipts = door.deliver(batch, sign(KEY, made.hash, door.guard.policy_hash, batch.at + 600, batch.key))
    books.settle(receipts)

    assert receipts.accepted.tolist() == [False, True, False, True]
    assert set(receipts.breaches.values()) == {("rendered_claim",)}
    assert len(list(door.folder.iterdir())) == 2
    account = books.account()
    assert (account.spent, account.reserved, int(account.cell_used.sum())) == (4_000, 0, 4_000)
    assert measure(door._ws, made, roster).blocked == {"rendered_claim": 2}


def test_each_distinct_rendering_is_judged_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []
    real = judged.lint_rendered

    def counting(*given: object) -> object:
        asked.append(given[2])  # type: ignore[arg-type]
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(judged, "lint_rendered", counting)
    made = made_plan()
    door = door_of(tmp_path / "ws", made)
    roster = Roster.build(made, snapshot(PEOPLE))
    before = len(asked)
    for at in (AT, AT + 3_600, AT + 86_400):
        batch = letters(made, roster.treated[:20].tolist(), at=at, people=PEOPLE)
        batch.action[:] = np.arange(20) % 2
        receipts = door.deliver(batch, sign(KEY, made.hash, door.guard.policy_hash, at + 600, batch.key))
        assert receipts.accepted.all()

    assert before == len(made.creatives)
    assert len(asked) - before == 3, "the plain letter was judged at the start; the other's last day moved; a new day"


def test_a_link_that_the_program_did_not_make_is_judged_by_itself(tmp_path: Path) -> None:
    made = made_plan()
    judge = judged.Judge(made, POLICIES.brand, POLICIES.lists)
    link = unsubscribe_url("t" * 32)
    values = {"unsubscribe_url": "https://evil.example/u", "postal_address": made.postal_address, "brand": made.brand}
    text = Message("Hello", f"Hello {values['unsubscribe_url']} {made.postal_address}", "")

    found = {one.rule for one in judge.findings(0, values, link, AT, text, b"Subject: x\r\n\r\n")}

    assert {"link", "unsubscribe_link", "unsubscribe_header"} <= found
