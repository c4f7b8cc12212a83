"""`predict uplift`: whom a message helps and whom it harms, from a randomised test; or that nobody can tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.context import JsonOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from campaigns.workspace import Workspace
    from tools.prediction.uplift_card import Figure, ScoreCard
    from tools.prediction.uplift_trial import RandomisedTest


def add(app: typer.Typer) -> None:
    """Put the group `predict` on the command line."""
    group = typer.Typer(help="Learn from your own tests what to expect of people.", no_args_is_help=True)
    group.command("uplift")(uplift)
    app.add_typer(group, name="predict")


def uplift(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FILE|PLAN", help="A randomised test, CSV or Parquet; or a completed plan's id.")
    ],
    features: Annotated[
        str, typer.Option("--features", help="A file's columns known before the test, with commas between.")
    ] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", help="A file's column of what came of it, in whole currency.")
    ] = "margin",
    arm: Annotated[
        str, typer.Option("--arm", help="A file's column of arms; the control is 0 or control.")
    ] = "treated",
    propensity: Annotated[
        str, typer.Option("--propensity", help="A file's column with the known chance of the arm a person got.")
    ] = "propensity",
    chances: Annotated[
        str | None, typer.Option("--chances", help="Instead, each arm's chance, like 0=0.5,1=0.5.")
    ] = None,
    cost: Annotated[float, typer.Option("--cost", min=0, help="Price of contacting a person, whole currency.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the parts the people are cut into.")] = 0,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Let the next plans leave out whom it says a contact harms or does not pay for."),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Score an uplift model on people it has not seen; say whether it may choose whom to contact."""
    from app.screen import as_json, table, working
    from tools.prediction.uplift_card import score_cards
    from tools.prediction.uplift_file import read_test

    with working(f"Learning uplift from {source}") as say:
        if re.fullmatch(r"p-[0-9a-f]+", source):
            test = _campaign(opened(ctx, workspace), source)
        else:
            names = [name for name in (part.strip() for part in features.split(",")) if name]
            test = read_test(Path(source), names, outcome, arm, propensity, _chances(chances))
        say(f"scoring on {test.size} people")
        cards = score_cards(test, seed)
    ref = _kept(opened(ctx, workspace), source, test, cards, seed) if keep else None
    if json:
        told = {"source": source, "seed": seed, "cost": cost, "arms": [_plain(card, cost) for card in cards]}
        as_json(told if ref is None else {**told, "kept": ref})
        return
    for card in cards:
        table(f"Arm {card.arm}, {card.people} people", ("", "#Value", "#95 % interval"), _rows(card))
        table("By predicted uplift, highest first", ("Tenth", "#Predicted", "#Found", "#95 % interval"), _tenths(card))
        typer.echo(SENTENCES[card.advice(cost)])
    if ref is not None:
        typer.echo(f"Kept as {ref}: the next plans leave out whom a contact harms or does not pay for.")


def _kept(workspace: Workspace, source: str, test: RandomisedTest, cards: tuple[ScoreCard, ...], seed: int) -> str:
    """The digest of the model that the workspace keeps from now on."""
    from tools.prediction.uplift import Uplift
    from tools.prediction.uplift_kept import keep

    return keep(workspace, Path(source).name, Uplift.fit(test, seed), cards).ref


def _campaign(workspace: Workspace, plan_id: str) -> RandomisedTest:
    from campaigns.store import Store
    from delivery.randomised import campaign_test
    from delivery.roster import Roster
    from tools.audience.snapshot import load

    plan = Store(workspace).plan(plan_id)
    snapshot = load(workspace, plan.audience.snapshot_id)
    return campaign_test(workspace, plan, Roster.build(plan, snapshot), snapshot)


SENTENCES = {
    "choose": "Choose by predicted uplift.",
    "all": "No usable heterogeneity: contact everybody or a random part, as everybody gains more than a message costs.",
    "none": "No usable heterogeneity: contact nobody, as a message costs more than it brings.",
    "cannot tell": "No usable heterogeneity, and whether a message brings more than it costs cannot be told: contact nobody.",
}


def _chances(given: str | None) -> dict[str, float] | None:
    from campaigns.errors import BadInput

    if given is None:
        return None
    try:
        parts = [part.split("=") for part in given.split(",")]
        return {name.strip().casefold(): float(chance) for name, chance in parts}
    except ValueError:
        raise BadInput(
            f"--chances {given!r} cannot be read; write each arm with its chance, like 0=0.5,1=0.5."
        ) from None


def _rows(card: ScoreCard) -> list[tuple[str, str, str]]:
    rows = [
        ("uplift of contacting everybody, per person", *_shown(card.average)),
        ("value of the model's order over a random one (Qini)", *_shown(card.qini)),
        ("share whose expected uplift is below 0", *_shown(card.harmed)),
    ]
    if card.slope:
        rows.append(("found per predicted difference (1 is right)", *_shown(card.slope)))
    return rows


def _tenths(card: ScoreCard) -> list[tuple[str, str, str, str]]:
    return [
        (str(place), f"{tenth.predicted:.4f}", *_shown(tenth.found)) for place, tenth in enumerate(card.tenths, start=1)
    ]


def _shown(figure: Figure) -> tuple[str, str]:
    return f"{figure.value:.4f}", f"{figure.low:.4f} to {figure.high:.4f}"


def _plain(card: ScoreCard, cost: float) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(card), "advice": card.advice(cost)}
