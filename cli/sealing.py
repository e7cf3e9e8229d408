"""`sohoa audit agent` and `hand-over`: who holds the key that the trail is sealed with, and who will."""

import pwd
import signal
import threading
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cli.options import Data
from cli.terminal import errors_told, out, say, settings_for
from schemas.account import Actor
from schemas.environment_errors import SettingWrong
from storage.audit.seal_agent import AgentServer
from storage.audit.seals import seal
from storage.audit.signer import seal_key
from storage.audit.signing_key import make_key_once, read_key, seal_key_file
from storage.opening import open_archive
from storage.private_files import write_private


def agent_command(
    folder: Annotated[Path, typer.Argument(help=say("nơi giữ khóa", "where the key lies"), file_okay=False)],
    socket: Annotated[Path, typer.Option(help=say("ổ cắm Unix", "Unix socket"))],
    user: Annotated[str, typer.Option(help=say("ai được hỏi", "who may ask"))] = "sohoa",
) -> None:
    """Serve until Ctrl-C; only `user` is answered, whoever else may open the socket."""
    with errors_told():
        try:
            uid = pwd.getpwnam(user).pw_uid
        except KeyError as error:
            raise SettingWrong("--user", user) from error
        with AgentServer(socket, folder, uid) as server:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
            out.print(f"✓ {socket}: {server.agent.public}", markup=False)
            server.serve_forever()
        socket.unlink(missing_ok=True)
        out.print(say("Đã dừng.", "Stopped."))


def hand_over_command(
    new: Annotated[
        Path,
        typer.Argument(
            help=say(
                "khóa mới: tệp PEM (riêng hoặc công khai); chưa có thì tạo",
                "the new key: a PEM file (private or public); made when there is none",
            )
        ),
    ],
    data: Data = None,
) -> None:
    """Seal once more with the old key, naming the new one; put the new one in its place where it is ours."""
    with errors_told():
        settings = settings_for(data)
        make_key_once(new)
        follows = _public_key(new)
        with open_archive(settings) as archive:
            by = Actor(login=getuser())
            archive.audit.append("audit.hand_over", follows, by)
            made = seal(archive, seal_key(settings), datetime.now(UTC), by, next_key=follows)
        if made is None:
            raise SettingWrong("hand-over", say("máy khác đang niêm phong", "another process is sealing"))
        out.print(
            say(
                f"Niêm phong số {made.number} giao cho khóa {follows}",
                f"Seal {made.number} hands over to {follows}",
            ),
            markup=False,
        )
        file = seal_key_file(settings)
        if settings.seal.socket is None and b"PRIVATE" in new.read_bytes():
            file.rename(file.with_name(f"seal-{made.key[:16]}.pem"))
            write_private(file, new.read_bytes())
            out.print(say(f"  khóa mới ở {file}", f"  the new key is in {file}"), markup=False)
        else:
            out.print(
                say(
                    "  đặt khóa mới vào nơi giữ khóa rồi khởi động lại",
                    "  put the new key where the old one was, and start that again",
                )
            )


def _public_key(file: Path) -> str:
    """64 hex digits. Raises `SettingWrong`."""
    content = file.read_bytes()
    if b"PRIVATE" in content:
        return read_key(file).public_key().public_bytes_raw().hex()
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingWrong("hand-over", f"{file}: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingWrong("hand-over", f"{file}: Ed25519")
    return key.public_bytes_raw().hex()
