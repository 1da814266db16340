import io
import json
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs
from web_client import WebClient
from web_fixtures import Directory

from sevra_atlas.logs import configure_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()


def _fail_with_a_secret_at_hand(secret: str) -> None:
    raise LookupError(len(secret))


def test_a_failure_is_one_line_that_shows_no_values_of_variables(written: io.StringIO) -> None:
    secret = "known only to the process"

    try:
        _fail_with_a_secret_at_hand(secret)
    except LookupError as error:
        structlog.get_logger().error("request failed", request_id="client.id-0001", exc_info=error)

    (line,) = written.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["request_id"]) == (
        "request failed",
        "error",
        "client.id-0001",
    )
    assert event["exception"].endswith("LookupError: 25")
    assert secret not in line


@pytest.mark.parametrize("path", ["/api/v1/salons", "/atlas"])
def test_the_log_of_a_failure_names_the_request(
    own_web: WebClient, own_directory: Directory, path: str
) -> None:
    own_directory.change("DROP VIEW live.salons CASCADE", role="sevra_owner")

    with capture_logs() as events:
        answer = own_web.get(path, x_request_id="client.id-0001")

    assert answer.status_code == 500
    assert [event["request_id"] for event in events] == ["client.id-0001"]
