"""Pages of one's own saved searches."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User

from .directories import directory_of
from .forms import NameForm, SaveForm
from .models import SavedSearch


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """The person's searches."""
    return _list(request)


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, directory: str) -> HttpResponse:
    """Give the search of the query string a name, and keep it."""
    searched = directory_of(directory)
    if searched is None:
        raise Http404
    query = searched.canonical(request.GET)
    search = SavedSearch(user=User.signed_in(request), directory=directory, query=query.query_string)
    title = searched.title(query)
    form = SaveForm(
        request.POST if request.method == "POST" else None,
        directory=searched,
        instance=search,
        initial={"name": title[:150]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError:  # a double click: it is saved
            return redirect("searches")
        messages.success(request, _("The search is saved. You will be told of what is new in it."))
        return redirect("searches")
    context = {"form": form, "title": title, "address": searched.address(query.query_string)}
    return render(request, "searches/save.html", context)


@require_POST
def search(request: HttpRequest, number: int) -> HttpResponse:
    """Rename one of the person's searches, or delete it."""
    mine = get_object_or_404(SavedSearch, pk=number, user=User.signed_in(request))
    if request.POST.get("action") == "delete":
        mine.delete()
        messages.success(request, _("The search is deleted."))
        return redirect("searches")
    form = _form(mine, request)
    if not form.is_valid():
        return _list(request, form)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("searches")


def _form(search: SavedSearch, request: HttpRequest | None = None) -> NameForm:
    data = request.POST if request else None
    return NameForm(data, instance=search, prefix=f"search-{search.pk}")


def _list(request: HttpRequest, typed: NameForm | None = None) -> HttpResponse:
    rows = []
    for one in SavedSearch.objects.filter(user=User.signed_in(request)).defer("seen"):
        if directory := directory_of(one.directory):
            form = typed if typed and typed.instance.pk == one.pk else _form(one)
            rows.append((one, directory.label, directory.address(one.query), form))
    return render(request, "searches/list.html", {"rows": rows})
