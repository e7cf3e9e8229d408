"""A clerk's morning in a real browser on everything real: drop, watch, settle by keyboard, print."""

import io
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from handwritten import written_decision
from pdfminer.high_level import extract_text
from PIL import Image
from playwright.sync_api import Page

from bench.clerk import Clerk, Tally
from bench.office import chromium, office
from bench.walk import draw_stack
from samples.drawing.damage import Level
from samples.truth import DossierTruth, PaperTruth
from schemas.base.ids import sha256_of
from schemas.paper import State
from schemas.settings import Settings
from storage.opening import open_archive

ROOT = Path(__file__).parents[2]
_RULES = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]'


class Morning:
    """An office with its people; one for the module, for it takes a while to open."""

    def __init__(self, where: str, data: Path, lan: Clerk, minh: Clerk, hoa: Clerk) -> None:
        self.where, self.data, self.lan, self.minh, self.hoa = where, data, lan, minh, hoa

    def stranger(self) -> Page:
        """A browser in which nobody is signed in."""
        browser = self.lan.context.browser
        assert browser
        return browser.new_page()


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    data = tmp_path_factory.mktemp("desk") / "data"
    data.mkdir(mode=0o700)
    with office(data) as where, chromium() as browser:
        people = [Clerk(browser, where, data, login) for login in ("lan", "minh", "hoa")]
        for person in people:
            person.sign_in()
        yield Morning(where, data, *people)


def test_a_decision_written_into_by_hand_costs_three_keys_at_most(morning: Morning, tmp_path: Path) -> None:
    """Enter for a proposal that is right, Alt and its number before Enter for another."""
    truths = {}
    for seed, (number, day) in enumerate((("660", "31"), ("239", "20")), 2):
        image = Image.fromarray(written_decision(number, day, seed).pixels)
        image.save(tmp_path / f"{seed}.pdf", resolution=300, quality=95)
        fields = {
            "document_number": f"{number}/QĐ-UBND",
            "issued_on": f"2025-01-{day}",
            "subject": "Về việc phê duyệt kế hoạch ứng phó sự cố tràn dầu",
        }
        paper = PaperTruth(document_type="administrative_document", pages=(1,), fields=fields)
        truth = DossierTruth(name=str(seed), level=Level.CLEAN, seed=seed, pages=(), papers=(paper,))
        truths[sha256_of((tmp_path / f"{seed}.pdf").read_bytes())] = truth
    lan, tally = morning.lan, Tally()
    lan.begin_batch("Quyết định", len(truths))
    lan.drop(tmp_path)
    lan.wait_until_read(len(truths))
    lan.settle_all(truths, tally)
    written = sorted(keys - (doubts - 2) for keys, doubts in tally.keystrokes)
    assert written == [2, 3], "printed fields that were doubted cost a key each"
    assert tally.pointer_moves == 0
    assert lan.complaints == []


def test_a_morning_at_the_desk(morning: Morning, tmp_path: Path) -> None:
    lan, minh = morning.lan, morning.minh
    stack = tmp_path / "lô 12"
    stack.mkdir()
    truths, pages = draw_stack(stack, range(810, 812))
    (stack / "hỏng.pdf").write_bytes(b"%PDF-1.7 nothing")
    lan.begin_batch("Lô sáng", pages)
    lan.drop(stack)
    lan.wait_until_read(pages)
    assert lan.page.locator(".wall .tile").count() == pages, "the wall filled itself"
    lan.page.reload()
    assert "hỏng.pdf" in lan.page.locator(".todo").inner_text()
    tally, second = Tally(), Tally()
    lan.settle_all(truths, tally)
    minh.settle_all(truths, second)
    assert tally.pointer_moves == second.pointer_moves == 0
    assert len(tally.keystrokes) >= 3
    assert statistics.median(keys for keys, _ in tally.keystrokes) <= 8
    assert lan.complaints == minh.complaints == []
    lan.page.goto("/batches")
    lan.press("1")
    lan.page.wait_for_url(re.compile(r"/batches/[0-9a-f-]{36}$"))
    lan.press("p")
    lan.page.wait_for_url("**/balance")
    printed = extract_text(io.BytesIO(lan.page.pdf()))
    assert "BIÊN BẢN CÂN ĐỐI" in printed
    assert "khớp" in printed
    with open_archive(Settings(data=morning.data)) as archive:
        batch = archive.ledger.batch("Lô sáng")
        balance = archive.ledger.balance(batch)
        assert balance.adds_up
        assert (balance.pages, balance.pages_waiting, balance.papers_to_review) == (pages, 0, 0)
        papers = [p for d in archive.ledger.dossiers(batch.id) for p in archive.ledger.papers(d)]
        assert {p.state for p in papers} <= {State.READ, State.VERIFIED}
        assert any(p.state is State.VERIFIED for p in papers)
        wrong = []
        for paper in papers:
            truth = truths[paper.pages[0].scan]
            drawn = next(
                p for p in truth.papers if p.pages == tuple(page.page_number for page in paper.pages)
            )
            settled = {name: f for name, f in paper.fields.items() if f.answer}
            wrong += [(name, f.value) for name, f in settled.items() if f.value != drawn.fields.get(name)]
        assert not [pair for pair in wrong if str(pair[1]).isdecimal()], "what a person answered is true"


def test_no_page_has_a_serious_barrier(morning: Morning) -> None:
    axe = (ROOT / "tests" / "support" / "axe.min.js").read_text()
    lan, found = morning.lan, []
    lan.page.goto("/batches")
    lan.begin_batch("Lô thứ hai", 3)
    batch = lan.page.url
    pages = [
        "/batches",
        batch,
        f"{batch}/papers",
        f"{batch}/balance",
        "/review",
        "/rounds",
        "/search?q=a",
        "/batches/new",
        "/password",
        "/second-factor",
        "/nowhere",
    ]
    with open_archive(Settings(data=morning.data)) as archive:
        known = [
            p
            for b in archive.ledger.batches()
            for d in archive.ledger.dossiers(b.id)
            for p in archive.ledger.papers(d)
        ]
    for paper in known[:1]:
        pages += [
            f"/papers/{paper.id}",
            f"/papers/{paper.id}/review",
            f"/dossiers/{paper.dossier_id}/arrange",
        ]
    stranger = morning.stranger()
    stranger.goto(f"{morning.where}/sign-in")
    stranger.evaluate(axe)
    assert not stranger.evaluate(f"axe.run(document, {{runOnly: {_RULES}}})")["violations"]
    for theme in ("light", "dark"):
        lan.page.request.post(
            f"/theme/{theme}", headers={"X-CSRF-Token": lan.page.evaluate("document.body.dataset.csrf")}
        )
        for address in pages:
            lan.page.goto(address)
            lan.page.evaluate(axe)
            result = lan.page.evaluate(f"axe.run(document, {{runOnly: {_RULES}}})")
            found += [
                (theme, address, v["id"], [n["html"][:90] for n in v["nodes"][:3]])
                for v in result["violations"]
                if v["impact"] in ("serious", "critical")
            ]
    assert not found, "\n".join(map(str, found))


def test_the_keys_of_a_page_are_listed_by_the_page_itself(morning: Morning) -> None:
    page = morning.lan.page
    page.goto("/batches")
    page.keyboard.press("?")
    listed = page.locator("#keys dl").inner_text()
    assert "Lô mới" in listed
    assert "Kiểm tra" in listed
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.wait_for_url("**/review")


def test_a_vietnamese_keyboard_reaches_every_key(morning: Morning) -> None:
    """Telex makes another letter of a key; its place on the keyboard is the same."""
    page = morning.lan.page
    page.goto("/batches")
    pressed = "new KeyboardEvent('keydown', {key: 'ư', code: 'KeyQ', bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({pressed})")
    page.wait_for_url("**/review")


def test_nothing_breaks_the_content_security_policy(morning: Morning) -> None:
    page = morning.hoa.page
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    for address in ("/batches", "/review", "/rounds", "/search", "/batches/new", "/second-factor"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert not [text for text in heard if "Content Security Policy" in text]


def test_two_languages_and_two_themes_for_one_person_each(morning: Morning) -> None:
    page = morning.hoa.page
    page.goto("/batches")
    page.keyboard.press("v")
    page.locator("h1:has-text('Batches')").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    morning.minh.page.goto("/batches")
    assert morning.minh.page.locator("html").get_attribute("lang") == "vi"
    page.keyboard.press("v")
    page.locator("h1:has-text('Lô quét')").wait_for()


def test_the_widest_page_fits_a_small_screen(morning: Morning) -> None:
    page = morning.lan.page
    for address in ("/batches", "/review", "/rounds", "/search?q=a", "/batches/new"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= 1366"), address
