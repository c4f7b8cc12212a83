"""The brand file in force when a folder of packs brings none of its own: `house.yaml`, for a grocer that makes no claims.

Read with `policies.brand.file.load_brand`; what each field means stands in docs/brand.md.
"""
