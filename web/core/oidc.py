"""Signing in through the organisation's OpenID Connect provider. The only importer of Authlib.

Authorization code with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1; RFC 7636; RFC 9207); only
RS256 is accepted, and the audience must be us.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import JsonValue
from requests import RequestException

from schemas.request_errors import SignInRefused
from schemas.settings import ProviderSettings

_LIFETIME, _TIMEOUT, _LEEWAY = 600, 10, 30


class RelyingParty:
    """Us, towards the provider."""

    def __init__(self, settings: ProviderSettings, redirect_uri: str) -> None:
        self.settings = settings
        self._redirect_uri = redirect_uri
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    def begin(self) -> tuple[str, dict[str, JsonValue]]:
        """Where to send the browser, and what its session must remember. Raises `SignInRefused`."""
        new = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        try:
            with self._client() as client:
                url, _ = client.create_authorization_url(
                    self._discovered()["authorization_endpoint"],
                    state=new["state"],
                    nonce=new["nonce"],
                    code_verifier=new["verifier"],
                )
        except (RequestException, KeyError, ValueError) as error:
            raise SignInRefused(self.settings.name, type(error).__name__) from error
        return url, {**new, "at": int(time.time())}

    def finish(self, pending: Mapping[str, Any], answer: Mapping[str, str]) -> dict[str, Any]:
        """Claims of the person who came back with `answer`. Raises `SignInRefused`."""
        try:
            return self._finish(pending, answer)
        except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError, TypeError) as error:
            if isinstance(error, (AuthlibBaseError, RequestException)):  # it may have moved since we asked
                self._metadata = self._keys = None
            raise SignInRefused(self.settings.name, type(error).__name__) from error

    def _finish(self, pending: Mapping[str, Any], answer: Mapping[str, str]) -> dict[str, Any]:
        if not pending or time.time() - float(pending["at"]) > _LIFETIME:
            raise ValueError("no sign-in under way")
        if not hmac.compare_digest(answer.get("state", "").encode(), str(pending["state"]).encode()):
            raise ValueError("state")
        found = self._discovered()
        must_name = found.get("authorization_response_iss_parameter_supported")
        if answer.get("iss", None if must_name else self.settings.issuer) != self.settings.issuer:
            raise ValueError("issuer")
        if "error" in answer or not answer.get("code"):
            raise ValueError("refused by the provider")
        with self._client() as client:
            token = client.fetch_token(
                found["token_endpoint"],
                grant_type="authorization_code",
                timeout=_TIMEOUT,
                code=answer["code"],
                code_verifier=pending["verifier"],
            )
        claims = self.verify(token["id_token"], pending["nonce"], token.get("access_token"))
        wanted = {self.settings.groups_claim, self.settings.unit_claim, "preferred_username", "name"}
        if not wanted <= set(claims) and "userinfo_endpoint" in found:
            more = self._get(found["userinfo_endpoint"], token)
            if more.get("sub") != claims["sub"]:
                raise ValueError("subject")
            claims = {**more, **claims}
        return claims

    def verify(
        self, id_token: str, nonce: str, access_token: str | None = None, now: int | None = None
    ) -> dict[str, Any]:
        """Claims of an ID token that is the provider's, for us, for this sign-in, and not over."""
        try:
            token = jwt.decode(id_token, self._keyset(), algorithms=["RS256"])
        except InvalidKeyIdError:  # the provider changed its keys
            self._keys = None
            token = jwt.decode(id_token, self._keyset(), algorithms=["RS256"])
        wanted = {"iss": self.settings.issuer, "aud": self.settings.client_id, "nonce": nonce}
        claims = CodeIDToken(
            token.claims,
            token.header,
            {name: {"essential": True, "values": [value]} for name, value in wanted.items()},
            {"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token},
        )
        claims.validate(now=now, leeway=_LEEWAY)
        return dict(claims)

    def _client(self, token: Any = None) -> Any:
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret.get_secret_value(),
            scope=self.settings.scope,
            token=token,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    def _get(self, url: str, token: Any = None) -> dict[str, Any]:
        with self._client(token) as client:
            response = client.request("GET", url, timeout=_TIMEOUT, withhold_token=token is None)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    def _discovered(self) -> dict[str, Any]:
        if self._metadata is None:
            found = self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.settings.issuer:
                raise ValueError("issuer")
            self._metadata = found
        return self._metadata

    def _keyset(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(self._get(self._discovered()["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys
