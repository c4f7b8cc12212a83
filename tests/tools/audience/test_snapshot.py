"""A snapshot holds whom the predicates and exclusions leave, and its id is the digest of its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.brief import Brief
from campaigns.workspace import Workspace
from tests.tools.audience.conftest import NOW, World
from tools.audience import snapshot
from tools.audience.canonical import rounded, rows_digest
from tools.audience.contactability import exclude
from tools.audience.errors import EmptyAudience, NoEvidence, SnapshotDamaged
from tools.audience.population import Population, understand
from tools.audience.worth import SEGMENTS, segments

Briefs = Callable[..., Brief]
LAPSED = "not shopped for four weeks"
ZONE = "America/Chicago"


def population(words: str, categories: tuple[str, ...] = ("COFFEE",)) -> Population:
    return understand(words, "cross_sell", categories)


@pytest.fixture
def shop(world: World) -> Workspace:
    return world(
        people={"ok": ZONE, "push": ZONE, "quiet": ZONE, "nozone": None, "badzone": "Mars/Olympus", "supp": ZONE,
                "changed": ZONE, "shops": ZONE, "abroad": ZONE, "stranger": ZONE},
        purchases=[(who, 40, "COFFEE", 5_000_000)
                   for who in ("ok", "push", "quiet", "nozone", "badzone", "supp", "changed", "shops", "abroad")]
        + [("shops", 2, "COFFEE", 5_000_000), ("ok", 10, "COFFEE", 1, 20)],
        consents=[(who, "email", "granted", 100) for who in ("ok", "nozone", "badzone", "supp", "changed", "shops", "abroad")]
        + [("push", "push", "granted", 50), ("changed", "email", "withdrawn", 9), ("ok", "push", "withdrawn", 3),
           ("quiet", "email", "granted", -5)],
        suppressed=["supp"],
        countries={"abroad": "FR"},
    )  # fmt: skip


def test_the_funnel_takes_people_out_in_its_order(shop: Workspace, brief: Briefs) -> None:
    taken = snapshot.take(
        shop, brief("not shopped for four days", markets=("US",)), NOW, population("not shopped for 4 days")
    )
    assert taken.matched == 7
    assert [(step.reason.split(" on ")[0], step.removed, step.remaining) for step in taken.exclusions] == [
        ("suppressed", 1, 6),
        ("unknown time zone", 2, 4),
        ("no consent", 2, 2),
    ]
    assert taken.frame["person_id"].to_list() == ["ok", "push"]
    assert taken.frame.select("consent_email", "consent_push").rows() == [(1, 0), (-1, 1)]
    assert dict(taken.frame.schema) == snapshot.SCHEMA


def test_a_consent_counts_only_on_the_plans_channels(shop: Workspace, brief: Briefs) -> None:
    taken = snapshot.take(shop, brief(LAPSED, channels=("push",)), NOW, population("not shopped for 4 days"))
    assert taken.frame["person_id"].to_list() == ["push"]
    with pytest.raises(EmptyAudience, match="All 7 people"):
        snapshot.take(shop, brief(LAPSED, channels=("sms",)), NOW, population("not shopped for 4 days"))


def test_nobody_matching_is_said(shop: Workspace, brief: Briefs) -> None:
    with pytest.raises(EmptyAudience, match="Nobody of 10 people"):
        snapshot.take(shop, brief("not shopped for 60 weeks"), NOW, population("not shopped for 60 weeks"))


def test_a_category_that_nobody_bought_has_no_value(shop: Workspace, brief: Briefs) -> None:
    words = "have not bought tea in 2 weeks"
    with pytest.raises(NoEvidence, match="TEA"):
        snapshot.take(shop, brief(words), NOW, population(words, ("TEA",)))


def test_a_purchase_counts_from_the_instant_it_is_known(shop: Workspace, brief: Briefs) -> None:
    words = "not shopped for 25 days"
    unaware = snapshot.take(shop, brief(words), NOW, population(words))
    assert "ok" in unaware.frame["person_id"].to_list()
    aware = snapshot.take(shop, brief(words), NOW + timedelta(days=11), population(words))
    assert "ok" not in aware.frame["person_id"].to_list()


def test_the_same_inputs_give_the_same_id_and_bytes(sample: Workspace, brief: Briefs) -> None:
    first = snapshot.take(sample, brief(LAPSED), NOW, population(LAPSED))
    path = snapshot.path_of(sample, first.snapshot_id)
    written = path.read_bytes()
    again = snapshot.take(sample, brief(LAPSED), NOW, population(LAPSED))
    assert (again.snapshot_id, path.read_bytes()) == (first.snapshot_id, written)
    assert snapshot.load(sample, first.snapshot_id).equals(first.frame)


def test_the_sample_gives_the_storys_audiences(sample: Workspace, brief: Briefs) -> None:
    seafood = "have not bought frozen seafood in twelve weeks"
    demo = snapshot.take(sample, brief(seafood), NOW, population(seafood, ("SEAFOOD - FROZEN", "FRZN SEAFOOD")))
    assert (demo.matched, demo.size) == (1928, 1706)
    assert [step.removed for step in demo.exclusions] == [0, 35, 187]
    assert demo.frame["responsiveness"].mean() == pytest.approx(1.0)
    assert demo.frame["person_id"].is_sorted()
    assert demo.frame["time_zone"].null_count() == 0
    win_back = snapshot.take(sample, brief(LAPSED), NOW, population(LAPSED))
    assert 435 <= win_back.matched <= 450
    assert win_back.frame["recency_days"].min() >= 28


@pytest.mark.parametrize("damage", ["missing", "bytes", "rows", "column", "name"])
def test_a_damaged_snapshot_is_refused(shop: Workspace, brief: Briefs, damage: str) -> None:
    taken = snapshot.take(shop, brief(LAPSED), NOW, population("not shopped for 4 days"))
    path = snapshot.path_of(shop, taken.snapshot_id)
    if damage == "missing":
        path.unlink()
    elif damage == "bytes":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "rows":
        taken.frame.with_columns(consent_email=pl.lit(1, pl.Int8)).write_parquet(path)
    elif damage == "column":
        taken.frame.drop("segment").write_parquet(path)
    wanted = "../../state" if damage == "name" else taken.snapshot_id
    with pytest.raises(SnapshotDamaged):
        snapshot.load(shop, wanted)


CONTACTABLE = st.lists(
    st.tuples(st.booleans(), st.sampled_from([None, ZONE]), st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0, 1])),
    max_size=15,
)


@given(CONTACTABLE)
@settings(max_examples=40, deadline=None)
def test_every_excluded_person_is_counted_once_and_nobody_without_consent_stays(rows: list[tuple[object, ...]]) -> None:
    names = ("suppressed", "time_zone", "consent_email", "consent_push")
    people = pl.DataFrame(
        rows,
        schema=dict(zip(names, (pl.Boolean, pl.String, pl.Int8, pl.Int8), strict=True)),
        orient="row",
    )
    kept, steps = exclude(people, ("email", "push"))
    assert len(kept) + sum(step.removed for step in steps) == len(people)
    wanted = [row for row in rows if not row[0] and row[1] is not None and 1 in row[2:]]
    assert kept.rows() == wanted


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_segments_are_thirds_in_order_of_value(values: list[float]) -> None:
    tiers = np.array(segments(np.array(values)))
    sizes = [int((tiers == name).sum()) for name in SEGMENTS]
    assert sum(sizes) == len(values)
    assert max(sizes) - min(sizes) <= 1
    rank = np.array([SEGMENTS.index(tier) for tier in tiers])
    order = np.argsort(-np.array(values), kind="stable")
    assert (np.diff(rank[order]) >= 0).all()


def test_the_digest_is_of_values_and_not_of_the_last_bits() -> None:
    frame = pl.DataFrame({"name": ["ab", "c"], "rate": [0.1 + 0.2, 1.0]})
    near = pl.DataFrame({"name": ["ab", "c"], "rate": [0.3, 1.0]})
    assert rows_digest(rounded(frame)) == rows_digest(rounded(near))
    assert rows_digest(frame) != rows_digest(near)
    assert rows_digest(near) != rows_digest(near.with_columns(name=pl.Series(["a", "bc"])))
    with pytest.raises(ValueError, match="null"):
        rows_digest(pl.DataFrame({"name": [None]}, schema={"name": pl.String}))


@pytest.mark.parametrize(("channel", "left"), [("email", ["push"]), ("*", ["push"])])
def test_who_unsubscribed_in_an_earlier_campaign_is_not_reachable_for_the_next(
    shop: Workspace, brief: Briefs, channel: str, left: list[str]
) -> None:
    earlier = int((NOW - timedelta(hours=1)).timestamp())
    later = int((NOW + timedelta(hours=1)).timestamp())
    with shop.session() as session:
        for person, at in (("ok", earlier), ("push", later)):
            session.connection().exec_driver_sql(
                "INSERT INTO withdrawal (person_id, channel, at, kind, plan_id) VALUES (?, ?, ?, 'unsubscribe', 'p-0')",
                (person, channel, at),
            )
    taken = snapshot.take(
        shop, brief("not shopped for four days", markets=("US",)), NOW, population("not shopped for 4 days")
    )
    assert taken.frame["person_id"].to_list() == left
