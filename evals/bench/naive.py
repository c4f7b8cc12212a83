"""The twin as SimPy's manual would have it: a process per customer, a process per message, plain Python numbers.

It is the reference that the fast twin must equal event by event (`Keyed` luck, tests/simulator/test_reference.py) and
the peer that it is timed against (`Plain` luck). Nothing in it is a column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, exp
from typing import Any

import simpy

from campaigns.contact import REDEMPTION, ContactBatch
from evals.bench.luck import Luck, mixed
from evals.bench.naive_customer import Customer, Happening, Message
from evals.bench.naive_setting import DAY, Setting
from simulator.effects.auction import AD_GAP_HOURS, FULL_HOUR, PRESSURE_LEFT
from simulator.parameters import Parameters
from simulator.randomness import Purpose
from simulator.stage import Stage
from simulator.world import Truth
from tools.prediction.priors import AD_TRIES, ONSITE_DAYS

HOUR = 3_600
_VISITS, _AUCTIONS = -1_000, -999
"""The order of what happens at a full hour: visits, then auctions, then everything else."""
Inbox = Callable[[int], Iterator[Message]]
"""The messages of the customer in a row, in order of time."""


@dataclass(slots=True)
class Lived:
    """What happened up to the end: own purchases, those that messages prevented, and what messages led to."""

    own: list[Happening] = field(default_factory=list)
    lost: list[Happening] = field(default_factory=list)
    caused: list[Happening] = field(default_factory=list)
    paid: list[tuple[int, int]] = field(default_factory=list)
    """Instant and price (micros) of every message that reached somebody."""

    def truth(self) -> Truth:
        """The campaign's effect, as `SimWorld.truth` says it."""
        alone = [*self.own, *self.lost]
        bought = [one for one in self.caused if one[4]]
        return Truth(
            organic_conversions=len(alone),
            organic_revenue=sum(one[4] for one in alone),
            organic_margin=sum(one[5] for one in alone),
            conversions=len(bought) - len(self.lost),
            revenue=sum(one[4] for one in bought) - sum(one[4] for one in self.lost),
            margin=sum(one[5] for one in bought) - sum(one[5] for one in self.lost),
            offer_cost=sum(one[6] for one in self.caused if one[1] == REDEMPTION),
            message_cost=sum(micros for _, micros in self.paid),
        )


def live(stage: Stage, parameters: Parameters, luck: Luck, inbox: Inbox) -> Lived:
    """Let everybody live from the stage's start to its end, each with the messages of an own inbox."""
    env = simpy.Environment(initial_time=stage.start)
    lived = Lived()
    setting = Setting(stage, parameters, luck)
    market = Market(env, setting, stage.roster.size, lived)
    for customer in customers(stage, setting):
        env.process(_life(env, customer, inbox(customer.row), market, lived))
    env.run(until=stage.end + 1)
    return lived


def customers(stage: Stage, setting: Setting) -> list[Customer]:
    """Everybody on the stage."""
    roster = stage.roster
    columns = (
        [setting.luck.stream(key) for key in roster.person_key.tolist()],
        roster.conversion_rate.tolist(), roster.conversion_value_micros.tolist(), roster.basket_value_micros.tolist(),
        roster.basket_rate.tolist(), roster.responsiveness.tolist(), [roster.zones[z] for z in roster.zone.tolist()],
        roster.zone.tolist(),
    )  # fmt: skip
    everybody = [Customer(setting, row, *one) for row, one in enumerate(zip(*columns, strict=True))]
    if setting.parameters.word_of_mouth:
        ring = sorted(everybody, key=lambda one: mixed(one.person))
        for place, one in enumerate(ring):
            one.neighbours = (ring[place - 1], ring[(place + 1) % len(ring)])
    return everybody


def inboxes(batches: Sequence[ContactBatch]) -> Inbox:
    """What each customer gets of these batches, which are in order of time."""
    of: defaultdict[int, list[Message]] = defaultdict(list)
    for batch in batches:
        columns = (batch.row, batch.key, batch.action, batch.slot, batch.cost_micros, batch.liability_micros)
        for row, *rest in zip(*(column.tolist() for column in columns), strict=True):
            of[row].append(Message(batch.at, *rest))
    return lambda row: iter(of[row])


def _life(
    env: simpy.Environment, customer: Customer, inbox: Iterator[Message], market: Market, lived: Lived
) -> Generator[Any, None, None]:
    """A customer: the next own purchase or the next message, whichever comes first."""
    own, kept, number = customer.own, customer.kept, 0
    reaches, post = customer.setting.reaches, market.post
    message = next(inbox, None)
    while True:
        if number < len(own) and (message is None or own[number] <= message.at):
            yield env.timeout(own[number] - env.now)
            (lived.own if kept[number] else lived.lost).append(customer.own_purchase(number))
            number += 1
        elif message is not None:
            yield env.timeout(message.at - env.now)
            way = reaches[message.action]
            if way == "post":
                post(customer, message, message.cost)
            elif way == "visit":
                env.process(_visit(env, customer, message, market))
            else:
                market.wait(customer, message, 0)
            message = next(inbox, None)
        else:
            return


def _visit(env: simpy.Environment, customer: Customer, message: Message, market: Market) -> Generator[Any, None, None]:
    """An on-site message waits for its visitor, unless a newer one takes its place."""
    customer.newest["visit"] = message.key
    if not customer.visit_rate:
        return
    luck = customer.luck
    seconds = luck.wait(customer.person, message.slot, Purpose.VISIT) / customer.visit_rate * DAY
    if seconds <= ONSITE_DAYS * DAY:
        at = customer.setting.awake(int(env.now + int(seconds)), int(env.now), customer.zone_place)
        yield _at(env, _full_hour(at), _VISITS)
        if customer.newest["visit"] == message.key:
            market.post(customer, message, message.cost)


def _message(env: simpy.Environment, found: list[Happening], lived: Lived) -> Generator[Any, None, None]:
    """A message that moved somebody: one thing after the other, as far as the world goes."""
    found.sort()
    for one in found:
        if one[0] > env.now:
            yield env.timeout(one[0] - env.now)
        lived.caused.append(one)


class Market:
    """Where messages reach people; and one process in which all ads of an hour bid against all other advertisers."""

    def __init__(self, env: simpy.Environment, setting: Setting, people: int, lived: Lived) -> None:
        self._env, self._setting, self._people, self._lived = env, setting, people, lived
        self._due: defaultdict[int, list[tuple[Customer, Message, int]]] = defaultdict(list)
        if "auction" in setting.reaches:
            env.process(self._hours())

    def post(self, customer: Customer, message: Message, cost: int) -> None:
        """The message reaches the customer now; what follows of it becomes a process."""
        now = int(self._env.now)
        self._lived.paid.append((now, cost))
        found = customer.receive(message, now)
        if found:
            self._env.process(_message(self._env, found, self._lived))

    def wait(self, customer: Customer, message: Message, attempt: int) -> None:
        """An ad waits for an impression of its reader; a newer one takes its place."""
        customer.newest["auction"] = message.key
        gap = customer.luck.wait(customer.person, message.slot * AD_TRIES + attempt, Purpose.VISIT)
        due = _full_hour(self._env.now + int(gap * AD_GAP_HOURS * HOUR))
        self._due[due].append((customer, message, attempt))

    def _hours(self) -> Generator[Any, None, None]:
        env, setting = self._env, self._setting
        parameters, pressure = setting.parameters, 0.0
        while True:
            yield _at(env, _full_hour(env.now), _AUCTIONS)
            now = int(env.now)
            bids = [one for one in self._due.pop(now, ()) if one[0].newest["auction"] == one[1].key]
            pressure = PRESSURE_LEFT * pressure + len(bids) / max(self._people, 1) / FULL_HOUR
            index = setting.index[setting.day(now)]
            rise = parameters.auction_pressure * pressure + parameters.competitor_attention * index
            for customer, message, attempt in bids:
                z = customer.luck.normal(customer.person, message.slot * AD_TRIES + attempt, Purpose.BID)
                competing = parameters.competing_bid_micros * exp(parameters.competing_bid_spread * z + rise)
                if message.cost > competing:
                    self.post(customer, message, ceil(competing))
                elif attempt + 1 < AD_TRIES:
                    self.wait(customer, message, attempt + 1)


def _full_hour(at: float) -> int:
    """The next full hour after an instant."""
    return (int(at) // HOUR + 1) * HOUR


def _at(env: simpy.Environment, at: int, priority: int) -> simpy.Event:
    """An event before or after all others of its instant."""
    event = simpy.Event(env)
    event._ok, event._value = True, None
    env.schedule(event, priority=priority, delay=at - env.now)  # type: ignore[arg-type]
    return event
