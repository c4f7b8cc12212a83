"""The report in the terminal, and as JSON."""

from __future__ import annotations

from pathlib import Path

from app.rehearsed import quantity
from app.report.story import Story
from app.report.verdict import hundredfold, kept, named, verdict
from app.screen import answer, table
from app.wording import amount, bare, percent, span, whole
from delivery.claims import NO_CLAIM, shown
from delivery.expected import quoted


def show_summary(story: Story, path: Path) -> None:
    """Print the verdict, the numbers behind it, forecast, guardrails and the page's path."""
    said = verdict(story)
    console = answer()
    console.print(f"\n[bold]{said.headline}[/bold]")
    console.print(said.detail, markup=False)
    console.print(story.answered_by + "\n", markup=False)
    if story.measured is not None:
        _effects(story)
        _forecast(story)
        _kept(story)
    console.print(f"The report: {path}", markup=False, soft_wrap=True)


def as_plain(story: Story, path: Path) -> dict[str, object]:
    """The report as plain JSON types; measurement and audit are null before a launch."""
    said = verdict(story)
    return {
        "plan_id": story.plan.plan_id,
        "plan_hash": story.plan.hash,
        "state": story.state,
        "verdict": {"tone": said.tone, "headline": said.headline, "detail": said.detail},
        "measurement": None if story.measured is None or story.claims is None else shown(story.measured, story.claims),
        "audit": None if story.audit is None else story.audit.plain(),
        "rehearsal": None
        if story.rehearsal is None or story.expected is None
        else quoted(story.rehearsal, story.expected),
        "answered_by": story.answered_by,
        "origins": list(story.origins),
        "page": str(path),
    }


def _effects(story: Story) -> None:
    assert story.measured is not None
    assert story.claims is not None
    rows = []
    for claim in story.claims.every:
        name = named(claim) + (" (decides)" if claim.decides else "")
        if claim.effect is None:
            rows.append((name, "–", "–", "–", "–", NO_CLAIM))
            continue
        each, in_all = hundredfold(claim.effect.difference), claim.effect.in_all
        numbers = (bare(each.value, each.unit), span(each), bare(round(in_all.value), in_all.unit))
        rows.append((name, *numbers, span(in_all, whole_units=True), claim.label))
    table(
        "Against the control group",
        ("", f"#per 100 {story.who}", "#95% interval", "#in all", "#95% interval", ""),
        rows,
    )
    for claim in story.claims.every:
        if claim.effect is None:
            answer().print(f"No claim about {named(claim).lower()}: {claim.refused}.\n", markup=False)
    answer().print(f"Cost of an incremental acquisition: {story.claims.cost.words}\n", markup=False)
    for found in story.measured.contamination:
        if found.warns:
            answer().print(f"{found.words}\n", markup=False)
    spent, budget = story.measured.spend["total"], story.measured.spend["budget"]
    answer().print(
        f"Spent {amount(spent.value, spent.unit)} of {amount(budget.value, budget.unit)} ({percent(spent.value / budget.value)}) on "
        f"{whole(story.measured.contacts)} messages to {whole(story.measured.people_reached)} {story.who}.\n",
        markup=False,
    )


def _forecast(story: Story) -> None:
    assert story.claims is not None
    rows = []
    for line in story.claims.forecast:
        unit, expected = line.measured.unit, line.forecast
        rows.append(
            (
                quantity(line.metric),
                f"{bare(round(expected.p50), unit)} ({bare(round(expected.p05), unit)} to {bare(round(expected.p95), unit)})",
                bare(round(line.measured.value), unit),
                "cannot be seen" if line.inside is None else "inside" if line.inside else "outside",
            )
        )
    if rows:
        table("Forecast against outcome", ("", "#Rehearsal (90% of runs)", "#Measured", "Expected range"), rows)


def _kept(story: Story) -> None:
    assert story.measured is not None
    if story.audit is not None:
        promises = [(check.name.replace("_", " "), kept(check), check.meaning) for check in story.audit.checks]
        table("Guardrails, counted afresh from the outbox", ("Promise", "#Broken", "What was counted"), promises)
    if story.measured.blocked:
        blocked = sorted(story.measured.blocked.items(), key=lambda item: (-item[1], item[0]))
        table(
            "Blocked by policy",
            ("Rule", "#Contacts"),
            [(rule.replace("_", " "), whole(count)) for rule, count in blocked],
        )
