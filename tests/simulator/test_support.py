from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.money import Money
from campaigns.plan import Plan
from simulator.backtest import Cell
from simulator.calibration import Twin, twin_of
from simulator.fitting.fit import ForecastError
from simulator.kinds import Kind
from simulator.months import FEWEST_HORIZONS, NewMonths
from simulator.passport import History, passport
from simulator.region import Region
from simulator.support import FEWEST_PEOPLE, MOST_TIMES, OLDEST_DAYS, REACH_DAYS, Asked, not_learnt, support
from tests.builders import plan
from tests.simulator.histories import DAYS, frame

TODAY = date(2017, 10, 16)
LAPSED = Kind((0.7, 0.8, 0.9), (0.05, 0.1, 0.2))
ACTIVE = Kind((0.1, 0.2, 0.3), (0.7, 0.8, 0.9))
HELD = NewMonths(5, 6)
SEEN = Region(
    date(2016, 10, 1),
    TODAY - timedelta(days=1),
    TODAY,
    (),
    50_000_000,
    20,
    20,
    ("category_discount",),
    (LAPSED, ACTIVE),
)
INSIDE = Asked(300, ("email",), TODAY, TODAY + timedelta(days=30), 5_000_000, LAPSED, ("category_discount",))
YOUNG = replace(SEEN, first_day=date(2017, 1, 1))
NEW_SEASON = replace(INSIDE, end=date(2017, 12, 10))
LARGEST = 400


def typical(recency: float, rate: float) -> Asked:
    """The plan with people whose typical recency and rate have these places among everybody."""
    return replace(INSIDE, kind=Kind((recency,) * 3, (rate,) * 3))


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        (INSIDE, SEEN),
        (replace(INSIDE, people=FEWEST_PEOPLE), SEEN),
        (replace(INSIDE, people=800), SEEN),
        (replace(INSIDE, channels=("email", "push")), SEEN),
        (replace(INSIDE, channels=("push",)), replace(SEEN, channels=("email", "push"))),
        (replace(INSIDE, channels=("sms",)), replace(SEEN, channels=("sms",))),
        (INSIDE, replace(SEEN, last_day=TODAY - timedelta(days=OLDEST_DAYS))),
        (replace(INSIDE, start=TODAY + timedelta(days=91), end=TODAY + timedelta(days=99)), SEEN),
        (replace(INSIDE, deepest_offer=50_000_000), SEEN),
        (replace(INSIDE, offer_types=(), deepest_offer=0), replace(SEEN, offer_types=())),
        (replace(INSIDE, offer_types=("basket_discount",)), replace(SEEN, offer_types=("basket_discount", "gift"))),
        (replace(INSIDE, kind=ACTIVE), SEEN),
        (typical(0.9, 0.05), SEEN),
        (INSIDE, replace(SEEN, kinds=(), kinds_of_horizons=(LAPSED,))),
        (NEW_SEASON, SEEN),
        (NEW_SEASON, replace(YOUNG, new_months=HELD)),
        (NEW_SEASON, replace(YOUNG, new_months=NewMonths(FEWEST_HORIZONS, FEWEST_HORIZONS))),
        (replace(INSIDE, end=date(2017, 10, 31)), YOUNG),
    ],
)
def test_inside_each_border_of_the_region_nothing_is_said(asked: Asked, seen: Region) -> None:
    assert support(asked, LARGEST, seen) == ()


@pytest.mark.parametrize(
    ("asked", "seen", "word"),
    [
        (replace(INSIDE, people=3), SEEN, "3 people"),
        (replace(INSIDE, people=801), SEEN, "801 people"),
        (replace(INSIDE, channels=("email", "sms")), SEEN, "sms"),
        (replace(INSIDE, channels=("push",)), replace(SEEN, channels=("email",)), "no message went out by push"),
        (replace(INSIDE, end=TODAY + timedelta(days=450)), SEEN, "longer than the history"),
        (INSIDE, replace(SEEN, last_day=TODAY - timedelta(days=43)), "43 days old"),
        (INSIDE, replace(SEEN, first_day=None, last_day=None), "no purchases"),
        (replace(INSIDE, start=TODAY + timedelta(days=93), end=TODAY + timedelta(days=99)), SEEN, "season"),
        (replace(INSIDE, deepest_offer=50_000_001), SEEN, "discounts in the history"),
        (replace(INSIDE, offer_types=("basket_discount",)), SEEN, "offered money off named products or a category"),
        (INSIDE, replace(SEEN, offer_types=()), "nothing that the data say"),
        (typical(0.5, 0.5), SEEN, "less recently than 50% of everybody and more often than 50%"),
        (typical(0.8, 0.8), SEEN, "no earlier campaign or back-tested horizon had an audience of this kind"),
        (INSIDE, replace(SEEN, kinds=(ACTIVE,)), "less recently than 80%"),
        (replace(INSIDE, kind=None), SEEN, "cannot be told"),
        (INSIDE, replace(SEEN, kinds=()), "what kinds of audience were seen"),
        (NEW_SEASON, YOUNG, "never saw November and December"),
        (NEW_SEASON, replace(YOUNG, new_months=NewMonths(4, 4)), "4 of 4 horizons"),
        (NEW_SEASON, replace(YOUNG, new_months=NewMonths(2, 6)), "fewer than stated"),
        (replace(INSIDE, end=date(2017, 11, 1)), YOUNG, "never saw November,"),
    ],
)
def test_each_border_of_the_region_has_its_reason(asked: Asked, seen: Region, word: str) -> None:
    reasons = support(asked, LARGEST, seen)
    assert len(reasons) == 1
    assert word in reasons[0]


outside = st.one_of(
    st.integers(0, FEWEST_PEOPLE - 1).map(lambda n: (replace(INSIDE, people=n), SEEN)),
    st.integers(int(MOST_TIMES * LARGEST) + 1, 10**8).map(lambda n: (replace(INSIDE, people=n), SEEN)),
    st.sets(st.sampled_from(["sms", "onsite", "ads"]), min_size=1).map(
        lambda names: (replace(INSIDE, channels=("email", *sorted(names))), SEEN)
    ),
    st.integers(380, 5_000).map(lambda n: (replace(INSIDE, end=TODAY + timedelta(days=n)), SEEN)),
    st.integers(OLDEST_DAYS + 1, 200).map(lambda n: (INSIDE, replace(SEEN, last_day=TODAY - timedelta(days=n)))),
    st.integers(REACH_DAYS, 2_000).map(
        lambda n: (replace(INSIDE, start=TODAY + timedelta(days=n), end=TODAY + timedelta(days=n + 7)), SEEN)
    ),
    st.integers(50_000_001, 10**12).map(lambda n: (replace(INSIDE, deepest_offer=n), SEEN)),
)
places = st.floats(0, 1)
strange_people = (
    st.tuples(places, places)
    .filter(lambda at: all(abs(at[0] - k.recency[1]) > 0.151 or abs(at[1] - k.rate[1]) > 0.151 for k in SEEN.kinds))
    .map(lambda at: (typical(*at), SEEN, "an audience of this kind"))
)
strange_offers = st.tuples(
    st.sampled_from(["basket_discount", "percent_off", "gift"]),
    st.sets(st.sampled_from(["category_discount", "free_shipping", "points"])),
).map(
    lambda both: (replace(INSIDE, offer_types=both[:1]), replace(SEEN, offer_types=tuple(both[1])), "the plan offers")
)
records = st.integers(0, 20).flatmap(lambda tried: st.builds(NewMonths, st.integers(0, tried), st.just(tried)))
# History of May to October at most, a plan in months after October, and a record that does not carry it.
strange_season = st.tuples(st.integers(30, 160), st.integers(16, 75), records.filter(lambda r: not r.covered)).map(
    lambda drawn: (
        replace(INSIDE, start=TODAY + timedelta(days=drawn[1]), end=TODAY + timedelta(days=drawn[1] + 20)),
        replace(SEEN, first_day=TODAY - timedelta(days=drawn[0]), new_months=drawn[2]),
        "the history never saw",
    )
)


@settings(max_examples=400, deadline=None)
@given(outside)
def test_in_400_worlds_outside_the_region_support_is_always_refused(asked_seen: tuple[Asked, Region]) -> None:
    assert support(asked_seen[0], LARGEST, asked_seen[1])


@settings(max_examples=400, deadline=None)
@given(st.one_of(strange_people, strange_offers, strange_season))
def test_in_400_worlds_with_strange_people_offers_or_seasons_that_is_the_reason(
    drawn: tuple[Asked, Region, str],
) -> None:
    asked, seen, word = drawn
    assert [reason for reason in support(asked, LARGEST, seen) if word in reason]


def steady() -> Twin:
    return twin_of(frame([1.0] * 3, 200), np.zeros(0), DAYS, "1" * 16)


TWIN = steady()


def asking(asked: Asked) -> Plan:
    """The builders' plan with the channels, window and deepest offer of `asked`."""
    made = plan()
    worth = max(asked.deepest_offer, 1)
    offers = (made.offers[0].model_copy(update={"face_value": Money(amount_micros=worth, currency="USD")}),)
    window = made.brief.window.model_copy(update={"start": asked.start, "end": asked.end})
    told = made.brief.model_copy(update={"channels": asked.channels, "window": window})
    return made.model_copy(update={"brief": told, "offers": offers})


@settings(max_examples=12, deadline=None)
@given(outside)
def test_a_passport_outside_the_region_is_unsupported_with_reasons(asked_seen: tuple[Asked, Region]) -> None:
    asked, seen = asked_seen
    record = passport(TWIN, asking(asked), asked.people, 1, History(seen, (), {}), asked.kind)
    assert not record.supported
    assert record.unsupported_because


def test_inside_the_region_the_passport_supports_and_says_what_was_not_learnt() -> None:
    record = passport(TWIN, asking(INSIDE), 300, 1, History(SEEN, (), {}), LAPSED)
    assert record.supported, record.unsupported_because
    assert record.data_age_days == 1
    assert any("by which channel" in sentence for sentence in record.not_learnt)


def test_nobody_who_ever_converted_is_outside() -> None:
    silent = twin_of(frame([0.0] * 6), np.zeros(0), DAYS, "1" * 16)
    record = passport(silent, asking(INSIDE), 300, 1)
    assert "nobody of such people converted" in "; ".join(record.unsupported_because)


def test_sales_that_were_foretold_badly_end_the_support_and_redemptions_are_said() -> None:
    def cells(quantity: str) -> tuple[Cell, ...]:
        return tuple(Cell(str(n), quantity, 9.0, 1.0, 0.5, 2.0, 0.1, 3.0, 0.999, 1.0, 0.5, 1.0, 0.5) for n in range(8))

    badly = passport(TWIN, asking(INSIDE), 300, 1, History(SEEN, cells("sales"), {}), LAPSED)
    coupons = passport(TWIN, asking(INSIDE), 300, 1, History(SEEN, cells("redemptions"), {}), LAPSED)
    assert "sales of only 0 of 8" in badly.unsupported_because[0]
    assert coupons.supported
    assert any("too narrow: 0 of 8" in sentence for sentence in coupons.not_learnt)


@pytest.mark.parametrize(("campaigns", "word"), [(0, "No earlier campaign"), (1, "One earlier campaign")])
def test_too_few_campaigns_are_a_sentence(campaigns: int, word: str) -> None:
    assert word in " ".join(not_learnt(replace(SEEN, campaigns=campaigns)))


@pytest.mark.parametrize(("held", "supported"), [(8, True), (2, False)])
def test_forecasts_of_campaigns_run_here_are_counted_and_bad_ones_end_the_support(held: int, supported: bool) -> None:
    ran = tuple(
        ForecastError(f"p-{n}", "conversions", 1.0, 2.0, 3.0, 2.0 if n < held else 9.0, n < held) for n in range(8)
    )

    record = passport(TWIN, asking(INSIDE), 300, 1, History(SEEN, (), {}, ran), LAPSED)

    assert record.supported is supported
    assert any(f"Of 8 forecasts of campaigns run here {held} held" in sentence for sentence in record.not_learnt)
