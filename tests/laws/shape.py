"""Checks on the form of one source file; each returns what is wrong as sentences, none when all is well."""

from __future__ import annotations

import ast
import re

FILE_LINES_MAX = 400
FILE_LINES_MIN = 15
FUNCTION_LINES_MAX = 70
SQL_LINES_MAX = 10
METHOD_LINES_SILENT = 8
FILES_A_FOLDER_MAX = 16
VAGUE_NAMES = {
    "utils",
    "util",
    "misc",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "base",
    "stuff",
    "lib",
}

_SQL = re.compile(
    r"\b(SELECT\s.+?\sFROM|INSERT\s+INTO|CREATE\s+(OR\s+REPLACE\s+)?(TEMP\s+)?(TABLE|VIEW|MACRO)|WITH\s+\w+\s+AS)\b",
    re.IGNORECASE | re.DOTALL,
)
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(source: str) -> list[str]:
    """A file past the limit holds two nouns."""
    lines = source.count("\n")
    return [f"{lines} lines, at most {FILE_LINES_MAX}"] if lines > FILE_LINES_MAX else []


def too_short(source: str, stem: str) -> list[str]:
    """A file this small belongs to its user; packages' own files are exempt."""
    lines = source.count("\n")
    if stem in {"__init__", "__main__", "conftest"} or lines >= FILE_LINES_MIN:
        return []
    return [f"only {lines} lines: merge it into its user"]


def long_functions(tree: ast.Module) -> list[str]:
    """Functions past the limit, from the first decorator to the last line."""
    return [
        f"{node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"
        for node in ast.walk(tree)
        if isinstance(node, _FUNCTION)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def vague_parts(parts: tuple[str, ...]) -> list[str]:
    """Folder and file names that say nothing."""
    stems = [part.split(".")[0].strip("_").lower() for part in parts]
    return [
        f"the name {s!r} says nothing" for s in stems if s in VAGUE_NAMES or s.split("_")[-1] in VAGUE_NAMES
    ]


def no_opening(tree: ast.Module) -> list[str]:
    """A module opens with one sentence that says why it exists."""
    if not tree.body:
        return []
    first = (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
    if not first:
        return ["does not open with a sentence"]
    return [] if first.endswith(".") else ["its opening paragraph does not end as a sentence"]


def undocumented(tree: ast.Module) -> list[str]:
    """Public functions and classes without a docstring, and public methods too long to go without."""
    missing = []
    for node in tree.body:
        if not isinstance(node, _FUNCTION | ast.ClassDef) or node.name.startswith("_"):
            continue
        inside = node.body if isinstance(node, ast.ClassDef) else []
        methods = [
            method
            for method in inside
            if isinstance(method, _FUNCTION)
            and not method.name.startswith("_")
            and (method.end_lineno or 0) - method.lineno >= METHOD_LINES_SILENT
        ]
        silent = [part.name for part in (node, *methods) if not ast.get_docstring(part)]
        missing += [f"{name} has no docstring" for name in silent]
    return missing


def _docstrings(tree: ast.Module) -> set[int]:
    holders = (ast.Module, ast.ClassDef, *_FUNCTION.__args__)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def long_sql(tree: ast.Module) -> list[str]:
    """SQL over ten lines inside a Python string; it belongs in a `sql/` folder."""
    known = _docstrings(tree)
    inside_f = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    wrong = []
    for node in ast.walk(tree):
        if id(node) in known or id(node) in inside_f:
            continue
        if isinstance(node, ast.JoinedStr):
            words = "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        lines = (node.end_lineno or 0) - node.lineno + 1
        if lines > SQL_LINES_MAX and _SQL.search(words):
            wrong.append(f"line {node.lineno}: {lines} lines of SQL in a string, at most {SQL_LINES_MAX}")
    return wrong
