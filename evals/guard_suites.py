"""The suites `attacks` and `masks`: their gates, and what they write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from campaigns.border import Border, canonical
from evals.masks import MaskSample, joined, run_masks
from evals.scoring import Gate, SuiteResult, gate

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLANS = 1_000


def run_attack_suite(out: Path, seed: int, progress: Callable[[str], None]) -> SuiteResult:
    """Every attack tried; writes `attacks.json` and `attacks.md` into `out`, and in a checkout `docs/attacks.md`."""
    from evals.attacks.run import EVERY, run_attacks, totals
    from evals.attacks.shop import PEOPLE
    from evals.attacks.table import page

    samples = run_attacks(seed, progress)
    open_ = sum(len(sample.unrefused) for sample in samples)
    gates = (
        gate("attack cases tried", len(samples), EVERY, True),
        gate("attempts that nothing refused", open_, 0, False),
        *(gate(name, count, 0, False) for name, count in totals(samples).items()),
    )
    text = page(samples, seed, PEOPLE)
    result = written("attacks", out, seed, gates, samples, text)
    if DOCS.is_dir():
        (DOCS / "attacks.md").write_text(text, encoding="utf-8")
    return result


def run_mask_suite(out: Path, seed: int, progress: Callable[[str], None], plans: int = PLANS) -> SuiteResult:
    """Random plans judged three times; writes `masks.json` and `masks.md` into `out`."""
    from policies.load import load_policies

    samples = run_masks(seed, plans, progress)
    whole = joined(list(samples))
    never = sorted(rule.id for rule in load_policies().scope("contact") if rule.id not in whole.fired)
    gates = (
        gate("random plans", whole.plans, plans, True),
        gate("contacts whose three masks differ", whole.differences, 0, False),
        gate("contacts judged", whole.contacts, 100 * plans, True),
        gate("share of contacts that every rule allows", whole.allowed / whole.contacts, 0.05, True),
        gate("contact rules that refused somebody", len(whole.fired), 15, True),
    )
    return written("masks", out, seed, gates, samples, _mask_page(whole, never, seed))


def _mask_page(whole: MaskSample, never: Sequence[str], seed: int) -> str:
    rows = [f"| {rule} | {count:,} |" for rule, count in whole.fired.items()]
    head = (
        f"# Masks\n\nSeed {seed}. {whole.plans:,} random plans, {whole.contacts:,} contacts, each judged in the frame at plan time, in "
        f"the twin and at send time: {whole.differences} differences; {whole.allowed:,} contacts are allowed.\n\n"
        "| Rule | Contacts refused |\n|---|---:|\n"
    )
    last = f"\n\nNever violated here: {', '.join(never) or 'none'}.\n"
    return (
        head
        + "\n".join(rows)
        + last
        + (f"\nThe first difference: {whole.first_difference}\n" if whole.differences else "")
    )


def written(
    name: str, out: Path, seed: int, gates: tuple[Gate, ...], samples: Sequence[Border], text: str
) -> SuiteResult:
    """A suite's result, written as `<name>.json` and `<name>.md` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    path_json, path_text = out / f"{name}.json", out / f"{name}.md"
    passed = all(one.passed for one in gates)
    result = {
        "suite": name,
        "seed": seed,
        "passed": passed,
        "gates": [one.plain() for one in gates],
        "samples": [one.plain() for one in samples],
    }
    path_json.write_bytes(canonical(result) + b"\n")
    path_text.write_text(text, encoding="utf-8")
    return SuiteResult(passed, str(path_json), str(path_text), gates, tuple(samples))
