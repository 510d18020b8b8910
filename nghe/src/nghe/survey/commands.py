"""`nghe survey ...`: estimates, weights and banner books from files, for analysts.

Status 0 good, 1 where a rule refused a request, 2 bad input. Heavy libraries load when a command runs.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    area = subparsers.add_parser("survey", help="estimates, weights and banner books of a survey")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in ("nghe.survey.files.commands", "nghe.survey.banner.commands"):
        package = name.rpartition(".")[0]
        if importlib.util.find_spec(package) and importlib.util.find_spec(name):
            importlib.import_module(name).register(commands)
