"""Danh sách ký xác nhận: the joint list of a commune, made from open cases, signed by both officers, printed (Quy trình 1050)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.quality import course, joint, queries
from dancu.quality.queries import JointList
from dancu.register.command import Actor
from dancu.web import frame
from dancu.web.accounts import session
from dancu.web.models import Account
from dancu.web.paging import Page
from dancu.web.routes import route
from dancu.web.staff.cases import standing, worklist

# Cases offered for a new list, the most urgent first.
_OFFERED = 200


def lists(request: Any) -> HttpResponse:
    """The lists of the reader's commune; a supervisor names one."""
    if not standing.office_of(request):
        return HttpResponseRedirect(reverse("cases"))
    commune = _commune(request)
    before = request.GET.get("sau", "")
    last = int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else 1 << 60
    found: tuple[JointList, ...] = ()
    if commune:
        with standing.reading() as connection:
            found = queries.joint_lists(connection, commune=commune, before=last, limit=51)
    page = Page(found[:50], str(found[49].id) if len(found) > 50 else "", not before)
    return frame.show(
        request, "cases/lists.html", section="cases", page=page, commune=commune, unit=frame.unit_name(commune, request.lang),
        may_make=_signs(request), asks=len(request.staff.unit) != 5, communes=standing.communes(request.staff.unit),
    )  # fmt: skip


def make(request: Any) -> HttpResponse:
    """A new list: which open cases of the commune stand on it; narrowed as the worklist was that it is made from."""
    if not _signs(request):
        return HttpResponseRedirect(reverse("joint_lists"))
    commune = request.staff.unit
    wrong = ""
    if request.method == "POST":
        numbers = [session.record(request, "case", text) for text in request.POST.getlist("viec")[: queries.MOST]]
        try:
            with standing.writing() as connection:
                made = joint.make(
                    connection, commune=commune, cases=[n for n in numbers if n], actor=_actor(request), at=standing.now()
                )  # fmt: skip
        except Refusal as refusal:
            wrong = refusal.text(request.lang)
        else:
            return HttpResponseRedirect(reverse("joint_list", args=[session.reference(request, "list", made.id)]))
    with standing.reading() as connection:
        cases = queries.worklist(connection, **worklist.narrowed(request, "unit", request.GET), limit=_OFFERED).cases
    names = worklist.named(request, cases)
    return frame.show(
        request, "cases/list_new.html", section="cases", rows=[worklist.row(request, case, names) for case in cases], wrong=wrong,
        unit=frame.unit_name(commune, request.lang), status=409 if wrong else 200,
    )  # fmt: skip


def one(request: Any, reference: str) -> HttpResponse:
    """A list with its cases as they stand, its signatures, and the button of whoever has still to sign; printed as it is."""
    found, cases = _found(request, reference)
    wrong = ""
    if request.method == "POST":
        wrong = _sign(request, found)
        if not wrong:
            frame.notice(request, "cases.joint.signed")
            return HttpResponseRedirect(reverse("joint_list", args=[reference]))
    names = worklist.named(request, cases)
    signers = {each.login: each.full_name for each in Account.objects.filter(login__in=[found.civil_actor, found.residence_actor])[:2]}
    return frame.show(
        request, "cases/list.html", section="cases", list=found, reference=reference, wrong=wrong, status=409 if wrong else 200,
        rows=[worklist.row(request, case, names) for case in cases], unit=frame.unit_name(found.commune, request.lang),
        civil=signers.get(found.civil_actor, found.civil_actor), residence=signers.get(found.residence_actor, found.residence_actor),
        may_sign=_signs(request) and not _signed(request, found),
    )  # fmt: skip


def _sign(request: Any, found: JointList) -> str:
    """Sign; '' or why not. One person does not sign for both offices, whichever account they use."""
    if not _signs(request):
        return frame.say(request, "cases.error.onlooker")
    for login in (found.civil_actor, found.residence_actor):
        if login and standing.proposed_by_same_person(request, login):
            return frame.say(request, "cases.error.same_signer")
    try:
        with standing.writing() as connection:
            joint.sign(connection, list=found.id, actor=_actor(request), at=standing.now())
    except Refusal as refusal:
        return refusal.text(request.lang)
    return ""


def _found(request: Any, reference: str) -> tuple[JointList, Any]:
    number = session.record(request, "list", reference)
    if number is None or not standing.office_of(request):
        raise Http404
    with standing.reading() as connection:
        found, cases = queries.joint_list(connection, number)
    if not course.within(request.staff.unit, found.commune):
        raise Http404
    return found, cases


def _actor(request: Any) -> Actor:
    return request.staff.actor()


def _signs(request: Any) -> bool:
    """Whether the reader is one of the officers of a commune who sign."""
    return standing.office_of(request) in standing.SIGNERS and len(request.staff.unit) == 5


def _signed(request: Any, found: JointList) -> bool:
    """Whether the reader's office has signed already."""
    return bool(found.civil_actor if standing.office_of(request) == "civil_status" else found.residence_actor)


def _commune(request: Any) -> str:
    """The commune whose lists are shown; '' where a supervisor has named none of theirs."""
    if len(request.staff.unit) == 5:
        return request.staff.unit
    wished = request.GET.get("xa", "")
    known = dict(standing.communes(request.staff.unit))
    return wished if wished in known else ""


# Supervisors look on: the two offices of the commune sign.
_SIGNERS = ("civil_status_officer", "residence_officer", "police_chief")
_BOTH = ("GET", "POST")
ROUTES = (
    route("viec/danh-sach-ky/", lists, "joint_lists", needs="case"),
    route("viec/danh-sach-ky/moi/", make, "joint_new", needs="case", roles=_SIGNERS, methods=_BOTH),
    route("viec/danh-sach-ky/<str:reference>/", one, "joint_list", needs="case", methods=_BOTH),
)
