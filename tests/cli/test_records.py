"""What `sohoa show` prints of a paper: scans may hold anything, and none of it is markup."""

from datetime import UTC, datetime

import pytest

from cli.records import _show_paper
from schemas.base.language import Bilingual
from schemas.page import InkColour, MarkKind
from schemas.paper import FieldValue, PageRef, Paper, PaperMark, Problem, State


def test_brackets_are_printed_as_they_are_and_a_seal_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "[/bold] [red]X"
    odd = Problem(code="odd", message=Bilingual(vi=f"Đọc được {text}.", en=f"Read {text}."))
    value = FieldValue(
        value=text,
        raw=text,
        confidence=0.5,
        page_number=1,
        box=(0, 0, 9, 9),
        needs_review=True,
        problems=(odd,),
    )
    paper = Paper(
        id="p",
        revision=1,
        dossier_id="d",
        document_type="identity_card",
        confidence=0.9,
        pages=(PageRef(scan="0" * 64, page_number=1, reading_key="k"),),
        fields={"full_name": value},
        marks=(PaperMark(kind=MarkKind.SEAL, colour=InkColour.RED, page_number=1, box=(0, 0, 9, 9)),),
        state=State.NEEDS_REVIEW,
        read_at=datetime.now(UTC),
        pdf_key="",
        pdf_sha256="",
        alto_key="",
        alto_sha256="",
    )
    _show_paper(paper)
    printed = "".join(capsys.readouterr().out.split())
    assert printed.count("[/bold][red]X") >= 1
    assert "thấytrêngiấy:condấu(trang1)" in printed
