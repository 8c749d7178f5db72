"""Names as they are given: by region, people, sex and year of birth; four word slots that Arrow joins into text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EMPTY = 0  # word number of an unused slot
REGIONS = ("north", "nghe_tinh", "central", "south")
_REGION_OF = {"highland": "central"}
COHORTS = (1960, 1980, 2000)  # a cohort ends before the year; the last one is open
# Share of names with two, three and four words, by sex and cohort (recent ones: schools of the South, 2007 to 2011).
_WORDS = {
    "m": ((0.05, 0.92, 0.03), (0.04, 0.92, 0.04), (0.02, 0.92, 0.06), (0.009, 0.73, 0.261)),
    "f": ((0.03, 0.95, 0.02), (0.02, 0.94, 0.04), (0.01, 0.87, 0.12), (0.002, 0.36, 0.638)),
}
_RARE = 0.0015  # names whose middle or given word is drawn evenly, the long tail
# The lists give rough weights; fashion is steeper. Tuned so that 10 million people bear about 650,000 names.
_STEEP = {"given": 2.2, "middle": 3.0, "second": 9.0}
_KEEP_OLD_STYLE = 0.75  # minority people with Kinh-style names follow fashions a cohort later


@dataclass(frozen=True)
class Weighted:
    """Word numbers with cumulated weights."""

    words: np.ndarray
    edges: np.ndarray

    def draw(self, u: np.ndarray) -> np.ndarray:
        return self.words[np.minimum(np.searchsorted(self.edges, u, side="right"), len(self.words) - 1)]

    def evenly(self, u: np.ndarray) -> np.ndarray:
        return self.words[(u * len(self.words)).astype(np.int64)]

    def favourites(self, count: int) -> np.ndarray:
        return self.words[np.argsort(-np.diff(self.edges, prepend=0.0), kind="stable")[:count]]


@dataclass
class Lexicon:
    """All words once, and the weighted lists that point to them."""

    words: list[str] = field(default_factory=lambda: [""])
    numbers: dict[str, int] = field(default_factory=lambda: {"": EMPTY})
    surnames: list[Weighted] = field(default_factory=list)  # by region
    given: dict[str, list[Weighted]] = field(default_factory=dict)  # by sex, then cohort
    middle: dict[str, list[Weighted]] = field(default_factory=dict)
    second: dict[str, Weighted] = field(default_factory=dict)  # second middle word, by sex
    peoples: list[str] = field(default_factory=lambda: ["Kinh"])
    patterns: dict[tuple[int, str], tuple[Weighted, ...]] = field(default_factory=dict)
    own_surnames: dict[int, Weighted] = field(default_factory=dict)
    where: dict[int, tuple[float, dict[str, float]]] = field(default_factory=dict)
    alike: dict[int, int] = field(default_factory=dict)

    def number(self, word: str) -> int:
        if word not in self.numbers:
            self.numbers[word] = len(self.words)
            self.words.append(word)
        return self.numbers[word]

    def weighted(self, pairs: list[tuple[str, float]], steep: float = 1.0, keep_first: bool = False) -> Weighted:
        plain = np.array([w for _, w in pairs], dtype=float)
        weights = plain**steep
        if keep_first:  # Thị and Văn keep their share, the rest is made steeper
            weights[0] = weights[1:].sum() * plain[0] / plain[1:].sum()
        return Weighted(np.array([self.number(w) for w, _ in pairs], np.int32), np.cumsum(weights) / weights.sum())

    @property
    def text(self) -> pa.Array:
        return pa.array([None, *self.words[1:]])


def table(name: str) -> list[list[str]]:
    """Rows of a data file without its header."""
    text = files("dancu.world").joinpath("data", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()[1:] if line]


def pairs(text: str) -> list[tuple[str, float]]:
    """Words and weights of `Lò=22 Cầm=6 Rơ Châm=3`; words may hold blanks."""
    out, words = [], []
    for token in text.split(" "):
        head, equals, weight = token.partition("=")
        words.append(head)
        if equals:
            out.append((" ".join(words), float(weight)))
            words = []
    return out


@cache
def lexicon() -> Lexicon:
    """The names of the country, read once."""
    lex = Lexicon()
    rows = table("surnames.tsv")
    lex.surnames = [lex.weighted([(r[0], float(r[1 + i])) for r in rows]) for i in range(len(REGIONS))]
    for target, name in ((lex.given, "given"), (lex.middle, "middle")):
        rows = table(name + ".tsv")
        for sex in "fm":
            own = [r for r in rows if r[1] == sex]
            for c in range(4):
                column = [(r[0], float(r[2 + c])) for r in own]
                target.setdefault(sex, []).append(lex.weighted(column, _STEEP[name], name == "middle"))
            if name == "middle":
                lex.second[sex] = lex.weighted([(r[0], float(r[5])) for r in own[1:]], _STEEP["second"])
    for left, right in table("twins.tsv"):
        lex.alike[lex.number(left)] = lex.number(right)
    raw = tomllib.loads(files("dancu.world").joinpath("data", "ethnic.toml").read_text("utf-8"))
    for people, spec in raw.items():
        _add_people(lex, people, spec)
    return lex


def _add_people(lex: Lexicon, people: str, spec: dict) -> None:
    number = len(lex.peoples)
    lex.peoples.append(people)
    lex.where[number] = (spec["share"], dict(pairs(spec["where"])))
    if "surnames" in spec:
        lex.own_surnames[number] = lex.weighted(pairs(spec["surnames"]))
    for sex, key in (("m", "male"), ("f", "female")):
        if key in spec:
            slots = [pairs(spec[s[1:]]) if s.startswith("@") else [(s, 1.0)] for s in spec[key]]
            lex.patterns[number, sex] = tuple(lex.weighted(s) for s in slots)


def region_number(region: str) -> int:
    """Position of a province's region in REGIONS; the highlands name like the centre."""
    return REGIONS.index(_REGION_OF.get(region, region))


def draw(female: np.ndarray, year: np.ndarray, region: np.ndarray, people: np.ndarray, rng: np.random.Generator):
    """Word numbers, shape (n, 4): surname, up to two middle words, given name (minority names: their own order)."""
    lex = lexicon()
    slots = np.zeros((len(female), 4), dtype=np.int32)
    u = rng.random((len(female), 5))
    cohort = np.searchsorted(np.array(COHORTS), year, side="right")
    late = (people > 0) & (u[:, 4] < _KEEP_OLD_STYLE)
    cohort = np.maximum(cohort - late, 0)
    for number, _ in enumerate(REGIONS):
        rows = np.flatnonzero((region == number) & (people == 0))
        slots[rows, 0] = lex.surnames[number].draw(u[rows, 0])
    for sex in "fm":
        same = female == (sex == "f")
        for c in range(len(COHORTS) + 1):
            rows = np.flatnonzero(same & (cohort == c))
            slots[rows, 1:] = _first_names(lex, sex, c, rng.random((len(rows), 5)))
        for number in range(1, len(lex.peoples)):
            rows = np.flatnonzero(same & (people == number))
            if len(rows):
                _minority(lex, slots, rows, number, sex, u[rows])
    return slots


def _first_names(lex: Lexicon, sex: str, cohort: int, u: np.ndarray) -> np.ndarray:
    """Two middle slots and the given name for people of one sex and cohort."""
    two, three, _ = _WORDS[sex][cohort]
    middle, given = lex.middle[sex][cohort], lex.given[sex][cohort]
    rare = u[:, 4] < _RARE
    first = np.where(rare, middle.evenly(u[:, 1]), middle.draw(u[:, 1]))
    last = np.where(rare, given.evenly(u[:, 2]), given.draw(u[:, 2]))
    first = np.where(first == last, middle.words[0], first)
    # The second middle word is one that often stands as a given name: Thị Thu Hà, Ngọc Bảo Anh.
    usual = lex.second[sex]
    second = usual.draw(u[:, 3])
    for word in usual.favourites(3):
        second = np.where((second == first) | (second == last), word, second)
    second = np.where((u[:, 0] > two + three) & (second != first) & (second != last), second, EMPTY)
    first = np.where(u[:, 0] < two, EMPTY, first)
    return np.stack([first, second, last], axis=1)


def _minority(lex: Lexicon, slots: np.ndarray, rows: np.ndarray, number: int, sex: str, u: np.ndarray) -> None:
    """Own family names always; the people's own pattern where it has one (an eighth take Kinh-style first names)."""
    if number in lex.own_surnames:
        slots[rows, 0] = lex.own_surnames[number].draw(u[:, 0])
    pattern = lex.patterns.get((number, sex))
    if pattern is None:
        return
    kept = u[:, 3] < (0.88 if number in lex.own_surnames else 1.0)
    own = np.zeros((len(rows), 4), dtype=np.int32)
    for place, weighted in enumerate(pattern):
        column = weighted.draw(u[:, place])
        own[:, place] = column
    alone = (u[:, 4] > 0.97) & (u[:, 3] < 0.4)  # one word only
    own[alone, 1:] = EMPTY
    own[alone, 0] = pattern[-1].draw(u[alone, 2])
    slots[rows[kept]] = own[kept]


def takes_family_name(people: np.ndarray) -> np.ndarray:
    """Whether the first word of a child's name is the father's: not where names carry no family name."""
    lex = lexicon()
    inherits = np.array([n == 0 or n in lex.own_surnames for n in range(len(lex.peoples))])
    return inherits[people]


def text(slots: np.ndarray) -> pa.Array:
    """Full names of word-number rows (n, 4)."""
    words = lexicon().text
    parts = [words.take(pa.array(slots[:, i])) for i in range(4)]
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def similar(slots: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The twin's name: same words, a given name that looks alike; where none does, the one drawn for them (`own`).

    Never the same name: no family gives two living children one name.
    """
    alike = lexicon().alike
    look = np.arange(len(lexicon().words), dtype=np.int32)
    for left, right in alike.items():
        look[left], look[right] = right, left
    out = slots.copy()
    out[:, 3] = look[out[:, 3]]
    for spare in (own[:, 3], *(np.full(len(out), word) for word in list(alike)[:2])):
        same = out[:, 3] == slots[:, 3]
        out[same, 3] = spare[same]
    return out
