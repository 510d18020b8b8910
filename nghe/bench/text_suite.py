"""Measured goals of `nghe.text`: coding on UIT-VSFC, active learning, shares, copies, speed and memory.

Reads UIT-VSFC from the reference data (LANGNGHE_REFERENCE, else ../shared/reference beside the repository); its texts are neither
printed nor kept. `python text_suite.py quick` leaves out what takes minutes.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from text_edits import EDITS

from nghe.text.active import choose_next
from nghe.text.audit import Audit, draw_audit
from nghe.text.coder import Coder, predict
from nghe.text.duplicates import DuplicateIndex
from nghe.text.fold import fold
from nghe.text.learning import Learner
from nghe.text.minhash import form
from nghe.text.population import Population
from nghe.text.quality import Quality, measure
from nghe.text.shares import estimate_shares
from nghe.text.tables import write_table
from nghe.text.training import train_coder

ROOT = Path(__file__).resolve().parents[2]
VSFC = Path(os.environ.get("LANGNGHE_REFERENCE", ROOT.parent / "shared" / "reference")) / "vi_text" / "uit-vsfc"
TASKS = {"topic": "topics", "sentiment": "sentiments"}
QUICK = "quick" in sys.argv[1:]


def load(part: str, task: str) -> tuple[list[str], list[str]]:
    texts = (VSFC / part / "sents.txt").read_text(encoding="utf-8").splitlines()
    return texts, (VSFC / part / f"{TASKS[task]}.txt").read_text().split()


def train(texts: Sequence[str], labels: Sequence[str], rows: Sequence[int] | None = None) -> Coder:
    rows = range(len(texts)) if rows is None else rows
    return train_coder([texts[at] for at in rows], [(labels[at],) for at in rows])[0]


def judge(coder: Coder, texts: Sequence[str], labels: Sequence[str]) -> Quality:
    found = predict(coder, texts)
    names = sorted(set(labels) | set(coder.codes))
    truth = np.array([[name == label for name in names] for label in labels])
    return measure(names, truth, np.array([[name in row for name in names] for row in found.codes]), found.confidence)


def say(goal: str, value: str, met: bool | None = None) -> None:
    print(f"{'' if met is None else 'met  ' if met else 'MISSED':7}{goal:68}{value}", flush=True)


def coding() -> None:
    for task, weighted, aim in (("topic", 86.0, 89.6), ("sentiment", 89.0, 92.0)):
        texts, labels = load("train", task)
        coder = train(texts, labels)
        test, truth = load("test", task)
        marked, plain = judge(coder, test, truth), judge(coder, [fold(text) for text in test], truth)
        reached = 100 * marked.weighted_f1
        say(f"{task}: weighted F1 >= {weighted} (aim {aim})", f"{reached:.2f}", reached >= weighted)
        say(f"{task}: macro F1 >= 75", f"{100 * marked.macro_f1:.2f}", 100 * marked.macro_f1 >= 75)
        lost = 100 * (marked.weighted_f1 - plain.weighted_f1)
        say(f"{task}: typed without marks, weighted F1 lost <= 1.5", f"{lost:.2f} (macro {100 * plain.macro_f1:.2f})",
            lost <= 1.5)
        say(f"{task}: calibration error <= 3", f"{100 * marked.calibration_error:.2f}", marked.calibration_error <= 0.03)


def few_labels(seeds: int) -> None:
    for task in TASKS:
        texts, labels = load("train", task)
        test, truth = load("test", task)
        surest, off, active, doubt, random = [], [], [], [], []
        for seed in range(seeds):
            order = np.random.default_rng(seed).permutation(len(texts)).tolist()
            found = judge(train(texts, labels, order[:1000]), test, truth)
            surest.append(found.confident[0.7])
            off.append(found.calibration_error)
            random.append(judge(train(texts, labels, order[:3000]), test, truth).macro_f1)
            chosen = judge(_learnt(texts, labels, order, size=1000), test, truth)
            active.append(chosen.macro_f1)
            doubt.append(chosen.calibration_error)
        say(f"{task}: 1,000 labels, surest 70 % right >= 93 ({seeds} seeds)", f"{100 * np.mean(surest):.2f}",
            np.mean(surest) >= 0.93)
        say(f"{task}: 1,000 labels, calibration error <= 3", f"{100 * np.mean(off):.2f}", np.mean(off) <= 0.03)
        gap = 100 * (np.mean(random) - np.mean(active))
        say(f"{task}: 1,000 chosen labels within 1 macro point of 3,000 random",
            f"{100 * np.mean(active):.2f} to {100 * np.mean(random):.2f}, {gap:+.2f}", gap <= 1)
        say(f"{task}: 1,000 chosen labels, calibration error <= 3", f"{100 * np.mean(doubt):.2f}", np.mean(doubt) <= 0.03)


def _learnt(texts: list[str], labels: list[str], order: list[int], *, size: int) -> Coder:
    """From 100 notes drawn at random and then, in batches of 100, those that the coder so far asks for."""
    got = order[:100]
    while len(got) < size:
        coder, held = train(texts, labels, got), set(got)
        pool = [at for at in order if at not in held]
        new = choose_next(predict(coder, [texts[at] for at in pool]).probabilities, [str(at) for at in pool], coder.codes,
                          examples=Counter(labels[at] for at in got), size=100)
        got += [int(at) for at in new]
    held = set(got)
    population = Population([texts[at] for at in order if at not in held], [at < 100 for at in range(len(got))])
    return train_coder([texts[at] for at in got], [(labels[at],) for at in got], population=population)[0]


CODERS = 5
"""500 repeats with one coder leave the mean coverage uncertain by 0.8 points, nearly as much as the goal is wide."""


def shares(repeats: int) -> None:
    for task in TASKS:
        texts, labels = load("train", task)
        (dev, of_dev), (test, of_test) = load("dev", task), load("test", task)
        notes, truth = dev + test, of_dev + of_test
        ids = [f"{at:05}" for at in range(len(notes))]
        coded = {note: [label] for note, label in zip(ids, truth, strict=True)}
        real = {code: truth.count(code) / len(truth) for code in sorted(set(labels))}
        rng = np.random.default_rng(1)
        hits: dict[str, list[bool]] = defaultdict(list)
        ratio: dict[str, list[float]] = defaultdict(list)
        for seed in range(CODERS):
            coder = train(texts, labels, np.random.default_rng(seed).permutation(len(texts))[:1000].tolist())
            machine = {note: dict(zip(coder.codes, row, strict=True))
                       for note, row in zip(ids, predict(coder, notes).probabilities.tolist(), strict=True)}
            for _ in range(repeats):
                audit = Audit.of(draw_audit(ids, 200, rng=rng), coded, machine=machine, learnt=(), model="")
                for one in estimate_shares(audit):
                    hits[one.code].append(one.low <= real[one.code] <= one.high)
                    ratio[one.code].append((one.high - one.low) / (one.human_high - one.human_low))
        covered = {code: float(np.mean(own)) for code, own in hits.items()}
        mean, least = float(np.mean(list(covered.values()))), min(covered.values())
        narrower = 100 * (1 - float(np.mean([np.mean(own) for own in ratio.values()])))
        say(f"{task}: intervals cover 94 to 96 % in the mean over codes", f"{100 * mean:.1f} ({CODERS} x {repeats} repeats)",
            0.94 <= mean <= 0.96)
        say(f"{task}: intervals cover >= 91 % for each code", f"{100 * least:.1f}", least >= 0.91)
        say(f"{task}: intervals >= 18 % narrower than people alone", f"{narrower:.1f}", narrower >= 18)


def copies() -> None:
    """Edited copies among formulaic comments. A pair is false where people gave the two comments another topic or tendency."""
    texts, topics = load("train", "topic")
    coded: dict[str, set[tuple[str, str]]] = defaultdict(set)
    first: dict[str, str] = {}
    for text, topic, tendency in zip(texts, topics, load("train", "sentiment")[1], strict=True):
        coded[form(text)].add((topic, tendency))
        first.setdefault(form(text), text)
    notes = [text for own, text in first.items() if len(own) >= 40][:5000]
    forms = [form(note) for note in notes]
    rng = np.random.default_rng(0)
    index = DuplicateIndex()
    other = sum(not coded[forms[pair.first]] & coded[forms[pair.second]] for pair in index.add(notes))
    edited = [(kind, int(at)) for kind in EDITS for at in rng.choice(len(notes), 300, replace=False)]
    found: dict[int, set[int]] = defaultdict(set)
    for pair in index.add([EDITS[kind](notes[at], rng) for kind, at in edited]):
        if pair.first < len(notes):
            found[pair.second - len(notes)].add(pair.first)
    whole = {kind: np.mean([at in found[number] for number, (own, at) in enumerate(edited) if own == kind]) for kind in EDITS}
    recall = float(np.mean(list(whole.values())))
    least = min(whole, key=lambda kind: whole[kind])
    say("copies of eight kinds of edit found, >= 99 %", f"{100 * recall:.2f} (least: {least})", recall >= 0.99)
    false = sum(any(not coded[forms[one]] & coded[forms[at]] for one in found[number]) for number, (_, at) in enumerate(edited))
    rate = 1000 * false / len(edited)
    say("copies paired with a comment coded otherwise, <= 1 in 1,000", f"{rate:.1f}", rate <= 1)
    say("comments paired with one coded otherwise, <= 1 in 1,000", f"{1000 * other / len(notes):.1f}", other <= len(notes) / 1000)
    alike = 1000 * sum(bool(found[number] - {at}) for number, (_, at) in enumerate(edited)) / len(edited)
    say("copies paired with any other comment, nearly the same or not", f"{alike:.1f} in 1,000")


def many_copies() -> None:
    texts = [text for part in ("train", "dev", "test") for text in load(part, "topic")[0]]
    rng = np.random.default_rng(0)
    words = sorted({word for text in texts for word in text.split() if word.isalpha()})
    notes = [f"{texts[at % len(texts)]} {' '.join(rng.choice(words, 8))}" if at < 70_000 else
             list(EDITS.values())[at % 8](texts[at % len(texts)], rng) for at in range(100_000)]
    started = time.process_time()
    pairs = DuplicateIndex().add(notes)
    took = time.process_time() - started
    say("100,000 notes for copies, CPU seconds < 120", f"{took:.1f} ({len(pairs)} pairs)", took < 120)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("100,000 notes for copies, MB < 800", f"{memory:.0f}", memory < 800)


def speed() -> None:
    """Through the command line, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts, labels = load("train", "topic")
        write_table(folder / "t.csv", ["text", "label"], zip(texts, labels, strict=True))
        write_table(folder / "many.csv", ["text"], ([text] for text in texts * 4))
        write_table(folder / "one.csv", ["text"], [["nhiệt tình"]])
        cpu, memory = _command("train", folder / "t.csv", "--model", folder / "m")
        say(f"train {len(texts):,} notes, CPU seconds < 15", f"{cpu:.1f}", cpu < 15)
        say("train, MB < 300", f"{memory:.0f}", memory < 300)
        start, _ = _command("predict", folder / "one.csv", "--model", folder / "m", "--out", folder / "o.csv")
        cpu, memory = _command("predict", folder / "many.csv", "--model", folder / "m", "--out", folder / "o.csv")
        rate = 4 * len(texts) / (cpu - start)
        say("code, texts a CPU second >= 5,000", f"{rate:,.0f}", rate >= 5000)
        say("code, MB < 300", f"{memory:.0f}", memory < 300)
    coder = train(texts, labels, range(2000))
    learner = Learner(coder, texts[:2000], [(label,) for label in labels[:2000]])
    started = time.process_time()
    for at in range(2000, 2005):
        learner.learn(texts[at], (labels[at],))
    took = (time.process_time() - started) / 5
    say("learn one more label at 2,000, seconds < 1", f"{took:.2f}", took < 1)


def _command(*words: object) -> tuple[float, float]:
    """CPU seconds and MB of a command."""
    code = ("import resource, sys; from nghe.cli import run; status = run(sys.argv[1:]); "
            "used = resource.getrusage(resource.RUSAGE_SELF); "
            "print(status, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", code, "text", *map(str, words)], capture_output=True, text=True, check=True)
    status, cpu, memory = done.stderr.split()[-3:]
    if status != "0":
        raise SystemExit(done.stderr)
    return float(cpu), float(memory)


if __name__ == "__main__":
    if not VSFC.exists():
        raise SystemExit(f"UIT-VSFC is not at {VSFC}: set LANGNGHE_REFERENCE to the reference data")
    if "many-copies" in sys.argv[1:]:
        many_copies()
        raise SystemExit
    speed()
    coding()
    few_labels(2 if QUICK else 5)
    shares(100 if QUICK else 500)
    copies()
    if not QUICK:
        subprocess.run([sys.executable, __file__, "many-copies"], check=True)
