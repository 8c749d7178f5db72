"""Checks on what code may reach and tell: imports, platforms, persons' data, this machine's traces."""

from __future__ import annotations

import ast
import re
import sys

POSIX_MODULES = {
    "crypt",
    "fcntl",
    "grp",
    "nis",
    "posix",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
}
POSIX_CALLS = {
    "os": {
        "chown",
        "fork",
        "forkpty",
        "geteuid",
        "getgid",
        "getpgid",
        "getuid",
        "killpg",
        "mkfifo",
        "nice",
        "posix_fadvise",
        "sched_getaffinity",
        "setpgid",
        "setsid",
        "statvfs",
        "sysconf",
        "uname",
        "wait3",
        "wait4",
    },
    "signal": {
        "SIGALRM",
        "SIGHUP",
        "SIGKILL",
        "SIGQUIT",
        "SIGUSR1",
        "SIGUSR2",
        "alarm",
        "pthread_sigmask",
        "setitimer",
    },
}
PERSON_WORDS = {
    "address",
    "birth_date",
    "cell",
    "claim",
    "father_name",
    "father_pin",
    "full_name",
    "mother_name",
    "mother_pin",
    "old_id",
    "other_name",
    "person",
    "phone",
    "pin",
    "spouse_name",
}
SPEAKERS = {"print", "debug", "info", "warning", "error", "exception", "critical", "log", "secho", "echo"}
# Written so that this file does not break its own law.
MACHINE_PATH = re.compile(r"(?<![\w.*}-])/(?:wor[k]|roo[t]|hom[e]|User[s])/")
REGISTRY_HOST = re.compile(
    r"(?:pypi|pythonhosted|npmjs|registry\.yarnpkg|crates|debian|ubuntu|maven|golang)\.(?:org|com|io)\b"
    r"|://(?:localhost|127\.0\.0\.1):\d+/(?:simple|pypi)"
)


def imports(tree: ast.Module) -> list[tuple[int, str]]:
    """(line, dotted module) of every absolute import, lazy ones too."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module))
    return found


def outside(tree: ast.Module, allowed: set[str]) -> list[str]:
    """Imports that are neither of the standard library nor at or below a name in `allowed`."""
    return [
        f"line {line}: imports {module}"
        for line, module in imports(tree)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == name or module.startswith(name + ".") for name in allowed)
    ]


def posix_only(tree: ast.Module) -> list[str]:
    """Modules and calls that Windows lacks; a call is allowed where the file asks `hasattr` for it first."""
    wrong = [
        f"line {line}: {m} is not on Windows" for line, m in imports(tree) if m.split(".")[0] in POSIX_MODULES
    ]
    asked = {
        node.args[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "hasattr"
        and len(node.args) == 2
        and isinstance(node.args[1], ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            here = POSIX_CALLS.get(node.value.id, set()) - asked
            if node.attr in here:
                wrong.append(f"line {node.lineno}: {node.value.id}.{node.attr} is not on Windows")
    return wrong


def _spoken(node: ast.AST) -> set[str]:
    """Person words whose value would be read when `node` is turned into text."""
    words = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            words.add(part.id)
        elif isinstance(part, ast.Attribute):
            words.add(part.attr)
        elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            words.add(str(part.slice.value))
    return words & PERSON_WORDS


def person_told(tree: ast.Module) -> list[str]:
    """Prints, log lines and raised messages that would carry a person's value."""
    wrong = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            told = [*node.exc.args, *(k.value for k in node.exc.keywords)]
        elif isinstance(node, ast.Call) and _speaks(node.func):
            told = [*node.args, *(k.value for k in node.keywords)]
        else:
            continue
        for word in sorted(set().union(*map(_spoken, told))) if told else []:
            wrong.append(f"line {node.lineno}: a message would tell {word!r}")
    return wrong


def _speaks(func: ast.expr) -> bool:
    if isinstance(func, ast.Name):
        return func.id == "print"
    if not isinstance(func, ast.Attribute) or func.attr not in SPEAKERS:
        return False
    owner = func.value.id if isinstance(func.value, ast.Name) else getattr(func.value, "attr", "")
    return owner.strip("_").lower() in {
        "log",
        "logger",
        "logging",
        "console",
        "typer",
        "err",
        "out",
        "stderr",
        "warnings",
    }


def prints(tree: ast.Module) -> list[str]:
    """Bare prints; rooms speak through what they return, only the command line and scripts print."""
    return [
        f"line {node.lineno}: prints"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def traces(source: str) -> list[str]:
    """Paths of a developer's machine and hosts of package registries."""
    return [
        f"line {source.count(chr(10), 0, hit.start()) + 1}: {what} {hit.group(0)!r}"
        for what, pattern in (("machine path", MACHINE_PATH), ("registry host", REGISTRY_HOST))
        for hit in pattern.finditer(source)
    ]
