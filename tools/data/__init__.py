"""A brand's people, events, consents and products as five canonical tables in one DuckDB file, read through Ibis.

`sample.load_sample`, `load.load_folder`, `warehouse.connect`, `warehouse.visible`, `version.data_version`, `health.health`.
"""
