"""Nhật ký truy cập: one's own entries of the ledger, and a supervisor's week of looks that want an answer."""

from __future__ import annotations

from dancu.web.staff.ledger import own, talk, week

ROUTES = (*own.ROUTES, *week.ROUTES, *talk.ROUTES)
