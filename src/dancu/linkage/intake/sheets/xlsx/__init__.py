"""Workbooks of Excel 2007 and later, read by streaming their XML with bounded memory."""

from dancu.linkage.intake.sheets.xlsx.package import open_xlsx

__all__ = ["open_xlsx"]
