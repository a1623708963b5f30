"""Faults of every action that the program has, on every kind of target that the action takes: both are the program's own words,
from its schema, so that a new action is struck with, too, or the test says what it lacks."""

import json
import re
from pathlib import Path

import runs
import yaml

FOLDER = Path(__file__).parent / "struck"
LAST_END = 150  # seconds after the warm-up: no fault lasts longer
SETTLED = 390  # and when all must be as it was: what depends on leases, checks, breakers and boots has had its time many times over
ENDS = 600
RATE = 20  # requests a second, by the platforms' files
KEYS = {  # of steps, where an action asks for one
    "latency": ("50 ms", "400 ms", "3 s"), "deviation": ("20 ms",), "errors": ("5 %", "60 %", "100 %"), "speed": ("5 %", "60 %"),
    "factor": (20,), "load": (0, 0.3, 2), "instances": (1, 5), "loops": (2, 64), "loss": ("2 %", "30 %"), "build": ("next",),
    "pipeline": ("rolling",), "members": ("10 %", "100 %"), "ahead": ("90 s", "-40 s"),
}
MAY_HAVE = {  # keys that an action does without, or by one of which it goes
    "fail_dns": {"answers": ("missing", "stale", "wrong")}, "fail_client_dns": {"answers": ("missing", "stale", "wrong")},
    "skew_clock": {"drift": ("5 %", "100 %")},
}
TARGETS = {  # by the words that the actions have for what they take
    "instances": ("plan", "apps/home", "play/awaya", "play/homeb/1", "one of play", "50 % of store", "each of zuul with 40 %", "homea", "away",
                  "cache", "one of apps/away"),
    "a call (a -> b)": ("play -> apps", "one of play -> steering", "plan/home -> store", "plan -> cache", "zuul -> one of play",
                        "store -> store", "each of zuul with 40 % -> play/homeb"),
    "another machine": ("eureka/homea", "one of eureka", "elb/awayb", "2 of elb", "origin/s3", "each of eureka with 50 %"),
    "agents (stack/group)": ("main/flex", "main/critical", "one of main/flex", "60 % of main/critical"),
    "a zone": ("homeb", "one of home", "2 of zones", "each of zones with 40 %"),
    "a region": ("away", "home", "one of regions"),
    "a client group": ("isp-1.dxb", "one of client groups", "60 % of client groups"),
    "an appliance": ("c001.dxb001.ix", "one of dxb001.ix", "30 % of appliances"),
    "a site": ("dxb001.ix", "one of sites", "each of sites with 30 %"),
    "a link": ("access isp-1.dxb", "one of links", "30 % of links"),
    "a workload": ("people",),
    "a stack of Titus": ("main",),
    "a service of a stack (stack/service)": ("main/api",),
    "an image of a stack (stack/image)": ("main/base",),
    "a title": ("3",),
    "a service": ("apps", "steering"),
    "a feature flag": ("next-row",),
}
NAMES = {"fail_dns"}  # where services find each other by DNS
ON_ECS = {"fail_ecs"}  # where ECS starts the containers of Titus
EUREKA = {"take_out_of_service", "disable_group", "deliver", "roll_back", "skew_clock"}  # where they do by Eureka
WHOLE = {"refresh_agents", "evacuate", "return_region"}  # takes no part of what it takes
ONLY = {  # what it takes of what there is: calls that are made, machines by whose clock something goes, what has disks
    "inject": {"play -> apps", "plan -> cache", "apps", "steering"},
    "skew_clock": {"eureka/homea", "one of eureka", "each of eureka with 50 %"},
    "fail_s3": {"home"},
    "empty_cache": {"cache"},
    "fill_disk": {*TARGETS["agents (stack/group)"], "50 % of store"},
    "slow_disk": {*TARGETS["agents (stack/group)"], "50 % of store"},
}
MISIM = {"kill_instances", "start_instances", "delay_calls"}  # of services that follow MiSim, which have a platform of their own
MISIM_TARGETS = ("front", "back")


def actions():
    """By name the words for what each takes."""
    step = json.loads(runs.SCHEMA)["properties"]["method"]["items"]["properties"]["action"]
    docs = dict(zip(step["enum"], step["enumDescriptions"], strict=True))
    return {name: re.split(r", | or ", doc.rsplit("Its target: ", 1)[1]) for name, doc in docs.items()}


def pairs():
    """All that can be done to all that there is."""
    return [(action, kind) for action, kinds in actions().items() for kind in kinds]


def platform_of(action):
    return "misim" if action in MISIM else "names" if action in NAMES else "ecs" if action in ON_ECS else "platform"


def platform_called(name):
    """`names`: the platform whose services find each other by DNS; `ecs`: with another era of Titus."""
    if name == "ecs":
        platform = platform_called("platform")
        platform["titus"]["main"]["orchestration"] = {"era": "ecs"}
        return platform
    if name != "names":
        return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    by_dns = {"kind": "dns", "dns": {"check_interval": "5 s", "check_timeout": "2 s", "ttl": "5 s", "resolve_interval": "5 s",
                                     "propagation": "5 s"}}
    platform = platform_called("platform") | {"registry": by_dns}
    del platform["deliveries"]  # which take instances out of service in Eureka
    return platform


def struck_beside(platform):
    """What may happen at the same time there."""
    if platform == "names":
        return [pair for pair in pairs() if pair[0] not in MISIM | EUREKA | ON_ECS]
    if platform == "ecs":
        return [pair for pair in pairs() if platform_of(pair[0]) in ("platform", "ecs")]
    return [pair for pair in pairs() if platform_of(pair[0]) == platform]


def draw_step(random, action, kind):
    """A step that ends, without what only the program knows that it needs."""
    known = [target for target in TARGETS[kind] if action not in WHOLE or " of " not in target]
    known = [target for target in known if target in ONLY.get(action, known)]
    target = random.choice(MISIM_TARGETS if action in MISIM else known)
    at = random.randrange(5, 90)
    step = {"at": f"{at} s", "action": action, "target": target, "lasts": f"{random.randrange(5, LAST_END - at)} s"}
    step |= {key: random.choice(values) for key, values in MAY_HAVE.get(action, {}).items()}
    if random.random() < 0.3:
        lasts = random.randrange(1, 10)
        step |= {"lasts": f"{lasts} s"} | random.choice(({"every": f"{lasts + random.randrange(0, 10)} s", "until": f"{at + 40} s"},
                                                         {"within": f"{4 * lasts} s", "times": 3, "name": f"{action} {at}"}))
    return step


def draw_steps(random, action, kind):
    """With what has to come first."""
    step = draw_step(random, action, kind)
    before = {"roll_back": {"action": "deliver", "build": "next", "pipeline": "rolling"}, "return_region": {"action": "evacuate"}}
    return ([{"at": "0 s", "target": step["target"]} | before[action]] if action in before else []) + [step]


def completed(scenario, random):
    """With the keys that the program asks for and without those that it does not read; nothing if it cannot be said."""
    for _ in range(12):
        errors = runs.errors_of(runs.text_of(scenario))
        if not errors:
            return scenario
        for error in errors:
            number = re.search(r"method\[(\d+)\]", error)
            assert number, f"an error of the platform itself: {error}"
            mend(scenario["method"][int(number[1])], error, random)
    return None


def mend(step, error, random):
    if unread := re.search(r"does not read `(\w+)`", error):
        step.pop(unread[1], None)
    elif needed := re.search(r"needs `(\w+)`", error):
        assert needed[1] in KEYS, f"{step['action']} needs a key of which the swarm has no values: {needed[1]}"
        step[needed[1]] = random.choice(KEYS[needed[1]])
    elif "at the same time" in error or "overlap" in error or "the run ends" in error:
        step["at"] = f"{random.randrange(5, 90)} s"
        for key in ("every", "until", "within", "times", "name"):
            step.pop(key, None)
        if "lasts" in step:
            step["lasts"] = f"{random.randrange(1, 20)} s"
    else:
        raise AssertionError(f"the swarm drew what is refused: {step}: {error}")


def scenario_with(random, action, kind, others):
    """The platform, struck by that and by others at any time; nothing if two of them exclude each other."""
    platform = platform_of(action)
    scenario = platform_called(platform)
    beside = struck_beside(platform)
    struck = [(action, kind), *(random.choice(beside) for _ in range(others))]
    scenario["method"] = [step for pair in struck for step in draw_steps(random, *pair)]
    return completed(scenario, random)


def not_converged(series):
    """Sentences on what is not as it was, from when it must be. `series(name)`: values by the end of their window."""
    failed, answered = mean(windows(series, "load.people.failed")), mean(windows(series, "load.people.answered"))
    found = []
    if failed > 0.005 * RATE:
        found.append(f"{failed:g} requests a second still fail")
    if failed + answered < 0.9 * RATE:
        found.append(f"{failed + answered:g} requests a second end, of {RATE}")
    if sum(windows(series, "plays.given_up")) > 0:
        found.append("plays are still given up")
    waiting = windows(series, "titus.main.critical.waiting")
    if waiting and waiting[-1] > 0:
        found.append(f"{waiting[-1]:g} containers of services wait")
    return found


def mean(values):
    return sum(values) / len(values)


def windows(series, name):
    return [value for time, value in series(name) if SETTLED < time <= ENDS]
