"""An expected "no" to the user: one sentence in both languages, a stable code, never a traceback."""

from __future__ import annotations


class Refusal(Exception):
    """Input that cannot be used, or a wish that cannot be met.

    Raised at the edge and shown once by the command line, which exits with status 2.
    `code` is stable for machines; `vi` and `en` each say what is wrong, where, and what to do, in one
    sentence and without any person's data.
    """

    def __init__(self, code: str, *, vi: str, en: str):
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en

    def text(self, lang: str = "vi") -> str:
        """The sentence in `lang` (`vi` or `en`)."""
        return self.en if lang == "en" else self.vi
