"""When a PDF was signed, as its signatures say; a broken or hostile form says nothing."""

from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from ocr.sources.files import open_page
from ocr.sources.signatures import signing_days
from schemas.batch import MediaType
from schemas.settings import Limits


def _signature(stamp: str) -> Dictionary:
    return Dictionary(FT=Name.Sig, V=Dictionary(Type=Name.Sig, M=String(stamp)))


def _pdf(*fields: pikepdf.Object) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.Root.AcroForm = Dictionary(Fields=Array(fields))
    return pdf


def test_days_are_told_once_and_in_order() -> None:
    kids = Dictionary(T=String("group"), Kids=Array([_signature("D:20250120235959+07'00'")]))
    pdf = _pdf(_signature("D:20250121085403+07'00'"), _signature("D:20250121092735+07'00'"), kids)
    assert signing_days(pdf) == (date(2025, 1, 20), date(2025, 1, 21))


@pytest.mark.parametrize("stamp", ["", "D:", "D:20251399000000", "yesterday"])
def test_a_stamp_that_is_no_day_says_nothing(stamp: str) -> None:
    assert signing_days(_pdf(_signature(stamp))) == ()


def test_a_field_that_nobody_signed_says_nothing() -> None:
    assert signing_days(_pdf(Dictionary(FT=Name.Sig))) == ()
    assert signing_days(pikepdf.new()) == ()


def test_a_broken_form_says_nothing() -> None:
    pdf = _pdf()
    pdf.Root.AcroForm = Dictionary(Fields=Array([String("no field"), 7]))
    assert signing_days(pdf) == ()
    pdf.Root.AcroForm = Array([])
    assert signing_days(pdf) == ()


def test_a_form_that_goes_round_ends() -> None:
    pdf = _pdf()
    field = pdf.make_indirect(Dictionary(T=String("round")))
    field.Kids = Array([field, field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field, _signature("D:20250120")]))
    assert signing_days(pdf) in ((), (date(2025, 1, 20),))


def test_a_page_knows_when_its_file_was_signed(tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    _pdf(_signature("D:20250120100000Z")).save(file)
    image = open_page(file, MediaType.PDF, 1, Limits(), file.name)
    assert image.signed_on == (date(2025, 1, 20),)
