"""The message variants of a plan: channels x tones x with and without an offer, within brand and prohibitions."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.audience import Audience
from campaigns.brief import Brief
from campaigns.creative import Creative, Offer
from campaigns.workspace import Settings
from tools.creative.brand import breaks, speakable
from tools.creative.errors import CreativeError
from tools.creative.library import CHANNELS, LANGUAGES, Theme, creative, tones
from tools.creative.lint import lint
from tools.creative.offers import offers_for

FEWEST = 6
"""Variants that a plan compares at least, when copy for that many is allowed."""
TONES = 3
"""Tones per channel to begin with: more variants learn more slowly."""


def propose_creatives(
    brief: Brief, audience: Audience, settings: Settings
) -> tuple[tuple[Offer, ...], tuple[Creative, ...]]:
    """The offers of a plan and its variants, in a fixed order: per channel of the brief, per tone, plain before offer.

    With a category the copy speaks of it, without one, or with a name that may not be said, of the shop. Three tones are taken per channel, more while
    there are fewer than six variants. CreativeError when no channel has copy, the language has none, or the
    prohibitions leave nothing.
    """
    if settings.language not in LANGUAGES:
        raise CreativeError(
            f"There is no copy in {settings.language!r}; set the workspace's language to one of {', '.join(LANGUAGES)}."
        )
    channels = [name for name in brief.channels if name in CHANNELS and name not in brief.excluded_channels]
    if not channels:
        raise CreativeError(
            f"There is no copy for {', '.join(brief.channels) or 'no channel'}; plan with {' or '.join(CHANNELS)}."
        )
    theme: Theme = "category" if audience.category is not None and speakable(audience.category) else "shop"
    offers = offers_for(brief, settings, int(audience.size.value))
    most = max(len(tones(channel, theme)) for channel in channels)
    broken: list[str] = []
    for count in range(TONES, most + 1):
        made = _variants(channels, theme, count, offers)
        allowed = tuple(variant for variant in made if breaks(variant, brief.prohibitions) is None)
        if len(allowed) >= FEWEST:
            break
        broken = [breaks(variant, brief.prohibitions) or "" for variant in made]
    if not allowed:
        rule = next(text for text in broken if text)
        raise CreativeError(f"The prohibition {rule!r} leaves no message variant; loosen it or add copy that keeps it.")
    for variant in allowed:
        lint(variant)
    used = {variant.offer_id for variant in allowed}
    return tuple(offer for offer in offers if offer.offer_id in used), allowed


def _variants(channels: Sequence[str], theme: Theme, count: int, offers: tuple[Offer, ...]) -> list[Creative]:
    return [
        creative(channel, theme, tone, offer)
        for channel in channels
        for tone in tones(channel, theme)[:count]
        for offer in (None, *offers)
    ]
