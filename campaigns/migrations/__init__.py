"""The versions of the state database, applied by `campaigns.schema.upgrade`.

One file per version in `versions/`; `env.py` is what Alembic runs.
"""
