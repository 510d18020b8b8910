"""`langnghe ...`: the application's commands. Each lives with its room as a Django command; this finds them."""

from __future__ import annotations

import os
import sys

from nghe.closed_pipe import until_unread


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.web.settings")
    from langnghe.web.commands import run

    sys.exit(until_unread(lambda: run(sys.argv[1:])))


if __name__ == "__main__":
    main()
