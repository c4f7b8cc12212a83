"""The audit of one plan by groups: benefit, burden and proxies, with nothing about fewer than k people in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from campaigns.contact import BoolArray, FloatArray
from policies.fairness.groups import LEAST_KNOWN, SMALLEST_GROUP, Groups
from policies.fairness.impact import Impact, mean_impact, rate_impact
from policies.fairness.proxies import Proxy, find_proxies, measurable

INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """What was measured per attribute, and the proxies of all of them, the strongest first.

    `impact_of` gives the worst comparison; an attribute with too little data makes the whole not measured.
    """

    attributes: tuple[str, ...]
    known: Mapping[str, float]
    benefit: Mapping[str, Impact]
    burden: Mapping[str, Impact]
    proxies: tuple[Proxy, ...]
    proxies_measured: bool

    def facts(self) -> dict[str, bool | int | float]:
        """The facts of scope `audit` that this report gives."""
        return {
            **_worst("benefit", self.benefit),
            **_worst("burden", self.burden),
            "proxies_measured": self.proxies_measured,
            "proxies": len(self.found),
        }

    @property
    def found(self) -> tuple[Proxy, ...]:
        """The columns that count as proxies."""
        return tuple(proxy for proxy in self.proxies if proxy.found)

    def words(self) -> dict[str, str]:
        """What findings show of it: values per group of at least k people, and what was too little."""
        named = [f"{proxy.column} for {proxy.attribute} {proxy.group} (AUC {proxy.auc:.2f}, p {proxy.p_value:.3f})"
                 for proxy in self.found]  # fmt: skip
        nothing = "none" if self.proxies_measured else f"{INSUFFICIENT} data"
        return {
            "groups": ", ".join(self.attributes) or "none",
            "benefit_found": self._said(self.benefit),
            "burden_found": self._said(self.burden),
            "proxies_found": ", ".join(named) or nothing,
        }

    def _said(self, impacts: Mapping[str, Impact]) -> str:
        said = []
        for attribute, impact in impacts.items():
            values = ", ".join(f"{name} {value:.2f}" for name, value in impact.values)
            if impact.measured:
                said.append(f"{attribute}: {values} (ratio {impact.low:.2f} to {impact.high:.2f})")
            else:
                why = f"known of {self.known[attribute]:.0%} of the people, groups under {SMALLEST_GROUP} left out"
                said.append(f"{attribute}: {INSUFFICIENT} data ({why}){'; ' + values if values else ''}")
        return "; ".join(said) or f"{INSUFFICIENT} data, no attribute is known"


def examine(
    groups: Sequence[Groups],
    offered: BoolArray,
    reached: BoolArray,
    messages: FloatArray,
    columns: Mapping[str, npt.NDArray[Any]],
    seed: int,
) -> FairnessReport:
    """The audit of a plan over all who could have been chosen; every array has one entry per such person.

    `offered` says who may get the offer (benefit: shares of each group), `reached` who is in the audience, and
    `messages` how many each of those is to get (burden: means of each group among them). `columns` are what the plan
    chooses by. The error rates of all attributes together stay at 5 %; the same seed gives the same report.
    """
    alpha = 0.05 / max(len(groups), 1)
    inside = [one.where(reached) for one in groups]
    proxies = [proxy for one in groups for proxy in find_proxies(columns, one, seed)]
    return FairnessReport(
        attributes=tuple(one.attribute for one in groups),
        known={one.attribute: one.known_share for one in groups},
        benefit={one.attribute: rate_impact(one, offered, alpha) for one in groups},
        burden={one.attribute: mean_impact(one, messages[reached], seed, alpha) for one in inside},
        proxies=tuple(sorted(proxies, key=lambda proxy: (-proxy.auc, proxy.column))),
        proxies_measured=bool(groups) and all(measurable(one) and one.known_share >= LEAST_KNOWN for one in groups),
    )


NOT_EXAMINED = FairnessReport((), {}, {}, {}, (), False)
"""Nothing is known of anybody's group."""


def _worst(name: str, impacts: Mapping[str, Impact]) -> dict[str, bool | float]:
    """Ratio and bound of the worst attribute; not measured unless every attribute is."""
    every = list(impacts.values())
    return {
        f"{name}_measured": bool(every) and all(impact.measured for impact in every),
        f"{name}_ratio": min((impact.ratio for impact in every), default=0.0),
        f"{name}_high": min((impact.high for impact in every), default=1.0),
    }
