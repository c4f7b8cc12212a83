"""The audience of a brief: its population read, counted, frozen and described."""

from __future__ import annotations

from datetime import datetime

from campaigns.audience import Audience, Exclusion
from campaigns.brief import Brief
from campaigns.figure import Figure, Source
from campaigns.workspace import Workspace
from tools.audience.catalogue import product_categories
from tools.audience.contactability import CHANNELS, Step
from tools.audience.drivers import drivers
from tools.audience.population import Population, understand
from tools.audience.snapshot import TakenSnapshot, take
from tools.audience.sparing import assumed
from tools.audience.worth import SEGMENTS


def propose_audience(ws: Workspace, brief: Brief, now: datetime) -> Audience:
    """The audience that the brief's population words mean at `now`; its snapshot is written to the workspace.

    UnreadableWords or UnknownCategory for words that cannot be read, EmptyAudience when nobody matches or remains,
    NoEvidence when what is to be sold was never bought, NoUplift when a kept uplift cannot be read. Running it again gives the same bytes.
    """
    population = understand(brief.population, brief.objective, product_categories(ws))
    return describe(take(ws, brief, now, population), population, brief, ws)


def describe(taken: TakenSnapshot, population: Population, brief: Brief, ws: Workspace) -> Audience:
    """A taken snapshot as the plan's audience: every count is a figure whose source is the query, or the test, that made it."""

    def people(count: int, name: str) -> Figure:
        return Figure(
            value=count, unit="people", source=Source(kind="query", name=f"tools.audience.{name}", ref=taken.query_ref)
        )

    def counted(step: Step, count: int) -> Figure:
        if not step.test:
            return people(count, "exclude")
        return Figure(
            value=count, unit="people", source=Source(kind="tool", name="tools.audience.sparing.spare", ref=step.test)
        )

    tiers = taken.frame["segment"]
    return Audience(
        words=brief.population,
        predicates=population.predicates,
        category=population.category,
        snapshot_id=taken.snapshot_id,
        matched=people(taken.matched, "matching"),
        exclusions=tuple(
            Exclusion(reason=step.reason, removed=counted(step, step.removed), remaining=counted(step, step.remaining))
            for step in taken.exclusions
        ),
        size=people(taken.size, "snapshot"),
        segments={name: people(int((tiers == name).sum()), "segments") for name in SEGMENTS},
        reachable={name: people(_reachable(taken, name), "reachable") for name in brief.channels},
        drivers=drivers(taken, population.category, brief.channels, ws.settings.margin_rate, ws.settings.currency),
        uplift=assumed(taken.uplift),
    )


def _reachable(taken: TakenSnapshot, channel: str) -> int:
    """People of the audience with a granted consent on the channel; nobody where no consent is kept."""
    return int((taken.frame[f"consent_{channel}"] == 1).sum()) if channel in CHANNELS else 0
