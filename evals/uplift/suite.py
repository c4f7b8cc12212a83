"""The suite `uplift`: sleeping dogs spared and value earned against propensity targeting; nothing claimed where all are alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from campaigns.border import Border, canonical
from evals.scoring import Gate, SuiteResult, gate
from evals.uplift.trial import POLICIES, Lived, lived
from evals.uplift.worlds import COST, FLAT, HELPED, MARGIN, Kind, people, pilot
from tools.prediction.uplift_card import score_cards

NAME = "uplift"
SHARES = (0.01, 0.03, 0.05, 0.10)
SIGNAL = 1.0
"""Strength at which the gates hold: features tell dogs apart with an area under the curve of about .88 to .94."""
CURVE = (0.0, 0.25, 0.5, 0.75)
CURVE_SHARES = (0.01, 0.05)
HARD_GAIN = 0.05
"""Value above propensity targeting's in the harder kind of world; at 1 % dogs about 10 % are found, give or take a point."""
WORLDS, CURVE_WORLDS, NULL_WORLDS = 24, 12, 100
NULL_PILOT = 10_000


class WorldSample(Border):
    """A kind of world over so many seeds; per policy means with standard errors over seeds, per 1,000 contacts.

    `spared` is the share of propensity targeting's harmful contacts that uplift avoids, `gain` the value it earns more
    as a share of the size of propensity's, each with its standard error; `area` how well features tell dogs apart (0.5
    not at all), `usable` the share of pilots whose score card allowed choosing.
    """

    helped: str
    dogs: float
    signal: float
    worlds: int
    area: float
    usable: float
    harmful: dict[str, tuple[float, float]]
    value: dict[str, tuple[float, float]]
    spared: tuple[float, float]
    spared_against_random: tuple[float, float]
    gain: tuple[float, float]


class NullSample(Border):
    """Pilots in which a message helps everybody alike: how often the card calls an order usable, advises to contact all,
    and how often the interval of the average holds the truth."""

    worlds: int
    usable: float
    all: float
    covered: float


def run_uplift(
    out: Path, seed: int, progress: Callable[[str], None], worlds: int = WORLDS, nulls: int = NULL_WORLDS
) -> SuiteResult:
    """The suite; writes `uplift.json` and `uplift.html`. Same seed, same bytes."""
    samples = []
    for kind, count in kinds(worlds):
        progress(f"targeting in {count} worlds: {kind.helped}, {kind.dogs:.0%} sleeping dogs, signal {kind.signal:g}")
        samples.append(sample(kind, [lived(kind, seed * 1_009 + world) for world in range(count)]))
    progress(f"looking for differences in {nulls} worlds that have none")
    null = null_sample(seed, nulls)
    gates = gates_of(samples, null)
    passed = all(one.passed for one in gates)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{NAME}.json", out / f"{NAME}.html"
    told = {
        "suite": NAME, "seed": seed, "passed": passed, "gates": [one.plain() for one in gates],
        "samples": [one.plain() for one in (*samples, null)],
    }  # fmt: skip
    path_json.write_bytes(canonical(told) + b"\n")
    _page(path_html, seed, gates, passed)
    return SuiteResult(passed, str(path_json), str(path_html), gates, (*samples, null))


def kinds(worlds: int) -> list[tuple[Kind, int]]:
    """The kinds of worlds with their number: the gated ones, the harder ones, weaker signals."""
    curve = max(worlds * CURVE_WORLDS // WORLDS, 2)
    gated = [(Kind(dogs, SIGNAL, helped), worlds) for helped in HELPED[:2] for dogs in SHARES]
    return gated + [(Kind(dogs, signal), curve) for dogs in CURVE_SHARES for signal in CURVE]


def sample(kind: Kind, found: list[Lived]) -> WorldSample:
    """What the worlds of a kind showed."""
    harmful, value = np.stack([one.harmful for one in found]), np.stack([one.value for one in found])
    by = {name: place for place, name in enumerate(POLICIES)}
    ours, usual, anybody = (harmful[:, by[name]] for name in ("uplift", "propensity", "random"))
    return WorldSample(
        helped=kind.helped,
        dogs=kind.dogs,
        signal=kind.signal,
        worlds=len(found),
        area=round(float(np.mean([one.area for one in found])), 4),
        usable=round(float(np.mean([one.usable for one in found])), 4),
        harmful={name: _mean(harmful[:, place]) for name, place in by.items()},
        value={name: _mean(value[:, place]) for name, place in by.items()},
        spared=_ratio(usual - ours, usual),
        spared_against_random=_ratio(anybody - ours, anybody),
        gain=_ratio(value[:, by["uplift"]] - value[:, by["propensity"]], value[:, by["propensity"]]),
    )


def null_sample(seed: int, worlds: int) -> NullSample:
    """Cards of pilots in which nobody differs."""
    cards = []
    for world in range(worlds):
        rng = np.random.default_rng([seed, world, 7])
        test, _ = pilot(people(Kind(0.0, 0.0, "alike"), NULL_PILOT, rng), rng)
        cards.append(score_cards(test, world)[0])
    truth = MARGIN * FLAT
    return NullSample(
        worlds=worlds,
        usable=round(float(np.mean([card.usable for card in cards])), 4),
        all=round(float(np.mean([card.advice(COST) == "all" for card in cards])), 4),
        covered=round(float(np.mean([card.average.low <= truth <= card.average.high for card in cards])), 4),
    )


def gates_of(samples: list[WorldSample], null: NullSample) -> tuple[Gate, ...]:
    """The thresholds. Where those in two minds are helped most, likely buyers are both the best and the most dangerous
    to contact; there fewer harmful contacts are avoided, which is reported, and only value is gated."""
    gates = []
    for one in samples:
        if one.signal != SIGNAL:
            continue
        where = f"{one.dogs:.0%} sleeping dogs, helped: {one.helped}"
        if one.helped == HELPED[0]:
            gates.append(gate(f"harmful contacts avoided of propensity targeting's, {where}", one.spared[0], 0.8, True))
        least = 0.1 if one.helped == HELPED[0] else HARD_GAIN
        gates.append(gate(f"net value above propensity targeting's, {where}", one.gain[0], least, True))
    hidden = [one for one in samples if one.signal == 0.0]
    return (
        *gates,
        gate(
            "harmful contacts avoided against random where features say nothing of dogs (size; more would be luck)",
            max(abs(one.spared_against_random[0]) for one in hidden),
            0.1,
            False,
        ),
        gate("worlds without differences in which an order is called usable", null.usable, 0.05, False),
        gate("true average inside its 95 % interval", null.covered, 0.9, True),
    )


def _mean(column: np.ndarray) -> tuple[float, float]:
    return round(float(column.mean()), 3), round(float(column.std(ddof=1) / np.sqrt(len(column))), 3)


def _ratio(part: np.ndarray, whole: np.ndarray) -> tuple[float, float]:
    """The ratio of means over the whole's size, with its standard error by the delta method."""
    base = abs(float(whole.mean()))
    ratio = float(part.mean()) / base
    left = part - ratio * np.sign(whole.mean()) * whole
    return round(ratio, 4), round(float(left.std(ddof=1) / np.sqrt(len(left))) / base, 4)


def _page(path: Path, seed: int, gates: tuple[Gate, ...], passed: bool) -> None:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    about = "Targeting by uplift beside the usual targeting of likely buyers, in made-up worlds with sleeping dogs"
    text = environment.get_template("gates.html.jinja").render(
        suite=NAME, about=about, seed=seed, gates=gates, passed=passed
    )
    path.write_text(text, encoding="utf-8")
