"""Bringing a command to a double whatever host its client has as a constant: the options, and its environment."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from ...mock_server.intercepting.hosts import API_HOST, AllowedHosts, host_name

if TYPE_CHECKING:
    from starlette.types import ASGIApp

WITH_EXTRA = (
    "one that has https://api.incident.io as a constant needs pip install 'incident-double[intercept]'"
)
"""What is said of a client that didn't come to the double, where the extra is missing."""
_MISSING = "needs what is not installed: pip install 'incident-double[intercept]'"


class Interception:
    """The options of `interception_options`. Raises click's errors for what is no host."""

    def __init__(self, api_hosts: tuple[str, ...], allowed_hosts: tuple[str, ...]) -> None:
        try:
            self.hosts = tuple(dict.fromkeys(map(host_name, api_hosts or (API_HOST,))))
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="'--api-host'") from None
        try:
            self.allowed = AllowedHosts(allowed_hosts)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="'--allow-host'") from None

    @contextmanager
    def variables(self, app_or_url: "ASGIApp | str", *, proxy_port: int = 0) -> Iterator[dict[str, str]]:
        """Give the variables that bring programs to a double, until the block ends. Raises OSError."""
        from ...mock_server.intercepting.environment import intercepting_environment  # noqa: PLC0415 - needs the extra
        from ...mock_server.intercepting.gateway import gateway_to  # noqa: PLC0415

        with (
            gateway_to(app_or_url, hosts=self.hosts, allowed=self.allowed, proxy_port=proxy_port) as gateway,
            intercepting_environment(gateway) as variables,
        ):
            yield variables


def can_intercept() -> bool:
    """Say whether the extra is installed."""
    return find_spec("cryptography") is not None


def require_extra(what: str) -> None:
    """Raise click's error, which says what to install, where the extra is not."""
    if not can_intercept():
        raise click.ClickException(f"{what} {_MISSING}")


_OPTIONS = (
    click.option(
        "--allow-host",
        "allowed_hosts",
        multiple=True,
        metavar="HOST",
        help="Let intercepted programs reach this host as well, or any with '*'; repeatable.",
    ),
    click.option(
        "--api-host",
        "api_hosts",
        multiple=True,
        metavar="HOST",
        help=f"Stand in for this host instead of {API_HOST}; repeatable.",
    ),
)


def interception_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options `--allow-host` and `--api-host`, as `interception`."""

    @functools.wraps(command)
    def intercepting(api_hosts: tuple[str, ...], allowed_hosts: tuple[str, ...], **others: Any) -> Any:
        return command(interception=Interception(api_hosts, allowed_hosts), **others)

    for option in reversed(_OPTIONS):
        intercepting = option(intercepting)
    return intercepting
