"""How `decide why` reads: the parts of every action's value, what was learnt of it, and a sentence for each."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from delivery.why import ActionSeen, Why

LEARNT = 0.05
"""How far a ratio must lie from 1 to be worth a word."""
RATIOS = (("clicks", "clicks"), ("orders", "orders per click"), ("per_order", "margin per order"), ("redeemed", "offers redeemed"))  # fmt: skip


def why_plain(found: Why, currency: str) -> dict[str, object]:
    """The answer as JSON types, money in micros, with the sentences."""
    from delivery.why import LEVEL

    said = sentences(found, currency)
    return {
        "at": found.at.isoformat(),
        "slot": found.slot,
        "recent_messages": found.recent,
        "decided": found.decided,
        "chosen": found.chosen,
        "policy": {"version": found.version, "name": found.policy},
        "tired": found.tired,
        "attention_used_up": found.used_up,
        "incremental_share": found.incremental,
        "control": None if found.control is None else {"more": found.control[0], "error": found.control[1]},
        "state": state_said(found),
        "unit": f"micros:{currency}",
        "level": LEVEL,
        "no_contact": {"propensity": found.no_contact, "sentence": said[0]},
        "actions": [
            {**asdict(one), "sentence": sentence} for one, sentence in zip(found.actions, said[1:], strict=True)
        ],
    }


def show_why(found: Why, person: str, plan: str, currency: str) -> None:
    """Print the two tables and the sentences."""
    from app.screen import table
    from app.wording import money, percent
    from delivery.why import LEVEL

    def cash(micros: float) -> str:
        return money(micros, currency, 4)

    rows = [
        (
            one.creative_id, percent(one.propensity), cash(one.value), f"{cash(one.low)} to {cash(one.high)}",
            cash(one.margin), cash(one.offers), cash(one.message), cash(one.loss),
        )
        for one in found.actions
    ]  # fmt: skip
    rows.append(("no contact", percent(found.no_contact), cash(0), *[""] * 5))
    table(
        f"Person {person} under plan {plan}, due {found.at:%Y-%m-%d %H:%M} UTC, "
        f"{_count(found.recent, 'message')} in the 7 days before",
        ("Action", "#Chance", "#Net value", f"#{LEVEL:.0%} interval", "#Margin", "#Offers", "#Message", "#Loss"),
        rows,
    )
    table(
        "Learnt by then: answers by what was expected before the campaign (1 = as expected)",
        ("Action", *(f"#{words}" for _, words in RATIOS), "Closed"),
        [(one.creative_id, *(f"{getattr(one, name):.2f}" for name, _ in RATIOS), one.closed) for one in found.actions],
    )
    typer.echo(state_said(found))
    for sentence in sentences(found, currency):
        typer.echo(sentence)


def state_said(found: Why) -> str:
    """What was decided by which policy, and what every margin holds of tiredness and increment, in sentences."""
    from app.wording import percent

    by = f"decision policy {found.version} ({found.policy})"
    chosen = found.chosen or "no contact"
    first = f"Decided by {by}: {chosen}." if found.decided else f"Not decided yet; {by} is in force."
    tired = f"The messages of the week before leave {percent(found.tired)} of the response"
    later = f"a message now is charged with {percent(found.used_up)} of it for those it tires later"
    if found.control is None:
        told = "the control group says nothing yet"
    else:
        more, error = found.control
        told = f"the control group says {more:+,.1f} conversions by the campaign (standard error {error:,.1f})"
    share = f"{percent(found.incremental)} of credited margin counts as incremental: {told}."
    return f"{first} {tired}, {later}. {share}"


def sentences(found: Why, currency: str) -> tuple[str, ...]:
    """Why this or why not, first for no contact and then for every action in the order of `found.actions`."""
    from app.wording import percent

    best = max((one for one in found.actions if not one.closed), key=lambda one: one.value, default=None)
    alone = percent(found.no_contact)
    if best is None:
        first = "no contact: certain, because every action is closed to this person."
    elif best.value <= 0:
        first = f"no contact: chance {alone}; no open action is expected to bring more than it costs."
    else:
        first = f"no contact: chance {alone}; it is worth nothing, and {best.creative_id} is expected to be worth more."
    return (first, *(f"{one.creative_id}: {_because(one, best, currency)}" for one in found.actions))


def _because(one: ActionSeen, best: ActionSeen | None, currency: str) -> str:
    from app.wording import money, percent

    if one.closed or best is None:
        return f"not possible, {one.closed}."
    costs = one.offers + one.message + one.loss
    parts = f"it brings {money(one.margin, currency, 4)} and takes {money(costs, currency, 4)}"
    if one.value <= 0:
        reason = f"worth less than no contact, for {parts}"
    elif one is best:
        reason = f"the best by expected net value, for {parts}"
    else:
        less = money(best.value - one.value, currency, 4)
        reason = f"worth having, for {parts}, but {less} less than {best.creative_id}"
    return f"chance {percent(one.propensity)}; {reason}.{_learnt(one)}"


def _learnt(one: ActionSeen) -> str:
    """What answers to the action have taught, the clearest first; empty when they are as expected."""
    off = [(getattr(one, name), words) for name, words in RATIOS]
    told = sorted((pair for pair in off if abs(pair[0] - 1) > LEARNT), key=lambda pair: -abs(pair[0] - 1))
    if not told:
        return ""
    return f" Learnt: {', '.join(f'{words} {ratio:.2f} times what was expected' for ratio, words in told)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
