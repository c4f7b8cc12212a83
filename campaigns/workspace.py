"""A workspace: the folder with settings, data, state and results, and the clock and seed that repeat a run."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import URL, Engine
from sqlmodel import Session

from campaigns.errors import BadInput
from campaigns.money import known_currency
from campaigns.schema import upgrade
from campaigns.slips import price_slip, unconfirmed
from campaigns.state import STATE_FILE, engine_at, server

DEFAULT_FOLDER = ".twinpilot"
SETTINGS_FILE = "twinpilot.toml"


class Settings(BaseSettings):
    """The workspace's settings: `twinpilot.toml`, overridden by `TWINPILOT_*` variables.

    `margin_rate` is the share of revenue left after the cost of goods; message prices are micros of `currency`.
    `power_wanted` is the probability of seeing the expected effect that an experiment must have. `state_url` is the
    PostgreSQL database that keeps this workspace's state instead of a file; it belongs to one workspace.
    `confirmed_amounts` says again, to the digit, amounts that look mistyped (`campaigns.slips`).
    """

    model_config = SettingsConfigDict(env_prefix="TWINPILOT_", extra="ignore", frozen=True)

    brand: str = "Corner Grocer"
    owner: str = "marketing"
    currency: str = "USD"
    market: str = "US"
    language: str = "en"
    margin_rate: Annotated[float, Field(gt=0, lt=1)] = 0.28
    email_cost_micros: Annotated[int, Field(ge=0, le=100_000_000)] = 2_000
    push_cost_micros: Annotated[int, Field(ge=0, le=100_000_000)] = 500
    global_holdout_share: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    power_wanted: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    rehearsal_runs: Annotated[int, Field(ge=200, le=10_000)] = 200
    postal_address: str = "Corner Grocer, 1 Market Street, Springfield"
    model: str = "playbook"
    confirmed_amounts: tuple[str, ...] = ()
    state_url: SecretStr | None = None
    now: datetime | None = None
    seed: Annotated[int, Field(ge=0, le=2**31)] = 2017

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the values read from the workspace's file."""
        return env_settings, init_settings


class Workspace:
    """An open workspace. Use `Workspace.create` for a new folder and `Workspace.open` for an existing one."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings

    @classmethod
    def create(cls, root: Path, state_url: SecretStr | None = None) -> Workspace:
        """A new workspace with default settings; an existing one is opened as it is. `state_url` goes before the settings'."""
        if (root / SETTINGS_FILE).exists():
            return cls.open(root, state_url)
        try:
            root.mkdir(parents=True, exist_ok=True)
            (root / SETTINGS_FILE).write_text(_default_toml(), encoding="utf-8")
        except OSError as error:
            raise BadInput(
                f"The workspace {root} cannot be written ({error.strerror}); choose another --workspace."
            ) from None
        return cls.open(root, state_url)

    @classmethod
    def open(cls, root: Path, state_url: SecretStr | None = None) -> Workspace:
        """An existing workspace; BadInput when the folder, its settings or its state cannot be read."""
        path = root / SETTINGS_FILE
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BadInput(f"There is no workspace in {root}; run `twinpilot init --sample` first.") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadInput(
                f"The workspace file {path} cannot be read ({error}); mend it or choose another --workspace."
            ) from None
        unknown = sorted(set(values) - set(Settings.model_fields))
        if unknown:
            raise BadInput(
                f"{path} sets {unknown[0]!r}, which is not a setting; known are {', '.join(Settings.model_fields)}."
            )
        try:
            settings = Settings(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise BadInput(
                f"The setting {name} = {first['input']!r} cannot be used: {first['msg']}; mend {path} or TWINPILOT_{name.upper()}."
            ) from None
        known_currency(settings.currency)
        _no_slip(settings)
        if state_url is not None:
            settings = settings.model_copy(update={"state_url": state_url})
        opened = cls(root, settings)
        upgrade(opened.state_place)
        return opened

    @property
    def data_path(self) -> Path:
        """The DuckDB file of the six canonical tables."""
        return self.root / "data.duckdb"

    @property
    def checkpoint_path(self) -> Path:
        """The SQLite file of the planning graph's checkpoints."""
        return self.root / "checkpoints.db"

    def folder(self, name: str) -> Path:
        """A folder of the workspace (`snapshots`, `outbox`, `decisions`, `reports`), made when it does not exist."""
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def state_place(self) -> Path | URL:
        """Where the state is kept: the workspace's SQLite file, or the PostgreSQL database of the settings."""
        url = self.settings.state_url
        return self.root / STATE_FILE if url is None else server(url.get_secret_value())

    @cached_property
    def engine(self) -> Engine:
        """The SQLAlchemy engine of the state database."""
        return engine_at(self.state_place)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on the state database: committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise


def instant(value: datetime) -> datetime:
    """The value as an aware UTC datetime; a naive one is taken to be UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _no_slip(settings: Settings) -> None:
    """BadInput when the price of a message is one that nobody pays, and was not confirmed."""
    prices = {"email": settings.email_cost_micros, "push": settings.push_cost_micros}
    found = [price_slip(channel, micros, settings.currency) for channel, micros in prices.items()]
    mistyped = unconfirmed([slip for slip in found if slip], settings.confirmed_amounts)
    if mistyped:
        raise BadInput(mistyped[0].sentence())


def _default_toml() -> str:
    lines = ["# Settings of this workspace; each may be overridden by a variable TWINPILOT_<NAME>."]
    for name, field in Settings.model_fields.items():
        value = field.default
        if value is None:
            continue
        if isinstance(value, tuple):
            value = list(value)
        lines.append(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")
    return "\n".join(lines) + "\n"
