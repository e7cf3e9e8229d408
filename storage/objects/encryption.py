"""Encryption at rest on our side, for stores that have none: an envelope around each object.

A data key of the object's own encrypts it (AES-256-GCM, its name as associated data, so that bytes
cannot be moved to another name); the office's newest master key wraps the data key (RFC 3394). What lies in
the store: the mark, eight bytes that tell which master key, the wrapped key, nonce, ciphertext.
"""

import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from schemas.environment_errors import SettingWrong
from storage.private_files import write_private

_MARK = b"SOHOA-E1"
_KEY_BYTES, _WRAPPED_BYTES, _NONCE_BYTES, _NAME_BYTES = 32, 40, 12, 8
_WRAPPED_AT = len(_MARK) + _NAME_BYTES
_NONCE_AT = _WRAPPED_AT + _WRAPPED_BYTES
_HEAD_BYTES = _NONCE_AT + _NONCE_BYTES


class Envelope:
    """Closes objects with the newest of some master keys of 32 bytes, opens them with any."""

    def __init__(self, *masters: bytes) -> None:
        self._ring = {_name_of(master): master for master in masters}
        self._name = list(self._ring)[-1]

    def close(self, key: str, content: bytes) -> bytes:
        """What is put into the store for `content` under `key`."""
        data_key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(data_key).encrypt(nonce, content, key.encode())
        wrapped = aes_key_wrap(self._ring[self._name], data_key)
        return b"".join((_MARK, self._name, wrapped, nonce, sealed))

    def open(self, key: str, stored: bytes) -> bytes:
        """The content; bytes without an envelope, or that were altered, come back as they are.

        Raises `SettingWrong` for what a master key that is not here closed: nothing of it is altered.
        """
        if not is_closed(stored):
            return stored
        master = self._ring.get(_name_in(stored))
        if master is None:
            raise SettingWrong("store.key_file", f"{key} was closed with another key")
        try:
            data_key = aes_key_unwrap(master, stored[_WRAPPED_AT:_NONCE_AT])
            return AESGCM(data_key).decrypt(stored[_NONCE_AT:_HEAD_BYTES], stored[_HEAD_BYTES:], key.encode())
        except (InvalidTag, InvalidUnwrap):
            return stored

    def is_of_older_key(self, head: bytes) -> bool:
        """Whether what begins so lies in an envelope of ours, and not of the newest master key."""
        return head.startswith(_MARK) and _name_in(head) in self._ring and _name_in(head) != self._name

    def close_anew(self, stored: bytes) -> bytes | None:
        """The same in an envelope of the newest master key; None for what is, or is in none of ours."""
        if not is_closed(stored) or not self.is_of_older_key(stored):
            return None
        try:
            data_key = aes_key_unwrap(self._ring[_name_in(stored)], stored[_WRAPPED_AT:_NONCE_AT])
        except InvalidUnwrap:  # altered: whoever reads it is told
            return None
        wrapped = aes_key_wrap(self._ring[self._name], data_key)
        return b"".join((_MARK, self._name, wrapped, stored[_NONCE_AT:]))


def is_closed(stored: bytes) -> bool:
    """Whether bytes are an envelope, ours or another's."""
    return stored.startswith(_MARK) and len(stored) >= _HEAD_BYTES


def _name_of(master: bytes) -> bytes:
    return sha256(b"sohoa master key" + master).digest()[:_NAME_BYTES]


def _name_in(stored: bytes) -> bytes:
    """Which master key closed it."""
    return stored[len(_MARK) : _WRAPPED_AT]


def add_master_key(file: Path) -> None:
    """A new key at the end of the file, with which all is closed from now on. Raises `SettingWrong`."""
    try:
        known = file.read_text().split()
        write_private(file, "".join(f"{key}\n" for key in [*known, secrets.token_hex(_KEY_BYTES)]).encode())
    except OSError as error:
        raise SettingWrong("store.key_file", f"{file}: {error.strerror}") from error


def open_envelope(file: Path) -> Envelope:
    """The envelope whose master keys lie in `file`, a line of 64 hex digits each, the newest last.

    Raises `SettingWrong`.
    """
    try:
        masters = [bytes.fromhex(line) for line in file.read_text().split()]
    except (OSError, ValueError) as error:
        raise SettingWrong("store.key_file", type(error).__name__) from error
    if not masters or any(len(master) != _KEY_BYTES for master in masters):
        raise SettingWrong("store.key_file", "64 hex digits")
    return Envelope(*masters)
