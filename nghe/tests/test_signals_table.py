"""Counts on the command line: what is taken, what is refused by line, and what comes out."""

from __future__ import annotations

import csv
import json
import random

import pytest

from nghe.cli import run
from nghe.errors import Fault
from nghe.signals.panel import Split, join_split, merge_places
from nghe.signals.periods import label_of, number_of
from nghe.signals.table import read_counts

FIRST = number_of("2023-W01", "week", "")


def write(path, lines, header="series,period,count"):
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def weekly(series: str, counts, start: int = FIRST) -> list[str]:
    return [f"{series},{label_of(start + t, 'week')},{count}" for t, count in enumerate(counts)]


def rising(weeks: int = 170, *, last: int = 30) -> list[int]:
    rng = random.Random(4)
    return [rng.randint(3, 9) for _ in range(weeks - 1)] + [last]


@pytest.mark.parametrize(("lines", "says"), [
    (["a,2026-W54,1"], "line 2: there is no week 2026-W54"),
    (["a,2025-W53,1"], "2025 has 52 weeks"),
    (["a,2026-W01,-1"], "line 2: count -1 is negative"),
    (["a,2026-W01,1.5"], "is a fraction"),
    (["a,2026-W01,many"], "is no number"),
    (["a,2026-W01,1", "a,2026-W01,2"], "line 3: a has 2026-W01 already in line 2"),
    (["a,2026-W01,1", "a,2026-02,2"], "line 3: '2026-02' is no week"),
    (["a,2026-11-09T08:00+07:00,1"], "holds a time of day"),
    (["a,last week,1"], "is not an ISO week"),
    ([",2026-W01,1"], "has no name"),
    (["a,2026-13,1"], "there is no month 2026-13"),
    (["a,0026-W01,1", "a,2026-W01,1"], "is one mistyped"),
    ([], "no row of counts"),
    (["a,17,1"], "say how many make a year"),
    (["a,2026-W01"], "has not 3 fields"),
])
def test_bad_counts_name_their_line(tmp_path, lines, says):
    with pytest.raises(Fault, match=says.replace("(", r"\(")):
        read_counts(write(tmp_path / "c.csv", lines))


def test_columns_are_checked(tmp_path):
    with pytest.raises(Fault, match="no column count"):
        read_counts(write(tmp_path / "c.csv", [], header="series,period,n"))
    with pytest.raises(Fault, match="'age' is not known"):
        read_counts(write(tmp_path / "c.csv", [], header="series,period,count,age"))
    with pytest.raises(Fault, match="population '0' is not above 0"):
        read_counts(write(tmp_path / "c.csv", ["a,2026-W01,1,0"], header="series,period,count,population"))


def test_series_are_never_kept_by_person(tmp_path):
    for name in ("giá điện/Nguyễn Văn Bình", "0912345678", "bảo@example.com"):
        with pytest.raises(Fault, match="never kept by person") as caught:
            read_counts(write(tmp_path / "c.csv", [f"{name},2026-W01,1"]))
        assert name not in str(caught.value)
    assert read_counts(write(tmp_path / "c.csv", ["giá điện/Bình Thuận,2026-W01,1", "đất đai/xã Hòa Bình,2026-W01,1"])).series


def test_week_53_is_a_week_of_its_own(tmp_path):
    panel = read_counts(write(tmp_path / "c.csv", ["a,2020-W52,1", "a,2020-W53,2", "a,2021-W01,3"]))
    assert panel.time.labels == ("2020-W52", "2020-W53", "2021-W01")
    assert panel.counts[:, 0].tolist() == [1, 2, 3]


def test_mondays_are_weeks_that_follow_the_calendar(tmp_path):
    panel = read_counts(write(tmp_path / "c.csv", ["a,2020-12-28,1", "a,2021-01-11,3"]))
    assert (panel.time.step, panel.time.frequency, panel.gaps()) == (7, 52, 1)


def test_missing_rows_are_gaps_that_are_not_judged(tmp_path):
    lines = weekly("a", rising()) + weekly("b", rising(last=5))
    del lines[-1]
    counts = write(tmp_path / "c.csv", lines)
    out = tmp_path / "o.csv"
    assert run(["signals", "detect", str(counts), "--out", str(out)]) == 0
    rows = read(out)
    last = rows[-2:]
    assert (last[0]["alarm"], last[0]["why"], last[0]["judged"]) == ("1", "above_bound", "1")
    assert (last[1]["count"], last[1]["alarm"], last[1]["why"]) == ("", "0", "gap")


@pytest.mark.parametrize(("line", "says"), [
    ("a,2026-W01,4,5", "line 2: 5 sources of 4 mentions"),
    ("a,2026-W01,4,0", "line 2: 0 sources of 4 mentions"),
    ("a,2026-W01,4,1.5", "sources 1.5 is a fraction"),
    ("a,2026-W01,4,-1", "sources -1 is negative"),
    ("a,2026-W01,4,some", "sources 'some' is no number"),
])
def test_sources_are_checked(tmp_path, line, says):
    with pytest.raises(Fault, match=says):
        read_counts(write(tmp_path / "c.csv", [line], header="series,period,count,sources"))


def test_known_sources_set_the_floor_and_keep_small_counts_back(tmp_path):
    """One busy source is no signal; three are; 1 to 4 mentions are kept back, with the p that would tell them."""
    def lines(name, counts, sources):
        return [f"{line},{min(sources, n)}" for line, n in zip(weekly(name, counts), counts, strict=True)]

    small = [*rising(last=5)[:-1], 3]
    table = lines("một nguồn", rising(), 1) + lines("ba nguồn", rising(), 3) + lines("ít", small, 4)
    counts = write(tmp_path / "c.csv", table, header="series,period,count,sources")
    out = tmp_path / "o.csv"
    assert run(["signals", "detect", str(counts), "--out", str(out)]) == 0
    rows = read(out)
    last = {row["series"]: row for row in rows if row["period"] == rows[-1]["period"]}
    assert [last["một nguồn"][name] for name in ("judged", "alarm", "why")] == ["0", "0", "few_sources"]
    assert [last["ba nguồn"][name] for name in ("count", "judged", "alarm", "why")] == ["30", "1", "1", "above_bound"]
    assert [last["ít"][name] for name in ("count", "p", "q", "judged")] == ["< 5", "", "", "1"]
    assert not {row["count"] for row in rows} & {"1", "2", "3", "4"}
    assert run(["signals", "detect", str(counts), "--small", "show", "--out", str(out)]) == 0
    shown = [row for row in read(out) if row["series"] == "ít"][-1]
    assert shown["count"] == "3"
    assert shown["p"]


def test_without_sources_counts_are_printed_unless_told(tmp_path):
    counts = write(tmp_path / "c.csv", weekly("a", [*rising()[:-1], 3]))
    out = tmp_path / "o.csv"
    assert run(["signals", "detect", str(counts), "--out", str(out)]) == 0
    assert read(out)[-1]["count"] == "3"
    assert run(["signals", "detect", str(counts), "--small", "hide", "--out", str(out)]) == 0
    assert read(out)[-1]["count"] == "< 5"


def test_floor_without_sources_is_refused(tmp_path):
    from nghe.signals.cells import Floor
    from nghe.signals.judge import judge_panel, plan_of

    with pytest.raises(Fault, match="needs the number of sources"):
        judge_panel(read_counts(write(tmp_path / "c.csv", weekly("a", rising()))), plan_of("default", {}), floor=Floor())


def test_sources_of_merged_places_are_not_added_up(tmp_path):
    lines = ["cũ A,2026-W01,6,3", "cũ B,2026-W01,4,2"]
    panel = read_counts(write(tmp_path / "c.csv", lines, header="series,period,count,sources"))
    merged = merge_places(panel, {"cũ A": "mới", "cũ B": "mới"})
    assert merged.sources is not None
    assert (merged.counts[0, 0], merged.sources[0, 0]) == (10, 3)


def test_answer_has_the_columns_that_are_promised(tmp_path, capsys):
    counts = write(tmp_path / "c.csv", weekly("giá điện", rising()))
    out, plots = tmp_path / "o.csv", tmp_path / "plots"
    assert run(["signals", "detect", str(counts), "--out", str(out), "--plots", str(plots), "--json"]) == 0
    assert out.read_text(encoding="utf-8").splitlines()[0] == "series,period,count,expected,upper,p,q,judged,alarm,why"
    said = json.loads(capsys.readouterr().out)
    assert (said["method"], said["series"], said["periods"], said["plots"]) == ("default", 1, 170, 1)
    svg = next(plots.iterdir()).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert 'class="band"' in svg
    assert 'class="signal"' in svg


@pytest.mark.parametrize("method", ["farringtonFlexible", "farrington", "earsC", "cusum", "bayes"])
def test_every_method_of_r_runs_from_the_command_line(tmp_path, method):
    counts = write(tmp_path / "c.csv", [f"a,{t},{n}" for t, n in enumerate(rising(330, last=60))])
    settings = tmp_path / "s.json"
    settings.write_text(json.dumps({"fun": method, "range": [329, 330]}), encoding="utf-8")
    out = tmp_path / "o.csv"
    words = ["signals", "detect", str(counts), "--frequency", "52", "--settings", str(settings), "--compat", "--out", str(out)]
    assert run(words) == 0
    rows = read(out)
    assert [row["period"] for row in rows] == ["328", "329"]
    assert rows[-1]["alarm"] == "1"


def test_series_of_ten_weeks_is_said_not_to_be_judged(tmp_path):
    counts = write(tmp_path / "c.csv", weekly("a", [9] * 10))
    for method in ("default", "farringtonFlexible"):
        out = tmp_path / "o.csv"
        assert run(["signals", "detect", str(counts), "--method", method, "--out", str(out)]) == 0
        rows = read(out)
        assert rows
        assert {(row["judged"], row["why"]) for row in rows} == {("0", "no_history")}


def test_settings_of_another_method_are_refused(tmp_path, capsys):
    counts = write(tmp_path / "c.csv", weekly("a", rising()))
    settings = tmp_path / "s.json"
    settings.write_text('{"fun": "earsC"}', encoding="utf-8")
    words = ["signals", "detect", str(counts), "--method", "bayes", "--settings", str(settings), "--out", str(tmp_path / "o")]
    assert run(words) == 2
    assert "the settings are for earsC" in capsys.readouterr().err
    assert run(["signals", "detect", str(counts), "--method", "default", "--compat", "--out", str(tmp_path / "o")]) == 2
    settings.write_text("{", encoding="utf-8")
    assert run(words) == 2


def test_place_that_merged_in_mid_series_goes_on_as_one(tmp_path):
    """Two places until 2025-W26, one from then on: the change is no signal, neither up nor down."""
    change = number_of("2025-W27", "week", "") - FIRST
    rng = random.Random(9)
    one, two = ([rng.randint(4, 8) for _ in range(change)] for _ in range(2))
    after = [rng.randint(8, 16) for _ in range(30)]
    lines = weekly("cũ A", one) + weekly("cũ B", two) + weekly("mới", after, start=FIRST + change)
    panel = read_counts(write(tmp_path / "c.csv", lines))
    merged = merge_places(panel, {"cũ A": "mới", "cũ B": "mới"})
    assert merged.series == ("mới",)
    assert merged.gaps() == 0
    assert merged.counts[change - 1, 0] == one[-1] + two[-1]
    from nghe.signals.judge import judge_panel, plan_of

    assert not judge_panel(merged, plan_of("default", {})).found.alarm[change - 20 :].any()
    with pytest.raises(Fault, match="no such series"):
        merge_places(panel, {"không có": "mới"})


def test_topic_split_by_a_new_frame_version(tmp_path):
    """The parent goes on as the sum of its parts; a part is not judged before it has a history."""
    rng = random.Random(2)
    since = FIRST + 150
    lines = weekly("đất đai", [rng.randint(6, 12) for _ in range(150)]) + weekly("bồi thường", [6] * 6, start=since) \
        + weekly("giấy chứng nhận", [3] * 6, start=since)
    panel = read_counts(write(tmp_path / "c.csv", lines))
    joined = join_split(panel, [Split("đất đai", ("bồi thường", "giấy chứng nhận"), label_of(since, "week"))])
    assert joined.counts[150:, 0].tolist() == [9] * 6
    from nghe.signals.judge import judge_panel, plan_of

    judged = judge_panel(joined, plan_of("default", {}))
    assert not judged.found.alarm.any()
    assert set(judged.why[-1, 1:]) == {"no_history"}
    assert judged.found.judged_cells[-1, 0]
    with pytest.raises(Fault, match="though it was split"):
        join_split(joined, [Split("đất đai", ("bồi thường",), label_of(since, "week"))])


def test_alarms_are_scored_against_episodes(tmp_path, capsys):
    counts = write(tmp_path / "c.csv", weekly("a", rising()) + weekly("b", rising(last=6)))
    out, episodes = tmp_path / "o.csv", tmp_path / "e.csv"
    assert run(["signals", "detect", str(counts), "--out", str(out)]) == 0
    last = label_of(FIRST + 169, "week")
    write(episodes, [f"a,{last},{last}"], header="series,first,last")
    capsys.readouterr()
    assert run(["signals", "evaluate", str(out), str(episodes), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["episodes"], told["found"], told["mean_delay"]) == (1, 1, 0)
    assert told["false_alarm_rate"] < 0.03
    write(episodes, ["x,2023-W01,2023-W02"], header="series,first,last")
    assert run(["signals", "evaluate", str(out), str(episodes)]) == 2
    write(episodes, ["a,2023-W03,2023-W02"], header="series,first,last")
    assert run(["signals", "evaluate", str(out), str(episodes)]) == 2


def test_a_merger_is_asked_for_and_told_by_a_file(tmp_path, capsys):
    """Two places end and one begins: said; with --merge the successor is judged on both histories."""
    half = rising(last=6)
    lines = [*weekly("điện / Xã A", half[:130]), *weekly("điện / Xã B", half[:130]),
             *weekly("điện / Xã C", [2 * n for n in half[130:]], FIRST + 130)]
    counts, out, merges = write(tmp_path / "c.csv", lines), tmp_path / "o.csv", tmp_path / "m.csv"
    assert run(["signals", "detect", str(counts), "--out", str(out)]) == 0
    assert "2 series end before the last periods and 1 begin" in capsys.readouterr().out
    write(merges, ["điện / Xã A,điện / Xã C", "điện / Xã B,điện / Xã C"], header="series,into")
    assert run(["signals", "detect", str(counts), "--merge", str(merges), "--out", str(out)]) == 0
    assert "--merge" not in capsys.readouterr().out
    rows = read(out)
    assert {row["series"] for row in rows} == {"điện / Xã C"}
    assert not any(row["alarm"] == "1" for row in rows[-30:-20])


def test_a_split_topic_goes_on_as_the_sum_of_its_parts(tmp_path):
    half = rising(last=6)
    since = label_of(FIRST + 130, "week")
    lines = [*weekly("giá", half[:130]), *weekly("giá điện", half[130:], FIRST + 130),
             *weekly("giá nước", half[130:], FIRST + 130)]
    splits = write(tmp_path / "s.csv", [f"giá,giá điện,{since}", f"giá,giá nước,{since}"], header="parent,part,since")
    out = tmp_path / "o.csv"
    assert run(["signals", "detect", str(write(tmp_path / "c.csv", lines)), "--split", str(splits), "--out", str(out)]) == 0
    last = {row["series"]: row for row in read(out)}["giá"]
    assert last["count"] == "12"
    assert last["judged"] == "1"


@pytest.mark.parametrize(("lines", "says"), [
    (["a,a"], "line 2: names no series, or merges one into itself"),
    (["a,b", "a,c"], "line 3: 'a' went into 'b' already"),
    (["a,b", "b,c"], "'b' goes into another and takes one in"),
    (["x,b"], "x: cannot be merged: there is no such series"),
])
def test_mergers_are_checked(tmp_path, capsys, lines, says):
    counts = write(tmp_path / "c.csv", [*weekly("a", rising()), *weekly("b", rising()), *weekly("c", rising())])
    merges = write(tmp_path / "m.csv", lines, header="series,into")
    assert run(["signals", "detect", str(counts), "--merge", str(merges), "--out", str(tmp_path / "o.csv")]) == 2
    assert says in capsys.readouterr().err


def test_why_cells_were_not_judged_is_counted(tmp_path, capsys):
    counts = write(tmp_path / "c.csv", weekly("a", rising()[:10]))
    assert run(["signals", "detect", str(counts), "--out", str(tmp_path / "o.csv")]) == 0
    assert "not judged: 1 no_history" in capsys.readouterr().out
