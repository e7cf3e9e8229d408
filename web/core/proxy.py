"""A reverse proxy before us, which tells whose request it passes on.

Any process of this machine can send the header that says so. So it counts only beside a secret that the
proxy sends, which the settings hold: `X-Sohoa-Proxy`.
"""

import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

_SECRET, _FOR = "x-sohoa-proxy", "x-forwarded-for"


class TrustedProxy:
    """ASGI middleware. Without a `secret` nobody speaks for somebody else."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app, self._secret = app, secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request with the address that the proxy saw, or without what claims to be one."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            given, seen = headers.get(_SECRET, ""), headers.getlist(_FOR)
            if self._secret and seen and hmac.compare_digest(given.encode(), self._secret.encode()):
                scope["client"] = (seen[-1].rpartition(",")[2].strip(), 0)
            kept = MutableHeaders(scope=scope)
            for name in (_SECRET, _FOR):
                del kept[name]
        await self._app(scope, receive, send)
