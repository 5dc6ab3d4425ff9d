"""Decoding below HTTP: a process is given a URL, and fetches from there what it is to decode.

The object is served as the API would serve it: at the path of the operation that shows one, inside its wrapper
(`{"incident": …}`). What the process gives back may be the object or the wrapper with it.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson

from ....mock_server.request.authentication import DEFAULT_TOKEN
from ....openapi import Document, Operation
from ..outcomes import Outcome, Returned
from .processes import ProcessTarget

_ANY_ID = "01HZY0000000000000000000"


class FetchedTarget:
    """A command that fetches what it is to decode; otherwise as ProcessTarget."""

    takes_text = True

    def __init__(self, command: str, document: Document, name: str, *, timeout: float = 2.0) -> None:
        self._wrapper, self._path = _shown_at(document, name)
        self._server = _OneBody()
        self._process = ProcessTarget(command, timeout=timeout, question=self._question)

    def decode(self, text: bytes) -> Outcome:
        """Serve the text, name its URL, and read what comes back."""
        self._server.serve(self._wrapped(text))
        outcome = self._process.decode(text)
        match outcome:
            case Returned(value=dict(value), encodes=encodes) if value.keys() == {self._wrapper}:
                return Returned(value[self._wrapper], encodes)
        return outcome

    def _question(self, _: bytes) -> bytes:
        url = f"http://127.0.0.1:{self._server.port}{self._path}"
        return orjson.dumps({"url": url, "api_key": DEFAULT_TOKEN})[1:-1]

    def _wrapped(self, text: bytes) -> bytes:
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
        return b'{"%b":%b}' % (self._wrapper.encode(), text) if self._wrapper else text

    def close(self) -> None:
        """End the process and the server."""
        self._process.close()
        self._server.close()


def _shown_at(document: Document, name: str) -> tuple[str, str]:
    """The key in which an operation wraps one object of the schema, and the operation's path; or no key at all."""
    reference = f"#/components/schemas/{name}"
    for operation in document.operations.values():
        for key, schema in _properties(document, operation).items():
            if operation.method == "GET" and schema.get("$ref") == reference:
                path = "/".join(
                    _ANY_ID if part.startswith("{") else part for part in operation.path.split("/")
                )
                return key, path
    return "", "/object"


def _properties(document: Document, operation: Operation) -> dict[str, Any]:
    answer = operation.responses.get(operation.success)
    found: dict[str, Any] = document.resolve(answer).get("properties", {}) if answer is not None else {}
    return found


class _OneBody:
    """Answers every GET with the same body."""

    def __init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body would wait until the client acknowledges the headers

            def do_GET(self) -> None:
                body = owner.body
                self.send_response(200)
                self.send_header("content-type", "text/html" if body.startswith(b"<") else "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class QuietServer(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing: a client that died or hung was cut off."""

        self.body = b""
        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def serve(self, body: bytes) -> None:
        """Answer with this from now on."""
        self.body = body

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
