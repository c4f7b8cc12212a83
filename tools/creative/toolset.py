"""What the creative agent may call: read the brief, propose message variants, describe them."""

from __future__ import annotations

from langchain_core.tools import BaseTool, StructuredTool

from campaigns.audience import Audience
from tools.creative.propose import propose_creatives as propose
from tools.desk import Desk, Messages, told


def creative_tools(desk: Desk) -> list[BaseTool]:
    """The creative agent's tools over one draft; tag `read` changes nothing, tag `draft` writes the part once."""

    def propose_creatives() -> str:
        """Draft the offers and the message variants, from templates with slots, within brand and prohibitions."""
        messages = desk.find("creative", Messages)
        if messages is None:
            audience = desk.need("audience", Audience)
            offers, creatives = propose(desk.brief, audience, desk.workspace.settings)
            messages = desk.keep("creative", Messages(offers=offers, creatives=creatives))
            desk.progress(
                f"Creative: {len(messages.creatives)} variants, {len(messages.offers)} offers."
                if messages.offers
                else f"Creative: {len(messages.creatives)} variants, none with an offer."
            )
        return summary(messages)

    def describe_creatives() -> str:
        """Read the drafted variants: channel, tone, subject template, slots and offer of each."""
        return summary(desk.need("creative", Messages))

    return [
        StructuredTool.from_function(desk.read_brief, name="read_brief", tags=["read"]),
        StructuredTool.from_function(propose_creatives, tags=["draft"]),
        StructuredTool.from_function(describe_creatives, tags=["read"]),
    ]


def summary(messages: Messages) -> str:
    """The variants as templates with slot names, as JSON; nobody's data is in them."""
    return told(
        {
            "part": "creative",
            "offers": {offer.offer_id: f"{offer.title} ({offer.face_value})" for offer in messages.offers},
            "variants": [
                {
                    "id": creative.creative_id,
                    "channel": creative.channel,
                    "tone": creative.tone,
                    "subject": creative.subject,
                    "slots": list(creative.slots),
                    "offer": creative.offer_id,
                }
                for creative in messages.creatives
            ],
        }
    )
