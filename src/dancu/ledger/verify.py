"""The verifier: checks a log, a receipt, two checkpoints or a journal with one line of key and nothing of ours trusted.

`python -m dancu.ledger.verify log DIR|receipt FILE|consistency OLD NEW|diff JOURNAL DIR --key KEY` ends with 0 where
all is well, 1 where something is wrong (said in Vietnamese and English, with the place), 2 for a wrong call. It needs
the standard library and `cryptography` only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dancu.ledger.proof import audit, checkpoint, journal, receipt
from dancu.ledger.proof.fault import Fault, malformed, missing
from dancu.ledger.proof.month import is_month, key_of
from dancu.ledger.proof.note import VerifierKey

Sentences = list[tuple[str, str]]


def read_key(text: str) -> VerifierKey:
    """The verifier key of the log: its one line, or the name of the file that holds it."""
    return VerifierKey.parse(Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text)


def key_for(note: bytes, key: VerifierKey) -> VerifierKey:
    """The key of the month that a checkpoint claims to be of; the given one where it claims to be of no month."""
    name, _, month = checkpoint.peek(note).origin.rpartition("/")
    return key_of(key, month) if name == key.name and is_month(month) else key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise missing(path) from None


def _checkpoint(path: Path, key: VerifierKey) -> checkpoint.Checkpoint:
    note = _read(path)
    try:
        return checkpoint.open_checkpoint(note, key_for(note, key))
    except Fault as fault:
        raise fault.at(path) from None


def verify_log(log: Path, key: VerifierKey, *, since: str = "", seen: list[Path] | None = None) -> Sentences:
    """Check a whole log; `seen` are checkpoints kept from earlier, which it must still contain. Raises `Fault`."""
    done = audit.audit_log(log, key, since)
    for path in seen or []:
        old = _checkpoint(path, key)
        month = old.origin.rpartition("/")[2]
        if month not in done:
            raise missing(log / month)
        audit.audit_consistency(old, done[month].checkpoint, log / month if (log / month).is_dir() else log)
    entries = sum(found.checkpoint.size for found in done.values())
    rows = sum(found.rows for found in done.values())
    return [
        (
            f"Nhật ký nguyên vẹn: {len(done)} tháng, {entries} mục, {rows} dòng trong các gói.",
            f"The log is whole: {len(done)} months, {entries} entries, {rows} rows in bundles.",
        )
    ]


def verify_receipt(path: Path, key: VerifierKey) -> Sentences:
    """Check a `.tlog-proof` file. Raises `Fault`."""
    try:
        found = receipt.parse(_read(path))
        signed = receipt.check(found, key)
    except Fault as fault:
        raise fault.at(path) from None
    return [
        (
            f"Biên nhận đúng: mục số {found.index} của {signed.origin}, nhật ký khi đó có {signed.size} mục.",
            f"The receipt holds: entry {found.index} of {signed.origin}, which then had {signed.size} entries.",
        )
    ]


def verify_consistency(old: Path, new: Path, key: VerifierKey, shard: Path | None = None) -> Sentences:
    """Check that the log at NEW begins with the log at OLD; tiles lie in `shard`, or beside NEW. Raises `Fault`."""
    first, second = _checkpoint(old, key), _checkpoint(new, key)
    audit.audit_consistency(first, second, shard or new.parent)
    return [
        (
            f"Nhất quán: {second.size} mục mới bắt đầu bằng đúng {first.size} mục cũ.",
            f"Consistent: the {second.size} entries begin with exactly the {first.size} old ones.",
        )
    ]


def verify_journal(path: Path, log: Path, key: VerifierKey, *, member: str = "", since: str = "") -> Sentences:
    """Check the log, then compare a member's NDJSON journal with it. Raises `Fault` for the first difference."""
    done = audit.audit_log(log, key, since)
    try:
        ours = journal.read(path)
    except FileNotFoundError:
        raise missing(path) from None
    found = journal.differences(ours, list(journal.logged(log, done, member)))
    if found:
        shown = found[: journal.DIFFERENCES_MAX]
        raise Fault(
            "journal_differs",
            vi=f"{len(found)} chỗ khác nhau. " + " · ".join(d.vi for d in shown),
            en=f"{len(found)} differences. " + " · ".join(d.en for d in shown),
            where=str(path),
        )
    return [(f"Sổ và nhật ký khớp nhau: {len(ours)} lượt.", f"Journal and log agree: {len(ours)} requests.")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dancu.ledger.verify", description=(__doc__ or "").split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    log = verbs.add_parser("log", help="kiểm tra toàn bộ nhật ký / check a whole log")
    log.add_argument("folder", type=Path)
    log.add_argument("--seen", type=Path, action="append", help="điểm chốt đã giữ từ trước / a checkpoint kept earlier")
    one = verbs.add_parser("receipt", help="kiểm tra một biên nhận / check one receipt")
    one.add_argument("file", type=Path)
    two = verbs.add_parser("consistency", help="so hai điểm chốt / compare two checkpoints")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    two.add_argument("--log", type=Path, help="thư mục của tháng / the month's folder; default: beside NEW")
    diff = verbs.add_parser("diff", help="đối chiếu sổ của đơn vị / compare a member's journal")
    diff.add_argument("journal", type=Path)
    diff.add_argument("folder", type=Path)
    diff.add_argument("--member", default="", help="mã đơn vị / the member's code")
    for verb in (log, diff):
        verb.add_argument("--from", dest="since", default="", help="tháng đầu tiên / the first month, yyyy-mm")
    for verb in (log, one, two, diff):
        verb.add_argument("--key", required=True, help="khóa kiểm tra hoặc tệp chứa khóa / verifier key or its file")
    return parser


def run(args: argparse.Namespace) -> Sentences:
    """Do what the parsed arguments ask. Raises `Fault` where something is wrong."""
    key = read_key(args.key)
    if args.verb == "log":
        return verify_log(args.folder, key, since=args.since, seen=args.seen)
    if args.verb == "receipt":
        return verify_receipt(args.file, key)
    if args.verb == "consistency":
        return verify_consistency(args.old, args.new, key, args.log)
    return verify_journal(args.journal, args.folder, key, member=args.member, since=args.since)


def main(argv: list[str] | None = None) -> int:
    """Check, say the outcome in both languages, return the exit status."""
    args = _parser().parse_args(argv)
    try:
        said, status = run(args), 0
    except Fault as fault:
        said, status = [(fault.text("vi"), fault.text("en"))], 1
    except OSError as error:
        wrong = malformed("không đọc được tệp", "a file cannot be read", str(error.filename or ""))
        said, status = [(wrong.text("vi"), wrong.text("en"))], 1
    for vi, en in said:
        print(f"{vi}\n{en}", file=sys.stderr if status else sys.stdout)
    return status


if __name__ == "__main__":
    sys.exit(main())
