"""What fuzzing found (`make fuzz`), kept mended: a clear answer instead of an error of ours."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/projects/a/photos/a%00b", "/uk/cities/ua/lviv/photo/%00", "/%00"])
def test_an_address_with_a_zero_byte_is_nowhere(client, address):
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["account_login", "account_email_verification_sent", "account_logout"])
def test_a_way_on_that_is_no_address_is_dropped(client, name):
    address = reverse(name, query={"next": "http://["})
    assert client.get(address, follow=True).status_code == 200
    assert client.post(address, {"next": "http://["}, follow=True).status_code in (200, 405)


@pytest.mark.parametrize("typed", ["true", "\x00", "9" * 40, "-1", "٣"])
def test_a_choice_that_is_no_key_comes_back_with_its_error(admin_client, typed):
    page = admin_client.post(reverse("admin:cities_twinning_add"), {"city_a": typed, "since": "1999"})
    errors = page.context["adminform"].form.errors
    assert errors["city_a"]
    assert 'value="1999"' in page.content.decode()
    page = admin_client.post(reverse("admin:events_event_add"), {"organisers": [typed]})
    assert page.context["adminform"].form.errors["organisers"]


@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_percent_sign_in_a_list_is_told_like_any_other_value(admin_client, language):
    address = language + reverse("admin:cities_cityprofile_add")
    page = admin_client.post(address, {"kinds_of_place": "%", "languages": "%s,%n", "summary_en": "Typed"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["kinds_of_place"]
    assert "Typed" in page.content.decode()


@pytest.mark.parametrize("name", ["accounts_auditentry", "cities_topic"])
def test_an_export_leaves_out_filters_that_mean_nothing(admin_client, name):
    address = reverse(f"admin:{name}_export")
    answer = admin_client.get(address, {"nonsense": "1"}, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, address)
