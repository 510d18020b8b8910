"""The server that an office runs stops and starts, whatever happened to it, at the same port."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any


def test_server_starts_again_and_again(server: Any) -> None:
    for _turn in range(3):
        process = server.process
        server.stop()
        assert process.returncode == 0, server.log.read_text()
        server.start()


def test_a_worker_that_stops_before_the_first_process_is_no_failure(server: Any) -> None:
    """Ctrl+C tells both at once, and on a machine with much to do either may be the quicker."""
    process = server.process
    worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
    process.send_signal(signal.SIGSTOP)
    os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and ") Z " not in Path(f"/proc/{worker}/stat").read_text():
        time.sleep(0.1)
    process.send_signal(signal.SIGCONT)
    assert process.wait(30) == 0, server.log.read_text()  # a second signal would find it on its way out
    server.process = None


def test_server_whose_first_process_was_killed_leaves_the_port(server: Any) -> None:
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and answers(server.url):
        time.sleep(0.2)
    assert not answers(server.url)
    server.start()
    assert answers(server.url)


def test_a_port_in_use_is_said(server: Any) -> None:
    second = server.run("serve", "--port", str(server.port))
    assert second.returncode == 2
    assert f"Port {server.port} is in use" in second.stderr


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/phone/offline/", timeout=5).close()
    except OSError:
        return False
    return True
