"""What may be shown of an exchange: everything but keys, secrets and signatures, which are cut short."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import orjson

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..request.messages import Exchange
from ..request.nesting import parsed

_SHOWN = 8
"""Characters of a secret that may be shown, a third of it at most."""
_SECRET_HEADERS = frozenset(
    {
        *("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"),
        *("webhook-signature", "svix-signature"),
    }
)
_VENDORS_FORM = r"inc_[0-9a-f]{16,}|whsec_[A-Za-z0-9+/_=-]{8,}"
"""Keys and webhook secrets in the vendor's form, whosever they are."""
_LONG = 12
"""Characters of a secret that is cut short inside a word too: a shorter one may be part of many words."""
_STRETCH = re.compile(r"[^\s&]+")
_ESCAPE = re.compile(r"\\u(00[0-7][0-9A-Fa-f])")
_LEFT_IN_URLS = "/?#[]@!$'()*,;:=\\\"{}"
_ABRIDGED = 400
"""Characters of a body in a line for a person."""
_LONGEST_TEXT = 64 * 1024
"""Characters of a body that is no JSON."""


def cut_short(secret: str) -> str:
    """Give as much of a secret as distinguishes it from others."""
    return f"{secret[: min(_SHOWN, len(secret) // 3)]}…"


REDACTED = "[redacted]"
"""What stands for a secret of which nothing is to be shown."""
_PASSWORD = re.compile(r"^([^/?#]*//[^/?#:@]*:)[^/?#]*@")


def without_password(url: str) -> str:
    """Give a URL with its password, if it has one, left out; also what is only meant to be a URL."""
    return _PASSWORD.sub(r"\1…@", url, count=1)


class Redaction:
    """Cuts short what must not be shown: these secrets, wherever they are, and what looks like one."""

    def __init__(
        self,
        secrets: Iterable[str] = (),
        secret_headers: Iterable[str] = (),
        *,
        show: Callable[[str], str] = cut_short,
    ) -> None:
        """`show` says what to put in the place of a secret."""
        self._show = show
        self._headers = _SECRET_HEADERS | {name.lower() for name in secret_headers}
        spelled = {form for secret in secrets if secret for form in _spellings(secret)}
        words = [_wherever(each) for each in sorted(spelled, key=len, reverse=True)]
        encoded = [form for secret in secrets if len(secret) >= _LONG for form in _in_base64(secret)]
        in_base64 = [f"{re.escape(each)}[A-Za-z0-9+/_=-]*" for each in encoded]
        self._pattern = re.compile("|".join([*words, *in_base64, _VENDORS_FORM]))
        self._marks = (*spelled, *encoded, "inc_", "whsec_")

    def text(self, text: str) -> str:
        """Give the text with every secret in it cut short, however it is spelled there."""
        if "%" in text or "\\u" in text:
            text = _STRETCH.sub(lambda found: self._decoded(found[0]), text)
        return self._plain(text)

    def _plain(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._show(found[0]), text) if self._is_marked(text) else text

    def _is_marked(self, text: str) -> bool:
        # The pattern alone would take a hundred times as long to find nothing.
        return any(mark in text for mark in self._marks)

    def _decoded(self, text: str) -> str:
        """The text itself, unless a secret shows once what is spelled as in a URL or in JSON is decoded."""
        if "%" not in text and "\\u" not in text:
            return text
        decoded = unquote(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))
        return quote(self._plain(decoded), safe=_LEFT_IN_URLS) if self._pattern.search(decoded) else text

    def headers(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Give headers by name in lower case."""
        return {self.text(name.lower()): self.header(name.lower(), value) for name, value in headers}

    def header(self, name: str, value: str) -> str:
        """Give the value of the header of that name, in lower case."""
        if name not in self._headers:
            return self.text(value)
        scheme, space, rest = value.partition(" ")
        is_scheme = space and scheme.lower() in ("bearer", "basic", "digest")
        return f"{scheme} {self._show(rest)}" if is_scheme else self._show(value)

    def body(self, body: bytes) -> Json:
        """Give a body as JSON, or as a text where it is none; None for none at all."""
        if not body:
            return None
        text = body.decode("utf-8", "replace")
        try:
            value = parsed(body)
        except ValueError:
            return self.text(text)[:_LONGEST_TEXT]
        may_hide = "\\" in text or "%" in text or self._is_marked(text)
        return self.value(value) if may_hide else value

    def value(self, value: Json) -> Json:
        """Give a JSON value with every secret in it cut short."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(name): self.value(each) for name, each in value.items()}
        return [self.value(each) for each in value] if isinstance(value, list) else value

    def exchange(self, exchange: Exchange, *, longest_body: int | None = None) -> dict[str, Any]:
        """Give an exchange as the control plane shows it (`Exchange` in its document).

        Bodies of more than `longest_body` bytes are left out; None for all of them as they are.
        """
        request, reply = exchange.request, exchange.reply
        status, body = reply.sent
        shown: dict[str, Any] = {
            "number": exchange.number,
            "at": written(exchange.at),
            "operation": exchange.operation_id,
            "request": {
                "method": request.method,
                "path": self.text(request.path),
                "query": self.text(request.query),
                "headers": self.headers(request.sent_headers.items()),
                **self._body(request.body or b"", longest_body),
            },
            "response": {
                "status": status,
                "headers": self.headers(reply.headers) if status else {},
                **self._body(body, longest_body),
            },
        }
        if reply.ended is not None:
            shown["milliseconds"] = round((reply.ended - exchange.started) * 1000, 3)
        if reply.fault is not None:
            shown["fault"] = reply.fault
        if exchange.note:
            shown["note"] = self.text(exchange.note)
        return shown

    def render(self, exchanges: Iterable[Exchange]) -> str:
        """Write exchanges for a person: a line for each, and what was sent and answered, abridged."""
        return "\n".join(line for each in exchanges for line in self._lines(each))

    def _lines(self, exchange: Exchange) -> Iterable[str]:
        shown = self.exchange(exchange)
        request, response = shown["request"], shown["response"]
        query = f"?{request['query']}" if request["query"] else ""
        target = f"{request['method']} {request['path']}{query}"
        status, operation = response["status"] or "no answer", shown["operation"] or "no operation"
        yield f"{shown['number']}. {target} -> {status} ({operation})"
        for name in ("fault", "note"):
            if name in shown:
                yield f"   {name}: {shown[name]}"
        for name, side in (("sent", request), ("answered", response)):
            if "body" in side:
                text = side["body"] if isinstance(side["body"], str) else orjson.dumps(side["body"]).decode()
                yield f"   {name}: {text if len(text) <= _ABRIDGED else text[:_ABRIDGED] + '…'}"

    def _body(self, body: bytes, longest: int | None) -> dict[str, Json]:
        if not body or (longest is not None and len(body) > longest):
            return {}
        return {"body": self.body(body)}


def _wherever(secret: str) -> str:
    """A pattern for a secret; where it is short, as a whole word only."""
    return re.escape(secret) if len(secret) >= _LONG else rf"(?<![\w-]){re.escape(secret)}(?![\w-])"


def _in_base64(secret: str) -> Iterator[str]:
    """What a secret begins with in base64, such as of `Basic`, wherever in what was encoded it stands."""
    for before in range(3):
        text = base64.b64encode(b" " * before + secret.encode()).decode().rstrip("=")
        # What comes before and after the secret is in its first and last characters.
        yield text[4 if before else 0 : -1]


def _spellings(secret: str) -> set[str]:
    """The secret as it may stand in a header, in a query and in JSON."""
    return {secret, quote(secret, safe=""), quote(secret), orjson.dumps(secret).decode()[1:-1]}
