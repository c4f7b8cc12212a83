"""What can go wrong with data; each is bad input, so nothing was changed and the exit code is 2.

campaigns.errors.BadInput
├── SourceFault     a user's file cannot be used: names the file, the column or value, and what to do
└── WarehouseFault  the workspace's data file is missing, damaged or not ours
"""

from __future__ import annotations

from campaigns.errors import BadInput


class SourceFault(BadInput):
    """A file given to `load_folder` lacks something, holds something unreadable, or contradicts itself."""


class WarehouseFault(BadInput):
    """`data.duckdb` of the workspace is not there, is not a database, or lacks a canonical table."""
