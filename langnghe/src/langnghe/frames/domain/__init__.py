"""Coding frames: read one from a file, edit a draft, put a version to use so that what was coded goes along."""

from langnghe.frames.domain.edit import (
    add_code,
    add_field,
    add_topic,
    change_field,
    change_topic,
    choose_heir,
    merge_code,
    merge_topic,
)
from langnghe.frames.domain.files import names, outline_from_csv, outline_from_toml, outline_to_csv, outline_to_toml
from langnghe.frames.domain.outline import Outline, outline_of, with_version
from langnghe.frames.domain.versions import (
    drop_draft,
    load_frame,
    put_to_use,
    register_carrier,
    start_next_version,
    topics_without_heir,
    write_draft,
)

__all__ = [
    "Outline", "add_code", "add_field", "add_topic", "change_field", "change_topic", "choose_heir", "drop_draft", "load_frame",
    "merge_code", "merge_topic", "names", "outline_from_csv", "outline_from_toml", "outline_of", "outline_to_csv",
    "outline_to_toml", "put_to_use", "register_carrier", "start_next_version", "topics_without_heir", "with_version",
    "write_draft",
]
