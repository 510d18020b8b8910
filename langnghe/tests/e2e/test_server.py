"""The server that an office runs stops and starts, whatever happened to it, at the same port."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from typing import Any


def test_server_starts_again_and_again(server: Any) -> None:
    for _turn in range(3):
        process = server.process
        server.stop()
        assert process.returncode == 0, server.log.read_text()
        server.start()


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
