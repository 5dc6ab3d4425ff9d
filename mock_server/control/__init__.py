"""The control plane: what a test suite, or a person, does to the double beside the API."""

from .plane import ControlPlane

__all__ = ["ControlPlane"]
