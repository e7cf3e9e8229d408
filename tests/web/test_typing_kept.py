"""What is being typed outlives a session that ends, and waits in the tab for its person."""

from pathlib import Path

from read_batch import batch_read

from schemas.paper import State


def test_typing_outlives_the_session(tmp_path: Path) -> None:
    with batch_read(tmp_path, range(810, 812)) as (lan, archive, batch):
        paper = next(
            p
            for d in archive.ledger.dossiers(batch.id)
            for p in archive.ledger.papers(d)
            if p.state is State.NEEDS_REVIEW and p.document_type not in ("identity_card", "unknown")
        )
        page = lan.page
        page.goto(f"/papers/{paper.id}/review")
        lan.context.clear_cookies()
        page.keyboard.type("Gõ dở dang")
        page.wait_for_url("**/sign-in?back=*")
        lan.sign_in_again()
        page.wait_for_url(f"**/papers/{paper.id}/review")
        first = page.locator(".field.open input[name=text]").first
        assert first.input_value() == "Gõ dở dang"
        page.reload()
        assert first.input_value() == "Gõ dở dang"
        page.keyboard.press("Alt+i")
        page.locator(".field.settled").first.wait_for()
        page.reload()
        assert "Gõ dở dang" not in page.content()
