"""The news: who sees what and when, the feed, the newsletter, the administration."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError, get_ident
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import digests
from accounts.models import Letter, Notification
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.files import upload
from cities import page_cache
from cities.tests.factories import CityFactory
from events.tests.test_organising import picture
from knowledge.models import Article, ArticlePicture
from knowledge.news import schedule, telling
from knowledge.news.demo import add_articles
from public.kinds import kind_of

from .news_factories import ArticleFactory

ATOM = "{http://www.w3.org/2005/Atom}"


def later(monkeypatch, **passed):
    """Let time pass."""
    now = timezone.now() + timedelta(**passed)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.django_db
class TestReading:
    def test_an_article_appears_by_itself_on_pages_kept_in_memory(self, client, monkeypatch):
        """No worker and no change of data is needed; a browser that has the old page is not told 304."""
        ArticleFactory(title_en="Yesterday")
        planned = ArticleFactory(title_en="Tomorrow", publish_at=timezone.now() + timedelta(hours=1))
        pages = ["/", reverse("news"), reverse("news-feed")]
        before = {page: client.get(page) for page in pages}
        assert all("Tomorrow" not in answer.content.decode() for answer in before.values())
        assert client.get(planned.get_absolute_url()).status_code == 404
        for page in pages:
            again = client.get(page, headers={"if-none-match": before[page]["ETag"]})
            assert again.status_code == 304
        later(monkeypatch, minutes=61)
        for page in pages:
            again = client.get(page, headers={"if-none-match": before[page]["ETag"]})
            assert again.status_code == 200
            assert "Tomorrow" in again.content.decode()
        assert client.get(planned.get_absolute_url()).status_code == 200

    def test_what_is_withdrawn_is_gone_but_administrators_look_at_it(self, client):
        gone = ArticleFactory(is_withdrawn=True)
        draft = ArticleFactory(publish_at=None)
        for article in (gone, draft):
            assert client.get(article.get_absolute_url()).status_code == 404
        client.force_login(StaffFactory(is_superuser=True))
        assert "Withdrawn:" in client.get(gone.get_absolute_url()).content.decode()
        assert "A draft:" in client.get(draft.get_absolute_url()).content.decode()
        assert list(kind_of("news").objects()) == []

    def test_neighbours_are_public_ones(self, client):
        days = [ArticleFactory(publish_at=timezone.now() - timedelta(days=day)) for day in (1, 2, 4)]
        ArticleFactory(publish_at=timezone.now() - timedelta(days=3), is_withdrawn=True)
        ArticleFactory(publish_at=timezone.now() + timedelta(days=3))
        seen = client.get(days[1].get_absolute_url()).context
        assert (seen["newer"], seen["older"]) == (days[0], days[2])
        first = client.get(days[0].get_absolute_url()).context
        assert (first["newer"], first["older"]) == (None, days[1])

    def test_what_is_in_one_language_says_so_in_the_other(self, client):
        article = ArticleFactory(title_en="", summary_en="", body_en="", title_uk="Лише українською")
        page = client.get(article.get_absolute_url()).content.decode()
        assert "This article is in Ukrainian only." in page
        assert '<article class="article" lang="uk">' in page
        assert "in Ukrainian only" not in client.get("/uk" + article.get_absolute_url()).content.decode()

    def test_years_pages_and_queries(self, client):
        ArticleFactory(title_en="Old", publish_at=datetime(2020, 5, 5, tzinfo=UTC))
        ArticleFactory(title_en="New")

        def titles(query):
            return [one.title_en for one in client.get(reverse("news") + query).context["page"]]

        assert titles("?year=2020") == ["Old"]
        for senseless in ("", "?year=1999", "?year=x", "?year=%00", "?page=x"):
            assert titles(senseless) == ["New", "Old"]

        def asked():
            page_cache.forget()
            schedule.forget()
            with CaptureQueriesContext(connection) as found:
                assert client.get(reverse("news")).status_code == 200
            return len(found)

        before = asked()
        ArticleFactory.create_batch(5)
        assert asked() == before
        assert "2020" in client.get(reverse("news")).content.decode()


@pytest.mark.django_db
def test_a_feed_has_the_articles_of_its_language(client):
    both = ArticleFactory(title_en="Bread & butter", title_uk="Хліб")
    ArticleFactory(title_en="", summary_en="", body_en="", title_uk="Лише українською")
    answer = client.get(reverse("news-feed"), headers={"host": "other.example"})
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Bread & butter"]
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    site = "http://localhost:8000"
    assert links == [f"{site}/news/", f"{site}/news/feed.atom", site + both.get_absolute_url()]
    ukrainian = ElementTree.fromstring(client.get("/uk" + reverse("news-feed")).content)
    assert len(list(ukrainian.iter(f"{ATOM}entry"))) == 2
    assert '/uk/news/feed.atom"' in client.get("/uk/news/").content.decode()


@pytest.mark.django_db
class TestNewsletter:
    def test_members_are_told_once_it_is_public_each_in_their_language(self, monkeypatch):
        at_once, weekly = UserFactory(language="uk", paces={"news": "at-once"}), UserFactory()
        UserFactory(verified=False, paces={"news": "at-once"})
        article = ArticleFactory(publish_at=timezone.now() + timedelta(hours=1))
        ArticleFactory(publish_at=timezone.now() - Article.IS_NEWS_FOR - timedelta(days=1))
        ArticleFactory(is_demonstration=True)
        telling.tell_all()
        assert not Notification.objects.exists()
        later(monkeypatch, hours=2)
        monkeypatch.setattr(telling, "AT_A_TIME", 1)
        telling.tell_all()
        telling.tell_all()
        [letter] = mail.outbox
        assert letter.to == [at_once.email]
        assert article.title_uk in letter.subject
        assert "Його збудували" in letter.body
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert Notification.objects.count() == 2
        digests.send_digests(timezone.now() + timedelta(days=8))
        assert [one.to for one in mail.outbox[1:]] == [[weekly.email]]

    def test_of_what_is_taken_back_nobody_is_told_any_more(self, admin_client):
        reader = UserFactory()
        article = ArticleFactory()
        telling.tell_all()
        article.refresh_from_db()
        assert article.told_at
        saved(admin_client, article, is_withdrawn="on")
        assert not reader.notifications.exists()
        assert digests.send_digests(timezone.now() + timedelta(days=8)) == 0
        saved(admin_client, article)
        telling.tell_all()
        assert reader.notifications.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_workers_tell_each_once(settings, monkeypatch, is_guarded):
    """The control: without the lock on the article and the key of what is told, both tell everybody."""
    settings.EMAIL_BACKEND = "accounts.letters.OutboxBackend"
    UserFactory.create_batch(2, paces={"news": "at-once"})
    ArticleFactory()
    both_begin, notify = Barrier(2), telling.notify

    def slowly(*args, key, **words):
        try:
            both_begin.wait(1 if is_guarded else 10)  # with the lock, only one comes here
        except BrokenBarrierError:
            assert is_guarded
        notify(*args, key=key if is_guarded else f"{key} {get_ident()}", **words)
        if not is_guarded:
            Article.objects.update(told_at=timezone.now())

    def tell(_number):
        try:
            telling.tell_all()
        finally:
            connection.close()

    monkeypatch.setattr(telling, "notify", slowly)
    if not is_guarded:
        monkeypatch.setattr(type(Article.objects.all()), "select_for_update", lambda self, **how: self)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, range(2)))
    assert Letter.objects.count() == (2 if is_guarded else 4)


def saved(client, article, **typed):
    """Send the form of an article as it is, but for what is typed."""
    names = [f"{name}_{language}" for name in ("title", "summary", "body") for language in ("en", "uk")]
    sent = {name: getattr(article, name) for name in names}
    at = article.publish_at or timezone.now()
    sent |= {"publish_at": f"{at:%Y-%m-%dT%H:%M}"}
    sent |= {"pictures-TOTAL_FORMS": 1, "pictures-INITIAL_FORMS": 0}
    page = (
        ["admin:knowledge_article_change", [article.pk]]
        if article.pk
        else ["admin:knowledge_article_add", []]
    )
    return client.post(reverse(page[0], args=page[1]), sent | typed)


@pytest.mark.django_db
class TestWriting:
    def test_an_administrator_writes_an_article_with_pictures(
        self, admin_client, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.MEDIA_ROOT = tmp_path
        alt = {"picture_alt_en": "A bridge"}
        pictures = {"upload": upload("a.png", picture()), "pictures-0-file": upload("b.png", picture())}
        assert (
            saved(admin_client, ArticleFactory.build(publish_at=None), **pictures, **alt).status_code == 302
        )
        article = Article.objects.get()
        in_text = ArticlePicture.objects.get()
        assert article.author.is_superuser
        shown = admin_client.get(article.picture_url)
        assert shown.getvalue()[8:12] == b"WEBP"
        admin_client.logout()
        assert article.is_public
        assert "immutable" in admin_client.get(str(in_text))["Cache-Control"]
        Article.objects.update(is_withdrawn=True)
        for address in (article.picture_url, str(in_text), "/news/pictures/x", "/news/pictures/%00"):
            assert admin_client.get(address).status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            article.delete()
        assert list(tmp_path.rglob("*.webp")) == []

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"body_uk": ""}, "write all three in a language, or none"),
            (dict.fromkeys(("title_en", "title_uk"), ""), "write all three in a language, or none"),
            (
                {"body_en": "![x](https://evil.example/x.png)"},
                "This one is from elsewhere: https://evil.example/x.png",
            ),
            ({"upload": "broken"}, "This is no photo that can be read"),
            ({"publish_at": "yesterday"}, "Enter a valid date"),
        ],
    )
    def test_mistakes_are_told_and_what_was_typed_stays(self, admin_client, typed, expected):
        if "upload" in typed:
            typed = {"upload": upload("a.png", b"no picture"), "picture_alt_en": "x"}
        answer = saved(admin_client, ArticleFactory.build(title_en="Typed"), **typed)
        assert answer.status_code == 200
        assert expected in answer.content.decode()
        assert "It was *built* in a year." in answer.content.decode() or "evil" in str(typed)
        assert not Article.objects.exists()

    def test_the_form_says_how_a_picture_is_shown(self, admin_client):
        picture = ArticlePicture.objects.create(
            article=ArticleFactory(), file=f"news/pictures/{'0a' * 16}.webp"
        )
        page = admin_client.get(reverse("admin:knowledge_article_change", args=[picture.article_id]))
        assert f"![…]({picture})" in page.content.decode()


@pytest.mark.django_db
def test_the_demonstration_has_articles_that_say_they_are_invented(client):
    CityFactory(id=702550, name="Lviv")
    call_command("load_demo")
    articles = Article.objects.public()
    assert len(articles) == 4
    for article in articles:
        article.full_clean()
        assert "Demonstration data" in client.get(article.get_absolute_url()).content.decode()
    assert add_articles() == 0
