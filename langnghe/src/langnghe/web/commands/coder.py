"""`langnghe coder train`: learn topics from what the office has confirmed. A machine only suggests (R11)."""

from __future__ import annotations

import argparse
import json

from langnghe.web.commands import BadInput, add_command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    top = add_command(
        commands, "coder", help="Train the coder that suggests topics.", example="langnghe coder train --network ST"
    )
    parts = top.add_subparsers(dest="part", required=True, metavar="train")
    train = add_command(
        parts,
        "train",
        help="Train the next version on the confirmed codings, and say how good it is here.",
        example="langnghe --data /srv/langnghe coder train --network ST",
    )
    train.add_argument("--network", help="code of the network (not needed where there is one)")
    train.add_argument("--json", action="store_true")
    train.set_defaults(work=train_coder)


def train_coder(words: argparse.Namespace) -> int:
    from django_scopes import scope, scopes_disabled

    from langnghe.coding.domain import train_network_coder
    from langnghe.common.clock import now
    from langnghe.network.models import Network

    with scopes_disabled():
        networks = list(Network.objects.filter(**({"code": words.network} if words.network else {})))
    if len(networks) != 1:
        raise BadInput(f"No network has the code {words.network!r}." if words.network else "Name the network: --network CODE.")
    with scope(network=networks[0]):
        version = train_network_coder(networks[0], by=None, at=now())
    quality = version.quality
    if words.json:
        print(json.dumps({"digest": version.digest, "notes": version.notes, "quality": quality}, ensure_ascii=False, indent=1))
        return 0
    print(
        f"✓ Coder {version.digest[:12]}, learned from {version.notes} notes. "
        f"On notes it had not seen: {quality['accuracy']:.0%} right, "
        f"macro F1 {quality['macro_f1']:.2f}, confidence off by {quality['calibration_error'] * 100:.1f} points."
    )
    for topic, score in sorted(quality["codes"].items(), key=lambda item: -item[1]["f1"]):
        said = "" if not score["silent_because"] else "  no suggestion: " + score["silent_because"].replace("_", " ")
        print(f"  {topic:<8} F1 {score['f1']:.2f}  {score['texts']:>4} notes{said}")
    return 0
