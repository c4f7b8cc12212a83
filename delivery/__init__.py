"""How a campaign runs: the engine's tick, books, channels, launch, measurement and audit.

Public: `engine.Engine`, `live.launch`, `measure.measure`, `audit.audit`; `README.md` draws the tick.
"""
