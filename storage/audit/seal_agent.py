"""The seal key with another user: an agent that holds it, and signs what goes on from what it signed before.

Who breaks into the service can have the trail sealed as it is, from then on; he cannot have what was sealed
before sealed again otherwise. A request is a line of JSON over a Unix socket, its answer another.
"""

import os
import socket
import socketserver
import struct
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from schemas.backup import Manifest
from schemas.base.ids import sha256_of
from schemas.base.model import Frozen
from schemas.environment_errors import SettingWrong
from schemas.seal import Seal, SignedSeal
from schemas.signing_errors import SignerUnavailable
from storage.audit.signing_key import KeyInFile, make_key_once, read_key
from storage.private_files import write_private

_LONGEST_BYTES = 1024**2
_SECONDS = 5.0
_CLOCK = timedelta(minutes=10)
"""What clocks may differ by, and a request be under way."""
_GROUP_MAY_ASK = 0o660


class Request(Frozen):
    """What the agent is asked: to seal, to sign a backup, or, with neither, whose key it holds."""

    seal: Seal | None = None
    manifest: Manifest | None = None


class Answer(Frozen):
    """What it answers."""

    key: str
    """Public key, 64 hex digits."""
    sealed: SignedSeal | None = None
    signature: str = ""
    refused: str = ""


class SealAgent:
    """The key is with an agent, asked over its socket."""

    def __init__(self, address: Path) -> None:
        self._address = address
        self.public = bytes.fromhex(self._ask(Request()).key)

    def seal(self, draft: Seal) -> SignedSeal:
        """`draft` signed, or what was signed under its number before. Raises `SignerUnavailable`."""
        answer = self._ask(Request(seal=draft))
        if answer.sealed is None:
            raise SignerUnavailable(str(self._address), answer.refused)
        return answer.sealed

    def sign_manifest(self, manifest: Manifest) -> str:
        """128 hex digits. Raises `SignerUnavailable`."""
        answer = self._ask(Request(manifest=manifest))
        if not answer.signature:
            raise SignerUnavailable(str(self._address), answer.refused)
        return answer.signature

    def _ask(self, request: Request) -> Answer:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(_SECONDS)
                line.connect(str(self._address))
                line.sendall(request.model_dump_json().encode() + b"\n")
                with line.makefile("rb") as answers:
                    return Answer.model_validate_json(answers.readline(_LONGEST_BYTES))
        except (OSError, ValidationError) as error:
            raise SignerUnavailable(str(self._address), type(error).__name__) from error


class Agent:
    """Holds the key in `folder`, and beside it the last seal that it signed."""

    def __init__(self, folder: Path) -> None:
        make_key_once(folder / "seal.pem")
        self._key = KeyInFile(read_key(folder / "seal.pem"))
        self._memory = folder / "last.json"
        self._turn = Lock()

    @property
    def public(self) -> str:
        """The key's public half, 64 hex digits."""
        return self._key.public.hex()

    def answer(self, request: Request) -> Answer:
        """Sign what may be signed; why not, else."""
        key = self.public
        with self._turn:
            if request.seal is not None:
                return self._answer_seal(request.seal)
        if request.manifest is None:
            return Answer(key=key)
        if request.manifest.key != key or not _is_now(request.manifest.made_at):
            return Answer(key=key, refused="not a backup made now, to be signed with this key")
        return Answer(key=key, signature=self._key.sign_manifest(request.manifest))

    def _answer_seal(self, draft: Seal) -> Answer:
        """Remembered before it is given out; asked again after a crash, it is the same."""
        last = self._last()
        if last is not None and last.seal.number == draft.number:
            again = (draft.first, draft.previous) == (last.seal.first, last.seal.previous)
            if again:
                return Answer(key=self.public, sealed=last)
            return Answer(key=self.public, refused=f"seal {draft.number} goes on from another trail")
        why = self._against(draft, last)
        if why:
            return Answer(key=self.public, refused=why)
        signed = self._key.seal(draft)
        write_private(self._memory, signed.line)
        return Answer(key=self.public, sealed=signed)

    def _against(self, draft: Seal, last: SignedSeal | None) -> str:
        """Why `draft` is not signed; empty when it goes on from the last seal."""
        if draft.key != self.public:
            return f"the key here is {self.public[:16]}…"
        if not _is_now(draft.sealed_at) or draft.last < draft.first:
            return "not a seal made now"
        if last is None:  # the first that this agent sees: what was before it, others must witness
            return ""
        place = (last.seal.number + 1, last.seal.last + 1, sha256_of(last.seal.canonical))
        if (draft.number, draft.first, draft.previous) != place:
            return f"seal {draft.number} does not go on from {last.seal.number}, the last signed here"
        if last.seal.signed_next_by != draft.key:
            return f"the trail was handed over to {last.seal.signed_next_by[:16]}…"
        return ""

    def _last(self) -> SignedSeal | None:
        try:
            return SignedSeal.model_validate_json(self._memory.read_bytes())
        except FileNotFoundError:
            return None


class AgentServer(socketserver.ThreadingUnixStreamServer):
    """Listens at `address` for the user `uid` alone."""

    daemon_threads = True

    def __init__(self, address: Path, folder: Path, uid: int) -> None:
        self.agent, self.uid = Agent(folder), uid
        try:
            with suppress(FileNotFoundError):
                address.unlink()
            super().__init__(str(address), _Asked)
            address.chmod(_GROUP_MAY_ASK)
        except OSError as error:
            raise SettingWrong("--socket", f"{address}: {error.strerror}") from error


class _Asked(socketserver.StreamRequestHandler):
    timeout = _SECONDS

    def handle(self) -> None:
        """One request. Others than the user it serves are not read."""
        if not isinstance(self.server, AgentServer):
            raise TypeError(type(self.server).__name__)
        if _user_at(self.connection) not in (self.server.uid, os.getuid()):
            return
        try:
            request = Request.model_validate_json(self.rfile.readline(_LONGEST_BYTES))
        except (OSError, ValidationError):
            return
        self.wfile.write(self.server.agent.answer(request).model_dump_json().encode() + b"\n")


def _user_at(line: socket.socket) -> int:
    """Who is at the other end, as the kernel knows him (SO_PEERCRED)."""
    entry = struct.Struct("3i")
    pid_uid_gid = entry.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, entry.size))
    return int(pid_uid_gid[1])


def _is_now(at: datetime) -> bool:
    return abs(datetime.now(UTC) - at) < _CLOCK
