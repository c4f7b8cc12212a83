"""The tables that remember campaigns: plans and their parts, checks, rehearsals, approvals, and the clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class PlanRecord(SQLModel, table=True):
    """A plan as it stands: its state in life, its revision and its canonical JSON."""

    __tablename__ = "plan"
    plan_id: str = Field(primary_key=True)
    words: str
    state: str
    revision: int
    plan_hash: str = ""
    body: str = ""
    created_at: datetime


class PartRecord(SQLModel, table=True):
    """One part of a draft (audience, creative, experiment, allocation, brief), made once per revision."""

    __tablename__ = "part"
    plan_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    body: str


class CheckRecord(SQLModel, table=True):
    """The findings of one policy version over one plan hash."""

    __tablename__ = "policy_check"
    plan_hash: str = Field(primary_key=True)
    policy_hash: str = Field(primary_key=True)
    body: str


class RehearsalRecord(SQLModel, table=True):
    """The rehearsal of one plan hash."""

    __tablename__ = "rehearsal"
    plan_hash: str = Field(primary_key=True)
    plan_id: str
    body: str


class ApprovalRecord(SQLModel, table=True):
    """A person's decision over one plan hash; `used_at` is set by the launch that used it."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("plan_hash", "by"),)
    id: int | None = Field(default=None, primary_key=True)
    plan_id: str
    plan_hash: str
    by: str
    body: str
    used_at: datetime | None = None


class LifeRecord(SQLModel, table=True):
    """One step in a plan's life, in order."""

    __tablename__ = "life"
    id: int | None = Field(default=None, primary_key=True)
    plan_id: str = Field(index=True)
    at: datetime
    state: str
    by: str
    note: str = ""


class ChangeRecord(SQLModel, table=True):
    """A change to what runs, and how far it has come; `finished_at` when it was done or withdrawn."""

    __tablename__ = "change"
    change_id: str = Field(primary_key=True)
    action: str
    target: str
    at: datetime
    progress: str
    finished_at: datetime | None = None
    body: str


class ChangeDecisionRecord(SQLModel, table=True):
    """What one person said about a change; written once."""

    __tablename__ = "change_decision"
    __table_args__ = (UniqueConstraint("change_id", "by", "decision"),)
    number: int | None = Field(default=None, primary_key=True)
    change_id: str
    by: str
    decision: str
    at: datetime
    note: str = ""


class PolicyFileRecord(SQLModel, table=True):
    """The text of one file of policies, by its SHA-256."""

    __tablename__ = "policy_file"
    digest: str = Field(primary_key=True)
    body: str


class PolicyVersionRecord(SQLModel, table=True):
    """A version of the policies: its hash and the files it is made of, by the digest of both."""

    __tablename__ = "policy_version"
    content: str = Field(primary_key=True)
    hash: str
    body: str


class PolicyProposalRecord(SQLModel, table=True):
    """A version that was proposed, in order; rows are only added."""

    __tablename__ = "policy_proposal"
    number: int | None = Field(default=None, primary_key=True)
    change_id: str = Field(unique=True)
    content: str
    hash: str
    body: str


class PolicyInForceRecord(SQLModel, table=True):
    """A version that came into force, in order; the last row is in force, and rows are only added."""

    __tablename__ = "policy_in_force"
    number: int | None = Field(default=None, primary_key=True)
    content: str
    hash: str
    body: str


class EvidenceRecord(SQLModel, table=True):
    """What one campaign proved about the forecasts."""

    __tablename__ = "evidence"
    plan_id: str = Field(primary_key=True)
    body: str


class StandingRecord(SQLModel, table=True):
    """The autonomy that one class of action has."""

    __tablename__ = "standing"
    action: str = Field(primary_key=True)
    body: str


class ClockRecord(SQLModel, table=True):
    """The workspace's instant, which follows its data; one row."""

    __tablename__ = "clock"
    id: int = Field(default=1, primary_key=True)
    now: datetime
