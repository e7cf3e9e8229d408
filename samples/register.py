"""A register of the one-stop software, drawn: dossiers of three years with everything indicators look at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

_PROCEDURES = (
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch", 1, 0, 1),
    ("1.000894", "Đăng ký kết hôn", "Hộ tịch", 3, 0, 1),
    ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", "Hộ tịch", 3, 15000, 1),
    ("2.000635", "Cấp bản sao trích lục hộ tịch", "Hộ tịch", 1, 8000, 0),
    ("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực", 1, 2000, 0),
    ("1.004222", "Đăng ký thường trú", "Cư trú", 7, 20000, 1),
    ("1.013225", "Cấp giấy phép xây dựng mới", "Xây dựng", 20, 75000, 1),
    ("1.012783", "Cấp đổi giấy chứng nhận quyền sử dụng đất", "Đất đai", 15, 100000, 0),
    ("1.001612", "Đăng ký thành lập hộ kinh doanh", "Đăng ký kinh doanh", 3, 100000, 1),
    ("2.000488", "Cấp phiếu lý lịch tư pháp", "Tư pháp", 10, 200000, 0),
)
"""Code, name, field, working days, fee in đồng, whether data replace a component."""
_UNITS_BEFORE = ("H10", "H10.15", "H10.16", "H10.17", "H10.18", "H19", "H19.21", "H19.22", "H19.23")
_UNITS_SINCE = ("H19", "H19.21", "H19.22", "H19.23", "H19.30", "H19.31", "H19.32")
SUCCESSORS = {"H10.15": "H19.30", "H10.16": "H19.30", "H10.17": "H19.31", "H10.18": "H19.32"}
_MERGED = datetime(2025, 7, 1)  # noqa: DTZ001  (local time throughout, as such exports have it)
_FORMAT = "%Y-%m-%d %H:%M:%S"


def draw_register(count: int, seed: int, since: datetime, days: int) -> Iterator[dict[str, str]]:
    """`count` rows with headings that `sohoa register import` knows, received within `days` of `since`."""
    rng = Random(seed)
    for number in range(count):
        at = since + timedelta(
            days=number * days // count, hours=rng.randint(8, 16), minutes=rng.randint(0, 59)
        )
        units = _UNITS_BEFORE if at < _MERGED else _UNITS_SINCE
        yield _row(rng, number, at, rng.choice(units))


def draw_units() -> Iterator[dict[str, str]]:
    """The table of units that goes with it."""
    names = {"H19": "Tỉnh Đồng Nai", "H10": "Tỉnh Bình Phước (cũ)"}
    for code in sorted({*_UNITS_BEFORE, *_UNITS_SINCE}):
        successor = "H19" if code == "H10" else SUCCESSORS.get(code, "")
        yield {
            "code": code,
            "name": names.get(code, f"UBND xã số {code[-2:]}"),
            "successor": successor,
            "since": "2025-07-01" if successor else "",
        }


def draw_scenario(
    digitised: int = 8102, reused: int = 7805, on_time: int = 9976, paid: int = 5281
) -> Iterator[dict[str, str]]:
    """10,000 dossiers of one quarter of which exactly so many are digitised, reused, on time, paid online."""
    rng = Random(766)
    places = {
        name: set(rng.sample(range(10_000), count))
        for name, count in (
            ("digitised", digitised),
            ("reused", reused),
            ("on_time", on_time),
            ("paid", paid),
        )
    }
    for number in range(10_000):
        at = datetime(2026, 7, 1, 8) + timedelta(minutes=12 * number)  # noqa: DTZ001
        code, name, field, _, fee, _ = _PROCEDURES[2 + number % 8]
        late = timedelta(hours=-5 if number in places["on_time"] else 5)
        whole = number in places["digitised"]
        yield {
            "ma_ho_so": f"{_UNITS_SINCE[number % 7]}-{at:%y%m%d}-{number:05d}",
            "ma_tthc": code,
            "ten_tthc": name,
            "linh_vuc": field,
            "don_vi": _UNITS_SINCE[number % 7],
            "kenh": str(1 + number % 2),
            "ngay_tiep_nhan": at.strftime(_FORMAT),
            "ngay_hen_tra": (at + timedelta(days=5)).strftime(_FORMAT),
            "ngay_ket_thuc": (at + timedelta(days=5) + late).strftime(_FORMAT),
            "le_phi": str(fee),
            "thanh_toan": "1" if number in places["paid"] else "0",
            "ket_qua_van_ban": "1",
            "co_thu_phi": "1",
            "thay_the_duoc": "1",
            "tep_thanh_phan": "1" if whole or number % 3 else "0",
            "tep_ket_qua": "1" if whole or not number % 3 else "0",
            "tai_su_dung": "1" if number in places["reused"] else "0",
        }


def _row(rng: Random, number: int, at: datetime, unit: str) -> dict[str, str]:
    code, name, field, days, fee, replaceable = rng.choice(_PROCEDURES)
    good = 0.55 + 0.05 * (hash_of(unit) % 8)
    due = at + timedelta(days=days * 1.4 + 1)
    ended = at + timedelta(days=days * rng.uniform(0.2, 1.35 if rng.random() < good else 2.2))
    asked = at + timedelta(hours=rng.randint(3, 20))
    kind = rng.random()
    return {
        "ma_ho_so": f"{unit}-{at:%y%m%d}-{number:07d}",
        "ma_tthc": code,
        "ten_tthc": name,
        "linh_vuc": field,
        "don_vi": unit,
        "kenh": rng.choice("1123"),
        "ngay_tiep_nhan": "" if kind < 0.002 else at.strftime(_FORMAT),
        "ngay_hen_tra": "" if kind > 0.99 else due.strftime(_FORMAT),
        "ngay_ket_thuc": "" if kind > 0.985 else ended.strftime(_FORMAT),
        "yeu_cau_bo_sung": _asked(rng, asked),
        "le_phi": str(fee if rng.random() < 0.9 else 0),
        "thanh_toan": rng.choice("011") if rng.random() < good else "0",
        "ket_qua_van_ban": "0" if code == "1.004222" else "1",
        "co_thu_phi": "1" if fee else "0",
        "thay_the_duoc": str(replaceable),
        "so_ngay": str(days),
        "tep_thanh_phan": str(rng.randint(1, 4)) if rng.random() < good + 0.1 else "0",
        "tep_ket_qua": "1" if rng.random() < good + 0.05 else "0",
        "tai_su_dung": "1" if rng.random() < good - 0.1 else "0",
        "tu_kho": "1" if rng.random() < 0.2 else "0",
        "ket_qua_dong_bo": "1" if rng.random() < 0.4 else "0",
    }


def _asked(rng: Random, asked: datetime) -> str:
    answered = asked + timedelta(days=rng.randint(1, 6))
    return f"{asked.strftime(_FORMAT)}>{answered.strftime(_FORMAT)}" if rng.random() < 0.06 else ""


def hash_of(unit: str) -> int:
    """A small number that always belongs to the same unit."""
    return sum(map(ord, unit)) * 7
