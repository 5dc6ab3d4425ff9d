"""The console: pages for people, over the control plane and the API."""

from .console import Console

__all__ = ["Console"]
