"""Every address of the pages, one line a file of pages; what is not here does not exist."""

from __future__ import annotations

from dancu.web.staff import (
    account,
    accounts,
    checks,
    components,
    home,
    ledger,
    orders,
    person,
    search,
    setup,
    signin,
)
from dancu.web.staff.cases import carry, cure, export, joint, one, undo, worklist
from dancu.web.staff.quality import dashboard, running

urlpatterns = [
    *home.ROUTES,
    *signin.ROUTES,
    *setup.ROUTES,
    *account.ROUTES,
    *accounts.ROUTES,
    *search.ROUTES,
    *person.ROUTES,
    *ledger.ROUTES,
    *checks.ROUTES,
    *worklist.ROUTES,
    *export.ROUTES,
    *joint.ROUTES,
    *one.ROUTES,
    *cure.ROUTES,
    *carry.ROUTES,
    *undo.ROUTES,
    *running.ROUTES,
    *dashboard.ROUTES,
    *orders.ROUTES,
    *components.ROUTES,
]
handler400 = "dancu.web.errors.bad_request"
handler403 = "dancu.web.errors.forbidden"
handler404 = "dancu.web.errors.not_found"
handler500 = "dancu.web.errors.failed"
