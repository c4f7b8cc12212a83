"""What one more message is expected to bring, in closed form from the response priors.

A message reaches somebody (on-site it waits for a visit, an ad has to win an auction), is read, clicked and followed
by a purchase; part of those purchases would not have happened otherwise. Clicks are averaged over what is not known of
a creative and a person's taste, purchases over sleeping dogs, who make none, and raised by the depth of the discount.
What has mean 1 in the twin (days, hours, devices, competitors) is left out.
Each recent message tires: after messages `gap` days apart with a half-life h, the fatigue before message j is
F_j = q (1 - q^j) / (1 - q) with q = 2^(-gap / h), and attention is multiplied by exp(-fatigue_per_contact * F_j).
For many messages F tends to its steady state q / (1 - q). Every number is at the priors' means unless `parameters`
gives others (for instance one draw of `priors.draw`); all arguments broadcast as numpy arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from tools.prediction.errors import UnknownChannel
from tools.prediction.priors import (
    AD_TRIES,
    ANNOYED_DAYS,
    DEPTHS,
    ONSITE_DAYS,
    OWN_USE_DAYS,
    PRIOR,
    SATED_HALFLIFE_DAYS,
    USUAL_DEPTH,
    USUAL_DISPERSION,
    means,
)

Column = npt.NDArray[np.float64]
Parameters = Mapping[str, float]
NOTHING_TO_LEAVE = ("onsite", "ads")
CROWDING = 1.4
"""The mean of `auction_pressure`'s measure over all bids when everybody is bid for at once: 1.3 to 1.5 for chances of
winning between .4 and .2, by the recursion of `simulator.effects.auction`."""
_NODES = ((-(3.0**0.5), 1 / 6), (0.0, 2 / 3), (3.0**0.5, 1 / 6))
"""Nodes and weights for the mean over a standard normal, exact to the fifth power."""


def fatigue_steady_state(per_week: float, parameters: Parameters | None = None) -> float:
    """The fatigue (in recent messages) that `per_week` evenly spaced messages lead to in the end."""
    q = _carry(per_week, (parameters or means())["fatigue_halflife_days"])
    return q / (1 - q)


def attention_factor(
    contacts_per_person: npt.ArrayLike = 1.0, per_week: float = 2.0, parameters: Parameters | None = None
) -> Column:
    """The mean factor (0-1] on attention over a person's first n messages at a weekly cadence; 1 for a single one.

    Between whole numbers of messages the total attention is interpolated.
    """
    given = parameters or means()
    q, per_contact = _carry(per_week, given["fatigue_halflife_days"]), given["fatigue_per_contact"]
    return _mean_over(contacts_per_person, lambda before: np.exp(-per_contact * _left_of(before, q)))


def leaving_factor(
    contacts_per_person: npt.ArrayLike = 1.0, per_week: float = 2.0, parameters: Parameters | None = None
) -> Column:
    """The mean factor (at least 1) on leaving and complaining over a person's first n messages: it rises as attention falls."""
    given = parameters or means()
    q, per_contact = _carry(per_week, given["fatigue_halflife_days"]), given["fatigue_per_contact"]
    return _mean_over(contacts_per_person, lambda before: np.exp(per_contact * _left_of(before, q)))


def expected_reach(
    channel: str,
    basket_rate: npt.ArrayLike = 0.0,
    price_micros: npt.ArrayLike = 0,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    parameters: Parameters | None = None,
) -> Column:
    """The share (0-1) of messages handed over that reach somebody: 1 but for on-site messages and ads.

    On-site, somebody with `basket_rate` baskets a day comes before the message is replaced by the next or
    `ONSITE_DAYS` are over; an ad bids `price_micros` for up to `AD_TRIES` impressions, whose highest competing bids are
    lognormal and raised as if everybody were bid for at once.
    """
    given = parameters or means()
    if channel == "onsite":
        visits = np.asarray(basket_rate, dtype=np.float64) * given["visits_per_basket"]
        last = 1 / np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 1.0)
        early, late = (-np.expm1(-visits * days) for days in (min(ONSITE_DAYS, 7.0 / per_week), ONSITE_DAYS))
        return np.asarray((1 - last) * early + last * late)
    won = ndtr(_bid(price_micros, given)) if channel == "ads" else 1.0
    return np.asarray(1 - (1 - np.asarray(won)) ** AD_TRIES)


def expected_price(
    channel: str, price_micros: npt.ArrayLike, reach: npt.ArrayLike = 1.0, parameters: Parameters | None = None
) -> Column:
    """Micros that a message handed over costs: its price when it reaches somebody (`reach`); an ad the mean second price."""
    given = parameters or means()
    price = np.asarray(price_micros, dtype=np.float64)
    if channel == "ads":
        bid, spread = _bid(price, given), given["competing_bid_spread"]
        mean = given["competing_bid_micros"] * np.exp(_crowding(given) + spread**2 / 2)
        won = ndtr(bid)
        price = np.divide(mean * ndtr(bid - spread), won, out=np.zeros_like(won), where=won > 0)
    return np.asarray(price * np.asarray(reach))


def expected_clicks_per_contact(
    channel: str,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
) -> Column:
    """Clicks per message that reached somebody; `responsiveness` multiplies the odds of a click.

    The mean over creatives and tastes, whose odds ratios are lognormal (three nodes of Gauss and Hermite).
    UnknownChannel without a prior.
    """
    given = parameters or means()
    if f"attention_{channel}" not in PRIOR:
        known = ", ".join(name.removeprefix("attention_") for name in PRIOR if name.startswith("attention_"))
        raise UnknownChannel(f"How people respond on {channel!r} is not known; plan with {known}.")
    relative, click = np.asarray(responsiveness, dtype=np.float64), given[f"click_{channel}"]
    spread = np.hypot(given["creative_spread"], given["taste_spread"])
    clicked: Column | float = 0.0
    for node, weight in _NODES:
        ratio = np.exp(spread * node - given["taste_spread"] ** 2 / 2)
        clicked = clicked + weight * raised_odds(click, relative * ratio)
    return np.asarray(given[f"attention_{channel}"] * attention_factor(contacts_per_person, per_week, given) * clicked)


def expected_conversions_per_contact(
    channel: str,
    has_offer: bool,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
    depth: npt.ArrayLike = USUAL_DEPTH,
) -> Column:
    """Incremental conversions per message that reached somebody: clicks x purchases per click x the share that would
    not have happened. `depth` is what the offer takes off (`offer_depth`)."""
    given = parameters or means()
    clicks = expected_clicks_per_contact(channel, contacts_per_person, per_week, responsiveness, given)
    using, plain = _purchases_per_click(clicks, has_offer, contacts_per_person, per_week, depth, given)
    return np.asarray(clicks * (using + plain) * given["incremental_share"])


def expected_purchases_per_click(
    has_offer: bool, depth: npt.ArrayLike = USUAL_DEPTH, parameters: Parameters | None = None
) -> Column:
    """Purchases after somebody's first click, incremental or not; `depth` is what the offer takes off (`offer_depth`)."""
    using, plain = _purchases_per_click(np.asarray(0.0), has_offer, 1.0, 1.0, depth, parameters or means())
    return using + plain


def expected_redemptions_per_contact(
    channel: str,
    conversion_rate: npt.ArrayLike,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    responsiveness: npt.ArrayLike = 1.0,
    parameters: Parameters | None = None,
    depth: npt.ArrayLike = USUAL_DEPTH,
) -> Column:
    """Offers redeemed per message that reached somebody, each of which costs its face value."""
    given = parameters or means()
    clicks = expected_clicks_per_contact(channel, contacts_per_person, per_week, responsiveness, given)
    using, _ = _purchases_per_click(clicks, True, contacts_per_person, per_week, depth, given)
    return np.asarray(clicks * using * redeemed_share(conversion_rate, given))


def _purchases_per_click(
    clicks: Column,
    has_offer: bool,
    contacts_per_person: npt.ArrayLike,
    per_week: float,
    depth: npt.ArrayLike,
    given: Parameters,
) -> tuple[Column, Column]:
    """Purchases after a click, with the offer and without one, on average over a person's messages.

    An offer's odds rise with its depth; who has redeemed it clicks on as without one; an extra purchase of late makes
    the next less likely. Sleeping dogs buy nothing. `clicks` are per message.
    """
    share, awake = given["incremental_share"], 1 - given["sleeping_dog_share"]
    plain, deep = np.asarray(given["convert_plain"]), np.asarray(0.0)
    if has_offer:
        ratio = (np.asarray(depth, dtype=np.float64) / USUAL_DEPTH) ** given["offer_depth_power"]
        deep = raised_odds(given["convert_offer"], ratio)
    q = _carry(per_week, SATED_HALFLIFE_DAYS)
    brought = _mean_over(contacts_per_person, lambda before: _left_of(before, q))
    earlier = (np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 1.0) - 1) / 2
    each = clicks * awake * share * np.maximum(plain, deep)
    sated = 1 + np.expm1(-given["saturation_per_purchase"]) * np.minimum(each * brought, 1.0)
    used = -np.expm1(-each * earlier) if has_offer else 1.0
    bought = [awake * raised_odds(chance, sated) for chance in (deep, plain)]
    return np.asarray(bought[0] * (1 - used)), np.asarray(bought[1] * used)


def redeemed_share(conversion_rate: npt.ArrayLike, parameters: Parameters | None = None) -> Column:
    """The share of purchases after a click on an offer that use it.

    Incremental purchases do; of the others only those of people with a purchase of their own in the next 14 days. At an
    expected `conversion_rate` r per day that has probability 1 - (1 + 14 r / k)^-k, because people's rates differ
    around it by a gamma of shape k (NBD; Ehrenberg, 1959).
    """
    share, shape = (parameters or means())["incremental_share"], USUAL_DISPERSION
    anyway = 1 - (1 + OWN_USE_DAYS * np.asarray(conversion_rate, dtype=np.float64) / shape) ** -shape
    return np.asarray(share + (1 - share) * anyway)


def expected_value_of_conversion(
    conversion_value_micros: npt.ArrayLike,
    basket_value_micros: npt.ArrayLike,
    parameters: Parameters | None = None,
    depth: npt.ArrayLike = 0.0,
) -> Column:
    """Revenue micros of one incremental conversion: its own, and a whole extra basket for the share that brings one.

    At a `depth` of discount more is bought, by a constant elasticity.
    """
    given = parameters or means()
    own = np.asarray(conversion_value_micros, dtype=np.float64)
    more = (1 - np.asarray(depth, dtype=np.float64)) ** -given["price_elasticity"]
    return own * more + given["halo_trip_share"] * np.asarray(basket_value_micros, dtype=np.float64)


def offer_depth(face_value_micros: npt.ArrayLike, conversion_value_micros: npt.ArrayLike) -> Column:
    """What an offer takes off a person's usual purchase, as a share of it within `DEPTHS`."""
    usual = np.maximum(np.asarray(conversion_value_micros, dtype=np.float64), 1.0)
    return np.asarray(np.clip(np.asarray(face_value_micros) / usual, *DEPTHS))


def expected_conversions_lost(
    conversion_rate: npt.ArrayLike,
    contacts_per_person: npt.ArrayLike,
    per_week: npt.ArrayLike = 2.0,
    parameters: Parameters | None = None,
) -> Column:
    """Conversions per person that sleeping dogs withhold over n messages: overlapping fortnights count once."""
    given = parameters or means()
    contacts = np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 0.0)
    gap = np.minimum(7.0 / np.maximum(np.asarray(per_week, dtype=np.float64), 1e-9), ANNOYED_DAYS)
    sulking = np.where(contacts > 0, np.maximum(contacts - 1, 0) * gap + ANNOYED_DAYS * np.minimum(contacts, 1), 0.0)
    return given["sleeping_dog_share"] * given["sleeping_dog_loss"] * np.asarray(conversion_rate) * sulking


def expected_conversions_dropped(
    channel: str,
    conversion_rate: npt.ArrayLike,
    days_left: npt.ArrayLike,
    contacts_per_person: npt.ArrayLike = 1.0,
    per_week: float = 2.0,
    parameters: Parameters | None = None,
    personalised: npt.ArrayLike = 0,
) -> Column:
    """Conversions per message that people withhold who leave or complain because of it, over the `days_left` after it.

    The more of a message's variables are `personalised`, the more leave; there is nothing to leave on-site and in ads.
    """
    given = parameters or means()
    if channel in NOTHING_TO_LEAVE:
        return np.zeros(np.broadcast(np.asarray(conversion_rate), np.asarray(days_left)).shape)
    leave = given["unsubscribe_per_contact"] + given["complaint_per_contact"]
    leave = leave * np.exp(given["precision_annoyance"] * np.asarray(personalised, dtype=np.float64))
    stays_away = leave * leaving_factor(contacts_per_person, per_week, given) * given["churn_loss"]
    return np.asarray(stays_away * np.asarray(conversion_rate) * np.asarray(days_left))


def expected_unsubscribes_per_contact(parameters: Parameters | None = None) -> float:
    """Unsubscribes per message to a rested person."""
    return float((parameters or means())["unsubscribe_per_contact"])


def raised_odds(chance: float, ratio: npt.ArrayLike) -> Column:
    """A chance after its odds were multiplied by a ratio."""
    raised = chance * np.asarray(ratio, dtype=np.float64)
    return np.asarray(raised / (1 - chance + raised))


def _bid(price_micros: npt.ArrayLike, given: Parameters) -> Column:
    """By how many standard deviations a bid is above the median highest competing one."""
    price = np.maximum(np.asarray(price_micros, dtype=np.float64), 1e-9)
    away = np.log(price / given["competing_bid_micros"]) - _crowding(given)
    return np.asarray(away / given["competing_bid_spread"])


def _crowding(given: Parameters) -> float:
    """The rise of competing bids (log) that bidding for everybody at once causes by itself."""
    return given["auction_pressure"] * CROWDING


def _mean_over(contacts_per_person: npt.ArrayLike, per_message: Callable[[Column], Column]) -> Column:
    """The mean over a person's first n messages of what each is by the number before it, interpolated between whole n."""
    contacts = np.maximum(np.asarray(contacts_per_person, dtype=np.float64), 1e-9)
    most = int(np.ceil(contacts.max(initial=1.0)))
    total = np.concatenate(([0.0], np.cumsum(per_message(np.arange(most, dtype=np.float64)))))
    return np.asarray(np.interp(contacts, np.arange(most + 1), total) / contacts)


def _left_of(before: Column, carry: float) -> Column:
    """What is left of so many earlier messages, of each of which the share `carry` is left at the next."""
    return np.asarray(carry * (1 - carry**before) / (1 - carry))


def _carry(per_week: float, halflife_days: float) -> float:
    """The share of something that halves in so many days that is left at the next message."""
    return float(2.0 ** (-(7.0 / per_week) / halflife_days))
