"""Second factors, idle accounts, a second person for administrators, cookies for this host alone."""

import io
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import zxingcpp
from commandline import sohoa
from PIL import Image
from room import PASSWORD, Browser, Room, make_room
from sqlalchemy import select, update
from starlette.testclient import TestClient

from schemas.account import Role
from schemas.settings import Settings, WebSettings
from storage.access.accounts import Accounts
from storage.access.second_factor import SecondFactors, new_secret
from storage.archive.archive import Archive
from storage.database.tables.accounts import AccountRow
from storage.database.tables.trail import AuditRow


def _actions(room: Room) -> list[str]:
    with room.archive.database.session() as session:
        return list(session.scalars(select(AuditRow.action).order_by(AuditRow.number)))


def _set_up(browser: Browser) -> tuple[pyotp.TOTP, str]:
    """The telephone's codes, and the code that was used to set it up."""
    page = browser.get("/second-factor").text
    shown = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert shown
    codes = pyotp.TOTP(shown[1])
    picture = Image.open(io.BytesIO(browser.get("/second-factor/qr.png").content))
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text.startswith("otpauth://totp/Sohoa:")
    assert f"secret={shown[1]}" in read.text
    assert browser.post("/second-factor", code="000000").status_code == 422
    used = codes.now()
    assert browser.post("/second-factor", code=used).status_code < 400
    return codes, used


def _code(browser: Browser, code: str) -> int:
    answer = browser.client.post("/sign-in/code", data={"code": code})
    browser.refresh()
    return int(answer.status_code)


def test_a_password_alone_lets_nobody_in_who_has_a_telephone(room: Room) -> None:
    lan = room.person("lan")
    codes, used = _set_up(lan)
    thief = room.stranger()
    assert thief.sign_in("lan", PASSWORD) == 303
    assert thief.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches", (
        "half signed in is not signed in"
    )
    assert _code(thief, "123456") == 401
    assert _code(thief, used) == 401, "the code that set it up was used already"
    seen = codes.at(int(time.time()) + 30)
    assert _code(thief, seen) == 303
    assert thief.get("/batches").status_code == 200
    again = room.stranger()
    again.sign_in("lan", PASSWORD)
    assert _code(again, seen) == 401, "looked over the shoulder: used"
    assert {"second_factor.set", "sign_in.code_refused"} <= set(_actions(room))


def test_codes_are_not_guessed(room: Room) -> None:
    lan = room.person("lan")
    codes, _ = _set_up(lan)
    factors = SecondFactors(room.archive.database)
    account = room.people["lan"]
    for _ in range(5):
        assert not factors.matches(account.id, "000000")
    assert not factors.matches(account.id, codes.at(int(time.time()) + 30)), "not the right one either"
    assert SecondFactors(room.archive.database).matches(account.id, codes.at(int(time.time()) + 30))
    assert not SecondFactors(room.archive.database).enter(account, new_secret(), "12")


def test_roles_that_need_one_get_nowhere_without(lite_archive: Archive, tmp_path: Path) -> None:
    web = WebSettings(second_factor_for=frozenset({Role.ADMIN}))
    room = make_room(lite_archive, Settings(data=tmp_path, web=web))
    keeper, lan = room.person("chu", Role.ADMIN), room.person("lan")
    assert lan.get("/batches").status_code == 200
    assert keeper.get("/accounts").headers["location"] == "/second-factor"
    assert keeper.post("/accounts", login="x1", name="X", unit="", role="clerk").status_code in (204, 303)
    assert [account.login for account in Accounts(lite_archive.database).all()] == ["chu", "lan"]
    _set_up(keeper)
    assert keeper.get("/accounts").status_code == 200


def test_an_account_that_nobody_used_is_closed(room: Room) -> None:
    room.person("lan")
    old = datetime.now(UTC) - timedelta(days=46)
    with room.archive.database.session() as session:
        session.execute(update(AccountRow).values(signed_in_at=old))
    stranger = room.stranger()
    assert stranger.sign_in("lan", "wrong password") == 401
    assert Accounts(room.archive.database).by_login("lan").active, "a stranger closes nothing"
    assert stranger.sign_in("lan", PASSWORD) == 401
    assert not Accounts(room.archive.database).by_login("lan").active
    assert _actions(room)[-1] == "account.idle"
    keeper = room.person("chu", Role.ADMIN)
    keeper.post("/accounts/lan/active", active="true")
    assert stranger.sign_in("lan", PASSWORD) == 303


def test_an_administrator_needs_a_second_ones_word(room: Room) -> None:
    first, second = room.person("chu", Role.ADMIN), room.person("bac", Role.ADMIN)
    page = first.post("/accounts", login="moi", name="Mới", unit="", role="admin").text
    password = re.findall(r"<code>(\S+)</code>", page)[0]
    stranger = room.stranger()
    assert stranger.sign_in("moi", password) == 401
    for active in ("true", "false", "true"):
        first.post("/accounts/moi/active", active=active)
    assert stranger.sign_in("moi", password) == 401, "nor by closing and opening it"
    assert first.post("/accounts/bac/password").status_code == 403, "nor as the second administrator"
    assert second.post("/accounts/moi/active", active="true").status_code == 200
    assert stranger.sign_in("moi", password) == 303


def test_the_operator_opens_closes_and_forgets_a_telephone(tmp_path: Path) -> None:
    data = tmp_path / "d"
    sohoa("account", "add", "lan", "--data", data)
    sohoa("account", "close", "lan", "--data", data)
    assert "lan" in sohoa("account", "list", "--data", data).stdout
    sohoa("account", "open", "lan", "--data", data)
    sohoa("account", "password", "lan", "--forget-factor", "--data", data)
    told = sohoa("audit", "list", "--json", "--data", data).stdout
    assert all(action in told for action in ("account.inactive", "account.active", "second_factor.forget"))


@pytest.mark.parametrize(
    "web", [WebSettings(public_url="https://so.hoa"), WebSettings(tls_certificate=Path("x"))]
)
def test_over_tls_the_cookie_is_for_this_host_alone(
    lite_archive: Archive, tmp_path: Path, web: WebSettings
) -> None:
    room = make_room(lite_archive, Settings(data=tmp_path, web=web))
    room.person("lan")
    browser = Browser(TestClient(room.app, base_url="https://so.hoa", follow_redirects=False))
    answer = browser.client.post("/sign-in", data={"login": "lan", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-sohoa_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert browser.client.get("/batches").status_code == 200
    browser.client.cookies.clear()
    token = re.sub(r"__Host-sohoa_session=([^;]+);.*", r"\1", cookie)
    browser.client.cookies.set("sohoa_session", token)
    assert browser.client.get("/batches").status_code == 303, "what a neighbour host could set counts nothing"
