"""Prefect's own settings, in one place and before its first import: private, quiet, no telemetry."""

import os
import sys
from pathlib import Path

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


def use_prefect(data: Path, api_url: str) -> None:
    """Point this process's Prefect, not yet imported, at `api_url`; foreign settings are dropped."""
    if "prefect" in sys.modules:
        raise RuntimeError("Prefect was imported before its settings were made")
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update(prefect_settings(data), PREFECT_API_URL=api_url)
