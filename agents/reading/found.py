"""What readers hand back besides values: what they assumed, what must be asked, and which phrases exclude each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from campaigns.brief import Assumption


@dataclass(slots=True)
class Notes:
    """The brief's assumptions, questions and conflicts while the words are being read."""

    assumptions: list[Assumption] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def assume(self, name: str, value: object, why: str) -> None:
        """Note a value that the words did not settle."""
        self.assumptions.append(Assumption(field=name, value=str(value), why=why))

    def ask(self, question: str) -> None:
        """Note a question that must be answered before planning."""
        self.questions.append(question)

    def clash(self, *phrases: str) -> None:
        """Note phrases that exclude each other, each once and in its own words."""
        for phrase in phrases:
            if phrase not in self.conflicts:
                self.conflicts.append(phrase)
