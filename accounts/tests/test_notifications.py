"""What people are told: in the portal's list, and by letter at the pace of their choice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import digests
from accounts.models import Letter, Notification
from accounts.notifications import COLLEAGUE, choose_paces, notify
from accounts.tests.factories import UserFactory

LIST, BELL = "/desk/notifications/", "/notifications/bell/"
MONDAY = datetime(2026, 11, 23, digests.HOUR, tzinfo=UTC)


def tell(*people, **more):
    words = {"who": "Olena & Co", "function": "Mayor", "about": {"en": "Stryi", "uk": "Стрий"}} | more
    notify(people, COLLEAGUE, "colleague", "/uk/desk/", **words)


def person(pace="at-once", **fields):
    return UserFactory(paces={COLLEAGUE: pace}, **fields)


def link_in(letter):
    return letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")


@pytest.mark.django_db
class TestTelling:
    def test_each_is_told_in_their_language_and_those_who_left_are_not(self):
        tell(person(), person(language="uk"), person(is_active=False))
        english, ukrainian = mail.outbox
        assert english.subject == "A new representative of Stryi"
        assert "Olena & Co (Mayor) was approved" in english.body
        assert "http://localhost:8000/desk/\n" in english.body
        assert "Стрий" in ukrainian.subject
        assert "http://localhost:8000/uk/desk/\n" in ukrainian.body
        assert link_in(ukrainian).startswith("/uk/notifications/off/")
        assert Notification.objects.count() == 2

    def test_nobody_is_told_the_same_twice_by_its_key(self):
        one, other = person(), person()
        tell(one, key="a")
        tell(one, other, key="a")
        tell(one, key="b")
        assert [letter.to[0] for letter in mail.outbox] == [one.email, other.email, one.email]
        tell(one)
        tell(one)
        assert one.notifications.count() == 4

    @pytest.mark.parametrize("pace", ["daily", "weekly", "off"])
    def test_what_does_not_come_at_once_stands_in_the_list_at_once(self, client, pace):
        me = person(pace)
        tell(me)
        assert mail.outbox == []
        client.force_login(me)
        assert "A new representative of Stryi" in client.get(LIST).content.decode()

    def test_a_letter_goes_with_the_change_or_not_at_all(self, settings):
        settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
        me = person()
        with transaction.atomic():
            tell(me)
            transaction.set_rollback(True)
        assert not Letter.objects.exists()
        tell(me)
        assert Letter.objects.get().headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db
class TestList:
    def test_opening_one_marks_it_read(self, client):
        me = person("off", language="uk")
        tell(me)
        tell(me)
        client.force_login(me)
        assert client.get(BELL).context["user"].unread == 2
        one = me.notifications.first()
        answer = client.get(f"/uk{LIST}{one.pk}/")
        assert answer["Location"] == "/uk/desk/"
        text = client.get(f"/uk{LIST}").content.decode()
        assert text.count('<li class="unread">') == 1
        assert client.post(f"{LIST}read/")["Location"] == LIST
        assert not me.notifications.unread().exists()

    def test_it_is_nobody_elses(self, client):
        me, other = person("off"), person("off")
        tell(me)
        client.force_login(other)
        assert client.get(f"{LIST}{me.notifications.get().pk}/").status_code == 404
        client.post(f"{LIST}read/")
        assert me.notifications.unread().count() == 1
        assert "Stryi" not in client.get(LIST).content.decode()

    def test_what_people_wrote_is_no_html(self, client):
        me = person("off")
        tell(me, about="<script>alert(1)</script>")
        client.force_login(me)
        assert "<script>alert" not in client.get(LIST).content.decode()

    def test_many_cost_no_more_queries_than_few(self, client, django_assert_num_queries):
        me = person("off")
        client.force_login(me)
        tell(me)
        client.get(LIST)
        with CaptureQueriesContext(connection) as few:
            client.get(LIST)
        tell(*[me] * 50)
        with django_assert_num_queries(len(few)):
            page = client.get(LIST).content.decode()
        assert "?page=2" in page
        assert page.count('<li class="unread">') == 50

    def test_the_bell_is_cheap_and_no_activity_of_the_person(self, client, django_assert_num_queries):
        me = person("off")
        tell(me)
        client.force_login(me)
        with django_assert_num_queries(3):  # session, person, number of unread ones
            text = client.get(BELL).content.decode()
        assert '<span class="count" aria-hidden="true">1</span>' in text

    def test_a_page_asks_for_the_number_once_and_for_visitors_never(self, client):
        tell(me := person("off"))

        def questions():
            with CaptureQueriesContext(connection) as asked:
                client.get("/about/matching/")
            return sum("accounts_notification" in query["sql"] for query in asked.captured_queries)

        assert questions() == 0
        assert client.get(BELL).content == b""  # in place of the bell of who signed out meanwhile
        client.force_login(me)
        assert questions() == 1


@pytest.mark.django_db
class TestSwitchingOff:
    def test_a_look_changes_nothing_and_a_click_needs_neither_session_nor_token(self):
        me = person()
        tell(me)
        link, stranger = link_in(mail.outbox[0]), Client(enforce_csrf_checks=True)
        page = stranger.get(link)
        assert "represent my city" in page.content.decode()
        me.refresh_from_db()
        assert me.paces == {COLLEAGUE: "at-once"}
        assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        me.refresh_from_db()
        assert me.paces == {COLLEAGUE: "off"}
        tell(me)
        assert len(mail.outbox) == 1

    def test_a_changed_link_is_none(self, client):
        tell(person())
        link = link_in(mail.outbox[0])
        unknown = reverse("notification-off", args=["x"])
        for wrong in [link.replace("off/", "off/x"), link[:-2] + "/", unknown]:
            assert client.post(wrong).status_code == 404

    def test_the_link_of_a_digest_ends_all_letters(self, client):
        me = person("daily")
        tell(me)
        digests.send_digests(timezone.now() + timedelta(days=1))
        tell(me)
        client.post(link_in(mail.outbox[0]))
        me.refresh_from_db()
        assert set(me.paces.values()) == {"off"}
        assert digests.send_digests(timezone.now() + timedelta(days=1)) == 0  # what waited, too


@pytest.mark.django_db
class TestDigests:
    @pytest.mark.parametrize(
        ("pace", "told", "now", "is_sent"),
        [
            ("daily", MONDAY - timedelta(hours=1), MONDAY - timedelta(minutes=1), False),
            ("daily", MONDAY - timedelta(hours=1), MONDAY, True),
            ("daily", MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2), False),
            ("daily", MONDAY - timedelta(days=3), MONDAY - timedelta(hours=1), True),  # one was missed
            ("weekly", MONDAY - timedelta(days=6), MONDAY - timedelta(minutes=1), False),
            ("weekly", MONDAY - timedelta(days=6), MONDAY, True),
            ("weekly", MONDAY + timedelta(days=1), MONDAY + timedelta(days=6), False),
            ("weekly", MONDAY - timedelta(days=1), MONDAY + timedelta(days=3), True),  # one was missed
            ("at-once", MONDAY - timedelta(days=8), MONDAY, False),
            ("off", MONDAY - timedelta(days=8), MONDAY, False),
        ],
    )
    def test_it_holds_what_was_told_before_its_moment(self, pace, told, now, is_sent):
        me = person(pace)
        tell(me)
        mail.outbox.clear()
        Notification.objects.update(at=told)
        assert digests.send_digests(now) == is_sent
        assert digests.send_digests(now) == 0
        assert len(mail.outbox) == is_sent

    def test_it_is_one_letter_with_all_that_is_unread(self):
        me = person("daily", language="uk")
        for name in ("Олена", "Іван", "Петро"):
            tell(me, about=name)
        me.notifications.filter(words__about="Іван").update(read_at=timezone.now())
        digests.send_digests(timezone.now() + timedelta(days=1))
        [letter] = mail.outbox
        assert letter.subject.startswith("2 ")
        assert "Олена" in letter.body
        assert "Іван" not in letter.body
        assert letter.body.count("http://localhost:8000/uk/desk/\n") == 2
        assert link_in(letter) in letter.body

    def test_what_waits_follows_a_new_choice(self):
        tomorrow = timezone.now() + timedelta(days=1)
        sooner, later = person("weekly"), person("off")
        tell(sooner, later)
        choose_paces(sooner, {COLLEAGUE: "at-once"})
        choose_paces(later, {COLLEAGUE: "daily"})  # what it was off for does not come afterwards
        assert digests.send_digests(tomorrow) == 1
        assert mail.outbox[0].to == [sooner.email]

    def test_one_that_breaks_off_is_written_the_next_time(self, settings, monkeypatch):
        settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
        tell(person("daily"))
        tomorrow = timezone.now() + timedelta(days=1)

        def killed(*args):
            mail_of(*args)
            assert Letter.objects.count() == 1
            raise KeyboardInterrupt

        mail_of = digests.mail
        monkeypatch.setattr(digests, "mail", killed)
        with pytest.raises(KeyboardInterrupt):
            digests.send_digests(tomorrow)
        assert not Letter.objects.exists()
        monkeypatch.undo()
        assert digests.send_digests(tomorrow) == Letter.objects.count() == 1

    def test_what_is_old_goes(self):
        me = person("off")
        tell(me, key="old")
        Notification.objects.update(at=timezone.now() - digests.KEPT - timedelta(minutes=1))
        tell(me, key="new")
        assert digests.forget_old() == 1
        assert me.notifications.get().key == "new"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_workers_write_a_digest_once(settings, monkeypatch, is_locked):
    """The control: without the lock on its rows both write it."""
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    tell(person("daily"))
    both_begin, mail_of = Barrier(2), digests.mail

    def slowly(*args):
        try:
            both_begin.wait(1 if is_locked else 10)  # with the lock, only one comes here
        except BrokenBarrierError:
            assert is_locked
        mail_of(*args)

    def write(_number):
        try:
            return digests.send_digests(timezone.now() + timedelta(days=1))
        finally:
            connection.close()

    monkeypatch.setattr(digests, "mail", slowly)
    if not is_locked:
        monkeypatch.setattr(type(Notification.objects.all()), "select_for_update", lambda self, **how: self)
    with ThreadPoolExecutor(2) as pool:
        written = sum(pool.map(write, range(2)))
    assert written == Letter.objects.count() == (1 if is_locked else 2)
