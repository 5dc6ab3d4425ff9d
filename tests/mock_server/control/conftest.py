"""A double on a socket in this process, and what calls its control plane."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.request.routing import Router
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document, control_plane

DOCUMENT = control_plane()
ROUTER = Router(DOCUMENT.operations.values())


class Controller:
    """Calls the control plane over a socket, and holds every answer against its document."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.client = httpx.Client(base_url=base_url)
        self.api = httpx.Client(base_url=base_url, headers={"authorization": f"Bearer {DEFAULT_TOKEN}"})

    def __call__(
        self, method: str, path: str, body: Any = None, *, status: int | None = None, **options: Any
    ) -> Any:
        """The parsed answer, None for an empty one; the status must be that, or else any of success."""
        answer = self.client.request(method, f"/_double/{path}", json=body, **options)
        matched = ROUTER.match(method, answer.request.url.path)
        assert matched is not None
        self._check(answer, matched[0].responses)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json() if answer.content else None

    def error(self, method: str, path: str, body: Any = None, *, status: int = 422, **options: Any) -> str:
        """What a refusal says."""
        answer = self(method, path, body, status=status, **options)
        (entry,) = answer["errors"]
        assert answer["status"] == status
        message: str = entry["message"]
        return message

    def get(self, path: str, **params: Any) -> httpx.Response:
        """A request to the API itself."""
        return self.api.get(path, params=params)

    @staticmethod
    def _check(answer: httpx.Response, responses: Mapping[int, Any]) -> None:
        schema = responses.get(answer.status_code, REFUSAL)
        if schema is None:
            assert answer.content == b""
        else:
            DOCUMENT.validator(schema).validate(answer.json())


REFUSAL = {"$ref": "#/components/schemas/Refusal"}


@pytest.fixture
def double(document: Document, dataset: Any) -> Iterator[Double]:
    """With the vendor's limits, and the present time."""
    double = Double(document, dataset)
    yield double
    double.webhooks.close()


@pytest.fixture
def control(double: Double) -> Iterator[Controller]:
    """The control plane of `double`."""
    with serving(create_app(double)) as url:
        controller = Controller(url)
        yield controller
        controller.client.close()
        controller.api.close()
