"""The same customers under other simulators, each in its own usual style: Mesa's agents step, salabim's components hold.

Behaviour (`naive_customer`) is shared with the SimPy twin; only the scheduling is the peer's. Garbage collection is
the caller's to switch off. ImportError when a peer is not installed.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from evals.bench.luck import Luck
from evals.bench.naive import Inbox, Lived, customers
from evals.bench.naive_setting import Setting
from simulator.parameters import Parameters
from simulator.stage import Stage

HOUR = 3_600


def mesa(stage: Stage, parameters: Parameters, luck: Luck, inbox: Inbox) -> Lived:
    """Everybody is an agent whose `step` is called every hour; messages go out at full hours only."""
    from mesa import Agent, Model

    lived = Lived()

    class Shopper(Agent):  # type: ignore[misc]
        def __init__(self, model: Any, customer: Any) -> None:
            super().__init__(model)
            self.customer = customer
            self.inbox = inbox(customer.row)
            self.message = next(self.inbox, None)
            self.bought = 0
            self.coming: list[Any] = []

        def step(self) -> None:
            now = self.model.now
            customer, coming = self.customer, self.coming
            own = customer.own
            while self.bought < len(own) and own[self.bought] <= now:
                kept = customer.kept[self.bought]
                (lived.own if kept else lived.lost).append(customer.own_purchase(self.bought))
                self.bought += 1
            while coming and coming[0][0] <= now:
                lived.caused.append(heappop(coming))
            while self.message is not None and self.message.at <= now:
                lived.paid.append((now, self.message.cost))
                for one in customer.receive(self.message, now):
                    heappush(coming, one)
                self.message = next(self.inbox, None)

    class Town(Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.now = stage.start
            for customer in customers(stage, Setting(stage, parameters, luck)):
                Shopper(self, customer)

        def step(self) -> None:
            self.agents.do("step")
            self.now += HOUR

    town = Town()
    while town.now <= stage.end:
        town.step()
    return lived


def salabim(stage: Stage, parameters: Parameters, luck: Luck, inbox: Inbox) -> Lived:
    """Everybody is a component that holds until something is due, and so is every message that moves somebody."""
    import salabim as sim

    lived = Lived()

    class Shopper(sim.Component):  # type: ignore[misc]
        def setup(self, customer: Any) -> None:
            self.customer = customer

        def process(self) -> Any:
            customer = self.customer
            own, kept, number = customer.own, customer.kept, 0
            letters = inbox(customer.row)
            message = next(letters, None)
            while True:
                if number < len(own) and (message is None or own[number] <= message.at):
                    yield self.hold(till=own[number])
                    (lived.own if kept[number] else lived.lost).append(customer.own_purchase(number))
                    number += 1
                elif message is not None:
                    yield self.hold(till=message.at)
                    lived.paid.append((message.at, message.cost))
                    found = customer.receive(message, message.at)
                    if found:
                        Moved(found=found)
                    message = next(letters, None)
                else:
                    return

    class Moved(sim.Component):  # type: ignore[misc]
        def setup(self, found: Any) -> None:
            self.found = sorted(found)

        def process(self) -> Any:
            for one in self.found:
                if one[0] > stage.end:
                    return
                yield self.hold(till=one[0])
                lived.caused.append(one)

    env = sim.Environment(trace=False, random_seed=1, yieldless=False)
    start = stage.start
    env.reset_now(start)
    for customer in customers(stage, Setting(stage, parameters, luck)):
        Shopper(customer=customer)
    env.run(till=stage.end + 1)
    return lived
