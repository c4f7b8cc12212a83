"""From a goal's words to a brief, by rules alone: what was said, what was assumed and why, what must be asked.

A number that is not in the words is never filled in silently; it becomes an assumption or a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from agents.reading.budget import NO_BUDGET, read_budget
from agents.reading.channels import read_channels
from agents.reading.contacts import read_contacts
from agents.reading.found import Notes
from agents.reading.leftovers import merge_first_questions, read_leftovers
from agents.reading.markets import read_markets
from agents.reading.objective import asked_for, explain_metric, read_metric, read_objective, settle_metrics
from agents.reading.population import read_population
from agents.reading.prohibitions import read_prohibitions
from agents.reading.target import read_target
from agents.reading.text import Span, Text, span_of
from agents.reading.window import read_window
from campaigns.brief import Brief, Goal, Metric, Objective, said
from campaigns.errors import BadInput
from campaigns.store import Store
from campaigns.workspace import Settings, Workspace
from policies.authority.people import person
from policies.clock import trusted
from tools.audience.population import understand

NOBODY = "not said"
"""The population of a brief whose goal names nobody; a question stands beside it."""
NO_POPULATION = "Whom should the campaign reach? Say it like 'households that have not shopped for four weeks'."
"""The question about a goal that names nobody."""
_EXAMPLE = "'Win back households that have not shopped for four weeks, at most $5,000, by the end of November'"


def read_goal(workspace: Workspace, words: str, by: str | None = None) -> tuple[Goal, Brief]:
    """The goal as said now in this workspace by somebody (default: its owner), and its brief.

    BadInput for empty or endless words, a name without a letter, or unusable data.
    """
    from tools.data.warehouse import categories

    settings = workspace.settings
    now = trusted(Store(workspace))
    if not words.strip():
        raise BadInput(f"The goal is empty; write it in words, like {_EXAMPLE}.")
    try:
        goal = said(words, settings.owner if by is None else _named(by), settings.brand, now)
    except ValidationError:
        raise BadInput(f"The goal has {len(words):,} characters; say it in at most 4,000.") from None
    return goal, understand_goal(goal, now, settings, categories(workspace))


def _named(by: str) -> str:
    person(by)
    return by.strip()


def understand_goal(goal: Goal, now: datetime, settings: Settings, categories: Sequence[str]) -> Brief:
    """How a goal is understood at an instant: the same words, instant, settings and categories give the same brief.

    `categories` are the product categories of the data; without any the population is not tried on them. Raises
    BadInput, in one sentence, for amounts that cannot be spent, unknown currencies, past deadlines and limits that leave
    nothing to do.
    """
    text = Text(goal.words)
    if not any(letter.isalpha() for letter in text.plain):
        raise BadInput(f"The goal {goal.words!r} says nothing; write it in words, like {_EXAMPLE}.")
    notes = Notes()
    budget = read_budget(text, settings.currency, notes)
    max_contacts = read_contacts(text, notes)
    window = read_window(text, now.date(), notes)
    channels, excluded = read_channels(text, notes)
    prohibitions = read_prohibitions(text, notes)
    metric = read_metric(text)
    settle_metrics(text, metric, notes)
    objective = read_objective(text, metric, notes)
    metric = metric or _usual_metric(objective, notes)
    explain_metric(metric, notes)
    target = read_target(text, metric, notes)
    markets = read_markets(text, settings.market, notes)
    text.cut(*_mentions(text, [f"{link} {goal.brand}" for link in ("for", "of", "at", "from", "with")]))
    population = read_population(text)
    _try_population(population, objective, categories, notes)
    text.take(*asked_for(text, objective, metric), *_mentions(text, (goal.brand, *_named_again(population))))
    read_leftovers(text, notes, without_budget=NO_BUDGET in notes.questions)
    merge_first_questions(notes, NO_POPULATION, NO_BUDGET)
    return Brief(
        objective=objective,
        primary_metric=metric,
        population=population or NOBODY,
        markets=markets,
        channels=channels,
        excluded_channels=excluded,
        budget=budget,
        window=window,
        max_contacts_per_week=max_contacts,
        target=target,
        prohibitions=prohibitions,
        assumptions=tuple(notes.assumptions),
        questions=tuple(notes.questions),
        conflicts=tuple(notes.conflicts),
    )


def _usual_metric(objective: Objective, notes: Notes) -> Metric:
    metric: Metric = "new_customers" if objective == "acquire" else "incremental_margin"
    why = (
        "the objective is new customers"
        if objective == "acquire"
        else "the goal names no metric; margin after all costs is the house's"
    )
    notes.assume("primary_metric", metric, why)
    return metric


def _named_again(population: str) -> tuple[str, ...]:
    """The words for what people did not buy, which the goal may name again ("... to buy frozen seafood")."""
    found = re.search(
        r"\b(?:bought|buy|purchased|ordered|tried) (.+?)(?= (?:in|for|within|during|over|since|yet|at)\b|$)", population
    )
    return tuple(found[1].split()) if found else ()


def _mentions(text: Text, names: Sequence[str]) -> list[Span]:
    return [
        span_of(match)
        for name in names
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text.rest, re.IGNORECASE)
        if any(letter.isalpha() for letter in name)
    ]


def _try_population(population: str, objective: Objective, categories: Sequence[str], notes: Notes) -> None:
    """Note what the population's words left open, or ask when they name nobody that can be found in the data."""
    if not population:
        notes.ask(NO_POPULATION)
    elif categories:
        try:
            notes.assumptions.extend(understand(population, objective, categories).assumptions)
        except BadInput as unreadable:
            notes.ask(f"Who is meant by '{population}'? {unreadable}")
