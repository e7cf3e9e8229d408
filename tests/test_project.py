"""What the project promises about itself: lock file, licences, sizes, readmes."""

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("application", "cli", "flows", "ocr", "rules", "samples", "schemas", "storage", "web")


def test_lock_is_hashed_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,]+\])?==", lock, re.MULTILINE)
    assert len(pinned) > 100
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_no_dependency_is_under_the_gpl() -> None:
    """LGPL libraries (img2pdf, fpdf2, psycopg, pyseccomp) are linked, never changed."""
    wrong = []
    for distribution in distributions():
        said = [
            distribution.metadata.get("License-Expression") or "",
            distribution.metadata.get("License") or "",
        ]
        said += [c for c in distribution.metadata.get_all("Classifier") or [] if c.startswith("License")]
        first = " ".join(text.splitlines()[0] for text in said if text)
        only_gpl = re.search(
            r"(?<!L)(?<!Lesser )(?<!Library or Lesser )(?:GPL|General Public License)", first
        )
        if only_gpl and not re.search(r"LGPL|Lesser| OR |MIT|BSD|Apache|Artistic", first):
            wrong.append((distribution.name, first))
    assert not wrong


def test_every_threat_names_tests_that_exist() -> None:
    page = (ROOT / "docs/security.md").read_text()
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", page)
    threats = page.partition("\n## ")[0]
    rows = [
        line for line in threats.splitlines() if line.startswith("| ") and not line.startswith("| threat")
    ]
    assert len(rows) >= 30
    assert all("::" in row for row in rows)
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(), test


def test_files_stay_readable() -> None:
    long = {
        str(file.relative_to(ROOT)): count
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if (count := len(file.read_text().splitlines())) > 330
    }
    assert not long


def test_the_formatter_is_never_switched_off() -> None:
    off = [
        str(file.relative_to(ROOT))
        for package in (*PACKAGES, "tests")
        for file in (ROOT / package).rglob("*.py")
        if "# fmt" + ":" in file.read_text()
    ]
    assert not off


def test_every_package_says_what_lives_there() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").read_text().startswith('"""'), package


def test_both_readmes_show_the_same_first_screen() -> None:
    english, vietnamese = (ROOT / name for name in ("README.md", "README.vi.md"))
    for sign in ("docs/pictures/reading.png", "make demo", "make test", "sohoa digitise ~/scans/lo-12"):
        assert sign in english.read_text()
        assert sign in vietnamese.read_text()


def test_readme_names_only_commands_that_exist() -> None:
    from cli.main import _COMMANDS

    named = set(re.findall(r"`sohoa (\w+)", (ROOT / "README.md").read_text()))
    assert named <= {name for name, *_ in _COMMANDS}


def test_make_lists_its_commands() -> None:
    listed = subprocess.run(["make", "-s", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    for command in ("demo", "test", "check", "bench", "clean"):
        assert f"make {command}" in listed


def _imported_by(code: str) -> set[str]:
    told = f"import sys\n{code}\nprint(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", told], text=True).split())


@pytest.mark.slow
def test_reading_needs_no_prefect() -> None:
    """Workers and `sohoa read` never pay for the orchestrator's import."""
    every = "from cli.main import _COMMANDS, load_command\nfor row in _COMMANDS: load_command(row[0])"
    assert "prefect" not in _imported_by(f"import flows.pipeline.read_only, flows.workers.jobs\n{every}")


@pytest.mark.slow
def test_a_command_imports_what_it_needs() -> None:
    """Help waits for no database, a counter's question for no reading of pages."""
    assert not {"sqlalchemy", "minio", "numpy", "storage", "flows", "ocr"} & _imported_by("import cli.main")
    for name in ("show", "search", "check", "account"):
        loaded = _imported_by(f"from cli.main import load_command\nload_command({name!r})")
        assert not {"numpy", "cv2", "flows", "ocr", "web", "openpyxl", "fastapi"} & loaded, name
