"""Dates as a civil-status officer writes them out: ngày mười lăm, tháng ba, năm một nghìn chín trăm chín mươi."""

from __future__ import annotations

from functools import lru_cache

_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


def below_hundred(number: int) -> str:
    """0 to 99 in words."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _ONES[ones]
    if tens == 1:
        return "mười" + ("" if ones == 0 else " lăm" if ones == 5 else " " + _ONES[ones])
    last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, " " + _ONES[ones])
    return f"{_ONES[tens]} mươi{last}"


def year_in_words(year: int) -> str:
    """1990: một nghìn chín trăm chín mươi; 2005: hai nghìn không trăm linh năm."""
    thousands, rest = divmod(year, 1000)
    hundreds, rest = divmod(rest, 100)
    words = f"{_ONES[thousands]} nghìn"
    if hundreds or rest:
        words += f" {_ONES[hundreds]} trăm"
    if rest:
        words += f" linh {_ONES[rest]}" if rest < 10 else f" {below_hundred(rest)}"
    return words


@lru_cache(maxsize=65536)
def date_in_words(slashed: str) -> str:
    """A date dd/mm/yyyy in words; "" where month or day are none."""
    day, month, year = slashed[:2], slashed[3:5], slashed[6:]
    if not (day.isdigit() and month.isdigit() and year.isdigit()) or not 1 <= int(month) <= 12 or day == "00":
        return ""
    spoken_day = ("mùng " if int(day) <= 10 else "") + below_hundred(int(day))
    return f"Ngày {spoken_day}, tháng {_MONTHS[int(month) - 1]}, năm {year_in_words(int(year))}"
