"""When the activities of an experiment happen, and which steps of a scenario's method they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable

from ..ranges import BadInput
from .experiment import Activity, Experiment
from .mapping import Nothing, Step, Undo


@dataclass(frozen=True)
class Moment:
    """An activity at its time (s from the end of the warm-up)."""

    time: float
    activity: Activity


@dataclass
class Timeline:
    start: float
    method: list[Moment]
    after: float  #: the end of the method, when the hypothesis is looked at again
    rollbacks: list[Moment]
    end: float
    steps: str  #: the scenario's method


@dataclass
class _Open:
    at: float
    step: Step
    place: str
    lasts: float | None = None


def _written(key: str, value: str) -> str:
    return f'"{value}"' if key in ("target", "to", "operation", "callee") else value


@dataclass
class _Steps:
    done: list[_Open] = field(default_factory=list)

    def follow(self, moments: Iterable[Moment]) -> None:
        for moment in sorted(moments, key=lambda one: one.time):
            for made in moment.activity.made:
                if isinstance(made, Step):
                    self.done.append(_Open(moment.time, made, moment.activity.at))
                elif isinstance(made, Undo):
                    self._take_back(made, moment)

    def _take_back(self, undo: Undo, moment: Moment) -> None:
        ended = [one for one in self.done if one.lasts is None and "lasts" not in one.step.keys and one.step.names[:len(undo.names)] == undo.names]
        if not ended and len(undo.names) > 1:
            raise BadInput(f"{moment.activity.at}: there is nothing that it could take back")
        for one in ended:
            one.lasts = moment.time - one.at
            if one.lasts <= 0:
                raise BadInput(f"{moment.activity.at}: it takes back {one.place} at the instant at which that begins; a pause is missing")

    def written(self) -> str:
        steps = []
        for one in sorted(self.done, key=lambda step: step.at):
            keys = {"at": f"{one.at!r} s", "action": one.step.action, **{key: _written(key, value) for key, value in one.step.keys.items()}}
            if one.lasts is not None:
                keys["lasts"] = f"{one.lasts!r} s"
            steps.append("{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}")
        return "[" + ", ".join(steps) + "]"


def timeline(experiment: Experiment, start: float, roll_back: bool) -> Timeline:
    """The method from ``start`` on, one activity after the other; those in the background beside it, until whose end it lasts."""
    method, after = _in_turn(experiment.method, start)
    rollbacks, end = _in_turn(experiment.rollbacks if roll_back else [], after)
    steps = _Steps()
    steps.follow(method)
    steps.follow(rollbacks)
    return Timeline(start, method, after, rollbacks, end, steps.written())


def _in_turn(activities: list[Activity], start: float) -> tuple[list[Moment], float]:
    moments, now, end = [], start, start
    for activity in activities:
        moments.append(Moment(now + activity.before, activity))
        over = now + activity.before + activity.after
        end = max(end, over)
        if not activity.background:
            now = over
    return moments, end


def what_it_does(activity: Activity) -> str:
    """In words, for the journal."""
    texts = []
    for made in activity.made:
        if isinstance(made, Nothing):
            texts.append(made.why)
        elif isinstance(made, Step):
            texts.append(f"{made.action} {made.keys.get('target', '')}".strip())
        else:
            texts.append("taken back: " + " ".join(made.names[1:] or made.names))
    return "; ".join(texts)
