"""The report's page: one HTML file with its pictures inside, no script, and nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.report import sections_measured as beside
from app.report import sections_outcome as outcome
from app.report import sections_plan as planned
from app.report.blocks import Section
from app.report.notes import Listed, Notes
from app.report.story import Story
from app.report.verdict import Verdict, verdict
from app.wording import STATES, bare, interval, percent, whole
from campaigns.errors import BadInput
from delivery.claims import NO_CLAIM


@dataclass(frozen=True, slots=True)
class Tile:
    """One number at the top: what it is, its value with its footnote, and its interval in small."""

    name: str
    value: Markup
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template prints."""

    brand: str
    plan_id: str
    plan_hash: str
    state: str
    window: str
    words: str
    owner: str
    seed: int
    data_version: str
    as_of: str
    verdict: Verdict
    answered_by: str
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    sources: Sequence[Listed]


def write_page(story: Story, path: Path) -> Path:
    """Write the page and return its path; BadInput when the file cannot be written."""
    text = render(story)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"The report {path} cannot be written ({error.strerror}); choose another --out.") from None
    return path


def render(story: Story) -> str:
    """The page as HTML text; the same story gives the same text."""
    environment = Environment(
        loader=PackageLoader("app.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.loader.get_source(environment, "style.css")[0]  # type: ignore[union-attr]
    return environment.get_template("report.html.jinja").render(page=_page(story), style=style)


def _page(story: Story) -> Page:
    plan, notes = story.plan, Notes()
    tiles, sections = _tiles(story, notes), _sections(story, notes)
    return Page(
        brand=plan.goal.brand,
        plan_id=plan.plan_id,
        plan_hash=plan.hash,
        state=STATES[story.state],
        window=f"{plan.brief.window.start:%-d %b} – {plan.brief.window.end:%-d %b %Y}",
        words=plan.goal.words,
        owner=plan.owner,
        seed=plan.seed,
        data_version=plan.data_version,
        as_of=f"{story.as_of:%Y-%m-%d %H:%M} UTC",
        verdict=verdict(story),
        answered_by=story.answered_by,
        tiles=tiles,
        sections=sections,
        sources=list(notes.listed.values()),
    )


def _tiles(story: Story, notes: Notes) -> list[Tile]:
    measured = story.measured
    if measured is None or story.claims is None:
        return []
    tiles = []
    for claim in story.claims.every:
        title = claim.metric.replace("_", " ").capitalize()
        if claim.effect is None:
            tiles.append(Tile(title, Markup(NO_CLAIM), claim.refused))
            continue
        in_all = claim.effect.in_all
        shown = notes.mark(in_all, title, bare(round(in_all.value), in_all.unit))
        verdict_of = f" — {claim.label}" if claim.label == "cannot tell" else ""
        tiles.append(Tile(title, shown, f"{interval(in_all)}{verdict_of}"))
    spent, budget = measured.spend["total"], measured.spend["budget"]
    tiles.append(
        Tile(
            "Spend",
            notes.mark(spent, "spend"),
            f"{percent(spent.value / budget.value)} of the {bare(budget.value, budget.unit)} budget",
        )
    )
    if story.audit is not None:
        broken = Markup("{}").format(whole(sum(check.violations for check in story.audit.checks)))
        note = f"{len(story.audit.checks)} promises, counted over {whole(story.audit.contacts)} messages"
        tiles.append(Tile("Guardrails broken", broken, note))
    return tiles


def _sections(story: Story, notes: Notes) -> list[Section]:
    measured, rehearsal = story.measured, story.rehearsal
    sections: list[Section] = []
    if measured is not None and story.claims is not None:
        sections.append(outcome.results_section(story, measured, story.claims, notes))
        sections.append(beside.clean_section(measured))
        sections.append(beside.credit_section(story, measured, story.claims, notes))
        sections.append(beside.retention_section(story, measured, story.claims, notes))
        if story.expected is not None:
            sections.append(outcome.forecast_section(story, story.claims, story.expected, notes))
        if story.audit is not None:
            sections.append(outcome.guard_section(story.audit, measured))
        sections.append(outcome.money_section(story, measured, notes))
        sections.append(outcome.messages_section(story, measured))
        sections.append(beside.variables_section(story.claims, notes))
    sections.append(planned.brief_section(story, notes))
    if story.findings:
        sections.append(planned.findings_section(story))
    sections.append(planned.audience_section(story, notes))
    sections.append(planned.allocation_section(story, notes))
    sections.append(planned.experiment_section(story, notes))
    if rehearsal is not None and story.expected is not None:
        sections.append(planned.rehearsal_section(story, rehearsal, story.expected, notes))
    return [*sections, planned.variants_section(story), planned.assumptions_section(story)]
