"""From a request to its reply: the steps in their order, and who answers each operation."""

from .pipeline import Double, Pipeline

__all__ = ["Double", "Pipeline"]
