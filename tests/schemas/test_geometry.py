"""Boxes on a page: what two of them share, and their JSON."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.base.geometry import Box, enclosing
from schemas.page import Word

_EDGE = st.integers(0, 4000)


@st.composite
def _boxes(draw: st.DrawFn) -> Box:
    left, top = draw(_EDGE), draw(_EDGE)
    return Box(left, top, left + draw(st.integers(1, 500)), top + draw(st.integers(1, 500)))


@given(_boxes(), _boxes())
def test_boxes_that_share_pixels_overlap_both_ways(one: Box, other: Box) -> None:
    shared = set(range(one.left, one.right)) & set(range(other.left, other.right))
    assert max(one.overlap_x(other), 0) == len(shared)
    assert one.overlap_y(other) == other.overlap_y(one)
    around = enclosing([one, other])
    assert around.overlap_x(one) == one.width
    assert around.overlap_y(other) == other.height
    assert around.is_around(one.center_x, one.center_y)


@given(_boxes(), _EDGE, _EDGE)
def test_a_box_moved_keeps_its_size(box: Box, x: int, y: int) -> None:
    moved = box.moved(x, y)
    assert (moved.width, moved.height) == (box.width, box.height)
    assert (moved.left, moved.top) == (box.left + x, box.top + y)


def test_a_box_is_four_numbers_in_json() -> None:
    word = Word(text="a", box=Box(1, 2, 3, 4), confidence=1)
    assert '"box":[1,2,3,4]' in word.model_dump_json()
    assert Word.model_validate_json(word.model_dump_json()).box.bottom == 4
