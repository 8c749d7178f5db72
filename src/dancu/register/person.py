"""A person as the population data hold one: the 26 groups of fields of Luật Căn cước 2023, điều 9, as one plain value.

Dates are ISO text and may be partial (`yyyy`, `yyyy-mm`, `yyyy-mm-dd`): the law's own services accept a year alone. An empty text
or map says that nothing is on record, never that there is nothing.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Sex = Literal["", "male", "female"]
# A record is never deleted: it waits for its number, lives, is dead or missing, was a double of another, or never should have been.
Status = Literal["awaiting_number", "active", "deceased", "missing", "merged", "cancelled"]
# Tình trạng hôn nhân: QCVN 109:2017 code 1, 2 and the two kinds of its code 3.
Marital = Literal["", "single", "married", "divorced", "widowed"]


class Place(Struct, frozen=True, omit_defaults=True):
    """An administrative unit of one scheme (`dancu.places`) and what stands before it in an address."""

    code: str = ""
    scheme: str = "2025-07"
    detail: str = ""
    country: str = "VN"


class Kin(Struct, frozen=True, omit_defaults=True):
    """A relative or representative: `person` where they have a record here, the rest as their papers say."""

    person: int = 0
    name: str = ""
    pin: str = ""
    old_id: str = ""
    nationality: str = ""


class Residence(Struct, frozen=True, omit_defaults=True):
    """Where somebody lives, from and until when. `until` of a temporary residence is its term (at most two years)."""

    place: Place = Place()
    since: str = ""
    until: str = ""
    reason: str = ""


class Card(Struct, frozen=True, omit_defaults=True):
    """A citizen's card through its life. `expires` is empty for a card for life (Luật Căn cước 2023, điều 21)."""

    state: Literal["requested", "issued", "delivered", "replaced", "lost", "revoked"]
    requested: str = ""
    issued: str = ""
    delivered: str = ""
    ended: str = ""
    expires: str = ""
    place: str = ""
    why: str = ""


class Former(Struct, frozen=True, omit_defaults=True):
    """A name or a number that was somebody's until a day, and why it no longer is."""

    value: str
    until: str = ""
    why: str = ""


class Person(Struct, frozen=True, omit_defaults=True):
    """State of one person at some time, as known at some time. `version` counts the events folded into it.

    The comment of each field is its group in điều 9; groups 23 and the children of group 15 are other people's fields.
    Keys of maps: cards by serial number, residences and absences by the file number that recorded them, old names and numbers
    by the number of the event that ended them.
    """

    id: int
    version: int = 0
    status: Status = "active"
    name: str = ""  # 1
    other_name: str = ""  # 2
    pin: str = ""  # 3
    former_pins: dict[str, Former] = {}
    former_names: dict[str, Former] = {}
    birth_date: str = ""  # 4
    sex: Sex = ""  # 5
    birth_place: Place = Place()  # 6
    birth_registered_at: Place = Place()  # 7
    hometown: Place = Place()  # 8
    ethnicity: str = ""  # 9
    religion: str = ""  # 10
    nationalities: dict[str, bool] = {}  # 11
    blood: Literal["", "A", "B", "AB", "O"] = ""  # 12
    old_id: str = ""  # 13
    cards: dict[str, Card] = {}  # 14
    father: Kin = Kin()  # 15
    mother: Kin = Kin()
    adoptive_father: Kin = Kin()
    adoptive_mother: Kin = Kin()
    spouse: Kin = Kin()
    guardians: dict[str, Kin] = {}
    wards: dict[str, Kin] = {}
    permanent: Residence = Residence()  # 16
    temporary: dict[str, Residence] = {}  # 17
    current: Residence = Residence()  # 18
    absences: dict[str, Residence] = {}  # 19
    stays: dict[str, Residence] = {}
    residence_file: str = ""  # 20
    marital: Marital = ""  # 21
    household: int = 0  # 22
    relation_to_head: str = ""
    died: str = ""  # 24
    death_registered_at: Place = Place()
    missing_since: str = ""
    phone: str = ""  # 25
    email: str = ""
    others: dict[str, str] = {}  # 26
    merged_into: int = 0
    sealed: dict[str, bool] = {}
    eid_locked: bool = False


# Đã xác lập lại hoặc hủy: such a record answers for nobody any more.
GONE: frozenset[str] = frozenset({"merged", "cancelled"})
# Ethnicity, religion, blood group: dữ liệu cá nhân nhạy cảm (NĐ 356/2025).
SENSITIVE: frozenset[str] = frozenset({"ethnicity", "religion", "blood"})
