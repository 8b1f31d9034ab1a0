"""Changes of state: each happens once, is logged once, and is told once, whoever else clicks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import DatabaseError, connection

from accounts.membership import ACTIONS, Membership, NotPossible, State
from accounts.models import AuditEntry
from accounts.tests.factories import UserFactory
from cities.models import Mayor
from cities.tests.factories import MayorFactory

pytestmark = pytest.mark.django_db


def change(membership, code, by):
    own = code in ("submit", "withdraw", "reopen")
    getattr(membership, code)(**({} if own else {"by": by, "note": "Because."}))


@pytest.mark.parametrize("code", list(ACTIONS))
@pytest.mark.parametrize("state", list(State))
def test_only_the_stated_changes_are_possible(code, state):
    membership, reviewer = MayorFactory(state=state), UserFactory()
    action = ACTIONS[code]
    if state in action.since:
        change(membership, code, reviewer)
        assert Mayor.objects.get().state == membership.state == action.to
        [entry] = AuditEntry.of(membership)
        assert (entry.action, entry.details["before"], entry.details["after"]) == (code, state, action.to)
        assert len(mail.outbox) == (0 if code in ("withdraw", "reopen") else 1)
    else:
        with pytest.raises(NotPossible):
            change(membership, code, reviewer)
        assert Mayor.objects.get().state == state
        assert not AuditEntry.objects.exists()
        assert mail.outbox == []


@pytest.mark.parametrize("code", [code for code, action in ACTIONS.items() if action.needs_reason])
def test_what_needs_a_reason_is_not_done_without(code):
    membership = MayorFactory(state=min(ACTIONS[code].since))
    with pytest.raises(ValueError, match="reason"):
        getattr(membership, code)(by=UserFactory(), note=" ")


def test_reviewers_cannot_act_as_the_applicant():
    with pytest.raises(ValueError, match="Reviewers cannot"):
        MayorFactory(state="draft").decide("submit", by=UserFactory())


def test_letters_are_in_the_language_of_the_reader():
    membership = MayorFactory(state="submitted", user__language="uk", city__name_uk="Стрий")
    membership.reject(by=UserFactory(), note="Немає підпису.")
    [letter] = mail.outbox
    assert letter.to == [membership.user.email]
    assert "Стрий" in letter.subject
    assert "Немає підпису." in letter.body
    assert "/uk/memberships/mayor/" in letter.body


def test_those_who_share_a_city_hear_of_a_new_colleague_unless_they_do_not_want_to():
    old = MayorFactory()
    MayorFactory(city=old.city, user__paces={"colleague": "off"})
    MayorFactory(city=old.city, state="submitted")
    new = MayorFactory(city=old.city, state="submitted")
    new.approve(by=UserFactory())
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([old.user.email, new.user.email])


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET about = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_the_audit_log_cannot_be_changed(statement):
    MayorFactory(state="draft").submit()
    with pytest.raises(DatabaseError, match="only ever added to"), connection.cursor() as cursor:
        cursor.execute(statement)


def click_at_once(membership, people):
    """Everybody approves or rejects at the same moment; how each fared."""
    ready = Barrier(len(people))

    def click(number):
        mine = Mayor.objects.get(pk=membership.pk)
        ready.wait()
        try:
            mine.decide("approve" if number % 2 else "reject", by=people[number], note="Because.")
        except NotPossible as late:
            return late.message
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(click, range(len(people))))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_click_at_once_one_decides():
    membership, people = MayorFactory(state="submitted"), UserFactory.create_batch(20)
    answers = click_at_once(membership, people)
    assert answers.count("done") == 1
    [entry] = AuditEntry.objects.all()
    assert set(answers) == {
        "done",
        f"Already decided by {entry.actor}: the application is {entry.details['after']}.",
    }
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_decide(monkeypatch):
    """The control: the test above can fail."""
    monkeypatch.setattr(Membership, "_locked", lambda self: type(self)._default_manager.get(pk=self.pk))
    answers = click_at_once(MayorFactory(state="submitted"), UserFactory.create_batch(20))
    assert answers.count("done") > 1
