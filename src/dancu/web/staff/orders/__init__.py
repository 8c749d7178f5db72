"""Pages on which the book is written: menus, forms, drafts, the card desk, households, prints."""

from __future__ import annotations

from dancu.web.staff.orders import cards, drafts, form, household, menus, prints

ROUTES = (*menus.ROUTES, *cards.ROUTES, *drafts.ROUTES, *form.ROUTES, *household.ROUTES, *prints.ROUTES)
