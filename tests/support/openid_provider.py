"""A real OpenID provider (Canaille, in an environment of its own) as a process on loopback.

Imported by tests it offers `running_provider`; run by the provider's Python it is the server.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PYTHON = Path(__file__).parents[2] / ".venv" / "provider" / "bin" / "python"
USERS = [
    {
        "user_name": "thu",
        "password": "ngựa đúng pin ghim",
        "formatted_name": "Lê Thu",
        "family_name": "Lê",
        "emails": ["thu@example.org"],
        "groups": ["sohoa-clerk"],
        "unit": "H10.15",
    },
    {
        "user_name": "an",
        "password": "ngựa sai pin ghim",
        "formatted_name": "Vũ An",
        "family_name": "Vũ",
        "emails": ["an@example.org"],
        "groups": [],
        "unit": "H10",
    },
]


class Provider(NamedTuple):
    """Where it is, and who we are to it."""

    issuer: str
    client_id: str = "sohoa"
    client_secret: str = "sohoa-secret-0123456789"


@contextlib.contextmanager
def running_provider(redirect_uri: str) -> Iterator[Provider]:
    """The provider with `USERS` and one client that comes back to `redirect_uri`."""
    with tempfile.TemporaryDirectory(prefix="openid-") as folder:
        settings = Path(folder) / "settings.json"
        secret = Provider("")
        settings.write_text(
            json.dumps(
                {
                    "redirect_uri": redirect_uri,
                    "users": USERS,
                    "id": secret.client_id,
                    "secret": secret.client_secret,
                }
            )
        )
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "AUTHLIB_INSECURE_TRANSPORT": "1"}
        process = subprocess.Popen(
            [str(PYTHON), __file__, str(settings)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout
        try:
            assert select.select([process.stdout], [], [], 60)[0], "the provider did not start"
            issuer = json.loads(process.stdout.readline())["issuer"]
            _wait(f"{issuer}/.well-known/openid-configuration")
            yield Provider(issuer)
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


def _serve(told: dict[str, Any]) -> None:
    """In the provider's own Python. SQLite: its memory backend takes any code of a client for any other."""
    import datetime as dt
    import secrets
    import socket
    import threading

    import canaille.oidc.provider  # type: ignore[import-not-found]
    from canaille import create_app
    from canaille.app import models  # type: ignore[import-not-found]
    from canaille.backends import Backend  # type: ignore[import-not-found]
    from canaille.oidc.userinfo import UserInfo  # type: ignore[import-not-found]
    from joserfc.jwk import RSAKey
    from werkzeug.serving import make_server

    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    UserInfo.REGISTERED_CLAIMS.append("unit")  # it has no setting for claims of one's own
    UserInfo.SCOPES_CLAIMS_MAPPING["groups"].append("unit")
    canaille.oidc.provider.generate_access_token = lambda *_a, **_k: secrets.token_urlsafe(32)
    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    app = create_app(
        config={
            "SECRET_KEY": secrets.token_hex(32),
            "SERVER_NAME": host,
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE_SQL": {
                "DATABASE_URI": "sqlite:///provider.sqlite",
                "PASSWORD_HASH_PARAMS": {"pbkdf2_sha512__rounds": 1000},
            },
            "CANAILLE": {
                "DATABASE": "sql",
                "SMTP": None,
                "LANGUAGE": "en",
                "TIMEZONE": "UTC",
                "CAPTCHA_ENABLED": False,
                "JAVASCRIPT": False,
                "HTMX": False,
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    app.config["CANAILLE_OIDC"]["USERINFO_MAPPING"]["UNIT"] = (
        "{% if user.department %}{{ user.department }}{% endif %}"
    )
    with app.app_context(), Backend.instance.session():
        groups: dict[str, list[Any]] = {}
        for one in told["users"]:
            user = models.User(
                user_name=one["user_name"],
                password=one["password"],
                formatted_name=one["formatted_name"],
                family_name=one["family_name"],
                emails=one["emails"],
                department=one["unit"],
            )
            Backend.instance.save(user)
            for name in one["groups"]:
                groups.setdefault(name, []).append(user)
        for name, members in groups.items():
            Backend.instance.save(models.Group(display_name=name, members=members))
        client = models.Client(
            client_id=told["id"],
            client_secret=told["secret"],
            client_name="Sohoa",
            client_uri="http://127.0.0.1",
            client_id_issued_at=dt.datetime.now(dt.UTC),
            redirect_uris=[told["redirect_uri"]],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="RS256",
        )
        Backend.instance.save(client)
        client.audience = [client]  # only after a first save: else the token is for nobody
        Backend.instance.save(client)
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno())
    sys.stdout.write(json.dumps({"issuer": f"http://{host}"}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    _serve(json.loads(Path(sys.argv[1]).read_text()))
