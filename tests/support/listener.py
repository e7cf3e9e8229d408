"""A program on loopback that takes what is posted to it, and fails as often as it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Listener:
    """What was taken: headers and body of each message; `failing` is how many are refused first."""

    def __init__(self) -> None:
        self.failing = 0
        self.taken: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if listener.failing:
                    listener.failing -= 1
                    self.send_response(503)
                else:
                    listener.taken.append((dict(self.headers), body))
                    self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/taken"


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener for as long as the block takes."""
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()
