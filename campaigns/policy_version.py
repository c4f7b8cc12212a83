"""A version of the policies as a workspace keeps it: its files, a proposal to use it, and that it came into force."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from campaigns.border import Border, digest
from campaigns.change import Change, Decided

Direction = Literal["first", "tightening", "loosening", "both", "neither", "undecided"]
"""What a version does that the one before did not; all but `first`, `tightening` and `neither` may newly allow something."""
Origin = Literal["package", "folder"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Version(Border):
    """A version: the hash of what its rules mean, and its files by their path with the SHA-256 of each.

    Two versions may share `hash` (they differ in comments, say), or files (read otherwise by another Twinpilot), and never
    both. `origin` says whether it was shipped with the package.
    """

    hash: Sha256
    files: dict[str, Sha256]
    rules: Annotated[int, Field(ge=1)]
    origin: Origin

    @property
    def content(self) -> str:
        """The digest of hash and files (64 hex digits): what the version is kept by."""
        return digest({"hash": self.hash, "files": self.files})


class Proposal(Border):
    """A version proposed in place of the one in force, which is the `after`-th that came into force here.

    `why` says what it may newly allow, or could not be proved.
    """

    change: Change
    content: Sha256
    hash: Sha256
    after: Annotated[int, Field(ge=1)]
    against_hash: Sha256
    direction: Direction
    why: tuple[str, ...]


class InForce(Border):
    """A version that came into force: who put it there, when, in place of which, and who approved it.

    `at` is None for the first version of a workspace that had no data, and so no clock.
    """

    content: Sha256
    hash: Sha256
    by: str
    at: AwareDatetime | None
    direction: Direction
    against_hash: Sha256 | None = None
    change_id: str | None = None
    approved_by: tuple[str, ...] = ()


Closed = Literal["", "in force", "rejected", "superseded"]


class Asked(Border):
    """A proposal with what was said about it; `closed` says what became of it, empty while it waits."""

    proposal: Proposal
    decisions: tuple[Decided, ...]
    closed: Closed

    @property
    def approved_by(self) -> tuple[str, ...]:
        """Who approved it, in order."""
        return tuple(one.by for one in self.decisions if one.decision == "approve")
