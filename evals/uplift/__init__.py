"""Sleeping dogs: whether targeting by uplift spares them and still earns more. `twinpilot eval run uplift`."""
