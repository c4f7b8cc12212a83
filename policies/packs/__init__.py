"""The packs that are shipped: `contact.yaml`, `creative.yaml` and `house.yaml`, read by `policies.load.load_policies`.

A workspace that needs other rules names a folder of its own; it then replaces these entirely.
"""
