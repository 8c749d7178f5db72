"""How a name sits in its cell: cut by an old program, shortened, numbered, hyphenated, on two lines."""

from __future__ import annotations

from dancu.world.chunk import param
from dancu.world.field.seen import rename
from dancu.world.inject.name import fold
from dancu.world.mix import injector

_SHORT = {"Nguyễn": ("Ng.", "Ng", "Ng~", "N."), "Trần": ("Tr.", "Trg."), "Phạm": ("Ph.",), "Huỳnh": ("H.",),
          "Hoàng": ("Hg.",), "Phan": ("Ph.",), "Trương": ("Trg.",), "Đặng": ("Đ.",), "Dương": ("D.",)}  # fmt: skip
_MIDDLE = {"Thị": "T.", "Văn": "V.", "Ngọc": "Ng."}
_NICK = ("Tư", "Út", "Sáu", "Hai", "Cu Tí", "Bé Bi", "Tèo", "Ba Râu")


@injector("surname_short")
def surname_short(chunk, rows, rng, params):
    """Ng. Văn An, Tr. T. Lan."""
    u = rng.random((len(rows), 2))

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        if len(words) < 3 or words[0] not in _SHORT:
            return text
        forms = _SHORT[words[0]]
        middle = [_MIDDLE.get(w, w) if u[i, 1] < 0.35 else w for w in words[1:-1]]
        return " ".join([forms[int(u[i, 0] * len(forms))], *middle, words[-1]])

    chunk.change("name", rows, edit, code="initial")


@injector("name_cut")
def name_cut(chunk, rows, rng, params):
    """An old program kept `width` characters: Nguyễn Thị Thanh Huy. Incomplete, like a short form, by no code's name."""
    width = param(params, "width", 20)
    changed = chunk.change("name", rows, lambda text, i: text[:width].rstrip(), code="initial")
    chunk.doubt(changed)


@injector("surname_missing")
def surname_missing(chunk, rows, rng, params):
    """The family name stood in a column that was not sent."""
    found = chunk.change(
        "name", rows, lambda t, i: t.split(" ", 1)[1] if t.count(" ") > 1 else t, code="different_name"
    )
    chunk.doubt(found)


@injector("usual_middle_added")
def usual_middle_added(chunk, rows, rng, params):
    """Thị or Văn put in by habit where the birth certificate has none: no code says one word too many."""
    female = chunk.facts["female"][rows]

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        if len(words) not in (2, 3) or {"Thị", "Văn"} & set(words):
            return text
        return " ".join([words[0], "Thị" if female[i] else "Văn", *words[1:]])

    chunk.doubt(chunk.change("name", rows, edit, code="different_name"))


@injector("thi_dropped")
def thi_dropped(chunk, rows, rng, params):
    """Women who leave out Thị."""
    chunk.change(
        "name", rows, lambda t, i: t.replace(" Thị ", " ", 1) if t.count(" ") > 1 else t, code="middle_name_missing"
    )


@injector("given_replaced")
def given_replaced(chunk, rows, rng, params):
    """Another given name, of somebody of the same sex and list: misheard, or the eye was a line off."""
    names, female = chunk.cells["name"].copy(), chunk.facts["female"]
    other = rng.integers(0, len(chunk), len(rows))

    def edit(text: str, i: int) -> str:
        theirs, words = names[other[i]].split(" ")[-1], text.split(" ")
        if len(words) < 2 or female[other[i]] != female[rows[i]] or fold(theirs) == fold(words[-1]):
            return text
        return " ".join([*words[:-1], theirs])

    rename(chunk, rows, edit, far="different_name", sure=True)


@injector("nickname_beside")
def nickname_beside(chunk, rows, rng, params):
    """Nguyễn Văn An (Tư), Nguyễn Văn An tức Bình, or the alias on a second line."""
    known, pick = chunk.facts["other_name"], rng.integers(0, len(_NICK), len(rows))
    form = rng.choice(["{n} ({a})", "{n} - tức {a}", "{n}\n(tức {a})", "{n} (tên gọi khác: {a})"], len(rows))

    def edit(text: str, i: int) -> str:
        alias = known[rows[i]]
        return form[i].format(n=text, a=alias.split(" ")[-1] if alias else _NICK[pick[i]])

    chunk.change("name", rows, edit, code="note_in_name")


@injector("numbered")
def numbered(chunk, rows, rng, params):
    """12. Nguyễn Văn An: the number of the line went into the name."""
    sign = rng.choice([". ", "/ ", ") ", "-"], len(rows))
    chunk.change("name", rows, lambda text, i: f"{int(rows[i]) % 400 + 1}{sign[i]}{text}", code="note_in_name")


@injector("hyphens")
def hyphens(chunk, rows, rng, params):
    """Nguyễn-Văn-An, as papers of the old South have it."""
    chunk.change("name", rows, lambda text, i: text.replace(" ", "-"), code="hazard:hyphens")


@injector("loose_spaces")
def loose_spaces(chunk, rows, rng, params):
    """Doubled, leading, trailing and no-break blanks."""
    how = rng.integers(0, 5, len(rows))

    def edit(text: str, i: int) -> str:
        first = text.replace(" ", "  ", 1)
        return (first, text + "  ", " " + text, text.replace(" ", "\u00a0", 1), text.replace(" ", "  "))[how[i]]

    chunk.change("name", rows, edit, code="hazard:loose_spaces")


@injector("two_lines")
def two_lines(chunk, rows, rng, params):
    """A narrow column: the given name on a second line of the cell."""
    chunk.change("name", rows, lambda text, i: "\n".join(text.rsplit(" ", 1)), code="hazard:two_lines")


@injector("sex_letter")
def sex_letter(chunk, rows, rng, params):
    """M and F, or nam and nu."""
    forms = {"Nam": ("M", "nam"), "Nữ": ("F", "nu")}
    letters = int(param(params, "plain", False))
    chunk.change("sex", rows, lambda t, i: forms[t][letters] if t in forms else t, code="hazard:sex_letter")
