"""What waits is taken on once by each process, by one process at a time, and every attempt is counted."""

import threading

import pytest
from django.db import connection, transaction

from accounts.claims import claim
from accounts.models import Letter


def waiting():
    return Letter.objects.filter(state="pending").order_by("id")


@pytest.fixture
def letters():
    return [Letter.objects.create(to=f"{name}@city.example", subject="x", text="x") for name in "ab"]


@pytest.mark.django_db
def test_each_is_claimed_once_and_its_attempt_is_counted(letters):
    begun = set()
    assert [claim(waiting(), begun) for _ in range(3)] == [*letters, None]
    assert begun == {letter.pk for letter in letters}
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_what_another_is_at_is_left_to_it(letters):
    found = []

    def other_process():
        found.append(claim(waiting(), set()))
        connection.close()

    with transaction.atomic():
        assert claim(waiting(), set()) == letters[0]
        thread = threading.Thread(target=other_process)
        thread.start()
        thread.join()
    assert found == [letters[1]]
