"""Monkeys and experiments.

Chaos Monkey kills an instance of a group on a work day with one over the mean number of days between two kills, at a minute drawn from
nine to three. An experiment on members is stopped by its own comparison, every ten seconds, and seldom where nothing is wrong.
"""

import pandas as pd

from ...simulation import run
from ..claims import LONG, MINUTE, claim
from ..findings import Finding, at_most, between, equal, proportion
from ..measured import kpi, loaded

MONKEY = "Netflix/chaosmonkey, schedule: one over meanTimeBetweenKillsInWorkDays, 9 to 15 o'clock"
DAY = 86_400


def weeks(mean: int, seeds, lasts: str = "7 d") -> list[pd.DataFrame]:
    """What the monkey did to five groups in a week that begins on a Monday, which otherwise is a quiet one."""
    changes = {"clock.lasts": lasts, "load.shop.rate": "0.01 /s", "chaos_monkey.mean_time_between_kills": mean,
               "chaos_monkey.min_time_between_kills": 0, "steady_state_hypothesis.tolerances": "[]"}
    runs = [run(loaded("chaos-monkey-week", changes), seed) for seed in seeds]
    return [one.events[one.events["kind"] == "chaos_monkey"] for one in runs]


@claim("monkey-every-day", "Five groups, a mean of one work day: kills in a week", f"{MONKEY}: every work day", takes=MINUTE)
def every_day() -> Finding:
    return equal(25, len(weeks(1, [1])[0]))


@claim("monkey-every-second-day", "Five groups, a mean of two work days: share of groups' work days with a kill", MONKEY, takes=MINUTE)
def every_second_day() -> Finding:
    seeds = range(1, 11)
    return proportion(0.5, sum(len(one) for one in weeks(2, seeds)), 25 * len(seeds))


@claim("monkey-hours", "The hours of those kills", MONKEY, takes=MINUTE)
def hours() -> Finding:
    return between(9.0, 15.0, [time % DAY / 3600 for one in weeks(1, [1, 2]) for time in one["time"] + 600], off=(0.8, 1.25))


@claim("monkey-weekends", "Kills on a Saturday or a Sunday", "Netflix/chaosmonkey: work days only", takes=MINUTE)
def weekends() -> Finding:
    return equal(0, sum(int((one["time"] + 600 >= 5 * DAY).sum()) for one in weeks(1, [1, 2])))


CHAP = "Netflix, ChAP: Chaos Automation Platform (2017)"


def experiment(scenario: str, seed: int = 1, **changes):
    return run(loaded(scenario, {"steady_state_hypothesis.tolerances": "[]", "slos": "[]", **changes}), seed)


@claim("chap-stops", "A time-out that is too long: from the first members of an experiment until it is stopped for their sake, s",
       f"{CHAP}: a circuit breaker ends it as soon as its members suffer", takes=LONG)
def stops() -> Finding:
    return between(20.0, 120.0, [kpi(experiment("chap-timeout-too-long", seed, **{"clock.lasts": "9 min"}), "chap.slow-keys.stopped_after")
                                 for seed in (1, 2, 3)], off=(0.2, 5.0))


@claim("chap-holds", "A fallback that holds: passed after 45 minutes, and the ratio of starts, at least", f"{CHAP}: no worse than the control", takes=LONG)
def holds() -> Finding:
    one = experiment("chap-fallback-holds")
    return between(0.99, 1.01, [kpi(one, "chap.slow-keys.passed"), kpi(one, "chap.slow-keys.sps_ratio")])


@claim("chap-null", "Nothing is wrong, and a play in twelve fails anyhow: share of experiments that are stopped all the same",
       "Siegmund 1985, of a Brownian motion that is looked at from 50 to 1,080 plays: 2.1 % at three standard deviations", takes=LONG)
def null() -> Finding:
    changes = {"chap.experiments.slow-keys.failure": "null", "chap.experiments.slow-keys.members": "20 %", "chap.members_at_most": "50 %",
               "chap.experiments.slow-keys.instances": 2,
               "members.plays_at_peak": "6 /s", "members.retry.attempts": 1, "clock.lasts": "56 min", "chap.experiments.slow-keys.stop.error_budget": 1_000_000,
               "method": "[{at: 0 s, action: add_errors, target: play-api, errors: 29 %}]"}  # the gateway tries twice
    passed = [kpi(experiment("chap-fallback-holds", seed, **changes), "chap.slow-keys.passed") for seed in range(1, 41)]
    return at_most(0.021, sum(one == 0 for one in passed), len(passed), off=())
