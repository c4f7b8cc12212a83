"""The guard: the only maker of permits, asked again on fresh facts for every batch that is to leave.

Every contact rule must hold for a contact to be permitted. A fact that is null, missing or ill-typed violates the
rules that read it, and there is no way to a permit without asking all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import ContactBatch, IntArray, KeyArray, Permit
from policies.brand.file import Brand
from policies.errors import BadPolicy, NoPermit
from policies.evaluators.closure import closure
from policies.evaluators.columns import columns
from policies.evaluators.reason import explain
from policies.facts import SCOPES
from policies.permit import is_genuine, sign
from policies.rule import PolicySet
from policies.wording import fill, shown

SHORTEST_KEY = 16
LONGEST_LIFE = 24 * 3600
"""A permit outlives the batch it was made for by a day at most (seconds)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one contact may not be made: the rule, what was seen, what it allows, what would make it pass."""

    rule: str
    observed: str
    limit: str
    remedy: str


class Guard:
    """Judges contacts by a policy set and signs permits with `key`, a secret of at least 16 bytes.

    A permit made by a guard with another key or other policies is not valid here. BadPolicy when the key is short.
    """

    def __init__(self, policies: PolicySet, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise BadPolicy(
                f"The guard's key has {len(key)} bytes and needs {SHORTEST_KEY}; make one with secrets.token_bytes."
            )
        self._key = bytes(key)
        self.judge_by(policies)

    def judge_by(self, policies: PolicySet) -> None:
        """Judge by these policies from here on; what holds this guard follows, and permits given before are no longer valid."""
        self._rules = policies.scope("contact")
        trees = [rule.tree for rule in self._rules]
        self._columns = columns(trees)
        self._one = closure(trees)
        self._policy_hash = policies.hash
        self._lists = policies.lists
        self._brand = policies.brand
        self._names = tuple(rule.id for rule in self._rules)

    def __repr__(self) -> str:
        return f"Guard(policy_hash={self._policy_hash[:12]!r}, rules={len(self._rules)})"

    @property
    def policy_hash(self) -> str:
        """The hash of the policies this guard judges by."""
        return self._policy_hash

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The word and place lists of the packs, by which facts are made."""
        return self._lists

    @property
    def brand(self) -> Brand | None:
        """The brand file by which finished messages are judged, or None when the packs have none."""
        return self._brand

    @property
    def contact_rules(self) -> tuple[str, ...]:
        """The contact rules by id; a rule's position is its bit in every mask."""
        return self._names

    def permit(
        self, plan_hash: str, batch: ContactBatch, facts: Mapping[str, npt.NDArray[Any]], ttl_seconds: int = 3600
    ) -> tuple[Permit, IntArray]:
        """A permit for exactly the allowed contacts of a batch, and a mask per contact: 0 allowed, bit i by rule i.

        `facts` are columns parallel to the batch (see `policies.facts`); the permit ends `ttl_seconds` (1 to 86,400)
        after `batch.at`. Raises BadFacts on a column of another length and NoPermit on a key that occurs twice.
        """
        if not 1 <= ttl_seconds <= LONGEST_LIFE:
            raise NoPermit(f"A permit cannot last {ttl_seconds} seconds; ask for 1 to {LONGEST_LIFE}.")
        masks = self._columns(facts, len(batch))
        return sign(self._key, plan_hash, self._policy_hash, int(batch.at) + ttl_seconds, batch.key[masks == 0]), masks

    def verify(self, permit: Permit, keys: KeyArray, now_seconds: int, plan_hash: str | None = None) -> None:
        """Returns when the permit allows all of these keys to be sent now; NoPermit, saying why, in every other case.

        `now_seconds` are epoch seconds; with `plan_hash` the permit must also be for that plan. A key may occur once.
        """
        if not isinstance(permit, Permit) or not is_genuine(self._key, permit):
            raise NoPermit(
                "The permit was not made by this guard or was altered; nothing was sent. Ask the guard again."
            )
        if permit.policy_hash != self._policy_hash:
            raise NoPermit(
                f"The permit is for policies {permit.policy_hash[:12]}, and {self._policy_hash[:12]} are in force."
            )
        if plan_hash is not None and permit.plan_hash != plan_hash:
            raise NoPermit(
                f"The permit is for plan hash {permit.plan_hash[:12]}, not {plan_hash[:12]}; nothing was sent."
            )
        if now_seconds >= permit.expires:
            raise NoPermit(
                f"The permit ended {now_seconds - permit.expires} s ago; ask the guard again on fresh facts."
            )
        uncovered = _uncovered(np.asarray(keys, dtype=np.uint64), permit.keys)
        if uncovered:
            raise NoPermit(
                f"{uncovered} of {len(keys)} messages are not covered by the permit or occur twice; nothing was sent."
            )

    def judge(self, facts: Mapping[str, object]) -> int:
        """The mask of one contact from plain facts (bool, int, None for null); 0 when every rule holds."""
        return self._one(facts)

    def rules_in(self, mask: int) -> tuple[str, ...]:
        """The ids of the rules whose bits are set."""
        return tuple(name for place, name in enumerate(self._names) if mask >> place & 1)

    def refusals(self, facts: Mapping[str, object], currency: str = "") -> tuple[Refusal, ...]:
        """Every reason against one contact, in the order of the rules; empty when it is allowed."""
        words = {name: shown(fact, facts.get(name), currency) for name, fact in SCOPES["contact"].facts.items()}
        found: list[Refusal] = []
        for rule in self._rules:
            violation = explain(rule.tree, facts)
            if violation is None:
                continue
            observed = ", ".join(f"{name} is {words[name]}" for name, _ in violation.seen)
            found.append(Refusal(rule.id, observed, fill(rule.limit, rule, words), fill(rule.remedy, rule, words)))
        return tuple(found)


def _uncovered(keys: KeyArray, allowed: KeyArray) -> int:
    """How many of `keys` are not among the sorted `allowed`, or occur again."""
    wanted = np.sort(keys)
    again = int((wanted[1:] == wanted[:-1]).sum()) if len(wanted) > 1 else 0
    if not len(allowed):
        return len(wanted)
    place = np.minimum(np.searchsorted(allowed, wanted), len(allowed) - 1)
    return int((allowed[place] != wanted).sum()) + again
