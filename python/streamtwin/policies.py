"""Decisions of your own in a run, in the place of those that a scenario names: bitrates, steering, load balancing, concurrency limits,
load shedding, scaling and the placement of containers::

    def least_loaded(now):
        return min(range(len(now.servers)), key=lambda place: (now.tripped[place], now.active[place]))

    run = st.run("friday-night", policies=st.Policies(balancer={"playback": least_loaded}))
    run.policies  # who was asked, how often, and what one call has cost

A policy is a function, an object that can be called, or a class of such objects. Of a class every one that decides has an object of its
own, made without arguments: what it remembers is then what that one knows, and no more; a function or an object is asked by all alike.
Where a policy depends on whom it decides for, a dict gives one for each name, and the others keep what the scenario says.

It is called with a situation, of which the values are the caller's own: they may be kept. Times are seconds, sizes bytes, rates bits per
second, shares fractions of one, as everywhere. It must give the same answers to the same questions, or runs do not repeat; what is to be
random is drawn from ``now.random``, whose numbers are those that the built-in policy would draw.

What a policy raises ends the run, with its own traceback. An answer of another type is a ``TypeError``, one out of range a
``ValueError``, both of which name the policy, what it said and what was expected. A policy that nobody would ask, since the scenario has
nothing of the kind, is refused when the run is composed (``ValueError``).

Replications run in processes that are forked: a policy need not be picklable, what it remembers stays in its process, and an exception
of it is a ``RunFailed`` with the traceback as its text. To the workers of ``experiments.replicate`` and ``experiments.sweep`` policies are
sent: they are refused unless they can be pickled, as what is defined at the top of a module can. Branches run in processes of another program, which has no Python: there policies
are refused.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeVar, Union

from ._core import (AbrSituation, BalancerSituation, FitnessSituation, LimiterSituation, ScalingSituation, SheddingSituation,
                    SteeringSituation)

__all__ = ["AbrRule", "AbrSituation", "Autoscaler", "BalancerRule", "BalancerSituation", "Fitness", "FitnessSituation", "Limiter",
           "LimiterSituation", "Policies", "ScalingSituation", "Shedding", "SheddingSituation", "Steering", "SteeringSituation"]


class AbrRule(Protocol):
    """A bitrate rule, asked for every chunk but a viewer's first. Of a class there is an object for each kind of device."""

    def __call__(self, now: AbrSituation, /) -> int | tuple[int, float]:
        """The level of the next chunk, from 0 to the top of ``now.ladder``; or such a level, and how long to let the buffer play before
        the chunk is asked for (s, from 0 to 86400)."""


class Steering(Protocol):
    """The ranked list of appliances for a client and a title. Of a class there is one object.

    Thresholds of ``open_connect.steering`` do not hold: hot and saturated appliances are among those that may be chosen.
    """

    def __call__(self, now: SteeringSituation, /) -> Sequence[int]:
        """Positions in ``now.appliances``, the best first, each at most once and at most ``now.length_max`` of them. None at all: the
        client is told that nobody can serve it."""


class BalancerRule(Protocol):
    """Which server a client chooses for a try of a call. By the name of the service that is called; of a class there is an object for each
    instance that calls and service that it calls, and for each zone of these.

    What stands around the rule stays: the filter of the list, ``balancer.zone_aware``, retries, hedges, outlier detection.
    """

    def __call__(self, now: BalancerSituation, /) -> int | None:
        """A position in ``now.servers``; None: there is no server, as when the list is empty."""


class Limiter(Protocol):
    """How many requests an instance lets in. By service, of which ``admission.limit`` is not ``none``; of a class there is an object for
    each instance.

    Partitions, the backlog and the window stay as the scenario has them.
    """

    def __call__(self, now: LimiterSituation, /) -> int:
        """The limit from now on, from 1 to a million."""


class Shedding(Protocol):
    """Which requests a gateway sheds. By gateway, where ``edge.shedding`` has some measure enabled, whose thresholds then do not hold; of a
    class there is an object for each instance. What devices are told stays (``edge.shedding.back_off``)."""

    def __call__(self, now: SheddingSituation, /) -> bool:
        """Whether the request is let in."""


class Autoscaler(Protocol):
    """How many instances a service is to have in a region, in the place of target tracking and step policies. By service that has
    ``scaling``; of a class there is an object for each region, and where it is delivered for each server group.

    Forecasts, scheduled actions, bounds, warm-up and cool-down stay: less than is desired is done when nobody warms up.
    """

    def __call__(self, now: ScalingSituation, /) -> int | None:
        """The desired capacity, from 0 to a million, which is then brought between ``now.min`` and ``now.max``; None: as it is. More is
        done where it is more than what is desired already."""


class Fitness(Protocol):
    """How good an agent is for a container, where Fenzo places (``scheduler.placement``). By stack of ``titus``; of a class there is an
    object for each. Constraints, network interfaces and ``scheduler.good_enough`` stay."""

    def __call__(self, now: FitnessSituation, /) -> float:
        """From 0, not on this agent, to 1."""


_P = TypeVar("_P")
_One = Union[_P, type[_P]]
_Each = Union[_P, type[_P], Mapping[str, Union[_P, type[_P]]]]


@dataclass(frozen=True)
class Policies:
    """Those of a run, each None where the scenario's own stays; see the protocols for what each is asked and returns."""

    abr: _One[AbrRule] | None = None
    steering: _One[Steering] | None = None
    balancer: _Each[BalancerRule] | None = None
    limiter: _Each[Limiter] | None = None
    shedding: _Each[Shedding] | None = None
    autoscaler: _Each[Autoscaler] | None = None
    fitness: _Each[Fitness] | None = None

    def given(self) -> dict[str, Any]:
        """Those that are not None, by kind."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {kind: dict(policy) if isinstance(policy, Mapping) else policy for kind, policy in named if policy is not None}


def _defined(policy: Any) -> Any:
    """The function or the class that somebody has written."""
    return policy if hasattr(policy, "__qualname__") else type(policy)


def portable(policies: Policies | None, far: bool = False) -> Policies | None:
    """The same, unless one of them cannot be carried to another process; ``far``: of another program, which knows its modules alone."""
    for kind, policy in (given(policies) or {}).items():
        for one in policy.values() if isinstance(policy, dict) else [policy]:
            try:
                pickle.dumps(one)
            except Exception as error:
                raise TypeError(f"policies.{kind}: {one!r} cannot be carried to the processes that runs are in ({error}); define it at the top "
                                "of a module, or use streamtwin.run(..., replications=...), whose processes are forked") from None
            if far and _defined(one).__module__ == "__main__":
                raise TypeError(f"policies.{kind}: {one!r} is defined in the program that is running, which workers elsewhere do not have; "
                                "define it in a module that they can import")
    return policies


def named(policies: Policies | None) -> dict[str, str]:
    """What results call them, by kind."""
    def name(one: Any) -> str:
        return f"{_defined(one).__module__}.{_defined(one).__qualname__}"

    return {kind: ", ".join(f"{whose}: {name(one)}" for whose, one in sorted(policy.items())) if isinstance(policy, dict) else name(policy)
            for kind, policy in (given(policies) or {}).items()}


def given(policies: Policies | None) -> dict[str, Any] | None:
    """As a run takes them; None for none."""
    if policies is None:
        return None
    if not isinstance(policies, Policies):
        raise TypeError(f"policies: expected streamtwin.Policies(...), found {policies!r}")
    return policies.given() or None
