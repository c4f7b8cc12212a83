"""What was sent, what it cost and what came of it, in the state database: `SqlBooks` and its tables.

`books_sql.SqlBooks` is the live implementation of `campaigns.ports.Books`; `records` are the tables.
"""
