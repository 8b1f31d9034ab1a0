"""Conversations: who reads and writes them, files, what is new."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import deletion, own_data
from accounts.notifications import sentence
from cities.tests.factories import CityFactory, MayorFactory
from partnerships.models import Attachment, Block, Conversation, Message
from partnerships.tests.factories import interest_between

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def interest():
    interest = interest_between(CityFactory(name="Lviv"), CityFactory(name="Gdańsk"))
    interest.accept(by=interest.receiver.people()[0])
    return interest


@pytest.fixture
def talk(interest):
    return Conversation.objects.get()


def said(text="When shall we talk?", **more):
    return {"text_en": text, "text_uk": "", "once": str(uuid4()), **more}


def test_the_other_side_reads_it_in_both_languages(client, interest, talk):
    client.force_login(interest.by)
    address = talk.get_absolute_url()
    assert client.post(address, said(text_uk="Коли поговоримо?"))["Location"] == address
    other = interest.receiver.people()[0]
    assert sentence(other.notifications.first()) == "A message from Lviv"
    client.force_login(other)
    assert "1 conversation with new messages" in client.get(reverse("desk")).content.decode()
    assert ">new<" in client.get(reverse("conversations")).content.decode()
    page = client.get(address).content.decode()
    assert "When shall we talk?" in page
    assert "Коли поговоримо?" in page
    assert "new messages" not in client.get(reverse("desk")).content.decode()


def test_a_form_sent_twice_is_one_message(client, interest, talk):
    client.force_login(interest.by)
    form = said()
    for _ in range(2):
        assert client.post(talk.get_absolute_url(), form).status_code == 302
    assert Message.objects.count() == 1
    assert interest.receiver.people()[0].notifications.filter(kind="message").count() == 1


def test_an_empty_message_is_refused_and_nothing_lost(client, interest, talk):
    client.force_login(interest.by)
    page = client.post(talk.get_absolute_url(), said("  ")).content.decode()
    assert "Write something" in page
    macro = SimpleUploadedFile("x.exe", b"MZ\x00\x01")
    page = client.post(talk.get_absolute_url(), said("Look at this", attached=macro)).content.decode()
    assert "x.exe: " in page
    assert "Look at this" in page
    assert not Message.objects.exists()


def test_colleagues_of_both_sides_see_it_and_nobody_else(client, interest, talk, admin_client):
    addresses = [talk.get_absolute_url()]
    client.force_login(interest.by)
    client.post(addresses[0], said(attached=SimpleUploadedFile("list.csv", b"a,b\n1,2\n")))
    file = Attachment.objects.get()
    addresses.append(file.get_absolute_url())
    colleague = MayorFactory(city=interest.receiver.city).user
    stranger, suspended = MayorFactory().user, MayorFactory(city=interest.sender.city, state="suspended").user
    for person, status in [(colleague, 200), (stranger, 404), (suspended, 404)]:
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [status, status]
    client.force_login(colleague)
    answer = client.get(addresses[1])
    assert b"".join(answer.streaming_content) == b"a,b\n1,2\n"
    assert answer["Content-Disposition"].startswith("attachment")


def test_administrators_do_not_read_conversations(admin_client, talk):
    assert admin_client.get(talk.get_absolute_url()).status_code == 404


def test_a_block_ends_it(client, interest, talk):
    Block.objects.create(by_party=interest.receiver, party=interest.sender, by=interest.receiver.people()[0])
    client.force_login(interest.by)
    page = client.post(talk.get_absolute_url(), said("Hello?")).content.decode()
    assert "one side has blocked the other" in page
    assert "Hello?" in page
    assert not Message.objects.exists()


def test_the_number_of_queries_does_not_grow(client, interest, talk, django_assert_max_num_queries):
    client.force_login(interest.by)
    for number in range(5):
        client.post(talk.get_absolute_url(), said(f"Message {number}"))
        again = interest_between(interest.sender.city, CityFactory())
        again.accept(by=again.receiver.people()[0])
    with django_assert_max_num_queries(25):
        client.get(talk.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(reverse("conversations"))
    with django_assert_max_num_queries(12):
        client.get(reverse("interests"))


def test_own_words_can_be_downloaded_and_stay_with_the_other_side(client, interest, talk):
    client.force_login(interest.by)
    client.post(talk.get_absolute_url(), said("On Thursday?"))
    data = own_data.collect(interest.by)
    assert [one["text_en"] for one in data["messages"]] == ["On Thursday?"]
    assert [one["reason"] for one in data["expressions of interest"]] == [interest.reason]
    deletion.delete(interest.by)
    client.force_login(interest.receiver.people()[0])
    assert "On Thursday?" in client.get(talk.get_absolute_url()).content.decode()
