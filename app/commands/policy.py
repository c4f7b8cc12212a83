"""`policy check`, `policy explain`, `policy diff`, `policy test`: what the policies say, to whom, and whether they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands import policy_versions
from app.context import JsonOption, PlanArgument, WorkspaceOption, folder, opened

PoliciesOption = Annotated[
    Path | None, typer.Option("--policies", help="A folder of packs instead of the policies in force.")
]
PacksArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="[OLD] NEW",
        help="Folders of packs; OLD is the policies in force (without a workspace: shipped) when left out.",
    ),
]
AudienceOption = Annotated[
    str | None, typer.Option("--audience", metavar="PLAN", help="Count whom of this plan the change reaches.")
]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="INSTANT", help="An ISO instant (default: the workspace's clock).")
]


def add(app: typer.Typer) -> None:
    """Put the group on the command line."""
    group = typer.Typer(no_args_is_help=True, help="What the policies say, and which version is in force.")
    for command in (check, explain, diff):
        group.command(command.__name__)(command)
    group.command("test")(score)
    policy_versions.add(group)
    app.add_typer(group, name="policy")


def check(
    ctx: typer.Context,
    plan: PlanArgument,
    policies: PoliciesOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Check a plan against the policies, and the policies against themselves; exit code 1 when the plan is denied."""
    from app.commands.plans_shown import show_findings
    from app.commands.policy_shown import show_idle
    from app.policy_questions import checked
    from app.screen import as_json
    from campaigns.errors import GateFailed
    from campaigns.finding import denied

    found = checked(opened(ctx, workspace), plan, policies)
    if json:
        as_json(found.plain())
    else:
        show_findings(found.findings)
        show_idle(found)
    if denied(found.findings):
        rules = ", ".join(sorted({finding.rule for finding in found.findings if finding.severity == "deny"}))
        raise GateFailed(f"Plan {plan} is denied by {rules}; the remedies are listed above.")


def explain(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person's id.")],
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="The plan's id.")],
    at: AtOption = None,
    policies: PoliciesOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Explain for one person what every contact rule saw, what it allows, and what would make it pass."""
    from app.commands.policy_shown import explained_plain, show_explained
    from app.policy_questions import explained
    from app.screen import as_json

    instant, variants = explained(opened(ctx, workspace), plan, person, at, policies)
    if json:
        as_json(explained_plain(plan, person, instant, variants))
    else:
        show_explained(plan, person, instant, variants)


def diff(
    ctx: typer.Context,
    packs: PacksArgument,
    audience: AudienceOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two versions of the policies, by proof and by count; exit code 1 unless NEW only tightens."""
    from app.commands.policy_shown import diff_plain, show_diff
    from app.policy_questions import compared
    from app.screen import as_json
    from campaigns.errors import BadInput, GateFailed
    from campaigns.workspace import SETTINGS_FILE

    if len(packs) > 2:
        raise BadInput(f"{len(packs)} folders of packs were given; give NEW, or OLD and NEW.")
    old, new = (None, packs[0]) if len(packs) == 1 else (packs[0], packs[1])
    there = audience is not None or (folder(ctx, workspace) / SETTINGS_FILE).exists()
    found = compared(old, new, opened(ctx, workspace) if there else None, audience)
    if json:
        as_json(diff_plain(found))
    else:
        show_diff(found)
    if found.change.loosens:
        raise GateFailed(f"The change is {found.said}, so it needs the approval of two persons before it is used.")


def score(
    packs: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="A folder of packs (default: shipped).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Break every rule and every evaluator in small ways and count what the cases notice; exit code 1 below 95 %."""
    from app.commands.policy_shown import show_scores, tested_plain
    from app.policy_questions import tested
    from app.screen import as_json
    from campaigns.errors import GateFailed
    from policies.mutation.score import LEAST

    found = tested(packs)
    if json:
        as_json(tested_plain(found))
    else:
        show_scores(found)
    poor = [
        f"{name} {score.share:.1%}"
        for name, score in (("rules", found.rules), *found.evaluators.by_subject().items())
        if not score.enough
    ]
    if poor:
        raise GateFailed(f"The mutation score is below {LEAST:.0%}: {', '.join(poor)}; the survivors are listed above.")
