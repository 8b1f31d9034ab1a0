"""Countries, cities and what members say of them, for tests. Topics come with the migrations."""

from django.db.models.expressions import RawSQL
from django.utils.text import slugify
from factory import LazyAttribute, PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from cities.models import City, CityName, CityProfile, Country, Mayor, Region, TopicStatement, Twinning

COUNTRY_NAMES = {
    "UA": ("Ukraine", "Україна"),
    "PL": ("Poland", "Польща"),
    "DE": ("Germany", "Німеччина"),
}


class CountryFactory(DjangoModelFactory[Country]):
    """Ukraine, unless another `code` is given; made once, found again afterwards."""

    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "UA"
    name_en = LazyAttribute(lambda country: COUNTRY_NAMES.get(country.code, (f"Country {country.code}",))[0])
    name_uk = LazyAttribute(lambda country: COUNTRY_NAMES.get(country.code, (f"Країна {country.code}",))[-1])
    languages = LazyAttribute(lambda country: ["uk"] if country.code == "UA" else [country.code.lower()])


class RegionFactory(DjangoModelFactory[Region]):
    """A region of Ukraine, unless another `country` is given."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    country = SubFactory(CountryFactory)
    code = Sequence(lambda n: f"UA.{n}")
    name_en = LazyAttribute(lambda region: f"Region {region.code}")
    name_uk = LazyAttribute(lambda region: f"Область {region.code}")


def add_names(city: City, create: bool, names: list[str] | None, **_: object) -> None:
    """Save the names the city is found by: its own, the Ukrainian one, and `names`."""
    if not create:
        return
    for name in dict.fromkeys(filter(None, [city.name, city.name_uk, *(names or [])])):
        CityName.objects.create(city=city, name=name, key=RawSQL("search_key(%s)", [name]))


class CityFactory(DjangoModelFactory[City]):
    """A city of Ukraine, found by its names: `CityFactory(name="Lviv", names=["Lemberg"])`."""

    class Meta:
        model = City
        skip_postgeneration_save = True

    id = Sequence(lambda n: 1_000_000 + n)
    country = SubFactory(CountryFactory)
    name = Sequence(lambda n: f"City {n}")
    name_uk = ""
    slug = LazyAttribute(lambda city: slugify(city.name) or str(city.id))
    population = 50_000
    latitude = 50.0
    longitude = 30.0
    time_zone = "Europe/Kyiv"
    names = PostGeneration(add_names)


class CityProfileFactory(DjangoModelFactory[CityProfile]):
    """What a city says of itself."""

    class Meta:
        model = CityProfile

    city = SubFactory(CityFactory)
    summary_en = "A city with a river and a university."
    summary_uk = "Місто з річкою та університетом."
    goals = ["experience"]
    languages = ["uk", "en"]


class TopicStatementFactory(DjangoModelFactory[TopicStatement]):
    """A need in water supply, unless `topic_id` and `kind` say otherwise."""

    class Meta:
        model = TopicStatement

    city = SubFactory(CityFactory)
    topic_id = "water"
    kind = TopicStatement.Kind.NEED


class MayorFactory(DjangoModelFactory[Mayor]):
    """An approved mayor; the city is a member city."""

    class Meta:
        model = Mayor

    user = SubFactory(UserFactory)
    city = SubFactory(CityFactory)
    state = Mayor.State.APPROVED
    function = "mayor"
    public_name = "Olena Example"


class TwinningFactory(DjangoModelFactory[Twinning]):
    """A tie; give the cities in the order of their ids."""

    class Meta:
        model = Twinning

    city_a = SubFactory(CityFactory)
    city_b = SubFactory(CityFactory)
    source = Twinning.Source.CSV
