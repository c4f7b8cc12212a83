"""How people respond to messages, as documented priors: this data set has no randomised test to learn it from.

Every effect of a contact in the twin, in the response curves of the budget and in the expected effect of an
experiment comes from this one table, so that a plan and its rehearsal rest on the same stated assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri


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
            return np.asarray(betaincinv(self.mean * total, (1 - self.mean) * total, u))
        variance = np.log1p((self.sd / self.mean) ** 2)
        return np.asarray(np.exp(np.sqrt(variance) * ndtri(u)) * (self.mean * np.exp(-variance / 2)))

    def sentence(self) -> str:
        """The assumption in one sentence, for plans and rehearsals."""
        return f"{self.meaning}: {self.mean:g} ± {self.sd:g} ({self.family}); {self.source}."


JUDGEMENT = "the authors' judgement, not measured in this workspace; a randomised test replaces it"

RESPONSE_PRIORS: tuple[Prior, ...] = (
    Prior("attention_email", "beta", 0.28, 0.06, "share of delivered e-mails that are read", JUDGEMENT),
    Prior("attention_push", "beta", 0.15, 0.05, "share of delivered push messages that are noticed", JUDGEMENT),
    Prior("click_email", "beta", 0.09, 0.025, "share of read e-mails that are clicked", JUDGEMENT),
    Prior("click_push", "beta", 0.08, 0.03, "share of noticed push messages that are tapped", JUDGEMENT),
    Prior("convert_offer", "beta", 0.30, 0.10, "share of clicks on an offer that end in a purchase with it",
          "centred so that a household redeems in 4-12 % of campaigns, the range observed in the bundled campaigns of type B and C; "
          "wider than that range says, since a fit of the sample reads the same campaigns again"),
    Prior("convert_plain", "beta", 0.17, 0.05, "share of clicks without an offer that end in a purchase", JUDGEMENT),
    Prior("incremental_share", "beta", 0.60, 0.13, "share of purchases after a click that would not have happened otherwise", JUDGEMENT),
    Prior("halo_trip_share", "beta", 0.30, 0.08, "share of incremental purchases that bring a whole extra basket", JUDGEMENT),
    Prior("fatigue_per_contact", "lognormal", 0.18, 0.07, "loss of attention (log) per recent message", JUDGEMENT),
    Prior("fatigue_halflife_days", "lognormal", 5.0, 1.5, "days in which half of the fatigue is gone", JUDGEMENT),
    Prior("unsubscribe_per_contact", "beta", 0.0015, 0.0007, "chance that a delivered message makes a rested person unsubscribe", JUDGEMENT),
    Prior("complaint_per_contact", "beta", 0.0002, 0.0001, "chance that a delivered message makes a rested person complain", JUDGEMENT),
    Prior("sleeping_dog_share", "beta", 0.03, 0.015, "share of people whom a message makes buy less", JUDGEMENT),
    Prior("sleeping_dog_loss", "beta", 0.35, 0.12, "share of their own purchases that such people drop for two weeks after a message", JUDGEMENT),
    Prior("creative_spread", "lognormal", 0.22, 0.06, "spread (log sd) of the click rate between creatives", JUDGEMENT),
    Prior("attention_sms", "beta", 0.75, 0.10, "share of delivered text messages that are read", JUDGEMENT),
    Prior("attention_onsite", "beta", 0.45, 0.12, "share of on-site messages shown to a visitor that are noticed", JUDGEMENT),
    Prior("attention_ads", "beta", 0.30, 0.10, "share of paid impressions that are noticed", JUDGEMENT),
    Prior("click_sms", "beta", 0.06, 0.025, "share of read text messages whose link is opened", JUDGEMENT),
    Prior("click_onsite", "beta", 0.06, 0.025, "share of noticed on-site messages that are clicked", JUDGEMENT),
    Prior("click_ads", "beta", 0.01, 0.005, "share of noticed impressions that are clicked", JUDGEMENT),
    Prior("hour_swing", "lognormal", 0.08, 0.04, "swing of attention over the permitted hours of the day around its mean", JUDGEMENT),
    Prior("device_gap", "beta", 0.10, 0.05, "how much more (text, push, ads) or less (e-mail, on-site) attention somebody pays who is always on a phone", JUDGEMENT),
    Prior("delivery_minutes", "lognormal", 2.0, 1.0, "mean minutes until an e-mail is in the inbox (a third of it for texts, a tenth for push)", JUDGEMENT),
    Prior("report_hours", "lognormal", 6.0, 3.0, "hours until a purchase shows in the data (four times as long for clicks on ads)", JUDGEMENT),
    Prior("saturation_per_purchase", "lognormal", 0.30, 0.15, "fall of the odds (log) of buying after a click per extra purchase of late", JUDGEMENT),
    Prior("offer_depth_power", "lognormal", 0.30, 0.12, "power by which the odds of buying rise with the depth of the discount; below 1 is concave", JUDGEMENT),
    Prior("price_elasticity", "lognormal", 0.30, 0.15, "elasticity of the amount bought, at full prices, to the price after the offer", JUDGEMENT),
    Prior("taste_spread", "lognormal", 0.30, 0.10, "spread (log sd) of one person's click odds between the tones of messages", JUDGEMENT),
    Prior("precision_annoyance", "lognormal", 0.10, 0.05, "rise of leaving and complaining (log) per personalised variable of a message", JUDGEMENT),
    Prior("churn_loss", "beta", 0.15, 0.08, "share of their own purchases that people drop after they unsubscribed or complained", JUDGEMENT),
    Prior("competitor_persistence", "beta", 0.70, 0.10, "how much of the competitors' pressure of one day is there on the next", JUDGEMENT),
    Prior("competitor_attention", "lognormal", 0.04, 0.02, "loss of attention (log) per sd of the competitors' pressure", JUDGEMENT),
    Prior("competitor_purchases", "lognormal", 0.03, 0.015, "loss of own purchases (log) per sd of the competitors' pressure", JUDGEMENT),
    Prior("shock_rate", "beta", 0.01, 0.006, "chance that a shock to demand of three days begins on a day", JUDGEMENT),
    Prior("shock_size", "lognormal", 0.15, 0.07, "size (log sd) of such a shock", JUDGEMENT),
    Prior("visits_per_basket", "lognormal", 1.5, 0.5, "visits to the shop's pages per basket bought", JUDGEMENT),
    Prior("competing_bid_micros", "lognormal", 3_000.0, 1_500.0, "median highest competing bid for one impression, in micros of the workspace's currency", JUDGEMENT),
    Prior("competing_bid_spread", "lognormal", 0.60, 0.20, "spread (log sd) of competing bids between impressions", JUDGEMENT),
    Prior("auction_pressure", "lognormal", 0.10, 0.05, "rise of competing bids (log) when one person in ten is bid for within an hour", JUDGEMENT),
)  # fmt: skip

ANNOYED_DAYS = 14
"""For how many days a message keeps a sleeping dog from buying (the authors' judgement)."""
OWN_USE_DAYS = 14
"""Within how many days of a click a purchase that would happen anyway uses the offer that the message brought."""

USUAL_DEPTH = 0.15
"""The depth of discount, as a share of what the person usually pays, at which `convert_offer` holds (judgement)."""
DEPTHS = (0.01, 0.9)
"""The least and the largest depth that an offer has for anybody."""
USUAL_DISPERSION = 1.0
"""Gamma shape of people's unexplained differences where no history tells it (the authors' judgement)."""
ONSITE_DAYS = 7
"""For how many days an on-site message waits for its visitor."""
AD_TRIES = 3
"""For how many impressions one order bids at most (the frequency at which somebody is met)."""
SATED_HALFLIFE_DAYS = 28.0
"""Days in which an extra purchase counts half for satiation (the authors' judgement)."""

PRIOR = {prior.name: prior for prior in RESPONSE_PRIORS}


ONLY_ON = {
    "visits_per_basket": ("onsite",),
    "competing_bid_micros": ("ads",),
    "competing_bid_spread": ("ads",),
    "auction_pressure": ("ads",),
    "delivery_minutes": ("email", "push", "sms"),
}
"""Priors that matter on some channels only, beside `attention_` and `click_` of each."""


def priors_of(channels: Iterable[str]) -> tuple[Prior, ...]:
    """The priors that messages on these channels rest on, in the order of the table."""
    used = set(channels)
    return tuple(prior for prior in RESPONSE_PRIORS if used.intersection(_channels_of(prior.name, used)))


def _channels_of(name: str, every: set[str]) -> Iterable[str]:
    effect, _, channel = name.partition("_")
    return (channel,) if effect in ("attention", "click") else ONLY_ON.get(name, every)


def draw(u: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Parameter columns from uniforms of shape (runs, len(RESPONSE_PRIORS)), one column per prior by name."""
    return {prior.name: prior.quantile(u[:, place]) for place, prior in enumerate(RESPONSE_PRIORS)}


def means() -> dict[str, float]:
    """The mean of every prior by name."""
    return {prior.name: prior.mean for prior in RESPONSE_PRIORS}
