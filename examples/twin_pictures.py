"""The twin's main pictures as PNG files: `python examples/twin_pictures.py FOLDER`.

A fresh workspace with the bundled sample is made in a temporary folder, the sample goal is planned and rehearsed there,
and five pictures are drawn: the rehearsal's fan, its drivers, how attention falls with messages and recovers, past
campaigns foretold beside what happened, and the fast twin against the naive one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import vl_convert

from campaigns.rehearsal import Rehearsal
from campaigns.store import Store
from campaigns.workspace import Workspace
from evals.bench.luck import Keyed
from evals.bench.naive import inboxes, live
from evals.bench.twin_model import batches, fast, parameters, stage
from simulator.backtest import backtest
from simulator.calendar import COST, MARGIN, ROW
from simulator.effects.attention import attention, recovered
from simulator.past_campaigns import ledger
from tools.data.sample import load_sample
from tools.data.sample_goal import SAMPLE_GOAL
from tools.prediction.priors import means

GREEN, PALE, RED, INK = "#1f6f5c", "#b9d4ca", "#b3452c", "#26302d"
LEARNT, ASSUMED = "learnt from this workspace", "a prior that the data do not identify"
CAMPAIGNS_OVER = datetime(2018, 1, 4, tzinfo=UTC)
"""After the sample's last row, so that every past campaign's outcome is known."""


def main(folder: Path) -> None:
    """Draw all five into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="twinpilot-pictures-") as scratch:
        found = rehearsed(Path(scratch) / "plan")
        past = foretold(Path(scratch) / "past")
    pictures = {
        "rehearsal-fan": fan(found),
        "drivers": drivers(found),
        "attention": attention_surface(),
        "past-campaigns": past,
        "exactness": exactness(),
    }
    for name, chart in pictures.items():
        path = folder / f"{name}.png"
        styled = chart.configure_view(stroke=None).configure_axis(grid=False, labelColor=INK, titleColor=INK)
        path.write_bytes(vl_convert.vegalite_to_png(styled.to_dict(), scale=2))
        sys.stdout.write(f"{path}\n")


def rehearsed(root: Path) -> Rehearsal:
    """The rehearsal of the sample goal's plan, in a fresh workspace."""
    for words in (("init", "--sample"), ("plan", SAMPLE_GOAL)):
        command = [sys.executable, "-m", "app", "--workspace", str(root), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    store = Store(Workspace.open(root))
    (record,) = store.plans()
    found = store.rehearsal(store.plan(record.plan_id).hash)
    if found is None:
        raise SystemExit(f"Plan {record.plan_id} was not rehearsed: it is {record.state}.")
    return found


def fan(found: Rehearsal) -> alt.TopLevelMixin:
    """Cumulative incremental margin by day over the runs: 90 % of them and the middle one."""
    rows = [{"day": p.day, **{name: getattr(p, name) / 1e6 for name in ("p05", "p50", "p95")}} for p in found.fan]
    base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("day:Q", title="day of the campaign"))
    band = base.mark_area(color=PALE).encode(y=alt.Y("p05:Q", title="incremental margin so far, USD"), y2=alt.Y2("p95"))
    line = base.mark_line(color=GREEN, strokeWidth=2.5).encode(y="p50:Q")
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=INK, strokeDash=[4, 3]).encode(y="y:Q")
    title = f"{found.runs} paired runs: {found.verdict.replace('_', ' ')}, {found.p_harm.value:.0%} of them lose money"
    return (band + zero + line).properties(width=620, height=320, title=title)


def drivers(found: Rehearsal) -> alt.TopLevelMixin:
    """Which assumptions move the incremental margin, alone and with others."""
    rows = [
        {
            "assumption": driver.parameter.replace("_", " "),
            "share": driver.total,
            "from": LEARNT if driver.learnt else ASSUMED,
        }
        for driver in found.drivers
    ]
    scale = alt.Scale(domain=[LEARNT, ASSUMED], range=[GREEN, RED])
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            y=alt.Y("assumption:N", sort="-x", title=None, axis=alt.Axis(labelLimit=260)),
            x=alt.X("share:Q", title="share of the variance of the result", axis=alt.Axis(format="%")),
            color=alt.Color("from:N", scale=scale, legend=alt.Legend(title=None, orient="top", labelLimit=320)),
        )
        .properties(width=560, height=28 * len(rows), title="What the result rests on")
    )


def attention_surface() -> alt.TopLevelMixin:
    """The chance that an e-mail is read after so many messages, by the days between them, at the priors' means."""
    typical = means()
    gaps, messages = (0.5, 1, 2, 3, 5, 7, 10, 14), 12
    rows = []
    for gap in gaps:
        tired = np.zeros(1)
        for number in range(1, messages + 1):
            chance = attention(np.array([typical["attention_email"]]), tired, typical["fatigue_per_contact"])
            rows.append({"message": number, "gap": f"{gap:g}", "read": float(chance[0])})
            tired = recovered(tired + 1, np.array([gap]), typical["fatigue_halflife_days"])
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_rect()
        .encode(
            x=alt.X("message:O", title="number of the message", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("gap:O", sort=[f"{gap:g}" for gap in gaps], title="days between messages"),
            color=alt.Color(
                "read:Q", title="read", scale=alt.Scale(scheme="tealblues", zero=True), legend=alt.Legend(format="%")
            ),
        )
        .properties(width=560, height=300, title="How attention falls and recovers (priors, not measured here)")
    )


def foretold(root: Path) -> alt.TopLevelMixin:
    """Households that redeemed in the sample's later campaigns, foretold from what was known at each one's start."""
    ws = Workspace.create(root)
    load_sample(ws, CAMPAIGNS_OVER, lambda _: None)
    books = ledger(ws, CAMPAIGNS_OVER)
    ws.engine.dispose()
    count = len(books.campaigns)
    cells = backtest(books, range(count - count // 3, count), 2017)
    rows: list[dict[str, Any]] = [
        {"campaign": one.campaign_id, "low": one.low80, "high": one.high80, "median": one.median, "truth": one.truth}
        for one in cells
        if one.quantity == "redeeming households"
    ]
    scale = alt.Scale(type="symlog")
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("campaign:N", sort=[row["campaign"] for row in rows], title="campaign", axis=alt.Axis(labelAngle=0))
    )
    band = base.mark_rule(color=PALE, strokeWidth=12).encode(
        y=alt.Y("low:Q", title="redeeming households", scale=scale), y2="high:Q"
    )
    middle = base.mark_tick(color=GREEN, thickness=3, size=18).encode(y="median:Q")
    truth = base.mark_point(color=RED, filled=True, size=90, opacity=1).encode(y="truth:Q")
    inside = sum(row["low"] <= row["truth"] <= row["high"] for row in rows)
    title = f"80 % intervals and what happened (red): {inside} of {len(rows)} inside"
    return (band + middle + truth).properties(width=620, height=320, title=title)


def exactness(people: int = 1_500) -> alt.TopLevelMixin:
    """Each customer's margin less offers in a month, in the naive twin and in the fast one."""
    on, how = stage(people), parameters()
    sent = list(batches(on, 1))
    world, naive = fast(on, how, 5, iter(sent)), live(on, how, Keyed(5), inboxes(sent))
    ours, theirs = np.zeros(people, np.int64), np.zeros(people, np.int64)
    happened = world.history()
    np.add.at(ours, happened[ROW], happened[MARGIN] - happened[COST])
    for _, _, row, _, _, margin, cost, _ in naive.own + naive.caused:
        theirs[row] += margin - cost
    rows = [{"naive": a / 1e6, "fast": b / 1e6} for a, b in zip(theirs.tolist(), ours.tolist(), strict=True)]
    apart = int(np.abs(ours - theirs).max())
    most = float(max(ours.max(), theirs.max())) / 1e6
    line = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": most, "y": most}])).mark_line(color=PALE, strokeWidth=3)
    dots = (
        alt.Chart(alt.Data(values=rows))
        .mark_circle(color=GREEN, size=26, opacity=0.5)
        .encode(
            x=alt.X("naive:Q", title="one SimPy process per customer and message, margin in USD"),
            y=alt.Y("fast:Q", title="the fast twin, margin in USD"),
        )
    )
    title = f"{len(naive.own + naive.caused):,} events of {people:,} customers; largest difference {apart} micros"
    return (line.encode(x="x:Q", y="y:Q") + dots).properties(width=460, height=420, title=title)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Say where the pictures go: python examples/twin_pictures.py FOLDER")
    main(Path(sys.argv[1]))
