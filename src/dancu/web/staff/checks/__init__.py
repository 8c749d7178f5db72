"""Đối chiếu tệp: a file is sent, its columns are confirmed, it is checked beside the pages, and its result is read and taken home."""

from __future__ import annotations

from dancu.web.staff.checks import columns, result, run, upload

ROUTES = (*upload.ROUTES, *columns.ROUTES, *run.ROUTES, *result.ROUTES)
