"""Foreign keys follow the order of the rooms: import contracts cannot see the ones that are named by a string."""

from __future__ import annotations

from django.apps import apps

ORDER = ["web", "publishing", "reports", "issues", "training", "coding", "surveys", "intake", "frames", "network", "accounts",
         "audit"]
"""Rooms from top to bottom. `audit` names its actors, so it may point at accounts alone."""


def test_foreign_keys_lead_downwards() -> None:
    wrong = []
    for model in apps.get_models():
        room = model._meta.app_label
        if not model.__module__.startswith("langnghe."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type) or not target.__module__.startswith("langnghe."):
                continue
            other = target._meta.app_label
            if (room, other) != ("audit", "accounts") and ORDER.index(other) < ORDER.index(room):
                wrong.append(f"{room}.{model.__name__}.{field.name} → {other}")
    assert wrong == []
