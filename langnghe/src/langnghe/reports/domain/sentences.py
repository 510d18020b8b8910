"""The sentences of a weekly report, as templates over its evidence. No figure and no breadth word is typed here:
`{E03.total.places}` is a figure of a row, `{w:wider}` a word that a cited row must earn (`nghe.wording`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langnghe.reports.domain.facts import JOINED, Rows

MOOD = "m-"
STREAM = "s-"


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it has its code: where it stands, its template in both languages, what it cites."""

    slot: str
    vi: str
    en: str
    evidence: tuple[str, ...]
    judgement: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Names of data values in both languages: areas, channels, tendencies, moods, topics."""

    vi: dict[str, str] = field(default_factory=dict)
    en: dict[str, str] = field(default_factory=dict)

    def __call__(self, key: str) -> tuple[str, str]:
        """`s-agree` in both languages; of a merged row `s-agree+wavering` every name, none lost."""
        prefix, inside = key[:2], key[2:].split(JOINED)
        return tuple(", ".join(words[prefix + name] for name in inside) for words in (self.vi, self.en))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Item:
    """One salient topic: the label of its evidence and its rows; `total` holds its names."""

    label: str
    rows: Rows


CHANGE = {
    "new": ("{{w:new}} so với bốn tuần liền trước", "{{w:new}} against the last four weeks"),
    "wider": ("{{w:wider}} bốn tuần liền trước", "{{w:wider}} than in the last four weeks"),
    "narrower": ("{{w:narrower}} bốn tuần liền trước", "{{w:narrower}} than in the last four weeks"),
    "unclear": ("{{w:unclear}} so với bốn tuần liền trước", "{{w:unclear}} against the last four weeks"),
}


def say_change(item: Item) -> tuple[str, str]:
    vi, en = CHANGE[item.rows["total"]["change"]]
    return vi.format(), en.format()


def line(item: Item, vi: str, en: str) -> Draft:
    change_vi, change_en = say_change(item)
    e = item.label
    return Draft(
        "line",
        f"*{vi}* {{{e}.total.topic}}: ghi nhận ở {{{e}.total.places}}/{{{e}.total.reported}} địa bàn có báo cáo, "
        f"qua {{{e}.total.channels}} kênh, {change_vi}.",
        f"*{en}* {{{e}.total.topic_en}}: recorded in {{{e}.total.places}} of the {{{e}.total.reported}} places that reported, "
        f"through {{{e}.total.channels}} channels, {change_en}.",
        (e,),
    )


def week_in_lines(items: Sequence[Item], *, duties: str, register: str = "") -> Iterator[Draft]:
    """Up to five lines: the widest, what is new, what eases, the next widest, what needs a decision."""
    rest = list(items)
    chosen = [(rest.pop(0), "Rộng nhất.", "Widest.")] if rest else []
    for change, vi, en in (("new", "Mới nổi.", "New."), ("narrower", "Dịu đi.", "Easing.")):
        for item in [item for item in rest if item.rows["total"]["change"] == change][:1]:
            rest.remove(item)
            chosen.append((item, vi, en))
    chosen[1:1] = [(item, "Tiếp theo.", "Next.") for item in rest[: 4 - len(chosen)]]
    for item, vi, en in chosen:
        yield line(item, vi, en)
    silent_vi, silent_en = f"{{{duties}.total.silent}} địa bàn không báo cáo", f"{{{duties}.total.silent}} places did not report"
    if register:
        yield Draft(
            "line",
            f"*Cần quyết định.* {{{register}.total.made}} kiến nghị mới, sớm nhất đến hạn {{{register}.total.next_due|dm}}; {silent_vi}.",
            f"*To decide.* New recommendations: {{{register}.total.made}}, the first due on {{{register}.total.next_due|dm}}; {silent_en}.",
            (register, duties),
        )
    else:
        yield Draft("line", f"*Nơi im lặng.* {silent_vi}; im lặng không có nghĩa là yên.",
                    f"*Silence.* {silent_en}; silence does not mean calm.", (duties,))


def strip(duties: str) -> Draft:
    e = duties
    return Draft(
        "strip",
        f"{{{e}.total.reported}}/{{{e}.total.could}} địa bàn có báo cáo · {{{e}.total.sent}}/{{{e}.total.members}} cộng tác viên · "
        f"{{{e}.total.notes}} lượt ghi nhận",
        f"{{{e}.total.reported}} of {{{e}.total.could}} places reported · {{{e}.total.sent}} of {{{e}.total.members}} collaborators · "
        f"{{{e}.total.notes}} notes",
        (e,),
    )


def salient(item: Item, number: int, names: Names) -> Iterator[Draft]:
    """What is said of one salient topic: how wide, which views, the small ones kept, moods, change, where, by which way."""
    e, rows, slot = item.label, item.rows, f"i{number}"
    yield Draft(
        f"{slot}.breadth",
        f"Ghi nhận ở {{{e}.total.places}}/{{{e}.total.reported}} địa bàn có báo cáo, qua {{{e}.total.channels}} kênh. "
        f"Trên cả {{{e}.total.could}} địa bàn: từ {{{e}.total.places}} đến {{{e}.total.upper}}, tính cả {{{e}.total.silent}} nơi im lặng.",
        f"Recorded in {{{e}.total.places}} of the {{{e}.total.reported}} places that reported, through {{{e}.total.channels}} channels. "
        f"Of all {{{e}.total.could}} places: from {{{e}.total.places}} to {{{e}.total.upper}}, counting the {{{e}.total.silent}} silent ones.",
        (e,),
    )
    yield from heard(slot, item)
    streams = [row for row in rows if row.startswith(STREAM)]
    if streams:
        yield from views(slot, item, streams, names)
    moods = [row for row in rows if row.startswith(MOOD)]
    if moods:
        yield listed(f"{slot}.mood", item, moods, names, ("tâm trạng", "moods"), "Notes that sound ")
    yield changed(slot, item)
    areas = [row for row in rows if row.startswith("a-")]
    if areas:
        yield where(slot, item, areas, names)
    ways = [row for row in rows if row.startswith("c-")]
    if ways:
        yield listed(f"{slot}.channels", item, ways, names, ("kênh", "ways"), "Notes through ")
    doubt_vi, doubt_en = doubt(item)
    yield Draft(
        f"{slot}.unknown",
        f"Số người nghĩ như vậy trong dân: lượt ghi nhận không đo được. {{{e}.total.silent}} nơi im lặng có chuyện này hay không."
        f"{doubt_vi}",
        f"How many residents think so: notes cannot measure it. Whether the {{{e}.total.silent}} silent places have it too."
        f"{doubt_en}",
        (e,),
    )


def doubt(item: Item) -> tuple[str, str]:
    """What is to be said where two people do not agree enough on the topic, or where nobody knows if they do."""
    cell = f"{item.label}.total"
    return {
        "unreliable": (f" Phân loại chủ đề này không tin cậy: alpha {{{cell}.alpha|d2}}, dưới {{{cell}.least}}.",
                       f" The coding of this topic is not reliable: alpha {{{cell}.alpha|d2}}, under {{{cell}.least_en}}."),
        "unmeasured": (" Phân loại chủ đề này tin cậy đến đâu: chưa đo.",
                       " How reliable the coding of this topic is: not measured yet."),
    }.get(str(item.rows["total"].get("agreement", "")), ("", ""))


def heard(slot: str, item: Item) -> Iterator[Draft]:
    """What was said most, by the codes that an analyst gave; up to three, each with how many notes."""
    rows = [row for row in item.rows if row.startswith("k-")]
    counted = [row for row in rows if "notes" in item.rows[row]]
    alone = [row for row in counted if JOINED not in row][:3] or counted[:1]
    if alone:
        cells = [f"{item.label}.{row}" for row in alone]
        vi = "; ".join(f"{{{cell}.name}} ({{{cell}.notes}} lượt)" for cell in cells)
        en = "; ".join(f"{{{cell}.name_en}} ({{{cell}.notes}} {plural(item.rows[row]['notes'], 'note')})"
                       for row, cell in zip(alone, cells, strict=True))
        yield Draft(f"{slot}.heard", f"{vi}.", f"{en}.", (item.label,))
    elif rows:
        cell = f"{item.label}.{rows[0]}"
        yield Draft(f"{slot}.heard", f"{{{cell}.name}}; số nhỏ, không in.", f"{{{cell}.name_en}}; a small number, not printed.",
                    (item.label,))


def views(slot: str, item: Item, streams: Sequence[str], names: Names) -> Iterator[Draft]:
    """The views heard most, then every other one, however few hold it (R4: a minority view never vanishes)."""
    if "kinds" in item.rows[streams[0]]:
        yield uncounted(f"{slot}.streams", item, streams[0], names, ("luồng ý kiến", "views"))
        return
    for kind, chosen in (("streams", streams[:1]), ("minority", streams[1:])):
        if not chosen:
            continue
        parts_vi, parts_en = [], []
        for row in chosen:
            vi, en = named(row, names)
            cell = f"{item.label}.{row}"
            strength_vi, strength_en = intensity(item, row)
            parts_vi.append(f"{vi}: {{{cell}.notes}} lượt ở {{{cell}.places}} địa bàn{strength_vi}")
            parts_en.append(f"{en}: {{{cell}.notes}} {plural(item.rows[row]['notes'], 'note')} in "
                            f"{{{cell}.places}} {plural(item.rows[row]['places'], 'place')}{strength_en}")
        yield Draft(f"{slot}.{kind}", capital("; ".join(parts_vi)) + ".", capital("; ".join(parts_en)) + ".", (item.label,))


def named(row: str, names: Names) -> tuple[str, str]:
    """The name of a row; a merged one says so."""
    vi, en = names(row)
    return (f"{vi} (gộp)", f"{en} (together)") if JOINED in row else (vi, en)


def uncounted(slot: str, item: Item, row: str, names: Names, kind: tuple[str, str]) -> Draft:
    """Values under the floor: their names and how many they are, no count of notes."""
    vi, en = names(row)
    cell = f"{{{item.label}.{row}.kinds}}"
    return Draft(slot, f"{cell} {kind[0]}, số nhỏ, không in: {vi}.",
                 f"{capital(kind[1])}: {cell}, a small number, not printed: {en}.", (item.label,))


def intensity(item: Item, row: str) -> tuple[str, str]:
    if "intensity" not in item.rows[row]:
        return "", ""
    cell = f"{item.label}.{row}"
    span = f"{{{cell}.intensity}} ({{{cell}.low}}–{{{cell}.high}})"
    return f", cường độ {span}", f", intensity {span}"


def listed(slot: str, item: Item, rows: Sequence[str], names: Names, kind: tuple[str, str], before_en: str) -> Draft:
    """“Lo lắng 14 lượt, băn khoăn 12”: names with their counts."""
    if "kinds" in item.rows[rows[0]]:
        return uncounted(slot, item, rows[0], names, kind)
    vi = [f"{named(row, names)[0]} {{{item.label}.{row}.notes}}" + (" lượt" if place == 0 else "") for place, row in enumerate(rows)]
    en = [f"{named(row, names)[1]} {{{item.label}.{row}.notes}}" for row in rows]
    return Draft(slot, capital(", ".join(vi)) + ".", capital(before_en + ", ".join(en)) + ".", (item.label,))


def changed(slot: str, item: Item) -> Draft:
    weeks = [row for row in item.rows if row[0] == "w" and row[1:].isdigit()][:-1]
    history = ", ".join(f"{{{item.label}.{week}.places}}" for week in weeks)
    vi, en = say_change(item)
    most = f"{{{item.label}.total.prev_max}}"
    return Draft(
        f"{slot}.change",
        f"{capital(vi)} ({history} địa bàn; nhiều nhất có thể {most}, khi coi mọi nơi im lặng đều có ghi nhận).",
        f"{capital(en)} ({history} places; at most {most}, if every silent place had recorded it).",
        (item.label,),
    )


def where(slot: str, item: Item, areas: Sequence[str], names: Names) -> Draft:
    vi, en = [], []
    for row in areas:
        both = [names(f"a-{area}") for area in row[2:].split(JOINED)]
        cell = f"{{{item.label}.{row}.places}}/{{{item.label}.{row}.reported}}"
        vi.append(f"{', '.join(name for name, _ in both)} {cell}")
        en.append(f"{', '.join(name for _, name in both)} {cell}")
    return Draft(f"{slot}.where", capital("; ".join(vi)) + " nơi có báo cáo.", capital("; ".join(en)) + " places that reported.",
                 (item.label,))


def plural(number: int, noun: str) -> str:
    """The English noun after a figure; Vietnamese has one form."""
    return noun if number == 1 else f"{noun}s"


def capital(text: str) -> str:
    """A capital at the start of a sentence; in front of a word with a rule, its form `|cap`."""
    if text.startswith("{w:"):
        return text.replace("}", "|cap}", 1)
    return text[:1].upper() + text[1:]


def silence(duties: str, rows: Rows) -> Iterator[Draft]:
    """Who reported, who had nothing to report, who was silent and for how long."""
    e = duties
    yield Draft(
        "silent.head",
        f"{{{e}.total.reported}}/{{{e}.total.could}} địa bàn có báo cáo; {{{e}.total.sent}}/{{{e}.total.members}} cộng tác viên gửi, "
        f"{{{e}.total.on_time}} đúng hạn, {{{e}.total.late}} muộn; {{{e}.total.nil}} nơi báo “không phát sinh”, vẫn là có báo cáo.",
        f"{{{e}.total.reported}} of {{{e}.total.could}} places reported; {{{e}.total.sent}} of {{{e}.total.members}} collaborators sent, "
        f"{{{e}.total.on_time}} on time, {{{e}.total.late}} late; “nothing to report”, which is a report: {{{e}.total.nil}}.",
        (e,),
    )
    silent = [row for row in rows if row.startswith("p-")]
    if silent:
        vi = ", ".join(f"{{{e}.{row}.place}} ({{{e}.{row}.run}} tuần liền)" for row in silent)
        en = ", ".join(f"{{{e}.{row}.place_en}} ({{{e}.{row}.run}} {plural(rows[row]['run'], 'week')} running)" for row in silent)
        yield Draft("silent.body", f"{{{e}.total.silent}} nơi im lặng: {vi}. Im lặng không có nghĩa là yên.",
                    f"{{{e}.total.silent}} silent places: {en}. Silence does not mean calm.", (e,))


def left_out(fate: str, rows: Rows, names: Names) -> Iterator[Draft]:
    e = fate
    yield Draft(
        "left.head",
        f"Ghi {{{e}.total.recorded}} lượt, báo cáo dùng {{{e}.total.used}}; {{{e}.total.aside}} lượt để ngoài vẫn lưu kèm lý do; "
        f"{{{e}.total.uncoded}} lượt chưa phân loại.",
        f"{{{e}.total.recorded}} notes recorded, {{{e}.total.used}} used; {{{e}.total.aside}} left out are kept with their reason; "
        f"{{{e}.total.uncoded}} not coded yet.",
        (e,),
    )
    reasons = [row for row in rows if row.startswith("r-")]
    if reasons:
        vi = ", ".join(f"{names(row)[0]} {{{e}.{row}.notes}}" for row in reasons)
        en = ", ".join(f"{names(row)[1]} {{{e}.{row}.notes}}" for row in reasons)
        yield Draft(
            "left.body",
            f"Lý do: {vi}. Phần “lý do khác” chiếm {{{e}.total.other_share|p1}}%.",
            f"Reasons: {en}. The share of “another reason” is {{{e}.total.other_share|p1}}%.",
            (e,),
        )


def by_field(fields: str, rows: Rows) -> Iterator[Draft]:
    """How many topics moved which way; the ones under the floor for places by their names alone (R4)."""
    e = fields
    yield Draft(
        "fields.head",
        f"{{{e}.total.topics}} chủ đề: {{{e}.total.wider}} {{w:wider}}, {{{e}.total.new}} {{w:new}}, {{{e}.total.narrower}} {{w:narrower}}, "
        f"{{{e}.total.unclear}} {{w:unclear}}.",
        f"{{{e}.total.topics}} topics: {{{e}.total.wider}} {{w:wider}}, {{{e}.total.new}} {{w:new}}, {{{e}.total.narrower}} {{w:narrower}}, "
        f"{{{e}.total.unclear}} {{w:unclear}}.",
        (e,),
    ) if rows["total"]["topics"] else Draft("fields.head", "Chưa có lượt nào được phân loại trong kỳ.", "No note of this period is coded yet.", (e,))
    small = rows.get("small")
    if small:
        cell = f"{{{e}.small.narrower}} {{w:narrower}}"
        eased_vi = f" Trong đó {cell} bốn tuần liền trước: {{{e}.small.eased}}."
        eased_en = f" Of these {cell} than in the last four weeks: {{{e}.small.eased_en}}."
        yield Draft(
            "fields.small",
            f"{{{e}.small.topics}} chủ đề khác ghi nhận ở dưới {{{e}.small.floor}} địa bàn, không in số: {{{e}.small.names}}."
            + (eased_vi if small["narrower"] else ""),
            f"Heard in fewer than {{{e}.small.floor}} places, not counted apart: {{{e}.small.topics}} other "
            f"{plural(small['topics'], 'topic')}: {{{e}.small.names_en}}." + (eased_en if small["narrower"] else ""),
            (e,),
        )


def methods(method: str, rows: Rows) -> Iterator[Draft]:
    e = method
    yield Draft(
        "methods",
        f"Nguồn là {{{e}.total.members}} cộng tác viên ở {{{e}.total.could}} địa bàn. Cộng tác viên không phải mẫu đại diện: số lượt, "
        "số địa bàn không suy ra tỷ lệ người dân.",
        f"The source is {{{e}.total.members}} collaborators in {{{e}.total.could}} places. They are no sample: notes and places say "
        "nothing about shares of people.",
        (e,),
    )
    yield Draft(
        "methods",
        f"Không nêu tên nơi ghi nhận; vùng có dưới {{{e}.total.floor}} địa bàn ghi nhận thì gộp. {{{e}.total.stops}} chỗ có thông tin cá "
        "nhân đã bị chặn ở cửa; nội dung bị chặn không lưu.",
        f"Places where something was heard are not named; areas with under {{{e}.total.floor}} such places are merged. "
        f"{{{e}.total.stops}} pieces of personal data were stopped at the door; what was stopped is not kept.",
        (e,),
    )
    yield Draft(
        "methods",
        f"Trong {{{e}.total.used}} lượt dùng, chủ đề do chuyên viên xác nhận: {{{e}.total.confirmed}}, theo người ghi: "
        f"{{{e}.total.by_author}}, chưa có: {{{e}.total.uncoded}}. Gợi ý của máy không tính vào đâu khi chưa có người xác nhận.",
        f"Of the {{{e}.total.used}} notes used, an analyst confirmed the topic of {{{e}.total.confirmed}}; by the author it is for "
        f"{{{e}.total.by_author}}; {{{e}.total.uncoded}} have none. What a machine suggests counts nowhere until a person confirms it.",
        (e,),
    )
    yield agreement(f"{e}.agreement", rows["agreement"], e)


def agreement(cell: str, row: Mapping[str, Any], evidence: str) -> Draft:
    """How reliable the coding is, by notes that were coded again by somebody who did not see the first coding."""
    if "alpha" not in row:
        return Draft("methods", f"Phân loại tin cậy đến đâu: chưa đo; {{{cell}.twice}} lượt được người khác phân loại lại độc lập.",
                     f"How reliable the coding is: not measured yet; notes coded again by somebody else, blind: {{{cell}.twice}}.", (evidence,))
    return Draft(
        "methods",
        f"Trong {{{cell}.weeks}} tuần, {{{cell}.twice}} lượt được người khác phân loại lại độc lập: alpha {{{cell}.alpha|d2}}. Chủ đề trong "
        f"bảng: {{{cell}.reliable}} tin cậy, {{{cell}.tentative}} tạm dùng được, {{{cell}.unreliable}} không tin cậy (#, alpha dưới "
        f"{{{cell}.least}}), {{{cell}.unmeasured}} chưa đo (°).",
        f"In {{{cell}.weeks}} weeks, notes coded again by somebody else, blind: {{{cell}.twice}}, alpha {{{cell}.alpha|d2}}. Topics of the table: "
        f"reliable {{{cell}.reliable}}, tentative {{{cell}.tentative}}, not reliable (#, alpha under {{{cell}.least_en}}) "
        f"{{{cell}.unreliable}}, not measured (°) {{{cell}.unmeasured}}.",
        (evidence,),
    )
