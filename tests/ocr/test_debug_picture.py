"""The picture of what was understood: each value in the colour of what has to be done about it."""

import io

import pytest
from PIL import Image

from ocr.output.debug_image import draw_reading
from schemas.base.language import Bilingual
from schemas.page import Block, Line, PageText, Word
from schemas.paper import Extract, FieldValue, Problem

GREEN, AMBER, RED = (20, 128, 74), (206, 120, 0), (196, 30, 40)
ODD = Problem(code="odd", message=Bilingual(vi="Lạ.", en="Odd."))


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({}, GREEN),
        ({"needs_review": True}, AMBER),
        ({"value": None, "needs_review": True}, RED),
        ({"problems": (ODD,), "needs_review": True}, RED),
    ],
)
def test_colours(changes: dict[str, object], colour: tuple[int, int, int]) -> None:
    word = Word(text="Hà", box=(100, 100, 300, 140), confidence=0.9)
    page = PageText(
        page_number=1,
        width_px=800,
        height_px=600,
        dpi=100,
        effective_dpi=100,
        blocks=(Block(lines=(Line(words=(word,)),)),),
    )
    value = FieldValue(value="Hà", raw="Hà", confidence=0.9, page_number=1, box=word.box, lines=(word.box,))
    paper = Extract(
        document_type="identity_card",
        confidence=0.9,
        pages=(1,),
        fields={"full_name": value.with_changes(**changes)},
    )
    view = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(view, "JPEG")
    drawn = Image.open(io.BytesIO(draw_reading(page, view.getvalue(), [paper]))).convert("RGB")
    seen = {tone for _, tone in drawn.getcolors(1 << 24) or ()} & {GREEN, AMBER, RED}
    assert seen == {colour}
