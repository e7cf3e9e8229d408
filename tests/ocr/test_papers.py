"""From read pages to papers and fields; no engine needed: pages are made from the truth."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.extraction.label_matching import find_labels, likeness
from ocr.extraction.splitting import split_papers
from ocr.layout.facing_pages import facing_pages
from ocr.layout.line_merging import join_rows
from ocr.text.tokens import Row, rows_of
from samples.dossiers import PAINTERS, draw_dossier, draw_mixed_dossier
from samples.scores import same_value
from samples.truth import PageTruth
from schemas.page import Block, InkColour, Line, Mark, MarkKind, PageText, Word
from schemas.paper import UNKNOWN


def _page(truth: PageTruth, number: int = 1, confidence: float = 0.96) -> PageText:
    """A page as a perfect engine would read it."""
    words = iter(truth.words)
    lines = [Line(words=tuple(_word(next(words), confidence) for _ in text.split())) for text in truth.lines]
    return PageText(
        page_number=number,
        width_px=truth.width_px,
        height_px=truth.height_px,
        dpi=300,
        effective_dpi=300,
        blocks=(Block(lines=tuple(lines)),) if lines else (),
        blank=not lines,
    )


def _word(word: tuple[str, tuple[int, int, int, int]], confidence: float) -> Word:
    return Word(text=word[0], box=word[1], confidence=confidence)


FORMS = sorted(set(PAINTERS) - {"identity_card", "unknown"})
"""Types whose fields all stand in words; a card has some in its code alone."""


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", FORMS)
def test_fields_of_a_perfectly_read_paper(kind: str, seed: int) -> None:
    paper = PAINTERS[kind](Random(seed), "a", "")
    extracts = split_papers([_page(page.truth) for page in paper.pages])
    assert [extract.document_type for extract in extracts] == [kind]
    fields = extracts[0].fields
    wrong = {
        name: (true, fields[name].value if name in fields else None)
        for name, true in paper.fields.items()
        if name not in fields or not same_value(kind, name, true, fields[name].value)
    }
    assert not wrong
    assert set(fields) <= set(paper.fields), "a field that the paper does not show is left out"


@pytest.mark.parametrize("seed", range(6))
def test_stack_is_split_into_its_papers(seed: int) -> None:
    drawn = draw_dossier(seed)
    pages, wanted, at = [], [], 1
    for paper in drawn:
        pages += [_page(page.truth) for page in paper.pages]
        if paper.document_type != "blank":
            wanted.append((paper.document_type, tuple(range(at, at + len(paper.pages)))))
        at += len(paper.pages)
    assert [(e.document_type, e.pages) for e in split_papers(pages)] == wanted


def test_a_paper_merely_mentioned_is_not_present() -> None:
    slip = PAINTERS["receipt_slip"](Random(3), "a", "")
    assert [e.document_type for e in split_papers([_page(slip.pages[0].truth)])] == ["receipt_slip"]


def test_a_page_of_no_type_is_unknown() -> None:
    letter = PAINTERS["unknown"](Random(2), "a", "")
    extract = split_papers([_page(letter.pages[0].truth)])[0]
    assert extract.document_type == UNKNOWN
    assert not extract.fields


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_value_holds_a_digit_that_is_not_on_the_page(data: st.DataObject) -> None:
    """Whatever the engine garbled, values are made of what was read."""
    kind = data.draw(st.sampled_from(FORMS))
    truth = PAINTERS[kind](Random(data.draw(st.integers(0, 3))), "a", "").pages[0].truth
    garbled = Random(data.draw(st.integers(0, 10_000)))
    words = tuple((_garble(text, garbled), box) for text, box in truth.words)
    page = _page(truth.with_changes(words=words))
    seen = "".join(c for word in page.words for c in word.text if c.isdigit())
    for extract in split_papers([page]):
        for field in extract.fields.values():
            if isinstance(field.value, str):
                assert all(seen.count(d) >= field.value.count(d) for d in "123456789")
                assert field.raw


def _garble(text: str, rng: Random) -> str:
    return "".join(rng.choice("0Oo1lI58Bđd,.") if rng.random() < 0.08 else c for c in text)


def test_labels_are_found_despite_recognition_errors() -> None:
    words = ["Hộ,", "chữ", "đêm,", "tên", "ngươi", "me:", "TRẦN", "THỊ", "A"]
    line = Line(
        words=tuple(
            Word(text=w, box=(100 * i, 0, 100 * i + 90, 20), confidence=0.9) for i, w in enumerate(words)
        )
    )
    page = PageText(
        page_number=1,
        width_px=1000,
        height_px=100,
        dpi=100,
        effective_dpi=100,
        blocks=(Block(lines=(line,)),),
    )
    hits = find_labels(rows_of([page]), ["Họ, chữ đệm, tên", "Họ, chữ đệm, tên người mẹ"])
    assert [hit.label for hit in hits] == ["Họ, chữ đệm, tên người mẹ"]
    assert likeness("CONG HOA", "CỘNG HÒA") == 1.0


@pytest.mark.parametrize("seed", range(4))
def test_wife_and_husband_are_never_swapped(seed: int) -> None:
    """Two columns, either side first; only the labels tell who is who."""
    for layout in ("sides", "above"):
        paper = PAINTERS["marriage_certificate"](Random(seed), "a", layout)
        page = _page(paper.pages[0].truth)
        fields = split_papers([_rows_joined(page)])[0].fields
        for name in ("full_name", "date_of_birth", "residence", "id"):
            for role in ("wife", "husband"):
                true = paper.fields[f"{role}_{name}"]
                assert same_value(
                    "marriage_certificate", f"{role}_{name}", true, fields[f"{role}_{name}"].value
                )


def _rows_joined(page: PageText) -> PageText:
    """As a reader gives it: both columns' pieces at one height on one line."""
    lines = join_rows(page.lines)
    return page.with_changes(blocks=(Block(lines=lines),))


def test_facing_pages_are_one_paper_with_boxes_on_the_image() -> None:
    paper = PAINTERS["land_use_certificate"](Random(5), "a", "opened")
    truth = paper.pages[0].truth
    page = _page(truth).with_changes(fold_px=truth.width_px // 2)
    extracts = split_papers([page])
    assert [(e.document_type, e.pages) for e in extracts] == [("land_use_certificate", (1,))]
    fields = extracts[0].fields
    assert all(same_value("land_use_certificate", n, paper.fields[n], f.value) for n, f in fields.items())
    assert fields["parcel_number"].box.left > truth.width_px // 2, "on the right page"
    assert fields["holder_name"].box.right < truth.width_px // 2, "on the left page"


def test_papers_named_in_an_application_are_not_there() -> None:
    paper = PAINTERS["application_form"](Random(1), "a", "declaration")
    extracts = split_papers([_page(paper.pages[0].truth)])
    assert [e.document_type for e in extracts] == ["application_form"]


def test_a_card_that_never_expires_has_no_day_that_cannot_be_read() -> None:
    drawn = (PAINTERS["identity_card"](Random(seed), "a", "chip") for seed in range(40))
    paper = next(paper for paper in drawn if any("thời hạn" in page.truth.text for page in paper.pages))
    (extract,) = split_papers([_page(page.truth) for page in paper.pages])
    assert "expires_on" not in extract.fields
    assert "date_of_birth" in extract.fields


def test_what_is_written_by_hand_is_not_guessed() -> None:
    """A number in a printed gap that a pen filled: shown, without a value, for a person."""
    paper = PAINTERS["construction_permit"](Random(4), "a", "numbered")
    page = _page(paper.pages[0].truth, confidence=0.4)
    number = split_papers([page])[0].fields["permit_number"]
    pen = Mark(kind=MarkKind.HANDWRITING, box=number.lines[0], colour=InkColour.BLUE)
    field = split_papers([page.with_changes(marks=(pen,))])[0].fields["permit_number"]
    assert number.value is not None
    assert field.value is None
    assert field.box == number.box


@pytest.mark.parametrize("seed", [*range(8), 19])
def test_any_papers_in_any_order_are_told_apart(seed: int) -> None:
    """Two cards in a row, blank backs, forms that name other papers: each page in its own paper."""
    pages, wanted = [], []
    for paper in draw_mixed_dossier(seed):
        at = len(pages) + 1
        pages += [_page(page.truth) for page in paper.pages]
        if paper.document_type != "blank":
            wanted.append((paper.document_type, tuple(range(at, len(pages) + 1))))
    assert [(e.document_type, e.pages) for e in split_papers(pages)] == wanted


@pytest.mark.parametrize(
    ("kind", "layout"), [("administrative_document", "named"), ("construction_permit", "numbered")]
)
def test_an_illegible_date_is_not_replaced_by_another_lines(kind: str, layout: str) -> None:
    """The annex bears a date of its own; the document's, which nobody can read, stays unread."""
    page = _page(PAINTERS[kind](Random(4), "a", layout).pages[0].truth)
    lines = [
        Line(
            words=tuple(
                w.with_changes(text="0") if w.text.isdigit() and len(w.text) < 3 else w for w in line.words
            )
        )
        if " tháng " in line.text and line.box.top < page.height_px / 4
        else line
        for line in page.lines
    ]
    words = ["Bắc", "Kạn,", "ngày", "03", "tháng", "4", "năm", "2019"]
    foot = Line(
        words=tuple(
            Word(text=text, box=(1200 + 110 * n, 3300, 1300 + 110 * n, 3340), confidence=0.99)
            for n, text in enumerate(words)
        )
    )
    spoilt = page.with_changes(blocks=(Block(lines=(*lines, foot)),))
    field = split_papers([spoilt])[0].fields["issued_on"]
    assert field.value is None
    assert field.box.top < page.height_px / 4


def test_labels_that_differ_in_their_last_word_alone_are_not_confused() -> None:
    page = _page(PAINTERS["marriage_certificate"](Random(1), "a", "extract").pages[0].truth)
    row = next(row for row in rows_of([page]) if row.text.startswith("Họ, chữ đệm, tên chồng"))
    cut = Row(row.page, row.tokens[:4])
    assert [hit.label for hit in find_labels([row], ["Họ, chữ đệm, tên vợ", "Họ, chữ đệm, tên chồng"])] == [
        "Họ, chữ đệm, tên chồng"
    ]
    assert find_labels([cut], ["Họ, chữ đệm, tên vợ"]) == ()


def test_facing_pages_have_coordinates_of_their_own() -> None:
    truth = PAINTERS["land_use_certificate"](Random(5), "a", "opened").pages[0].truth
    fold = truth.width_px // 2
    (left, x0), (right, x1) = facing_pages(_page(truth).with_changes(fold_px=fold))
    assert (x0, x1) == (0, fold)
    for side in (left, right):
        assert all(0 <= word.box.left < word.box.right <= side.width_px for word in side.words)
    assert min(word.box.left for word in right.words) < fold / 4
