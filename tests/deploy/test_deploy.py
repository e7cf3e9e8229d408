"""What stands in `deploy/`, held against the schemas of those who will read it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from schemas.settings import Settings, load_settings
from storage.archive.trail_key import read_keys

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHECKS = Path(sys.prefix) / "deploy" / "bin"
_RENDER = """
import helm_python as helm, json, sys
with helm.Chart.load(sys.argv[1]) as chart:
    print(json.dumps(chart.render(json.loads(sys.argv[2]), name="so", namespace="hoso")))
"""


def _run(*command: object, status: int = 0) -> str:
    run = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert run.returncode == status, run.stdout + run.stderr
    return run.stdout


def _rendered(values: dict[str, object] | None = None, status: int = 0) -> dict[str, str]:
    said = _run(CHECKS / "python", "-c", _RENDER, DEPLOY / "helm", json.dumps(values or {}), status=status)
    return dict(json.loads(said)) if not status else {}


def test_yaml_is_tidy() -> None:
    plain = [
        DEPLOY / "compose.yaml",
        DEPLOY / "alerts.yaml",
        DEPLOY / "helm/values.yaml",
        DEPLOY / "helm/Chart.yaml",
    ]
    rules = "{extends: default, rules: {line-length: {max: 130}, document-start: disable, braces: disable}}"
    _run(CHECKS / "yamllint", "-s", "-d", rules, *plain)


def test_the_compose_file_is_one_and_names_settings_that_exist(tmp_path: Path) -> None:
    code = "import sys, compose_spec; compose_spec.PyCompose.from_yaml(open(sys.argv[1]).read())"
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    merged = yaml.safe_dump(json.loads(json.dumps(told)))
    (tmp_path / "merged.yaml").write_text(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", merged))  # as an engine does
    _run(CHECKS / "python", "-c", code, tmp_path / "merged.yaml")
    for service in ("web", "worker"):
        _exist(told["services"][service]["environment"])
    assert set(told["services"]["web"]["secrets"]) <= set(told["secrets"])
    assert told["services"]["worker"]["command"] == ["work"]
    assert all(":" in port and port.startswith("127.0.0.1") for port in told["services"]["web"]["ports"])


def test_the_chart_renders_to_what_kubernetes_takes(tmp_path: Path) -> None:
    files = _rendered({"workers": {"replicas": 5}})
    text = "\n---\n".join(files.values())
    (tmp_path / "all.yaml").write_text(text)
    _run(CHECKS / "kubernetes-validate", "--strict", "-k", "1.30", tmp_path / "all.yaml")
    kinds = [part["kind"] for part in yaml.safe_load_all(text) if part]
    assert sorted(kinds) == ["Deployment", "Deployment", "NetworkPolicy", "Service"]
    for part in yaml.safe_load_all(text):
        if part and part["kind"] == "Deployment":
            container = part["spec"]["template"]["spec"]["containers"][0]
            _exist({one["name"]: one["value"] for one in container["env"]})
    assert "replicas: 5" in text


def test_the_chart_refuses_what_makes_no_sense() -> None:
    _rendered({"workers": {"replicas": 0}}, status=1)


def test_units_of_systemd_are_understood(tmp_path: Path) -> None:
    fake = tmp_path / "sohoa"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace("/opt/sohoa/bin/sohoa", str(fake)))
    for unit in sorted(tmp_path.glob("*.service")):
        _run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", unit)


def test_alerts_speak_of_measures_that_exist() -> None:
    from storage import telemetry
    from storage.views import operation

    source = Path(operation.__file__).read_text() + Path(telemetry.__file__).read_text()
    for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            for name in re.findall(r"sohoa_\w+", rule["expr"]):
                assert f'"{name.removesuffix("_bucket")}"' in source, name


def test_the_image_holds_what_the_product_needs() -> None:
    image = (DEPLOY / "Containerfile").read_text()
    wanted = re.search(r"^SYSTEM := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert wanted
    for package in [*wanted[1].split(), "fonts-croscore"]:
        assert package in image
    assert "USER 10001" in image
    commands = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert 'ENTRYPOINT ["sohoa"]' in image
    assert "sohoa" in commands


def test_secrets_are_made_once_and_read_as_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "secrets"
    _run(DEPLOY / "make-secrets", folder)
    before = {file.name: file.read_text() for file in folder.iterdir()}
    _run(DEPLOY / "make-secrets", folder)
    assert before == {file.name: file.read_text() for file in folder.iterdir()}
    monkeypatch.setenv("SOHOA_SECRETS", str(folder))
    found = load_settings(tmp_path / "data")
    assert found.store.secret_key.get_secret_value() == before["store__secret_key"]
    assert found.prefect_password.get_secret_value() == before["prefect_password"]
    assert read_keys(before["trail.key"]).since == 1
    assert before["database_password"] in found.database


def _exist(environment: dict[str, object]) -> None:
    """Every variable is a setting of ours."""
    for name in environment:
        if name.startswith("SOHOA_") and name != "SOHOA_SECRETS":
            at: object = Settings
            for part in name.removeprefix("SOHOA_").lower().split("__"):
                fields = at.model_fields  # type: ignore[attr-defined]
                assert part in fields, name
                at = fields[part].annotation


def test_what_listens_between_containers_proves_itself_and_is_parted() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert "PREFECT_SERVER_API_AUTH_STRING" in services["prefect"]["command"][2]
    assert services["prefect"]["environment"]["PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED"] == "true"
    assert services["prefect"]["environment"]["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] != "*"
    assert "prefect_password" in services["worker"]["secrets"]
    apart = [services[name]["networks"] for name in ("database", "store", "prefect")]
    assert len({name for names in apart for name in names}) == 3, "none of them reaches another"
    assert services["seal"]["network_mode"] == "none"
    assert services["seal"]["user"] != services["worker"].get("user")
    assert not any("seal" in volume for volume in services["worker"].get("volumes", []))


def test_only_the_desk_holds_the_seal_key_in_a_cluster() -> None:
    parts = [part for text in _rendered().values() for part in yaml.safe_load_all(text) if part]
    volumes = {
        part["metadata"]["name"]: {volume["name"] for volume in part["spec"]["template"]["spec"]["volumes"]}
        for part in parts
        if part["kind"] == "Deployment"
    }
    assert "seal" in volumes["so-web"]
    assert "seal" not in volumes["so-worker"]


def test_images_are_taken_by_digest(tmp_path: Path) -> None:
    """With a container engine that only says what it was asked: none is here."""
    engine = tmp_path / "engine"
    engine.write_text('#!/bin/sh\n[ "$1" = image ] && echo "$5@sha256:$(printf %064d 7)" || true\n')
    engine.chmod(0o755)
    run = subprocess.run(
        [DEPLOY / "pin-images"],
        env={"ENGINE": str(engine), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    names = dict(line.split("=", 1) for line in run.stdout.splitlines())
    assert names["SOHOA_POSTGRES_IMAGE"] == f"postgres:15-bookworm@sha256:{7:064d}"
    used = re.findall(r"\$\{(SOHOA_\w+_IMAGE):-", (DEPLOY / "compose.yaml").read_text())
    assert set(names) == set(used)
    digest = f"sha256:{7:064d}"
    text = "".join(_rendered({"image": {"repository": "sohoa", "tag": "1", "digest": digest}}).values())
    assert f"image: sohoa@{digest}" in text
