"""What the world takes for granted beside its priors: every constant that is the authors' judgement, in sentences."""

from __future__ import annotations

from simulator.channels import CHANNELS, CLICK_MINUTES
from simulator.effects.attention import PERMITTED
from simulator.effects.auction import AD_GAP_HOURS, PRESSURE_LEFT
from simulator.effects.neighbours import HEARD_DAYS
from simulator.effects.purchase import PLAIN_DAYS
from simulator.effects.season import SHOCK_DAYS
from tools.prediction.priors import (
    AD_TRIES,
    ANNOYED_DAYS,
    ONSITE_DAYS,
    OWN_USE_DAYS,
    SATED_HALFLIFE_DAYS,
    USUAL_DEPTH,
)

_JUDGED = "the authors' judgement, the same in every run"


def constants(channels: tuple[str, ...], word_of_mouth: bool = False) -> tuple[str, ...]:
    """One sentence per group of constants that a plan on these channels rests on; KeyError for an unknown channel."""
    traits = {name: CHANNELS[name] for name in channels}
    read = ", ".join(f"{trait.read_hours:g} hours on {name}" for name, trait in traits.items())
    found = [
        f"Mean time from arrival to reading: {read}; to the click {CLICK_MINUTES:g} minutes; {_JUDGED}.",
        f"A click without an offer leads to a purchase within {PLAIN_DAYS} days, or to none; {_JUDGED}.",
        f"A message keeps a sleeping dog from buying for {ANNOYED_DAYS} days; a purchase that would happen anyway uses an "
        f"offer within {OWN_USE_DAYS} days of the click; {_JUDGED}.",
        f"An extra purchase sates for a half-life of {SATED_HALFLIFE_DAYS:g} days; the usual depth of a discount is "
        f"{USUAL_DEPTH:.0%} of a purchase; {_JUDGED}.",
        f"Where no hours were learnt, attention peaks at ten and twenty o'clock between {PERMITTED[0]} and "
        f"{PERMITTED[-1] + 1}; phone shares are even over people; {_JUDGED}.",
        f"A shock to demand lasts {SHOCK_DAYS} days and spares attention; {_JUDGED}.",
    ]
    if "onsite" in channels:
        found.append(f"An on-site message waits {ONSITE_DAYS} days for its visitor; {_JUDGED}.")
    if "ads" in channels:
        found.append(
            f"An ad bids for up to {AD_TRIES} impressions {AD_GAP_HOURS:g} hours apart on average; {PRESSURE_LEFT:.0%} of "
            f"the crowding of an hour is left in the next; {_JUDGED}."
        )
    if word_of_mouth:
        found.append(f"Two neighbours hear of an extra purchase, for {HEARD_DAYS} days; {_JUDGED}.")
    return tuple(found)
