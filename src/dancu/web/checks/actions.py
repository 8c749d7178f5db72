"""Writes: a file received, what its columns mean, a check asked for, cancelled, ended, deleted. Each is one transaction.

Files are moved before the row that tells of them and removed before the row forgets them, so that nothing lies about unknown.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from dancu.core.refusal import Refusal
from dancu.linkage.intake.signature import kind_of
from dancu.linkage.report.landing import refused as machine_refused
from dancu.web.checks import folder, process, rules
from dancu.web.models import Account, Check

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_CODE_LETTERS = 6
# Counts of the summary that stay when the file is gone.
_FIGURES = (
    "rows", "skipped_rows", "matched", "matched_with_differences", "ambiguous", "not_found", "invalid", "fixable_now",
    "duplicates_in_file", "exact_equal",
)  # fmt: skip


def receive(*, account: Account, sent: Any, at: datetime) -> Check:
    """Take an uploaded file into the account's private folder and read its columns; `sent` is Django's UploadedFile.

    Raises Refusal for what is no table, cannot be read, or where the disk is full; nothing is left behind then.
    """
    called, code = rules.plain_name(sent.name or ""), _code()
    with transaction.atomic():
        check = Check.objects.create(
            account=account, code=code, called=called, bytes=sent.size, state="columns", made_at=at, lang=account.lang,
            expires_at=at + timedelta(days=settings.DANCU.keep_days),
        )  # fmt: skip
        try:
            _take_in(check, sent)
            learn(check=check)
        except BaseException:
            folder.remove(account.pk, check.pk)
            raise
    return check


def _take_in(check: Check, sent: Any) -> None:
    try:
        here = folder.made(check.account_id, check.pk)
        coming = here / "coming"
        if hasattr(sent, "temporary_file_path"):
            # It was streamed to this disk already.
            os.replace(sent.temporary_file_path(), coming)
        else:
            with coming.open("wb") as file:
                for block in sent.chunks():
                    file.write(block)
        coming.chmod(0o600)
        # The refusals of the intake name the file; this name is its sender's to read.
        named = coming.rename(here / f"{check.code}.{_said_extension(check.called)}")
        kind = _kind(check, named)
        named.rename(here / f"{check.code}.{rules.extension(kind, check.called)}")
    except OSError as error:
        raise machine_refused(error, Path(check.code)) or error from None


def _kind(check: Check, path: Path) -> str:
    try:
        return kind_of(path)
    except Refusal as refusal:
        raise said_of(check, refusal) from None


def _said_extension(called: str) -> str:
    said = called.rpartition(".")[2].lower()
    return said if f".{said}" in rules.ACCEPTED.split(",") else "tep"


def learn(*, check: Check, sheets: tuple[str, ...] = (), wanted: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read what the columns are taken for, with masked samples, and keep it beside the file. Raises Refusal."""
    file = file_of(check)
    asked = {
        "do": "columns", "file": str(file), "sheets": list(sheets), "overrides": dict(wanted or {}),
        "book": file.suffix[1:] in rules.BOOKS,
    }  # fmt: skip
    ended = process.ask(asked, timeout_s=process.COLUMNS_TIMEOUT_S)
    if ended.refused:
        raise said_of(check, ended.refused)
    if ended.fault:
        raise _unread(ended.fault)
    found = {**ended.result, "sheets_chosen": list(sheets), "overrides": dict(wanted or {})}
    folder.keep(check.account_id, check.pk, "columns", found)
    return found


def file_of(check: Check) -> Path:
    """The file of a check. Raises Refusal("check_gone") where it was deleted."""
    found = folder.file_of(check.account_id, check.pk, check.code)
    if found is None:
        raise Refusal("check_gone", vi="Tệp này đã được xóa; hãy gửi lại.", en="This file was deleted; send it again.")
    return found


def ask(*, check: Check, policy: str, disclose: str, lang: str, purpose: str, reference: str, told: str, at: datetime) -> None:
    """Put a check into the queue. Refuses `queue_full` where this person, or everybody together, has too many waiting."""
    from dancu.web.checks import tasks

    with transaction.atomic():
        # Whoever asks twice at once is counted once.
        Account.objects.select_for_update().get(pk=check.account_id)
        mine = Check.objects.filter(account=check.account_id, state__in=rules.ALIVE).exclude(pk=check.pk)[: rules.WAITING_MAX].count()
        if mine >= rules.WAITING_MAX or Check.objects.filter(state__in=rules.ALIVE)[: rules.QUEUE_MAX].count() >= rules.QUEUE_MAX:
            raise Refusal(
                "queue_full",
                vi="Hàng đợi đã đủ việc; hãy chờ một lượt đối chiếu xong hoặc dừng bớt rồi gửi lại.",
                en="The queue is full; wait until a check is done, or stop one, and send this again.",
            )
        changed = Check.objects.filter(pk=check.pk, state="columns").update(
            state="waiting", policy=policy, disclose=disclose, lang=lang, purpose=purpose, reference=reference, asked_at=at,
            progress=asdict(rules.Progress()), tries=0,
        )  # fmt: skip
        if changed:
            folder.keep(check.account_id, check.pk, "wish", {"told": told})
            Check.objects.filter(pk=check.pk).update(job=tasks.deferred(check.pk))


def cancel(*, check: int, at: datetime) -> None:
    """Stop a check that waits or runs; the process that runs it looks several times a second."""
    Check.objects.filter(pk=check, state__in=rules.ALIVE).update(state="cancelled", ended_at=at)


def delete(*, check: Check, at: datetime) -> None:
    """Remove the file and all that came of it at once; counts stay."""
    Check.objects.filter(pk=check.pk).update(state="deleted", called="", ended_at=check.ended_at or at)
    folder.remove(check.account_id, check.pk)


def begin(*, check: int, at: datetime) -> Check | None:
    """Take a waiting check, or one whose worker died; None where it is no longer wanted or was tried too often."""
    with transaction.atomic():
        found = Check.objects.select_for_update().filter(pk=check, state__in=rules.ALIVE).first()
        if found is None:
            return None
        if found.tries >= rules.TRIES:
            end(check=check, at=at, refused=_interrupted())
            return None
        found.state, found.begun_at, found.tries = "running", at, found.tries + 1
        found.progress = asdict(rules.Progress())
        found.save(update_fields=["state", "begun_at", "tries", "progress"])
        return found


def put_back(*, check: int) -> None:
    """A run that ended with its worker, not by anybody's wish, waits again; that it was begun does not count."""
    Check.objects.filter(pk=check, state="running").update(state="waiting", tries=F("tries") - 1, progress=asdict(rules.Progress()))


def tell(*, check: int, progress: rules.Progress) -> bool:
    """Note how far a run is; False where it is no longer wanted."""
    return bool(Check.objects.filter(pk=check, state="running").update(progress=asdict(progress)))


def end(*, check: int, at: datetime, refused: Refusal | None = None, results: list[dict[str, Any]] | None = None) -> None:
    """A run has ended: with results, or with a sentence that says why not."""
    state, figures = ("failed" if refused else "done"), {}
    for each in results or ():
        for name in _FIGURES:
            figures[name] = figures.get(name, 0) + int(each["summary"].get(name) or 0)
    Check.objects.filter(pk=check, state__in=rules.ALIVE).update(
        state=state, ended_at=at, figures=figures, refused_vi=refused.text("vi") if refused else "",
        refused_en=refused.text("en") if refused else "",
    )  # fmt: skip


def expire(*, at: datetime) -> int:
    """Delete what was kept for its days, and folders that no row tells of; how many checks."""
    due = list(Check.objects.filter(expires_at__lte=at).exclude(state="deleted").exclude(state__in=rules.ALIVE).order_by("id")[:1000])
    for check in due:
        delete(check=check, at=at)
    living = set(Check.objects.exclude(state="deleted").values_list("account_id", "id").order_by("-id")[:100_000])
    for account, check in folder.existing():
        # One that is being received is not told of yet.
        if (account, check) not in living and folder.age_s(account, check, at.timestamp()) > folder.STALE_S:
            folder.remove(account, check)
    folder.sweep_uploads(at.timestamp())
    return len(due)


def said_of(check: Check, refusal: Refusal) -> Refusal:
    """A refusal with the file called as its sender calls it."""
    name = next((path.name for path in folder.folder(check.account_id, check.pk).glob(f"{check.code}.*")), check.code)
    return Refusal(refusal.code, vi=refusal.text("vi").replace(name, check.called), en=refusal.text("en").replace(name, check.called))


def _code() -> str:
    return "dc-" + "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))


def _unread(fault: str) -> Refusal:
    if fault == "timeout":
        return Refusal(
            "check_slow",
            vi="Đọc tệp quá lâu; hãy chia tệp thành nhiều phần nhỏ hơn, hoặc lưu sang dạng csv, rồi gửi lại.",
            en="Reading the file takes too long; split it, or save it as csv, and send it again.",
        )
    return Refusal(
        "check_unread",
        vi="Không đọc được tệp này; hãy mở tệp, lưu lại rồi gửi lại.",
        en="This file cannot be read; open it, save it and send it again.",
    )


def _interrupted() -> Refusal:
    return Refusal(
        "check_interrupted",
        vi="Lượt đối chiếu bị ngắt hai lần khi máy chủ khởi động lại; chưa có kết quả nào được ghi. Hãy gửi lại tệp.",
        en="The check was interrupted twice when the server restarted; no result was written. Send the file again.",
    )


def unopened() -> Refusal:
    """The sentence for opening cases that ended in a way nobody foresaw."""
    return Refusal(
        "cases_not_opened",
        vi="Mở việc từ các sai lệch bị dừng giữa chừng; những việc đã mở vẫn còn. Hãy bấm lại; nếu vẫn dừng, báo người vận hành hệ thống.",
        en="Opening the differences as cases ended halfway; those opened are kept. Press again; if it stops again, tell the operator.",
    )


def failed(fault: str) -> Refusal:
    """The sentence for a run that ended in a way nobody foresaw."""
    if fault == "timeout":
        return _unread(fault)
    return Refusal(
        "check_failed",
        vi="Lượt đối chiếu dừng giữa chừng (có thể do thiếu bộ nhớ); chưa có kết quả nào được ghi. Hãy thử lại, hoặc chia nhỏ tệp.",
        en="The check ended halfway (there may be too little memory); no result was written. Try again, or split the file.",
    )
