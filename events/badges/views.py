from django.http import HttpResponse


def badge(request, slug):
    return HttpResponse("")


def badges(request, slug):
    return HttpResponse("")
