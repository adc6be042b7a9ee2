"""How a response goes out: bytes, pauses and ending. tests/system/test_doors_parity.py holds both doors to it."""

import pytest

from simulator import Chunk, Delivery, Response
from simulator.core.delivery_plan import DeliveryPlan, Piece, plan, reason

BODY = b"0123456789"
HEADERS = (("content-length", "10"),)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"
CLOSING_HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n"


def planned(delivery: Delivery, method: str = "GET", status: int = 200) -> DeliveryPlan:
    return plan(method, Response(status, HEADERS, BODY, delivery))


def test_a_prompt_answer_goes_out_in_one_piece_and_keeps_the_connection() -> None:
    assert planned(Delivery()) == DeliveryPlan(0.0, HEAD, (Piece(0.0, BODY),), "keep")


def test_chunks_go_out_after_their_pauses() -> None:
    sent = planned(Delivery(delay_seconds=2, chunks=(Chunk(1, 4), Chunk(3, 6))))
    assert sent == DeliveryPlan(2, HEAD, (Piece(1, b"0123"), Piece(3, b"456789")), "keep")


def test_an_answer_to_head_has_no_body() -> None:
    assert planned(Delivery(), method="HEAD").pieces == ()


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    assert planned(Delivery(), status=status).pieces == ()


@pytest.mark.parametrize("ending", ["reset", "silence"])
def test_a_reset_or_a_silence_replaces_the_answer(ending: str) -> None:
    assert planned(Delivery(delay_seconds=1, ending=ending)) == DeliveryPlan(1, b"", (), ending)  # type: ignore[arg-type]


def test_a_reset_after_chunks_lets_them_through() -> None:
    assert planned(Delivery(chunks=(Chunk(0, 4),), ending="reset")) == DeliveryPlan(
        0.0, CLOSING_HEAD, (Piece(0, b"0123"),), "reset"
    )


def test_a_hangup_closes_the_connection_without_a_byte() -> None:
    assert planned(Delivery(chunks=(Chunk(0, 4),), ending="hangup")) == DeliveryPlan(0.0, b"", (), "close")


@pytest.mark.parametrize(("declared", "ending"), [(9, "close"), (10, "keep"), (11, "silence")])
def test_a_kept_connection_depends_on_the_declared_length(declared: int, ending: str) -> None:
    assert planned(Delivery(declared_length=declared)).ending == ending


def test_an_answer_that_is_closed_says_so() -> None:
    assert planned(Delivery(ending="close")).head == CLOSING_HEAD


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (799, "")])
def test_a_status_has_its_standard_phrase_or_none(status: int, phrase: str) -> None:
    assert reason(status) == phrase
