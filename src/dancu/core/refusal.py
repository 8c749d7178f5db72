"""An expected "no" to the user: one sentence in both languages, a stable code, never a traceback."""

from __future__ import annotations


class Refusal(Exception):
    """Input that cannot be used, or a wish that cannot be met.

    Raised at the edge and shown once by the command line, which exits with status 2.
    `code` is stable for machines; `vi` and `en` each say what is wrong, where, and what to do, in one
    sentence and without any person's data. `field`: which part of the input is at fault, by its name, where
    there is one; `changed`: names of fields that somebody else changed meanwhile.
    """

    def __init__(self, code: str, *, vi: str, en: str, field: str = "", changed: tuple[str, ...] = ()):
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en
        self.field = field
        self.changed = changed

    def text(self, lang: str = "vi") -> str:
        """The sentence in `lang` (`vi` or `en`)."""
        return self.en if lang == "en" else self.vi
