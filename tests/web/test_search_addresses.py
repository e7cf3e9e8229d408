"""What people type into the search box is not left behind in addresses."""

import re

from room import Room

from schemas.account import Role


def test_numbers_never_stand_in_an_address(room: Room) -> None:
    """Browsers and proxies keep addresses: what was typed lies in the session."""
    thu = room.person("thu", Role.OFFICIAL)
    room.paper(fields={"full_name": "Lê Văn Tám", "personal_id": "001190012345"})
    sent = thu.post("/search", q="lê văn tám 001190012345", document_type="")
    where = sent.headers.get("hx-redirect") or sent.headers["location"]
    assert "001190012345" not in where
    assert where.startswith("/search?kept=")
    assert "001190012345" in thu.get(where).text, "the box still shows it"
    typed = thu.get("/search", q="lê 001 190 012 345")
    assert typed.status_code == 303
    assert re.fullmatch(r"/search\?kept=[0-9a-f]{8}", typed.headers["location"])
    assert thu.get("/search", q="lê văn tám 2024").status_code == 200, "words and years may stand there"
    other = room.person("hoa", Role.OFFICIAL)
    assert "001190012345" not in other.get(where).text, "it is the session's alone"
    assert thu.post("/searches", query="q=001190012345", name="x").status_code == 403
