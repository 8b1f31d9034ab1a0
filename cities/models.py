"""Cities and what is known of them.

Reference data (countries, regions, cities and their names) come from GeoNames and are replaced by
`load_cities`. What members say of their city lives apart, in CityProfile, TopicStatement and Mayor,
so that reloading never touches it.
"""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.membership import Membership, MembershipQuerySet

from .editing import SavedVersion
from .querysets import CityQuerySet, TwinningQuerySet
from .saved.models import SavedSearch as SavedSearch


def in_active_language(english: str, ukrainian: str) -> str:
    """The text for the reader's language, or the other one where that is empty."""
    if (get_language() or "en").startswith("uk"):
        return ukrainian or english
    return english or ukrainian


class Country(models.Model):
    """A country of the programme."""

    code = models.CharField(_("ISO 3166-1 code"), max_length=2, primary_key=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=100)
    languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("languages"),
        default=list,
        blank=True,
        help_text=_("ISO 639-1 codes; the language most used comes first."),
    )
    neighbours = ArrayField(
        models.CharField(max_length=2), verbose_name=_("neighbouring countries"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name_en"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_active_language(self.name_en, self.name_uk)


class Region(models.Model):
    """A first-level division of a country: oblast, voivodeship, land, region."""

    code = models.CharField(
        _("code"), max_length=12, primary_key=True, help_text=_("Country and GeoNames admin1 code, as UA.15.")
    )
    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, related_name="regions", verbose_name=_("country")
    )
    name_en = models.CharField(_("name in English"), max_length=150)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name_en"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_active_language(self.name_en, self.name_uk)


class City(models.Model):
    """A municipality; its key is its GeoNames id."""

    id = models.BigIntegerField(_("GeoNames id"), primary_key=True)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="cities", verbose_name=_("country")
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cities",
        verbose_name=_("region"),
    )
    name = models.CharField(_("name"), max_length=200)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=200, blank=True)
    slug = models.SlugField(
        _("address"),
        max_length=220,
        db_index=False,
        help_text=_("Never changes, so that links keep working."),
    )
    population = models.PositiveIntegerField(_("population"))
    latitude = models.FloatField(_("latitude"), help_text=_("Degrees north."))
    longitude = models.FloatField(_("longitude"), help_text=_("Degrees east."))
    time_zone = models.CharField(_("time zone"), max_length=40)
    is_capital = models.BooleanField(_("capital"), default=False)

    objects = CityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["-population", "id"]
        constraints = [
            models.UniqueConstraint(fields=["country", "slug"], name="city_slug_in_country"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="city_on_earth"
            ),
        ]
        indexes = [models.Index(F("population").desc(), F("id"), name="city_largest_first")]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("city", args=[self.country_id.lower(), self.slug])

    @property
    def display_name(self) -> str:
        """The name in the reader's language."""
        return in_active_language(self.name, self.name_uk)


class CityName(models.Model):
    """One of the names a city is known by, in any script."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="names", verbose_name=_("city"))
    name = models.CharField(_("name"), max_length=200)
    key = models.CharField(
        _("search key"), max_length=220, help_text=_("The name in lower case without accents.")
    )

    class Meta:
        verbose_name = _("name of a city")
        verbose_name_plural = _("names of cities")
        constraints = [models.UniqueConstraint(fields=["city", "name"], name="city_name_once")]
        indexes = [
            models.Index(OpClass(F("key"), name="text_pattern_ops"), name="city_name_prefix"),
            GinIndex(OpClass(F("key"), name="gin_trgm_ops"), name="city_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.TextChoices):
    """What a city wants of partners."""

    EXPERIENCE = "experience", _("exchange of experience")
    RECONSTRUCTION = "reconstruction", _("help with reconstruction")
    BUSINESS = "business", _("contacts between businesses")
    FUNDING = "funding", _("joint projects and funding")
    CULTURE = "culture", _("culture, youth and schools")
    AID = "aid", _("humanitarian aid")


class KindOfPlace(models.TextChoices):
    """What a city is, among cities."""

    PORT = "port", _("port")
    RIVER = "river", _("river city")
    COAST = "coast", _("coast")
    MOUNTAINS = "mountains", _("mountains")
    BORDER = "border", _("border city")
    UNIVERSITY = "university", _("university city")
    INDUSTRY = "industry", _("industrial city")
    AGRICULTURE = "agriculture", _("agricultural community")
    TOURISM = "tourism", _("resort")
    HERITAGE = "heritage", _("world heritage")
    ENERGY = "energy", _("energy city")
    LOGISTICS = "logistics", _("transport hub")


def photo_path(profile: "CityProfile", name: str) -> str:
    """A random name: each photo has its own address for ever."""
    return f"photos/{uuid4().hex}.webp"


class CityProfile(models.Model):
    """What a member city says of itself. Shown to everybody."""

    city = models.OneToOneField(
        City, on_delete=models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("city")
    )
    summary_en = models.TextField(_("summary in English"), max_length=2000, blank=True)
    summary_uk = models.TextField(_("summary in Ukrainian"), max_length=2000, blank=True)
    goals = ArrayField(
        models.CharField(max_length=20, choices=Goal), verbose_name=_("goals"), default=list, blank=True
    )
    languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
        help_text=_("Languages the city's staff can work in (ISO 639-1 codes)."),
    )
    kinds_of_place = ArrayField(
        models.CharField(max_length=20, choices=KindOfPlace),
        verbose_name=_("kind of place"),
        default=list,
        blank=True,
    )
    website = models.URLField(_("website"), blank=True)
    public_email = models.EmailField(
        _("public e-mail"), blank=True, help_text=_("Shown to everybody on the city's page.")
    )
    public_phone = models.CharField(_("public telephone"), max_length=40, blank=True)
    is_open = models.BooleanField(
        _("open to new partners"), default=True, help_text=_("Untick, and the city's page says so.")
    )
    photo = models.FileField(_("photo"), upload_to=photo_path, blank=True)
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("city profile")
        verbose_name_plural = _("city profiles")

    def __str__(self) -> str:
        return str(self.city)

    @property
    def photo_address(self) -> str:
        """Where the photo is served."""
        name = (self.photo.name or "").rpartition("/")[2]
        return reverse("city-photo", args=[self.city.country_id.lower(), self.city.slug, name])

    @property
    def summary(self) -> str:
        """The summary in the reader's language."""
        return in_active_language(self.summary_en, self.summary_uk)


class ProfileVersion(SavedVersion):
    """The profile of a city as it was saved once, with its needs and offers; see `profile`."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="profile_versions", verbose_name=_("city")
    )

    class Meta(SavedVersion.Meta):
        verbose_name = _("version of a profile")
        verbose_name_plural = _("versions of profiles")

    def __str__(self) -> str:
        return f"{self.city}, {self.at:%Y-%m-%d %H:%M}"


class Topic(models.Model):
    """A field of municipal policy."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=100)
    position = models.PositiveSmallIntegerField(
        _("position"),
        unique=True,
        validators=[MaxValueValidator(63)],
        help_text=_("Order in lists, and its bit in the matcher: 0 to 63, never reused."),
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_active_language(self.name_en, self.name_uk)


class TopicStatement(models.Model):
    """A city's need or offer in one topic."""

    class Kind(models.TextChoices):
        NEED = "need", _("need")
        OFFER = "offer", _("offer")

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="topic_statements", verbose_name=_("city")
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="statements", verbose_name=_("topic")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)
    note_uk = models.CharField(_("note in Ukrainian"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("need or offer")
        verbose_name_plural = _("needs and offers")
        ordering = ["topic__position"]
        constraints = [
            models.UniqueConstraint(fields=["city", "topic", "kind"], name="topic_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_kind_display()} - {self.topic}"

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return in_active_language(self.note_en, self.note_uk)


class Mayor(Membership):
    """A person who represents a city: mayor, deputy, or head of international relations."""

    REPRESENTED = "city"

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="mayors", verbose_name=_("city"))
    public_name = models.CharField(
        _("public name"),
        max_length=150,
        blank=True,
        help_text=_("Shown on the city's page; empty means not shown."),
    )
    is_demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented for demonstration; every page says so.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mayor")
        verbose_name_plural = _("mayors")
        constraints = [
            models.UniqueConstraint(fields=["user", "city"], name="mayor_once_a_city"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or self.public_name or self.user}, {self.city}"

    @property
    def kind(self) -> str:
        """The word in addresses."""
        return "mayor"

    @property
    def website(self) -> str:
        """The city's website as its profile states it."""
        profile = CityProfile.objects.filter(city=self.city_id).first()
        return profile.website if profile else ""


class Twinning(models.Model):
    """A formal tie between two cities (sister cities). The city with the lower id comes first."""

    class Source(models.TextChoices):
        WIKIDATA = "wikidata", _("Wikidata")
        CSV = "csv", _("imported list")
        PORTAL = "portal", _("this portal")

    city_a = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city"))
    city_b = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", verbose_name=_("other city"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    since = models.PositiveSmallIntegerField(
        _("since"), null=True, blank=True, validators=[MinValueValidator(800), MaxValueValidator(2100)]
    )

    objects = TwinningQuerySet.as_manager()

    class Meta:
        verbose_name = _("twinning")
        verbose_name_plural = _("twinnings")
        constraints = [
            models.UniqueConstraint(fields=["city_a", "city_b"], name="twinning_once"),
            models.CheckConstraint(condition=Q(city_a__lt=F("city_b")), name="twinning_lower_id_first"),
        ]

    def __str__(self) -> str:
        return f"{self.city_a} - {self.city_b}"


class DataVersion(models.Model):
    """How often a part of the data changed; triggers count it, readers of copies in memory compare it."""

    REFERENCE = "reference"
    MEMBERS = "members"
    TIES = "ties"

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    version = models.BigIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("data version")
        verbose_name_plural = _("data versions")

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class DemonstrationPart(models.Model):
    """A part of the demonstration data that was loaded: never again, so that what is deleted stays so."""

    name = models.CharField(_("name"), max_length=100, primary_key=True)
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now)

    class Meta:
        verbose_name = _("part of the demonstration data")
        verbose_name_plural = _("parts of the demonstration data")

    def __str__(self) -> str:
        return self.name
