"""A lift that may be shown: built from an analysis and a study, or refused.

A page, a command or a text that shows a lift takes it from a `LiftClaim`; there is no other way to one. Its constructor
is the check, so that a claim that exists has passed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from campaigns.figure import Source
from tools.experiment.analysis import Analysis
from tools.experiment.errors import NoClaim
from tools.experiment.srm import SampleRatio

Label = Literal["gain", "loss", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked, and of whom: the metric with its unit, the randomised control's name, and when it can be answered.

    `started` and `ends` bound the contacts (aware instants); an outcome is whole `matures` after the contact it follows.
    A `Source` says where the outcomes were read.
    """

    metric: str
    unit: str
    control: str
    started: datetime
    ends: datetime
    matures: timedelta
    source: Source


@dataclass(frozen=True, slots=True)
class LiftClaim:
    """What an analysis says about a study at the instant `at`, with everything that supports it.

    NoClaim (bad input, one sentence) when there is no named control, the sample-ratio alarm has gone off, the window is
    no window, or it is too early: an interval for one look is read when the window is over and its last outcome is
    whole; one that holds at several looks may be read once the first outcomes are whole, and must hold only such.
    A metric that did not vary and an interval that holds 0 are claims with the label `cannot tell`.
    """

    analysis: Analysis
    study: Study
    ratio: SampleRatio
    at: datetime

    def __post_init__(self) -> None:
        study, metric = self.study, self.study.metric
        if not study.control.strip():
            raise NoClaim(f"{metric} has no randomised control; nothing can be claimed. Plan again with a holdout.")
        for name, instant in (("start", study.started), ("end", study.ends), ("reading", self.at)):
            if instant.utcoffset() is None:
                raise NoClaim(f"The {name} {instant.isoformat()} has no time zone; give an aware instant.")
        if study.ends <= study.started or study.matures < timedelta(0):
            raise NoClaim(
                f"The window {study.started.isoformat()} to {study.ends.isoformat()} with outcomes whole after "
                f"{study.matures} holds no time; give an end after the start and a maturity of 0 or more."
            )
        if self.ratio.alarmed:
            raise NoClaim(f"{metric} is not claimed: {self.ratio.words}")
        if self.at < self.readable:
            raise NoClaim(
                f"{metric} read at {self.at.isoformat()} is not a result yet: this analysis ({self.analysis.valid}) may be "
                f"read from {self.readable.isoformat()}; wait until then."
            )

    @property
    def readable(self) -> datetime:
        """The first instant at which this analysis may be claimed."""
        first = self.study.ends if self.analysis.valid == "one look at the end" else self.study.started
        return first + self.study.matures

    @property
    def label(self) -> Label:
        """`gain` or `loss` when the interval excludes 0, `cannot tell` otherwise."""
        if not self.analysis.significant:
            return "cannot tell"
        return "gain" if self.analysis.estimate > 0 else "loss"

    @property
    def words(self) -> str:
        """The claim as one sentence, its interval and both groups in it."""
        seen, study = self.analysis, self.study
        groups = f"{seen.n_treated:,} treated against {seen.n_control:,} in {study.control}"
        if not seen.varied:
            return f"Cannot tell: {study.metric} did not vary ({groups})."
        span = f"{seen.level:.0%} interval {seen.low:,.6g} to {seen.high:,.6g}, {seen.valid}; {groups}"
        told = f"{study.metric} {seen.estimate:+,.6g} {study.unit} ({span})"
        if self.label == "cannot tell":
            return f"Cannot tell: {told}; the interval holds 0."
        return f"{told[0].upper()}{told[1:]}."

    def plain(self) -> dict[str, Any]:
        """The claim as plain JSON types."""
        seen, study = self.analysis, self.study
        return {
            "metric": study.metric,
            "unit": study.unit,
            "label": self.label,
            "estimate": seen.estimate,
            "interval": [seen.low, seen.high],
            "level": seen.level,
            "control": study.control,
            "window": [study.started.isoformat(), study.ends.isoformat()],
            "matures_days": study.matures / timedelta(days=1),
            "read_at": self.at.isoformat(),
            "estimator": seen.estimator,
            "method": seen.method,
            "valid": seen.valid,
            "n": {"treated": seen.n_treated, "control": seen.n_control},
            "sample_ratio_p": self.ratio.p,
            "source": study.source.plain(),
            "words": self.words,
        }
