"""Ways in: the command line, the demo and the report's page.

`app.cli.main` is the `twinpilot` command; every command imports what it needs when it is called.
"""
