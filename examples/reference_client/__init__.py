"""A small client that does what the API wants of one."""

from .client import Client, IncidentIoError, NotFoundError

__all__ = ["Client", "IncidentIoError", "NotFoundError"]
