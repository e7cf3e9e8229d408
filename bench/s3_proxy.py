"""A proxy before an S3 server that does to requests what networks and servers do to them."""

import hashlib
import http.client
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

from storage.objects.seaweedfs import Address


class Harm(StrEnum):
    """What is done to the next requests."""

    NONE = "none"
    SLOW = "slow"
    BUSY = "busy"
    """503 SlowDown."""
    FULL = "full"
    """Writes fail as they do when the disk is full."""
    CUT = "cut"
    """Answers end in the middle."""
    LIE = "lie"
    """A write is said to be done and is not."""
    LOST_ANSWER = "lost answer"
    """A write is done and its answer never comes."""
    TWICE = "twice"
    """A request is delivered two times."""
    AWAY = "away"


class Proxy:
    """Where it listens, whom it asks, what it does."""

    def __init__(self, target: str, seed: int, ca_file: str = "") -> None:
        self.target = target
        self.ca_file = ca_file
        """PEM of the authority that vouches for the target; empty: it is asked in the clear."""
        self.harm = Harm.NONE
        self.share = 1.0
        """Of the requests that are harmed."""
        self.harmed = 0
        self._random, self._turn = Random(seed), threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients are killed here
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def next_harm(self, method: str) -> Harm:
        """What this request suffers."""
        with self._turn:
            hit = self.harm is not Harm.NONE and self._random.random() < self.share
            writes = self.harm in (Harm.FULL, Harm.LIE, Harm.LOST_ANSWER)
            if not hit or (writes and method != "PUT") or (self.harm is Harm.CUT and method != "GET"):
                return Harm.NONE
            self.harmed += 1
            return self.harm

    def connect(self) -> http.client.HTTPConnection:
        """A connection to the target."""
        if not self.ca_file:
            return http.client.HTTPConnection(self.target, timeout=30)
        trust = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection(self.target, timeout=30, context=trust)

    def pause(self) -> float:
        """Seconds that a slow answer takes."""
        with self._turn:
            return self._random.uniform(0.05, 1.0)

    def serve(self) -> None:
        """Until it is ended."""
        self._server.serve_forever(0.05)

    def end(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def proxy(address: Address, seed: int) -> Iterator[Proxy]:
    """A proxy, spoken to in the clear, before an embedded store."""
    made = Proxy(address.endpoint, seed, address.ca_file)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.end()
        thread.join()


def _handler(own: Proxy) -> type[BaseHTTPRequestHandler]:  # noqa: C901  (one handler, four small methods)
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            harm = own.next_harm(self.command)
            if harm is Harm.SLOW:
                time.sleep(own.pause())
            if harm is Harm.AWAY:
                self.close_connection = True
            elif harm in (Harm.BUSY, Harm.FULL):
                code = "SlowDown" if harm is Harm.BUSY else "InternalError"
                status = 503 if harm is Harm.BUSY else 500
                said = f"<Error><Code>{code}</Code><Message>x</Message></Error>"
                self._answer(status, {"content-type": "application/xml"}, said.encode())
            elif harm is Harm.LIE:
                digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
                self._answer(200, {"etag": f'"{digest}"'}, b"")
            else:
                self._forward(body, harm)

        def _forward(self, body: bytes, harm: Harm) -> None:
            try:
                status, headers, content = self._ask(body)
                if harm is Harm.TWICE:
                    self._ask(body)
            except (OSError, http.client.HTTPException):
                self.close_connection = True
                return
            if harm is Harm.LOST_ANSWER:
                self.close_connection = True
            elif harm is Harm.CUT:
                self._answer(status, headers, content, cut=True)
            else:
                self._answer(status, headers, content)

        def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            connection = own.connect()
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                length = answer.headers.get("content-length", "0") if self.command == "HEAD" else ""
                headers = {k.lower(): v for k, v in answer.headers.items()}
                if length:
                    headers["content-length"] = length
                return answer.status, headers, answer.read()
            finally:
                connection.close()

        def _answer(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
            try:
                self.send_response_only(status)
                for name, value in headers.items():
                    if name not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("content-length", headers.get("content-length") or str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if cut else content)
                if cut:
                    self.close_connection = True
            except OSError:
                self.close_connection = True

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815  (http.server's own names)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
