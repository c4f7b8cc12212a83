"""The ledger under attack: 64 processes that claim, send, settle and are killed, on SQLite and on PostgreSQL.

`storm.storm` lives through one and `suite.run_ledger` is the eval suite; `books.py` counts what is wrong afterwards.
"""
