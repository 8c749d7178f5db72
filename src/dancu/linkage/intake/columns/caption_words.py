"""The words column headers are made of, folded (no accents, small letters): data for `caption.py`."""

from __future__ import annotations

NEVER_DATE = (
    r"\b(ngay|date|thoi gian|nam|thang)\b.*\b(dang ky|dk|cap|tiem|vao|het|lap|hop dong|kich hoat|tham gia|nhap|ky|"
    r"ket hon|mat|chet|tu tran|quyet dinh|huong|bat dau|ket thuc|hieu luc|hen|kham|xet nghiem|cap nhat|khai bao|"
    r"su kien|"
    r"ghi|den|tu|cu tru|khai sinh|khai tu|registered|registration|issued?|expiry|vaccination|activation|start|end|"
    r"death|created|updated)\b",
    r"\b(registration|issue|issued|expiry|vaccination|activation|start|end|death|created|updated|registered) "
    r"(date|day|time|on|at|year)\b",
)
"""A date that is not a birth date; not asked when the header speaks of a birth."""

NEVER = (
    r"\b(quyen|trang|quyen so|book|page)\b",
    r"^(stt|tt|so tt|so thu tu|no|index|row|#|thu tu|id dong|key)$",
    r"\b(noi|co quan|place|don vi)\b.*\b(cap|sinh|dang ky|dk|dkks|issued?|lam viec|cong tac|kham|tiem|quan ly)\b",
    r"\b(que quan|nguyen quan|que|hometown|birth ?place|place of birth|noi sinh|noi dkks|nguyen que)\b",
    r"\b(bhyt|bhxh|bhtn|the bao hiem|so the|ma the|tai khoan|stk|so lo|ma ho|so ho|hop dong|ma bn|ma benh nhan|"
    r"ma hoc sinh|ma kh|ma khach hang|ma doi tuong|ma nv|ma so thue|mst|serial|imei|sim|account|policy|so nha|"
    r"so dang ky|so quyet dinh|so giay|ma dvhc|ma xa|ma tinh|ma huyen|ma vung|so seri|so bien lai)\b",
    r"\b(dan toc|ton giao|quoc tich|nghe nghiep|trinh do|hoc van|ghi chu|note|remark|email|ethnic\w*|religion|"
    r"nationality|occupation|job|so tien|muc huong|muc luong|luong|loai|vac ?xin|vaccine|mui|trang thai|status|"
    r"tinh trang|quan he|relation\w*|ket qua|ly do|thon|ap|to dan pho|khu pho|hamlet|lop|truong|school|class)\b",
)
"""Patterns (searched) of headers that are known and are none of the canonical fields."""

ROLES = (
    ("spouse", r"\b(vo chong|chong vo|vo hoac chong|chong hoac vo|vo hay chong|spouse)\b"),
    ("declarant", r"\b(nguoi (yeu cau|di khai|di dang ky|khai)( dang ky)?( (khai )?(sinh|tu)| ket hon| giam ho| ho tich)?|"
                  r"declarant|applicant|informant)\b"),
    ("ward", r"\b(nguoi duoc (cu )?giam ho|ben duoc giam ho|ward (?=(full name|pin|birth|date of birth|dob)\b))"),
    ("guardian", r"\b(nguoi giam ho|ben giam ho|guardians?)\b"),
    ("other", r"\b(nguoi (dai dien|lap|ky|lien he|lien lac|nuoi duong|than|"
              r"nhan|thuc hien|tiem|gioi thieu|uy quyen|bao tin|nhan thay)|can bo|bac si|cong chuc|giao vien|"
              r"nguoi cap|ubnd|contact)\b"),
    ("head", r"\b(chu ho|head of household|household head)\b"),
    ("mother", r"\b(me|mother|mothers|mom|htm)\b"),
    ("father", r"\b(cha|bo|father|fathers|dad|htc|htb)\b"),
    ("husband", r"\b(chong|husband|ben nam|chu re|groom)\b"),
    ("wife", r"\b(vo|wife|ben nu|co dau|bride)\b"),
)  # fmt: skip
"""Whose column it is; the first that is found wins, the rest of the caption tells the field."""

FILLER = (
    r"\b(cua|nguoi mat|nguoi qua co|nguoi|benh nhan|hoc sinh|sinh vien|khach hang|kh|cong dan|doi tuong|chu thue bao|thue bao|"
    r"chu the|duoc tiem( chung)?|"
    r"huong( luong huu| tro cap)?|che do|thong tin|khai sinh|khai tu|duoc khai sinh|tre( em)?|con|be|chet|"
    r"da chet|tham gia|nhan vien|can bo|lao dong|thanh vien|nguoi dung|the|hien nay|hien tai|bat buoc|neu co|ghi ro|"
    r"deceased|newborn|baby|customer|person|patient|subscriber|student|citizen|member|child|the|of|s|ghi theo giay khai sinh|"
    r"theo cccd|theo cmnd|theo giay khai sinh|tren giay to|in hoa|viet hoa|chu in hoa|dau du|day du|full)\b"
)

MALE_ONLY = r"^(nam|male|trai|be trai|ong)$"
FEMALE_ONLY = r"^(nu|female|gai|be gai|ba)$"

OWN_RESULT = (
    "ket qua doi chieu", "giai thich", "viec can lam", "noi xu ly", "so dinh danh trong csdl", "tinh trang",
    "ngay cua tinh trang", "trung voi dong", "do tin cay", "ma ly do", "muc do",
)  # fmt: skip
"""Folded captions of Dancu's own result columns; believed only beside the first of them."""

OWN_PERSON = r"^(nguoi me|nguoi cha|ben nam|ben nu|nguoi giam ho|nguoi duoc giam ho|nguoi yeu cau) "
"""Before each of them where they are about another person of the row."""

OWN_SHEETS = frozenset({"tong hop", "can xu ly", "trung trong tep", "chu giai", "nhat ky"})
