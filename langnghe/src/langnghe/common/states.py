"""States as an enum and a table of allowed transitions."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from langnghe.common.errors import Refusal


def check_transition(table: Mapping[str, frozenset[str]], old: str, new: str) -> None:
    """Refuse a step that the table does not hold."""
    if new not in table.get(old, frozenset()):
        raise Refusal(
            "state.step",
            _("This cannot go from “%(old)s” to “%(new)s”.") % {"old": old, "new": new},
            todo=_("Reload the page: somebody may have moved it on."),
            status=409,
        )
