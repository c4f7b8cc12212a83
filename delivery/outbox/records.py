"""The tables of the outbox: contacts with their money, outcomes, refusals, ticks, the account, and withdrawals.

Instants are seconds since 1970-01-01 UTC. A contact's key is the 64-bit key of `ContactBatch` read as signed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

RESERVED, ACCEPTED, REFUSED = "reserved", "accepted", "refused"
"""States of a contact: claimed with its money reserved, taken by the channel, or not taken and paid back."""
EVERY_CHANNEL = "*"
"""The channel of a withdrawal that ends every channel (a complaint, or a consent withdrawn altogether)."""


class ContactRecord(SQLModel, table=True):
    """One message to one person: decided, permitted, claimed; `open_micros` is what of its liability is unsettled.

    `place` is its position in the claim that made it.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("plan_id", "row", "slot"),
        Index("contact_by_instant", "at"),
        Index("contact_by_person", "person_id", "at"),
    )
    key: int = Field(primary_key=True, sa_type=BigInteger)
    plan_id: str
    row: int
    person_id: str
    slot: int
    at: int = Field(sa_type=BigInteger)
    channel: str
    action: int
    cell: int
    propensity: float
    cost_micros: int = Field(sa_type=BigInteger)
    liability_micros: int = Field(sa_type=BigInteger)
    open_micros: int = Field(sa_type=BigInteger)
    state: str
    place: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class OutcomeRecord(SQLModel, table=True):
    """What a person did; `key` is 0 where no message led to it. `kind` is a name of `OUTCOME_KINDS`."""

    __tablename__ = "outcome"
    __table_args__ = (Index("outcome_by_plan", "plan_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    plan_id: str
    kind: str
    row: int
    at: int = Field(sa_type=BigInteger)
    key: int = Field(sa_type=BigInteger)
    revenue_micros: int = Field(sa_type=BigInteger)
    margin_micros: int = Field(sa_type=BigInteger)
    cost_micros: int = Field(sa_type=BigInteger)


class RefusalRecord(SQLModel, table=True):
    """A person kept from a contact at an instant: bit i of `mask` is the i-th of the account's rules."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_by_plan", "plan_id"),)
    id: int | None = Field(default=None, primary_key=True)
    plan_id: str
    row: int
    at: int = Field(sa_type=BigInteger)
    mask: int = Field(sa_type=BigInteger)


class TickRecord(SQLModel, table=True):
    """A tick that is committed with everything it did, and therefore never runs again."""

    __tablename__ = "tick"
    plan_id: str = Field(primary_key=True)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    slot: int = Field(primary_key=True)


class AccountRecord(SQLModel, table=True):
    """A plan's money in micros, `cell_used` as a JSON list by allocation cell, and what it was run under.

    `rules` is the JSON list of the guard's contact rules in bit order; `seen_until` the instant up to which outcomes
    were taken in; `halted_at` is set when the control group showed harm and the engine sent no more, `closed_at` when
    every open liability was released.
    """

    __tablename__ = "account"
    plan_id: str = Field(primary_key=True)
    plan_hash: str
    rules: str
    budget_micros: int = Field(sa_type=BigInteger)
    spent_micros: int = Field(sa_type=BigInteger)
    reserved_micros: int = Field(sa_type=BigInteger)
    cell_used: str
    started_at: int = Field(sa_type=BigInteger)
    seen_until: int = Field(sa_type=BigInteger)
    halted_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class WithdrawalRecord(SQLModel, table=True):
    """A consent that ended at an instant, for every plan from then on; `channel` may be `EVERY_CHANNEL`."""

    __tablename__ = "withdrawal"
    __table_args__ = (Index("withdrawal_by_person", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: str
    channel: str
    at: int = Field(sa_type=BigInteger)
    kind: str
    plan_id: str
