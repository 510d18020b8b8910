"""Reasons and states of signals as data, and one sentence for each, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from nghe.errors import Fault

Language = Literal["vi", "en"]
STATES: Mapping[str, Mapping[str, str]] = {
    "new": {"vi": "mới", "en": "new"},
    "confirmed": {"vi": "đã xác nhận", "en": "confirmed"},
    "dismissed": {"vi": "đã bỏ, có lý do", "en": "dismissed, with a reason"},
    "issue": {"vi": "đã thành vấn đề", "en": "became an issue"},
}
DISMISSALS: Mapping[str, Mapping[str, str]] = {
    "campaign": {"vi": "do một đợt khảo sát hoặc tuyên truyền", "en": "a survey wave or a campaign"},
    "holiday": {"vi": "do ngày lễ", "en": "a holiday"},
    "coding": {"vi": "do đổi danh mục hoặc cách phân loại", "en": "a change of frame or of coding"},
    "known": {"vi": "việc đã biết", "en": "already known"},
    "one_event": {"vi": "một việc riêng lẻ", "en": "a single event"},
    "no_reason_found": {"vi": "không tìm thấy nguyên nhân", "en": "no reason was found"},
}
WHY: Mapping[str, Mapping[str, str]] = {
    "above_bound": {"vi": "cao hơn ngưỡng dự kiến", "en": "above the expected bound"},
    "within_bound": {"vi": "trong khoảng dự kiến", "en": "within what was expected"},
    "few_mentions": {"vi": "chưa xét: dưới 5 ý kiến trong 4 tuần", "en": "not judged: fewer than 5 mentions in 4 weeks"},
    "few_sources": {"vi": "chưa xét: dưới 3 nguồn", "en": "not judged: fewer than 3 sources"},
    "no_history": {"vi": "chưa xét: chưa đủ số liệu các kỳ trước", "en": "not judged: too little history"},
    "short_history": {"vi": "đã xét với chuỗi số liệu ngắn", "en": "judged on a short history"},
    "gap": {"vi": "chưa xét: kỳ này thiếu số liệu", "en": "not judged: nothing was received for this period"},
    "immature": {"vi": "chưa xét: báo cáo còn đang về", "en": "not judged: reports are still coming in"},
    "new_topic": {"vi": "chưa xét: mục mới trong danh mục", "en": "not judged: the topic is new in the frame"},
    "silent": {"vi": "im lặng bất thường", "en": "unusually silent"},
    "holiday": {"vi": "ít báo cáo vì ngày lễ", "en": "few reports because of a holiday"},
    "not_due": {"vi": "chưa đến kỳ báo cáo", "en": "no report is due"},
}


def why(code: str, language: Language = "vi") -> str:
    if code not in WHY:
        raise Fault("signals.reason", code, f"no such reason; there are {', '.join(WHY)}")
    return WHY[code][language]
