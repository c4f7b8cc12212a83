"""The sections beside the effects: what an acquisition cost, what clicks are credited with, who came back, what each
variable did, and whether the comparison was clean."""

from __future__ import annotations

from app.report.blocks import Cell, Facts, Points, Section, Table, Text, pill
from app.report.notes import Notes
from app.report.story import Story
from app.wording import amount, bare, interval, percent, span, whole
from campaigns.figure import Figure, Source
from delivery.claims import NO_CLAIM, Claims, Told
from delivery.measurement import Measurement

Block = Text | Facts | Table | Points


def credit_section(story: Story, measured: Measurement, claims: Claims, notes: Notes) -> Section:
    """What an acquisition cost, and what click attribution would credit, each line beside what the control group shows."""
    effect, cost = claims.of("incremental_conversions").effect, claims.cost
    shown: Cell = NO_CLAIM
    if effect is not None:
        of = bare(round(effect.in_all.value), effect.in_all.unit)
        doubt = " (cannot tell)" if effect.label == "cannot tell" else ""
        shown = notes.mark(
            effect.in_all, "incremental conversions", f"{of}, {span(effect.in_all, whole_units=True)}{doubt}"
        )
    source = Source(kind="query", name="delivery.measuring.attribution.credits", ref=measured.plan_hash[:16])
    rows: list[tuple[Cell, ...]] = [
        (
            credit.model.capitalize(),
            notes.mark(Figure(value=credit.conversions, unit="conversions", source=source), f"{credit.model} ({credit.label})"),
            pill(credit.label, "bad"),
            shown,
        )
        for credit in measured.attribution
    ]  # fmt: skip
    names = [creative.creative_id for creative in story.plan.creatives]
    variants: list[tuple[Cell, ...]] = [
        (name, *(f"{credit.by_creative.get(name, 0.0):.1f}" for credit in measured.attribution), pill("biased", "bad"))
        for name in names
    ]
    told = notes.mark(cost.figure, "cost per incremental acquisition") if cost.figure is not None else cost.words
    blocks: list[Block] = [Facts((("Cost of an incremental acquisition", told),))]
    if cost.figure is not None:
        blocks.append(Text(f"{cost.words} The interval is Fieller's."))
    if rows:
        blocks.append(Table(("Model", "#Conversions credited", "", "Incremental, by the control group"), rows))
        columns = ("Variant", *(f"#{credit.model.capitalize()}" for credit in measured.attribution), "")
        blocks.append(Table(columns, variants, "Conversions credited to each variant"))
    return Section(
        "credit",
        "Cost and credit",
        "Attribution counts purchases that follow a click, also those that would have come anyway. It is shown because it is asked for, and is no result.",
        blocks,
    )


def retention_section(story: Story, measured: Measurement, claims: Claims, notes: Notes) -> Section:
    """The 90-day clock, the share of the campaign's mature buyers that came back, and the comparison once it is whole."""
    clock, claim = measured.retention, claims.retained
    rows: list[tuple[Cell, ...]] = [
        (cohort.arm.replace("_", " "), whole(cohort.people), whole(cohort.buyers), whole(cohort.mature))
        for cohort in clock.cohorts
    ]
    blocks: list[Block] = [
        Text(clock.words),
        Table(("Group", "#People", "#Bought", f"#{clock.days} days over"), rows),
    ]
    if claims.back is not None:
        share = notes.mark(claims.back, "buyers of the campaign that came back")
        whose = f"of the campaign's {story.who} that bought and whose {clock.days} days are over came back"
        blocks.append(Facts(((f"Share {whose}", share),)))
        blocks.append(Text(f"{interval(claims.back)}. It describes buyers and compares nothing."))
    if claim.effect is None:
        blocks.append(Text(f"Against the control group: no claim. {claim.refused}."))
    else:
        gained = notes.mark(claim.effect.in_all, f"{story.who} retained because of the campaign")
        label = pill(claim.label, {"gain": "good", "loss": "bad"}.get(claim.label, "open"))
        line = (f"{story.who.capitalize()} that bought and came back", gained, span(claim.effect.in_all), label)
        blocks.append(Table(("Against the control group", "#In all", "95% interval", ""), [line]))
    lead = (
        f"A buyer counts when {clock.days} days have passed since the first purchase in the campaign, and not before."
    )
    return Section("retention", "Who came back", lead, blocks)


def variables_section(claims: Claims, notes: Notes) -> Section:
    """What each personalised variable did to clicks, of variants drawn at random, weighted by the logged propensities."""
    blocks: list[Block] = []
    rows = [_variable(told, notes) for told in claims.variables]
    if rows:
        blocks.append(Table(("Variable", "#Clicks per 100 messages", "Interval", ""), rows))
    else:
        blocks.append(Text("No variable's effect can be told."))
    if claims.left_out:
        blocks.append(Points(claims.left_out, "What is not told apart"))
    return Section(
        "variables",
        "What each variable did",
        "First messages only, of people whom every channel could reach. Intervals are as wide as the number of comparisons asks for. A click is no purchase.",
        blocks,
    )


def clean_section(measured: Measurement) -> Section:
    """Whether people of one group could be touched by what was done to the other: counts, with a warning above a limit."""
    rows: list[tuple[Cell, ...]] = [
        (
            found.name.capitalize(),
            "–" if found.people is None else whole(found.people),
            "–" if found.people is None or not found.of else percent(found.people / found.of),
            pill("warning", "bad") if found.warns else pill("within the limit", "good"),
            found.words,
        )
        for found in measured.contamination
    ]
    return Section(
        "contamination",
        "Was the comparison clean",
        "The control group says what would have happened without the campaign only if the campaign, and others, left it alone.",
        (Table(("Check", "#People", "#Share", "", "What was found"), rows),),
    )


def _variable(told: Told, notes: Notes) -> tuple[Cell, ...]:
    if told.figure is None:
        return told.name.capitalize(), "–", "–", pill(told.words, "open")
    hundred = told.figure.model_copy(
        update={
            "value": told.figure.value * 100,
            "low": None if told.figure.low is None else told.figure.low * 100,
            "high": None if told.figure.high is None else told.figure.high * 100,
            "unit": "clicks",
        }
    )
    number = notes.mark(hundred, told.name, amount(hundred.value, hundred.unit).partition(" ")[0])
    return told.name.capitalize(), number, span(hundred), pill(told.words, "good" if told.sure else "open")
