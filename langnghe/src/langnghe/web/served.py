"""What `langnghe serve` runs in its worker process: the pages, as long as the process that started it lives.

Where that one is killed (by the system, for want of memory, or by a supervisor that lost patience), a worker left alone would
keep the port and go on answering with the code of yesterday, and the next start would find the port in use.
"""

from __future__ import annotations

import os
import threading
import time

from langnghe.web.wsgi import application

__all__ = ["application"]


def leave_with(parent: int, *, every: float = 1.0) -> None:
    while os.getppid() == parent:
        time.sleep(every)
    os._exit(1)


threading.Thread(target=leave_with, args=(os.getppid(),), name="leave with the parent", daemon=True).start()
