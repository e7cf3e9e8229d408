"""Procedures as the National Portal publishes them, made into the catalogue's shape.

The portal's list of papers (`thành phần hồ sơ`) is one run-on text: names, each followed by `N bản chính,
M bản sao`, under heads such as `Giấy tờ phải nộp`, `Giấy tờ phải xuất trình`, `Lưu ý`, `Trường hợp …`. A
line of `0 bản chính` is a note or a condition and never becomes a paper that is asked for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from schemas.base.language import Bilingual
from schemas.base.vietnamese import fold, nfc
from schemas.catalogue import document_types
from schemas.procedure import Case, Component, Level, Presentation, Procedure

_COUNTED = re.compile(
    r"(?P<name>.*?)[\s:;(–-]*(?P<originals>\d{1,3})\s*bản\s+chính\s*[,;–-]?\s*(?P<copies>\d{1,3})\s*bản\s+sao\)?",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = re.compile(
    r"^\W*(?P<head>giấy tờ phải nộp|giấy tờ phải xuất trình|lưu ý|trường hợp[^:\n]{3,200}(?=:))\s*:?\s*",
    re.IGNORECASE,
)
_FORMS = ("to khai", "don ", "don de nghi", "giay de nghi", "phieu ")
_SHORT = 200
_ALIASES = {
    "code": ("ma_thu_tuc", "matthc", "ma_tthc", "ma", "code"),
    "name": ("ten_thu_tuc", "tentthc", "ten_tthc", "ten", "name"),
    "field": ("linh_vuc", "tenlinhvuc", "field"),
    "level": ("cap_thuc_hien", "capthuchien", "level"),
    "basis": ("can_cu_phap_ly", "cancuphaply", "basis"),
    "papers": ("thanh_phan_ho_so", "thanhphanhoso", "components"),
    "case": ("truong_hop", "truonghop", "case"),
    "paper": ("ten_thanh_phan", "tengiayto", "ten_giay_to", "paper"),
    "originals": ("so_ban_chinh", "sobanchinh", "originals"),
    "copies": ("so_ban_sao", "sobansao", "copies"),
}
_NO_BASIS = "Cổng Dịch vụ công quốc gia"
_ONLY = "Mọi trường hợp"


class NotAProcedure(ValueError):
    """A row lacks what a procedure needs; the text says what."""


@dataclass
class _Draft:
    """A procedure while its rows are read."""

    row: Mapping[str, object]
    cases: dict[str, tuple[list[Component], list[str]]] = field(default_factory=dict)

    def case(self, name: str) -> tuple[list[Component], list[str]]:
        return self.cases.setdefault(name, ([], []))


def read_portal(rows: Iterable[Mapping[str, object]]) -> Iterator[Procedure]:
    """Procedures of rows, one a procedure with all its papers or one a paper; not compared with the law yet.

    Raises `NotAProcedure`; pydantic's `ValidationError` where a code is none.
    """
    drafts: dict[str, _Draft] = {}
    for row in rows:
        known = _by_folded_name(row)
        code = _text(known, "code")
        if not code:
            raise NotAProcedure(f"mã thủ tục? {str(dict(row))[:80]}")
        draft = drafts.setdefault(code, _Draft(known))
        for case, how, name, originals, copies in _papers(known):
            _add(draft, case, how, nfc(name), originals, copies)
    for code, draft in drafts.items():
        yield _procedure(code, draft)


def split_papers(text: str) -> Iterator[tuple[str, Presentation, str, int, int]]:
    """Each paper of the portal's run-on text: case, what is done with it, name, originals, copies."""
    case, how, noted = _ONLY, Presentation.HAND_IN, False
    for match in _COUNTED.finditer(text):
        name = match["name"]
        while head := _HEAD.match(name):
            said = fold(head["head"])
            name = name[head.end() :]
            noted = said == "luu y"
            how = Presentation.SHOW if "xuat trinh" in said else Presentation.HAND_IN
            case = nfc(head["head"]) if said.startswith("truong hop") else case
        originals = 0 if noted else int(match["originals"])
        yield case, how, name.strip(" \n\t-–+*•.;:,"), originals, int(match["copies"])


def _papers(row: Mapping[str, object]) -> Iterator[tuple[str, Presentation, str, int, int]]:
    listed = _value(row, "papers")
    if isinstance(listed, str):
        yield from split_papers(listed)
    elif isinstance(listed, list):
        for one in listed:
            yield from _papers(_by_folded_name(one) if isinstance(one, dict) else {})
    elif _text(row, "paper"):
        how = Presentation.SHOW if "xuat trinh" in fold(_text(row, "paper")) else Presentation.HAND_IN
        yield (
            _text(row, "case") or _ONLY,
            how,
            _text(row, "paper"),
            _number(row, "originals"),
            _number(row, "copies"),
        )


def _add(draft: _Draft, case: str, how: Presentation, name: str, originals: int, copies: int) -> None:
    components, notes = draft.case(case)
    if not name:
        return
    if originals == 0:
        notes.append(name[:_SHORT])
        return
    basis = _text(draft.row, "basis")[:_SHORT] or _NO_BASIS
    made = fold(name).startswith(_FORMS)
    components.append(
        Component(
            id=f"c{len(components) + 1}",
            name=Bilingual(vi=name, en=name),
            basis=basis,
            how=how,
            originals=originals,
            copies=copies,
            made_anew=made,
            document_type="" if made else _type_named(name),
        )
    )


def _procedure(code: str, draft: _Draft) -> Procedure:
    name = _text(draft.row, "name")
    if not name:
        raise NotAProcedure(f"{code}: tên thủ tục?")
    level = fold(_text(draft.row, "level"))
    held = {"tinh" in level: Level.PROVINCE, "xa" in level: Level.COMMUNE}
    said = _text(draft.row, "field") or "?"
    return Procedure(
        code=code,
        name=Bilingual(vi=name, en=name),
        field=Bilingual(vi=said, en=said),
        level=Level.BOTH if {"tinh", "xa"} <= set(level.split()) else held.get(True, Level.COMMUNE),
        basis=_text(draft.row, "basis")[:_SHORT] or _NO_BASIS,
        checked=False,
        cases=tuple(
            Case(
                id=f"case{at}",
                name=Bilingual(vi=case, en=case),
                components=tuple(components),
                notes=tuple(notes),
            )
            for at, (case, (components, notes)) in enumerate((draft.cases or {_ONLY: ([], [])}).items(), 1)
        ),
    )


def _by_folded_name(row: Mapping[str, object]) -> dict[str, object]:
    return {fold(str(name)).replace(" ", "_"): value for name, value in row.items()}


def _type_named(name: str) -> str:
    """The document type whose title the name begins with, or holds; the longest title wins."""
    said = fold(name)
    titles = {
        fold(title): kind.id
        for kind in document_types().values()
        for title in (kind.title.vi, *kind.titles)
        if kind.id not in ("unknown", "application_form")
    }
    found = [title for title in titles if title in said]
    return titles[max(found, key=len)] if found else ""


def _value(row: Mapping[str, object], what: str) -> object:
    return next((row[name] for name in _ALIASES[what] if row.get(name) not in (None, "")), None)


def _text(row: Mapping[str, object], what: str) -> str:
    value = _value(row, what)
    return nfc(str(value)) if value is not None else ""


def _number(row: Mapping[str, object], what: str) -> int:
    digits = re.sub(r"\D", "", _text(row, what))
    return int(digits[:3]) if digits else 0
