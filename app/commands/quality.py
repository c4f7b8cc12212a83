"""`eval`, `bench`: how it is known that the system works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.context import JsonOption


def add(app: typer.Typer) -> None:
    """Put the group `eval` and the command `bench` on the command line."""
    suites = typer.Typer(help="Score the whole system in worlds whose truth is known.", no_args_is_help=True)
    suites.command("list")(eval_list)
    suites.command("run")(eval_run)
    app.add_typer(suites, name="eval")
    app.command("bench")(bench)


def eval_list(json: JsonOption = False) -> None:
    """List the suites."""
    from app.screen import as_json
    from evals.suites import NAMES

    if json:
        as_json({"suites": list(NAMES)})
    else:
        typer.echo("\n".join(NAMES))


def eval_run(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="A suite's name; see `twinpilot eval list`.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the JSON and the page.")] = Path("build/evals"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the worlds.")] = 2017,
    json: JsonOption = False,
) -> None:
    """Run a suite, write its JSON and its page; exit code 1 when a threshold is not met."""
    from app.screen import answer, as_json, table, working
    from campaigns.errors import BadInput, GateFailed
    from evals.suites import NAMES, run

    if suite not in NAMES:
        raise BadInput(f"There is no suite {suite!r}; the suites are {', '.join(NAMES)}.")
    with working(f"Evaluating {suite}") as say:
        result = run(suite, out, seed, say)
    if json:
        as_json(
            {
                "suite": suite,
                "passed": result.passed,
                "gates": [gate.plain() for gate in result.gates],
                "samples": [sample.plain() for sample in result.samples],
            }
        )
    else:
        rows = [
            (
                "passed" if gate.passed else "FAILED",
                gate.name.replace("_", " "),
                f"{gate.value:.4g}",
                f"{'at least' if gate.at_least else 'at most'} {gate.limit:g}",
            )
            for gate in result.gates
        ]
        table(f"Suite {suite}, seed {seed}", ("", "Gate", "#Value", "Limit"), rows)
        answer().print(f"The page: {result.path_html}", markup=False, soft_wrap=True)
    if not result.passed:
        failed = ", ".join(gate.name for gate in result.gates if not gate.passed)
        raise GateFailed(f"Suite {suite} failed in {failed}; see {result.path_html}.")


def bench(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The benchmark; a wrong name lists them.")],
    quick: Annotated[bool, typer.Option("--quick", help="A small size, where the benchmark has one.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The whole of what is otherwise extrapolated.")] = False,
    json: JsonOption = False,
) -> None:
    """Measure time and memory beside the limits or a peer, in this run, on this machine."""
    from app.screen import as_json, table, working
    from campaigns.errors import BadInput
    from evals.bench import NAMES, run

    if quick and full:
        raise BadInput("--quick and --full contradict each other; give one of them.")
    if name not in NAMES:
        raise BadInput(f"There is no benchmark {name!r}; the benchmarks are {', '.join(NAMES)}.")
    with working(f"Measuring {name}") as say:
        result = run(name, say, "quick" if quick else "full" if full else "usual")
    if json:
        as_json(result)
        return
    rows = [
        tuple(
            "–" if row[key] is None else str(row[key])
            for key in ("case", "metric", "ours", "peer", "peer_name", "ratio")
        )
        for row in result["rows"]
    ]  # type: ignore[attr-defined]
    table(f"{name} on {result['machine']}", ("Case", "Metric", "#Ours", "#Peer", "Peer is", "#Ratio"), rows)
