"""Catalogue data of the product: document types, provinces. Dated and sourced in each file."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import ValidationError

from schemas.document_type import DocumentType
from schemas.errors import SettingWrong


@cache
def document_types() -> dict[str, DocumentType]:
    """All types by id, in the order of their file names. Raises `SettingWrong` on a bad file."""
    folder = files("schemas.catalogue") / "document_types"
    types: dict[str, DocumentType] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            try:
                loaded = DocumentType.model_validate(yaml.safe_load(file.read_text("utf-8")))
            except (ValidationError, yaml.YAMLError) as error:
                raise SettingWrong(f"document_types/{file.name}", str(error)) from error
            types[loaded.id] = loaded
    return types


@cache
def names() -> tuple[frozenset[str], frozenset[str]]:
    """Family names, and middle and given names, in small letters."""
    known = yaml.safe_load((files("schemas.catalogue") / "names.yaml").read_text("utf-8"))
    family, given = (frozenset(known[kind].lower().split()) for kind in ("family", "given"))
    return family, given


@cache
def birth_provinces() -> dict[str, str]:
    """Province codes of the personal id (Circular 59/2021/TT-BCA) and their names then."""
    text = (files("schemas.catalogue") / "provinces.yaml").read_text("utf-8")
    codes: dict[str, str] = yaml.safe_load(text)["birth_registration"]
    return codes
