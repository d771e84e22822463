"""Signed requests, and what each answer means."""

import base64
from collections.abc import Callable

import httpx2
import pytest

from control_points.centre.centre_client import CentreClient
from control_points.errors import CentreUnreachable, RequestRefused
from control_points.protocol import PictureKind, signed_content
from core.clock import utc_now
from core.errors import InvalidInput
from core.signing import PASSAGE_REPORT, RequestStamp, check_request, generate_key_pair, verify
from tests.control_points.builders import HASH_KEY, a_passage_id, a_report
from tests.control_points.fakes import FakeCentre, served

PRIVATE, PUBLIC = generate_key_pair()


def answering(answer: Callable[[httpx2.Request], httpx2.Response]) -> CentreClient:
    return CentreClient(
        "https://centre.example", "edge-1", PRIVATE, transport=httpx2.MockTransport(answer)
    )


def with_status(status: int, **more: object) -> CentreClient:
    return answering(lambda _: httpx2.Response(status, **more))  # type: ignore[arg-type]


class TestAgainstACentre:
    def test_passages_arrive_over_the_wire(self, centre: FakeCentre) -> None:
        with served(centre, PUBLIC) as url:
            CentreClient(url, "edge-1", PRIVATE).report([a_report(1)])
        arrived = centre.passages[a_passage_id(1)]
        assert arrived.model_copy(update={"signature": None}) == a_report(1)

    def test_each_passage_carries_the_box_s_signature_over_itself(self, centre: FakeCentre) -> None:
        """It stays with the passage as evidence, whatever else came in the same request."""
        with served(centre, PUBLIC) as url:
            CentreClient(url, "edge-1", PRIVATE).report([a_report(1), a_report(2)])
        for number in (1, 2):
            arrived = centre.passages[a_passage_id(number)]
            signature = base64.b64decode(arrived.signature or "")
            content = PASSAGE_REPORT + signed_content(a_report(number))
            assert verify(PUBLIC, content, signature)

    def test_the_hash_key_crosses_the_wire_sealed(self, centre: FakeCentre) -> None:
        with served(centre, PUBLIC) as url:
            assert CentreClient(url, "edge-1", PRIVATE).plate_hash_key() == HASH_KEY

    def test_another_box_s_key_is_refused(self, centre: FakeCentre) -> None:
        other, _ = generate_key_pair()
        with served(centre, PUBLIC) as url, pytest.raises(CentreUnreachable, match="401"):
            CentreClient(url, "edge-1", other).report([a_report(1)])
        assert centre.passages == {}

    def test_nobody_there_is_one_clear_error(self) -> None:
        with pytest.raises(CentreUnreachable, match="does not answer"):
            CentreClient("http://127.0.0.1:9", "edge-1", PRIVATE).access_list(0)


class TestSigning:
    def test_method_path_query_and_body_are_signed(self) -> None:
        seen: list[httpx2.Request] = []

        def note(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(503)

        with pytest.raises(CentreUnreachable):
            answering(note).access_list(7)
        (request,) = seen
        stamp = RequestStamp.from_headers(request.headers)
        path = "/edge/v1/access-list?have=7"
        check_request(PUBLIC, stamp, "GET", path, b"", utc_now())
        assert request.url.raw_path == path.encode()

    def test_a_retry_is_signed_anew(self) -> None:
        nonces: list[str] = []

        def note(request: httpx2.Request) -> httpx2.Response:
            nonces.append(request.headers["Sarbide-Nonce"])
            return httpx2.Response(503)

        client = answering(note)
        for _ in range(2):
            with pytest.raises(CentreUnreachable):
                client.report([a_report(1)])
        assert nonces[0] != nonces[1]


class TestAnswers:
    @pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503, 429])
    def test_what_may_be_otherwise_next_time_is_retried(self, status: int) -> None:
        with pytest.raises(CentreUnreachable, match=str(status)):
            with_status(status).report([a_report(1)])

    @pytest.mark.parametrize("status", [400, 409, 413, 422])
    def test_what_would_be_refused_again_is_not(self, status: int) -> None:
        with pytest.raises(RequestRefused, match="plate: too long") as caught:
            with_status(status, json={"detail": "plate: too long"}).report([a_report(1)])
        assert caught.value.answer == status

    def test_a_picture_of_an_unknown_passage_is_not_tried_for_ever(self) -> None:
        with pytest.raises(RequestRefused):
            with_status(404).upload(a_passage_id(1), PictureKind.PLATE, b"x")

    def test_the_centre_s_pause_is_understood(self) -> None:
        with pytest.raises(CentreUnreachable) as caught:
            with_status(429, headers={"Retry-After": "30"}).report([a_report(1)])
        assert caught.value.retry_after == 30

    def test_a_stranger_s_web_page_is_no_answer(self) -> None:
        with pytest.raises(CentreUnreachable, match="not this protocol"):
            with_status(200, text="<h1>Welcome to the router</h1>").report([a_report(1)])

    def test_a_key_sealed_for_another_is_refused(self) -> None:
        handover = {"sealed_plate_hash_key": "U0Ix", "picture_public_key": "QUJD"}
        with pytest.raises(InvalidInput):
            with_status(200, json=handover).plate_hash_key()
