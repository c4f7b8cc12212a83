"""What does not change about a person while a plan runs: the laws that reach them, their age, an open complaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from campaigns.contact import IntArray, SmallArray
from campaigns.plan import Plan
from delivery.roster import Roster
from policies.jurisdiction import age_needed, laws

Column = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts over the roster's rows, made once per plan; one that everybody shares has no dimension.

    `written` and `marketing` are what the data can say of every consent: it was given for marketing, and its form is
    not recorded, so that it never counts as written.
    """

    columns: Mapping[str, Column]
    channels: tuple[str, ...]

    @classmethod
    def build(cls, plan: Plan, roster: Roster, lists: Mapping[str, tuple[str, ...]]) -> Standing:
        """The facts of a plan's people under the packs' lists; a fact whose list is in no pack is left out."""
        columns: dict[str, Column] = {name: flags[roster.place] for name, flags in laws(lists, roster.places).items()}
        ages = age_needed(lists, _sold(plan), roster.places)
        if ages is not None:
            columns["age_needed"] = ages[roster.place]
        columns["age_from"] = roster.age_from.astype(np.int64)
        columns["minor"] = roster.minor
        columns["open_complaint"] = roster.open_complaint
        return cls({name: _shared(column) for name, column in columns.items()}, roster.channels)

    def of(self, rows: IntArray, channel: SmallArray) -> dict[str, Column]:
        """The facts of these people for messages on these channels (positions in the plan's channels)."""
        facts = {name: column if column.ndim == 0 else column[rows] for name, column in self.columns.items()}
        facts["by_sms"] = channel == self.channels.index("sms") if "sms" in self.channels else np.array(False)
        facts["purpose_marketing"] = np.array(True)
        facts["sms_written_consent"] = np.array(False)
        return facts


def _sold(plan: Plan) -> list[str]:
    """Every text that says what the plan sells."""
    offers = [offer.title for offer in plan.offers]
    copy = [text for creative in plan.creatives for text in (creative.subject, creative.body, creative.html or "")]
    return [plan.audience.category or "", plan.audience.words, plan.brief.population, *offers, *copy]


def _shared(column: Column) -> Column:
    return np.array(column[0]) if len(column) and (column == column[0]).all() else column
