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
