"""The double: answers requests from state."""

from .clock import Clock
from .pipeline import Double
from .request.authentication import DEFAULT_TOKEN, ApiKey
from .request.messages import Reply, Request
from .running import RunningDouble, running

__all__ = ["DEFAULT_TOKEN", "ApiKey", "Clock", "Double", "Reply", "Request", "RunningDouble", "running"]
