"""The report that stands alone: one HTML file without network, script or picture files, for a screen and for A4."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Any

from dancu.core import words
from dancu.linkage.report import sections
from dancu.linkage.report.masks import Example
from dancu.linkage.report.phrasing import clock, prose, purpose


@cache
def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def page(summary: dict[str, Any], shown: list[Example], lang: str) -> str:
    """The whole page as text. `summary` as `summarise` gives it, `shown` already masked."""
    say = prose(lang)["page"]
    parts = (
        sections.opening(summary, lang),
        sections.verdicts(summary, lang),
        sections.people(summary, lang),
        sections.worth(summary, lang),
        sections.top_reasons(summary, lang),
        sections.attention_list(summary, lang),
        sections.before_after(shown, lang),
        sections.provinces(summary, lang),
        sections.communes(summary, lang),
        sections.all_reasons(summary, lang),
        sections.columns(summary, lang),
        sections.method(summary, lang),
    )
    return Template(_template("report.html")).substitute(
        lang=lang,
        title=escape(say["title"]),
        file=escape(summary["file"]),
        css=_template("report.css"),
        made=escape(say["made"]),
        facts=_facts(summary, lang),
        body="\n".join(part for part in parts if part),
        personal=escape(purpose(summary, lang)),
        method_note=escape(say["method_note"]),
    )


def _facts(summary: dict[str, Any], lang: str) -> str:
    """The small print of the head: when, against what, and the code that proves nothing was edited."""
    say = prose(lang)["page"]
    register = say["register_rows"].format(
        n=words.number(lang, summary["register_rows"]), version=summary["register_version"]
    )
    pairs = (
        (say["checked_at"], clock(summary["checked_at"])),
        (say["register"], register),
        (say["rows"], words.number(lang, summary["rows"])),
        (say["code"], summary["check_code"]),
    )
    return "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in pairs if v)
