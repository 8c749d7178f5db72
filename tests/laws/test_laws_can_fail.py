"""Each checker must object to a bad sample and pass a good one: a law that cannot fail is none."""

from __future__ import annotations

import ast
import textwrap

import pytest

from tests.laws import papers, shape, trust


def py(source: str) -> ast.Module:
    """The tree of an indented sample."""
    return ast.parse(textwrap.dedent(source))


LONG = "def f():\n" + "    x = 1\n" * 70
QUERY = 'SQL = """\n' + "\n".join(["SELECT a", "FROM t", *["WHERE b"] * 10]) + '\n"""'
QUERY_F = 'SQL = f"""\n' + "\n".join(["SELECT {a}", "FROM t", *["WHERE b"] * 10]) + '\n"""'
QUERY_JOINED = "SQL = (\n" + "\n".join(["'SELECT a FROM t '", *["'AND b '"] * 11]) + "\n)"
ROOT_PATH = "/ro" + "ot/.cache/x"
HOST = "pypi" + ".org"

CASES = [
    (shape.too_long, "x\n" * 401, "x\n" * 400),
    (lambda s: shape.too_short(s, "sex"), "x\n" * 14, "x\n" * 15),
    (lambda s: shape.too_short(s, "sex"), "", "x\n" * 99),
    (lambda s: shape.long_functions(py(s)), LONG, "def f():\n" + "    x = 1\n" * 69),
    (lambda s: shape.long_functions(py(s)), LONG.replace("def", "async def"), "def f(): ..."),
    (lambda s: shape.vague_parts((s,)), "utils.py", "name.py"),
    (lambda s: shape.vague_parts((s,)), "date_helpers.py", "database.py"),
    (lambda s: shape.vague_parts(tuple(s.split("/"))), "common/x.py", "communes/x.py"),
    (lambda s: shape.no_opening(py(s)), "import os", '"""Why this exists."""'),
    (lambda s: shape.no_opening(py(s)), '"""no sentence"""', '"""One.\n\nmore"""'),
    (lambda s: shape.undocumented(py(s)), "def f(): ...", "def _f(): ..."),
    (lambda s: shape.undocumented(py(s)), "class A: ...", "class _A: ..."),
    (
        lambda s: shape.undocumented(py(s)),
        'class A:\n    """A."""\n    def f(self):\n' + "        x = 1\n" * 9,
        'class A:\n    """A."""\n    def f(self): ...',
    ),
    (lambda s: shape.long_sql(py(s)), QUERY, '"""' + QUERY[7:]),
    (lambda s: shape.long_sql(py(s)), QUERY_F, QUERY.replace("SELECT", "choose")),
    (lambda s: shape.long_sql(py(s)), QUERY_JOINED, "SQL = 'SELECT a FROM t'"),
    (
        lambda s: trust.outside(py(s), {"rapidfuzz"}),
        "def f():\n    import duckdb",
        "import json\nfrom rapidfuzz import fuzz",
    ),
    (
        lambda s: trust.outside(py(s), {"dancu.core"}),
        "from dancu.corefile import x",
        "from dancu.core.name import x",
    ),
    (lambda s: trust.posix_only(py(s)), "def f():\n    import fcntl", "import os"),
    (
        lambda s: trust.posix_only(py(s)),
        "import os\nos.sched_getaffinity(0)",
        "import os\nhasattr(os, 'sched_getaffinity') and os.sched_getaffinity(0)",
    ),
    (lambda s: trust.person_told(py(s)), "log.info('bad %s', claim.pin)", "log.info('bad %s', count)"),
    (
        lambda s: trust.person_told(py(s)),
        "raise ValueError(f'bad {row[\"phone\"]}')",
        "raise ValueError(f'bad {column}')",
    ),
    (
        lambda s: trust.person_told(py(s)),
        "raise Refusal('x', vi='x', en=f'{pin}')",
        "raise Refusal('pin', vi='x', en='y')",
    ),
    (lambda s: trust.prints(py(s)), "print(1)", "printer.page(1)"),
    (trust.traces, f"see {ROOT_PATH}", "see ~/.cache/x and a/homework/page"),
    (trust.traces, f"from {HOST}/simple", "from the package index"),
    (lambda s: papers.make_verbs(s) - {"test"}, "run `make tests`", "we make tests; `make test`"),
    (
        lambda s: papers.dancu_commands(s) - {"check"},
        "```\ndancu chek FILE\n```",
        "`dancu check FILE`, dancu is",
    ),
    (papers.silent_targets, "demo: x\n", "demo: x ## shows it\nVAR := 1\n"),
    (lambda s: papers.absent_rooms(s, ["core"]), "score/ and core", "`core/` holds"),
    (lambda s: papers.paths_named(s, ["core"]) - {"core/date.py"}, "`core/day.py`", "`core/date.py`, `date.py`, `score/x.py`"),
    (lambda s: papers.laws_named(s) - {"test_a"}, "`test_b`", "`test_a`"),
    (lambda s: papers.misnumbered(s.split()), "0001-a.md 0003-b.md", "0001-a.md 0002-b.md"),
    (lambda s: papers.misnumbered(s.split()), "0001-a.md 0001-b.md", "0001-a.md"),
    (papers.headings_missing, "## Context\n", "## Context\n## Decision\n## Consequences\n"),
    (papers.unpinned, "a>=1 \\\n    --hash=sha256:0\n", "a==1 ; x < '3' \\\n    --hash=sha256:0\n"),
    (papers.unpinned, "a==1\n", "# note\n"),
]


@pytest.mark.parametrize(("check", "bad", "good"), CASES)
def test_law_can_fail(check, bad, good):
    assert check(bad), "the bad sample passed"
    assert not check(good), "the good sample was refused"
