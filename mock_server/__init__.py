"""The double: answers requests from state."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .clock import Clock
    from .pipeline import Double
    from .request.authentication import DEFAULT_TOKEN, ApiKey
    from .request.messages import Reply, Request
    from .running_double import RunningDouble, running

_MODULES = {
    "DEFAULT_TOKEN": "request.authentication",
    "ApiKey": "request.authentication",
    "Clock": "clock",
    "Double": "pipeline",
    "Reply": "request.messages",
    "Request": "request.messages",
    "RunningDouble": "running_double",
    "running": "running_double",
}
"""Where each name is. Loaded when it is first asked for: every pytest loads the plugin, and so this package."""

__all__ = ["DEFAULT_TOKEN", "ApiKey", "Clock", "Double", "Reply", "Request", "RunningDouble", "running"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = found
    return found
