"""Records and images: every view on the trail, identity cards with a purpose, lists masked."""

import io

from PIL import Image
from room import Room

from rules.access.masking import masked
from schemas.account import Role
from schemas.base.ids import sha256_of
from schemas.document_type import ValueKind
from schemas.page import InkColour, MarkKind
from schemas.paper import PaperMark


def test_every_view_of_a_record_or_image_is_an_event(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    lan = room.person("lan")
    lan.get(f"/papers/{paper.id}/pages/1.jpg")
    assert [e["action"] for e in room.events("page.view")] == ["page.view"], (
        "an image without its page is a view"
    )
    lan.get(f"/papers/{paper.id}/pages/1.jpg")
    lan.get(f"/papers/{paper.id}/ink/full_name.jpg")
    assert len(room.events("page.view")) == 1, "one sitting is one view"
    lan.get(f"/papers/{paper.id}")
    lan.get(f"/papers/{paper.id}")
    assert len(room.events("paper.view")) == 2
    lan.get(f"/papers/{paper.id}/review")
    assert len(room.events("paper.review")) == 1
    lan.get(f"/papers/{paper.id}/pdf")
    assert [e["detail"] for e in room.events("paper.save")] == ["pdf"]
    lan.get(f"/scans/{paper.pages[0].scan}/1.jpg")
    assert len(room.events("page.view")) == 2
    lan.get("/search", q="nguyen")
    (searched,) = room.events("search")
    assert "nguyen" not in str(searched)
    for event in room.events("paper.view"):
        assert event["actor"] == "lan"
        assert event["target"] == paper.id
        assert event["origin"]
    again = room.person("lan")
    again.get(f"/papers/{paper.id}/pages/1.jpg")
    assert len(room.events("page.view")) == 3, "another session is another view"


def test_what_was_seen_beside_the_print_stands_beside_the_paper(room: Room) -> None:
    marks = tuple(
        PaperMark(kind=kind, colour=InkColour.RED, page_number=1, box=(0, 0, 9, 9))
        for kind in (MarkKind.SEAL, MarkKind.SIGNATURE)
    )
    plain, sealed = room.paper({"full_name": "A"}), room.paper({"full_name": "B"}, marks=marks)
    lan = room.person("lan")
    for path in ("", "/review"):
        assert (
            "Thấy trên giấy: con dấu (trang 1), chữ ký (trang 1)"
            in lan.get(f"/papers/{sealed.id}{path}").text
        )
        assert "Thấy trên giấy" not in lan.get(f"/papers/{plain.id}{path}").text


def test_identity_cards_ask_for_a_purpose_once_a_session(room: Room) -> None:
    card = room.paper({"full_name": "A"}, document_type="identity_card", fields={})
    other = room.paper({"full_name": "B"}, document_type="identity_card", fields={})
    lan = room.person("lan")
    for path in ("", "/review"):
        page = lan.get(f"/papers/{card.id}{path}")
        assert "Mở ảnh căn cước để làm gì?" in page.text
        assert "full_name" not in page.text
    for path in ("pages/1.jpg", "ink/full_name.jpg", "pdf", "json"):
        assert lan.get(f"/papers/{card.id}/{path}").status_code == 404, path
    where = f"/papers/{card.id}/review"
    assert lan.post("/purpose", purpose="x", where=where).status_code == 422
    assert lan.post("/purpose", purpose="Nghiệm thu", where="https://elsewhere").status_code == 422
    assert lan.post("/purpose", purpose="Nghiệm thu", where=where).headers["hx-redirect"] == where
    assert 'id="f-full_name"' in lan.get(where).text
    assert lan.get(f"/papers/{other.id}").status_code == 200
    assert [event["purpose"] for event in room.events("paper.view")] == ["Nghiệm thu"]
    assert "Mở ảnh căn cước" in room.person("lan").get(where).text, "another session asks again"
    minh, laying = room.person("minh"), f"/dossiers/{card.dossier_id}/arrange"
    assert f'value="{laying}"' in minh.get(laying).text
    assert minh.post("/purpose", purpose="Nghiệm thu", where=laying).headers["hx-redirect"] == laying
    assert minh.get(laying).text.count('class="leaf"') == 1


def test_pictures_are_what_they_say(room: Room) -> None:
    paper = room.paper({"full_name": "A"})
    lan = room.person("lan")
    lan.get(f"/papers/{paper.id}")
    sizes = {}
    for path in ("pages/1.jpg", "pages/1/small.jpg", "ink/full_name.jpg", "ink/gender.jpg"):
        answer = lan.get(f"/papers/{paper.id}/{path}")
        assert answer.headers["cache-control"] == "no-store"
        sizes[path] = Image.open(io.BytesIO(answer.content)).size
    assert sizes["pages/1.jpg"] == (800, 1100)
    assert sizes["pages/1/small.jpg"][0] == 240
    assert sizes["ink/full_name.jpg"] == (340 + 2 * 2 * 10, 30 + 2 * 10)
    assert sizes["ink/gender.jpg"][0] == 800, "nobody knows where it stands: the head of the page"
    assert lan.get(f"/papers/{paper.id}/pages/2.jpg").status_code == 404
    assert lan.get(f"/papers/{paper.id}/pages/0.jpg").status_code == 404


def test_names_and_ids_are_masked_for_those_who_may_not_see_them() -> None:
    assert masked(ValueKind.PERSON_NAME, "Nguyễn Thị Dung") == "N••••• T•• D•••"
    assert masked(ValueKind.PERSONAL_ID, "001190012345") == "001•••••••••"
    assert masked(ValueKind.DATE, "1990-05-17") == "1990-••-••"


def test_an_auditor_sees_balances_and_papers_only_for_a_purpose(room: Room) -> None:
    paper = room.paper({"full_name": "Nguyễn Thị Dung"})
    auditor, lan = room.person("kiểm", Role.AUDITOR), room.person("lan")
    listed = auditor.get(f"/batches/{room.batch().id}/papers").text
    assert "N••••• T•• D•••" in listed
    assert "001•••••••••" in listed
    assert "Dung" not in listed
    assert "Nguyễn Thị Dung, 001190012345" in lan.get(f"/batches/{room.batch().id}/papers").text
    page = auditor.get(f"/batches/{room.batch().id}")
    assert page.status_code == 200
    assert "Nguyễn" not in page.text
    assert "scans/" not in page.text, "no page images either"
    assert "Nguyễn" not in auditor.get(f"/papers/{paper.id}").text, "a purpose is asked for first"
    assert auditor.get(f"/scans/{paper.pages[0].scan}/1.jpg").status_code == 403


def test_nothing_personal_is_logged(room: Room, caplog) -> None:  # type: ignore[no-untyped-def]
    paper = room.paper({"full_name": "Nguyễn Thị Dung"})
    lan = room.person("lan")
    with caplog.at_level("DEBUG"):
        lan.get("/search", q="Nguyễn Thị Dung")
        lan.get(f"/papers/{paper.id}/review")
        lan.post(
            f"/papers/{paper.id}/answers",
            field="full_name",
            answer="changed",
            text="Lê Thị Dung",
            revision="1",
        )
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert not [message for message in ours if "Dung" in message or "Lê Thị" in message]


def test_the_file_that_was_handed_in_is_had_again_byte_for_byte(room: Room) -> None:
    """It may be a signed result; its own type is never told to a browser."""
    paper = room.paper()
    content = b"H10 1"
    room.archive.store.put_scan(content)
    lan = room.person("lan")
    page = lan.get(f"/papers/{paper.id}").text
    assert f"/papers/{paper.id}/originals/1" in page
    answer = lan.get(f"/papers/{paper.id}/originals/1")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''x%E1%BA%A5p%201.jpg"
    assert [event["detail"] for event in room.events("original.save")] == [sha256_of(content)]
    assert lan.get(f"/papers/{paper.id}/originals/2").status_code == 404
    assert room.person("ba", unit="H20").get(f"/papers/{paper.id}/originals/1").status_code == 404


def test_a_file_with_somebodys_card_in_it_asks_what_for(room: Room) -> None:
    card = room.paper(document_type="identity_card", fields={})
    room.archive.store.put_scan(b"H10 1")
    lan = room.person("lan")
    assert lan.get(f"/papers/{card.id}/originals/1").status_code == 404
    lan.post("/purpose", purpose="Kiểm tra hồ sơ", where=f"/papers/{card.id}")
    lan.get(f"/papers/{card.id}")
    assert lan.get(f"/papers/{card.id}/originals/1").content == b"H10 1"
