"""Whatever a person does at the table: every page is in exactly one dossier afterwards, and can go back."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.review.page_arrangement import Lying, Table, WantedDossier, WantedLeaf, WantedPaper, lay_anew
from schemas.arrangement import ArrangedPaper, LaidDossier, Leaf
from schemas.request_errors import RecordChanged, ScanThereAlready

TYPES = ("a", "b")
Page = tuple[str, str, int]


def _id(spot: Page) -> str:
    return f"made-{'-'.join(map(str, spot))}"


@st.composite
def tables(draw: st.DrawFn) -> tuple[Lying, Table]:
    """Dossiers that lie there, and some way in which a person may leave them: nothing lost."""
    dossiers = []
    for number in range(draw(st.integers(1, 3))):
        pages = [Leaf(scan=f"s{number}", page_number=n) for n in range(1, draw(st.integers(1, 5)) + 1)]
        blanks = tuple(leaf for leaf in pages if draw(st.integers(0, 4)) == 0)
        papers = tuple(
            ArrangedPaper(pages=(leaf,), document_type="a", paper_id=f"p{leaf.place}")
            for leaf in pages
            if leaf not in blanks
        )
        dossiers.append(
            LaidDossier(dossier_id=f"d{number}", stack=f"s{number}", papers=papers, blanks=blanks)
        )
    blank = {leaf.place for laid in dossiers for leaf in laid.blanks}
    homes = [laid.dossier_id for laid in dossiers] + [""] * draw(st.integers(0, 2))
    wanted: list[list[WantedLeaf]] = [[] for _ in homes]
    for laid in dossiers:
        for leaf in laid.leaves:
            if leaf.place in blank and draw(st.booleans()):
                continue  # nothing is said of it
            at = draw(st.integers(0, len(homes) - 1))
            wanted[at].append(WantedLeaf(scan=leaf.scan, page_number=leaf.page_number, stack=laid.stack))
    table = []
    for home, leaves in zip(homes, wanted, strict=True):
        cut = draw(st.integers(0, len(leaves)))
        papers_of = (WantedPaper(pages=tuple(leaves[:cut]), document_type=draw(st.sampled_from(TYPES))),)
        table.append(WantedDossier(id=home, papers=papers_of if cut else (), set_aside=tuple(leaves[cut:])))
    names = {laid.dossier_id: laid.dossier_id for laid in dossiers}
    lying = Lying(dossiers=tuple(dossiers), names=names, taken=frozenset(names.values()))
    return lying, Table(dossiers=tuple(table))


def _pages(laid: tuple[LaidDossier, ...]) -> Counter[tuple[str, int]]:
    return Counter(leaf.place for one in laid for leaf in one.leaves)


@given(tables())
def test_no_page_is_lost_or_doubled(case: tuple[Lying, Table]) -> None:
    lying, table = case
    laid = lay_anew(lying, table, TYPES, _id)
    assert _pages(laid) == _pages(lying.dossiers)
    assert len({one.dossier_id for one in laid}) == len(laid)
    assert {one.dossier_id for one in lying.dossiers} <= {one.dossier_id for one in laid}
    for one in laid:
        for leaf in one.leaves:
            assert (leaf.whence or one.stack) == leaf.scan, "each says where it came from"
    made = [one for one in laid if one.dossier_id.startswith("made")]
    assert len({one.name for one in made} | lying.taken) == len(made) + len(lying.taken)
    whole = {p.paper_id for one in laid for p in one.papers if len(p.pages) == 1}
    known = {p.paper_id for one in lying.dossiers for p in one.papers}
    assert whole - {None} <= known


@given(tables(), st.data())
def test_a_page_left_out_or_said_twice_is_refused(case: tuple[Lying, Table], data: st.DataObject) -> None:
    lying, table = case
    blank = {leaf.place for laid in lying.dossiers for leaf in laid.blanks}
    said = [leaf for wanted in table.dossiers for leaf in wanted.leaves]
    needed = [leaf for leaf in said if (leaf.scan, leaf.page_number) not in blank]
    if not needed:
        return
    one = data.draw(st.sampled_from(needed))
    first, *rest = table.dossiers
    twice = first.with_changes(set_aside=(*first.set_aside, one))
    with pytest.raises(RecordChanged):
        lay_anew(lying, Table(dossiers=(twice, *rest)), TYPES, _id)
    without = [
        wanted.with_changes(
            papers=tuple(
                WantedPaper(pages=tuple(leaf for leaf in paper.pages if leaf != one))
                for paper in wanted.papers
            ),
            set_aside=tuple(leaf for leaf in wanted.set_aside if leaf != one),
        )
        for wanted in table.dossiers
    ]
    with pytest.raises(RecordChanged):
        lay_anew(lying, Table(dossiers=tuple(without)), TYPES, _id)


def test_blank_pages_go_along_when_nothing_else_is_left() -> None:
    page, blank = Leaf(scan="s", page_number=1), Leaf(scan="s", page_number=2)
    one = LaidDossier(dossier_id="one", stack="a", papers=())
    two = LaidDossier(dossier_id="two", stack="b", papers=(ArrangedPaper(pages=(page,)),), blanks=(blank,))
    lying = Lying(dossiers=(one, two), names={"one": "1", "two": "2"})
    leaf = WantedLeaf(scan="s", page_number=1, stack="b")
    wanted = WantedDossier(id="one", papers=(WantedPaper(pages=(leaf,)),))
    joined, gone = lay_anew(lying, Table(dossiers=(wanted, WantedDossier(id="two"))), TYPES, _id)
    assert [leaf.page_number for leaf in joined.blanks] == [2]
    assert not gone.leaves


def test_equal_bytes_do_not_come_into_one_stack() -> None:
    leaf = Leaf(scan="s", page_number=1)
    lying = Lying(
        dossiers=tuple(
            LaidDossier(dossier_id=stack, stack=stack, papers=(ArrangedPaper(pages=(leaf,)),))
            for stack in ("a", "b")
        ),
        names={"a": "a", "b": "b"},
    )
    both = tuple(
        WantedPaper(pages=(WantedLeaf(scan="s", page_number=1, stack=stack),)) for stack in ("a", "b")
    )
    with pytest.raises(ScanThereAlready):
        lay_anew(
            lying, Table(dossiers=(WantedDossier(id="a", papers=both), WantedDossier(id="b"))), TYPES, _id
        )


def test_a_blank_page_laid_as_a_paper_is_not_lost() -> None:
    """All other pages leave; of two blank pages one is a paper now, and the other says nothing."""
    paper = ArrangedPaper(pages=(Leaf(scan="s", page_number=2),), document_type="a", paper_id="p")
    blanks = (Leaf(scan="s", page_number=1), Leaf(scan="s", page_number=3))
    lying = Lying(
        dossiers=(LaidDossier(dossier_id="d", stack="s", papers=(paper,), blanks=blanks),), names={"d": "d"}
    )
    leaves = [WantedLeaf(scan="s", page_number=n, stack="s") for n in (1, 2)]
    papers = [(WantedPaper(pages=(leaf,), document_type="a"),) for leaf in leaves]
    table = Table(dossiers=(WantedDossier(id="d", papers=papers[0]), WantedDossier(papers=papers[1])))
    assert _pages(lay_anew(lying, table, TYPES, _id)) == _pages(lying.dossiers)
