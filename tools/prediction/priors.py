"""How people respond to messages, as documented priors: this data set has no randomised test to learn it from.

Every effect of a contact in the twin, in the response curves of the budget and in the expected effect of an
experiment comes from this one table, so that a plan and its rehearsal rest on the same stated assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats


@dataclass(frozen=True, slots=True)
class Prior:
    """A distribution over one behaviour parameter: `beta` (0-1) or `lognormal` (> 0), by its mean and sd."""

    name: str
    family: Literal["beta", "lognormal"]
    mean: float
    sd: float
    meaning: str
    source: str

    def quantile(self, u: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Values at cumulative probabilities `u` in (0, 1), any shape."""
        if self.family == "beta":
            total = self.mean * (1 - self.mean) / self.sd**2 - 1
            return np.asarray(stats.beta.ppf(u, self.mean * total, (1 - self.mean) * total))
        variance = np.log1p((self.sd / self.mean) ** 2)
        return np.asarray(stats.lognorm.ppf(u, np.sqrt(variance), scale=self.mean * np.exp(-variance / 2)))

    def sentence(self) -> str:
        """The assumption in one sentence, for plans and rehearsals."""
        return f"{self.meaning}: {self.mean:g} ± {self.sd:g} ({self.family}); {self.source}."


_JUDGEMENT = "the authors' judgement, not measured in this workspace; a randomised test replaces it"

RESPONSE_PRIORS: tuple[Prior, ...] = (
    Prior("attention_email", "beta", 0.28, 0.06, "share of delivered e-mails that are read", _JUDGEMENT),
    Prior("attention_push", "beta", 0.15, 0.05, "share of delivered push messages that are noticed", _JUDGEMENT),
    Prior("click_email", "beta", 0.09, 0.025, "share of read e-mails that are clicked", _JUDGEMENT),
    Prior("click_push", "beta", 0.08, 0.03, "share of noticed push messages that are tapped", _JUDGEMENT),
    Prior("convert_offer", "beta", 0.30, 0.07, "share of clicks on an offer that end in a purchase with it",
          "set so that a household redeems in 4-12 % of campaigns, the range observed in the bundled campaigns of type B and C"),
    Prior("convert_plain", "beta", 0.17, 0.05, "share of clicks without an offer that end in a purchase", _JUDGEMENT),
    Prior("incremental_share", "beta", 0.60, 0.13, "share of purchases after a click that would not have happened otherwise", _JUDGEMENT),
    Prior("halo_trip_share", "beta", 0.30, 0.08, "share of incremental purchases that bring a whole extra basket", _JUDGEMENT),
    Prior("fatigue_per_contact", "lognormal", 0.18, 0.07, "loss of attention (log) per recent message", _JUDGEMENT),
    Prior("fatigue_halflife_days", "lognormal", 5.0, 1.5, "days in which half of the fatigue is gone", _JUDGEMENT),
    Prior("unsubscribe_per_contact", "beta", 0.0015, 0.0007, "chance that a delivered message makes a rested person unsubscribe", _JUDGEMENT),
    Prior("complaint_per_contact", "beta", 0.0002, 0.0001, "chance that a delivered message makes a rested person complain", _JUDGEMENT),
    Prior("sleeping_dog_share", "beta", 0.03, 0.015, "share of people whom a message makes buy less", _JUDGEMENT),
    Prior("sleeping_dog_loss", "beta", 0.35, 0.12, "share of their own purchases that such people drop for two weeks after a message", _JUDGEMENT),
    Prior("creative_spread", "lognormal", 0.22, 0.06, "spread (log sd) of the click rate between creatives", _JUDGEMENT),
)  # fmt: skip

ANNOYED_DAYS = 14
"""For how many days a message keeps a sleeping dog from buying (the authors' judgement)."""
OWN_USE_DAYS = 14
"""Within how many days of a click a purchase that would happen anyway uses the offer that the message brought."""

PRIOR = {prior.name: prior for prior in RESPONSE_PRIORS}


def draw(u: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Parameter columns from uniforms of shape (runs, len(RESPONSE_PRIORS)), one column per prior by name."""
    return {prior.name: prior.quantile(u[:, place]) for place, prior in enumerate(RESPONSE_PRIORS)}


def means() -> dict[str, float]:
    """The mean of every prior by name."""
    return {prior.name: prior.mean for prior in RESPONSE_PRIORS}
