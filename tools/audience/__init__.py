"""Whom a campaign is about: words become predicates, predicates become people, people become a snapshot.

`population.understand`, `snapshot.take` / `snapshot.load`, `history.history`, `propose.propose_audience`.
"""
