"""An experiment file of the Chaos Toolkit, read and checked as a whole before anything runs."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Iterator, Mapping

from ..ranges import BadInput
from .mapping import Arguments, Nothing, Step, Undo, steps_of
from .probes import Probe, probe_of
from .tolerance import check as check_tolerance


class ExperimentError(BadInput):
    """An experiment that cannot be carried out. The message shows every problem with its place; ``problems`` lists them."""

    def __init__(self, file: str, problems: list[str]):
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.problems = problems


@dataclass
class Activity:
    """An action or a probe, with its place in the file."""

    at: str
    raw: Mapping[str, Any]
    before: float = 0.0
    after: float = 0.0
    made: list[Step | Undo | Nothing] = field(default_factory=list)
    probe: Probe | None = None

    @property
    def name(self) -> str:
        return self.raw["name"]

    @property
    def background(self) -> bool:
        return self.raw.get("background") is True


@dataclass
class Experiment:
    """``raw`` is the file as it is written, the journal's copy."""

    file: str
    raw: Mapping[str, Any]
    hypothesis: list[Activity]
    method: list[Activity]
    rollbacks: list[Activity]

    @property
    def title(self) -> str:
        return str(self.raw.get("title", ""))


def read(file: str | PathLike[str], urls: Mapping[str, str] | None = None) -> Experiment:
    """Reads an experiment, JSON or YAML. ``urls`` says for which workload or service a URL of a probe stands."""
    path = Path(fspath(file))
    return _Reader(str(path), _parsed(path), urls or {}).experiment()


def _parsed(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() not in (".yaml", ".yml"):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise BadInput(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(f"{path}: not YAML: {error}") from None


_TOP = ("title", "description", "version", "tags", "configuration", "secrets", "contributions", "extensions", "runtime", "method",
        "steady-state-hypothesis", "rollbacks", "controls")
_ACTIVITY = ("type", "name", "provider", "background", "pauses", "tolerance", "controls", "configuration", "secrets")


class _Reader:
    def __init__(self, file: str, raw: Any, urls: Mapping[str, str]):
        self._file, self._urls = file, urls
        self._problems: list[str] = []
        if not isinstance(raw, dict):
            raise ExperimentError(file, ["expected an experiment, an object with `title`, `description` and `method`"])
        self._raw: dict[str, Any] = raw
        self._values: dict[str, Any] = {}

    def experiment(self) -> Experiment:
        for key in self._raw:
            if key not in _TOP:
                self._problem(key, f"unknown key; an experiment has {', '.join(_TOP)}")
        for key in ("title", "description", "method"):
            if key not in self._raw:
                self._problem(key, "an experiment needs it")
        if self._raw.get("controls"):
            self._problem("controls", "controls are code of somebody's, which is never executed here")
        self._read_values("configuration")
        self._read_values("secrets")
        hypothesis = self._raw.get("steady-state-hypothesis") or {}
        probes = hypothesis.get("probes", []) if isinstance(hypothesis, dict) else hypothesis
        made = Experiment(self._file, self._raw, self._activities(probes, "steady-state-hypothesis.probes", True),
                          self._activities(self._raw.get("method", []), "method"),
                          self._activities(self._raw.get("rollbacks") or [], "rollbacks"))
        if self._problems:
            raise ExperimentError(self._file, self._problems)
        return made

    def _problem(self, at: str, what: str) -> None:
        self._problems.append(f"{at}: {what}")

    def _read_values(self, block: str) -> None:
        for name, value in (self._raw.get(block) or {}).items():
            if isinstance(value, dict) and value.get("type") == "env":
                found = os.environ.get(str(value.get("key")), value.get("default"))
                if found is None:
                    self._problem(f"{block}.{name}", f"the environment has no {value.get('key')}, and there is no default")
                self._values[name] = found
            elif isinstance(value, dict) and "type" in value:
                self._problem(f"{block}.{name}", f"a value of the type {value['type']} is not read here; write it, or take it from env")
            elif block == "secrets" and isinstance(value, dict):
                self._values.update(value)
            else:
                self._values[name] = value

    def _substituted(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._substituted(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._substituted(one) for one in value]
        if not isinstance(value, str):
            return value
        whole = re.fullmatch(r"\$\{([^}]+)\}", value)
        if whole and whole[1] in self._values:
            return self._values[whole[1]]
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._values.get(found[1], found[0])), value)

    def _declared(self) -> Iterator[Mapping[str, Any]]:
        for block in (self._raw.get("steady-state-hypothesis") or {}).get("probes", []), self._raw.get("method", []), self._raw.get("rollbacks") or []:
            yield from (one for one in block if isinstance(one, dict) and "name" in one)

    def _activities(self, listed: Any, at: str, hypothesis: bool = False) -> list[Activity]:
        if not isinstance(listed, list):
            self._problem(at, "expected a list of activities")
            return []
        made = []
        for number, raw in enumerate(listed):
            place = f"{at}[{number}]"
            if isinstance(raw, dict) and set(raw) == {"ref"}:
                raw = next((one for one in self._declared() if one["name"] == raw["ref"]), raw)
            try:
                made.append(self._activity(self._substituted(raw), place, hypothesis))
            except BadInput as error:
                self._problems.append(str(error))
        return made

    def _activity(self, raw: Any, at: str, hypothesis: bool) -> Activity:
        if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
            raise BadInput(f"{at}: expected an activity with a `name`, a `type` and a `provider`, or a `ref` to one")
        for key in raw:
            if key not in _ACTIVITY:
                raise BadInput(f"{at}.{key}: unknown key; an activity has {', '.join(_ACTIVITY)}")
        if raw.get("controls"):
            raise BadInput(f"{at}.controls: controls are code of somebody's, which is never executed here")
        activity = Activity(at, raw, *(self._pause(raw, at, side) for side in ("before", "after")))
        provider = raw.get("provider")
        if not isinstance(provider, dict) or provider.get("type") not in ("python", "http", "process"):
            raise BadInput(f"{at}.provider: expected an object of the type python or http")
        if provider["type"] == "process":
            raise BadInput(f"{at}.provider: a process would be executed, which never happens here")
        if raw.get("type") == "probe":
            activity.probe = probe_of(provider, f"{at}.provider", self._urls)
        elif raw.get("type") == "action":
            self._make(activity, provider)
        else:
            raise BadInput(f"{at}.type: expected action or probe")
        if hypothesis:
            if activity.probe is None or "tolerance" not in raw:
                raise BadInput(f"{at}: a hypothesis consists of probes with a `tolerance`")
            check_tolerance(raw["tolerance"], f"{at}.tolerance")
        return activity

    def _make(self, activity: Activity, provider: Mapping[str, Any]) -> None:
        at = f"{activity.at}.provider"
        if provider["type"] != "python":
            raise BadInput(f"{at}: an action by {provider['type']} has no counterpart on the simulated platform")
        arguments = Arguments(f"{at}.arguments", provider.get("arguments") or {})
        activity.made = steps_of(str(provider.get("module")), str(provider.get("func")), arguments)

    def _pause(self, raw: Mapping[str, Any], at: str, side: str) -> float:
        value = (raw.get("pauses") or {}).get(side, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e7:
            raise BadInput(f"{at}.pauses.{side}: expected seconds, found {value!r}")
        return float(value)
