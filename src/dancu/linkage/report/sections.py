"""The parts of the report page, one small function each: summary in, HTML out, everything escaped."""

from __future__ import annotations

from html import escape
from typing import Any

from dancu.core import words
from dancu.core.policy import policies
from dancu.linkage.report import pictures
from dancu.linkage.report.communes import shown as fitting
from dancu.linkage.report.masks import Example
from dancu.linkage.report.phrasing import (
    attention,
    decision,
    field_caption,
    paragraph,
    prose,
    purpose,
    shares,
    stale,
    troubles,
)

Summary = dict[str, Any]


def _section(title: str, inside: str, kind: str = "") -> str:
    heading = f"<h2>{escape(title)}</h2>\n" if title else ""
    return f'<section class="{kind}">\n{heading}{inside}\n</section>'


def _table(heads: list[str], rows: list[str], kind: str = "") -> str:
    """`heads` starting with '#' are numbers, set to the right."""
    cells = "".join(f'<th class="num">{escape(h[1:])}</th>' if h[:1] == "#" else f"<th>{escape(h)}</th>" for h in heads)
    return f'<table class="{kind}"><thead><tr>{cells}</tr></thead>\n<tbody>{"".join(rows)}</tbody></table>'


def _row(*cells: str) -> str:
    return "<tr>" + "".join(cells) + "</tr>\n"


def _text(text: str, label: str = "", kind: str = "") -> str:
    said = f' data-is="{escape(label)}"' if label else ""
    classes = f' class="{kind}"' if kind else ""
    return f"<td{classes}{said}>{escape(text)}</td>"


def _number(n: int, lang: str, label: str = "") -> str:
    said = f' data-is="{escape(label)}"' if label else ""
    return f'<td class="num"{said}>{words.number(lang, n)}</td>'


def opening(summary: Summary, lang: str) -> str:
    """The warning about old data if there is one, the paragraph, and what the data may be used for."""
    warning = stale(summary, lang)
    above = _section("", f"<p>{escape(warning)}</p>", "warn") + "\n" if warning else ""
    inside = f"<p>{escape(paragraph(summary, lang))}</p>\n<p class='personal'>{escape(purpose(summary, lang))}</p>"
    return above + _section("", inside, "lead together")


def verdicts(summary: Summary, lang: str) -> str:
    """The bar and table of the five verdicts; counts and shares add up."""
    say = prose(lang)["page"]
    counts = [summary[code] for code in words.VERDICTS]
    rows = [
        _row(
            f'<td class="named"><span class="key k-{code}"></span>{escape(words.caption("verdict", code, lang))}</td>',
            _number(n, lang),
            f'<td class="num">{words.percent(lang, share)}</td>',
        )
        for code, n, share in zip(words.VERDICTS, counts, shares(counts), strict=True)
    ]
    table = _table([say["verdicts"], "#" + say["n"], "#" + say["share"]], rows)
    return _section(say["verdicts"], pictures.verdict_bar(summary, lang) + "\n" + table, "together")


def worth(summary: Summary, lang: str) -> str:
    """Four figures: what equality would have found, what was found, what is fixed at once, what needs papers."""
    say, total = prose(lang)["page"], max(summary["rows"], 1)
    figures = (
        ("plain", summary["exact_equal"], ""),
        ("right", summary["matched"] + summary["matched_with_differences"], "ours"),
        ("fix", summary["fixable_now"], "ours"),
        ("papers", summary["severity"]["confirm"], ""),
    )
    cells = "".join(
        f'<div class="{kind}"><dt>{escape(say["worth_" + key])}</dt>'
        f'<dd class="big">{words.percent(lang, n / total)}</dd>'
        f'<dd class="note">{words.number(lang, n)} {escape(say["worth_" + key + "_note"])}</dd></div>'
        for key, n, kind in figures
    )
    return _section(say["worth_title"], f'<dl class="worth">{cells}</dl>', "together")


def top_reasons(summary: Summary, lang: str) -> str:
    """The five commonest reasons that ask for work, with what to do and who does it."""
    say, listed = prose(lang)["page"], troubles(summary)[:5]
    if not listed:
        return _section(say["top"], f"<p>{escape(say['top_none'])}</p>")
    most = max(n for _, n in listed)
    rows = [
        _row(
            f'<td class="reason">{escape(words.caption("reason", code, lang))}'
            f'<div class="part"><i style="width:{100 * n / most:.0f}%"></i></div></td>',
            _number(n, lang, say["n"]),
            _text(words.action(lang, (code,)), say["todo"]),
            _text(words.who(lang, (code,)), say["who"]),
        )
        for code, n in listed
    ]
    table = _table([say["reason"], "#" + say["n"], say["todo"], say["who"]], rows, "stack")
    return _section(say["top"], table, "together")


def attention_list(summary: Summary, lang: str) -> str:
    """The deceased, strangers' numbers and duplicates, each as one sentence."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in attention(summary, lang))
    return _section(prose(lang)["page"]["attention"], f"<ul>{lines}</ul>", "together")


def before_after(shown: list[Example], lang: str) -> str:
    """Masked examples from the file; '' where there are none to show."""
    if not shown:
        return ""
    say = prose(lang)["page"]
    rows = []
    for one in shown:
        stranger = one.reason == "number_of_another_person"
        title = (
            say["old_font"].format(charset=one.charset)
            if one.reason == "old_font"
            else words.caption("reason", one.reason, lang)
        )
        after = say["do_not_use"] if stranger else one.after
        rows.append(
            _row(
                _text(title, kind="reason"),
                _text(one.before, say["before"], "plain"),
                _text(after, say["after"], "bad" if stranger else "plain after"),
                f'<td class="num" data-is="{escape(say["row"])}">{one.row}</td>',
            )
        )
    note = f'<p class="note">{escape(say["examples_note"])}</p>\n'
    table = _table([say["reason"], say["before"], say["after"], "#" + say["row"]], rows, "shift stack")
    return _section(say["examples"], note + table, "together")


def provinces(summary: Summary, lang: str) -> str:
    """The tile map and, beside it, the provinces that occur, most rows first."""
    say = prose(lang)["page"]
    listed = sorted(summary["provinces"].items(), key=lambda item: (item[0] == "", -sum(item[1].values()), item[0]))
    rows = []
    for code, here in listed:
        total = sum(here.values())
        name = pictures.tiles()[code][0] if code in pictures.tiles() else say["province_unknown"]
        work = total - here["matched"]
        rows.append(
            _row(
                _text(name),
                _number(total, lang),
                f'<td class="num">{words.percent(lang, here["matched"] / total)}</td>',
                _number(work, lang),
            )
        )
    heads = [say["province"], "#" + say["n"], "#" + say["clean_share"], "#" + say["work"]]
    legal = f"<p class='note'>{escape(say['map_legal'])}</p>"
    drawing = f"<div>{pictures.province_map(summary, lang)}{_scale()}{legal}</div>"
    note = f'<p class="note">{escape(say["provinces_note"])}</p>\n'
    inside = f'{note}<div class="places">{drawing}\n{_table(heads, rows)}</div>'
    return _section(say["provinces"], inside, "together")


def _scale() -> str:
    ends = [*(int(100 * s) for s in pictures.STEPS[1:]), 100]
    items = [
        f'<li><i style="background:var(--m{i})"></i>{int(100 * low)}–{high} %</li>'
        for i, (low, high) in enumerate(zip(pictures.STEPS, ends, strict=True))
    ]
    return f'<ul class="scale">{"".join(items)}</ul>'


def communes(summary: Summary, lang: str) -> str:
    """The communes with most work, the sum of the others, the rows of no known commune, and where all of them are."""
    say, some = prose(lang)["page"], fitting(summary)
    if not summary["rows"]:
        return ""
    if not summary["communes"]:
        return _section(say["communes"], f"<p>{escape(say['communes_withheld'])}</p>", "together")
    if not some.listed:
        return _section(say["communes"], f"<p>{escape(say['communes_none'])}</p>", "together")
    keys = ("rows", *words.VERDICTS)
    heads = [say["n"], *(say["short_" + code] for code in words.VERDICTS)]
    lines = [(here["name"], here) for here in some.listed]
    lines += [(say["communes_rest"].format(n=words.number(lang, some.others)), some.rest)] if some.rest else []
    lines += [(say["commune_unknown"], some.unknown)] if some.unknown else []
    rows = [
        _row(_text(name, kind="reason"), *(_number(here[k], lang, head) for k, head in zip(keys, heads, strict=True)))
        for name, here in lines
    ]
    where = say["communes_where_book" if "xlsx" in summary.get("formats", ()) else "communes_where"]
    more = say["communes_more"].format(n=words.number(lang, some.others), shown=words.number(lang, len(some.listed)))
    note = say["communes_note"] + (f" {more} {where}" if some.rest else "")
    table = _table([say["commune"], *("#" + head for head in heads)], rows, "stack counts")
    return _section(say["communes"], f'<p class="note">{escape(note)}</p>\n{table}')


def people(summary: Summary, lang: str) -> str:
    """A small table for every further person of a row: verdicts and the commonest reasons; '' where there is none."""
    say, parts = prose(lang)["page"], []
    for who, here in summary.get("subjects", {}).items():
        counts = [here[code] for code in words.VERDICTS]
        rows = [
            _row(
                f'<td class="named"><span class="key k-{code}"></span>{escape(words.caption("verdict", code, lang))}</td>',
                _number(n, lang),
                f'<td class="num">{words.percent(lang, share)}</td>',
            )
            for code, n, share in zip(words.VERDICTS, counts, shares(counts), strict=True)
        ]
        caption = words.caption("subject", who, lang)
        named = say["people_rows"].format(n=words.number(lang, here["rows"]), absent=words.number(lang, here["absent"]))
        top = "; ".join(f"{words.caption('reason', c, lang)} {words.number(lang, n)}" for c, n in troubles(here)[:3])
        told = f"{named} {say['people_top']}: {top}." if top else named
        table = _table([caption, "#" + say["n"], "#" + say["share"]], rows)
        parts.append(f'<div class="together">{table}\n<p class="note">{escape(told)}</p></div>')
    note = f'<p class="note">{escape(say["people_note"])}</p>\n'
    return _section(say["people"], note + "\n".join(parts)) if parts else ""


def all_reasons(summary: Summary, lang: str) -> str:
    """Every reason that occurs, worst severity first, with its meaning."""
    say = prose(lang)["page"]
    order = {"confirm": 0, "fix": 1, "note": 2}
    listed = sorted(summary["reasons"].items(), key=lambda item: (order[words.reason(item[0]).severity], -item[1]))
    rows = [
        _row(
            f'<td><span class="reason">{escape(words.caption("reason", code, lang))}</span>'
            f'<span class="tag">{escape(words.caption("severity", words.reason(code).severity, lang))}</span></td>',
            _number(n, lang, say["n"]),
            _text(words.about(code, lang), say["meaning"]),
            _text(words.action(lang, (code,)), say["todo"]),
            _text(words.who(lang, (code,)) or "–", say["who"]),
        )
        for code, n in listed
    ]
    heads = [say["reason"], "#" + say["n"], say["meaning"], say["todo"], say["who"]]
    return _section(say["all_reasons"], _table(heads, rows, "stack")) if rows else ""


def columns(summary: Summary, lang: str) -> str:
    """Every column of the file: what it was taken for, how that was known, what was decided, what differs in it."""
    say = prose(lang)["page"]
    rows = []
    for column in summary["columns"]:
        field = column["field"]
        told = field_caption(field, lang) if field else say["ignored"]
        why = say.get("by_" + column["why"], "") if field else ""
        results = summary["fields"].get(field, {}) if field else {}
        counts = "; ".join(
            f"{words.caption('result', code, lang)} {words.number(lang, n)}" for code, n in results.items()
        )
        extra = f'<span class="tag">{escape(why)}</span>' if why else ""
        rows.append(
            _row(
                _text(column["caption"] or column["name"], kind="reason"),
                f'<td data-is="{escape(say["field"])}">{escape(told)}{extra}</td>',
                _text("; ".join(decision(n, lang) for n in column["notes"]) or "–", say["decisions"]),
                _text(counts or "–", say["hazards"]),
            )
        )
    note = f'<p class="note">{escape(say["hazards_note"])}</p>\n'
    heads = [say["column"], say["field"], say["decisions"], say["hazards"]]
    return _section(say["columns"], note + _table(heads, rows, "stack"))


def method(summary: Summary, lang: str) -> str:
    """Policy, disclosure, seconds, check code and what was noted while reading."""
    say = prose(lang)["page"]
    named = prose(lang)["stage"]
    spent = "; ".join(f"{named.get(stage, stage)} {_seconds(s, lang)}" for stage, s in summary["seconds"].items())
    pairs = [
        (say["policy"], _policy(summary["policy"], lang)),
        (say["disclose"], prose(lang)["disclose"].get(summary["disclose"], summary["disclose"])),
        (say["seconds"], spent),
        (say["code"], summary["check_code"]),
        *((say["notes"], decision(note, lang)) for note in summary["notes"]),
    ]
    rows = [_row(_text(key, kind="reason"), _text(value)) for key, value in pairs if value]
    return _section(say["method"], f"<table><tbody>{''.join(rows)}</tbody></table>", "together")


def _policy(name: str, lang: str) -> str:
    known = policies().get(name)
    return f"{name}: {known.explain[lang]}" if known else name


def _seconds(seconds: float, lang: str) -> str:
    text = f"{seconds:.2f} s"
    return text if lang == "en" else text.replace(".", ",")
