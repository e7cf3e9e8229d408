"""Before a body is read: who sends it, and how large it may be.

Frameworks read a request's body, hundreds of megabytes of it, before any guard of a route runs. Here the
request's head decides: whoever is not known is answered at once, and what is known has a limit, by what the
head says and by what really arrives.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = ("GET", "HEAD", "OPTIONS")
_MOST_BYTES = 1024**2
_MOST_UNKNOWN_BYTES = 16 * 1024
"""Of a sign-in form: the one body that is taken from somebody who is not known."""
SIGNING_IN = ("/sign-in", "/sign-in/code")
_STREAMED = "/uploads/"
"""Bodies that the route reads piece by piece, as many bytes as it announced (tus)."""
_TOO_LARGE = 413

Knows = Callable[[Request], bool]
"""Whether the head of a request names a session or a token that is good."""
Refuse = Callable[[Request], Response]
"""The answer to who is not known."""


class BodyGate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, knows: Knows, refuse: Refuse) -> None:
        self._app, self._knows, self._refuse = app, knows, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be read."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        if path not in SIGNING_IN and not await run_in_threadpool(self._knows, request):
            await self._refuse(request)(scope, receive, _closing(send))
        elif path.startswith(_STREAMED) and scope["method"] == "PATCH":
            await self._app(scope, receive, send)
        else:
            most = _MOST_UNKNOWN_BYTES if path in SIGNING_IN else _MOST_BYTES
            if _announced(request) > most:
                await Response(status_code=_TOO_LARGE)(scope, receive, _closing(send))
            else:
                body = _Body(receive, most)
                await self._app(scope, body.receive, body.answer(send))


class _Body:
    """A body that ends with an error once more than `most` bytes came."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def receive(self) -> Message:
        """The next piece. Raises `HTTPException`."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(_TOO_LARGE)
        return message

    def answer(self, send: Send) -> Send:
        """`send`, which ends the connection when the rest of the body is not wanted."""
        closing = _closing(send)

        async def send_on(message: Message) -> None:
            await (closing if self._left < 0 else send)(message)

        return send_on


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdecimal() else 0


def _closing(send: Send) -> Send:
    """`send`, after whose answer the connection ends: else all of the body would be read and thrown away."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_closing
