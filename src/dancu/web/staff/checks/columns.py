"""What the columns of a sent file are taken for, with masked samples, to be confirmed or corrected; then what for and how it is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from dancu.core import words
from dancu.core.policy import policies
from dancu.core.refusal import Refusal
from dancu.linkage.intake.columns.meaning import overrides
from dancu.linkage.intake.columns.overrides import JOINED
from dancu.linkage.intake.source import FIELDS, KEY_FIELDS, PERSON_FIELDS, SUBJECTS
from dancu.linkage.report.phrasing import field_caption
from dancu.web import frame, language
from dancu.web.checks import actions, folder, rules
from dancu.web.forms import Field, Form, with_options
from dancu.web.models import Check
from dancu.web.routes import route
from dancu.web.staff import purposes
from dancu.web.staff.checks.upload import address, found

_FIELDS = (
    Field("purpose", "checks.purpose_field", "choice", required=True),
    Field("reference", "checks.reference", required=True, most=purposes.REFERENCE_MAX, check=purposes.reference_wrong),
    Field("policy", "checks.policy", "radios", required=True, most=40),
    Field("disclose", "checks.disclose", "radios", required=True),
    Field("lang", "checks.lang", "radios", required=True),
)
_UNUSED = "-"
_COLUMNS_MAX = 500


@dataclass(frozen=True)
class Column:
    """One column as the page shows it: its form name, header, samples, what it is taken for now and what may be chosen."""

    name: str
    header: str
    samples: list[str]
    told: str
    options: list[tuple[str, str]]


def columns(request: Any, reference: str) -> HttpResponse:
    """Correct what the columns are taken for, choose sheets, and put the check into the queue."""
    check = found(request, reference)
    if check.state != "columns":
        return HttpResponseRedirect(address("check", request, check))
    return shown(request, check)


def shown(request: Any, check: Check) -> HttpResponse:
    """The page for a check whose columns are still to be confirmed, and what was sent from it."""
    learned = folder.kept(check.account_id, check.pk, "columns")
    if learned is None:
        raise Refusal("check_gone", vi="Tệp này đã được xóa; hãy gửi lại.", en="This file was deleted; send it again.")
    sent = request.POST if request.method == "POST" else None
    form = Form(_offered(request), request.lang, sent, _usual(request))
    if sent is not None and sent.get("do") == "sheets":
        # Other sheets have other columns; nothing else is judged yet.
        form.errors.clear()
        learned = _with_sheets(check, form, sent, learned)
    elif sent is not None:
        learned = _corrected(check, form, sent, learned)
        purposes.check(request, form)
        if form.ok() and _asked(request, check, form):
            return HttpResponseRedirect(address("check", request, check))
    return frame.show(
        request, "staff/checks/columns.html", section="check", check=check, form=form, columns=list(_listed(learned, request.lang)),
        sheets=learned["sheets"], chosen=learned["sheets_chosen"], tables=learned["tables"], mixed=learned["mixed"],
        size=language.size(request.lang, check.bytes), back=address("check_delete", request, check),
        action=address("check_columns", request, check), status=400 if form.errors else 200,
    )  # fmt: skip


def _with_sheets(check: Check, form: Form, sent: Any, learned: dict[str, Any]) -> dict[str, Any]:
    try:
        return actions.learn(check=check, sheets=tuple(name for name in sent.getlist("sheet") if name in learned["sheets"]))
    except Refusal as refusal:
        form.errors[""] = refusal.text(form.lang)
        return learned


def _corrected(check: Check, form: Form, sent: Any, learned: dict[str, Any]) -> dict[str, Any]:
    """The columns as they were sent; where the intake reads them otherwise or refuses, the form says so."""
    wanted = {}
    for place, (header, field) in enumerate(learned["meaning"].items()):
        told = field or learned["further"].get(header, _UNUSED)
        chosen = sent.get(f"c{place}", told)
        wanted[header] = field if chosen == told else None if chosen == _UNUSED or not _known(chosen) else chosen
    taken = [field for field in wanted.values() if field and field not in JOINED]
    if twice := next((field for field in taken if taken.count(field) > 1), ""):
        form.wrong("", "checks.error.twice", what=field_caption(twice, form.lang))
    elif not KEY_FIELDS & set(wanted.values()):
        form.wrong("", "checks.error.key")
    if wanted == learned["meaning"] or form.errors:
        return {**learned, "meaning": wanted}
    said = overrides(learned["plain"], wanted, {field: tuple(names) for field, names in learned["order"].items()})
    try:
        return actions.learn(check=check, sheets=tuple(learned["sheets_chosen"]), wanted=said)
    except Refusal as refusal:
        form.errors[""] = refusal.text(form.lang)
        return {**learned, "meaning": wanted}


def _known(field: str) -> bool:
    subject, sign, name = field.partition(".")
    return field in FIELDS or (bool(sign) and subject in SUBJECTS and name in PERSON_FIELDS)


def _asked(request: Any, check: Check, form: Form) -> bool:
    values = form.values
    told = f"{language.say(values['lang'], 'checks.purpose.' + values['purpose'])} ({values['reference']})"
    try:
        actions.ask(
            check=check, policy=values["policy"], disclose=values["disclose"], lang=values["lang"], purpose=values["purpose"],
            reference=values["reference"], told=told, at=datetime.now(UTC),
        )  # fmt: skip
    except Refusal as refusal:
        form.errors[""] = refusal.text(form.lang)
        return False
    return True


def _offered(request: Any) -> tuple[Field, ...]:
    say, lang = language.say, request.lang
    return with_options(
        _FIELDS,
        purpose=[(code, say(lang, f"checks.purpose.{code}")) for code in rules.PURPOSES],
        policy=[(name, policy.explain[lang]) for name, policy in policies().items()],
        disclose=[(level, say(lang, f"checks.level.{level}")) for level in rules.levels(request.staff.role)],
        lang=[(code, say(lang, f"checks.language.{code}")) for code in language.LANGUAGES],
    )


def _usual(request: Any) -> dict[str, str]:
    usual = rules.USUAL_LEVEL if rules.USUAL_LEVEL in rules.levels(request.staff.role) else rules.LEVELS[0]
    return {"policy": "standard", "disclose": usual, "lang": request.lang}


def _listed(learned: dict[str, Any], lang: str) -> Iterator[Column]:
    plain = [(_UNUSED, language.say(lang, "checks.unused"))] + [(field, words.caption("field", field, lang)) for field in FIELDS]
    for place, (header, field) in enumerate(list(learned["meaning"].items())[:_COLUMNS_MAX]):
        told = field or learned["further"].get(header, _UNUSED)
        options = plain if told in dict(plain) else [*plain, (told, field_caption(told, lang))]
        yield Column(f"c{place}", header, learned["samples"].get(header, []), told, options)


ROUTES = (route("doi-chieu-tep/<str:reference>/cot/", columns, "check_columns", needs="check", methods=("GET", "POST")),)
