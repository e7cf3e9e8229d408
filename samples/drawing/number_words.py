"""Numbers and dates in Vietnamese words, as civil-status papers repeat them."""

from datetime import date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(number: int) -> str:
    """`number` (0…9999) in words: 2019 → hai nghìn không trăm mười chín."""
    if number >= 1000:
        rest = number % 1000
        return f"{_DIGITS[number // 1000]} nghìn" + (f" {_hundreds(rest)}" if rest else "")
    return _hundreds(number) if number >= 100 else _tens(number)


def date_in_words(day: date) -> str:
    """`Ngày năm, tháng ba, năm hai nghìn không trăm mười chín`."""
    return f"Ngày {in_words(day.day)}, tháng {in_words(day.month)}, năm {in_words(day.year)}"


def date_in_digits(day: date) -> str:
    """`05/03/2019`."""
    return f"{day:%d/%m/%Y}"


def date_in_full(day: date) -> str:
    """`ngày 05 tháng 3 năm 2019`: zero before days under 10 and months 1, 2 (Decree 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else f"{day.month}"
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _hundreds(number: int) -> str:
    rest = number % 100
    head = f"{_DIGITS[number // 100]} trăm"
    if not rest:
        return head
    return f"{head} linh {_DIGITS[rest]}" if rest < 10 else f"{head} {_tens(rest)}"


def _tens(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return head
    one = {1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, _DIGITS[ones])
    return f"{head} {one}"
