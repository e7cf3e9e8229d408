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


def test_an_auditor_asks_who_looked_for_somebody(room: Room) -> None:
    """By number: the trail holds no number, and the address of the answer none either."""
    thu, an = room.person("thu", Role.OFFICIAL), room.person("an", Role.AUDITOR)
    thu.get(thu.get("/search", q="001190012345").headers["location"])
    asked = an.post("/trail", target="001 190 012 345", action="", actor="", origin="", since="", until="")
    where = asked.headers.get("hx-redirect") or asked.headers["location"]
    assert "001190012345" not in where
    page = an.get(where).text
    assert page.count("person.find") >= 1
    assert "thu" in page
    assert "001190012345" not in an.get("/trail").text
    none = an.post("/trail", target="001190099999", action="", actor="", origin="", since="", until="")
    assert (
        "person.find"
        not in an.get(none.headers.get("hx-redirect") or none.headers["location"]).text.split("<tbody>")[1]
    )
