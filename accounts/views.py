"""Pages of one's own account that allauth does not bring."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from . import deletion, letters, own_data
from .forms import SettingsForm
from .models import User

READ_OR_SEND = ["GET", "HEAD", "POST"]


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(READ_OR_SEND)
def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and notifications."""
    me = User.objects.get(pk=person(request).pk)  # not request.user: the page shows it as it is saved
    form = SettingsForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account_settings")
    return render(request, "accounts/settings.html", {"form": form})


@require_POST
def letters_again(request: HttpRequest) -> HttpResponse:
    """The person says that letters reach them again."""
    letters.write_again(person(request))
    messages.success(request, _("A letter is on its way to you. If it comes back, you read that here."))
    return redirect("account_settings")


@require_http_methods(READ_OR_SEND)
@reauthentication_required(allow_get=True)
def download(request: HttpRequest) -> HttpResponse:
    """What the portal keeps of the person; a POST answers with all of it."""
    if request.method != "POST":
        return render(request, "accounts/download.html")
    response = HttpResponse(own_data.archive(person(request)), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="mayors-portal-my-data.zip"'
    return response


@require_http_methods(READ_OR_SEND)
@reauthentication_required(allow_get=True)
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; a POST asks for the deletion, or calls it off."""
    me = person(request)
    if request.method == "POST" and request.POST.get("action") == "keep":
        deletion.keep(me)
        messages.success(request, _("Your account stays."))
        return redirect("desk")
    if request.method == "POST" and request.POST.get("action") == "delete":
        if deletion.is_last_administrator(me):
            messages.error(request, _("You are the only administrator. Make somebody else one first."))
            return redirect("account_delete")
        deletion.ask(me)
        logout(request)
        messages.success(
            request, _("Your account will be deleted. A letter says until when you can keep it.")
        )
        return redirect("home")
    until = me.deletion_asked_at + deletion.GRACE if me.deletion_asked_at else None
    return render(request, "accounts/delete.html", {"until": until, "days": deletion.GRACE.days})
