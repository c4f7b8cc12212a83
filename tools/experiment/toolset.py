"""What the experiment agent may call: read the brief, design the experiment, describe its power."""

from __future__ import annotations

from langchain_core.tools import BaseTool, StructuredTool

from campaigns.audience import Audience
from campaigns.experiment import Experiment
from tools.audience import snapshot
from tools.desk import Desk, people, told
from tools.experiment.design import design_experiment as design


def experiment_tools(desk: Desk) -> list[BaseTool]:
    """The experiment agent's tools over one draft; tag `read` changes nothing, tag `draft` writes the part once."""

    def design_experiment() -> str:
        """Draft the experiment: holdouts, arms, expected and detectable effect, power for this audience."""
        experiment = desk.find("experiment", Experiment)
        if experiment is None:
            desk.need_before("experiment")
            audience = desk.need("audience", Audience)
            frame = snapshot.load(desk.workspace, audience.snapshot_id)
            brief = desk.brief
            experiment = desk.keep(
                "experiment",
                design(brief, frame, brief.window.days + desk.follow_up_days, desk.workspace.settings, desk.plan_id),
            )
            desk.progress(
                f"Experiment: {experiment.holdout_share:.0%} campaign holdout, power {experiment.power.value:.0%} at the expected effect"
                + ("." if experiment.powered else ", too little to tell; what would be feasible is in the plan.")
            )
        return summary(experiment)

    def describe_experiment() -> str:
        """Read the drafted experiment: arms, power, detectable effect and what would be feasible."""
        return summary(desk.need("experiment", Experiment))

    return [
        StructuredTool.from_function(desk.read_brief, name="read_brief", tags=["read"]),
        StructuredTool.from_function(design_experiment, tags=["draft"]),
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
            "feasible": list(experiment.feasible),
        }
    )
