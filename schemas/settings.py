"""Every setting, read once at the entry point from `SOHOA_…` variables and a TOML file.

Libraries below never read the environment; they are handed a `Settings`.
"""

import os
from decimal import Decimal
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from schemas.account import Role
from schemas.base.language import Language, language_of
from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from schemas.logs import LogSettings


def _default_data() -> Path:
    """`$XDG_DATA_HOME/sohoa`, after the XDG base directory specification."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "sohoa"


def _default_language() -> Language:
    """Language of the POSIX locale."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return language_of(next((name for name in names if name), ""))


SECRETS, _SECRETS_HERE = "SOHOA_SECRETS", "/run/secrets/sohoa"
"""Variable that names the folder of secret files, and where they are without it."""
JPEG_QUALITY = 85
"""Of the page images in PDF/A and on the screen; what others cost is in `docs/benchmarks.md`."""


class Encryption(StrEnum):
    """Who encrypts objects at rest."""

    NONE = "none"
    SSE = "sse"
    """The server, with its own keys (SSE-S3)."""
    ENVELOPE = "envelope"
    """We do, before anything leaves this machine; see `storage.objects.encryption`."""


class StoreSettings(Frozen):
    """An S3 endpoint. With `endpoint` empty, Sohoa runs SeaweedFS itself below `data`."""

    endpoint: str = Field("", description="host:port of an S3 server; empty: embedded")
    access_key: str = ""
    secret_key: SecretStr = SecretStr("")
    bucket: str = "sohoa"
    secure: bool = Field(True, description="TLS; the embedded server is loopback only")
    ca_file: str = Field("", description="PEM of the authority that signed its certificate; empty: Debian's")
    encryption: Encryption = Field(Encryption.NONE, description="none, sse (the server's), envelope (ours)")
    key_file: Path | None = Field(None, description="64 hex digits, the master key of the envelope")


class ProviderSettings(Frozen):
    """An OpenID Connect provider of the organisation. With `issuer` empty only local accounts sign in."""

    issuer: str = Field("", description="exactly as its discovery document says it")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    name: str = Field("SSO", description="what the button says")
    scope: str = "openid profile groups"
    groups_claim: str = "groups"
    unit_claim: str = "unit"
    roles: dict[str, Role] = Field({}, description="group → role; the first of a person's groups counts")


class TelemetrySettings(Frozen):
    """Where traces and metrics are sent (OpenTelemetry); Prometheus asks by itself at `/metrics`."""

    endpoint: str = Field("", description="http://collector:4318 (OTLP); empty: nowhere")
    every_seconds: int = Field(15, gt=0)
    token: SecretStr = Field(SecretStr(""), description="bearer of /metrics; empty: nobody may ask")


class WebSettings(Frozen):
    """The desk in the browser."""

    host: str = Field("127.0.0.1", description="loopback; a reverse proxy with TLS stands before it")
    port: int = Field(8080, ge=0, le=65_535)
    public_url: str = Field("", description="https://… as people type it; makes cookies Secure")
    proxy_secret: SecretStr = Field(
        SecretStr(""),
        description="that the proxy sends as X-Sohoa-Proxy; without, X-Forwarded-For counts nothing",
    )
    tls_certificate: Path | None = Field(None, description="PEM; without, a proxy with TLS stands before it")
    tls_key: Path | None = None
    provider: ProviderSettings = ProviderSettings()
    second_person: bool = Field(True, description="a required value one person typed needs another's eye")
    second_factor_for: frozenset[Role] = Field(
        frozenset(), description="roles that sign in with a code from their telephone too (TOTP)"
    )
    idle_days: int = Field(45, gt=0, description="an account that nobody used for so long is closed")
    double_keyed: frozenset[str] = Field(
        frozenset(), description="types whose required fields two people key blind"
    )
    requests_per_minute: int = Field(3000, gt=0, description="of one address")


class CounterSettings(Frozen):
    """What an office demands of a paper before it is used again instead of asked for."""

    verified: bool = Field(True, description="a person looked at it since the machine read it")
    signed: bool = Field(False, description="its digital copy is signed; nothing is yet")


class PortalSettings(Frozen):
    """The National Portal's door for dossiers, or the province's bridge to it."""

    url: str = Field("", description="where exchange records are posted")
    token: SecretStr = SecretStr("")


class WebhookSettings(Frozen):
    """Where programs may want to be told of papers."""

    networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="of our own that receivers may lie in; empty: public addresses alone"
    )


class SealSettings(Frozen):
    """What the audit trail is sealed with, and who outside this box witnesses it."""

    socket: Path | None = Field(
        None, description="of the agent of another user that holds the key (`sohoa audit agent`)"
    )

    key_file: Path | None = Field(
        None,
        description="PEM, Ed25519; empty: made once below `data` (all machines of one archive need the same)",
    )
    timestamp_url: str = Field("", description="of a time-stamping authority (RFC 3161); empty: none")
    timestamp_ca: Path | None = Field(None, description="PEM of the authority above it")


class TrailSettings(Frozen):
    """What events of the audit trail are signed with by whoever writes them."""

    key_file: Path | None = Field(
        None,
        description="64 hex digits, and the first event's number; empty: made once below `data` "
        "(all machines of one archive need the same)",
    )


class FigureSettings(Frozen):
    """What figures cannot know by themselves."""

    sync_rate: Decimal = Field(
        Decimal(1), ge=0, le=1, description="indicator 1.4, which multiplies the points of 3.3"
    )
    warn_days: int = Field(3, ge=0, le=60, description="a dossier is about to be late so many days before")


class EngineName(StrEnum):
    """Readers of page images."""

    TRUEOCR = "trueocr"
    TESSERACT = "tesseract"


class Sandbox(StrEnum):
    """Whether foreign files are opened in namespaces of their own (bubblewrap)."""

    AUTO = "auto"
    """Where the kernel allows it; `sohoa doctor` says whether it does."""
    REQUIRED = "required"
    OFF = "off"


class Limits(Frozen):
    """What one received file may cost. Beyond it the file is refused, and kept."""

    max_bytes: int = Field(1024 * 1024**2, gt=0)
    max_pages: int = Field(500, gt=0)
    max_side_px: int = Field(20_000, gt=0, description="30,000 px is a bomb; A0 at 400 dpi is 18,700")
    max_pixels: int = Field(150_000_000, gt=0)
    page_timeout_seconds: int = Field(120, gt=0)
    worker_memory_bytes: int = Field(3 * 1024**3, gt=0, description="address space of one worker")
    worker_file_bytes: int = Field(2 * 1024**3, gt=0, description="largest file a worker may write")

    open_uploads: int = Field(5_000, gt=0, description="files a person may have under way in the browser")
    open_upload_bytes: int = Field(
        50 * 1024**3, gt=0, description="their bytes together; of a unit ten times"
    )
    answer_bytes: int = Field(512 * 1024**2, gt=0, description="what a worker may answer to one job")

    @property
    def program_timeout_seconds(self) -> int:
        """What Poppler or Tesseract may take: they end before the worker that waits for them."""
        return max(round(self.page_timeout_seconds * 0.8), 1)


class Settings(Frozen, BaseSettings):
    """All of Sohoa's settings. Nested names take two underscores: `SOHOA_STORE__ENDPOINT`."""

    model_config = SettingsConfigDict(
        env_prefix="SOHOA_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    data: Path = Field(default_factory=_default_data, description="everything embedded lives here")
    language: Language = Field(default_factory=_default_language)
    unit: str = Field("H00", description="code of the unit whose papers are taken in")
    processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    engines: tuple[EngineName, ...] = Field(
        (EngineName.TRUEOCR, EngineName.TESSERACT),
        min_length=1,
        max_length=2,
        description="the first reads, the second is asked when it is in doubt",
    )
    jpeg_quality: int = Field(JPEG_QUALITY, ge=30, le=100, description="of page images in PDF/A; scans stay")
    accepted_field_error: float = Field(
        0.005, gt=0, le=1, description="share of the fields accepted without a person that may be wrong"
    )
    accepted_paper_error: float = Field(
        0.02, gt=0, le=1, description="share of the papers passed without a person that may lack or err"
    )
    hot_folder: Path | None = Field(None, description="whose stacks clerks may pick in the browser")
    settle_seconds: float = Field(3.0, ge=0, description="a hot folder's file must rest this long")
    database_url: SecretStr = Field(SecretStr(""), description="SQLAlchemy URL; empty: SQLite")
    backup_to: tuple[str, ...] = Field((), description="age recipients that backups are encrypted to")
    prefect_url: str = Field("", description="API of a Prefect server for many machines; empty: our own")
    prefect_password: SecretStr = Field(SecretStr(""), description="user:password of that server")
    most_waiting: int = Field(
        100_000, gt=0, description="stacks; while more wait, what is handed in stays where it lies"
    )
    store: StoreSettings = StoreSettings()
    second_store: StoreSettings = Field(
        StoreSettings(), description="where every object is copied to, and repaired from; empty: none"
    )
    limits: Limits = Limits()
    sandbox: Sandbox = Field(Sandbox.AUTO, description="auto, required or off")
    web: WebSettings = WebSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    logs: LogSettings = LogSettings()
    counter: CounterSettings = CounterSettings()
    portal: PortalSettings = PortalSettings()
    webhooks: WebhookSettings = WebhookSettings()
    figures: FigureSettings = FigureSettings()
    seal: SealSettings = SealSettings()
    trail: TrailSettings = TrailSettings()
    fixity_minutes: int = Field(30, gt=0, description="how long a night's slice of hashing may take")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data / 'ledger.sqlite'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over variables, variables over secret files, these over the file of `SOHOA_CONFIG`.

        A secret is a file `store__secret_key` in the folder that `SOHOA_SECRETS` names.
        """
        del dotenv_settings
        secrets = NestedSecretsSettingsSource(
            file_secret_settings,
            secrets_dir=os.environ.get(SECRETS, _SECRETS_HERE),
            secrets_dir_missing="error" if SECRETS in os.environ else "ok",
            secrets_prefix="",
            secrets_nested_delimiter="__",
        )
        file = TomlConfigSettingsSource(settings_cls, os.environ.get("SOHOA_CONFIG", "sohoa.toml"))
        return init_settings, env_settings, secrets, file


def load_settings(data: Path | None = None) -> Settings:
    """Read the settings; `data` wins over all other sources. Raises `SettingWrong`."""
    try:
        return Settings(data=data.absolute()) if data else Settings()
    except (SettingsError, OSError, UnicodeError) as error:
        raise SettingWrong(SECRETS, type(error).__name__) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingWrong(wrong) from error
