"""Loaded by every Python program that `incident-double run` starts: brings it to the double, then goes on as usual."""

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path


def _begin() -> None:
    import_module("incident_double_redirection.in_program").begin_as_told()


def _go_on() -> None:
    """Load the `sitecustomize` that this one stands before, if there is one."""
    own = Path(__file__).resolve().parent
    spec = PathFinder.find_spec(__name__, [each for each in sys.path if Path(each or ".").resolve() != own])
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules[__name__] = module
        spec.loader.exec_module(module)


_begin()
_go_on()
