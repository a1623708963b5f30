"""The validation book: its rows have commands, can fail, and make a page."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
import streamtwin  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402
from streamtwin.validation import Book, Finding, chapters  # noqa: E402
from streamtwin.validation.claims import LONG, MINUTE, QUICK, chosen  # noqa: E402
from streamtwin.validation.findings import at_most, between, equal, near, proportion, replicated, skipped  # noqa: E402

ROWS = [row for chapter in chapters() for row in chapter.claims]


def verb(*words):
    """``streamtwin book`` as the program calls it."""
    return subprocess.run([sys.executable, "-m", "streamtwin", "book", *words], capture_output=True, text=True, timeout=120,
                          env=os.environ | {"PYTHONPATH": str(Path(streamtwin.__file__).parents[1])})


def test_each_row_has_a_name_of_its_own_a_source_and_a_command():
    names = [row.name for row in ROWS]
    assert len(names) > 150 and len(set(names)) == len(names)
    assert not set(names) & {chapter.name for chapter in chapters()}, "a name is a row's or a chapter's"
    for row in ROWS:
        assert row.text and row.source and row.takes in (QUICK, MINUTE, LONG)
        assert row.command == f"./streamtwin book {row.name}" and [one.claims for one in chosen([row.name], ())] == [(row,)]


def test_each_chapter_has_a_title_and_says_what_it_is_about():
    for chapter in chapters():
        assert chapter.title and chapter.text and chapter.claims, chapter.name


@pytest.mark.parametrize("finding, held", [
    (replicated(2.0, [1.99, 2.0, 2.01]), True), (replicated(3.0, [1.9, 2.0, 2.1]), False), (equal("6 9", "6 9"), True), (equal(6, 9), False),
    (near(0.0, 1e-9, 1e-6), True), (near(5.0, 5.2, 0.1), False), (between(180, 240, [181.0, 239.0]), True), (between(180, 240, [181.0, 241.0]), False),
    (proportion(0.95, 949, 1000), True), (proportion(0.95, 900, 1000), False), (at_most(0.05, 40, 1000, (0.1,)), True), (at_most(0.05, 90, 1000, ()), False)])
def test_a_verdict_is_computed(finding, held):
    assert finding.held is held and finding.verdict == ("held" if held else "not held")
    assert finding.expected and finding.measured
    assert not held or finding.refuses(), "and another expectation would not have held"


def test_what_agrees_with_anything_is_told_from_what_does_not():
    assert not near(5.0, 5.0, 100.0).refuses() and not replicated(5.0, [-100.0, 0.0, 100.0]).refuses()
    assert not between(0.0, 1e9, [1.0], off=(0.8,)).refuses()


def test_what_cannot_be_measured_is_neither_held_nor_not():
    assert skipped("no data").verdict == "skipped" and skipped("no data").held is None and not skipped("no data").refuses()


def test_a_book_tells_what_failed_and_what_says_nothing(monkeypatch):
    def measured(finding: Finding):
        book = Book()
        monkeypatch.setattr("streamtwin.validation.claims.Claim.measure", lambda row: finding)
        book.measure("latches")
        return book.failed(), book.toothless(), book.headline()

    assert measured(equal(1, 2)) == (["latches"], [], "0 of 1 claims hold, 1 do not")
    assert measured(near(1.0, 1.0, 9.0)) == ([], ["latches"], "All 1 claims hold")
    assert measured(skipped("no data")) == ([], [], "All 0 claims hold; 1 could not be measured here")


def test_a_claim_that_ends_in_an_error_has_failed_and_the_others_are_measured(monkeypatch):
    measure = streamtwin.validation.claims.Claim.measure

    def some(row):
        return 1 / 0 if row.name == "latches" else measure(row)

    monkeypatch.setattr("streamtwin.validation.claims.Claim.measure", some)
    book = Book()
    book.measure("latches", "ring-of-four")
    assert book.failed() == ["latches"] and book.headline() == "1 of 2 claims hold, 1 do not"
    assert {row.claim.name: row.finding.measured for row in book.rows}["latches"] == "ZeroDivisionError: division by zero"


def test_the_page_has_every_row_with_its_verdict_and_command(tmp_path):
    ended = verb("caches", "canary-effect", "--html", str(tmp_path / "book.html"))
    assert ended.returncode == 0 and ended.stdout.endswith("All 14 claims hold\n"), ended.stdout + ended.stderr
    page = (tmp_path / "book.html").read_text()
    for row in (*chosen(["caches"], (QUICK,))[0].claims, *chosen(["canary-effect"], ())[0].claims):
        assert f"<code>{row.command}</code>" in page and f'<tr class="held" id="{row.name}">' in page
    assert page.count('<tr class="held"') == 14 and page.count("<script") == 1


def test_the_command_says_by_its_status_whether_a_claim_failed_and_prints_json():
    ended = verb("blackouts", "--json")
    row, = json.loads(ended.stdout)
    assert ended.returncode == 0 and row["held"] and row["measured"] == "0 0 10 20 30 30" and row["command"] == "./streamtwin book blackouts"


def test_the_command_tells_what_there_is_and_what_was_left_out():
    ended = verb("--list", "evacuation")
    assert "evacuation-nimble " in ended.stdout and "[long]" in ended.stdout
    ended = verb("--quick", "chaos")
    assert ended.stdout == "\nNothing was measured\n7 rows take longer and were left out: --long\n"


@pytest.mark.parametrize("words, said", [(["no-such-row"], "the book has no row or chapter 'no-such-row'"), (["--quick", "--long"], "do not go together")])
def test_bad_words_are_answered(words, said):
    ended = verb(*words)
    assert ended.returncode == 2 and said in ended.stderr
    with pytest.raises(BadInput):
        Book().measure("no-such-row")
