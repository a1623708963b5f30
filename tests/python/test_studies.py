"""Studies compare variants seed by seed, count phases from the end of the warm-up, and say how sure they are."""

import math

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
import streamtwin as st  # noqa: E402
from streamtwin import studies  # noqa: E402

SHORT = {"clock.lasts": "8 s", "clock.warm_up": "4 s", "method": "[{at: 4 s, action: kill_instance, target: checkout/us-east-1b/0}]"}


@pytest.fixture(scope="module")
def study():
    few = {"load.buyers.rate": "40 /s"}
    return st.Study({"many": st.load("mesh-adaptive-limit", SHORT), "few": st.load("mesh-adaptive-limit", SHORT | few)}, seeds=3)


def test_variants_meet_the_same_seeds_and_are_compared_seed_by_seed(study):
    assert sorted(study.runs) == [(variant, seed) for variant in ("few", "many") for seed in (1, 2, 3)]
    kpi = "load.buyers.offered"
    alone = st.run(st.load("mesh-adaptive-limit", SHORT), seed=2).kpis.loc[kpi, "value"]
    assert study.values("many", kpi)[1] == alone
    assert study.differences_of("few", kpi, to="many") == [a - b for a, b in zip(study.values("few", kpi), study.values("many", kpi))]


def test_tables_have_means_with_intervals(study):
    table = study.table({"offered": "load.buyers.offered"})
    assert list(table.columns) == ["many", "few"] and table.loc["offered", "few"] == studies.interval(study.values("few", "load.buyers.offered"))
    assert list(study.differences({"offered": "load.buyers.offered"}, to="few").columns) == ["many − few"]
    assert study.surely_above("many", "load.buyers.offered", to="few", by=1000)
    assert not study.surely_above("few", "load.buyers.offered", to="many")
    assert not study.surely_above("many", "load.buyers.offered", to="many")


def test_phases_count_from_the_end_of_the_warm_up(study):
    run = study.runs["many", 1]
    series = run.series("load.buyers.answered")
    assert studies.mean_between("load.buyers.answered", 0, 8)(run) == pytest.approx(series[series.index > 0].mean())
    assert studies.mean_between("load.buyers.answered", 4, 8)(run) == pytest.approx(series[series.index > 4].mean())


def test_sweeps_give_an_interval_for_each_point():
    points = studies.sweep((20, 40), lambda rate: st.load("mesh-adaptive-limit", SHORT | {"load.buyers.rate": f"{rate} /s"}), seeds=2)
    frame = studies.intervals_over(points, "load.buyers.offered")
    assert list(frame.index) == [20, 40] and (frame["lower"] <= frame["mean"]).all() and (frame["mean"] <= frame["upper"]).all()
    assert frame.loc[40, "mean"] > frame.loc[20, "mean"]


def test_plots_draw_a_line_for_each_variant_or_as_named(study):
    picture = study.plot({"Answers": "load.buyers.answered", "Both": {"in all": ("many", "load.buyers.offered"), "in time": ("many", "load.buyers.answered")}})
    drawn = [[line.get_label() for line in axis.get_lines() if not line.get_label().startswith("_")] for axis in picture.axes]
    assert drawn == [["many", "few"], ["in all", "in time"]]


class Told(st.Study):
    """What runs would say, without them."""

    def __init__(self, **figures):
        self.figures, self.seeds = figures, list(range(1, 8))

    def values(self, variant, figure):
        return self.figures[figure.rsplit(".", 1)[1]]


def test_a_time_that_is_longer_than_the_run_is_no_number():
    nobody_can_say = math.nan
    study = Told(recovered=[1, 1, 0, 1, 1, 0, nobody_can_say], time_to_recover=[30, 10, math.nan, 20, 40, math.nan, math.nan])
    assert study.times_to("recover", "x") == [30, 10, math.inf, 20, 40, math.inf]
    median = study.time_to("recover", "x", "0.regions.east")
    assert (median.value, median.n) == (30, 6), "not 25, the median of those that got there"
    assert (median.lower, median.upper) == (10, math.inf) and median.coverage > 0.95


def test_where_most_did_not_get_there_the_median_says_so():
    study = Told(mitigated=[0, 0, 1], time_to_mitigate=[math.nan, math.nan, 5])
    assert study.time_to("mitigate", "x").value == math.inf
    assert math.isnan(Told(detected=[math.nan], time_to_detect=[math.nan]).time_to("detect", "x").value), "nobody was hit"
