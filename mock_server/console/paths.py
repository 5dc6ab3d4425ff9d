"""Which paths are the console's, and where it leads."""

from ..request.messages import CONTROL, Request

START = CONTROL
_START_TOO = CONTROL.rstrip("/")
PAGES = f"{CONTROL}console"
REFERENCE = f"{CONTROL}reference"
ASSETS = f"{CONTROL}assets"
SIGN_IN = f"{PAGES}/sign-in"


def is_console(path: str) -> bool:
    """Say whether a path is the console's, rather than an operation of the control plane."""
    return path in (_START_TOO, START) or path.startswith((f"{PAGES}/", REFERENCE, f"{ASSETS}/"))


def wants_page(request: Request) -> bool:
    """Say whether whoever asks reads HTML, as a browser says it does, and asks for something of the console's."""
    return is_console(request.path) and "text/html" in request.headers.get("accept", "")


def needs_no_token(request: Request) -> bool:
    """Say whether a request may do without the control token: whoever signs in has none yet."""
    return request.path in (_START_TOO, SIGN_IN) or request.path.startswith(f"{ASSETS}/")
