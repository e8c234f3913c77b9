"""Browsing the mapping: what the address asks for, the rows, the tables and their files."""

from mapping.browse.columns import COLUMNS, rows
from mapping.browse.filters import BrowseFilter
from mapping.browse.tables import TABLES, AggregateTable

__all__ = ["COLUMNS", "TABLES", "AggregateTable", "BrowseFilter", "rows"]
