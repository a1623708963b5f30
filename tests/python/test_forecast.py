"""Foretelling a load: the predictors by cases that are computed by hand, what a history may look like, and what is refused."""

import doctest
import math

import numpy as np
import pytest

forecast_of = pytest.importorskip("streamtwin._core", reason="the compiled module is not built").algorithms.forecast

from streamtwin.planning import forecast, history  # noqa: E402
from streamtwin.planning.forecast import HoltWinters, demand, scores  # noqa: E402
from streamtwin.planning.history import History, filled, read_history  # noqa: E402
from streamtwin.ranges import BadInput  # noqa: E402

HOUR, DAY = 3600, 86400


def test_what_the_docs_say():
    assert doctest.testmod(forecast).failed == 0 and doctest.testmod(history, extraglobs={"np": np}).failed == 0


def test_holt_and_winters_by_hand():
    fitted = HoltWinters.fit([10, 14, 20, 12, 12, 17, 23, 14, 13, 19, 26, 16, 15, 21, 28, 17], 4)
    assert (fitted.level, fitted.trend) == pytest.approx((20.80666499, 0.52433248), abs=1e-8)
    assert [fitted.ahead(h) for h in range(1, 6)] == pytest.approx([17.27978802, 22.27692582, 28.64678225, 19.96448608, 19.37711793], abs=1e-8)
    assert sum(error ** 2 for error in fitted.errors) == pytest.approx(21.49923537, abs=1e-8)
    half = 1.959964 * math.sqrt(21.49923537 / 12)
    assert half * math.sqrt(forecast.winters_factor(1, 4)) == pytest.approx(2.62342695, abs=1e-6)
    assert half * math.sqrt(forecast.winters_factor(5, 4)) == pytest.approx(4.39570823, abs=1e-6)


def test_strong_harmonics_by_hand():
    values = [10 + 4 * math.cos(4 * math.pi * t / 16 - 1) + math.sin(10 * math.pi * t / 16) + 0.2 * (-1) ** t for t in range(16)]
    fitted = forecast_of.FourierForecast(values, 0, 2)
    assert [fitted.at(t) for t in range(16, 20)] == pytest.approx([12.16120922, 14.83212459, 12.65877716, 10.46915023], abs=1e-8)


def test_scores_by_hand():
    told = scores([100, 120, 0, 80, 150, 90], [110, 114, 5, 88, 135, 90], [95, 100, 0, 85, 120, 80], [125, 125, 8, 100, 145, 99])
    assert {name: round(value, 8) for name, value in told.items()} == {
        "mape": 0.07, "wape": 0.08148148, "smape": 0.39117023, "mae": 7.33333333, "rmse": 8.66025404, "bias": 0.33333333, "mase": 0.1047619,
        "pinball": 3.53333333, "coverage": 0.66666667, "winkler": 87.0}
    assert math.isnan(scores([0, 0], [1, 2])["mape"])


def weekly(weeks, noise=0.0, slot=HOUR):
    """A load with a daily and a weekly rhythm that grows by a hundredth a week, whose highest hour is 20:00 on Saturdays."""
    at = np.arange(weeks * 7 * DAY // slot) * slot
    rhythm = 100 + 40 * np.cos(2 * math.pi * (at / DAY - 20 / 24)) + 20 * np.cos(2 * math.pi * (at / (7 * DAY) - (5 + 20 / 24) / 7))
    return rhythm * (1 + 0.01 * at / (7 * DAY)) * (1 + noise * np.random.default_rng(1).standard_normal(len(at)))


def test_the_peak_of_a_regular_load_is_foretold_with_a_band_above_it():
    values = weekly(6, 0.02)
    monday = 4 * DAY  # 1970-01-05
    found = demand(History(HOUR, monday, values, np.zeros(len(values), dtype=bool)), 100.0, 7 * DAY, 0.95, {"premiere": 1.5})
    truth = weekly(7)[-7 * 24:].max()
    assert abs(found.peak - truth) < 0.05 * truth and found.peak < found.upper < 1.2 * truth
    assert found.factor == pytest.approx(found.upper * 1.5 / 100)
    assert 18 <= (found.when - monday) % DAY / HOUR <= 22 and found.when > monday + 6 * 7 * DAY
    assert found.accuracy["capacity"]["wape"] < 0.06 and set(found.accuracy) == {"fourier", "regression", "holt_winters", "capacity"}


def test_bands_hold_as_often_as_they_say():
    """The last week of each of many histories, against the band that the weeks before it give for that week."""
    held = []
    for seed in range(6):
        values = weekly(7) * (1 + 0.05 * np.random.default_rng(seed).standard_normal(7 * 7 * 24))
        known = History(HOUR, 4 * DAY, values[:-7 * 24], np.zeros(6 * 7 * 24, dtype=bool))
        held += list(values[-7 * 24:] <= demand(known, 100.0, 7 * DAY, 0.9, {}).uppers)
    assert 0.87 < np.mean(held) < 0.985


def write(tmp_path, lines):
    file = tmp_path / "load.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_any_common_form_is_read(tmp_path):
    values = np.round(weekly(2), 3)
    seconds = read_history(write(tmp_path, ["# made", "time,rate", *(f"{n * HOUR},{v}" for n, v in enumerate(values))]))
    thousands = read_history(write(tmp_path, [f"{1_700_006_400_000 + n * HOUR * 1000}\t{v}" for n, v in enumerate(values)]))
    dates = read_history(write(tmp_path, ["when;requests", *(f"2026-03-{1 + n // 24:02d}T{n % 24:02d}:00:00Z;{str(v).replace('.', ',')}"
                                                            for n, v in enumerate(values))]))
    for found in (seconds, thousands, dates):
        assert found.slot == HOUR and found.values == pytest.approx(values) and not found.filled.any()
    assert dates.since_monday == 6 * DAY, "the first of March 2026 is a Sunday"


def test_gaps_are_filled_and_do_not_count(tmp_path):
    values = weekly(3)
    lines = [f"{n * HOUR},{v}" for n, v in enumerate(values) if n not in (50, 51) and not 200 <= n < 220]
    found = read_history(write(tmp_path, [*lines[::-1], lines[7]]))
    assert found.filled.sum() == 22 and found.notes == ["1 lines stand twice, and count once", "22 of 504 slots are missing, and were filled"]
    assert found.values[50] == pytest.approx(np.interp(50, [49, 52], values[[49, 52]]))
    assert found.values[200:220] == pytest.approx(values[200:220], rel=0.05), "as a week before, at the level around it"
    assert filled(np.array([1.0, math.nan, math.nan, 4.0]), 100).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("change, expected", [
    ({7: "25200,many"}, r"load.csv:8: 'many' is no rate or count from 0 on"),
    ({7: "25200,-1"}, r"load.csv:8: '-1' is no rate"),
    ({7: "yesterday,1"}, r"load.csv:8: 'yesterday' is no time"),
    ({7: "25200"}, r"load.csv:8: expected a time and a value, found 1 column"),
    ({7: "25200,1,2"}, r"load.csv:8: expected a time and a value, found 3 columns"),
    ({7: "21600,99"}, r"load.csv:8: has 99 for the time for which line 7 has "),
    ({7: "25300,1"}, r"load.csv:8: this time is not a whole number of slots of 3600 s after the first"),
    ({n: "" for n in range(100, 180)}, r"load.csv:181: 24% of its slots are missing, the most of them before this line"),
    ({n: "" for n in range(200, 336)}, r"has 8.33 days; expected two weeks or more"),
])
def test_what_is_no_history_is_refused_with_its_line(tmp_path, change, expected):
    lines = [f"{n * HOUR},{v:.3f}" for n, v in enumerate(weekly(2))]
    for at, line in change.items():
        lines[at] = line
    with pytest.raises(BadInput, match=expected):
        read_history(write(tmp_path, lines))


def test_too_short_a_history_for_its_band_is_refused():
    values = weekly(2)
    with pytest.raises(BadInput, match="two weeks are needed to foretell from"):
        demand(History(HOUR, 0, values, np.zeros(len(values), dtype=bool)), 1.0, DAY, 0.95, {})
    values = weekly(3)
    with pytest.raises(BadInput, match="too short for a band of 0.999"):
        demand(History(HOUR, 0, values, np.zeros(len(values), dtype=bool)), 1.0, 2 * DAY, 0.999, {})
