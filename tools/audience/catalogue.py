"""The product categories that words are matched against."""

from __future__ import annotations

from campaigns.workspace import Workspace
from tools.data.warehouse import connect


def product_categories(ws: Workspace) -> tuple[str, ...]:
    """Every category named in the products table, sorted."""
    con = connect(ws)
    try:
        products = con.table("products")
        return tuple(sorted(products.filter(products.category.notnull()).category.to_polars().unique().to_list()))
    finally:
        con.disconnect()
