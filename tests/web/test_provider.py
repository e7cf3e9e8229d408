"""Signing in through a real OpenID provider, and everything that must be refused."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from openid_provider import Provider, running_provider
from pydantic import SecretStr
from room import Room, make_room

from schemas.account import Role
from schemas.request_errors import SignInRefused
from schemas.settings import ProviderSettings
from storage.access.accounts import Accounts
from web.core.oidc import RelyingParty

CALLBACK = "http://desk/sign-in/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """One provider for the module."""
    with running_provider(CALLBACK) as running:
        yield running


def settings_of(provider: Provider) -> ProviderSettings:
    return ProviderSettings(
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=SecretStr(provider.client_secret),
        name="Tỉnh",
        roles={"sohoa-clerk": Role.CLERK, "sohoa-check": Role.VERIFIER},
    )


@pytest.fixture
def desk(room: Room, provider: Provider) -> Room:
    """The room with the provider in its settings."""
    web = room.settings.web.with_changes(provider=settings_of(provider), public_url="http://desk")
    return make_room(room.archive, room.settings.with_changes(web=web))


def sign_in_there(url: str, login: str, password: str) -> str:
    """Through the provider's own pages with a browser of its own; the address it comes back to."""
    browser = requests.Session()
    page = browser.get(url, timeout=20, allow_redirects=False)
    for field, typed in (("login", login), ("password", password)):
        page = _follow(browser, page)
        action, filled = _form_with(page, field)
        page = browser.post(action, data={**filled, field: typed}, timeout=20, allow_redirects=False)
    while page.is_redirect and not page.headers["location"].startswith(CALLBACK):
        page = browser.get(urljoin(page.url, page.headers["location"]), timeout=20, allow_redirects=False)
    return str(page.headers["location"])


def _follow(browser: requests.Session, page: requests.Response) -> requests.Response:
    while page.is_redirect:
        page = browser.get(urljoin(page.url, page.headers["location"]), timeout=20, allow_redirects=False)
    return page


def _form_with(page: requests.Response, wanted: str) -> tuple[str, dict[str, str]]:
    for attributes, body in re.findall(r"<form([^>]*)>(.*?)</form>", page.text, re.DOTALL):
        filled: dict[str, str] = {}
        for tag in re.findall(r"<(?:input|button)[^>]*>", body):
            said = {k: html.unescape(v) for k, v in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            if said.get("name") and said.get("type") != "checkbox":
                filled.setdefault(said["name"], said.get("value", ""))
        if wanted in filled:
            action = re.search(r'action="([^"]*)"', attributes)
            return urljoin(page.url, html.unescape(action[1]) if action and action[1] else page.url), filled
    raise AssertionError(wanted)


def test_a_clerk_of_the_organisation_gets_in_with_role_and_unit(desk: Room) -> None:
    browser = desk.stranger()
    assert "Đăng nhập bằng Tỉnh" in browser.get("/sign-in").text
    begun = browser.get("/sign-in/provider")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"nonce", "state", "code_challenge"} <= set(asked)
    back = sign_in_there(begun.headers["location"], "thu", "ngựa đúng pin ghim")
    arrived = browser.client.get(back)
    assert arrived.headers["location"] == "/"
    browser.refresh()
    assert browser.get("/batches").status_code == 200
    account = Accounts(desk.archive.database).by_login("thu")
    assert (account.role, account.unit, account.name) == (Role.CLERK, "H10.15", "Lê Thu")
    assert account.from_provider
    assert browser.client.get(back).status_code == 401, "an answer counts once"
    with pytest.raises(SignInRefused):
        Accounts(desk.archive.database).sign_in("thu", "")


def test_somebody_without_a_known_group_stays_outside(desk: Room) -> None:
    browser = desk.stranger()
    back = sign_in_there(browser.get("/sign-in/provider").headers["location"], "an", "ngựa sai pin ghim")
    assert browser.client.get(back).status_code == 401
    assert browser.get("/batches").headers["location"] == "/sign-in?back=%2Fbatches"


def test_an_answer_for_another_browser_or_of_nobody_is_refused(desk: Room) -> None:
    mine, other = desk.stranger(), desk.stranger()
    other.get("/sign-in/provider")
    back = sign_in_there(mine.get("/sign-in/provider").headers["location"], "thu", "ngựa đúng pin ghim")
    assert other.client.get(back).status_code == 401, "the state is the other browser's"
    assert desk.stranger().client.get(back).status_code == 401
    assert desk.stranger().get("/sign-in/callback").status_code == 401
    assert mine.client.get(back.replace("code=", "code=x")).status_code == 401


def test_a_login_that_a_local_account_has_is_not_taken_over(desk: Room) -> None:
    desk.person("thu", Role.ADMIN)
    browser = desk.stranger()
    back = sign_in_there(browser.get("/sign-in/provider").headers["location"], "thu", "ngựa đúng pin ghim")
    assert browser.client.get(back).status_code == 401
    assert Accounts(desk.archive.database).by_login("thu").role is Role.ADMIN


@pytest.fixture(scope="module")
def token(provider: Provider) -> tuple[RelyingParty, str, str]:
    """A real ID token, with the party it is for and its nonce."""
    party = RelyingParty(settings_of(provider), CALLBACK)
    url, pending = party.begin()
    back = parse_qs(urlsplit(sign_in_there(url, "thu", "ngựa đúng pin ghim")).query)
    kept: dict[str, Any] = {}
    verify = party.verify

    def keep(
        id_token: str, nonce: str, access_token: str | None = None, now: int | None = None
    ) -> dict[str, Any]:
        kept["token"] = id_token
        return verify(id_token, nonce, access_token, now)

    party.verify = keep  # type: ignore[method-assign]
    party.finish(pending, {name: values[0] for name, values in back.items()})
    party.verify = verify  # type: ignore[method-assign]
    return party, kept["token"], str(pending["nonce"])


@pytest.mark.parametrize("wrong", ["nonce", "issuer", "audience", "late", "altered", "none", "foreign"])
def test_a_token_that_is_not_exactly_ours_is_refused(
    token: tuple[RelyingParty, str, str], provider: Provider, wrong: str
) -> None:
    party, id_token, nonce = token
    claims = party.verify(id_token, nonce)
    assert claims["sub"] == "thu"
    now = None
    if wrong == "nonce":
        nonce = "khác"
    elif wrong in ("issuer", "audience"):
        change = {"issuer": provider.issuer + "x"} if wrong == "issuer" else {"client_id": "ai khác"}
        keys = party._keyset()
        party = RelyingParty(settings_of(provider).with_changes(**change), CALLBACK)
        party._keys = keys
    elif wrong == "late":
        now = int(claims["exp"]) + 60
    elif wrong == "altered":
        head, body, signature = id_token.split(".")
        id_token = ".".join([head, body[:-4] + "AAAA", signature])
    elif wrong == "none":
        id_token = "eyJhbGciOiJub25lIn0." + id_token.split(".")[1] + "."
    else:
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        id_token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    with pytest.raises((AuthlibBaseError, JoseError, ValueError)):
        party.verify(id_token, nonce, now=now)


def test_a_provider_that_is_down_is_said_in_a_sentence(room: Room) -> None:
    away = ProviderSettings(issuer="http://127.0.0.1:9", client_id="x", name="Tỉnh")
    web = room.settings.web.with_changes(provider=away)
    desk = make_room(room.archive, room.settings.with_changes(web=web))
    answer = desk.stranger().get("/sign-in/provider")
    assert answer.status_code == 401
    assert "không đăng nhập được" in answer.text
