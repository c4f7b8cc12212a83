"""What the experiment agent may call: read the brief, design the experiment, describe its power."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.tools import BaseTool, StructuredTool

from campaigns.audience import Audience
from campaigns.experiment import Experiment
from tools.audience import snapshot
from tools.desk import Desk, people, told
from tools.experiment.design import design_experiment as design
from tools.experiment.looks import usual


def experiment_tools(desk: Desk) -> list[BaseTool]:
    """The experiment agent's tools over one draft; tag `read` changes nothing, tag `draft` writes the part once."""

    def design_experiment() -> str:
        """Draft the experiment: holdouts, arms, expected and detectable effect, power for this audience."""
        return drafted(lambda _: 1)

    def design_experiment_with_looks() -> str:
        """Draft the experiment with looks planned before its end, about one a fortnight, that share its error."""
        return drafted(usual)

    def drafted(looks: Callable[[int], int]) -> str:
        experiment = desk.find("experiment", Experiment)
        if experiment is None:
            desk.need_before("experiment")
            audience = desk.need("audience", Audience)
            frame = snapshot.load(desk.workspace, audience.snapshot_id)
            brief = desk.brief
            horizon = brief.window.days + desk.follow_up_days
            experiment = desk.keep(
                "experiment",
                design(brief, frame, horizon, desk.workspace.settings, desk.plan_id, looks(horizon)),
            )
            desk.progress(
                f"Experiment: {experiment.holdout_share:.0%} campaign holdout, power {experiment.power.value:.0%} at the expected effect"
                + ("." if experiment.powered else ", too little to tell; what would be feasible is in the plan.")
                + (f" {len(experiment.looks)} looks are planned." if experiment.looks else "")
            )
        return summary(experiment)

    def describe_experiment() -> str:
        """Read the drafted experiment: arms, power, detectable effect and what would be feasible."""
        return summary(desk.need("experiment", Experiment))

    return [
        StructuredTool.from_function(desk.read_brief, name="read_brief", tags=["read"]),
        StructuredTool.from_function(design_experiment, tags=["draft"]),
        StructuredTool.from_function(design_experiment_with_looks, tags=["draft"]),
        StructuredTool.from_function(describe_experiment, tags=["read"]),
    ]


def summary(experiment: Experiment) -> str:
    """The design in shares and aggregates of at least 50 people, as JSON."""
    return told(
        {
            "part": "experiment",
            "arms": {arm: people(figure.value) for arm, figure in experiment.arms.items()},
            "holdout_share": experiment.holdout_share,
            "expected_effect": experiment.expected_effect.value,
            "mde": experiment.mde.value,
            "power": experiment.power.value,
            "powered": experiment.powered,
            "looks": [look.plain() for look in experiment.looks] or "one, at the end",
            "feasible": list(experiment.feasible),
        }
    )
