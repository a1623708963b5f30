"""The judge of canaries: Mann-Whitney, effect sizes, groups and scores."""

from typing import Any, Callable, Iterator, Optional, Union
import streamtwin._core

class AnalysisSpec:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, direction: str = ..., nan_strategy: str = ..., outliers: str = ..., outlier_factor: float = ..., critical: bool = ..., must_have_data: bool = ..., muted: bool = ..., effect_size: EffectSpec = ..., groups: list[str] = ...) -> None: ...
    @property
    def critical(self) -> bool:
        """Whether the canary fails if this metric does (bool; default False). Source: spinnaker/kayenta NetflixACAJudge: no"""
        ...
    @critical.setter
    def critical(self, value: bool) -> None: ...
    @property
    def direction(self) -> str:
        """Which change is a bad one (one of increase, decrease, either). Source: spinnaker/kayenta NetflixACAJudge: either"""
        ...
    @direction.setter
    def direction(self, value: str) -> None: ...
    @property
    def effect_size(self) -> EffectSpec:
        """How large a change must be to matter (EffectSpec)"""
        ...
    @effect_size.setter
    def effect_size(self, value: EffectSpec) -> None: ...
    @property
    def groups(self) -> list[str]:
        """The groups of metrics in which it counts; one of all metrics that name none (list of text)"""
        ...
    @groups.setter
    def groups(self, value: list[str]) -> None: ...
    @property
    def must_have_data(self) -> bool:
        """Whether a metric without data fails that is not critical (bool; default False). Source: spinnaker/kayenta NetflixACAJudge mustHaveData: no"""
        ...
    @must_have_data.setter
    def must_have_data(self, value: bool) -> None: ...
    @property
    def muted(self) -> bool:
        """Whether it is looked at without being counted (bool; default False). Source: spinnaker/kayenta NetflixACAJudge: no"""
        ...
    @muted.setter
    def muted(self, value: bool) -> None: ...
    @property
    def nan_strategy(self) -> str:
        """What becomes of samples that are no number (one of remove, replace). Source: spinnaker/kayenta NetflixACAJudge: remove"""
        ...
    @nan_strategy.setter
    def nan_strategy(self, value: str) -> None: ...
    @property
    def outlier_factor(self) -> float:
        """How far out is far: interquartile ranges beyond the quartiles, or standard deviations (number; default 3; at least 1e-06; at most 1e+06). Source: spinnaker/kayenta NetflixACAJudge outlierFactor: 3"""
        ...
    @outlier_factor.setter
    def outlier_factor(self, value: float) -> None: ...
    @property
    def outliers(self) -> str:
        """What becomes of samples far out (one of keep, remove, remove_by_deviation). Source: spinnaker/kayenta NetflixACAJudge: keep"""
        ...
    @outliers.setter
    def outliers(self, value: str) -> None: ...
    def to_yaml(self) -> str:
        """The value as YAML, every field of it; of a scenario that is a scenario file."""
        ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

class Classification:
    """What is found of a metric."""
    @property
    def critical(self) -> bool:
        """It fails the canary."""
        ...
    @property
    def deviation(self) -> float:
        """Ratio of the means; NaN where one is 0."""
        ...
    @property
    def label(self) -> str:
        ...
    @property
    def shift(self) -> Optional[Shift]:
        """None where there was nothing to compare."""
        ...

class EffectSpec:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, measure: str = ..., allowed_increase: Optional[float] = ..., allowed_decrease: Optional[float] = ..., critical_increase: Optional[float] = ..., critical_decrease: Optional[float] = ...) -> None: ...
    @property
    def allowed_decrease(self) -> Optional[float]:
        """An effect of more is no decrease; no effect at all if absent (number or None)"""
        ...
    @allowed_decrease.setter
    def allowed_decrease(self, value: Optional[float]) -> None: ...
    @property
    def allowed_increase(self) -> Optional[float]:
        """An effect of less is no increase; no effect at all if absent (number or None)"""
        ...
    @allowed_increase.setter
    def allowed_increase(self, value: Optional[float]) -> None: ...
    @property
    def critical_decrease(self) -> Optional[float]:
        """The same of a decrease of more; any does if absent (number or None)"""
        ...
    @critical_decrease.setter
    def critical_decrease(self, value: Optional[float]) -> None: ...
    @property
    def critical_increase(self) -> Optional[float]:
        """A critical metric's increase of less does not fail the canary at once; any does if absent (number or None)"""
        ...
    @critical_increase.setter
    def critical_increase(self, value: Optional[float]) -> None: ...
    @property
    def measure(self) -> str:
        """How large an effect is (one of mean_ratio, cles). Source: spinnaker/kayenta NetflixACAJudge: meanRatio"""
        ...
    @measure.setter
    def measure(self, value: str) -> None: ...
    def to_yaml(self) -> str:
        """The value as YAML, every field of it; of a scenario that is a scenario file."""
        ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

class GroupScore:
    """Of a group of metrics."""
    @property
    def no_data(self) -> bool:
        """None of its metrics has data; it counts as 100."""
        ...
    @property
    def score(self) -> float:
        """From 0 to 100."""
        ...

class JudgeSpec:
    """Fields may be given by name; all have defaults."""
    def __init__(self, *, classifier: str = ..., tolerance: float = ..., confidence: float = ..., pass_at: float = ..., marginal_at: float = ..., group_weights: dict[str, float] = ...) -> None: ...
    @property
    def classifier(self) -> str:
        """How a metric is compared (one of mann_whitney, mean_inequality). Source: spinnaker/kayenta NetflixACAJudge: MannWhitneyClassifier"""
        ...
    @classifier.setter
    def classifier(self, value: str) -> None: ...
    @property
    def confidence(self) -> float:
        """Of that interval (fraction; default 0.98). Source: spinnaker/kayenta NetflixACAJudge: 0.98"""
        ...
    @confidence.setter
    def confidence(self, value: float) -> None: ...
    @property
    def group_weights(self) -> dict[str, float]:
        """What groups of metrics weigh, in per cent; the others share what is left (dict of number)"""
        ...
    @group_weights.setter
    def group_weights(self, value: dict[str, float]) -> None: ...
    @property
    def marginal_at(self) -> float:
        """A score from this on goes on to the next look; one below fails the canary (number; default 75; at least 0; at most 100). Source: spinnaker.io, canary configuration: 75 as an example; no default upstream"""
        ...
    @marginal_at.setter
    def marginal_at(self, value: float) -> None: ...
    @property
    def pass_at(self) -> float:
        """A score from this on passes (number; default 95; at least 0; at most 100). Source: spinnaker.io, canary configuration: 95 as an example; no default upstream"""
        ...
    @pass_at.setter
    def pass_at(self, value: float) -> None: ...
    def to_yaml(self) -> str:
        """The value as YAML, every field of it; of a scenario that is a scenario file."""
        ...
    @property
    def tolerance(self) -> float:
        """A shift whose interval stays within this share of its estimate is none (fraction; default 0.25). Source: spinnaker/kayenta NetflixACAJudge: 0.25"""
        ...
    @tolerance.setter
    def tolerance(self, value: float) -> None: ...
    __hash__: None  # type: ignore[assignment]
    def _repr_html_(self) -> str: ...

class Judged:
    """A metric that was classified."""
    def __init__(self, label: str, groups: list[str] = ['all'], critical: bool = False) -> None: ...
    @property
    def critical(self) -> bool:
        ...
    @property
    def groups(self) -> list[str]:
        ...
    @property
    def label(self) -> str:
        ...

class Score:
    """What the metrics make together."""
    @property
    def groups(self) -> dict[str, GroupScore]:
        """Scores of the groups, by name."""
        ...
    @property
    def score(self) -> float:
        """From 0 to 100."""
        ...
    @property
    def verdict(self) -> str:
        ...

class Shift:
    """By how much the experiment is shifted against the control."""
    @property
    def estimate(self) -> float:
        """Of Hodges and Lehmann."""
        ...
    @property
    def lower(self) -> float:
        """Lower end of the interval."""
        ...
    @property
    def upper(self) -> float:
        """Upper end of the interval."""
        ...

def classify(judge: JudgeSpec, analysis: AnalysisSpec, control: list[float], experiment: list[float], random: streamtwin._core.Random) -> Classification:
    """Compares two samples of a metric; `random` shakes two that are constant."""
    ...
def cles(control: list[float], experiment: list[float]) -> float:
    """Share of pairs in which the experiment's is the higher one."""
    ...
def mann_whitney(experiment: list[float], control: list[float], confidence: float = 0.98) -> Optional[Shift]:
    """The interval and the estimate of a shift; None where all samples are tied."""
    ...
def mean_ratio(control: list[float], experiment: list[float]) -> float:
    """The experiment's mean over the control's; NaN where one is 0."""
    ...
def score(judge: JudgeSpec, metrics: list[Judged]) -> Score:
    """The score of metrics that were classified."""
    ...
