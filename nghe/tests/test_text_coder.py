"""The coder on small sets: what it learns, how it speaks of itself, and what it does with texts that are no texts."""

import csv
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.text.active import choose_next
from nghe.text.blend import Blend
from nghe.text.coder import Coder, predict
from nghe.text.fold import fold
from nghe.text.learning import Learner
from nghe.text.population import Population, sharpen
from nghe.text.renaming import renamed
from nghe.text.suggest import Above, suggest
from nghe.text.training import train_coder, without_rare
from nghe.text.why import explain

with (Path(__file__).parent / "data" / "coded.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
TEXTS, CODES = [row["text"] for row in ROWS], [(row["label"],) for row in ROWS]
HALF = len(ROWS) * 3 // 4


@pytest.fixture(scope="module")
def coder() -> Coder:
    return train_coder(TEXTS, CODES)[0]


@pytest.fixture(scope="module")
def half() -> Coder:
    return train_coder(TEXTS[:HALF], CODES[:HALF])[0]


def right(coder: Coder, texts: list[str], codes: list[tuple[str, ...]]) -> float:
    return sum(a == b for a, b in zip(predict(coder, texts).codes, codes, strict=True)) / len(texts)


def test_unseen_notes_are_coded_far_better_than_by_chance(half: Coder) -> None:
    assert right(half, TEXTS[HALF:], CODES[HALF:]) > 0.5


def test_notes_typed_without_marks_are_coded_nearly_as_well(half: Coder) -> None:
    marked = right(half, TEXTS[HALF:], CODES[HALF:])
    assert right(half, [fold(text) for text in TEXTS[HALF:]], CODES[HALF:]) > marked - 0.1


def test_every_way_of_writing_gets_the_same_answer(half: Coder) -> None:
    text = TEXTS[HALF]
    ways = [text, text.upper(), unicodedata.normalize("NFD", text), f"\u200b{text}\ufeff"]
    found = predict(half, ways)
    assert len(set(found.codes)) == 1
    assert found.confidence == pytest.approx(found.confidence[0])


def test_training_again_gives_the_same_coder(half: Coder) -> None:
    again, _ = train_coder(TEXTS[:HALF], CODES[:HALF])
    assert np.array_equal(predict(again, TEXTS).probabilities, predict(half, TEXTS).probabilities)


def test_quality_says_what_unseen_notes_later_show(half: Coder) -> None:
    assert abs(half.quality.accuracy - right(half, TEXTS[HALF:], CODES[HALF:])) < 0.15
    assert half.quality.texts == HALF
    assert sum(code.texts for code in half.quality.codes.values()) == HALF
    assert [texts for texts, _, _ in half.quality.curve] == sorted(texts for texts, _, _ in half.quality.curve)


@pytest.mark.parametrize("text", [
    "", "   ", "\u200b\u200e", "😡😡👍", "!!! ...", "\ud800", "привет мир", "我们需要干净的水", "Ẑẓŵ",
])
def test_text_without_a_known_word_is_not_coded(coder: Coder, text: str) -> None:
    found = predict(coder, [text, TEXTS[0]])
    assert found.codes[0] == ()
    assert found.confidence[0] == 0
    assert len(found.codes[1]) == 1
    assert suggest(coder, [text])[0].silent_because == "no_words"


def test_one_word_is_coded_or_said_to_be_unsure(coder: Coder) -> None:
    assert predict(coder, ["nước"]).codes == [("MT",)]
    assert predict(coder, ["đường"]).codes == [("GT",)]


def test_a_megabyte_of_text_is_one_row(coder: Coder) -> None:
    long = ("nước máy đục, nước bẩn. " * 50_000)[:1_000_000]
    assert predict(coder, [long]).codes == [("MT",)]


def test_no_texts_give_no_rows(coder: Coder) -> None:
    assert predict(coder, []).codes == []


def test_more_texts_than_are_read_at_once_keep_their_order(coder: Coder) -> None:
    many = [TEXTS[at % len(TEXTS)] for at in range(4_500)]
    few = predict(coder, TEXTS).codes
    assert predict(coder, many).codes == [few[at % len(TEXTS)] for at in range(4_500)]


def test_look_alike_letters_do_not_mislead(coder: Coder) -> None:
    assert predict(coder, ["nướс máу đụс quá"]).codes == predict(coder, ["nước máy đục quá"]).codes


# What is refused


@pytest.mark.parametrize(("texts", "codes", "code"), [
    ([], [], "text.few_texts"),
    (["một"] * 5, [("a",)] * 5, "text.few_texts"),
    (["cùng một câu"] * 20, [("a",), ("b",)] * 10, "text.few_texts"),
    (TEXTS, [("a",)] * len(TEXTS), "text.one_code"),
    (TEXTS, CODES[:-1], "text.unequal"),
    (TEXTS, [("a", "b"), *CODES[1:]], "text.no_code"),
    (TEXTS, [(), *CODES[1:]], "text.no_code"),
    (["😡"] * 50, [("a",), ("b",)] * 25, "text.few_texts"),
])
def test_training_refuses_what_teaches_nothing(texts: list[str], codes: list[tuple[str, ...]], code: str) -> None:
    with pytest.raises(Fault) as fault:
        train_coder(texts, codes)
    assert fault.value.code == code


def test_a_frame_of_500_codes_is_learnt() -> None:
    texts = [f"việc mã{number} thứ {turn}" for number in range(500) for turn in range(2)]
    codes = [(f"C{number:03}",) for number in range(500) for _ in range(2)]
    coder, _ = train_coder(texts, codes)
    assert right(coder, texts, codes) > 0.95
    assert {one.silent_because for one in suggest(coder, texts[:30])} == {"few_texts"}


def test_more_codes_than_can_be_learnt_are_refused_with_a_way_out() -> None:
    texts = [f"việc mã{number} thứ {turn}" for number in range(501) for turn in range(2)]
    codes = [(f"C{number:03}",) for number in range(501) for _ in range(2)]
    for shown, more in (("501 of them have fewer than 10 texts, too few to be suggested. Merge codes", False),
                        ("501 of them have fewer than 10 texts, too few to be suggested. Leave out the rare ones", True)):
        with pytest.raises(Fault, match="up to 500 can be learnt") as fault:
            train_coder([*texts, *TEXTS * more], [*codes, *CODES * more])
        assert fault.value.code == "text.many_codes"
        assert shown in str(fault.value)


def test_rare_codes_are_left_out_with_the_texts_that_carry_no_other() -> None:
    texts, codes = ["một", "hai", "ba", "bốn", "năm"], [("a",), ("a", "b"), ("b", "c"), ("c", "d"), ()]
    assert without_rare(texts, codes, least=2) == (texts, [("a",), ("a", "b"), ("b", "c"), ("c",), ()], ("d",))
    assert without_rare(texts, [("a",), ("a",), ("b",), ("c",), ()], least=2) == (
        ["một", "hai", "năm"], [("a",), ("a",), ()], ("b", "c"))
    with pytest.raises(Fault) as fault:
        without_rare(["một", "hai"], [("a",), ("b",)], least=2)
    assert fault.value.code == "text.few_texts"


def test_contradicting_codes_are_told_and_make_it_unsure() -> None:
    texts, codes = [*TEXTS, "Nước đục quá!"] + ["Nước đục quá!"] * 9, [*CODES, *[("MT",), ("YT",)] * 5]
    coder, account = train_coder(texts, codes)
    assert account.contradicting == (("Nước đục quá!", ("MT", "YT")),)
    assert predict(coder, ["Nước đục quá!"]).confidence[0] < 0.9


def test_texts_without_words_are_left_out_and_counted() -> None:
    _, account = train_coder([*TEXTS, "😡", ""], [*CODES, ("MT",), ("GT",)])
    assert (account.used, account.without_words) == (len(TEXTS), 2)


# Several codes


def test_several_codes_to_a_text() -> None:
    both = [(*CODES[at], *CODES[at + 1]) for at in range(0, len(TEXTS) - 1, 2)]
    texts = [f"{TEXTS[at]} {TEXTS[at + 1]}" for at in range(0, len(TEXTS) - 1, 2)]
    coder, _ = train_coder([*TEXTS, *texts], [*CODES, *both], several=True)
    given = predict(coder, texts).codes
    overlap = [len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in zip(given, both, strict=True)]
    assert np.mean(overlap) > 0.8
    assert all(given)
    assert max(map(len, given)) >= 2


def test_several_codes_may_be_none() -> None:
    codes = [row if row == ("MT",) else () for row in CODES]
    coder, _ = train_coder(TEXTS, codes, several=True)
    assert coder.codes == ("MT",)
    assert set(predict(coder, TEXTS).codes) == {(), ("MT",)}


# Suggestions


def test_reasons_are_words_of_the_text(coder: Coder) -> None:
    reasons = explain(coder, "Nước máy đục ba hôm nay, gọi không ai nghe", "MT")
    assert reasons[0].words in {"nước", "nước máy", "máy", "đục", "máy đục"}
    assert list(reasons) == sorted(reasons, key=lambda reason: (-reason.weight, reason.words))


def test_the_sure_are_filled_in_and_the_unsure_are_not(coder: Coder) -> None:
    sure, unsure = suggest(coder, ["Nước máy đục, mất nước, giá nước tăng", "ở xã này người ta nói nhiều"])
    assert sure.codes == ("MT",)
    assert sure.fill
    assert not unsure.fill


def test_code_with_few_texts_is_not_suggested() -> None:
    few = ["Sông sạt lở ăn vào vườn mấy mét", "Bờ sông lở đêm qua nghe ầm ầm", "Kè chưa làm mà bờ sông lở thêm"]
    coder, _ = train_coder([*TEXTS, *few], [*CODES, *[("TT",)] * 3])
    answer = suggest(coder, ["Bờ sông sạt lở ăn vào vườn"])[0]
    assert (answer.codes, answer.silent_because) == ((), "few_texts")


def test_unsure_code_gives_way_to_the_field_above() -> None:
    fields = {"MT": "môi trường sống", "GT": "hạ tầng", "GD": "xã hội", "YT": "xã hội"}
    coder, _ = train_coder(TEXTS, CODES)
    own = {"MT": 0.1, "GT": 0.05, "GD": 0.45, "YT": 0.4}
    assert Above(fields).surest(own) == ("xã hội", pytest.approx(0.85))
    raised = [one for one in suggest(coder, TEXTS, parents=fields) if one.raised]
    assert all(one.codes[0] in fields.values() and not one.fill for one in raised)


def test_frame_that_loops_is_refused() -> None:
    with pytest.raises(Fault) as fault:
        Above({"a": "b", "b": "a"})
    assert fault.value.code == "text.frame_loop"


def test_renamed_and_merged_codes_are_carried() -> None:
    rows = [("a",), ("b", "c"), ("d",)]
    assert renamed(rows, {"a": "x", "b": "y", "c": "y", "x": "z"}) == [("z",), ("y",), ("d",)]
    coder, _ = train_coder(TEXTS, renamed(CODES, {"GD": "XH", "YT": "XH"}))
    assert coder.codes == ("GT", "MT", "XH")


def test_confidences_of_codes_that_became_one_are_brought_together() -> None:
    coder, _ = train_coder(TEXTS, CODES)
    before, after = predict(coder, TEXTS), predict(coder, TEXTS, changes={"GD": "XH", "YT": "XH", "MT": "Môi trường"})
    assert set(after.names) == {"XH", "GT", "Môi trường"}
    old = {code: before.probabilities[:, at] for at, code in enumerate(coder.codes)}
    new = {code: after.probabilities[:, at] for at, code in enumerate(after.names)}
    assert new["XH"] == pytest.approx(old["GD"] + old["YT"])
    assert new["Môi trường"] == pytest.approx(old["MT"])
    assert after.probabilities.sum(axis=1) == pytest.approx(np.ones(len(TEXTS)))
    for was, now, sure, whole in zip(before.codes, after.codes, after.confidence, after.probabilities, strict=True):
        assert now[0] in {"XH", "GT", "Môi trường"}
        assert was[0] not in {"GD", "YT"} or now == ("XH",)
        assert sure == pytest.approx(whole[after.names.index(now[0])])


def test_several_codes_that_became_one_are_given_once_and_surer() -> None:
    rows = [(*own, "chung") if at % 3 else own for at, own in enumerate(CODES)]
    coder, _ = train_coder(TEXTS, rows, several=True)
    before, after = predict(coder, TEXTS), predict(coder, TEXTS, changes={"GD": "XH", "YT": "XH"})
    either = 1 - np.prod(1 - before.probabilities[:, [coder.codes.index("GD"), coder.codes.index("YT")]], axis=1)
    assert after.probabilities[:, after.names.index("XH")] == pytest.approx(either, abs=1e-9)
    assert all(len(set(row)) == len(row) for row in after.codes)
    assert {code for row in after.codes for code in row} <= set(after.names)


def test_suggestions_speak_the_words_of_today() -> None:
    coder, _ = train_coder(TEXTS, CODES)
    given = suggest(coder, TEXTS, changes={"GD": "XH", "YT": "XH"})
    assert {code for one in given for code in one.codes} <= {"XH", "GT", "MT"}
    assert all(one.reasons for one in given if one.codes == ("XH",))


def test_changes_that_lead_back_are_refused(half: Coder) -> None:
    with pytest.raises(Fault) as fault:
        predict(half, TEXTS, changes={"GD": "YT", "YT": "GD"})
    assert fault.value.code == "text.frame_loop"
    assert predict(half, TEXTS[:1], changes={"GD": "GD"}).names == half.codes


# Chosen texts


def test_a_population_puts_confidence_and_lean_right() -> None:
    """Chosen notes are the doubtful ones: by them alone the coder would doubt the clear ones too."""
    rng = np.random.default_rng(2)
    words = (["nước", "đục", "vàng", "tanh", "vòi"], ["đường", "lầy", "xe", "cầu", "ổ"])
    clear = [" ".join(rng.permutation(own)) for own in words for _ in range(200)]
    mixed = [" ".join(rng.permutation(["nước", "đường", "xã", str(at % 7)])) for at in range(300)]
    texts = [*clear[:60], *clear[200:260], *mixed]
    codes = [("MT",)] * 60 + [("GT",)] * 60 + [("MT",) if rng.random() < 0.5 else ("GT",) for _ in mixed]
    drawn = [True] * 120 + [False] * 300
    plain, _ = train_coder(texts, codes)
    right, _ = train_coder(texts, codes, population=Population([*clear[60:200], *clear[260:]], drawn))
    assert predict(right, clear[60:200]).confidence.mean() > predict(plain, clear[60:200]).confidence.mean()
    assert [row[0] for row in predict(right, clear[60:200]).codes] == ["MT"] * 140


def test_few_drawn_texts_bend_confidence_less_than_many() -> None:
    """Scores that are surer than they should be: the factor falls with the evidence, from what is usual."""
    blend = Blend(np.eye(2, dtype=np.float32), np.zeros(2, dtype=np.float32), several=False)
    scores = np.tile(np.array([[2.0, 0.0]], dtype=np.float32), (40, 1))
    carried = np.tile(np.array([[True, False]] * 3 + [[False, True]]), (10, 1))

    def factor(times: int, chosen: float) -> float:
        return float(sharpen(blend, [np.tile(scores, (times, 1))], np.tile(carried, (times, 1)), chosen=chosen).slopes[0, 0])

    truth = np.log(3) / 2
    assert truth < factor(100, 0.0) < factor(3, 0.0) < 1
    assert factor(3, 0.0) < factor(3, 1.0)
    assert factor(100, 1.0) == pytest.approx(truth, abs=0.03)


@pytest.mark.parametrize(("population", "code"), [
    (Population(["nước đục"], [True] * 3), "text.unequal"), (Population([], [True] * len(TEXTS)), "text.few_drawn"),
    (Population(["nước đục"], [True] * 99 + [False] * (len(TEXTS) - 99)), "text.few_drawn"),
])
def test_a_population_must_be_whole(population: Population, code: str) -> None:
    with pytest.raises(Fault) as fault:
        train_coder(TEXTS, CODES, population=population)
    assert fault.value.code == code


def test_rare_codes_are_sought_where_the_coder_wavers_about_them() -> None:
    probabilities = np.array([[0.9, 0.08, 0.02], [0.5, 0.02, 0.48], [0.46, 0.5, 0.04], [0.3, 0.6, 0.1]])
    notes, codes = ["a", "b", "c", "d"], ["x", "y", "rare"]
    examples = {"x": 900, "y": 900, "rare": 3}
    assert choose_next(probabilities, notes, codes, examples=examples, size=2, quota=0.5) == ["b", "c"]
    assert choose_next(probabilities, notes, codes, examples=examples, size=2, quota=1.0) == ["b", "d"]


# Learning while coding


def test_a_new_label_is_learnt_at_once(half: Coder) -> None:
    learner = Learner(half, TEXTS[:HALF], CODES[:HALF])
    text = "Trạm phát sóng cạnh nhà kêu ù ù suốt đêm"
    learner.learn(text, ("YT",))
    assert predict(learner.coder, [text]).codes == [("YT",)]
    learner.learn(text, ("MT",))
    assert predict(learner.coder, [text]).codes == [("MT",)]


def test_learning_one_by_one_is_as_good_as_training(half: Coder) -> None:
    learner = Learner(half, TEXTS[:HALF], CODES[:HALF])
    for text, code in zip(TEXTS[HALF:HALF + 20], CODES[HALF:HALF + 20], strict=True):
        learner.learn(text, code)
    trained, _ = train_coder(TEXTS[:HALF + 20], CODES[:HALF + 20])
    rest = slice(HALF + 20, None)
    assert right(learner.coder, TEXTS[rest], CODES[rest]) > right(trained, TEXTS[rest], CODES[rest]) - 0.1


@pytest.mark.parametrize(("text", "codes", "code"), [
    ("Nước đục", ("ZZ",), "text.unknown_code"), ("Nước đục", (), "text.no_code"), ("👍", ("MT",), "text.no_words"),
])
def test_learning_refuses_what_it_cannot_learn(half: Coder, text: str, codes: tuple[str, ...], code: str) -> None:
    learner = Learner(half, TEXTS[:HALF], CODES[:HALF])
    with pytest.raises(Fault) as fault:
        learner.learn(text, codes)
    assert fault.value.code == code
