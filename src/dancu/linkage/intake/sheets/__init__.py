"""Spreadsheets of every dialect, read as lines of text cells."""
