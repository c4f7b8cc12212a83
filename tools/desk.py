"""The desk of one draft: the parts made so far, and what of them may be said to a language model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from campaigns.allocation import Allocation
from campaigns.audience import Audience
from campaigns.border import Border
from campaigns.brief import Brief
from campaigns.creative import Creative, Offer
from campaigns.errors import TwinpilotError
from campaigns.experiment import Experiment
from campaigns.store import Store
from campaigns.workspace import Workspace

Part = TypeVar("Part", bound=Border)

SMALLEST_GROUP = 50
"""Counts of fewer people than this are not told to a model (k-anonymity)."""
ORDER = ("audience", "creative", "experiment", "budget")
"""The parts of a draft in the order in which they are made; each needs those before it."""


class MissingPart(TwinpilotError):
    """A tool needs a part of the draft that was not made yet; the text names it and who makes it."""


class Messages(Border):
    """The creative part of a draft: the offers that may be made and the message variants that use them."""

    offers: tuple[Offer, ...]
    creatives: tuple[Creative, ...]


KINDS: dict[str, type[Border]] = {
    "brief": Brief, "audience": Audience, "creative": Messages, "experiment": Experiment, "budget": Allocation
}  # fmt: skip


def _silent(_sentence: str) -> None:
    return None


@dataclass(frozen=True)
class Desk:
    """One revision of one draft: what planning tools read their inputs from and write their part to.

    `now` is the workspace's instant; `follow_up_days` is how long after the window answers are still counted;
    `progress` takes one plain sentence per thing done.
    """

    workspace: Workspace
    plan_id: str
    revision: int
    now: datetime
    follow_up_days: int
    progress: Callable[[str], None] = field(default=_silent)

    def find(self, name: str, kind: type[Part]) -> Part | None:
        """A part of this revision, or None when it was not made yet."""
        text = Store(self.workspace).part(self.plan_id, self.revision, name)
        return None if text is None else kind.model_validate_json(text)

    def need(self, name: str, kind: type[Part]) -> Part:
        """A part of this revision; MissingPart, naming it, when it was not made yet."""
        found = self.find(name, kind)
        if found is None:
            raise MissingPart(f"missing: {name}. The {name} agent has to make its part first.")
        return found

    def need_before(self, name: str) -> None:
        """Nothing when every part that comes before `name` is there; MissingPart for the first that is not."""
        for earlier in ORDER[: ORDER.index(name)]:
            self.need(earlier, KINDS[earlier])

    def keep(self, name: str, part: Part) -> Part:
        """The part as it is kept: written once per revision, so a repeated step changes nothing."""
        Store(self.workspace).put_part(self.plan_id, self.revision, name, part)
        return self.need(name, type(part))

    @property
    def brief(self) -> Brief:
        """The brief that this revision is planned for."""
        return self.need("brief", Brief)

    def read_brief(self) -> str:
        """Read what was asked: objective, metric, population in words, channels, money, window and limits."""
        brief = self.brief
        return told(
            {
                "objective": brief.objective,
                "primary_metric": brief.primary_metric,
                "population": brief.population,
                "channels": list(brief.channels),
                "budget": None if brief.budget is None else str(brief.budget),
                "window": f"{brief.window.start} to {brief.window.end}",
                "max_contacts_per_week": brief.max_contacts_per_week,
                "prohibitions": list(brief.prohibitions),
            }
        )


def people(count: float) -> int | str:
    """A count of people as a model may see it: the number, or `under 50` for a small group (0 stays 0)."""
    return int(count) if count == 0 or count >= SMALLEST_GROUP else f"under {SMALLEST_GROUP}"


def told(summary: dict[str, object]) -> str:
    """The summary as the JSON text that a model is shown, keys sorted."""
    return json.dumps(summary, sort_keys=True, ensure_ascii=False)
