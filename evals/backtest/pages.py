"""A back-test's JSON and page: gates, notes and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from campaigns.border import Border, canonical
from evals.scoring import Gate, SuiteResult


def write(
    out: Path,
    name: str,
    seed: int,
    gates: tuple[Gate, ...],
    samples: Sequence[Border],
    about: str,
    notes: Sequence[str],
    pictures: Sequence[str],
) -> SuiteResult:
    """Write `<name>.json` and `<name>.html` into `out`; same results, same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_html = out / f"{name}.json", out / f"{name}.html"
    passed = all(one.passed for one in gates)
    told = {
        "suite": name,
        "seed": seed,
        "passed": passed,
        "gates": [one.plain() for one in gates],
        "notes": list(notes),
        "samples": [one.plain() for one in samples],
    }
    path_json.write_bytes(canonical(told) + b"\n")
    environment = Environment(
        loader=PackageLoader("evals", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("backtest.html.jinja")
    text = page.render(
        suite=name, about=about, seed=seed, gates=gates, passed=passed, notes=notes, pictures=list(pictures)
    )
    path_html.write_text(text, encoding="utf-8")
    return SuiteResult(passed, str(path_json), str(path_html), gates, tuple(samples))
