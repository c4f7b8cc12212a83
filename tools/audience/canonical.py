"""The bytes that a snapshot's id is a digest of: values only, whatever wrote or compressed the file."""

from __future__ import annotations

import hashlib

import polars as pl

SIGNIFICANT = 12
"""Significant digits that floats keep, so that the last bits of another machine's arithmetic do not change the id."""


def rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every float column rounded to 12 significant digits."""
    return frame.with_columns(pl.selectors.float().round_sig_figs(SIGNIFICANT))


def rows_digest(frame: pl.DataFrame) -> str:
    """16 hex digits of the SHA-256 over names, types and values of the columns in order; ValueError on a null."""
    digest = hashlib.sha256()
    for column in frame.iter_columns():
        if column.null_count():
            raise ValueError(f"column {column.name} holds a null and a snapshot has none")
        digest.update(f"{column.name}:{column.dtype}:{len(column)};".encode())
        if column.dtype == pl.String:
            digest.update(column.str.len_bytes().cast(pl.UInt32).to_numpy().tobytes())
            digest.update("".join(column.to_list()).encode())
        else:
            digest.update(column.to_numpy().tobytes())
    return digest.hexdigest()[:16]
