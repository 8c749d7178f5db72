"""A conversation on a terminal: says sentences of `core.words`, asks, and understands what an officer types."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from dancu.core import words
from dancu.core.refusal import Refusal

YES = {"c", "co", "có", "d", "đ", "dung", "đúng", "y", "yes"}
NO = {"k", "ko", "khong", "không", "s", "sai", "n", "no"}


class Talk:
    """One side of the conversation, in one language."""

    def __init__(self, lang: str):
        self.lang, self._words = lang, words.book(lang)["ask"]

    def text(self, code: str, **facts: object) -> str:
        """A sentence of the list, filled."""
        return self._words[code].format(**facts)

    def say(self, code: str, **facts: object) -> None:
        """Print a sentence of the list."""
        print(self.text(code, **facts), flush=True)

    def refuse(self, refusal: Refusal) -> None:
        """Print why something cannot be used; the question is asked again."""
        print(refusal.text(self.lang), flush=True)

    def ask(self, code: str, **facts: object) -> str:
        """One answer without spaces around it. Raises Refusal `no_answer` where there will be no more (Ctrl-D)."""
        # input() would write its prompt to standard error.
        print(self.text(code, **facts), end="", flush=True)
        try:
            return input().strip()
        except UnicodeDecodeError:
            return ""
        except EOFError:
            print()
            vi, en = (words.book(lang)["ask"]["no_answer"] for lang in words.LANGUAGES)
            raise Refusal("no_answer", vi=vi, en=en) from None

    def agreed(self, code: str, *, otherwise: bool, **facts: object) -> bool:
        """Yes or no; Enter means `otherwise`."""
        while True:
            answer = unicodedata.normalize("NFC", self.ask(code, **facts)).casefold()
            if not answer or answer in YES | NO:
                return answer in YES if answer else otherwise
            self.say("yes_or_no")

    def number(self, code: str, first: int, last: int, *, also: tuple[str, ...] = ()) -> str:
        """A number from `first` to `last`, or one of `also`, as it was typed."""
        while True:
            answer = self.ask(code).casefold()
            if answer in also or (answer.isdecimal() and len(answer) < 6 and first <= int(answer) <= last):
                return answer
            self.say("out_of_list", first=first, last=last)

    def path(self, code: str) -> Path:
        """A file or folder that is there; asked for until it is."""
        while True:
            if typed := self.ask(code):
                path = typed_path(typed)
                if path.exists():
                    return path
                self.say("not_there", path=path)


def typed_path(text: str) -> Path:
    """The path a person means who typed it, pasted it or dropped a file on the terminal.

    Takes quotes (also with the shell's own escapes inside), a backslash before a space, PowerShell's `& '…'`,
    file:// addresses, `~`, and Vietnamese letters composed or decomposed. Of several readings the one that exists.
    """
    text = text.strip().removeprefix("& ").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].replace("'\\''", "'")
    if text.startswith("file://"):
        text = url2pathname(urlsplit(text).path)
    readings = [text]
    if os.name != "nt":
        readings.append(re.sub(r"\\(.)", r"\1", text))
    readings += [unicodedata.normalize(form, reading) for reading in list(readings) for form in ("NFC", "NFD")]
    paths = [_at_home(reading) for reading in readings]
    return next((path for path in paths if _exists(path)), paths[0])


def _at_home(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
