"""Handwriting in printed gaps is found, and what it may say is proposed, from the page to the desk."""

from datetime import date

import cv2
import numpy as np
from handwritten import line_of, page_with, written_decision

from ocr.engines.registry import open_engines
from ocr.extraction.splitting import split_papers
from ocr.page import read_page
from ocr.preprocessing.page_image import Gray
from ocr.recognition.handwriting import find_handwriting
from rules.review.triage import review_dossier
from schemas.base.geometry import Box
from schemas.page import Gap, InkColour, MarkKind
from schemas.settings import EngineName


def test_ink_in_a_gap_that_no_engine_reads_is_handwriting() -> None:
    line = line_of("Số:", "/QĐ-UBND", before1=160)
    gap = Box(line.words[0].box.right, 500, line.words[1].box.left, 540)
    (mark,) = find_handwriting(page_with("47", 3, gap), 300, [line])
    assert (mark.kind, mark.gap, mark.colour) == (MarkKind.HANDWRITING, Gap.NUMBER, InkColour.BLACK)
    assert mark.readings[0].text == mark.text == "47"
    assert list(find_handwriting(page_with("", 3, gap), 300, [line])) == []


def test_print_that_engines_are_sure_of_is_none() -> None:
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    line = line_of("Số:", "47", "/QĐ-UBND")
    box = line.words[1].box
    cv2.putText(page, "47", (box.left, box.bottom - 4), cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
    assert list(find_handwriting(page, 300, [line])) == []


def test_print_that_the_reader_of_digits_gainsays_is_handwriting() -> None:
    line = line_of("Số:", "17", "/QĐ-UBND")
    page = page_with("47", 3, Box(line.words[1].box.left - 6, 500, line.words[1].box.right, 540))
    readings = [mark.readings[0] for mark in find_handwriting(page, 300, [line])]
    assert [reading.text for reading in readings] == ["47"]


def test_a_document_whose_number_and_day_are_written_is_proposed_both() -> None:
    right = 0
    for seed, (number, day) in enumerate((("47", "17"), ("660", "31"), ("239", "20"), ("51", "06")), 1):
        page, _ = read_page(written_decision(number, day, seed), 1, open_engines(tuple(EngineName)), 60)
        (extract,) = split_papers([page])
        (reviewed,) = review_dossier([extract], 0.005, 0.02, date(2026, 11, 29))
        wanted = {"document_number": f"{number}/QĐ-UBND", "issued_on": f"2025-01-{day}"}
        for name, true in wanted.items():
            field = reviewed.fields[name]
            assert field.needs_review or field.value == true, name
            right += true in {field.value, *(proposal.value for proposal in field.proposals[:3])}
    assert right >= 7


def test_of_a_day_only_days_are_proposed() -> None:
    line = line_of("Huế,", "ngày", "tháng", "01", "năm", "2025", before2=140)
    gap = Box(line.words[1].box.right, 500, line.words[2].box.left, 540)
    page = page_with("17", 3, gap)
    (day, *_) = [mark for mark in find_handwriting(page, 300, [line]) if mark.gap is Gap.DAY]
    assert day.text == "17"
    assert all(1 <= int(reading.text) <= 31 for reading in day.readings)


def test_print_that_its_notation_is_glued_to_is_print() -> None:
    line = line_of("Số:", "47/2023/XNTTHN")
    box = line.words[1].box
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    cv2.putText(page, "47", (box.left, box.bottom - 4), cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
    assert list(find_handwriting(page, 300, [line])) == []


def _typed(text: str, confidence: float) -> list[str | None]:
    """What is taken for handwriting where an engine of print reads `text` in the gap, as sure as that."""
    line = line_of("Số:", text, "/QĐ-UBND", confidence=confidence)
    box = line.words[1].box
    page: Gray = np.full((1000, 1600), 255, np.uint8)
    cv2.putText(page, "47", (box.left, box.bottom - 4), cv2.FONT_HERSHEY_DUPLEX, 1.2, 0, 2, cv2.LINE_AA)
    return [mark.text for mark in find_handwriting(page, 300, [line])]


def test_a_sign_beside_a_number_is_print_and_a_doubtful_word_is_not() -> None:
    assert _typed("47.", 0.95) == []
    assert _typed("47", 0.95) == []
    assert _typed("47", 0.3) == ["47"]
