"""Encryption at rest on our side, for stores that have none: an envelope around each object.

A data key of the object's own encrypts it (AES-256-GCM, its name as associated data, so that bytes
cannot be moved to another name); the office's master key wraps the data key (RFC 3394). What lies in
the store: the mark, eight bytes that tell which master key, the wrapped key, nonce, ciphertext.
"""

import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from schemas.errors import SettingWrong

_MARK = b"SOHOA-E1"
_KEY_BYTES, _WRAPPED_BYTES, _NONCE_BYTES, _NAME_BYTES = 32, 40, 12, 8
_HEAD_BYTES = len(_MARK) + _NAME_BYTES + _WRAPPED_BYTES + _NONCE_BYTES


class Envelope:
    """Closes and opens objects with one master key of 32 bytes."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._name = sha256(b"sohoa master key" + master).digest()[:_NAME_BYTES]

    def close(self, key: str, content: bytes) -> bytes:
        """What is put into the store for `content` under `key`."""
        data_key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(data_key).encrypt(nonce, content, key.encode())
        return b"".join((_MARK, self._name, aes_key_wrap(self._master, data_key), nonce, sealed))

    def open(self, key: str, stored: bytes) -> bytes:
        """The content; bytes without an envelope, or that were altered, come back as they are.

        Raises `SettingWrong` for what another master key closed: nothing of it is altered.
        """
        if not is_closed(stored):
            return stored
        if not stored.startswith(_MARK + self._name):
            raise SettingWrong("store.key_file", f"{key} was closed with another key")
        at = len(_MARK) + _NAME_BYTES
        wrapped, nonce = stored[at : at + _WRAPPED_BYTES], stored[at + _WRAPPED_BYTES : _HEAD_BYTES]
        try:
            data_key = aes_key_unwrap(self._master, wrapped)
            return AESGCM(data_key).decrypt(nonce, stored[_HEAD_BYTES:], key.encode())
        except (InvalidTag, InvalidUnwrap):
            return stored


def is_closed(stored: bytes) -> bool:
    """Whether bytes are an envelope, ours or another's."""
    return stored.startswith(_MARK) and len(stored) >= _HEAD_BYTES


def open_envelope(file: Path) -> Envelope:
    """The envelope whose master key lies in `file` (64 hex digits). Raises `SettingWrong`."""
    try:
        master = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError) as error:
        raise SettingWrong("store.key_file", type(error).__name__) from error
    if len(master) != _KEY_BYTES:
        raise SettingWrong("store.key_file", "64 hex digits")
    return Envelope(master)
