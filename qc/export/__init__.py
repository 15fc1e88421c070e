"""Stored results as files for other programs: CSV, Parquet, XLSX."""

from qc.export.files import Exported, export, write
from qc.export.tables import TABLES, Column, Table

__all__ = ["TABLES", "Column", "Exported", "Table", "export", "write"]
