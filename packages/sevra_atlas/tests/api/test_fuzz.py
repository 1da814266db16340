import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import Case, GenerationMode
from web_client import WebClient

_EXAMPLES = 20
# What the client of the tests can send.
_LONGEST = 60_000


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
def test_no_request_makes_an_answer_that_the_document_does_not_know(
    web: WebClient, mode: GenerationMode
) -> None:
    """The client compares every answer with the document; this finds the requests."""
    asked = 0
    for found in schemathesis.openapi.from_dict(web.openapi).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            nonlocal asked
            address = _path_and_query(case)
            assume(len(address) < _LONGEST)
            asked += 1
            assert web.request(case.method, address).status_code < 500

        if mode is GenerationMode.POSITIVE or operation.query or operation.path_parameters:
            ask()

    assert asked > len(web.openapi["paths"])


def _path_and_query(case: Case) -> str:
    wanted = case.as_transport_kwargs(base_url="http://sevra.test")
    request = requests.Request(case.method, wanted["url"], params=wanted.get("params"))
    return request.prepare().path_url
