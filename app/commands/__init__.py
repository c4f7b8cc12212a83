"""The commands, one file per group; each has `add(app)`, which puts its commands on the command line.

Imports of other rooms stand inside the commands: `twinpilot --help` must not wait for a data frame library.
"""
