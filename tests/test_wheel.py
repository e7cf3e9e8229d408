"""What others install: everything a package needs lies in it, and the build has nothing to complain of."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PACKAGES = ("cli", "flows", "ocr", "rules", "samples", "schemas", "storage", "web")


def test_the_wheel_holds_every_file_of_every_package(tmp_path: Path) -> None:
    for name in (*_PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation", "-w", "out", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (wheel,) = (tmp_path / "out").glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(file.relative_to(tmp_path))
        for package in _PACKAGES
        for file in (tmp_path / package).rglob("*")
        if file.is_file()
    }
    assert ours <= packed
    assert "BuildBackendWarning" not in run.stdout + run.stderr
    assert "Deprecat" not in run.stdout + run.stderr
