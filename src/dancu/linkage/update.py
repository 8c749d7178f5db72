"""Follows the register: changed people become a part of their own on top of the prepared ones, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dancu.linkage import prepare, prepared
from dancu.linkage.engine import Engine, literal

# Rarity where nobody on record bears the value, in eighths of a bit.
_RAREST = 240
# A column of the changes file: anything in it takes the person out of the register's copy.
REMOVED = "removed"


def update(
    root: Path,
    changes: Path,
    *,
    time: str | None = None,
    memory: str = "4GB",
    report: Callable[[str, int, int], None] | None = None,
) -> prepared.Prepared:
    """Put the people of `changes` (columns as a register, and `removed`) on top of the prepared register in `root`.

    A person is known by the number; the newest record wins. Readers see the register before or after, never
    between. `time`: up to when the register was followed, ISO; by default the file's own time.
    """
    known = prepared.read(root)
    with prepare.new_part(root, "change", memory=memory, report=report) as (engine, part):
        manifest = _write_change(engine, known, changes, part, time)
    return prepared.write(root, manifest)


def _write_change(
    engine: Engine, known: prepared.Prepared, changes: Path, part: Path, time: str | None
) -> prepared.Manifest:
    from dancu.linkage.lookup import arrays

    source = prepare.register_source(engine, changes)
    columns = ", ".join(prepare.register_columns(engine, source))
    has_removed = REMOVED in {row[0] for row in engine.run(f"DESCRIBE SELECT * FROM {source}")}
    removed = f"nullif(CAST({REMOVED} AS VARCHAR), '') IS NOT NULL" if has_removed else "false"
    engine.run(f"CREATE TEMP VIEW arrived AS SELECT {columns}, {removed} AS removed FROM {source}")
    engine.run("CREATE TEMP VIEW register AS SELECT * EXCLUDE (removed) FROM arrived WHERE NOT removed")
    with engine.stage("names"):
        new_names, new_keys = _code_new_names(engine, known, part)
    with engine.stage("people"):
        prepare.clean(engine)
        _rarity_on_record(engine, known)
        people = prepare.write_people(engine, part)
    prepare.write_indexes(engine, part)
    changed = literal(str(part / "changed.parquet"))
    engine.run(f"COPY (SELECT DISTINCT CAST(pin AS BIGINT) AS pin FROM arrived) TO {changed} (FORMAT parquet)")
    arrays.save(part / "changed.npy", engine.columns(f"SELECT pin FROM read_parquet({changed}) ORDER BY pin")["pin"])
    replaced = engine.run(
        f"SELECT count(*) FROM {known.source('person')} WHERE pin IN (SELECT pin FROM read_parquet({changed}))"
    )[0][0]
    old = known.manifest
    when = time or datetime.fromtimestamp(changes.stat().st_mtime, UTC).isoformat(timespec="seconds")
    return prepared.Manifest(
        format=old.format,
        version=old.version + 1,
        time=when,
        people=old.people - replaced + people,
        source_time=old.source_time,
        names=old.names + new_names,
        keys=old.keys + new_keys,
        parts=(*old.parts, prepared.Part(part.name, people)),
    )


def _code_new_names(engine: Engine, known: prepared.Prepared, part: Path) -> tuple[int, int]:
    """Tables `name`, `key`, `bag` for the changed people; new entries are written. Returns how many (names, keys)."""
    prepare.read_written(engine, "register")
    engine.file(
        "update_names",
        name=known.source("name"),
        key=known.source("key"),
        bag=known.source("bag"),
        first_name=known.manifest.names,
        first_key=known.manifest.keys,
    )
    prepare.write_names(
        engine,
        part,
        names=f"SELECT * FROM name WHERE nid >= {known.manifest.names}",
        keys=f"SELECT kid, key, bid, tail, 0 AS n FROM key JOIN bag USING (bag) WHERE kid >= {known.manifest.keys}",
        bags=f"SELECT bag, bid FROM bag WHERE bid >= {known.manifest.keys}",
    )
    counts = engine.run(
        f"""SELECT (SELECT count(*) FROM name WHERE nid >= {known.manifest.names}),
          (SELECT count(*) FROM key WHERE kid >= {known.manifest.keys})"""
    )
    return counts[0]


def _rarity_on_record(engine: Engine, known: prepared.Prepared) -> None:
    """Rarities of the changed people's values as the register knows them; what it does not know is rarest."""
    person = known.source("person")
    for field, value, rarity in (("name", "kid", "nf"), ("mother", "mkid", "mf"), ("father", "fkid", "ff")):
        engine.run(
            f"""CREATE OR REPLACE TEMP TABLE rarity_{field} AS
            SELECT k.kid AS value, CAST(coalesce(r.x, {_RAREST}) AS SMALLINT) AS x
            FROM (SELECT DISTINCT kid FROM name) k
            LEFT JOIN (SELECT {value} AS kid, max({rarity}) AS x FROM {person} GROUP BY 1) r USING (kid)"""
        )
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE rarity_date AS
        SELECT d.dob AS value, CAST(coalesce(r.x, {_RAREST}) AS SMALLINT) AS x FROM (SELECT DISTINCT dob FROM clean) d
        LEFT JOIN (SELECT dob, max(df) AS x FROM {person} GROUP BY 1) r USING (dob)"""
    )
