"""Who signs seals and backups: a key in a file, or the agent that holds it."""

from schemas.settings import Settings
from storage.audit.seal_agent import SealAgent
from storage.audit.signing_key import KeyInFile, Signer, make_key_once, read_key, seal_key_file


def seal_key(settings: Settings) -> Signer:
    """The office's key: with the agent or in the file that the settings name, else made once below `data`.

    Raises `SettingWrong` for a file that holds none, `SignerUnavailable` for an agent that does not answer.
    """
    if settings.seal.socket is not None:
        return SealAgent(settings.seal.socket)
    file = seal_key_file(settings)
    if settings.seal.key_file is None:
        make_key_once(file)
    return KeyInFile(read_key(file))


def seal_pem(settings: Settings) -> bytes:
    """The key as its file has it, for the backup; nothing when an agent holds it."""
    if settings.seal.socket is not None:
        return b""
    seal_key(settings)
    return seal_key_file(settings).read_bytes()
