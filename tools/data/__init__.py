"""A brand's people, events, consents, products and campaigns as six canonical tables in one DuckDB file, read through Ibis.

`sample.load_sample`, `load.load_folder`, `warehouse.connect`, `warehouse.visible`, `version.data_version`, `health.health`.
"""
