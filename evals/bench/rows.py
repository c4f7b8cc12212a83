"""A row of a benchmark's table: one figure of ours beside one of a peer's."""

from __future__ import annotations

Row = dict[str, object]


def row(case: str, metric: str, better: str, ours: float, peer: float | None, peer_name: str | None) -> Row:
    """The row with numbers to four significant digits and the ratio of ours to the peer's, empty without a peer."""
    return {
        "case": case,
        "metric": metric,
        "better": better,
        "ours": _short(ours),
        "peer": None if peer is None else _short(peer),
        "peer_name": peer_name,
        "ratio": None if not peer else _short(ours / peer),
    }


def _short(value: float) -> float:
    short = float(f"{value:.4g}")
    return int(short) if abs(short) >= 1_000 else short
