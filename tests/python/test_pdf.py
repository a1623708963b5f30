"""Reports on paper: what Poppler sees of them."""

import re
import shutil
import subprocess
import sys

import pytest
from matplotlib.image import imread
from streamtwin import report as reports
from streamtwin.__main__ import main
from streamtwin.report.pdf import on_paper
from streamtwin.report.study import Section, study

pytest.importorskip("weasyprint", reason="needs WeasyPrint (Debian: weasyprint)")
needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Poppler (Debian: poppler-utils)")


@pytest.fixture(scope="module")
def paper(run, tmp_path_factory):
    return reports.write(run, tmp_path_factory.mktemp("paper") / "report.pdf")


def words_of(file):
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True, timeout=120).stdout


def pages_of(file, folder):
    """Each page as an array of darkness."""
    subprocess.run(["pdftoppm", "-r", "50", "-gray", "-png", file, folder / "page"], check=True, timeout=300)
    return [1 - imread(picture) for picture in sorted(folder.glob("page*.png"))]


@needs_poppler
def test_the_answer_stands_on_the_first_page_and_the_evidence_after_it(paper, run):
    pages = words_of(paper).split("\f")
    assert pages[0].split()[0] == run.name and "1 of 5 expectations did not hold." in pages[0] and "not held" in pages[0]
    text = " ".join("".join(pages).split())
    for heading in ("Key figures", "Traffic and failures", "Health of the tiers", "Delivery", "Head-room", "Where this comes from"):
        assert heading in text
    for name in run.kpis.index:
        assert name in text.replace(" ", ""), "all figures, though the page folds them"
    assert re.search(r"1 / \d+", pages[0])


@needs_poppler
def test_every_page_is_filled_and_nothing_runs_over_its_edge(paper, tmp_path):
    pages = pages_of(paper, tmp_path)
    assert 5 <= len(pages) <= 16
    for page in pages[:-1]:
        assert (page > 0.2).any(axis=1).mean() > 0.15, "a page that is nearly empty"
    for page in pages:
        assert not (page[:, -20:] > 0.2).any() and not (page[:, :20] > 0.2).any(), "something runs over the margin"


@needs_poppler
def test_figures_keep_their_letters_and_colours(paper):
    assert "What failed and what was done about it, per second" in words_of(paper), "text that can be searched"
    assert "var(" not in on_paper("<style>:root { --ink: #1b2127; }\n@media x{} p { color: var(--ink); }</style><p style='fill: var(--ink)'>").replace("--ink:", "")


@needs_poppler
def test_a_page_of_many_runs_is_laid_out_the_same_way(tmp_path):
    rows = [[f"load.shop-{i}.latency.p99", f"{i} ms", f"{i - 1} ms … {i + 1} ms"] for i in range(60)]
    page = study("plan", "shop", "What is the cheapest fleet?", "4.85 $/h.", [Section("The fleet", ("What", "Mean", "95 %"), rows)], ["streamtwin plan shop"])
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert main(["report", str(made_of(tmp_path)), "--pdf"]) == 0
    pages = words_of(tmp_path / "plan" / "report.pdf").split("\f")
    assert "4.85 $/h." in pages[0] and len(pages) >= 3 and all("What" in one for one in pages[:2]), "headings come again on each page"
    assert "streamtwin plan shop" in "".join(pages)


def made_of(folder):
    (folder / "plan").mkdir()
    (folder / "plan" / "plan.json").write_text("{}")
    shutil.copy(folder / "page.html", folder / "plan" / "report.html")
    return folder / "plan"


def test_without_weasyprint_it_is_named_and_nothing_is_written(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (tmp_path / "page.html").write_text(study("plan", "shop", "?", "!", [], []), encoding="utf-8")
    folder = made_of(tmp_path)
    assert main(["report", str(folder), "--out", str(tmp_path / "x.pdf")]) == 2
    assert "PDF needs WeasyPrint, which cannot be imported" in capsys.readouterr().err and not (tmp_path / "x.pdf").exists()


def test_a_report_on_paper_asks_nothing_of_the_network():
    from streamtwin.report import pdf

    with pytest.raises(ValueError, match="asks nothing of the network"):
        pdf._nothing("http://example.invalid/")
    assert pdf.pdf(study("plan", "shop", "?", "!", [], [])).startswith(b"%PDF")
