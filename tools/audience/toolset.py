"""What the audience agent may call: read the brief, propose the audience, describe it in counts."""

from __future__ import annotations

from langchain_core.tools import BaseTool, StructuredTool

from campaigns.audience import Audience
from tools.audience.propose import propose_audience as propose
from tools.desk import Desk, people, told


def audience_tools(desk: Desk) -> list[BaseTool]:
    """The audience agent's tools over one draft; tag `read` changes nothing, tag `draft` writes the part once."""

    def propose_audience() -> str:
        """Draft the audience of the brief's population: definition, exclusions, segments and drivers."""
        audience = desk.find("audience", Audience)
        if audience is None:
            audience = desk.keep("audience", propose(desk.workspace, desk.brief, desk.now))
            desk.progress(
                f"Audience: {audience.matched.value:,.0f} people match, {audience.size.value:,.0f} remain after {len(audience.exclusions)} exclusions."
            )
        return summary(audience)

    def describe_audience() -> str:
        """Read the drafted audience: its funnel, segments, reach per channel and drivers, in counts of 50 or more."""
        return summary(desk.need("audience", Audience))

    return [
        StructuredTool.from_function(desk.read_brief, name="read_brief", tags=["read"]),
        StructuredTool.from_function(propose_audience, tags=["draft"]),
        StructuredTool.from_function(describe_audience, tags=["read"]),
    ]


def summary(audience: Audience) -> str:
    """The audience in aggregates of at least 50 people, as JSON."""
    return told(
        {
            "part": "audience",
            "snapshot": audience.snapshot_id,
            "matched": people(audience.matched.value),
            "exclusions": {step.reason: people(step.removed.value) for step in audience.exclusions},
            "size": people(audience.size.value),
            "segments": {name: people(figure.value) for name, figure in audience.segments.items()},
            "reachable": {name: people(figure.value) for name, figure in audience.reachable.items()},
            "uplift": audience.uplift,
            "drivers": [driver.name for driver in audience.drivers],
        }
    )
