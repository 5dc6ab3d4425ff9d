"""The console: pages for people, over the control plane and the API."""

from .console import Console
from .paths import is_console, needs_no_token, wants_page

__all__ = ["Console", "is_console", "needs_no_token", "wants_page"]
