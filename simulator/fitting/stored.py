"""Fits in the workspace: content-addressed JSON files, and a pointer to the one in force, each written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from campaigns.border import canonical
from campaigns.errors import BadInput
from campaigns.lifecycle import OVER
from campaigns.store import Store
from campaigns.workspace import Workspace
from simulator.fitting.fit import Fit, ForecastError, campaign, version_of
from simulator.fitting.randomised import Arm, Cell, Trial
from tools.data.version import data_version

FOLDER = "twin"
CURRENT = "current.json"
LAYOUT = 1
FRESH_DAYS = 28
"""A fit older than this many days of the workspace's clock is made anew."""


def content(fit: Fit) -> dict[str, Any]:
    """A fit as plain JSON types, without the instant: equal evidence gives equal content."""
    plain = asdict(replace(fit, response=replace(fit.response, lifts=())))
    plain["response"]["lifts"] = [one.plain() for one in fit.response.lifts]
    del plain["fitted_at"]
    return json.loads(json.dumps({"layout": LAYOUT, **plain}, allow_nan=False))  # type: ignore[no-any-return]


def save(ws: Workspace, fit: Fit) -> str:
    """Keep a fit and put it in force; its version (16 hex digits) is its file's name."""
    body = content(fit)
    version = version_of(body)
    folder = ws.folder(FOLDER)
    _write(folder / f"{version}.json", canonical(body))
    pointer = {"version": version, "data_version": fit.data_version, "fitted_at": fit.fitted_at.isoformat()}
    _write(folder / CURRENT, canonical(pointer))
    return version


def in_force(ws: Workspace, now: datetime) -> dict[str, Any] | None:
    """The content of the fit in force when it is current at `now`: of the loaded data, at most `FRESH_DAYS` old
    and not of the future. None otherwise; BadInput when its bytes were changed.
    """
    named = _pointer(ws)
    if named is None:
        return None
    age = now - datetime.fromisoformat(named["fitted_at"])
    if named["data_version"] != data_version(ws) or not timedelta(0) <= age <= timedelta(days=FRESH_DAYS):
        return None
    return _body(ws, named)


def kept_trials(ws: Workspace) -> tuple[Trial, ...]:
    """The randomised tests of the fit in force, current or not: a test stays true when other data are loaded."""
    named = _pointer(ws)
    return tuple(_trial(one) for one in _body(ws, named)["tests"]) if named else ()


def kept_forecasts(ws: Workspace) -> tuple[ForecastError, ...]:
    """How far finished campaigns were from their rehearsals, as the latest fit read them; empty without one."""
    named = _pointer(ws)
    return tuple(ForecastError(**one) for one in _body(ws, named)["forecasts"]) if named else ()


def merged(earlier: Sequence[Trial], given: Sequence[Trial]) -> tuple[Trial, ...]:
    """Tests by name, one that is given again in place of the one that was there."""
    return tuple({trial.source: trial for trial in (*earlier, *given)}.values())


def unread(ws: Workspace) -> tuple[str, ...]:
    """Finished campaigns whose outcomes no fit has read yet, oldest first."""
    known = {trial.source for trial in kept_trials(ws)}
    plans = (record.plan_id for record in Store(ws).plans() if record.state in OVER)
    return tuple(plan_id for plan_id in plans if campaign(plan_id) not in known)


def _pointer(ws: Workspace) -> dict[str, str] | None:
    path = ws.root / FOLDER / CURRENT
    if not path.is_file():
        return None
    try:
        named = json.loads(path.read_bytes())
        return {name: str(named[name]) for name in ("version", "data_version", "fitted_at")}
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(path) from None


def _body(ws: Workspace, named: dict[str, str]) -> dict[str, Any]:
    path = ws.root / FOLDER / f"{named['version']}.json"
    try:
        body = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise _damaged(path) from None
    if not isinstance(body, dict) or version_of(body) != named["version"]:
        raise _damaged(path)
    return body


def _trial(plain: dict[str, Any]) -> Trial:
    cells = tuple(Cell(**{**cell, "arm": Arm(**cell["arm"])}) for cell in plain["cells"])
    return Trial(**{**plain, "cells": cells, "control": Arm(**plain["control"])})


def _write(path: Path, body: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".fit-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _damaged(pointer: Path) -> BadInput:
    return BadInput(f"The fit under {pointer.parent} is damaged; remove the folder and run `twinpilot twin fit` again.")
