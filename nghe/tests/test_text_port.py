"""The port against a server that hangs, lies, or points to words that are not there: a real one, on this machine."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nghe.errors import Fault
from nghe.text.port import LARGEST_ANSWER, Request, ask, build_request, read_answer, read_answer_file, write_request
from nghe.text.quotes import verify_quotes

NOTES = {"obs-17": "Nước máy đục ba hôm nay. Bà con phải mua nước bình.", "obs-18": "Đường liên thôn nhiều ổ gà."}
FRAME = {"MT1": "Nước sạch", "GT1": "Đường sá, cầu cống"}
GOOD = {"notes": [{"id": "n1", "codes": ["MT1"], "spans": ["n1.s2"]}, {"id": "n2", "codes": ["GT1"], "spans": []}]}


@pytest.fixture
def request_() -> Request:
    return build_request(NOTES, FRAME, model="local")


@pytest.fixture
def endpoint() -> Iterator[Callable[[Callable[[BaseHTTPRequestHandler], None]], Callable[[bytes, float], bytes]]]:
    """A server that answers as the test says, and a transport to it."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answer: Callable[[BaseHTTPRequestHandler], None]) -> Callable[[bytes, float], bytes]:
        class Stub(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def transport(body: bytes, seconds: float) -> bytes:
            address = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
            try:
                with urllib.request.urlopen(urllib.request.Request(address, body), timeout=seconds) as reply:
                    return bytes(reply.read(LARGEST_ANSWER + 1))
            except urllib.error.HTTPError as error:
                error.close()
                raise OSError(error.code, f"HTTP {error.code}") from None

        return transport

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def says(content: Any, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = content if isinstance(content, bytes) else json.dumps(
            {"choices": [{"message": {"role": "assistant", "content": json.dumps(content)}}]}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_request_is_what_chat_servers_take_and_holds_no_id_of_ours(request_: Request) -> None:
    body = json.loads(request_.body)
    assert set(body) == {"model", "temperature", "stream", "response_format", "messages"}
    asked = json.loads(body["messages"][1]["content"])
    assert [note["id"] for note in asked["notes"]] == ["n1", "n2"]
    assert asked["notes"][0]["spans"][1] == {"id": "n1.s2", "text": "Bà con phải mua nước bình."}
    assert b"obs-17" not in request_.body


def test_good_answer_becomes_codes_and_exact_quotes(request_: Request, endpoint: Any) -> None:
    answers = ask(request_, endpoint(says(GOOD)), seconds=5)
    assert [(one.note, one.codes) for one in answers] == [("obs-17", ("MT1",)), ("obs-18", ("GT1",))]
    assert [one.text for one in answers[0].quotes] == ["Bà con phải mua nước bình."]
    verify_quotes(answers[0].quotes, NOTES)


def test_endpoint_that_hangs_is_left_after_its_time(request_: Request, endpoint: Any) -> None:
    started = time.monotonic()
    with pytest.raises(Fault) as fault:
        ask(request_, endpoint(lambda _: time.sleep(3)), seconds=0.2)
    assert fault.value.code == "text.port_silent"
    assert time.monotonic() - started < 2


def test_endpoint_that_drips_wins_no_time(request_: Request, endpoint: Any) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(20):
                handler.wfile.write(b" ")
                time.sleep(0.1)

    started = time.monotonic()
    with pytest.raises(Fault) as fault:
        ask(request_, endpoint(drip), seconds=0.3)
    assert fault.value.code == "text.port_silent"
    assert time.monotonic() - started < 1.5


def test_endpoint_that_speaks_no_http_is_said(request_: Request, endpoint: Any) -> None:
    with pytest.raises(Fault) as fault:
        ask(request_, endpoint(lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")), seconds=5)
    assert fault.value.code == "text.port_silent"


def test_transport_that_is_broken_is_no_silent_endpoint(request_: Request) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(request_, lambda _body, _seconds: bytes(1 // 0), seconds=5)


def test_words_of_the_model_do_not_come_in_by_a_fault(request_: Request) -> None:
    for wrong in (lie(codes=["Bà Sáu ở ấp 3"]), lie(spans=["Bà Sáu"]), lie(id="Bà Sáu\n"), lie(id={"Bà Sáu": 1})):
        with pytest.raises(Fault) as fault:
            read_answer(request_, json.dumps(wrong).encode())
        assert "Sáu" not in str(fault.value)
    with pytest.raises(Fault, match="“XX9”"):
        read_answer(request_, json.dumps(lie(codes=["XX9"])).encode())


def test_a_span_said_twice_is_one_quote(request_: Request) -> None:
    assert len(read_answer(request_, json.dumps(lie(spans=["n1.s1"] * 9)).encode())[0].quotes) == 1


def lie(**changes: Any) -> Any:
    return {"notes": [{"id": "n1", "codes": ["MT1"], "spans": ["n1.s1"], **changes}]}


@pytest.mark.parametrize(("content", "code"), [
    (lie(codes=["XX9"]), "text.port_code"),
    (lie(codes=["MT1", "GT1"]), "text.port_code"),
    (lie(codes="MT1"), "text.port_form"),
    (lie(spans=["n1.s9"]), "text.port_span"),
    (lie(spans=["n2.s1"]), "text.port_span"),
    (lie(spans=[{"start": 0, "end": 4, "text": "Nước sạch lắm"}]), "text.port_form"),
    (lie(id="n3"), "text.port_note"),
    (lie(id="obs-17"), "text.port_note"),
    (lie(id=["n1"]), "text.port_note"),
    ({"notes": lie()["notes"] * 2}, "text.port_note"),
    ({"notes": "none"}, "text.port_form"),
    ({"summary": "Bà con rất phấn khởi."}, "text.port_form"),
    (b"<html>503</html>", "text.port_form"),
    (b"", "text.port_form"),
    (b"[" * 100_000, "text.port_form"),
    (b'{"choices": []}', "text.port_form"),
    (b"\xff\xfe\x00", "text.port_form"),
    (b" " * (LARGEST_ANSWER + 10), "text.port_large"),
])
def test_endpoint_that_lies_is_not_believed(request_: Request, endpoint: Any, content: Any, code: str) -> None:
    with pytest.raises(Fault) as fault:
        ask(request_, endpoint(says(content)), seconds=5)
    assert fault.value.code == code


def test_endpoint_that_fails_is_said(request_: Request, endpoint: Any) -> None:
    with pytest.raises(Fault) as fault:
        ask(request_, endpoint(says(GOOD, status=500)), seconds=5)
    assert fault.value.code == "text.port_silent"


def test_words_of_the_model_never_pass(request_: Request) -> None:
    answers = read_answer(request_, json.dumps(lie(reason="Ông A bảo thế", quote="bịa")).encode())
    assert "bịa" not in repr(answers)
    assert "Ông A" not in repr(answers)


def test_note_that_was_passed_over_is_not_answered(request_: Request) -> None:
    assert [one.note for one in read_answer(request_, json.dumps(lie()).encode())] == ["obs-17"]
    assert read_answer(request_, b'{"notes": []}') == []


def test_files_on_disk_work_like_an_endpoint(request_: Request, tmp_path: Path) -> None:
    write_request(request_, tmp_path / "request.json")
    assert (tmp_path / "request.json").read_bytes() == request_.body
    (tmp_path / "answer.json").write_text(json.dumps(GOOD))
    assert len(read_answer_file(request_, tmp_path / "answer.json")) == 2
    (tmp_path / "answer.json").write_bytes(b" " * (LARGEST_ANSWER + 1))
    with pytest.raises(Fault) as fault:
        read_answer_file(request_, tmp_path / "answer.json")
    assert fault.value.code == "text.port_large"


@pytest.mark.parametrize(("notes", "frame", "code"), [
    ({"a": "Gọi 0912 345 678 nhé."}, FRAME, "text.port_unscrubbed"),
    ({}, FRAME, "text.port_size"),
    ({str(at): "Nước đục." for at in range(51)}, FRAME, "text.port_size"),
    (NOTES, {}, "text.port_frame"),
])
def test_what_must_not_be_asked_is_refused(notes: dict[str, str], frame: dict[str, str], code: str) -> None:
    with pytest.raises(Fault) as fault:
        build_request(notes, frame, model="local")
    assert fault.value.code == code
    assert "0912" not in str(fault.value)
