"""Policies that are built in, once more in Python: a run with one must be the run with the other."""

import functools
import math
import operator


def throughput(now):
    usable = (now.throughput * 0.9) * ((now.chunk_duration - now.latency) / now.chunk_duration)
    return max([0] + [level for level, rate in enumerate(now.ladder) if rate <= usable])


def added(numbers):
    """One after another: newer Pythons' own sum is more exact than that."""
    return functools.reduce(operator.add, numbers, 0.0)


FROM_NEXT_SITE, HOT, SATURATED, REPLICAS = 1, 0.9, 1.0, 16


def by_spare_capacity(now):
    ranked, surplus, hot = [], [], []
    for site in dict.fromkeys(now.sites):
        if len(ranked) == now.length_max:
            break
        good = []
        for place in (place for place, there in enumerate(now.sites) if there == site):
            if len(good) == REPLICAS:
                break
            used = now.utilisation[place]
            if used < HOT:
                spare = max(0.0, 1 - used)
                good.append((place, now.network[place] * spare * spare + 1))
            elif used < SATURATED and len(hot) < 10:
                hot.append(place)
        wanted = min(now.length_max - len(ranked), len(good))
        taken = wanted if ranked else min(wanted, now.length_max - FROM_NEXT_SITE)
        drawn = drawn_by_weight(good, wanted, now.random)
        ranked += drawn[:taken]
        surplus += drawn[taken:]
    return (ranked + surplus + hot)[:now.length_max]


def drawn_by_weight(good, wanted, random):
    total = added(weight for _, weight in good)
    for first in range(wanted):
        if len(good) - first <= 1:
            break
        ticket, chosen = random.uniform() * total, first
        while chosen + 1 < len(good) and ticket >= good[chosen][1]:
            ticket -= good[chosen][1]
            chosen += 1
        total -= good[chosen][1]
        good[first], good[chosen] = good[chosen], good[first]
    return [place for place, _ in good[:wanted]]


class AvailabilityFiltering:
    def __init__(self):
        self.counter = self.turn = 0

    def __call__(self, now):
        tripped, alive = now.tripped, now.alive
        place = self.next(alive)
        for _ in range(11):
            if place is not None and not tripped[place]:
                return place
            place = self.next(alive)
        eligible = [place for place, out in enumerate(tripped) if not out] or list(range(len(tripped)))
        while True:
            current, self.turn = self.turn, (self.turn + 1) % len(eligible)
            if current < len(eligible):
                return eligible[current]

    def next(self, alive):
        for _ in range(10):
            self.counter = (self.counter + 1) % len(alive)
            if alive[self.counter]:
                return self.counter
        return None


class Vegas:
    """With the defaults of the scenario's keys."""

    def __init__(self):
        self.limit, self.jitter, self.probes, self.fastest = 20.0, 0.0, 0, 0

    def __call__(self, now):
        assert now.limit == int(self.limit)
        round_trip = nanoseconds(now.round_trip)
        if self.jitter == 0:
            self.jitter = 0.5 + 0.5 * now.random.uniform()
        self.probes += 1
        if self.jitter * 30 * self.limit <= self.probes:
            self.jitter, self.probes, self.fastest = 0.5 + 0.5 * now.random.uniform(), 0, round_trip
        elif self.fastest == 0 or round_trip < self.fastest:
            self.fastest = round_trip
        else:
            self.learn(round_trip, now)
        return int(self.limit)

    def learn(self, round_trip, now):
        queue = math.ceil(self.limit * (1 - self.fastest / round_trip))
        log = max(1, len(str(int(self.limit))) - 1)
        if now.dropped:
            wanted = self.limit - log
        elif now.in_flight * 2 < self.limit:
            return
        elif queue <= log:
            wanted = self.limit + 6 * log
        elif queue < 3 * log:
            wanted = self.limit + log
        elif queue > 6 * log:
            wanted = self.limit - log
        else:
            return
        self.limit = max(1.0, min(1000.0, wanted))


def nanoseconds(time):
    return int(time * 1e9 + 0.5)


def by_processors(now):
    overload = min(1.0, max(0.0, (now.cpu - 0.6) / (1 - 0.6)))
    return not now.priority > 100 * (1 - overload * overload * overload)


class Alarm:
    def __init__(self, periods, breaches):
        self.periods, self.breaches, self.range, self.on = periods, breaches, [], False

    def add(self, point):
        self.range = [*self.range, point][-self.periods - 2:]
        real = breaching = oldest = 0
        for age, value in enumerate(reversed(self.range), 1):
            if real == self.periods:
                break
            if value is not None:
                real += 1
                if self.breaches(value):
                    breaching, oldest = breaching + 1, age
        if real == self.periods:
            self.on = breaching >= self.periods
        elif breaching < real or real == 0:
            self.on = False
        elif oldest >= self.periods:
            self.on = True
        return self.on


class TargetTracking:
    TARGET = 0.5

    def __init__(self):
        self.high, self.low = Alarm(3, lambda cpu: cpu > self.TARGET), Alarm(15, lambda cpu: cpu < self.TARGET * 0.9)

    def __call__(self, now):
        too_high, too_low = self.high.add(now.cpu), self.low.add(now.cpu)
        if now.cpu is None or not (too_high or too_low):
            return None
        return math.ceil(now.instances * (now.cpu / self.TARGET) - 1e-9)


def titus_fitness(now):
    if now.tier == "critical" and now.kind == "service":
        parts = [(now.job_spreading, 0.05), (now.job_type, 0.05), (now.image_spreading, 0.1), (now.security_group_spreading, 0.3)]
    else:
        parts = [(now.cpu_mem_packing, 0.1), (now.job_type, 0.1), (now.cached_image, 0.15), (now.cached_security_groups, 0.15)]
    parts.append((now.agent_management, 0.5))
    if any(score == 0 for score, _ in parts):
        return 0.0
    return added(score * weight for score, weight in parts) / added(weight for _, weight in parts)
