"""What the command line may say of webhooks."""

from collections.abc import Callable, Sequence

import click

from ...mock_server.webhooks.deliveries import check_url
from ...mock_server.webhooks.signing import check_secret


def check_webhooks(urls: Sequence[str], secret: str | None) -> None:
    """Raise click's error for a URL or a secret that is refused, and for a secret without a URL."""
    if secret is not None and not urls:
        raise click.UsageError("--webhook-secret goes with --webhook")
    for url in urls:
        _check(check_url, url, "'--webhook'")
    if secret is not None:
        _check(check_secret, secret, "'--webhook-secret'")


def _check(check: Callable[[str], str], text: str, option: str) -> None:
    try:
        check(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
