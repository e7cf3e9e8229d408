"""Where settings come from, and that secrets can be files."""

from pathlib import Path

import pytest

from schemas.environment_errors import SettingWrong
from schemas.settings import load_settings


def test_secrets_are_files_and_variables_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store__secret_key").write_text("từ tệp\n")
    (tmp_path / "database_url").write_text("postgresql+psycopg://sohoa:mat@db/sohoa")
    (tmp_path / "web__provider__client_secret").write_text("của SSO")
    monkeypatch.setenv("SOHOA_SECRETS", str(tmp_path))
    monkeypatch.setenv("SOHOA_STORE__ENDPOINT", "minio:9000")
    found = load_settings()
    assert found.store.secret_key.get_secret_value() == "từ tệp"
    assert found.store.endpoint == "minio:9000"
    assert found.database.endswith("@db/sohoa")
    assert found.web.provider.client_secret.get_secret_value() == "của SSO"
    monkeypatch.setenv("SOHOA_STORE__SECRET_KEY", "biến")
    assert load_settings().store.secret_key.get_secret_value() == "biến"


def test_nothing_secret_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_STORE__SECRET_KEY", "khong-duoc-lo")
    monkeypatch.setenv("SOHOA_DATABASE_URL", "postgresql+psycopg://sohoa:khong-duoc-lo@db/sohoa")
    monkeypatch.setenv("SOHOA_TELEMETRY__TOKEN", "khong-duoc-lo")
    found = load_settings(tmp_path)
    assert "khong-duoc-lo" not in f"{found!r} {found} {found.model_dump_json()}"
    monkeypatch.setenv("SOHOA_STORE__SECURE", "khong-duoc-lo")
    with pytest.raises(SettingWrong) as caught:
        load_settings(tmp_path)
    assert "khong-duoc-lo" not in str(caught.value)
