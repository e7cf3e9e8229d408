"""Files of the catalogue as people write them wrongly: each fault is told with its line, in words."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from application.catalogue_check import CatalogueKind, check_file, json_schema
from schemas.catalogue import document_types, patterns

_CATALOGUE = Path(str(files("schemas.catalogue")))
_TYPE = """id: birth_notice
title: {vi: Giấy chứng sinh, en: Notice of birth}
titles: [GIẤY CHỨNG SINH]
fields:
  mother_full_name:
    kind: person_name
    label: {vi: Mẹ, en: Mother}
    find: [{where: label, labels: [Họ và tên mẹ]}]
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("kind: person_name", "kind: personname", 6, "person_name"),
        ("kind: person_name", "knd: person_name", 6, "Có phải “kind”?"),
        ("    kind: person_name\n", "", 5, "Thiếu mục “kind”"),
        ("titles: [GIẤY CHỨNG SINH]", "titles: GIẤY CHỨNG SINH", 3, "phải là danh sách"),
        ("where: label", "where: label, section: mother", 8, "Không có phần “mother”"),
        ("where: label", "where: pattern, pattern: '(((x'", 8, "chính quy"),
        ("fields:", "dated: [born_on]\nfields:", 4, "Không có trường “born_on”"),
        ("fields:", "enough: 0\nfields:", 4, "lớn hơn 0"),
        ("{vi: Mẹ, en: Mother}", "{vi: Mẹ, en: Mother", 8, "Không đọc được"),
        ("find: [{where: label, labels: [Họ và tên mẹ]}]", "find: []", 8, "ít nhất một dòng"),
    ],
)
def test_a_fault_is_told_with_its_line(before: str, after: str, line: int, words: str) -> None:
    assert not check_file(_TYPE)
    text = _TYPE.replace(before, after)
    assert text != _TYPE
    told = [(fault.line, fault.message.vi) for fault in check_file(text)]
    assert any(at == line and words in sentence for at, sentence in told), told


def test_a_procedure_that_asks_for_an_unknown_paper_is_told() -> None:
    text = (_CATALOGUE / "procedures" / "1.000894-2025.yaml").read_text("utf-8")
    assert not check_file(text)
    wrong = text.replace("document_type: identity_card", "document_type: identity_crad", 1)
    (fault,) = check_file(wrong)
    assert wrong.splitlines()[fault.line - 1].strip() == "document_type: identity_crad"
    assert "identity_crad" in fault.message.vi


_PLAIN_LISTS = ("authorities.yaml", "names.yaml", "patterns.yaml", "peoples.yaml", "provinces.yaml")


def test_every_file_of_the_catalogue_is_in_order_and_names_its_schema() -> None:
    checked = 0
    for file in sorted(_CATALOGUE.rglob("*.yaml")):
        text = file.read_text("utf-8")
        head, _, schema = text.splitlines()[0].partition("$schema=")
        if not schema:
            assert file.name in _PLAIN_LISTS
            continue
        assert head == "# yaml-language-server: "
        assert (file.parent / schema).is_file()
        assert not check_file(text), file.name
        checked += 1
    assert checked > 30


@pytest.mark.parametrize("kind", CatalogueKind)
def test_schemas_are_those_of_the_models(kind: CatalogueKind) -> None:
    kept = json.loads((_CATALOGUE / "json" / f"{kind}.schema.json").read_text("utf-8"))
    assert kept == json_schema(kind), "run `make schemas`"


def test_named_patterns_stand_for_regular_expressions() -> None:
    used = [
        finder.pattern
        for kind in document_types().values()
        for field in kind.fields.values()
        for finder in field.find
    ]
    assert patterns()["document_number"] in used
    assert not set(used) & patterns().keys()
