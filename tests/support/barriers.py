"""What keeps people out of a page, by axe-core."""

from pathlib import Path

from bench.clerk import Clerk

_AXE = Path(__file__).parent / "axe.min.js"
_RULES = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]'


def no_barrier(person: Clerk) -> None:
    """Nothing serious on the page this person is at."""
    person.page.evaluate(_AXE.read_text())
    result = person.page.evaluate(f"axe.run(document, {{runOnly: {_RULES}}})")
    found = [v["id"] for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert not found, (person.page.url, found, result["violations"][0]["nodes"][0]["html"][:200])
