"""The operations of a path: what each is called, where it lives, what it takes and what it answers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict."""
Schema = Mapping[str, Any]
"""A schema object of a document, or a reference to one."""

COMPONENT = "#/components/schemas/"
"""What stands before a schema's name in a reference."""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_STATUS_RANGE = re.compile("[1-5]XX", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    location: Literal["path", "query", "header", "cookie"]
    required: bool
    schema: Schema
    style: str
    explode: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is called, where it lives, what it takes and what it answers."""

    id: str
    method: str
    """In capitals, as it stands in a request."""
    path: str
    """The template, with `{names}`."""
    parameters: tuple[Parameter, ...]
    request_schema: Schema | None
    body_required: bool
    responses: Mapping[int, Schema | None]
    """The schema of the JSON body by status; None where the answer has no body.

    `4XX` counts as 400, and `default` as 200 where no other 2xx is declared.
    """
    scopes: tuple[str, ...]
    """What the vendor calls `x-rbac-scopes`: each is needed."""
    public: bool
    """Whether it can be called without a key."""
    deprecated: bool
    text_type: str = ""
    """The media type of a normal answer that isn't JSON, such as `text/csv`; empty where it is, or has no body."""

    @property
    def success(self) -> int:
        """The status of a normal answer: the lowest of the 2xx, or 200 where none is declared."""
        return min((status for status in self.responses if 200 <= status < 300), default=200)


def read_operations(
    path: str,
    item: Mapping[str, Json],
    *,
    default_security: list[Json],
    resolve: Callable[[Schema], Schema],
) -> Iterator[Operation]:
    """Yield the operations of one path item; one without an operationId is called `GET /path`.

    `resolve` follows a reference. Raises KeyError, TypeError or AttributeError when the item isn't built as
    OpenAPI has it.
    """
    if not isinstance(item, Mapping):
        raise TypeError("a path item that is no object")
    for method in METHODS:
        if method in item:
            raw = item[method]
            security = raw.get("security", default_security)
            body = resolve(raw.get("requestBody", {}))
            parameters = [*item.get("parameters", []), *raw.get("parameters", [])]
            yield Operation(
                id=_text(raw.get("operationId")) or f"{method.upper()} {path}",
                method=method.upper(),
                path=path,
                parameters=tuple(_read_parameters([resolve(parameter) for parameter in parameters])),
                request_schema=_json_schema(body),
                body_required=bool(body.get("required", False)),
                responses={
                    status: _json_schema(resolve(response))
                    for status, response in _by_status(raw.get("responses", {})).items()
                },
                scopes=tuple(raw.get("x-rbac-scopes", ())),
                public=not security or {} in security,
                deprecated=bool(raw.get("deprecated", False)),
                text_type=_text_type(
                    [resolve(each) for status, each in raw.get("responses", {}).items() if status[0] == "2"]
                ),
            )


def _text_type(responses: list[Schema]) -> str:
    """The first media type of an answer that has none in JSON."""
    contents = [each["content"] for each in responses if each.get("content") and _json_schema(each) is None]
    return next((str(name) for content in contents for name in content), "")


def _text(value: Json) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"an operationId that is no text: {value!r}")
    return value


def _read_parameters(raw: list[Schema]) -> Iterator[Parameter]:
    by_place = {(parameter["in"], parameter["name"]): parameter for parameter in raw}
    for (location, name), parameter in by_place.items():
        style = parameter.get("style") or ("form" if location in ("query", "cookie") else "simple")
        yield Parameter(
            name=name,
            location=location,
            required=bool(parameter.get("required", False)),
            schema=parameter.get("schema") or _json_schema(parameter) or {},
            style=style,
            explode=parameter.get("explode", style in ("form", "deepObject")),
        )


def _by_status(responses: Mapping[str, Schema]) -> dict[int, Schema]:
    ranges = {
        int(status[0]) * 100: responses[status] for status in responses if _STATUS_RANGE.fullmatch(status)
    }
    found = ranges | {int(status): responses[status] for status in responses if status.isdecimal()}
    if "default" in responses and not any(200 <= status < 300 for status in found):
        found[200] = responses["default"]
    return found


def _json_schema(body: Mapping[str, Json]) -> Schema | None:
    for media_type, content in body.get("content", {}).items():
        if "json" in media_type or media_type == "*/*":
            schema = content.get("schema", {})
            return {True: {}, False: {"not": {}}}[schema] if isinstance(schema, bool) else schema
    return None
