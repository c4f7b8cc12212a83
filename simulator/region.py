"""The region in which the twin has support: audiences, channels, offers and seasons that this workspace's history holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from simulator.kinds import Everybody, Kind
from simulator.months import Foretold, NewMonths, months_seen, named, new_months
from tools.data.tables import CATEGORY_DISCOUNT

OFFERS_TOLD = {CATEGORY_DISCOUNT: "money off named products or a category", "basket_discount": "money off any purchase"}


@dataclass(frozen=True, slots=True)
class Region:
    """What the history holds. Days are dates in UTC, discounts micros; None is not known.

    `channels` are those of earlier campaigns and of messages sent from this workspace, `offer_types` those of earlier
    campaigns' offers; empty when none is recorded. `campaigns` began before `now`, `designed` of them with a design.
    `kinds` are those of earlier audiences, `kinds_of_horizons` of a plan's back-tested ones, which `of_plan` adds with
    `new_months`. `everybody` is the yardstick of kinds by day, the newest at `now`.
    """

    first_day: date | None
    last_day: date | None
    now: date
    channels: tuple[str, ...]
    deepest_discount: int | None
    campaigns: int
    designed: int = 0
    offer_types: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    kinds_of_horizons: tuple[Kind, ...] = ()
    new_months: NewMonths = field(default_factory=NewMonths)
    everybody: tuple[tuple[date, Everybody], ...] = ()

    @property
    def history_days(self) -> int:
        """Days from the first to the last purchase, both included; 0 without purchases."""
        return (self.last_day - self.first_day).days + 1 if self.first_day and self.last_day else 0

    @property
    def age_days(self) -> int | None:
        """Days since the newest purchase."""
        return (self.now - self.last_day).days if self.last_day else None

    @property
    def months(self) -> frozenset[int]:
        """Months of the year that the history has seen."""
        return months_seen(self.first_day, self.last_day)

    @property
    def all_kinds(self) -> tuple[Kind, ...]:
        """The kinds of earlier campaigns' audiences and of back-tested horizons."""
        return self.kinds + self.kinds_of_horizons

    def kind(self, people: pl.DataFrame) -> Kind | None:
        """The kind of a plan's people as they are now, from a snapshot's columns; None when it cannot be told."""
        return self._kind_on(self.now, people)

    def of_plan(self, history: pl.DataFrame, foretold: Sequence[Foretold]) -> Region:
        """The region with a plan's back-tested horizons: their kinds (`history` as in `Twin`), and new months' record."""
        tried = {one.start for one in foretold}
        parts = history.partition_by("origin", as_dict=True) if len(history) else {}
        days = {key[0].date(): part for key, part in parts.items() if isinstance(key[0], datetime)}
        kinds = (self._kind_on(day, part) for day, part in sorted(days.items()) if day in tried)
        return replace(
            self,
            kinds_of_horizons=tuple(kind for kind in kinds if kind),
            new_months=new_months(self.first_day, foretold),
        )

    def _kind_on(self, day: date, people: pl.DataFrame) -> Kind | None:
        everybody = dict(self.everybody).get(day)
        return everybody.kind(people) if everybody else None

    @property
    def told(self) -> dict[str, str]:
        """The region in words, by what a plan is judged for."""
        new = sorted(set(range(1, 13)) - self.months)
        return {
            "audience": self._audiences(),
            "channel": ", ".join(self.channels) or "none is recorded: e-mail and push from priors",
            "offer": self._offers(),
            "season": (
                f"{self.first_day} to {self.last_day}, {self.history_days} days; never seen: {named(new) or 'no month'}"
                + (f"; {self.new_months.told}" if new else "")
                if self.last_day
                else "no purchases"
            ),
            "data age": "unknown"
            if self.age_days is None
            else f"{self.age_days} day{'' if self.age_days == 1 else 's'}",
        }

    def _audiences(self) -> str:
        said = [
            f"{len(self.kinds)} of {self.campaigns} earlier campaigns",
            f"{len(self.kinds_of_horizons)} back-tested horizons",
        ]
        if not self.all_kinds:
            return f"kinds known of {' and '.join(said)}"
        spans = []
        for name in ("recency", "rate"):
            quartiles = [getattr(kind, name) for kind in self.all_kinds]
            spans.append(f"{min(q[0] for q in quartiles):.0%} to {max(q[2] for q in quartiles):.0%} by {name}")
        return f"kinds of {' and '.join(said)}, middle halves from {' and '.join(spans)} among everybody"

    def _offers(self) -> str:
        known = ", ".join(OFFERS_TOLD.get(name, name.replace("_", " ")) for name in self.offer_types)
        deep = (
            f"up to {self.deepest_discount / 1e6:,.2f}"
            if self.deepest_discount is not None
            else "no discount in the data"
        )
        return f"{known or 'no type is recorded'}; {deep}"

    def plain(self) -> dict[str, Any]:
        """The region as JSON types."""
        return {
            "first_day": str(self.first_day) if self.first_day else None,
            "last_day": str(self.last_day) if self.last_day else None,
            "data_age_days": self.age_days,
            "months_seen": sorted(self.months),
            "new_months": {**asdict(self.new_months), "covered": self.new_months.covered},
            "channels": list(self.channels),
            "offer_types": list(self.offer_types),
            "deepest_discount_micros": self.deepest_discount,
            "campaigns": self.campaigns,
            "campaigns_designed": self.designed,
            "kinds_of_campaigns": [asdict(kind) for kind in self.kinds],
            "kinds_of_horizons": [asdict(kind) for kind in self.kinds_of_horizons],
            "told": self.told,
        }
