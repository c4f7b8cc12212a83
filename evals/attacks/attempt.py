"""One attempted effect, what refused it, and how that is observed in code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from campaigns.border import Border
from campaigns.finding import Finding

LONGEST = 170
_ASIDE = re.compile(r" ?\[type=.*?\]| ?For further information visit \S+")
_PATH = re.compile(r"(?:/[\w.+-]+){2,}")


class Attempt(Border):
    """An effect that was tried. `refused_by` names the exception, rule or answer that was seen; empty when nothing
    refused it. `kind` is `no_surface` where the product has nothing that could be attacked, which is shown, not counted as held."""

    effect: str
    refused_by: str
    said: str
    kind: Literal["refused", "no_surface"] = "refused"


@dataclass(frozen=True, slots=True)
class Case:
    """One attack: its number in the list, a name, the threat it stands for (OWASP agentic), and how it is tried."""

    number: int
    name: str
    threat: str
    act: Callable[..., Iterable[Attempt]]


def refused(effect: str, act: Callable[[], object]) -> Attempt:
    """The attempt, refused by the exception that `act` raises; not refused when it returns."""
    try:
        act()
    except Exception as refusal:
        return Attempt(effect=effect, refused_by=type(refusal).__name__, said=short(str(refusal)))
    return Attempt(effect=effect, refused_by="", said="it was done")


def denied_by(effect: str, rule: str, findings: Iterable[Finding]) -> Attempt:
    """The attempt, refused by a policy rule that denies or asks for a person among these findings."""
    hits = [found for found in findings if found.rule == rule and found.severity != "warn"]
    if not hits:
        return Attempt(effect=effect, refused_by="", said=f"{rule} found nothing")
    return Attempt(
        effect=effect, refused_by=f"rule {rule} ({hits[0].severity.replace('_', ' ')})", said=short(hits[0].observed)
    )


def held(effect: str, by: str, so: bool, said: str) -> Attempt:
    """The attempt, refused by `by` when what was observed is `so`."""
    return Attempt(effect=effect, refused_by=by if so else "", said=short(said))


def absent(effect: str, so: bool, said: str) -> Attempt:
    """An attempt for which the product has no surface; not so, and it counts as not refused."""
    return Attempt(effect=effect, refused_by="no such surface" if so else "", said=short(said), kind="no_surface")


def short(text: str) -> str:
    """The text on one line, without folders of this machine, at most `LONGEST` characters."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    shown = " ".join(_PATH.sub(lambda path: Path(path.group()).name, _ASIDE.sub("", shown)).split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
