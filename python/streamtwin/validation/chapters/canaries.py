"""Canaries.

Kayenta's judge compares samples of a metric by Mann and Whitney's test. The vectors are those of its own tests, some of which R has been
asked, too.
"""

from ..._core import Random
from ..._core.algorithms import kayenta
from ..claims import add, claim
from ..findings import Finding, equal, near

KAYENTA = "spinnaker/kayenta, kayenta-mannwhitney and kayenta-judge tests"
LOW, HIGH = [1.0, 2.2, 1.1, 2.5, 3.0], [20.0, 22.0, 21.0, 25.0, 30.0]


@claim("mann-whitney-shift", "By how much 10 20 30 40 are shifted against 1 2 3 4: interval at 95 %, estimate", f"{KAYENTA}: MannWhitneySuite")
def shift() -> Finding:
    found = kayenta.mann_whitney([10, 20, 30, 40], [1, 2, 3, 4], 0.95)
    return equal("6 … 39, 22.5", f"{found.lower:.6g} … {found.upper:.6g}, {found.estimate:.6g}")


def judge(tolerance: float = 0.10, confidence: float = 0.95):
    return kayenta.JudgeSpec(tolerance=tolerance, confidence=confidence)


def classified(experiment, control, **analysis):
    return kayenta.classify(judge(), kayenta.AnalysisSpec(**analysis), control, experiment, Random(1, "canary", "noise"))


@claim("canary-effect", "Ratio of the means of two samples of five", f"{KAYENTA}: ClassifierSuite")
def effect() -> Finding:
    return near(12.0408, classified(HIGH, LOW).deviation, 1e-4)


@claim("canary-estimate", "Estimated shift between them", f"{KAYENTA}: ClassifierSuite")
def estimate() -> Finding:
    return near(20.0, classified(HIGH, LOW).shift.estimate, 1e-3)


#: By what is compared: the experiment, its control, and the label.
LABELS = {"higher": (HIGH, LOW, "High"), "lower": (LOW, HIGH, "Low"), "same": ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], "Pass"),
          "constant": ([10.0] * 5, [1.0] * 5, "High"), "nothing": ([], LOW, "Nodata")}


def label(experiment, control, expected: str) -> Finding:
    return equal(expected.lower(), classified(experiment, control).label.lower().replace("_", ""))


for _name, (_experiment, _control, _label) in LABELS.items():
    add(label, f"canary-{_name}", f"Label of {' '.join(f'{one:g}' for one in _experiment) or 'no samples'} against {' '.join(f'{one:g}' for one in _control)}",
        f"{KAYENTA}: ClassifierSuite", "quick", _experiment, _control, _label)


def pairs(control, experiment, expected: float) -> Finding:
    return near(expected, kayenta.cles(control, experiment), 1e-12)


add(pairs, "common-language", "Share of pairs of 1 to 5 with 1 to 5 in which the second is the higher one, ties by half", f"{KAYENTA}: EffectSizeSuite",
    "quick", [1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 0.5)
