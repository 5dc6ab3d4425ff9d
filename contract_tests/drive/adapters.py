"""Finding the adapter that `--client` names."""

import importlib
import shlex
import shutil
import sys
from pathlib import Path

from ...openapi import Document
from . import exec_client
from .client import AdapterError, Connect

FORMS = "openapi-python-client:PACKAGE, exec:COMMAND or MODULE:ATTRIBUTE"


def find_adapter(name: str, document: Document) -> Connect:
    """Give the adapter of that name, in one of FORMS. Raises AdapterError when there is none.

    MODULE is looked for in the working directory as well; ATTRIBUTE is called with a base URL and an API key.
    """
    kind, _, rest = name.partition(":")
    if not rest:
        raise AdapterError(f"{name}: not an adapter: expected {FORMS}")
    if kind == "openapi-python-client":
        from . import openapi_python_client  # noqa: PLC0415 - it needs httpx, which takes long to import

        return openapi_python_client.adapter(rest, document)
    if kind == "exec":
        return _command(rest, document)
    return _attribute(kind, rest)


def _command(text: str, document: Document) -> Connect:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise AdapterError(f"exec:{text}: {error}") from None
    if not words or shutil.which(words[0]) is None:
        raise AdapterError(f"exec:{text}: no such command")
    return exec_client.adapter(text, document)


def _attribute(module: str, name: str) -> Connect:
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        found: object = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # noqa: BLE001 - importing runs the adapter's code
        raise AdapterError(f"{module}:{name}: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise AdapterError(f"{module}:{name}: not callable with a base URL and an API key")
    return found
