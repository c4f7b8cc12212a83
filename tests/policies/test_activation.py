"""Which policies are in force: nothing that may newly allow comes into force without two other people, in any order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from campaigns.errors import BadInput, Refused
from campaigns.ledger import Ledger
from campaigns.store import Store
from campaigns.versions import Versions
from campaigns.workspace import Workspace
from delivery.policy_change import approve_policy, reject_policy, roll_back
from policies import kept
from policies.activation import propose
from policies.authority.people import person
from policies.direction import direction
from policies.errors import BadPolicy
from policies.in_force import policies_in_force, waiting_upgrade
from policies.load import SHIPPED, load_policies
from tests.builders import NOW

Packs = Callable[..., Path]
WEEKLY = "max_per_week: 4"


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """A copy of the packs shipped in which each file's text was replaced."""
    shutil.copytree(SHIPPED, folder)
    for file, old, new in edits:
        path = folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    return folder


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "ws")
    Store(made).set_clock(NOW)
    policies_in_force(made)
    return made


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    return lambda *edits: edited(tmp_path / f"packs{len(list(tmp_path.iterdir()))}", *edits)


def in_force(ws: Workspace) -> str:
    current = Versions(ws).current()
    assert current is not None
    return current.hash


def test_a_workspace_begins_with_the_packs_shipped_on_record(tmp_path: Path) -> None:
    ws = Workspace.create(tmp_path / "ws")

    assert policies_in_force(ws) == load_policies()
    policies_in_force(ws)
    (first,) = Versions(ws).history()
    assert (first.by, first.direction, first.hash) == ("twinpilot", "first", load_policies().hash)


def test_a_tightening_is_in_force_at_once_and_on_record(ws: Workspace, packs: Packs) -> None:
    done = propose(ws, packs(("contact.yaml", WEEKLY, "max_per_week: 1")), "Ada", NOW)

    assert (done.applied, done.proposal.direction) == (True, "tightening")
    assert policies_in_force(ws).hash == done.proposal.hash
    last = Versions(ws).history()[-1]
    assert (last.by, last.against_hash) == ("Ada", load_policies().hash)
    assert [one.progress for one in Ledger(ws).changes()] == ["done"]


def test_a_loosening_waits_for_two_others_and_their_names_are_kept(ws: Workspace, packs: Packs) -> None:
    done = propose(ws, packs(("contact.yaml", WEEKLY, "max_per_week: 5")), "Ada", NOW)
    wanted = done.proposal.hash

    assert (done.applied, done.proposal.direction) == (False, "loosening")
    assert in_force(ws) == load_policies().hash
    for name, rule_ in (("ada", "approval_not_by_author"), ("Marketing", "approval_not_by_author")):
        with pytest.raises(Refused, match=rule_):
            approve_policy(ws, wanted, name, NOW)
    assert approve_policy(ws, wanted[:12], "Ben", NOW).people_missing == 1
    with pytest.raises(Refused, match="somebody else"):
        approve_policy(ws, wanted, "B E N", NOW)
    assert in_force(ws) == load_policies().hash
    assert approve_policy(ws, wanted, "Cleo", NOW + timedelta(hours=1)).in_force

    assert policies_in_force(ws).hash == wanted
    last = Versions(ws).history()[-1]
    assert (last.by, last.approved_by, last.at) == ("Ada", ("Ben", "Cleo"), NOW + timedelta(hours=1))
    (change,) = Ledger(ws).changes()
    assert change.progress == "done"
    assert [one.by for one in Ledger(ws).decisions(change.change.change_id)] == ["Ben", "Cleo"]
    with pytest.raises(Refused, match="came into force before"):
        approve_policy(ws, wanted, "Dan", NOW)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("authority.yaml", "window_hours: 24", "window_hours: 1", "change_limit has other parameters"),
        ("authority.yaml", "campaigns: 3", "campaigns: 1", "autonomy_earned has other parameters"),
        ("authority.yaml", "budget_ceiling: bounded", "budget_ceiling: suggest", "autonomy_earned has other"),
        ("brand/house.yaml", "reading_grade: ", "reading_grade: 1", "brand file changed"),
    ],
)
def test_what_no_proof_sees_counts_as_a_loosening(
    ws: Workspace, packs: Packs, file: str, old: str, new: str, said: str
) -> None:
    done = propose(ws, packs((file, old, new)), "Ada", NOW)

    assert not done.applied
    assert said in " ".join(done.proposal.why)


def test_packs_said_to_be_reviewed_later_wait_though_their_hash_is_the_same(ws: Workspace, packs: Packs) -> None:
    folder = packs()
    text = (folder / "house.yaml").read_text()
    day = next(line for line in text.splitlines() if line.startswith("as_of:"))
    (folder / "house.yaml").write_text(text.replace(day, "as_of: 2039-01-01"))

    done = propose(ws, folder, "Ada", NOW)

    assert done.proposal.hash == in_force(ws)
    assert not done.applied
    assert "reviewed on 2039-01-01" in done.proposal.why[0]


def test_a_comment_changes_nothing_and_is_in_force_at_once(ws: Workspace, packs: Packs) -> None:
    folder = packs()
    (folder / "house.yaml").write_text("# seen by the house\n" + (folder / "house.yaml").read_text())

    done = propose(ws, folder, "Ada", NOW)

    assert (done.applied, done.proposal.direction) == (True, "neither")


def test_without_the_solver_only_added_conditions_tighten(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_policies()
    lower = load_policies(packs(("contact.yaml", WEEKLY, "max_per_week: 1")))
    folder = packs()
    (folder / "more.yaml").write_text(
        "pack: more\ntitle: More\nsource: the house\nas_of: 2026-01-01\nrules:\n"
        "- {id: no_more, scope: contact, must: sends_7d < 1, severity: deny, message: m, limit: l, remedy: r}\n"
    )
    more = load_policies(folder)
    assert direction(shipped, lower).direction == "tightening"

    monkeypatch.setattr("policies.direction.installed", lambda: False)

    assert direction(shipped, more).direction == "tightening"
    assert direction(shipped, shipped).direction == "neither"
    assert direction(more, shipped).loosens
    assert direction(shipped, lower).loosens
    assert "Z3 is not installed" in direction(shipped, lower).why[-1]


def test_a_dry_run_and_bad_packs_keep_nothing(ws: Workspace, packs: Packs) -> None:
    before = sorted(path for path in ws.root.rglob("*.yaml"))
    assert not propose(ws, packs(("contact.yaml", WEEKLY, "max_per_week: 1")), "Ada", NOW, dry_run=True).applied

    with pytest.raises(BadPolicy, match=r"contact.yaml:\d+: rule holdout_untouched"):
        propose(ws, packs(("contact.yaml", "must: arm == 0", "must: arm = 0")), "Ada", NOW)
    with pytest.raises(BadInput, match="in force already"):
        propose(ws, SHIPPED, "Ada", NOW)
    with pytest.raises(BadInput, match="no letter"):
        propose(ws, packs(("contact.yaml", WEEKLY, "max_per_week: 1")), " .", NOW)
    with pytest.raises(Refused, match="nobody could change the policies again"):
        propose(ws, packs(("authority.yaml", "people: 2", "people: 99")), "Ada", NOW)

    assert len(Versions(ws).history()) == 1
    assert Versions(ws).proposals() == ()
    assert sorted(path for path in ws.root.rglob("*.yaml")) == before


def test_a_file_that_was_changed_is_named_everywhere_and_put_back(ws: Workspace, packs: Packs) -> None:
    versions = Versions(ws)
    current = versions.current()
    assert current is not None
    version = versions.version(current.content)
    path = versions.folder(version) / "contact.yaml"
    path.write_text(path.read_text().replace(WEEKLY, "max_per_week: 40"))

    with pytest.raises(BadPolicy, match=r"contact.yaml of policies .* policy restore"):
        policies_in_force(ws)
    with pytest.raises(BadPolicy, match="policy restore"):
        propose(ws, packs(("contact.yaml", WEEKLY, "max_per_week: 1")), "Ada", NOW)
    assert versions.restore(version) == ["contact.yaml"]
    assert policies_in_force(ws).hash == load_policies().hash
    (path.parent / "more.yaml").write_text("pack: more\n")
    with pytest.raises(BadPolicy, match=r"more\.yaml"):
        policies_in_force(ws)


def test_a_record_that_was_changed_is_refused(ws: Workspace) -> None:
    with ws.session() as session:
        session.connection().exec_driver_sql("UPDATE policy_in_force SET hash = ?", ("f" * 64,))
    with pytest.raises(Refused, match="record of the policies in force was changed"):
        policies_in_force(ws)


def test_shipped_packs_that_only_tighten_are_in_force_at_once(
    ws: Workspace, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policies.kept.SHIPPED", packs(("contact.yaml", WEEKLY, "max_per_week: 1")))

    new = policies_in_force(ws)

    assert new.rule("weekly_cap").params["max_per_week"] == 1
    assert [(one.by, one.direction) for one in Versions(ws).history()][-1] == ("twinpilot", "tightening")


def test_shipped_packs_that_loosen_wait_and_say_what_to_run(
    ws: Workspace, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = policies_in_force(ws)
    monkeypatch.setattr("policies.kept.SHIPPED", packs(("contact.yaml", WEEKLY, "max_per_week: 9")))

    assert policies_in_force(ws) == policies_in_force(ws) == before
    assert "policy approve" in waiting_upgrade(ws)
    (asked,) = Versions(ws).proposals()
    for name in ("Ada", "Ben"):
        approve_policy(ws, asked.proposal.hash, name, NOW)
    assert policies_in_force(ws).rule("weekly_cap").params["max_per_week"] == 9
    assert waiting_upgrade(ws) == ""


def test_a_version_that_is_read_otherwise_is_refused_and_can_be_approved_anew(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policies.load._LANGUAGE", 2)
    # Another Twinpilot is another process, which has read nothing yet.
    kept._loaded.cache_clear()

    with pytest.raises(BadPolicy, match=r"reads them as .*`twinpilot policy propose"):
        policies_in_force(ws)
    waits = propose(ws, None, "Ada", NOW)
    assert waits.proposal.direction == "undecided"
    for name in ("Ben", "Cleo"):
        approve_policy(ws, waits.proposal.hash, name, NOW)
    assert policies_in_force(ws).hash == waits.proposal.hash


@pytest.mark.parametrize("wanted", ["", "abc", "zzzzzzzz", "0" * 64])
def test_an_unknown_hash_is_one_sentence(ws: Workspace, wanted: str) -> None:
    for ask in (approve_policy, reject_policy, roll_back):
        with pytest.raises(BadInput, match=r"too short|No policy version"):
            ask(ws, wanted, "Ada", NOW)


NAMES = ("Ada", "ada ", "Ben", "Cleo", "Dan", "marketing")
CAPS = (2, 3, 4, 5)


class Activation(RuleBasedStateMachine):
    """The weekly cap proposed, approved, rejected, rolled back and tampered with in any order, by any people."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.tampered = False
        self.seen: list[str] = []

    @initialize()
    def begin(self) -> None:
        self.ws = Workspace.create(self.place / "ws")
        Store(self.ws).set_clock(NOW)
        self.folders = {
            cap: edited(self.place / str(cap), ("contact.yaml", WEEKLY, f"max_per_week: {cap}")) for cap in CAPS
        }
        self.hashes = {load_policies(folder).hash: cap for cap, folder in self.folders.items()}
        policies_in_force(self.ws)

    @rule(cap=st.sampled_from(CAPS), by=st.sampled_from(NAMES))
    def propose(self, cap: int, by: str) -> None:
        self.tolerant(lambda: propose(self.ws, self.folders[cap], by, NOW))

    @rule(cap=st.sampled_from(CAPS), by=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    def approve(self, cap: int, by: list[str]) -> None:
        for name in by:
            self.tolerant(lambda name=name: approve_policy(self.ws, self.hash(cap), name, NOW))  # type: ignore[misc]

    @rule(cap=st.sampled_from(CAPS), by=st.sampled_from(NAMES))
    def reject(self, cap: int, by: str) -> None:
        self.tolerant(lambda: reject_policy(self.ws, self.hash(cap), by, NOW))

    @rule(cap=st.sampled_from(CAPS), by=st.sampled_from(NAMES))
    def roll_back(self, cap: int, by: str) -> None:
        self.tolerant(lambda: roll_back(self.ws, self.hash(cap), by, NOW))

    @rule()
    def tamper(self) -> None:
        path = self.kept() / "contact.yaml"
        path.write_text(path.read_text() + "\n# changed by hand\n")
        self.tampered = True

    @rule()
    def restore(self) -> None:
        versions = Versions(self.ws)
        versions.restore(versions.version(versions.history()[-1].content))
        self.tampered = False

    @invariant()
    def every_loosening_took_two_others(self) -> None:
        if not hasattr(self, "ws"):
            return
        history = Versions(self.ws).history()
        said = [one.model_dump_json() for one in history]
        assert said[: len(self.seen)] == self.seen, "history is only added to"
        self.seen = said
        for before, after in pairwise(history):
            approvers = {person(name) for name in after.approved_by}
            assert not approvers & {person(after.by), "marketing"}
            if self.hashes[after.hash] > self.hashes[before.hash]:
                assert len(approvers) >= 2
        if self.tampered:
            with pytest.raises(BadPolicy):
                policies_in_force(self.ws)
        else:
            assert policies_in_force(self.ws).hash == history[-1].hash

    def teardown(self) -> None:
        if hasattr(self, "ws"):
            self.ws.engine.dispose()
        shutil.rmtree(self.place)

    def kept(self) -> Path:
        versions = Versions(self.ws)
        return versions.folder(versions.version(versions.history()[-1].content))

    def hash(self, cap: int) -> str:
        return next(found for found, of in self.hashes.items() if of == cap)

    def tolerant(self, act: Callable[[], object]) -> None:
        """Do it; a refusal leaves everything as it was."""
        before = Versions(self.ws).history()
        try:
            act()
        except BadInput:
            assert Versions(self.ws).history() == before


TestActivation = Activation.TestCase
TestActivation.settings = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
