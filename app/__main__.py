"""`python -m app` is the `twinpilot` command, also where the package's scripts are not on the path."""

from __future__ import annotations

from app.cli import main

if __name__ == "__main__":
    main()
