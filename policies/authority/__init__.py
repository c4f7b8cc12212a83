"""Who may decide what: people told apart, changes added up over a window, autonomy earned, rules of scope `change`.

`person`, `moved`, `earned` and `judge` are pure; `campaigns.ledger` keeps what they are asked about.
"""

from policies.authority.earned import Ladder, earned, ladders
from policies.authority.judge import change_findings, judge, people_needed
from policies.authority.launch import change_facts, launch_facts
from policies.authority.people import authors, different, person
from policies.authority.window import moved

__all__ = [
    "Ladder",
    "authors",
    "change_facts",
    "change_findings",
    "different",
    "earned",
    "judge",
    "ladders",
    "launch_facts",
    "moved",
    "people_needed",
    "person",
]
