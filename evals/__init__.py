"""How it is known that the system works: worlds with a known truth, baselines, gates, and benchmarks.

Public: `suites.run`, `suites.NAMES`, `bench.run`, `bench.NAMES`.
"""
