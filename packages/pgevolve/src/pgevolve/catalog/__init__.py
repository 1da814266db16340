"""What a database holds, read into immutable values."""

from pgevolve.catalog.model import Catalog, GrantObject, Ident, RowsObject
from pgevolve.catalog.read import read_catalog
from pgevolve.catalog.rows import ReferenceTable, reference_tables

__all__ = [
    "Catalog",
    "GrantObject",
    "Ident",
    "ReferenceTable",
    "RowsObject",
    "read_catalog",
    "reference_tables",
]
