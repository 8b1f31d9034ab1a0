"""What every page of a document answers: asks for its PDF, says how far it is, hands it out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.evidence import PDF

from .documents import Document
from .making import ask
from .models import Paper


def paper_page(
    request: HttpRequest,
    document: Document,
    *,
    title: str,
    file: str,
    back: str,
    back_to: str,
    about: str = "",
) -> HttpResponse:
    """How far the PDF of a document is; a POST asks for it.

    file: its address. back: the address of the page before, which is called `back_to`. about: what the file
    is like, where it is not in both languages.
    """
    if request.method == "POST":
        ask(document)
        return redirect(request.path)
    context = {
        "paper": Paper.objects.of(document),
        "is_outdated": Paper.objects.about(document.kind, document.number).exclude(key=document.key).exists(),
        "title": title,
        "file": file,
        "back": back,
        "back_to": back_to,
        "about": about,
    }
    return render(request, "papers/paper.html", context)


def paper_file(document: Document, *, page: str) -> HttpResponse:
    """The PDF of a document; to its page (an address) where there is none of it as it is now."""
    paper = Paper.objects.of(document)
    if paper is None or not paper.is_ready:
        return redirect(page)
    disposition = f'attachment; filename="{document.file_name}"'
    return HttpResponse(
        bytes(paper.pdf or b""), content_type=PDF, headers={"Content-Disposition": disposition}
    )
