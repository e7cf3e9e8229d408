"""Prefect's own settings, in one place and before its first import: private, quiet, no telemetry."""

import os
import secrets
import sys
from pathlib import Path

from schemas.logs import LogLevel
from schemas.settings import Settings
from storage.private_files import make_once

POOL = "sohoa"
"""Name of the Prefect work pool whose workers run our flows."""
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}


def prefect_settings(data: Path) -> dict[str, str]:
    """Environment of every Prefect process of the data folder `data`."""
    home = data / "prefect"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {**_QUIET, "PREFECT_HOME": str(home), "PREFECT_PROFILE": "ephemeral"}


def own_password(data: Path) -> str:
    """`user:password` of the server that we start for `data`: made once, in a file that we alone can read."""
    return make_once(data / "prefect" / "password", _new_password).decode()


def _new_password() -> bytes:
    return f"sohoa:{secrets.token_urlsafe(32)}".encode()


def server_settings(data: Path, url: str, *, page: bool) -> dict[str, str]:
    """Environment of our own server: who has no password is answered nothing, and no other site asks.

    `page` opens Prefect's own page, which asks for the same password.
    """
    return {
        **prefect_settings(data),
        "PREFECT_SERVER_API_AUTH_STRING": own_password(data),
        "PREFECT_API_AUTH_STRING": own_password(data),
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": url.removesuffix("/api"),
        "PREFECT_SERVER_UI_ENABLED": "true" if page else "false",
        "PREFECT_UI_API_URL": url,
    }


def client_settings(settings: Settings, url: str) -> dict[str, str]:
    """Environment of whoever speaks to the server at `url`: the one the settings name, or our own."""
    named = settings.prefect_password.get_secret_value() if settings.prefect_url else ""
    password = named if settings.prefect_url else own_password(settings.data)
    spoken = {"PREFECT_API_AUTH_STRING": password} if password else {}
    words = {"PREFECT_LOGGING_LEVEL": "DEBUG"} if settings.logs.level == LogLevel.DEBUG else {}
    return {**prefect_settings(settings.data), **words, **spoken, "PREFECT_API_URL": url}


def use_prefect(settings: Settings, url: str) -> None:
    """Point this process's Prefect, not yet imported, at `url`; foreign settings are dropped."""
    if "prefect" in sys.modules:
        raise RuntimeError("Prefect was imported before its settings were made")
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update(client_settings(settings, url))
