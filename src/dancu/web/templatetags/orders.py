"""What a person's page shows of the forms: what the reader may do for this person, and the way to their household."""

from __future__ import annotations

from typing import Any

from django import template

from dancu.register import captions, rights
from dancu.web.orders.layout import for_office

register = template.Library()
# What is begun from a person's page, for a status of the record; all else is begun from the menus.
_FOR = {
    "active": (
        "register_death", "change_name", "correct_civil", "supplement_civil", "move_permanent", "register_temporary", "declare_absence",
        "join_household", "request_card", "replace_card", "correct_data", "reissue_number",
    ),
    "awaiting_number": ("allocate_number", "correct_civil", "supplement_civil"),
    "deceased": ("correct_civil",),
    "missing": ("declare_returned",),
}  # fmt: skip


@register.inclusion_tag("web/orders/on_person.html", takes_context=True)
def orders_of(context: Any, seen: Any, reference: str) -> dict[str, Any]:
    """The forms that may be begun for a person: {% orders_of seen reference %}."""
    from dancu.web.staff.orders.form import address

    request, lang = context["request"], context["lang"]
    office = rights.rights()[request.staff.role].office or ""
    given = {layout.command for layout in for_office(office)} if rights.may(request.staff, "command") else set()
    wished = _FOR.get(seen.fields.get("status", "active"), ())
    shown = [(captions.caption("command", one, lang), address(request, one, seen.id)) for one in wished if one in given]
    home = bool(seen.fields.get("household")) or "new_household" in given
    return {"lang": lang, "shown": shown, "home": home and seen.sight["residence"] == "open", "reference": reference}
