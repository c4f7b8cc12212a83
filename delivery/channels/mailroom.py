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
from delivery.channels.outgoing import Channel, Outgoing, Renderer
from delivery.channels.push import PushChannel
from delivery.channels.slots import SlotValues
from delivery.roster import Roster
from policies.guard import Guard

CHANNELS: Mapping[str, Callable[[Plan], Channel]] = {
    "email": lambda plan: EmailChannel(plan.brand),
    "push": lambda _plan: PushChannel(),
}
"""The channels that can send; a plan with another one is not launched."""


class Mailroom:
    """Writes a plan's messages as files named by contact key under `outbox/<plan id>/`.

    Writing a contact again writes the same bytes to the same file, so a tick that is repeated after a crash sends
    nothing twice. The sender is the plan's, whatever the settings say by now. Every variant is rendered once when the
    mailroom is made: BadInput when one cannot be, or when the plan uses a channel that cannot send.
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
        for action in range(len(plan.creatives)):
            renderer.message(action, self._slots.of(action, "0" * 16, 0, int(plan.created_at.timestamp())))

    @cached_property
    def folder(self) -> Path:
        """Where the plan's messages lie."""
        return self._ws.folder(f"outbox/{self._plan.plan_id}")

    def deliver(self, batch: ContactBatch, permit: Permit) -> Receipts:
        """Write every message of the batch; one without a usable address is not accepted and has no file.

        policies.errors.NoPermit, and no file, unless the permit covers this plan and every key of the batch.
        """
        self.guard.verify(permit, batch.key, batch.at, self._plan_hash)
        at = datetime.fromtimestamp(batch.at, UTC)
        folder = self.folder
        accepted = np.zeros(len(batch), bool)
        columns = (batch.key.tolist(), batch.row.tolist(), batch.action.tolist())
        for place, (number, row, action) in enumerate(zip(*columns, strict=True)):
            channel = self._channels[action]
            to = self._addresses[channel.identifier][row]
            if to is None or not channel.deliverable(to):
                continue
            key = f"{number:016x}"
            text = self._renderer.message(action, self._slots.of(action, key, int(self._roster.zone[row]), batch.at))
            (folder / (key + channel.suffix)).write_bytes(channel.write(Outgoing(key, to, at), text))
            accepted[place] = True
        return Receipts(key=batch.key, accepted=accepted)
