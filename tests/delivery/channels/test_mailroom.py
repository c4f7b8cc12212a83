from __future__ import annotations

import json
from email import message_from_bytes, policy
from pathlib import Path

import numpy as np
import pytest

from campaigns.contact import ContactBatch, Permit
from campaigns.errors import BadInput
from campaigns.experiment import TREATED
from campaigns.keys import contact_keys, key_of
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.channels.mailroom import Mailroom
from delivery.channels.unsubscribe import Unsubscribe, unsubscribe_url, workspace_secret
from delivery.roster import Roster
from policies.errors import NoPermit
from policies.guard import Guard
from policies.load import load_policies
from policies.permit import sign
from tests.builders import NOW, brief, plan, snapshot
from tests.delivery.launchable import sendable, workspace
from tools.creative.render import Renderer

KEY = b"a key for tests only, 32 bytes..."
GUARD = Guard(load_policies(), KEY)
AT = int(NOW.timestamp()) + 50_000
EMAIL_PLAIN, EMAIL_OFFER, PUSH_PLAIN = 0, 1, 2


def made_plan() -> Plan:
    made = plan(40)
    return made.model_copy(update={"creatives": sendable(made.creatives)})


def mailroom(root: Path, no_address: tuple[str, ...] = ()) -> tuple[Mailroom, Plan, Roster]:
    made, frame = made_plan(), snapshot(40)
    ws, roster = workspace(root, frame, no_address), Roster.build(made, frame)
    return Mailroom(ws, made, roster, GUARD, Renderer(made.creatives, made)), made, roster


def batch_of(roster: Roster, actions: list[int]) -> ContactBatch:
    rows = roster.treated[: len(actions)]
    size = len(actions)
    return ContactBatch(
        at=AT,
        key=contact_keys(key_of("p-0123456789"), roster.person_key[rows], 0),
        row=rows,
        action=np.array(actions, np.int16),
        slot=np.zeros(size, np.int64),
        cell=np.zeros(size, np.int16),
        propensity=np.full(size, 0.5),
        cost_micros=np.full(size, 2_000, np.int64),
        liability_micros=np.zeros(size, np.int64),
    )


def permit_for(batch: ContactBatch, plan_hash: str, policy_hash: str = GUARD.policy_hash, key: bytes = KEY) -> Permit:
    return sign(key, plan_hash, policy_hash, batch.at + 3_600, batch.key)


def files(door: Mailroom) -> list[Path]:
    return sorted(door.folder.iterdir())


def test_a_permitted_batch_becomes_one_file_per_message_named_by_key(tmp_path: Path) -> None:
    door, made, roster = mailroom(tmp_path / "ws")
    batch = batch_of(roster, [EMAIL_PLAIN, EMAIL_OFFER, PUSH_PLAIN])

    receipts = door.deliver(batch, permit_for(batch, made.hash))

    assert receipts.accepted.all()
    names = {f"{key:016x}{suffix}" for key, suffix in zip(batch.key.tolist(), (".eml", ".eml", ".json"), strict=True)}
    assert {file.name for file in files(door)} == names
    person = roster.person_id[int(batch.row[0])]
    mail = message_from_bytes((door.folder / f"{batch.key[0]:016x}.eml").read_bytes(), policy=policy.default)
    assert mail["To"] == f"{person}@mail.invalid"
    assert mail["Subject"] == "New for you: frozen seafood"
    token = Unsubscribe(workspace_secret(Workspace.open(tmp_path / "ws"))).token(person, "email")
    assert unsubscribe_url(token) in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert unsubscribe_url(token) in mail["List-Unsubscribe"]
    assert "Corner Grocer, 1 Market Street" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    push = json.loads((door.folder / f"{batch.key[2]:016x}.json").read_text(encoding="utf-8"))
    assert push["to"] == f"token-{roster.person_id[int(batch.row[2])]}"
    assert push["title"] == "New for you: frozen seafood"
    assert push["sent_at"] == "2017-10-16T13:53:20+00:00"


def test_delivering_again_leaves_the_same_files_with_the_same_bytes(tmp_path: Path) -> None:
    door, made, roster = mailroom(tmp_path / "ws")
    batch = batch_of(roster, [EMAIL_PLAIN, PUSH_PLAIN])

    def delivered() -> list[tuple[str, bytes]]:
        door.deliver(batch, permit_for(batch, made.hash))
        return [(file.name, file.read_bytes()) for file in files(door)]

    assert delivered() == delivered()


@pytest.mark.parametrize(
    "wrong", ["another key", "another plan", "other policies", "expired", "one key short", "altered"]
)
def test_without_a_valid_permit_there_is_no_file(tmp_path: Path, wrong: str) -> None:
    door, made, roster = mailroom(tmp_path / "ws")
    batch = batch_of(roster, [EMAIL_PLAIN, PUSH_PLAIN])
    good = permit_for(batch, made.hash)
    permit = {
        "another key": permit_for(batch, made.hash, key=b"another key of more than 16 bytes"),
        "another plan": permit_for(batch, "f" * 64),
        "other policies": permit_for(batch, made.hash, policy_hash="2" * 64),
        "expired": sign(KEY, made.hash, GUARD.policy_hash, batch.at, batch.key),
        "one key short": sign(KEY, made.hash, GUARD.policy_hash, batch.at + 3_600, batch.key[1:]),
        "altered": Permit(good.plan_hash, good.policy_hash, good.expires + 1, good.keys, good.tag),
    }[wrong]

    with pytest.raises(NoPermit):
        door.deliver(batch, permit)
    assert files(door) == []


def test_somebody_without_an_address_is_not_accepted_and_the_others_are(tmp_path: Path) -> None:
    _, _, roster = mailroom(tmp_path / "first")
    missing = roster.person_id[int(roster.treated[0])]
    door, made, _ = mailroom(tmp_path / "ws", no_address=(missing,))
    batch = batch_of(roster, [EMAIL_PLAIN, EMAIL_PLAIN])

    receipts = door.deliver(batch, permit_for(batch, made.hash))

    assert receipts.accepted.tolist() == [False, True]
    assert len(files(door)) == 1


def test_no_offer_is_promised_beyond_the_day_on_which_the_books_close(tmp_path: Path) -> None:
    made = made_plan()
    offer = made.creatives[1].model_copy(
        update={"html": "", "body": f"{made.creatives[1].body}{{{{ offer_title }}}} until {{{{ offer_until }}}}",
                "slots": (*made.creatives[1].slots, "offer_title", "offer_until")}
    )  # fmt: skip
    made = made.model_copy(update={"creatives": (offer,)})
    frame = snapshot(40)
    ws, roster = workspace(tmp_path / "ws", frame), Roster.build(made, frame)
    door = Mailroom(ws, made, roster, GUARD, Renderer(made.creatives, made))

    def promised(days: int) -> str:
        batch = batch_of(roster, [0])
        batch = ContactBatch(
            **{**{name: getattr(batch, name) for name in ContactBatch.__slots__}, "at": AT + days * 86_400}
        )
        door.deliver(batch, permit_for(batch, made.hash))
        return files(door)[0].read_text(encoding="utf-8")

    assert "$1.00 off until October 30, 2017" in promised(0)
    assert "$1.00 off until December 3, 2017" in promised(44)


def test_a_channel_that_cannot_send_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    frame = snapshot(40)
    made = plan(40, brief(channels=("email", "sms")))
    sms = made.creatives[2].model_copy(update={"channel": "sms"})
    ws = workspace(tmp_path / "ws", frame)
    made = made.model_copy(update={"creatives": (made.creatives[0], sms)})

    with pytest.raises(BadInput, match="sends by sms, which cannot be sent"):
        Mailroom(ws, made, Roster.build(plan(40), frame), GUARD, Renderer(made.creatives, made))


def test_every_contact_of_the_tests_is_to_a_treated_person(tmp_path: Path) -> None:
    _, _, roster = mailroom(tmp_path / "ws")

    assert (roster.arm[batch_of(roster, [0, 1, 2]).row] == TREATED).all()
