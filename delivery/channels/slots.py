"""What stands in a message's slots: the campaign's values, and those that differ from message to message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.errors import BadInput
from campaigns.plan import Plan
from delivery.horizon import FOLLOW_UP_DAYS
from tools.creative.slots import PER_MESSAGE, campaign_slots, in_words


class SlotValues:
    """Values for every slot of a plan's variants; BadInput when a variant has a slot that nothing can fill."""

    def __init__(self, plan: Plan, zones: tuple[str, ...]) -> None:
        self._offers = [plan.offer(creative.offer_id) for creative in plan.creatives]
        self._same = [campaign_slots(plan, plan.audience.category, offer, None) for offer in self._offers]
        self._zones = [ZoneInfo(zone) for zone in zones]
        # Open offers are released when the books close, so no message may promise one for longer than that.
        self._last_day = plan.brief.window.end + timedelta(days=FOLLOW_UP_DAYS)
        self._until = lru_cache(maxsize=4096)(self._offer_until)
        for creative, offer, same in zip(plan.creatives, self._offers, self._same, strict=True):
            later = set(PER_MESSAGE) - ({"offer_until"} if offer is None else set())
            unknown = sorted(set(creative.slots) - set(same) - later)
            if unknown:
                raise BadInput(
                    f"Variant {creative.creative_id} has the slot {unknown[0]!r}, for which plan {plan.plan_id} has no "
                    "value; plan the goal again."
                )

    def of(self, action: int, link: str, zone: int, at: int) -> dict[str, str]:
        """The values of one message: variant, one-click unsubscribe link, place of the zone, instant (epoch seconds)."""
        values = {**self._same[action], "unsubscribe_url": link}
        if self._offers[action] is not None:
            values["offer_until"] = self._until(action, zone, at)
        return values

    def _offer_until(self, action: int, zone: int, at: int) -> str:
        offer = self._offers[action]
        sent_on = datetime.fromtimestamp(at, UTC).astimezone(self._zones[zone]).date()
        return in_words(min(sent_on + timedelta(days=offer.valid_days if offer else 0), self._last_day))
