"""Variants side by side: paired by seed, all intervals at once, what would have been seen, and what is refused."""

import json
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from streamtwin.__main__ import main
from streamtwin.experiments import Variant, compare, paired, read_variant, welch
from streamtwin.ranges import BadInput
from streamtwin.results import StrayFileWarning
from streamtwin.tables import NotAResultsFolder

SEEDS = list(range(1, 11))
RANDOM = np.random.default_rng(7)
BASE = RANDOM.normal(100, 10, size=10)


def variant(name, latency, seeds=SEEDS, **others):
    values = pd.DataFrame({"latency": latency, **others}, index=seeds).T.astype(float)
    figures = pd.DataFrame({one: {"unit": "s", "kind": "duration"} for one in values.index}).T
    return Variant(name, "shop", values, figures, label=name)


A = variant("a", BASE)
B = variant("b", BASE + 1 + RANDOM.normal(0, 0.5, size=10))
C = variant("c", BASE + RANDOM.normal(0, 0.5, size=10))


def row(found, a, b, figure="latency"):
    return found.table.set_index(["figure", "a", "b"]).loc[(figure, a, b)]


def test_two_are_compared_seed_by_seed():
    found = compare([A, B])
    expected = paired(list(B.values.loc["latency"]), list(A.values.loc["latency"]))
    one = row(found, "a", "b")
    assert (one["lower"], one["upper"], one["p"]) == (expected.interval.lower, expected.interval.upper, expected.p) and one["shown"]
    assert one["from"] == "pairs" and one["pairs"] == 10 and one["correlation"] > 0.9 and found.statements == 1
    assert not row(compare([A, C]), "a", "c")["shown"] and row(compare([A, C]), "a", "c")["detectable"] > 0


def test_several_hold_all_at_once_and_so_are_wider():
    found, every = compare([A, B, C]), compare([A, B, C], all_pairs=True)
    assert list(found.table["b"]) == ["b", "c"] and len(every.table) == 3 and every.statements == 3
    widths = [float(row(one, "a", "b")["upper"] - row(one, "a", "b")["lower"]) for one in (compare([A, B]), found, every)]
    assert widths == sorted(widths) and len(set(widths)) == 3


def test_the_best_of_several():
    best = compare([A, B, C]).best("latency", largest=True)
    assert best["b"].surely and not best["a"].possibly and not best["c"].possibly
    assert [best[name].verdict for name in "abc"] == ["not the best", "the best", "not the best"]
    assert {one.verdict for one in compare([A, variant("same", BASE)]).best("latency", True).values()} == {"as good as the best"}
    with pytest.raises(BadInput, match="--best: a has no 'rate'"):
        compare([A, B]).best("rate", True)


def test_other_seeds_are_independent_and_single_runs_say_nothing():
    other = variant("other", BASE + 50, seeds=[seed + 100 for seed in SEEDS])
    one = row(compare([A, other]), "a", "other")
    expected = welch(list(other.values.loc["latency"]), list(A.values.loc["latency"]))
    assert one["from"] == "independent" and (one["lower"], one["upper"]) == (expected.lower, expected.upper) and one["shown"]
    alone = row(compare([A, variant("alone", [1.0], seeds=[1])]), "a", "alone")
    assert alone["from"] == "single" and np.isnan(alone["lower"]) and not alone["shown"]


def test_figures_that_one_side_lacks_are_shown_and_patterns_choose():
    more = variant("more", BASE, rate=BASE)
    found = compare([A, more])
    assert list(found.table["figure"]) == ["latency", "rate"] and np.isnan(row(found, "a", "more", "rate")["value_a"])
    assert list(compare([A, more], ["lat*"]).table["figure"]) == ["latency"]
    with pytest.raises(BadInput, match="no key figure 'nothing'"):
        compare([A, more], ["nothing"])


def test_runs_of_different_things_are_refused():
    stranger = Variant("stranger", "film", pd.DataFrame({1: {"plays": 3.0}}), pd.DataFrame({"plays": {"unit": "", "kind": "count"}}).T)
    with pytest.raises(BadInput, match="a and stranger have no key figure in common: they are runs of different things, of shop and of film"):
        compare([A, stranger])
    with pytest.raises(BadInput, match="at least two"):
        compare([A])


# Folders

def folder_of(path, shift, wobble=0.0, seeds=(1, 2, 3, 4), scenario="shop", figure="web.latency"):
    def summary(seed, value, replications=1):
        return {"scenario": scenario, "seed": seed, "replications": replications, "partial": False,
                "kpis": {figure: {"value": value, "unit": "s", "kind": "duration"}}}

    for seed in seeds:
        place = path / "replications" / f"seed-{seed}"
        place.mkdir(parents=True)
        (place / "summary.json").write_text(json.dumps(summary(seed, 1 + 0.1 * seed + shift + wobble * (-1) ** seed)))
    path.mkdir(exist_ok=True)
    (path / "summary.json").write_text(json.dumps(summary(1, 1.25 + shift, max(1, len(seeds)))))
    return path


def test_folders_are_compared_on_the_terminal(tmp_path, capsys):
    folders = [str(folder_of(tmp_path / name, *shift)) for name, shift in (("a", [0]), ("b", [0.3]), ("c", [0, 0.01]))]
    assert main(["compare", *folders, "--best", "web.latency=min"]) == 0
    text = capsys.readouterr().out
    assert "A  " in text and "B − A" in text and "300 ms" in text and "hold all at once with 95 % (Bonferroni)" in text
    assert "not the best" in text and "may be the best" in text
    assert main(["compare", *folders[:2], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (difference,) = found["kpis"]["web.latency"]["differences"]
    assert difference["difference"] == pytest.approx(0.3) and difference["shown"] is True and difference["pairs"] == 4


def test_what_was_not_shown_says_what_would_have_been(tmp_path, capsys):
    a, b = folder_of(tmp_path / "a", 0), folder_of(tmp_path / "b", 0)
    for seed, value in ((1, 1.3), (2, 0.9), (3, 1.6), (4, 1.2)):
        file = b / "replications" / f"seed-{seed}" / "summary.json"
        summary = json.loads(file.read_text())
        summary["kpis"]["web.latency"]["value"] = value
        file.write_text(json.dumps(summary))
    assert main(["compare", str(a), str(b)]) == 0
    assert "with these 4 seeds the difference in the last column would have been seen with probability 0.8" in " ".join(capsys.readouterr().out.split())


def test_bad_input_to_compare_is_named(tmp_path, capsys):
    a = folder_of(tmp_path / "a", 0)
    other = folder_of(tmp_path / "other", 0, scenario="film", figure="plays")
    (tmp_path / "empty").mkdir()
    for words, said in (([a, tmp_path / "nowhere"], "no such folder"), ([a, tmp_path / "empty"], "summary.json is missing"), ([a], "at least two"),
                        ([a, other], "no key figure in common"), ([a, a / "summary.json"], "is a file"), ([a, a, "--best", "x"], "not KPI=max"),
                        ([a, a, "--of", "x"], "no key figure 'x'")):
        assert main(["compare", *map(str, words)]) == 2
        assert said in capsys.readouterr().err
    with pytest.raises(NotAResultsFolder):
        read_variant(tmp_path / "empty")


def test_what_strays_among_replications_is_left_out(tmp_path):
    a = folder_of(tmp_path / "a", 0)
    (a / "replications" / "seed-9").mkdir()
    partial = a / "replications" / "seed-4" / "summary.json"
    partial.write_text(partial.read_text().replace('"partial": false', '"partial": true'))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert list(read_variant(a).values.columns) == [1, 2, 3]
    assert {one.category for one in said} == {StrayFileWarning} and len(said) == 2
    assert any("as it was interrupted" in str(one.message) for one in said)


def test_replicated_folders_are_variants(tmp_path):
    pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
    from streamtwin.experiments import replicate

    tiny = {"clock.lasts": "8 s", "clock.warm_up": "4 s", "method": "[]"}
    for name, rate in (("few", 20), ("many", 40)):
        replicate("mesh-adaptive-limit", tmp_path / name, replications=3, overrides=tiny | {"load.buyers.rate": f"{rate} /s"})
    found = compare([read_variant(tmp_path / name) for name in ("few", "many")], ["load.buyers.offered"])
    assert found.table["shown"].all() and found.table["pairs"].tolist() == [3]


def test_comparing_needs_no_compiled_module():
    words = "import sys; import streamtwin.experiments.compare_verb; assert 'streamtwin._core' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", words], env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0
