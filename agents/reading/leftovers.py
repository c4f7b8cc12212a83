"""What no reader understood: the words that are left are asked about, because a limit that is dropped misleads."""

from __future__ import annotations

import re

from agents.reading.found import Notes
from agents.reading.text import Span, Text
from campaigns.errors import BadInput

# Words that ask for nothing by themselves. "Not", "only", "but", "except", "each" and every number are never among them.
_FILLER = frozenset(
    re.findall(
        r"\S+",
        """
        encourage encouraging persuade persuading convince convincing motivate motivating nudge nudging invite
        inviting find ask frequency primary main a an the our my your us we i you it its them they their those
        these this that who which whom some there here please hi hello thanks dear and or so as then also to of
        for in on at by among amongst between with from via through using use used over want wants need needs like
        would should must may might can could will shall let lets let's i'd we'd i'll we'll is are be being was
        were do does get gets getting make makes making have has had having help keep run runs running launch
        start starts starting plan planning create build design set up goal goals aim aims objective target
        targets targeting task campaign campaigns programme program marketing promotion action people household
        households customer customers shopper shoppers member members buyer buyers client clients user users
        family families person persons buy buying try trying purchase purchasing come comes coming return
        returning shop shopping order visit visiting again back more often stores store win winning sell selling
        bring bringing reach reaching contact contacting send sending message messages messaging communicate
        channel channels media medium spend spending cost costs costing budget money total overall sum maximum max
        period time deadline end ends date maximise maximising maximize maximizing optimise optimising optimize
        optimizing increase increasing improve improving grow growing raise raising lift boost boosting drive
        driving measured measure judged judge metric kpi number rate result results most much many possible able
        extra additional incremental market markets country group segment
        """,
    )
)
_JOINTS = frozenset(
    ["but", "only", "just", "yet", "while", "and", "for", "by", "to", "with", "on", "in", "spend", "use", "send"]
)
"""Words that say nothing when an understood stretch follows: "push, but no e-mail", "only $5,000"."""
_STRETCH = re.compile(r"[^\0,;:!?()]+")
_WORD = re.compile(r"[^\s\0,;:!?()\"]+")
_SENTENCE = re.compile(r"\.(?=\s|$)")
_UNKNOWN_MONEY = re.compile(
    r"(?P<cue>\b(?:budget(?: of| is)?|spend|at most|no more than|not more than|up to|max(?:imum)?|under|for) )?"
    r"(?P<number>\d[\d.,']*) (?P<word>[A-Za-z]{3,})$",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"(?:messages?|e-?mails?|push(?:es)?|contacts?|notifications?|texts?|times?|days?|weeks?|months?|quarters?|years?|hours?|percent|"
    r"households?|customers?|shoppers?|people|members?|persons?|buyers?|users?|clients?|families|conversions?|purchases|orders|visits?|trips|"
    r"redemptions?|baskets?|more|off|per|each|holdout|control|am|pm)",
    re.IGNORECASE,
)


def read_leftovers(text: Text, notes: Notes, without_budget: bool) -> None:
    """Ask, in one question that quotes them, about the stretches that nobody took and that are more than filler.

    `without_budget` says that no budget was found; then an amount of unknown money among them raises BadInput.
    """
    rest = _SENTENCE.sub(",", text.rest)
    said = []
    for match in _STRETCH.finditer(rest):
        words = _WORD.findall(match[0])
        beside_understood = "\0" in (rest[match.end() : match.end() + 1], rest[match.start() - 1 : match.start()])
        if all(_idle(word) for word in words) or (beside_understood and _JOINTS.issuperset(w.lower() for w in words)):
            continue
        # Its idle words belong to the quotation too: "in Texas" says more than "Texas".
        stretch = text.phrase(Span(match.start(), match.end()))
        if without_budget:
            _refuse_unknown_money(stretch)
        said.append(stretch)
    if said:
        quoted = " and ".join(f"'{stretch}'" for stretch in dict.fromkeys(said))
        verb = "was" if len(set(said)) == 1 else "were"
        notes.ask(f"{quoted} {verb} not understood; say it another way or leave it out.")


def _idle(word: str) -> bool:
    bare = word.strip("-.'&/+*").lower()
    return not bare or bare in _FILLER


def _refuse_unknown_money(stretch: str) -> None:
    found = _UNKNOWN_MONEY.search(stretch)
    if found and not _NO_MONEY.fullmatch(found["word"]) and (found["cue"] or found.start() == 0):
        raise BadInput(
            f"The currency {found['word']!r} in {stretch!r} is not known; write an amount like '$5,000' or '5000 EUR'."
        )


def merge_first_questions(notes: Notes, nobody: str, no_money: str) -> None:
    """Make one question of the two that a goal without (clear) people and without a budget raises."""
    unclear = next((question for question in notes.questions if question.startswith("Who is meant by '")), nobody)
    if unclear in notes.questions and no_money in notes.questions:
        place = min(notes.questions.index(unclear), notes.questions.index(no_money))
        kept = [question for question in notes.questions if question not in (unclear, no_money)]
        both = (
            f"{unclear.partition('?')[0]}, and what is the most that may be spent? "
            "Say it like 'households that have not shopped for four weeks, at most $5,000'."
        )
        notes.questions[:] = [*kept[:place], both, *kept[place:]]
