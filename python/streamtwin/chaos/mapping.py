"""What actions and probes of an experiment are on the simulated platform. A table: who wrote the function, and which step it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from .. import _core
from ..ranges import BadInput, duration


@dataclass
class Step:
    """A step of a scenario's method, until something takes it back."""

    action: str
    keys: dict[str, str]
    #: By what another activity can name it, to take it back.
    names: tuple[str, ...] = ()


@dataclass
class Undo:
    """Takes back the steps that have all these names."""

    names: tuple[str, ...]


@dataclass
class Nothing:
    """An action that does nothing, and why."""

    why: str


@dataclass(frozen=True)
class Arguments:
    """Of a function, each of which must be read."""

    at: str
    given: Mapping[str, Any]
    seen: set[str] = field(default_factory=set)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return self.given.get(name, default)

    def need(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise BadInput(f"{self.at}: it needs the argument `{name}`")
        return value

    def count(self, name: str) -> int:
        value = self.need(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadInput(f"{self.at}.{name}: expected a whole number from 1, found {value!r}")
        return value

    def number(self, name: str, least: float, most: float) -> float:
        value = self.need(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise BadInput(f"{self.at}.{name}: expected a number from {least:g} to {most:g}, found {value!r}")
        return float(value)

    def text(self, name: str) -> str:
        value = self.need(name)
        if not isinstance(value, str) or not value or '"' in value:
            raise BadInput(f"{self.at}.{name}: expected a name, found {value!r}")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.need(name)
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values or any(not isinstance(one, str) or '"' in one for one in values):
            raise BadInput(f"{self.at}.{name}: expected names, found {value!r}")
        return values

    def unread(self) -> list[str]:
        return [name for name in self.given if name not in self.seen]


Made = "list[Step | Undo | Nothing]"


def _instances(arguments: Arguments, action: str) -> list:
    arguments.get("force")
    if arguments.given.get("instance_ids") is not None:
        return [Step(action, {"target": name}, ("ec2", name)) for name in arguments.texts("instance_ids")]
    return [Step("kill_zone", {"target": arguments.text("az")}, ("ec2", arguments.text("az")))]


def _one_instance(arguments: Arguments, action: str) -> list:
    arguments.get("force")
    if arguments.given.get("instance_id") is not None:
        return [Step(action, {"target": arguments.text("instance_id")}, ("ec2", arguments.text("instance_id")))]
    return [Step(action, {"target": f"one of {arguments.text('az')}"}, ("ec2", arguments.text("az")))]


def _of_groups(arguments: Arguments, action: str) -> list:
    steps = []
    for group in arguments.texts("asg_names"):
        if arguments.given.get("az") is not None:
            which = f"{group}/{arguments.text('az')}"
        elif arguments.given.get("instance_percent") is not None:
            which = _share(arguments.number("instance_percent", 1, 100), group)
        else:
            which = f"{arguments.count('instance_count')} of {group}"
        steps.append(Step(action, {"target": which}, ("asg", group)))
    return steps


def _share(percent: float, of: str) -> str:
    return of if percent == 100 else f"{percent:g} % of {of}"


def _tasks(arguments: Arguments) -> list:
    arguments.get("cluster"), arguments.get("reason")
    service = arguments.text("service")
    if arguments.given.get("task_percent") is not None:
        return [Step("stop_instance", {"target": _share(arguments.number("task_percent", 1, 100), service)})]
    return [Step("stop_instance", {"target": f"{arguments.count('task_count')} of {service}"})]


def _desired_count(arguments: Arguments) -> list:
    target = f"{arguments.text('cluster')}/{arguments.text('service')}"
    return [Step("set_containers", {"target": target, "instances": str(arguments.count("desired_count"))})]


def _label(arguments: Arguments, name: str) -> str:
    """The service of a selector: ``app=ratings``."""
    selector = arguments.need(name)
    if isinstance(selector, dict) and list(selector) == ["app"]:
        selector = f"app={selector['app']}"
    if not isinstance(selector, str) or not selector.startswith("app=") or "," in selector or '"' in selector:
        raise BadInput(f"{arguments.at}.{name}: pods are found by `app=SERVICE` here, found {selector!r}")
    return selector.removeprefix("app=")


def _pods(arguments: Arguments) -> list:
    arguments.get("ns"), arguments.get("rand"), arguments.get("all")
    service = _label(arguments, "label_selector")
    mode = arguments.get("mode", "fixed")
    gently = arguments.get("grace_period", -1) != 0
    if arguments.given.get("all"):
        target = service
    elif mode == "percentage":
        target = _share(arguments.number("qty", 1, 100), service)
    else:
        target = f"{arguments.count('qty') if 'qty' in arguments.given else 1} of {service}"
    return [Step("stop_instance" if gently else "kill_instance", {"target": target})]


def _toxic(arguments: Arguments, step: Step) -> list:
    if arguments.get("toxicity", 1.0) != 1.0:
        raise BadInput(f"{arguments.at}.toxicity: a share of connections has no counterpart here; only 1.0 has")
    arguments.get("stream")
    step.names = ("toxic", arguments.text("for_proxy"), arguments.text("toxic_name"))
    return [step]


def _latency_toxic(arguments: Arguments) -> list:
    keys = {"target": arguments.text("for_proxy"), "latency": f"{arguments.number('latency', 1, 600_000)!r} ms"}
    jitter = float(arguments.get("jitter", 0) or 0)
    if jitter > 0:
        keys["deviation"] = f"{jitter / math.sqrt(3)!r} ms"  # of a uniform distribution of that half-width
    return _toxic(arguments, Step("add_latency", keys))


def _percentage(arguments: Arguments) -> float:
    value = arguments.get("percentage")
    if isinstance(value, dict):
        value = value.get("value")
    return 0.0 if value is None else float(value)  # of Istio's faults, nothing said is no request


def _istio_delay(arguments: Arguments) -> list:
    arguments.get("ns"), arguments.get("routes"), arguments.get("version")
    service, share = arguments.text("virtual_service_name"), _percentage(arguments)
    if share == 0:
        return [Nothing("without a percentage Istio delays no request")]
    if share != 100:
        raise BadInput(f"{arguments.at}.percentage: a delay of some requests has no counterpart here; only 100 has")
    delay = duration(f"{arguments.at}.fixed_delay", str(arguments.need("fixed_delay")))
    return [Step("add_latency", {"target": service, "latency": f"{delay!r} s"}, ("istio delay", service))]


def _istio_abort(arguments: Arguments) -> list:
    arguments.get("ns"), arguments.get("routes"), arguments.get("version"), arguments.get("http_status")
    service, share = arguments.text("virtual_service_name"), _percentage(arguments)
    if share == 0:
        return [Nothing("without a percentage Istio aborts no request")]
    return [Step("black_hole", {"target": service, "errors": f"{share!r} %"}, ("istio abort", service))]


def _power_interruption(arguments: Arguments) -> list:
    for unread in ("autoscaling_groups", "clientToken", "tags"):
        arguments.get(unread)
    zone = arguments.text("az")
    keys = {"target": zone}
    if arguments.given.get("duration") is not None:
        keys["lasts"] = str(arguments.get("duration"))
    return [Step("kill_zone", keys, ("zone", zone))]



#: Of the extensions of the toolkit, by module and function.
ACTIONS: dict[str, Callable[[Arguments], list]] = {
    "chaosaws.ec2.actions.stop_instances": lambda a: _instances(a, "kill_instance"),
    "chaosaws.ec2.actions.terminate_instances": lambda a: _instances(a, "kill_instance"),
    "chaosaws.ec2.actions.stop_instance": lambda a: _one_instance(a, "kill_instance"),
    "chaosaws.ec2.actions.terminate_instance": lambda a: _one_instance(a, "kill_instance"),
    "chaosaws.ec2.actions.start_instances": lambda a: [Undo(("ec2", name)) for name in a.texts("instance_ids")],
    "chaosaws.asg.actions.terminate_random_instances": lambda a: _of_groups(a, "kill_instance"),
    "chaosaws.asg.actions.stop_random_instances": lambda a: _of_groups(a, "kill_instance"),
    "chaosaws.ecs.actions.stop_random_tasks": _tasks,
    "chaosaws.ecs.actions.update_desired_count": _desired_count,
    "chaosaws.fis.actions.start_availability_zone_power_interruption_scenario": _power_interruption,
    "chaosk8s.pod.actions.terminate_pods": _pods,
    "chaostoxi.toxic.actions.create_latency_toxic": _latency_toxic,
    "chaostoxi.toxic.actions.delete_toxic": lambda a: [Undo(("toxic", a.text("for_proxy"), a.text("toxic_name")))],
    "chaostoxi.proxy.actions.disable_proxy":
        lambda a: [Step("crash_instance", {"target": a.text("proxy_name")}, ("proxy", a.text("proxy_name")))],
    "chaostoxi.proxy.actions.enable_proxy": lambda a: [Undo(("proxy", a.text("proxy_name")))],
    "chaostoxi.proxy.actions.reset": lambda a: [Undo(("toxic",)), Undo(("proxy",))],
    "chaosistio.fault.actions.add_delay_fault": _istio_delay,
    "chaosistio.fault.actions.add_abort_fault": _istio_abort,
    "chaosistio.fault.actions.remove_delay_fault": lambda a: [Undo(("istio delay", a.text("virtual_service_name")))],
    "chaosistio.fault.actions.remove_abort_fault": lambda a: [Undo(("istio abort", a.text("virtual_service_name")))],
}

_OWN = "streamtwin.actions"


def own_action(name: str, arguments: Arguments) -> list:
    """``streamtwin.actions``: an action of the scenario language, its keys as arguments; ``undo`` takes one back."""
    if name == "undo":
        return [Undo(("own", arguments.text("action"), arguments.text("target")))]
    rows = {row: [*needs, *reads] for row, needs, reads in _core.actions()}
    if name not in rows:
        raise BadInput(f"{arguments.at}: there is no action `{name}`; there are {', '.join(sorted(rows))}, and undo")
    keys = {}
    for key in arguments.given:
        if key not in rows[name]:
            raise BadInput(f"{arguments.at}.{key}: {name} does not read it; it reads {', '.join(rows[name])}")
        value = arguments.need(key)
        if isinstance(value, (dict, list)) or '"' in str(value):
            raise BadInput(f"{arguments.at}.{key}: expected a quantity or a name, found {value!r}")
        keys[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return [Step(name, keys, ("own", name, keys.get("target", "")))]


def steps_of(module: str, function: str, arguments: Arguments) -> list:
    """What an action of the provider ``python`` does. A ``BadInput`` names what has no counterpart."""
    if module == _OWN:
        made = own_action(function, arguments)
    elif (row := ACTIONS.get(f"{module}.{function}")) is not None:
        made = row(arguments)
    else:
        known = sorted(name for name in ACTIONS if name.startswith(f"{module}."))
        there = f"of that module there are {', '.join(name.rsplit('.', 1)[1] for name in known)}" if known else (
            f"known are {_OWN} and, of the toolkit's extensions, {', '.join(sorted({name.rsplit('.', 1)[0] for name in ACTIONS}))}")
        raise BadInput(f"{arguments.at}: `{module}.{function}` has no counterpart on the simulated platform; {there}")
    if unread := arguments.unread():
        raise BadInput(f"{arguments.at}.{unread[0]}: an argument without a counterpart on the simulated platform")
    return made
