"""A server in a thread of this process."""

import gc
import socket
import struct
import time

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double
from incident_double.mock_server.app import create_app
from incident_double.mock_server.serving import serving
from incident_double.openapi import Document


def connections() -> int:
    """How many connections the server still holds in memory."""
    gc.collect()
    return sum(isinstance(each, HttpToolsProtocol) for each in gc.get_objects())


def test_it_listens_where_it_is_told_and_ends_with_its_block(document: Document, dataset: Dataset) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(create_app(Double(document, dataset)), port=port) as url:
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/_double/health").json()["status"] == "ok"
        with (
            pytest.raises(OSError, match="in use"),
            serving(create_app(Double(document, dataset)), port=port),
        ):
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/_double/health")


def test_a_connection_that_its_client_resets_is_forgotten(document: Document, dataset: Dataset) -> None:
    before = connections()
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        for _ in range(20):
            with socket.create_connection((host, int(port))) as client:
                client.sendall(b"GET /_double/health HTTP/1.1\r\nhost: x\r\n\r\n")
                assert client.recv(1000).startswith(b"HTTP/1.1 200")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        deadline = time.monotonic() + 10
        while (left := connections() - before) > 1 and time.monotonic() < deadline:
            time.sleep(0.02)

    assert left <= 1  # the parser's last call may still hold on to one
