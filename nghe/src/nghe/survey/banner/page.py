"""The book as one page of HTML: no script, no file beside it, readable in print and by a screen reader."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from nghe.survey.banner.book import Book, Column, Sheet
from nghe.survey.banner.words import HIDDEN, basis, count, figure, notes, say, spread

CHART = 160.0


def page_bytes(book: Book) -> bytes:
    title = escape(book.spec.title or say(book, "book"))
    style = files("nghe.survey.banner").joinpath("page.css").read_text(encoding="utf-8")
    first, *rest = notes(book)
    items = "".join(f"<li>{escape(note)}</li>" for note in (*rest, *book.warnings))
    links = [f'<a href="#q{number}">{escape(sheet.asked.label)}</a>' for number, sheet in enumerate(book.sheets)]
    contents = "".join(f"<li>{link}</li>" for link in links)
    body = "\n".join(section(book, sheet, number) for number, sheet in enumerate(book.sheets))
    return (
        f'<!doctype html>\n<html lang="{book.spec.language}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{style}</style>\n"
        f'<header><p class="kicker">{escape(say(book, "book"))}</p><h1>{title}</h1></header>\n<main>\n'
        f'<ul class="notes" aria-label="{escape(say(book, "how"))}"><li class="label">{escape(first)}</li>{items}</ul>\n'
        f'<nav aria-label="{escape(say(book, "contents"))}"><ol>{contents}</ol></nav>\n{body}\n</main>\n</html>\n'
    ).encode()


def section(book: Book, sheet: Sheet, number: int) -> str:
    base = sheet.asked.base or say(book, "all_asked" if book.has_margin_of_error else "sheets_asked")
    return (
        f'<section id="q{number}" aria-labelledby="h{number}">'
        f'<h2 id="h{number}"><span class="code">{escape(sheet.asked.name)}</span>{escape(sheet.asked.label)}</h2>\n'
        f'<p class="base">{escape(basis(book))}. {escape(say(book, "base"))}: {escape(base)}.</p>\n'
        f'<div class="scroll" tabindex="0" role="group" aria-labelledby="h{number}"><table>\n{head(book)}\n<tbody>\n'
        + "\n".join(line(book, sheet, row) for row in range(len(sheet.rows)))
        + "\n" + "\n".join(bases(book, sheet)) + "\n</tbody></table></div></section>"
    )


def head(book: Book) -> str:
    chart = '<th scope="col" class="over">0–100%</th>' if book.has_margin_of_error else ""
    empty = '<th></th>' if book.has_margin_of_error else ""
    over = "".join(f'<th class="over first" scope="colgroup" colspan="{columns.stop - columns.start}">{escape(label)}</th>'
                   for _, label, columns in book.variables)
    names = "".join(_column(book, column, place) for place, column in enumerate(book.columns))
    return (f'<thead><tr><th class="name"></th>{empty}<th></th>{over}</tr>\n'
            f'<tr><th class="name" scope="col">{escape(say(book, "answer"))}</th>{chart}{names}</tr></thead>')


def line(book: Book, sheet: Sheet, row: int) -> str:
    item = sheet.rows[row]
    label, net = escape(item.label), say(book, "net")
    if item.kind == "net" and net not in item.label:
        label += f" <small>({escape(net)})</small>"
    chart = f'<td class="span">{interval_mark(sheet, row)}</td>' if book.has_margin_of_error else ""
    cells = "".join(cell(book, sheet, row, column) for column in range(len(book.columns)))
    return f'<tr class="{item.kind}"><th scope="row">{label}</th>{chart}{cells}</tr>'


def cell(book: Book, sheet: Sheet, row: int, column: int) -> str:
    said = figure(book, sheet, row, column)
    if said == HIDDEN:
        return td(book, column, f'<span class="hidden">{HIDDEN}</span>')
    letters = str(sheet.letters[row, column])
    mark = f"<sup>{escape(letters)}</sup>" if letters else ""
    shown = f"<b>{said}</b>" if column == 0 else said
    if not book.has_margin_of_error and sheet.count[row, column] >= 0 and sheet.rows[row].kind != "mean":
        sheets, base = (count(book, float(values[row, column])) for values in (sheet.count, sheet.n))
        return td(book, column, f"{shown}<small>{sheets}/{base}</small>")
    ends = spread(book, sheet, row, column)
    return td(book, column, f"{shown}{mark}" + (f"<small>{ends}</small>" if ends else ""))


def td(book: Book, column: int, body: str) -> str:
    return f'<td class="first">{body}</td>' if _is_first(book, column) else f"<td>{body}</td>"


def interval_mark(sheet: Sheet, row: int) -> str:
    """The estimate for all and its interval, on 0 to 100 %; nothing for a mean or a hidden cell."""
    low, high, point = (float(values[row, 0]) for values in (sheet.low, sheet.high, sheet.estimate))
    if sheet.rows[row].kind == "mean" or not all(map(math.isfinite, (low, high, point))):
        return ""
    ticks = [CHART * tick / 4 for tick in range(5)]
    grid = "".join(f'<line class="axis" x1="{x:g}" y1="0" x2="{x:g}" y2="24"/>' for x in ticks)
    return (
        f'<svg viewBox="0 0 {CHART:g} 24" aria-hidden="true">{grid}'
        f'<line class="bar" x1="{CHART * low:.1f}" y1="12" x2="{CHART * high:.1f}" y2="12"/>'
        f'<line class="bar" x1="{CHART * low:.1f}" y1="8" x2="{CHART * low:.1f}" y2="16"/>'
        f'<line class="bar" x1="{CHART * high:.1f}" y1="8" x2="{CHART * high:.1f}" y2="16"/>'
        f'<circle class="dot" cx="{CHART * point:.1f}" cy="12" r="4.5"/></svg>'
    )


def bases(book: Book, sheet: Sheet) -> Iterator[str]:
    """Unweighted and weighted bases, those of the first row; a base that is small is marked."""
    kinds = [("n" if book.has_margin_of_error else "n_sheets", sheet.n[0])]
    if book.has_margin_of_error:
        kinds.append(("weighted_base", sheet.weighted_base[0]))
    for place, (name, values) in enumerate(kinds):
        empty = "<td></td>" if book.has_margin_of_error else ""
        stars = ["*" if place == 0 and 0 <= value < book.spec.mark_base else "" for value in values]
        cells = "".join(td(book, column, count(book, float(value)) + stars[column]) for column, value in enumerate(values))
        look = "bases lead" if place == 0 else "bases"
        yield f'<tr class="{look}"><th scope="row">{escape(say(book, name))}</th>{empty}{cells}</tr>'


def _column(book: Book, column: Column, place: int) -> str:
    letter = f' <span class="letter">{column.letter}</span>' if column.letter and book.has_margin_of_error else ""
    edge = ' class="first"' if _is_first(book, place) else ""
    return f'<th scope="col"{edge}>{escape(column.label)}{letter}</th>'


def _is_first(book: Book, column: int) -> bool:
    """Does a banner variable begin at this column?"""
    return column > 0 and (column == 1 or book.columns[column].variable != book.columns[column - 1].variable)
