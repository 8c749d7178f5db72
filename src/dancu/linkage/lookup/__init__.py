"""Finds people: by a key, and what is on record of them. Sorted arrays on this machine, joins where an engine has none."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from dancu.linkage.engine import Engine, statement
from dancu.linkage.lookup import keys
from dancu.linkage.prepared import Prepared

# More people than this behind one key prove nothing; the key is left out and the row needs other evidence.
MOST_PER_KEY = 96
# Names are scanned where more than one in so many is asked for.
_SCAN_PAYS = 8
# A person found in the arrays is known by part and position: part * 2^32 + position.
_PART_BITS = 32

COLUMNS = (
    "pin, nid, kid, dob, sex, prov, commune, mnid, mkid, fnid, fkid, nf, df, mf, ff, mpin, fpin, spin, old, phone, "
    "status, status_date, onid, okid, pnid, pkid, past"
)
# The key's integer of each name, and the name.
_CODED = {"kid": "nid", "mkid": "mnid", "fkid": "fnid", "okid": "onid", "pkid": "pnid"}


def nobody(engine: Engine) -> None:
    """Table `candidate` (row, who), empty. `who` is a person as the engine finds people: a position, or the number."""
    engine.run("CREATE OR REPLACE TEMP TABLE candidate (row INTEGER, who BIGINT)")


def look_up(engine: Engine, register: Prepared, table: str, wanted: str, *, most: int = MOST_PER_KEY) -> None:
    """Add to `candidate` the people behind each (row, k) of the query `wanted`, k a key of a table of `keys.KEYS`.

    Keys with more than `most` people are left out.
    """
    if engine.has_arrays:
        _search(engine, register, table, engine.columns(wanted), most)
    else:
        _join(engine, register, table, wanted, most)
    engine.step()


def names(engine: Engine, register: Prepared, nids: str, out: str) -> str:
    """FROM item with (nid, name, kid, bid, tail, toned, key, plain) of the names that the query `nids` asks for, at least.

    Few are copied into table `out`; where they are many, or the engine has no arrays, it is the whole dictionary.
    """
    if not engine.has_arrays:
        return register.source("name")
    import numpy as np
    import pyarrow as pa

    (asked,) = engine.columns(f"SELECT DISTINCT nid FROM ({nids}) WHERE nid >= 0 ORDER BY nid").values()
    if len(asked) * _SCAN_PAYS > register.manifest.names:
        return register.source("name")
    ends = np.cumsum([part.names_count for part in _parts(register)])
    pieces, first = [], 0
    for part, end in zip(_parts(register), ends, strict=True):
        pieces.append(part.names(asked[(asked >= first) & (asked < end)] - first))
        first = end
    engine.table(out, pa.concat_tables(pieces))
    return out


def near_numbers(engine: Engine, register: Prepared, rows: str) -> None:
    """Add to `candidate` the people whose number is one slip of the hand away from that of a row of table `rows`."""
    if not engine.has_arrays:
        _join(engine, register, "pin", statement("near_numbers").format(open=rows), MOST_PER_KEY)
        engine.step()
        return
    from dancu.linkage.lookup import slips

    written = engine.columns(f"SELECT row, num, len, date, sex FROM {rows} WHERE {slips.WRITTEN}")
    columns = {name: written[name] for name in ("num", "len", "date", "sex")}
    place, near = slips.near(**columns, maybe=partial(_living, register))
    _search(engine, register, "pin", {"row": written["row"][place], "k": near}, MOST_PER_KEY)
    engine.step()


def fetch_people(
    engine: Engine,
    register: Prepared,
    out: str,
    *,
    pairs: str = "SELECT DISTINCT row, who FROM candidate",
    columns: str = COLUMNS,
) -> None:
    """Table `out`: (row, who, the record's `columns`) for every (row, who) of the query `pairs`."""
    if engine.has_arrays:
        engine.table(out, _people(engine, register, pairs, columns.split(", ")))
        engine.step()
        return
    listed = ", ".join("p." + column for column in columns.split(", "))
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE {out} AS SELECT x.row, x.who, {listed}
        FROM ({pairs}) x JOIN (SELECT *, history IS NOT NULL AS past FROM {register.source("person")}) p ON p.pin = x.who"""
    )
    engine.step()


def _join(engine: Engine, register: Prepared, table: str, wanted: str, most: int) -> None:
    sources = {name: register.source(name) for name in ("person", "name", "former")}
    on_record = keys.on_record(table, **sources, who="pin")
    engine.run(f"CREATE OR REPLACE TEMP TABLE wanted AS {wanted}")
    engine.run(
        f"""INSERT INTO candidate
        WITH found AS (SELECT i.k, i.pin FROM ({on_record}) i WHERE i.k IN (SELECT k FROM wanted)),
        narrow AS (SELECT k FROM found GROUP BY k HAVING count(*) <= {most})
        SELECT w.row, f.pin AS who FROM wanted w JOIN found f USING (k) WHERE k IN (SELECT k FROM narrow)"""
    )


def _living(register: Prepared, pins):
    """Which numbers may be somebody's."""
    import numpy as np

    return np.any([part.maybe(pins) for part in _parts(register)], axis=0)


def _search(engine: Engine, register: Prepared, table: str, asked: dict, most: int) -> None:
    """`look_up` of the arrays row and k."""
    import numpy as np

    from dancu.linkage.lookup.arrays import running

    order = np.argsort(asked["k"])
    rows, wanted_keys = asked["row"][order], asked["k"][order]
    start = np.flatnonzero(np.diff(wanted_keys, prepend=-1))
    distinct, asking = wanted_keys[start], np.diff(start, append=len(rows))
    stored, width = keys.PREFIXES.get(table, (table, 1))
    found = []
    for number, part in enumerate(_parts(register)):
        which, positions = part.index(stored).find(distinct, most, width)
        found.append((which, positions + np.int64(number << _PART_BITS)))
    which, who = (np.concatenate(column) for column in zip(*found, strict=True))
    if len(found) > 1:
        narrow = np.bincount(which, minlength=len(distinct))[which] <= most
        which, who = which[narrow], who[narrow]
    many = asking[which]
    rows = rows[np.repeat(start[which], many) + running(many)]
    engine.insert("candidate", {"row": rows, "who": np.repeat(who, many)})


def _people(engine: Engine, register: Prepared, pairs: str, wanted: list[str]) -> dict:
    """The wanted columns of the people of (row, who) pairs, names' keys added."""
    import numpy as np

    from dancu.linkage.lookup import arrays

    asked = engine.columns(pairs)
    order = np.argsort(asked["who"])
    rows, who = asked["row"][order], asked["who"][order]
    start = np.flatnonzero(np.diff(who, prepend=-1))
    distinct, asking = who[start], np.diff(start, append=len(rows))
    people, living = np.empty(len(distinct), arrays.PERSON), np.empty(len(distinct), bool)
    for number, part in enumerate(_parts(register)):
        here = slice(*np.searchsorted(distinct, [number << _PART_BITS, (number + 1) << _PART_BITS]))
        people[here] = part.people(distinct[here] - (number << _PART_BITS))
        living[here] = part.living(people["pin"][here])
    kept = np.repeat(living, asking)
    columns = {"row": rows[kept], "who": who[kept]}
    told = {name: people[name] for name in people.dtype.names if name in wanted}
    coded = _kids(register)
    for kid in set(wanted) & set(_CODED):
        nids = people[_CODED[kid]]
        told[kid] = np.where(nids < 0, np.int32(-1), coded[nids])
    return columns | {name: np.repeat(values, asking)[kept] for name, values in told.items()}


@cache
def _parts(register: Prepared) -> list:
    from dancu.linkage.lookup.arrays import PartArrays

    folders = [register.root / part.folder for part in register.manifest.parts]
    return [PartArrays(folder, tuple(folders[place + 1 :])) for place, folder in enumerate(folders)]


@cache
def _kids(register: Prepared):
    """The key of each name, by the name's integer."""
    import numpy as np

    paths = [register.root / part.folder / "kid.npy" for part in register.manifest.parts]
    mapped = [np.load(path, mmap_mode="r") for path in paths if Path(path).exists()]
    return mapped[0] if len(mapped) == 1 else np.concatenate(mapped)
