"""The one door out: a batch with its permit becomes one file per message in the outbox folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from campaigns.contact import ContactBatch, Permit, Receipts
from campaigns.errors import BadInput
from campaigns.plan import Plan
from campaigns.workspace import Workspace
from delivery.channels.addresses import addresses
from delivery.channels.email import EmailChannel
from delivery.channels.judged import Judge
from delivery.channels.outgoing import Channel, Outgoing, Renderer
from delivery.channels.push import PushChannel
from delivery.channels.slots import SlotValues
from delivery.channels.unsubscribe import DOMAIN, Unsubscribe, unsubscribe_url, workspace_secret
from delivery.roster import Roster
from policies.brand.file import Brand
from policies.brand.rendered import SentFinding
from policies.guard import Guard

CHANNELS: Mapping[str, Callable[[Plan], Channel]] = {
    "email": lambda plan: EmailChannel(plan.brand),
    "push": lambda _plan: PushChannel(),
}
"""The channels that can send; a plan with another one is not launched."""


class Mailroom:
    """Writes a plan's messages as files named by contact key under `outbox/<plan id>/`.

    Writing a contact again writes the same bytes to the same file, so a tick that is repeated after a crash sends
    nothing twice. The sender is the plan's, whatever the settings say by now. Every variant is rendered and judged by
    the guard's brand once when the mailroom is made: BadInput when one cannot be rendered or may not leave, or when the
    plan uses a channel that cannot send.
    """

    def __init__(self, ws: Workspace, plan: Plan, roster: Roster, guard: Guard, renderer: Renderer) -> None:
        self.guard = guard
        self._ws = ws
        self._plan = plan
        self._plan_hash = plan.hash
        self._roster = roster
        self._renderer = renderer
        self._slots = SlotValues(plan, roster.zones)
        unknown = sorted({creative.channel for creative in plan.creatives} - set(CHANNELS))
        if unknown:
            raise BadInput(
                f"Plan {plan.plan_id} sends by {unknown[0]}, which cannot be sent here; plan with {' or '.join(CHANNELS)}."
            )
        self._channels = tuple(CHANNELS[creative.channel](plan) for creative in plan.creatives)
        kinds = sorted({channel.identifier for channel in self._channels})
        self._addresses = {kind: addresses(ws, roster.person_id, kind) for kind in kinds}
        self._unsubscribe = Unsubscribe(workspace_secret(ws))
        self._judges: tuple[Judge, ...] = (Judge(plan, guard.brand, guard.lists),)
        self._try_all()

    def judge_also_by(self, brand: Brand | None, lists: Mapping[str, tuple[str, ...]]) -> None:
        """Judge messages by this brand and these lists besides those that the mailroom was made with.

        BadInput, with nothing changed, when a variant may not leave under them.
        """
        own, before = self._judges[0], self._judges
        self._judges = (own,) if own.same(brand, lists) else (own, Judge(self._plan, brand, lists))
        try:
            self._try_all()
        except BadInput:
            self._judges = before
            raise

    @cached_property
    def folder(self) -> Path:
        """Where the plan's messages lie."""
        return self._ws.folder(f"outbox/{self._plan.plan_id}")

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Write every message of the batch; one without a usable address is not accepted and has no file.

        Neither is one that the brand refuses as it would leave: the receipts name the rules against it.
        policies.errors.NoPermit, and no file, unless the permit covers this plan and every key of the batch.
        """
        self.guard.verify(permit, batch.key, batch.at, self._plan_hash)
        at = datetime.fromtimestamp(batch.at, UTC)
        folder = self.folder
        accepted, breaches = np.zeros(len(batch), bool), dict[int, tuple[str, ...]]()
        columns = (batch.key.tolist(), batch.row.tolist(), batch.action.tolist())
        for place, (number, row, action) in enumerate(zip(*columns, strict=True)):
            channel = self._channels[action]
            to = self._addresses[channel.identifier][row]
            if to is None or not channel.deliverable(to):
                continue
            key = f"{number:016x}"
            envelope = Outgoing(key, to, at, self._token(action, row))
            written, against = self._made(action, envelope, int(self._roster.zone[row]))
            if against:
                breaches[number] = tuple(dict.fromkeys(f"rendered_{one.rule}" for one in against))
                continue
            (folder / (key + channel.suffix)).write_bytes(written)
            accepted[place] = True
        return Receipts(key=batch.key, accepted=accepted, breaches=breaches)

    def _made(self, action: int, envelope: Outgoing, zone: int) -> tuple[bytes, tuple[SentFinding, ...]]:
        """One message's bytes, and what the brand has against them."""
        at, link = int(envelope.at.timestamp()), unsubscribe_url(envelope.token)
        values = self._slots.of(action, link, zone, at)
        text = self._renderer.message(action, values)
        written = self._channels[action].write(envelope, text)
        found = [judge.findings(action, values, link, at, text, written) for judge in self._judges]
        return written, tuple(dict.fromkeys(one for findings in found for one in findings))

    def _token(self, action: int, row: int) -> str:
        return self._unsubscribe.token(self._roster.person_id[row], self._plan.creatives[action].channel)

    def _try_all(self) -> None:
        for action in range(len(self._plan.creatives)):
            self._trial(action, int(self._plan.created_at.timestamp()))

    def _trial(self, action: int, at: int) -> None:
        """Nothing when a variant's message to nobody can be made and may leave; BadInput otherwise."""
        to = {"email": f"nobody@{DOMAIN}", "push_token": "nobody"}[self._channels[action].identifier]
        token = self._unsubscribe.token("", self._plan.creatives[action].channel)
        _, against = self._made(action, Outgoing("0" * 16, to, datetime.fromtimestamp(at, UTC), token), 0)
        if against:
            first = against[0]
            raise BadInput(
                f"Variant {self._plan.creatives[action].creative_id} may not leave as it would be written "
                f"({first.rule}: {first.observed}; allowed: {first.limit}); {first.remedy}, and plan the goal again."
            )
