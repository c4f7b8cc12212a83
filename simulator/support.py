"""Whether a plan lies inside the twin's region, and the reasons why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.plan import Plan
from simulator.designs import deepest, offer_types
from simulator.kinds import Kind, like
from simulator.months import months_in, named
from simulator.region import OFFERS_TOLD, Region

CHANNELS = ("email", "push")
"""Channels whose response priors are taken where no history says which channels were used."""
FEWEST_PEOPLE = 150
MOST_TIMES = 2.0
"""An audience larger than this many times the people of any earlier horizon is outside."""
OLDEST_DAYS = 42
"""Data older than this say little about the weeks ahead (the authors' judgement: half of what a rate looks back on)."""
REACH_DAYS = 92
"""A season that begins later than this after the newest data was never near what was back-tested."""
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan asks of the twin: people and their kind, channels, first and last day, types and depth of its offers.

    `deepest_offer` is in micros (0: none). A kind that is None is not known.
    """

    people: int
    channels: tuple[str, ...]
    start: date
    end: date
    deepest_offer: int = 0
    kind: Kind | None = None
    offer_types: tuple[str, ...] = ()

    @classmethod
    def of(cls, plan: Plan, people: int, kind: Kind | None = None) -> Asked:
        """What this plan asks over `people` people of this kind (`Region.kind` of its snapshot)."""
        window = plan.brief.window
        return cls(people, plan.brief.channels, window.start, window.end, deepest(plan), kind, offer_types(plan))


def support(asked: Asked, largest: int, seen: Region | None) -> tuple[str, ...]:
    """Why a plan lies outside the region, one clause each; empty inside.

    `largest` is the number of people of the largest earlier horizon of such people. Without a region only people and
    channels are judged.
    """
    reasons = []
    if asked.people < FEWEST_PEOPLE:
        reasons.append(f"the audience has {asked.people} people, and {FEWEST_PEOPLE} are needed")
    if asked.people > MOST_TIMES * largest > 0:
        reasons.append(f"the audience has {asked.people:,} people, and the history knows {largest:,} at a time")
    reasons += _strange_channels(asked.channels, seen)
    if seen is None:
        return tuple(reasons)
    if seen.last_day is None or seen.age_days is None:
        return (*reasons, "the workspace has no purchases")
    return (*reasons, *_strange_people(asked, seen), *_beyond(asked, seen), *_new_season(asked, seen), *_strange_offers(asked, seen))  # fmt: skip


def _strange_channels(channels: Sequence[str], seen: Region | None) -> list[str]:
    known = seen.channels if seen and seen.channels else CHANNELS
    strange = [channel for channel in channels if channel not in known]
    if not strange:
        return []
    if seen and seen.channels:
        return [f"no message went out by {' or '.join(strange)} so far, only by {' and '.join(seen.channels)}"]
    return [f"the twin knows {' and '.join(CHANNELS)}, and the plan uses {', '.join(strange)}"]


def _strange_people(asked: Asked, seen: Region) -> list[str]:
    if asked.kind is None:
        return ["how recently and how often the audience buys beside everybody cannot be told"]
    if not seen.all_kinds:
        return ["no earlier campaign or back-tested horizon says what kinds of audience were seen"]
    if like(asked.kind, seen.all_kinds):
        return []
    return [f"no earlier campaign or back-tested horizon had an audience of this kind: {asked.kind.told}"]


def _beyond(asked: Asked, seen: Region) -> list[str]:
    if seen.last_day is None or seen.age_days is None:
        return []
    reasons, days = [], (asked.end - asked.start).days + 1
    if days > seen.history_days:
        reasons.append(f"the plan lasts {days} days, longer than the history of {seen.history_days}")
    if seen.age_days > OLDEST_DAYS:
        reasons.append(f"the newest purchase is {seen.age_days} days old, and {OLDEST_DAYS} is the most")
    if (asked.start - seen.last_day).days > REACH_DAYS:
        reasons.append(
            f"the plan begins {(asked.start - seen.last_day).days} days after the newest data, in a season further off "
            f"than the {REACH_DAYS} days that a back-test reaches"
        )
    return reasons


def _new_season(asked: Asked, seen: Region) -> list[str]:
    new = [month for month in months_in(asked.start, asked.end) if month not in seen.months]
    if not new or seen.new_months.covered:
        return []
    return [f"the history never saw {named(new)}, in which the plan runs, and {seen.new_months.told}"]


def _strange_offers(asked: Asked, seen: Region) -> list[str]:
    reasons = []
    strange = [name for name in asked.offer_types if name not in seen.offer_types]
    if strange:
        reasons.append(
            f"the plan offers {_listed(strange)}, and earlier campaigns offered "
            + (
                _listed(seen.offer_types)
                if seen.offer_types
                else "nothing that the data say (`campaigns` holds designs)"
            )
        )
    if seen.deepest_discount is not None and asked.deepest_offer > seen.deepest_discount:
        reasons.append(
            f"an offer is worth {asked.deepest_offer / 1e6:,.2f}, and discounts in the history end at "
            f"{seen.deepest_discount / 1e6:,.2f} a basket"
        )
    return reasons


def _listed(types: Sequence[str]) -> str:
    return ", ".join(OFFERS_TOLD.get(name, name.replace("_", " ")) for name in types)


def not_learnt(seen: Region) -> tuple[str, ...]:
    """What a history of this kind cannot teach, one sentence each."""
    said = []
    if not seen.campaigns:
        said.append("No earlier campaign is in the data: who redeems, when and how often was not back-tested.")
    elif seen.campaigns == 1:
        said.append("One earlier campaign is in the data: nothing could be foretold from others before it.")
    if seen.campaigns > seen.designed:
        said.append(
            f"{seen.campaigns - seen.designed} of {seen.campaigns} earlier campaigns have no design in the data: their length, "
            "kind and offers are not known."
        )
    if not seen.channels:
        said.append(
            "No campaign in the data says by which channel it went: responses on "
            f"{' and '.join(CHANNELS)} are assumed from priors and back-tested nowhere."
        )
    if seen.history_days < YEAR_DAYS:
        said.append(
            f"The history has {seen.history_days} {'day' if seen.history_days == 1 else 'days'}, less than a year: no season was seen twice or at all."
        )
    if seen.deepest_discount is None:
        said.append("No basket in the data had a discount: how deep an offer may be is not known from history.")
    return tuple(said)
