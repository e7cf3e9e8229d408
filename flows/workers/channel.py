"""Messages between us and one worker: a length, then so many bytes, within a time and a size."""

import select
import socket
import time

_LENGTH = 8
_BLOCK = 1024**2


class ChannelEnded(Exception):
    """The other side is gone, or sends what is no message."""


def speaks(channel: socket.socket) -> bool:
    """Whether something lies there unasked, or the other side is gone."""
    return bool(select.select([channel], [], [], 0)[0])


def send(channel: socket.socket, message: bytes, seconds: float | None) -> None:
    """Send a message whole. Raises `TimeoutError`, `ChannelEnded`."""
    channel.settimeout(seconds)
    try:
        channel.sendall(len(message).to_bytes(_LENGTH, "big"))
        channel.sendall(message)
    except TimeoutError:
        raise
    except OSError as error:
        raise ChannelEnded from error


def receive(channel: socket.socket, most_bytes: int, seconds: float | None) -> bytes:
    """The next message. Raises `TimeoutError`, `ChannelEnded`: also for one that says it is larger."""
    deadline = None if seconds is None else time.monotonic() + seconds
    length = int.from_bytes(_receive(channel, _LENGTH, deadline), "big")
    if length > most_bytes:
        raise ChannelEnded(f"{length} bytes")
    return bytes(_receive(channel, length, deadline))


def _receive(channel: socket.socket, length: int, deadline: float | None) -> bytearray:
    content = bytearray()
    while len(content) < length:
        if deadline is not None and (left := deadline - time.monotonic()) <= 0:
            raise TimeoutError
        channel.settimeout(None if deadline is None else left)
        try:
            block = channel.recv(min(length - len(content), _BLOCK))
        except TimeoutError:
            raise
        except OSError as error:
            raise ChannelEnded from error
        if not block:
            raise ChannelEnded
        content += block
    return content
