"""The region is read from real workspaces: campaigns' designs, kinds of audience, and a plan's back-tested horizons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from campaigns.store import Store
from campaigns.workspace import Workspace
from simulator.calibration import twin_of
from simulator.designs import CampaignDesign, designs
from simulator.kinds import FEWEST_SEEN, Everybody, like
from simulator.months import NewMonths
from simulator.passport import History, passport
from simulator.past_campaigns import WINDOW_DAYS, Design, ledger
from simulator.region import Region
from simulator.support import not_learnt
from simulator.survey import region
from tests.builders import brief, plan, snapshot
from tests.simulator.histories import DAYS, frame
from tools.audience.canonical import rounded, rows_digest
from tools.audience.snapshot import SCHEMA, path_of
from tools.data.load import load_folder

START = date(2017, 1, 1)
ACTIVE, LAPSED = 60, 40
DESIGNS = (
    "campaign_id,starts_on,ends_on,kind,channel,offer_type,offers,deepest_discount,people\n"
    "spring,2017-05-01,2017-05-20,flyer,email,gift,3,9.00,40\n"
    "mail,2017-06-01,2017-06-10,,sms,none,,,\n"
    "later,2018-06-01,2018-06-10,,push,points,,,\n"
)

Shop = Callable[..., Workspace]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Makes a workspace of 60 weekly buyers, 40 who stopped in March, and a campaign of May that reached those."""

    def make(**files: str) -> Workspace:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        people = [f"a{number:02d}" for number in range(ACTIVE)] + [f"z{number:02d}" for number in range(LAPSED)]
        lines = ["person_id,occurred_at,kind,revenue,campaign_id"]
        for person in people:
            last = 283 if person.startswith("a") else 80
            days = range(int(person[1:]) % 7, last, 7)
            lines += [f"{person},{START + timedelta(days=day)}T10:00:00Z,purchase,10," for day in days]
        lines += [f"{person},2017-05-01,campaign,,spring" for person in people[ACTIVE:]]
        texts = {"people": "person_id\n" + "\n".join(people), "events": "\n".join(lines), **files}
        for name, text in texts.items():
            (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
        ws = Workspace.create(tmp_path / "ws")
        load_folder(ws, folder)
        return ws

    return make


def seen(ws: Workspace) -> Region:
    return region(ws, Store(ws).now())


def buyers(recency: int, baskets: int, people: int = 50) -> pl.DataFrame:
    return pl.DataFrame({"recency_days": [recency] * people, "baskets_84d": [baskets] * people})


def test_designs_of_campaigns_that_began_are_read_and_the_others_stay_unknown(shop: Shop) -> None:
    ws = shop(campaigns=DESIGNS)

    assert designs(ws, Store(ws).now()) == (
        CampaignDesign("spring", date(2017, 5, 1), date(2017, 5, 20), "flyer", ("email",), ("gift",), 3, 9_000_000, 40),
        CampaignDesign("mail", date(2017, 6, 1), date(2017, 6, 10), "", ("sms",)),
    )
    assert designs(ws, datetime(2017, 5, 2, tzinfo=UTC))[0].days == 20
    assert designs(ws, datetime(2017, 4, 30, tzinfo=UTC)) == ()


def test_the_region_takes_channels_offers_and_depth_from_designs(shop: Shop) -> None:
    found = seen(shop(campaigns=DESIGNS))

    assert (found.channels, found.offer_types) == (("email", "sms"), ("gift",))
    assert found.deepest_discount == 9_000_000
    assert (found.campaigns, found.designed) == (2, 2)
    assert list(found.told) == ["audience", "channel", "offer", "season", "data age"]
    assert "never seen: October, November and December" in found.told["season"]


def test_without_designs_the_region_says_what_it_lacks(shop: Shop) -> None:
    found = seen(shop())

    assert (found.campaigns, found.designed, found.offer_types, found.channels) == (1, 0, (), ())
    assert "no type is recorded" in found.told["offer"]
    assert any("have no design" in sentence for sentence in not_learnt(found))


def test_a_campaign_of_lapsed_people_makes_lapsed_people_a_known_kind_and_no_other(shop: Shop) -> None:
    found = seen(shop())
    lapsed, active = found.kind(buyers(206, 0)), found.kind(buyers(3, 12))

    assert len(found.kinds) == 1
    assert lapsed is not None
    assert like(lapsed, found.kinds) == 1
    assert active is not None
    assert like(active, found.kinds) == 0
    assert found.kind(buyers(3, 12, FEWEST_SEEN - 1)) is None


def test_a_finished_plan_of_this_workspace_is_a_design_and_an_audience(shop: Shop) -> None:
    ws = shop()
    now = datetime(2017, 10, 12, tzinfo=UTC)
    made = plan(
        brief_=brief(window=brief().window.model_copy(update={"start": date(2017, 9, 1), "end": date(2017, 9, 20)}))
    )
    snapshot_id = kept(ws, [f"a{number:02d}" for number in range(ACTIVE)])
    made = made.model_copy(update={"audience": made.audience.model_copy(update={"snapshot_id": snapshot_id})})
    store = Store(ws)
    store.begin(made.plan_id, "words", now)
    store.save_plan(made)
    with ws.engine.begin() as books:
        books.exec_driver_sql("UPDATE plan SET state = 'completed'")

    unsent = region(ws, now)
    sent(ws, made.plan_id, datetime(2017, 9, 2, tzinfo=UTC))
    found = region(ws, now)

    assert (unsent.designed, unsent.channels) == (0, ())
    assert (found.designed, found.channels, found.offer_types) == (1, ("push",), ("category_discount",))
    assert len(found.kinds) == len(unsent.kinds) + 1
    active = found.kind(buyers(3, 12))
    assert active is not None
    assert like(active, found.kinds) == 1


def kept(ws: Workspace, people: list[str]) -> str:
    made = snapshot(len(people)).with_columns(person_id=pl.Series(people))
    lacking = {name: pl.lit(0, kind) for name, kind in SCHEMA.items() if name not in made.columns}
    rows = rounded(made.with_columns(**lacking).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
    name = rows_digest(rows)
    rows.write_parquet(path_of(ws, name))
    return name


def sent(ws: Workspace, plan_id: str, at: datetime) -> None:
    with ws.engine.begin() as books:
        books.exec_driver_sql(
            'INSERT INTO contact (key, plan_id, "row", person_id, slot, at, channel, action, cell, propensity, cost_micros, '
            "liability_micros, open_micros, state) VALUES (1, ?, 0, 'a00', 0, ?, 'push', 0, 0, 1.0, 0, 0, 0, 'accepted')",
            (plan_id, int(at.timestamp())),
        )


def test_a_damaged_plan_of_the_past_teaches_nothing_and_stops_nothing(shop: Shop) -> None:
    ws = shop()
    made = plan()
    store = Store(ws)
    store.begin(made.plan_id, "words", datetime(2017, 9, 1, tzinfo=UTC))
    store.save_plan(made)
    sent(ws, made.plan_id, datetime(2017, 9, 2, tzinfo=UTC))
    with ws.engine.begin() as books:
        books.exec_driver_sql("UPDATE plan SET state = 'completed', body = replace(body, 'Sell', 'Give')")

    assert seen(ws).designed == 0


def test_a_workspace_without_purchases_has_an_empty_region(shop: Shop) -> None:
    ws = shop()
    with duckdb.connect(str(ws.data_path)) as con:
        con.execute("DELETE FROM events")

    found = seen(ws)

    assert (found.last_day, found.kinds, found.everybody, found.months) == (None, (), (), frozenset())
    assert found.told["season"] == "no purchases"
    assert found.kind(buyers(3, 12)) is None


def held(levels: list[float]) -> tuple[Region, tuple[str, ...]]:
    """The region and reasons of a plan to 10 December whose people's horizons had these levels, after a year to October."""
    history = frame(levels, 300)
    today = date(2017, 10, 16)
    origins = [today - timedelta(days=DAYS * number) for number in range(len(levels), -1, -1)]
    everybody = Everybody.of(history)
    now = Region(
        START, today - timedelta(days=1), today, (), None, 3, 3, ("category_discount",),
        everybody=tuple((day, everybody) for day in origins),
    )  # fmt: skip
    window = brief().window.model_copy(update={"end": date(2017, 12, 10)})
    asked = plan(brief_=brief(window=window))
    record = passport(
        twin_of(history, np.zeros(0), DAYS, "1" * 16), asked, 300, 1, History(now, (), {}), now.kind(history.head(300))
    )
    return now, (record.region["season"], *record.unsupported_because)


def test_horizons_held_in_new_months_carry_a_season_that_was_never_seen() -> None:
    region_of, (season, *reasons) = held([1.0] * 7)

    assert region_of.new_months == NewMonths()
    assert "6 of 6 horizons" in season or "5 of 6 horizons" in season
    assert not [reason for reason in reasons if "never saw" in reason]
    assert not [reason for reason in reasons if "of this kind" in reason or "kinds of audience" in reason]


@pytest.mark.parametrize("levels", [[1.0] * 5, [1.0, 6.0, 1.0, 8.0, 1.0, 30.0, 300.0]])
def test_too_few_or_failed_horizons_in_new_months_leave_the_season_outside(levels: list[float]) -> None:
    _, (_, *reasons) = held(levels)

    assert any("the history never saw November and December" in reason for reason in reasons)


def test_the_ledger_takes_length_kind_and_offers_from_designs_that_were_known(shop: Shop) -> None:
    ws = shop(campaigns=DESIGNS)

    (spring,) = ledger(ws, datetime(2017, 9, 1, tzinfo=UTC)).campaigns
    assert spring.design == Design(20.0, "flyer", 3)

    (unwritten,) = ledger(
        shop(campaigns=DESIGNS.replace("spring", "autumn")), datetime(2017, 9, 1, tzinfo=UTC)
    ).campaigns
    assert unwritten.design == Design(WINDOW_DAYS, "", None)
