"""Signing in: who gets in, who is locked out, what a session is worth."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from room import PASSWORD, Room, make_room
from sqlalchemy import update

from schemas.account import Role
from schemas.request_errors import AccountRefused
from schemas.settings import Settings, WebSettings
from storage.access.accounts import Accounts, new_account
from storage.access.sessions import Sessions
from storage.archive.archive import Archive
from storage.database.tables.accounts import AccountRow, SessionRow
from web.core.context import COOKIE, HOME


def test_the_first_start_makes_an_administrator_once(room: Room) -> None:
    accounts = Accounts(room.archive.database)
    made = accounts.add_first()
    assert made
    assert accounts.add_first() is None
    admin = room.stranger()
    assert admin.sign_in(*made) == 303
    assert admin.get("/accounts").headers["location"] == "/password", "a made-up password is changed first"
    assert admin.post("/password", old=made[1], new="câu của riêng tôi").status_code == 204
    assert admin.get("/accounts").status_code == 200


def test_wrong_passwords_shut_out_the_address_and_never_the_owner(room: Room) -> None:
    room.person("lan")
    stranger, lan = room.stranger("10.0.0.9"), room.stranger("10.0.0.1")
    for _ in range(5):
        assert stranger.sign_in("lan", "sai sai sai sai") == 401
    assert stranger.sign_in("lan", PASSWORD) == 401, "whatever comes then"
    assert lan.sign_in("lan", PASSWORD) == 303
    refused = room.events("sign_in.refused")
    assert {event["target"] for event in refused} == {room.people["lan"].id}, (
        "the trail names whom they tried"
    )
    stranger.sign_in("không có", "sai")
    assert room.events("sign_in.refused")[-1]["target"] != "account"
    assert "không có" not in str(room.events("sign_in.refused"))


def test_only_a_proxy_that_proves_itself_speaks_for_others(lite_archive: Archive, tmp_path: Path) -> None:
    web = WebSettings(proxy_secret="bí-mật-của-proxy".encode().hex())
    room = make_room(lite_archive, Settings(data=tmp_path, web=web))
    known = {"X-Forwarded-For": "1.1.1.1, 10.0.0.7", "X-Sohoa-Proxy": web.proxy_secret.get_secret_value()}
    unknown = {"X-Forwarded-For": "10.0.0.7", "X-Sohoa-Proxy": "x"}
    for headers in (known, unknown):
        room.stranger("127.0.0.1").client.post(
            "/sign-in", data={"login": "a", "password": "b"}, headers=headers
        )
    assert [event["origin"] for event in room.events("sign_in.refused")] == ["10.0.0.7", "127.0.0.1"]


def test_unknown_and_closed_accounts_hear_the_same(room: Room) -> None:
    room.person("lan")
    Accounts(room.archive.database).change(room.people["lan"].with_changes(active=False))
    answers = [
        room.stranger().client.post("/sign-in", data={"login": who, "password": PASSWORD}).text
        for who in ("lan", "ai đó")
    ]
    assert answers[0].replace("lan", "ai đó") == answers[1].replace("lan", "ai đó")
    assert PASSWORD not in answers[0]


def test_a_closed_account_is_out_at_once(room: Room) -> None:
    lan, admin = room.person("lan"), room.person("sếp", Role.ADMIN, unit="")
    assert lan.get("/batches").status_code == 200
    assert admin.post("/accounts/lan/active", active="false").status_code == 200
    assert lan.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches"
    assert admin.post("/accounts/sếp/active", active="false").status_code == 200
    assert admin.get("/accounts").status_code == 200, "nobody shuts themselves out"


def test_a_session_ends_when_idle_and_after_twelve_hours(room: Room) -> None:
    lan = room.person("lan")
    for late in (
        {"seen_at": datetime.now(UTC) - timedelta(hours=2, minutes=1)},
        {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
    ):
        lan = room.person("lan")
        assert lan.get("/batches").status_code == 200
        with room.archive.database.session() as session:
            session.execute(update(SessionRow).values(**late))
        assert lan.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches"


def test_signing_in_begins_a_new_session_and_out_ends_it(room: Room) -> None:
    lan = room.person("lan")
    before = lan.client.cookies[COOKIE]
    lan.client.post("/sign-in", data={"login": "lan", "password": PASSWORD})
    after = lan.client.cookies[COOKIE]
    assert before != after
    lan.refresh()
    assert lan.post("/sign-out").status_code == 204
    lan.client.cookies.set(COOKIE, after)
    assert lan.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches"


def test_a_new_password_ends_all_other_sessions(room: Room) -> None:
    here, elsewhere = room.person("lan"), room.person("lan")
    assert here.post("/password", old=PASSWORD, new="ngắn").status_code == 422
    assert here.post("/password", old="sai", new="một câu khác hẳn").status_code == 422
    assert here.post("/password", old=PASSWORD, new="một câu khác hẳn").status_code == 204
    assert elsewhere.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches"
    assert here.get("/batches").status_code == 200


def test_the_cookie_is_for_the_server_alone_and_the_database_holds_only_its_hash(room: Room) -> None:
    room.person("lan")
    answer = room.stranger().client.post("/sign-in", data={"login": "lan", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = cookie.split("=")[1].split(";")[0]
    assert Sessions(room.archive.database).find(token)
    with room.archive.database.session() as session:
        assert token not in str([row.id for row in session.query(SessionRow)])
        assert PASSWORD not in str([row.password for row in session.query(AccountRow)])


def test_many_tries_from_one_address_are_stopped(room: Room) -> None:
    stranger = room.stranger()
    answers = [
        stranger.client.post("/sign-in", data={"login": f"x{n}", "password": "x"}).status_code
        for n in range(40)
    ]
    assert 429 in answers


def test_every_answer_carries_the_policy(room: Room) -> None:
    for answer in (
        room.stranger().get("/sign-in"),
        room.stranger().get("/nowhere"),
        room.person("lan").get("/batches"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_passwords_have_a_least_length(room: Room) -> None:
    with pytest.raises(AccountRefused):
        Accounts(room.archive.database).add(new_account("x", "x", "H10", Role.CLERK), "ngắn")


def test_no_page_holds_script_or_style_of_its_own() -> None:
    for page in (HOME / "templates").glob("*.html"):
        text = page.read_text()
        for forbidden in ("<style", " style=", "onclick", "javascript:", "hx-on", "| safe"):
            assert forbidden not in text, (page.name, forbidden)
        assert text.count("<script") == text.count('<script src="{{ asset('), page.name
