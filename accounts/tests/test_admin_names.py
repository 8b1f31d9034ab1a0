"""Every name in the administration is there once, and in the reader's language."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_ukrainian_menu_has_no_english_word_and_no_section_twice(admin_client):
    page = admin_client.get("/uk/admin/").content.decode()
    sections = re.findall(r'<caption>\s*<a [^>]*class="section"[^>]*>\s*([^<]*?)\s*</a>', page)
    models = re.findall(r'<th scope="row"[^>]*>\s*<a [^>]*>\s*([^<]*?)\s*</a>', page)
    assert len(sections) > 5
    assert len(models) > 10
    assert len(sections) == len(set(sections))
    names = [name.replace("PDF", "") for name in [*sections, *models]]
    assert [name for name in names if re.search("[A-Za-z]", name)] == []


def test_a_number_of_results_needs_no_declension(admin_client):
    assert "Журнал дій: 0" in admin_client.get("/uk/admin/accounts/auditentry/").content.decode()
    assert "Audit log: 0" in admin_client.get("/admin/accounts/auditentry/").content.decode()


def test_the_columns_of_sessions_and_second_factors_are_ukrainian(admin_client):
    for list_of in ("usersessions/usersession", "mfa/authenticator"):
        page = admin_client.get(f"/uk/admin/{list_of}/add/").content.decode()
        labels = re.findall(r"<label[^>]*>\s*([^<:]+?)\s*:?</label>", page.partition("<fieldset")[2])
        assert len(labels) > 3
        assert [label for label in labels if re.search("[A-Za-z]", label)] == []
