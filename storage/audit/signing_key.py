"""Who signs seals and backups: the office's key (Ed25519) in a file, or an agent that holds it."""

from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from schemas.backup import Manifest
from schemas.environment_errors import SettingWrong
from schemas.seal import Seal, SignedSeal
from schemas.settings import Settings
from storage.audit.signed_records import manifest_bytes
from storage.private_files import make_once


class Signer(Protocol):
    """Signs with the office's key, wherever that is."""

    public: bytes
    """The public key, 32 bytes."""

    def seal(self, draft: Seal) -> SignedSeal:
        """`draft` signed; an agent that signed a seal of this number already returns that one."""

    def sign_manifest(self, manifest: Manifest) -> str:
        """The signature over a manifest of a backup, 128 hex digits."""


class KeyInFile:
    """The key is with us: who has this process has it too."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    def seal(self, draft: Seal) -> SignedSeal:
        """`draft` signed."""
        return SignedSeal(seal=draft, signature=self._private.sign(draft.canonical).hex())

    def sign_manifest(self, manifest: Manifest) -> str:
        """128 hex digits."""
        return self._private.sign(manifest_bytes(manifest)).hex()


def make_key_once(file: Path) -> None:
    """A new key in `file`, unless there is something."""
    make_once(file, _new_key)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises `SettingWrong` for a file that holds none."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingWrong("seal.key_file", f"{file}: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingWrong("seal.key_file", f"{file}: Ed25519")
    return key


def has_seal_key(settings: Settings) -> bool:
    """Whether the key is there; without, it is made when the first seal is."""
    return settings.seal.socket is not None or seal_key_file(settings).exists()


def seal_key_file(settings: Settings) -> Path:
    """Where the key lies when no agent holds it."""
    return settings.seal.key_file or settings.data / "keys" / "seal.pem"


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
