"""How the harness drives this client: `incident-double check --client examples.reference_client.adapter:connect`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from incident_double.openapi import bundled

from .client import Client
from .errors import IncidentIoError


class Adapter:
    """Makes each call by the client's own `request`."""

    errors = (IncidentIoError,)

    def __init__(self, client: Client) -> None:
        self._client = client
        self._operations = bundled().operations

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Any], body: Any) -> Any:
        """The JSON that the client returns."""
        operation = self._operations[operation_id]
        arguments = {name: quote(value, safe="") for name, value in path.items()}
        return self._client.request(operation.method, operation.path.format(**arguments), query, body)

    def close(self) -> None:
        """Close the client."""
        self._client.close()


def connect(base_url: str, api_key: str) -> Adapter:
    """A client of that server, to be driven."""
    return Adapter(Client(base_url, api_key))
