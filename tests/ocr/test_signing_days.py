"""When a PDF was signed, as its signatures say; a broken or hostile form says nothing."""

import time
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from written_sheets import titled, write

from bench.form_reading import page_of
from ocr.extraction.splitting import split_papers
from ocr.preprocessing.page_crop import cut_out
from ocr.preprocessing.page_image import PageImage
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


def test_days_that_no_file_was_signed_on_say_nothing() -> None:
    assert signing_days(_pdf(_signature("D:00010102000000Z"), _signature("D:99991231000000Z"))) == ()


def test_a_form_of_very_many_fields_costs_little() -> None:
    pdf = _pdf()
    wide = pdf.make_indirect(Dictionary(T=String("wide")))
    wide.Kids = Array([wide] * 5000)
    pdf.Root.AcroForm = Dictionary(Fields=Array([wide] * 5000))
    begun = time.process_time()
    assert signing_days(pdf) == ()
    assert time.process_time() - begun < 5


def test_a_sheet_cut_out_of_its_ground_knows_it_too() -> None:
    ground = np.zeros((1400, 1000, 3), np.uint8)
    ground[100:1300, 75:925] = 255
    signed = (date(2025, 1, 20),)
    sheet = cut_out(PageImage(ground, 100, signed_on=signed))
    assert sheet.width_px < 900
    assert sheet.signed_on == signed


def test_a_papers_pages_tell_when_they_were_signed_each_day_once() -> None:
    sheet = write(titled("GIẤY PHÉP XÂY DỰNG"), ["Cấp cho ông (bà): LÝ MINH KIỆT"])
    page = page_of(sheet, 1, 0.0, Random(1)).with_changes(signed_on=(date(2025, 1, 21), date(2025, 1, 20)))
    (extract,) = split_papers([page])
    assert extract.signed_on == (date(2025, 1, 20), date(2025, 1, 21))
