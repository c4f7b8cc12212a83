"""What a bandit has learnt as bytes: kept between processes, taken up again to the same decisions, byte for byte."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from numpy.lib.format import read_array, write_array

from delivery.decide.arms import PooledThompson
from delivery.decide.errors import BadDecision
from delivery.decide.evidence import Declared
from delivery.decide.factors import FactoredThompson
from delivery.decide.odds import OddsThompson
from delivery.decide.trend import TrendEvidence

VERSION = 3
"""Changes with the meaning of what is kept; a state of another version is not taken up."""
_ALONE = {"arms": PooledThompson, "odds": OddsThompson}
_KIND = _ALONE | {"factors": FactoredThompson}
_EVIDENCE = ("square", "cross", "seen", "changed")
_TREND = ("lag_square", "lag_both", "lag_cross")
_ODDS = ("people",)


def snapshot(bandit: PooledThompson | FactoredThompson) -> bytes:
    """Everything that the next decision and the next learning depend on; equal states give equal bytes."""
    made = {"draws": bandit.draws, "floor": bandit.floor, "forget": bandit.forget, "seed": bandit.seed}
    arrays: dict[str, Any] = {"pool": bandit.pool}
    arrays |= {name: getattr(bandit.evidence, name) for name in _held(bandit)}
    if isinstance(bandit, FactoredThompson):
        made |= {"noise": bandit.noise, "boldness": bandit.boldness, "adapts": bandit.adapts}
        arrays |= {"levels": bandit.levels, "variance": bandit.variance, "start": bandit.start}
    else:
        made |= {"scale": bandit.scale, "ridge": bandit.ridge, "hope": bandit.hope, "drift": bandit.drift}
        made |= {"optimism": bandit.optimism}
        arrays |= {"bonus": bandit.bonus}
    head = {
        "version": VERSION,
        "kind": next(name for name, kind in _KIND.items() if type(bandit) is kind),
        "refreshes": bandit.refreshes,
        "low": bandit.evidence.declared.low,
        "high": bandit.evidence.declared.high,
        "made": made,
        "arrays": list(arrays),
    }
    out = io.BytesIO()
    # One array after the other, uncompressed: a state can never unpack to more than its bytes.
    for array in (np.array(json.dumps(head, sort_keys=True)), *arrays.values()):
        write_array(out, np.asarray(array), allow_pickle=False)
    return out.getvalue()


def restore(kept: bytes) -> PooledThompson | FactoredThompson:
    """The bandit of a snapshot. BadDecision when the bytes are none, or of another version."""
    try:
        file = io.BytesIO(kept)
        head = json.loads(str(read_array(file, allow_pickle=False)))
        arrays = {name: read_array(file, allow_pickle=False) for name in head["arrays"]}
    except (OSError, ValueError, KeyError, TypeError, EOFError, MemoryError) as error:
        raise BadDecision(f"{len(kept)} bytes are no state of a decision engine ({error}); begin a new one.") from None
    if head.get("version") != VERSION or head.get("kind") not in _KIND:
        raise BadDecision(
            f"A state of version {head.get('version')!r} and kind {head.get('kind')!r} cannot be taken up by version {VERSION}; begin a new one."
        )
    declared, features = Declared(head["low"], head["high"]), arrays["cross"].shape[1]
    bandit: PooledThompson | FactoredThompson
    if head["kind"] == "factors":
        spread = np.sqrt(arrays["start"])
        bandit = FactoredThompson(arrays["levels"], features, spread=spread, declared=declared, **head["made"])
        bandit.variance = arrays["variance"]
    else:
        bandit = _ALONE[head["kind"]](len(arrays["cross"]), features, declared=declared, **head["made"])
        bandit.lift(arrays["bonus"])
    for name in _held(bandit):
        setattr(bandit.evidence, name, arrays[name])
    bandit.pool[:] = arrays["pool"]
    bandit.refreshes = head["refreshes"]
    return bandit


def _held(bandit: PooledThompson | FactoredThompson) -> tuple[str, ...]:
    """The names of the sums that this bandit's evidence is made of."""
    moving = _EVIDENCE + _TREND if isinstance(bandit.evidence, TrendEvidence) else _EVIDENCE
    return moving + _ODDS if isinstance(bandit, OddsThompson) else moving
