"""Prepares a register for linking: names coded once, people sorted by number, keys sorted for look-up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from dancu.core import name as names
from dancu.core.refusal import Refusal
from dancu.linkage import prepared
from dancu.linkage.engine import Engine, literal, open_engine
from dancu.linkage.lookup import keys

COLUMNS = (
    "pin", "name", "birth_date", "sex", "old_id", "mother_name", "mother_pin", "father_name", "father_pin",
    "spouse_pin", "province", "commune", "unit_scheme", "phone", "status", "status_date", "number_history",
    "other_name", "previous_name",
)  # fmt: skip
REQUIRED = ("pin", "name", "birth_date")
# Rows a group: a small file reads few groups of a large country, a scan is not slowed by many.
PEOPLE_A_GROUP = 65_536
KEYS_A_GROUP = 32_768


def prepare(
    register: Path,
    out: Path,
    *,
    memory: str = "4GB",
    report: Callable[[str, int, int], None] | None = None,
) -> prepared.Prepared:
    """Read a register file (parquet or csv, columns as in docs) and write generation 1 into `out`.

    Replaces what was in `out` only once everything is written. Raises Refusal for an unusable file.
    """
    out.mkdir(parents=True, exist_ok=True)
    with new_part(out, "generation", memory=memory, report=report) as (engine, part):
        people = _write_part(engine, register, part)
        manifest = prepared.Manifest(
            format=prepared.FORMAT,
            version=1,
            time=datetime.fromtimestamp(register.stat().st_mtime, UTC).isoformat(timespec="seconds"),
            people=people,
            source_time=register.stat().st_mtime_ns,
            names=engine.count("name"),
            keys=engine.count("key"),
            parts=(prepared.Part(part.name, people),),
        )
    ready = prepared.write(out, manifest)
    for old in (*out.glob("generation-*"), *out.glob("change-*")):
        if old != part:
            shutil.rmtree(old, ignore_errors=True)
    return ready


@contextmanager
def new_part(
    root: Path, kind: str, *, memory: str, report: Callable[[str, int, int], None] | None
) -> Iterator[tuple[Engine, Path]]:
    """An engine and an empty folder in `root` for a part; the folder is gone again if the block fails."""
    part = root / f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    part.mkdir()
    engine = open_engine(part / "work", memory=memory, report=report)
    try:
        yield engine, part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        # A folder made for a register that cannot be used holds nothing else.
        with suppress(OSError):
            root.rmdir()
        raise
    finally:
        engine.close()
        shutil.rmtree(part / "work", ignore_errors=True)


def _write_part(engine: Engine, register: Path, part: Path) -> int:
    source = register_source(engine, register)
    engine.run(f"CREATE TEMP VIEW register AS SELECT {', '.join(register_columns(engine, source))} FROM {source}")
    with engine.stage("names"):
        code_names(engine, "register", part)
    with engine.stage("people"):
        clean(engine)
        code_rarity(engine, "clean")
        people = write_people(engine, part)
    if not people:
        raise Refusal(
            "empty_register",
            vi=f"{register.name} không có người nào đọc được (cần pin, name, birth_date).",
            en=f"{register.name} holds no readable person (pin, name, birth_date are needed).",
        )
    write_indexes(engine, part)
    return people


def clean(engine: Engine) -> None:
    """View `clean`: view `register` typed, places as today's codes."""
    code_units(engine, "register")
    engine.file("prepare_clean", register="register", birth_date=_date("birth_date"), status_date=_date("status_date"))


def write_people(engine: Engine, part: Path) -> int:
    """`person.parquet` of view `clean` with the coded names and rarities; returns how many people."""
    path = literal(str(part / "person.parquet"))
    engine.file("prepare_person", path=path, compression="snappy", group=PEOPLE_A_GROUP)
    return engine.count(f"read_parquet({path})")


def register_source(engine: Engine, register: Path) -> str:
    """FROM item of a register file; raises Refusal where there is none."""
    if not register.is_file():
        raise Refusal(
            "no_register",
            vi=f"Không thấy tệp dữ liệu dân cư {register}.",
            en=f"There is no register file {register}.",
        )
    path = literal(str(register))
    return f"read_parquet({path})" if register.suffix == ".parquet" else f"read_csv({path}, all_varchar = true)"


def register_columns(engine: Engine, source: str) -> list[str]:
    """The contract's columns as text; missing optional ones as NULL."""
    have = {row[0] for row in engine.run(f"DESCRIBE SELECT * FROM {source}")}
    if missing := [column for column in REQUIRED if column not in have]:
        raise Refusal(
            "register_columns",
            vi=f"Tệp dữ liệu dân cư thiếu cột {', '.join(missing)}.",
            en=f"The register file lacks the column {', '.join(missing)}.",
        )
    return [f"CAST({c} AS VARCHAR) AS {c}" if c in have else f"CAST(NULL AS VARCHAR) AS {c}" for c in COLUMNS]


def _date(column: str) -> str:
    """ISO text `yyyy[-mm[-dd]]` to yyyymmdd; 0 where there is none."""
    digits = f"rpad(replace({column}, '-', ''), 8, '0')"
    return f"CAST(coalesce(TRY_CAST({digits} AS INTEGER), 0) AS INTEGER)"


def code_names(engine: Engine, register: str, part: Path) -> None:
    """Give every distinct name (nid), key (kid) and key without its order (bid) an integer; count who bears a key.

    Writes `name.parquet` (nid, name, kid, bid, tail, toned, key, plain), `key.parquet` (kid, key, bid, tail, n) and
    `bag.parquet` (bag, bid), and leaves tables `name`, `key`, `bag`.
    """
    read_written(engine, register)
    engine.run(
        """CREATE OR REPLACE TEMP TABLE key AS
        SELECT key, bag, tail, CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS kid
        FROM (SELECT DISTINCT key, bag, tail FROM coded)"""
    )
    engine.run("CREATE OR REPLACE TEMP TABLE bag AS SELECT bag, min(kid) AS bid FROM key GROUP BY bag")
    engine.run(
        """CREATE OR REPLACE TEMP TABLE name AS
        SELECT CAST(row_number() OVER (ORDER BY kid, name) - 1 AS INTEGER) AS nid, name, kid, bid, toned, key, tail
        FROM coded JOIN key USING (key, bag, tail) JOIN bag USING (bag)"""
    )
    for field in ("name", "mother_name", "father_name"):
        engine.run(
            f"""CREATE OR REPLACE TEMP TABLE bearer_{field} AS
            SELECT kid, CAST(sum(n) AS BIGINT) AS n
            FROM (SELECT {field} AS name, count(*) AS n FROM {register} GROUP BY 1) JOIN name USING (name) GROUP BY kid"""
        )
    counted = (
        "SELECT kid, key, bid, tail, CAST(coalesce(n, 0) AS INTEGER) AS n FROM key JOIN bag USING (bag) LEFT JOIN bearer_name USING (kid)"
    )
    write_names(engine, part, names="SELECT * FROM name", keys=counted, bags="SELECT * FROM bag")


def read_written(engine: Engine, register: str) -> None:
    """Table `coded` (name, key, bag, toned): every distinct name of a register, read by `core.name`."""
    import pyarrow as pa

    engine.file("prepare_names", register=register)
    batches = []
    for batch in engine.con.sql("SELECT name FROM written").to_arrow_reader(500_000):
        texts = batch.column(0).to_pylist()
        keys, toned = names.keys_and_toned(texts)
        bags = [" ".join(sorted(key.split(" "))) for key in keys]
        columns = {"key": keys, "bag": bags, "toned": toned, "tail": [names.tail(key) for key in keys]}
        batches.append(pa.record_batch({"name": batch.column(0), **{c: pa.array(v) for c, v in columns.items()}}))
    # A change may only take people away: then there is no name to code.
    schema = pa.schema({"name": pa.string(), "key": pa.string(), "bag": pa.string(), "toned": pa.string(), "tail": pa.int64()})
    engine.table("coded", pa.Table.from_batches(batches, None if batches else schema))


def write_names(engine: Engine, part: Path, *, names: str, keys: str, bags: str) -> None:
    """The three dictionaries of a part."""
    _copy(engine, f"SELECT bag, bid FROM ({bags}) ORDER BY bag", part / "bag.parquet", KEYS_A_GROUP)
    wanted = "nid, name, kid, bid, tail, toned, key, replace(replace(strip_accents(name), 'đ', 'd'), 'Đ', 'D') AS plain"
    _copy(engine, f"SELECT {wanted} FROM ({names}) ORDER BY nid", part / "name.parquet", KEYS_A_GROUP)
    _copy(engine, f"SELECT kid, key, bid, tail, n FROM ({keys}) ORDER BY key", part / "key.parquet", KEYS_A_GROUP)


def code_rarity(engine: Engine, clean: str) -> None:
    """Tables `rarity_name`, `_date`, `_mother`, `_father`: how rare each value is, in eighths of a bit."""
    people = engine.count(clean)
    for field, value, table in (
        ("name", "kid", "bearer_name"),
        ("mother", "kid", "bearer_mother_name"),
        ("father", "kid", "bearer_father_name"),
    ):
        engine.file("prepare_rarity", field=field, value=value, table=table, people=people)
    engine.run(f"CREATE OR REPLACE TEMP TABLE born AS SELECT dob, count(*) AS n FROM {clean} GROUP BY dob")
    engine.file("prepare_rarity", field="date", value="dob", table="born", people=people)


def code_units(engine: Engine, register: str) -> None:
    """Table `unit`: each distinct (province, commune, scheme) of the register as today's codes."""
    import pyarrow as pa

    from dancu.linkage.place import register_units

    rows = engine.run(f"SELECT DISTINCT province, commune, unit_scheme FROM {register}")
    places = register_units(rows)
    engine.table(
        "unit",
        pa.table(
            {
                "province": pa.array([row[0] for row in rows], pa.string()),
                "commune_text": pa.array([row[1] for row in rows], pa.string()),
                "unit_scheme": pa.array([row[2] for row in rows], pa.string()),
                "prov": pa.array([place[0] for place in places], pa.int16()),
                "commune": pa.array([place[1] for place in places], pa.int32()),
            }
        ),
    )


def write_indexes(engine: Engine, part: Path) -> None:
    """Dates on record, former numbers and the sorted arrays of one part."""
    from dancu.linkage.lookup import arrays

    engine.run(
        f"""CREATE OR REPLACE TEMP VIEW placed AS SELECT *, file_row_number AS pos, history IS NOT NULL AS past
        FROM read_parquet({literal(str(part / "person.parquet"))}, file_row_number = true)"""
    )
    with engine.stage("indexes"):
        _copy(engine, "SELECT dob, count(*) AS n FROM placed GROUP BY dob ORDER BY dob", part / "date.parquet", 100_000)
        former = "SELECT pin, TRY_CAST(unnest(string_split(history, ';')) AS BIGINT) AS number FROM placed WHERE past"
        _copy(engine, f"SELECT * FROM ({former}) WHERE number IS NOT NULL ORDER BY pin", part / "former.parquet", KEYS_A_GROUP)
        former = f"read_parquet({literal(str(part / 'former.parquet'))})"
        arrays.write_people(part / "person.npy", engine.reader("SELECT * FROM placed"))
        for table in keys.KEYS:
            query = keys.on_record(table, person="placed", name="name", former=former, who="pos")
            arrays.write_index(part / f"{table}.npy", engine.reader(f"SELECT k, pos FROM ({query}) ORDER BY k"))
        people = engine.count("placed")
        arrays.write_bits(part / "pin.bits.npy", engine.reader("SELECT pin AS k FROM placed"), people)
        names = f"SELECT * FROM read_parquet({literal(str(part / 'name.parquet'))}) ORDER BY nid"
        arrays.write_texts(part / "name.arrow", engine.reader(names))
        arrays.save(part / "kid.npy", engine.columns(f"SELECT kid FROM ({names})")["kid"])


def _copy(engine: Engine, query: str, path: Path, group: int) -> None:
    engine.run(
        f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}, PARQUET_VERSION v2)"
    )
