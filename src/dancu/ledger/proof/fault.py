"""What a check of the log found wrong: one sentence in both languages, a stable code and the place."""

from __future__ import annotations


class Fault(Exception):
    """Evidence that does not hold: a broken format, a wrong hash, a bad signature.

    `code` is stable for machines; `where` names the file or the entry; `vi` and `en` say what is wrong in one sentence
    without any person's data. It is the verifier's own word for a refusal, since the verifier imports nothing of the
    rest of the program.
    """

    def __init__(self, code: str, *, vi: str, en: str, where: str = ""):
        super().__init__(f"{where}: {en}" if where else en)
        self.code = code
        self.where = where
        self.vi = vi
        self.en = en

    def at(self, where: object) -> Fault:
        """The same fault with the place where it was found, unless it knows a closer one."""
        return self if self.where else Fault(self.code, vi=self.vi, en=self.en, where=str(where))

    def text(self, lang: str = "vi") -> str:
        """The place and the sentence in `lang` (`vi` or `en`)."""
        sentence = self.en if lang == "en" else self.vi
        return f"{self.where}: {sentence}" if self.where else sentence


def malformed(what_vi: str, what_en: str, where: str = "") -> Fault:
    """A text or a file that does not have the form its standard asks for."""
    return Fault("malformed", vi=f"Sai định dạng: {what_vi}.", en=f"Malformed: {what_en}.", where=where)


def missing(where: object) -> Fault:
    """A file the tree needs and that is not there."""
    return Fault(
        "missing",
        vi="Thiếu tệp mà cây băm cần có; dữ liệu có thể đã bị xóa.",
        en="A file that the tree needs is missing; data may have been removed.",
        where=str(where),
    )
