"""Where a key is looked for in a request, by what the document's security schemes say."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from incident_double.mock_server import Request
from incident_double.mock_server.request.credentials import token_reader
from incident_double.openapi import Document, DocumentError

KEY = "inc_1"
BEARER = {"type": "http", "scheme": "bearer"}
BASIC = {"type": "http", "scheme": "Basic"}
HEADER = {"type": "apiKey", "in": "header", "name": "X-Library-Key"}
QUERY = {"type": "apiKey", "in": "query", "name": "api_key"}
COOKIE = {"type": "apiKey", "in": "cookie", "name": "session"}


def found(request: Request, *schemes: Any) -> str | None:
    """The token that a document with these schemes has in the request."""
    named = {f"scheme{number}": scheme for number, scheme in enumerate(schemes)}
    shared = {"shared": {"scheme": HEADER}}
    components = {"securitySchemes": named, "x-more": shared}
    return token_reader(Document({"openapi": "3.0.3", "paths": {}, "components": components}))(request)


def asking(
    authorization: str | None = None, *, query: str = "", headers: dict[str, str] | None = None
) -> Request:
    return Request("GET", "/things", query, authorization, headers=headers or {})


def basic(text: bytes) -> Request:
    return asking(f"Basic {base64.b64encode(text).decode()}")


@pytest.mark.parametrize(
    "schemes",
    [
        [],
        [BEARER],
        [{"type": "oauth2", "flows": {}}],
        [{"type": "openIdConnect", "openIdConnectUrl": "https://example.com"}],
    ],
    ids=["none", "bearer", "oauth2", "openIdConnect"],
)
def test_a_token_is_a_bearers_unless_the_document_says_otherwise(schemes: list[Any]) -> None:
    assert found(asking(f"Bearer {KEY}"), *schemes) == KEY
    assert found(asking(), *schemes) is None
    assert found(asking(query=f"api_key={KEY}", headers={"x-library-key": KEY}), *schemes) is None


@pytest.mark.parametrize("text", [b"me:inc_1", b"inc_1:", b"inc_1", b":inc_1"])
def test_basic_credentials_are_a_password_or_a_user_without_one(text: bytes) -> None:
    assert found(basic(text), BASIC) == KEY


def test_a_password_may_hold_colons() -> None:
    assert found(basic(b"me:a:b"), BASIC) == "a:b"


@pytest.mark.parametrize("authorization", ["Basic %%%", "Basic aW5jXzE", f"Basic {KEY}", "Basic /w=="])
def test_basic_credentials_that_cannot_be_read_are_given_but_wrong(authorization: str) -> None:
    assert found(asking(authorization), BASIC) == authorization
    assert found(asking(), BASIC) is None


def test_a_header_is_found_whatever_the_case_of_its_name() -> None:
    assert found(asking(headers={"x-library-key": KEY}), HEADER) == KEY
    assert found(asking(f"Bearer {KEY}"), HEADER) is None


def test_a_scheme_may_be_a_reference_to_one() -> None:
    assert found(asking(headers={"x-library-key": KEY}), {"$ref": "#/components/x-more/shared/scheme"}) == KEY


@pytest.mark.parametrize(
    ("query", "token"),
    [
        (f"a=1&api_key={KEY}&b=2", KEY),
        (f"api_key={quote('a+b/c=', safe='')}", "a+b/c="),
        (f"api_key={KEY}&api_key=second", KEY),
        (f"other_api_key={KEY}", None),
        ("api_key=", None),
        ("api_key", None),
    ],
)
def test_a_query_parameter_is_read_as_queries_are(query: str, token: str | None) -> None:
    assert found(asking(query=query), QUERY) == token


@pytest.mark.parametrize(
    ("cookies", "token"),
    [
        (f"session={KEY}", KEY),
        (f"a=1;session={KEY} ; b=2", KEY),
        (f'session="{KEY}"', KEY),
        (f"odd/name=1; =; ; lonely; session={KEY}", KEY),
        ("session=a=b", "a=b"),
        (f"other_session={KEY}", None),
        ("session", None),
        ("", None),
    ],
)
def test_a_cookie_is_found_beside_any_others(cookies: str, token: str | None) -> None:
    assert found(asking(headers={"cookie": cookies}), COOKIE) == token


def test_of_several_schemes_the_first_that_the_request_follows_counts() -> None:
    everything = asking("Bearer first", query="api_key=second", headers={"cookie": "session=third"})

    assert found(everything, BEARER, QUERY, COOKIE) == "first"
    assert found(everything, COOKIE, QUERY, BEARER) == "third"
    assert found(everything, HEADER, QUERY) == "second"
    assert found(everything, HEADER) is None


@pytest.mark.parametrize("scheme", ["bearer", None, 3, ["bearer"]])
def test_a_scheme_that_is_none_is_refused(scheme: Any) -> None:
    with pytest.raises(DocumentError, match="securitySchemes"):
        found(asking(), scheme)
