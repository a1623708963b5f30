"""Kayenta's judge from Python."""

import math

import pytest

core = pytest.importorskip("streamtwin._core")
from streamtwin import Random  # noqa: E402
from streamtwin.algorithms import kayenta  # noqa: E402

LOW, HIGH = [1.0, 2.2, 1.1, 2.5, 3.0], [20.0, 22.0, 21.0, 25.0, 30.0]


def noise():
    return Random(1, "canary", "noise")


def test_a_shift_has_an_interval_and_an_estimate():
    shift = kayenta.mann_whitney([10, 20, 30, 40], [1, 2, 3, 4], confidence=0.95)
    assert (shift.lower, shift.upper, shift.estimate) == pytest.approx((6, 39, 22.5), abs=1e-6)
    assert kayenta.mann_whitney([1, 1], [1, 1]) is None


def test_a_metric_is_classified_and_metrics_make_a_score():
    judge, analysis = kayenta.JudgeSpec(tolerance=0.1), kayenta.AnalysisSpec(direction="increase", critical=True)
    found = kayenta.classify(judge, analysis, control=LOW, experiment=[*HIGH, math.nan], random=noise())
    assert found.label == "High" and found.critical and found.deviation == pytest.approx(12.04, abs=0.01)
    assert found.shift.lower > 10
    score = kayenta.score(judge, [kayenta.Judged("Pass"), kayenta.Judged(found.label, ["errors"])])
    assert (score.score, score.verdict) == (50, "Fail")
    assert {name: group.score for name, group in score.groups.items()} == {"all": 100, "errors": 0}
    assert kayenta.score(judge, [kayenta.Judged("Pass")]).verdict == "Pass"


def test_sizes_of_an_effect():
    assert kayenta.mean_ratio([1, 1], [10, 10]) == 10 and math.isnan(kayenta.mean_ratio([0, 0], [1, 1]))
    assert kayenta.cles([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]) == 0.5


@pytest.mark.parametrize("misuse", [
    lambda: kayenta.mann_whitney([], [1.0]),
    lambda: kayenta.mann_whitney([math.nan], [1.0]),
    lambda: kayenta.mann_whitney([1.0], [2.0], confidence=1.0),
])
def test_what_cannot_be_compared_is_refused(misuse):
    with pytest.raises(ValueError, match="expected"):
        misuse()
