"""Addresses for search engines and for places where links are shared; without a language before them."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemaps/<slug:code>-<int:number>.xml", views.sitemap_part, name="sitemap-part"),
    re_path(
        r"^share/(?P<language>en|uk)/(?P<code>[a-z-]+)/(?P<key>[0-9]{1,18})/(?P<version>[0-9a-f]{16})\.png$",
        views.share_image,
        name="share-image",
    ),
]
