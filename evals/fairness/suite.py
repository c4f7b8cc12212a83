"""The fairness suite as `twinpilot eval run fairness` runs it: gates, their JSON and their page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from campaigns.border import canonical
from evals.fairness.run import COVERED_WANTED, FALSE_ALLOWED, FOUND_WANTED, FairnessResult, measure
from evals.scoring import Gate, SuiteResult, gate

WORLDS = 100
NAME = "fairness"


def gates_of(result: FairnessResult) -> tuple[Gate, ...]:
    """The thresholds, each as a share of the worlds."""
    n = result.worlds
    return (
        gate("planted proxies found", result.found / n, FOUND_WANTED, True),
        gate("worlds without a proxy in which one is claimed", result.false_alarms / n, FALSE_ALLOWED, False),
        gate("impact ratio of rates inside its 95 % interval", result.rates_covered / n, COVERED_WANTED, True),
        gate("impact ratio of means inside its 95 % interval", result.means_covered / n, COVERED_WANTED, True),
        gate("fair worlds denied", result.fair_denied / n, FALSE_ALLOWED, False),
    )


def run(out: Path, seed: int, progress: Callable[[str], None]) -> SuiteResult:
    """The suite over 100 worlds of each kind; writes `fairness.json` and `fairness.html`. Same seed, same bytes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    progress(f"making {WORLDS} worlds with a planted proxy and {WORLDS} without")
    result = measure(WORLDS, seed)
    gates = gates_of(result)
    passed = all(one.passed for one in gates)
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{NAME}.json", out / f"{NAME}.html"
    told = {"suite": NAME, "seed": seed, "passed": passed, "gates": [one.plain() for one in gates]}
    path_json.write_bytes(canonical(told) + b"\n")
    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    about = f"The audit by groups over {WORLDS} made-up worlds with a planted proxy and {WORLDS} without"
    page = environment.get_template("gates.html.jinja")
    text = page.render(suite=NAME, about=about, seed=seed, gates=gates, passed=passed)
    path_html.write_text(text, encoding="utf-8")
    return SuiteResult(passed, str(path_json), str(path_html), gates, ())
