"""What an operation of the control plane sees of a server: its accounts, and the one that is spoken of."""

from functools import cached_property

from ...openapi import Document, control_plane
from ..accounts import Accounts
from ..journal.redaction import Redaction
from ..pipeline import Double


class View:
    """The accounts of a server as seen from one of them: the first, or that of `double`.

    `token` is what the control plane asks of everyone, if anything.
    """

    def __init__(
        self, accounts: Accounts | Double, *, token: str | None = None, double: Double | None = None
    ) -> None:
        self.accounts = accounts if isinstance(accounts, Accounts) else Accounts(accounts)
        self.double = double or self.accounts.first
        """The account that is spoken of."""
        self.account: str | None = None
        """The name by which a request has named it; None for the one that is spoken of otherwise."""
        self.token = token

    @cached_property
    def document(self) -> Document:
        """The document of the control plane, read when it is first asked for."""
        return control_plane()

    def redaction(self) -> Redaction:
        """Give what may be shown of exchanges now."""
        return self.double.redaction(*([] if self.token is None else [self.token]))
