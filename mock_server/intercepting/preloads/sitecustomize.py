"""Loaded by every Python program that `incident-double run` starts: brings it to the double, then goes on as usual.

Older Pythons than 3.9 read this as well, and are left alone.
"""

import os
import sys


def _begin():
    # type: () -> None
    from importlib import import_module  # noqa: PLC0415 - none of Python 2

    import_module("incident_double_redirection.in_program").begin_from_environment()


def _go_on():
    # type: () -> None
    """Load the `sitecustomize` that this one stands before, if there is one."""
    from importlib.machinery import PathFinder  # noqa: PLC0415
    from importlib.util import module_from_spec  # noqa: PLC0415

    own = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - pathlib takes long to import
    others = [each for each in sys.path if os.path.realpath(each or ".") != own]
    spec = PathFinder.find_spec(__name__, others)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules[__name__] = module
        spec.loader.exec_module(module)


if __name__ == "sitecustomize" and sys.version_info >= (3, 9):
    _begin()
    _go_on()
