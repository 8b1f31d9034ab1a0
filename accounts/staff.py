"""Staff sign in like everybody else, and open the administration only with a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]


def secure(site: AdminSite) -> None:
    """Let people into this administration by the portal's sign-in only, and not without a second factor."""
    wrap = site.admin_view

    def admin_view(view: View, cacheable: bool = False) -> View:
        inner = wrap(view, cacheable)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if site.has_permission(request) and not is_mfa_enabled(request.user):
                messages.warning(request, _("The administration opens when your second factor is set up."))
                return redirect("mfa_index")
            return inner(request, *args, **kwargs)

        return answer

    site.login = secure_admin_login(site.login)  # type: ignore[method-assign]
    site.admin_view = admin_view  # type: ignore[method-assign,assignment]
