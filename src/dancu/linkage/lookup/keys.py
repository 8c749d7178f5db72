"""The keys by which people are looked up: what each is made of on record, said once for every engine.

Keys are decimal composites of integers, so every engine computes the same; names are keyed without their order.
"""

from __future__ import annotations

# People by each name they bear: current, other, previous.
_CALLED = """(SELECT n.bid, n.tail, dob, prov, commune, mkid, {who} FROM {person} p JOIN {name} n ON n.nid = p.nid
  UNION ALL SELECT n.bid, n.tail, dob, prov, commune, mkid, {who} FROM {person} p JOIN {name} n ON n.nid = p.onid
  UNION ALL SELECT n.bid, n.tail, dob, prov, commune, mkid, {who} FROM {person} p JOIN {name} n ON n.nid = p.pnid)"""

# Table: (k, {who}) of everybody who has the key. {who} is `pin`, or `pos` where the number is found by position.
KEYS = {
    # Living numbers.
    "pin": "SELECT pin AS k, {who} FROM {person}",
    # 9-digit and replaced numbers.
    "alias": """SELECT CAST(old AS BIGINT) AS k, {who} FROM {person} WHERE old > 0
        UNION ALL SELECT f.number AS k, p.{who} FROM {former} f JOIN (SELECT pin AS bearer, {who} FROM {person}) p
        ON p.bearer = f.pin""",
    # A parent's number: lists that give a child its parent's number.
    "child": """SELECT mpin AS k, {who} FROM {person} WHERE mpin > 0
        UNION ALL SELECT fpin AS k, {who} FROM {person} WHERE fpin > 0""",
    # Full date: name in any order.
    "name_date": f"SELECT bid * CAST(100000000 AS BIGINT) + dob AS k, {{who}} FROM {_CALLED} WHERE dob % 100 > 0",
    # Name, year and province of residence: a slip in day or month.
    "name_place": f"""SELECT bid * CAST(1000000 AS BIGINT) + dob // 10000 * 100 + prov AS k, {{who}} FROM {_CALLED}
        WHERE dob > 0""",
    # Full date and commune of today: any slip in the name.
    "date_commune": """SELECT dob * CAST(100000 AS BIGINT) + commune AS k, {who} FROM {person}
        WHERE dob % 100 > 0 AND commune > 0""",
    # Name and commune: any slip in the date, or none at all.
    "name_commune": f"SELECT bid * CAST(100000 AS BIGINT) + commune AS k, {{who}} FROM {_CALLED} WHERE commune > 0",
    # Full date, last word and first letter of the name: any slip in between.
    "date_tail": f"""SELECT dob * CAST(10000000000 AS BIGINT) + tail AS k, {{who}} FROM {_CALLED} WHERE dob % 100 > 0""",
    # Year, commune and last word: the same where the date is a year.
    "commune_tail": f"""SELECT (dob // 10000 * CAST(100000 AS BIGINT) + commune) * 100000000 + tail // 100 AS k, {{who}}
        FROM {_CALLED} WHERE dob > 0 AND commune > 0""",
    # Full date and mother's name: any slip in the name, wherever the person lives.
    "date_mother": """SELECT dob * CAST(10000000000 AS BIGINT) + mkid AS k, {who} FROM {person}
        WHERE dob % 100 > 0 AND mkid >= 0""",
    # Mother's name and commune: any slip in name and date.
    "mother_commune": """SELECT mkid * CAST(100000 AS BIGINT) + commune AS k, {who} FROM {person}
        WHERE mkid >= 0 AND commune > 0""",
    # Name and mother's name: any slip in the date.
    "name_mother": f"SELECT bid * CAST(10000000 AS BIGINT) + mkid AS k, {{who}} FROM {_CALLED} WHERE mkid >= 0",
}

# Tables that are the first digits of another: name → (table, by what its keys are divided).
# name_year: name and year of birth, wherever the person lives.
PREFIXES = {"name_year": ("name_place", 100)}


def on_record(table: str, *, person: str, name: str, former: str, who: str) -> str:
    """SQL yielding (k, `who`) of one table of `KEYS`; `former`: (pin, number) of numbers that were replaced."""
    if table in PREFIXES:
        longer, width = PREFIXES[table]
        return f"SELECT k // {width} AS k, {who} FROM ({on_record(longer, person=person, name=name, former=former, who=who)})"
    return KEYS[table].format(person=person, name=name, former=former, who=who)
