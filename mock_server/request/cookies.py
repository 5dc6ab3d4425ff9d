"""Reading the cookies of a request."""

from collections.abc import Mapping


def cookie(headers: Mapping[str, str], name: str) -> str | None:
    """Give the cookie of that name, from headers by name in lower case; None where there is none."""
    text = headers.get("cookie")
    if not text:
        return None
    # Unlike `http.cookies`, it isn't put off by one oddly named cookie. It takes long to import, and few send any.
    from starlette.requests import cookie_parser  # noqa: PLC0415

    return cookie_parser(text).get(name)
