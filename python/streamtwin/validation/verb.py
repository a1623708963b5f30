"""``streamtwin book``: the words of the command line, and what is printed."""

from __future__ import annotations

import argparse
import json
import sys

from ..ranges import BadInput
from .book import Book, Row
from .claims import LONG, MINUTE, QUICK, chosen
from .page import write


def add_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("NAME", nargs="*", help="rows or chapters (default: all, but rows that take minutes)")
    verb.add_argument("--quick", action="store_true", help="only rows that take seconds")
    verb.add_argument("--long", action="store_true", help="rows that take minutes, too")
    verb.add_argument("--list", action="store_true", help="print what there is, and measure nothing")
    verb.add_argument("--html", metavar="FILE", help="write the book as a page")
    verb.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(options: argparse.Namespace) -> int:
    if options.quick and options.long:
        raise BadInput("--quick and --long do not go together")
    takes = (QUICK,) if options.quick else (QUICK, MINUTE, LONG) if options.long else (QUICK, MINUTE)
    if options.list:
        show_list(chosen(options.NAME, (QUICK, MINUTE, LONG)))
        return 0
    book = Book(takes)
    book.measure(*options.NAME, look=(lambda row: None) if options.json else show)
    if options.html:
        print(f"\n{write(book, options.html)}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(book.to_json(), indent=1, ensure_ascii=False))
    else:
        print(f"\n{book.headline()}")
        if left := left_out(options, takes):
            print(f"{len(left)} rows take longer and were left out: --long")
    return 1 if book.failed() else 0


def left_out(options: argparse.Namespace, takes: tuple[str, ...]) -> set[str]:
    """The rows that would be measured if it might take as long as it does."""
    whole, part = ({row.name for chapter in chosen(options.NAME, some) for row in chapter.claims} for some in ((QUICK, MINUTE, LONG), takes))
    return whole - part


def show(row: Row) -> None:
    """A row as it is there: seconds of waiting lie between two of them."""
    told = row.told()
    agrees = f" ({told['interval']})" if told["interval"] else ""
    print(f"{told['verdict']:>8}  {told['claim']}\n{'':10}{row.claim.name}: expected {told['expected'] or 'nothing'}, "
          f"measured {told['measured'] or 'nothing'}{agrees}", flush=True)


def show_list(book) -> None:
    for chapter in book:
        print(f"\n{chapter.title} ({chapter.name})")
        for row in chapter.claims:
            print(f"  {row.name:<34} {row.text}{'' if row.takes == QUICK else f' [{row.takes}]'}")
