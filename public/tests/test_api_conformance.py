"""The open API against its own description, with requests that nobody thought of.

For longer, against a running portal:

    schemathesis run http://localhost:8000/api/v1/openapi.json --max-examples 200

(with API_REQUESTS_A_MINUTE=0, or it is told to wait). What it then says of 414 (the web server takes no
address of more than 4,094 bytes) and of cursors that nobody gave out is no fault.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from public.tests.api_world import public_world

pytestmark = pytest.mark.django_db
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}
CANNOT_BE_DESCRIBED = positive_data_acceptance  # what is a cursor, or a part of the earth
FEW = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture(scope="module")
def application(module_db):
    """The portal as a web server calls it, but on the test's connection (as Django's client does)."""
    public_world()
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def description(application):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.mark.parametrize("mode", EXAMPLES)
def test_whatever_is_asked_the_answer_is_as_described(description, settings, mode):
    settings.API_REQUESTS_A_MINUTE = 0
    settings.ALLOWED_HOSTS = ["*"]
    seen = set()
    for found in description.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and operation.label == "GET /api/v1/":
            continue  # nothing can be sent to it

        @given(case=operation.as_strategy(generation_mode=mode))
        @hypothesis_settings(max_examples=EXAMPLES[mode], **FEW)
        def as_described(case):
            answer = case.call()
            seen.add(answer.status_code)
            case.validate_response(answer, excluded_checks=[CANNOT_BE_DESCRIBED])

        as_described()
    assert seen >= ({200, 404} if mode == GenerationMode.POSITIVE else {400})
