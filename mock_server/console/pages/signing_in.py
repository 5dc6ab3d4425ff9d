"""Signing in with the control token, which a cookie keeps, and out."""

from urllib.parse import quote

from ...control.guard import COOKIE, is_same
from ...request.messages import Reply
from ..paths import PAGES as CONSOLE
from ..paths import SIGN_IN, START
from ..rendering import page
from ..visit import Visit, see


def sign_in(visit: Visit) -> Reply:
    """Keep the control token in a cookie that no script and no other site gets, or say that it is wrong."""
    token, guesses, address = visit.plane.token, visit.plane.guesses, visit.request.client
    guesses.check(address)
    if token is not None and not is_same(visit.form.get("token", ""), token):
        guesses.note(address)
        return page("sign_in.html", status=401, is_wrong=True)
    return _with_cookie(visit, quote(token or "", safe=""))


def sign_out(visit: Visit) -> Reply:
    """Forget the cookie."""
    return _with_cookie(visit, "", "Max-Age=0")


def show_form(_: Visit) -> Reply:
    """Show the form again: whoever reloads what a wrong token led to comes here."""
    return see(START)


def _with_cookie(visit: Visit, value: str, *more: str) -> Reply:
    secure = ("Secure",) if visit.request.base_url.startswith("https:") else ()
    cookie = "; ".join([f"{COOKIE}={value}", "HttpOnly", "SameSite=Strict", f"Path={START}", *secure, *more])
    reply = see(START)
    reply.headers += (("set-cookie", cookie),)
    return reply


PAGES = {
    f"GET {SIGN_IN}": show_form,
    f"POST {SIGN_IN}": sign_in,
    f"POST {CONSOLE}/sign-out": sign_out,
}
