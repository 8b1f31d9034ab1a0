"""Articles in the administration: written, looked at beforehand, published by a day, withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cities.photos import clean_photo
from cities.picture_form import PictureForm
from knowledge.models import Article, ArticlePicture
from knowledge.models.news import LANGUAGES

from . import telling

MARKDOWN_HELP = _(
    "Markdown: an empty line begins a paragraph, # a heading, - a list; **bold**, [words](https://address). "
    "A picture is uploaded below and shown by its address: ![what it shows](/news/pictures/...)."
)

AT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class ArticleForm(PictureForm):
    """An article with its picture."""

    PICTURE = "picture"

    class Meta:
        model = Article
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            body = self.fields[f"body_{language}"]
            body.help_text = MARKDOWN_HELP
            body.widget.attrs["rows"] = 18
            self.fields[f"summary_{language}"].widget.attrs["rows"] = 3
            self.fields[f"title_{language}"].widget.attrs["class"] = "vLargeTextField"


class ArticlePictureForm(forms.ModelForm):
    """A picture for the text, made anew."""

    class Meta:
        model = ArticlePicture
        fields = ("file",)

    def clean_file(self) -> Any:
        """The picture, made anew."""
        file = self.cleaned_data["file"]
        return clean_photo(file) if isinstance(file, UploadedFile) else file


class PictureInline(admin.StackedInline):
    """The pictures for the text: added and removed, with what shows them."""

    model = ArticlePicture
    form = ArticlePictureForm
    fields = ("file", "for_the_text")
    readonly_fields = ("for_the_text",)
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A picture stays what it is: its address may be kept for ever."""
        return False

    @admin.display(description=_("Write in the text"))
    def for_the_text(self, picture: ArticlePicture) -> str:
        """The Markdown that shows it."""
        return f"![…]({picture})" if picture.pk else ""


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """The news."""

    form = ArticleForm
    inlines = (PictureInline,)
    formfield_overrides = {models.DateTimeField: {"form_class": forms.DateTimeField, "widget": AT}}
    list_display = ("title", "publish_at", "is_public", "is_withdrawn", "is_demonstration", "told_at")
    list_filter = ("is_withdrawn", ("publish_at", admin.EmptyFieldListFilter), "is_demonstration")
    search_fields = ("title_en", "title_uk", "summary_en", "summary_uk", "slug")
    date_hierarchy = "publish_at"
    readonly_fields = ("slug", "author", "told_at")
    fieldsets = (
        (_("English"), {"fields": ("title_en", "summary_en", "body_en")}),
        (_("Ukrainian"), {"fields": ("title_uk", "summary_uk", "body_uk")}),
        (_("Picture above the text"), {"fields": ("upload", "picture_alt_en", "picture_alt_uk")}),
        (
            _("Publication"),
            {
                "description": _(
                    "Save it first, then “View on site” shows what readers will see, whatever the day."
                ),
                "fields": ("publish_at", "is_withdrawn", "is_demonstration", "slug", "author", "told_at"),
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """With a box to remove the picture where there is one."""
        if obj is None or not obj.picture:
            return self.fieldsets
        *texts, (name, of_picture), publication = self.fieldsets
        with_box = {"fields": (*of_picture["fields"], "remove")}
        return [*texts, (name, with_box), publication]

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """With who wrote it first; of what is withdrawn nobody is told any more."""
        if not change:
            obj.author = User.signed_in(request)
        super().save_model(request, obj, form, change)
        if not obj.is_public:
            telling.take_back(obj)

    @admin.display(description=_("title"), ordering="title_en")
    def title(self, article: Article) -> str:
        """In the reader's language."""
        return article.title

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, article: Article) -> bool:
        """Whether everybody sees it by now."""
        return article.is_public

    def view_on_site(self, obj: Any) -> str:
        """Its page."""
        return str(obj.get_absolute_url())
