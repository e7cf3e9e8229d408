"""The office's key that seals and backups are signed with: Ed25519, in a file of its own."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from schemas.errors import SettingWrong
from schemas.settings import Settings
from storage.private_files import make_once


def seal_key(settings: Settings) -> Ed25519PrivateKey:
    """The office's key: from the file the settings name, else one made once below `data`.

    Raises `SettingWrong` for a file that holds none.
    """
    file = _key_file(settings)
    if settings.seal.key_file is None:
        make_once(file, _new_key)
    try:
        found = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingWrong("seal.key_file", type(error).__name__) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise SettingWrong("seal.key_file", "Ed25519")
    return found


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def has_seal_key(settings: Settings) -> bool:
    """Whether the key is there; without, it is made when the first seal is."""
    return _key_file(settings).exists()


def seal_pem(settings: Settings) -> bytes:
    """The key as its file has it, for the backup."""
    seal_key(settings)
    return _key_file(settings).read_bytes()


def _key_file(settings: Settings) -> Path:
    return settings.seal.key_file or settings.data / "keys" / "seal.pem"
