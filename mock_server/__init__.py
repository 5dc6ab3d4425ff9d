"""The double: answers requests from state."""

from .authentication import DEFAULT_TOKEN, ApiKey
from .clock import Clock
from .exchange import Reply, Request
from .pipeline import Double
from .running import RunningDouble, running

__all__ = ["DEFAULT_TOKEN", "ApiKey", "Clock", "Double", "Reply", "Request", "RunningDouble", "running"]
