"""The decisions of the platform's real parts, without a simulation.

Each is a plain class of the compiled module: values and the time (seconds) go in, a decision comes out. They are the
very classes that a run uses, and the ones that the conformance tests hold against the upstream projects::

    from streamtwin.algorithms import hystrix
    properties = hystrix.CommandProperties(request_volume_threshold=5)
    breaker = hystrix.CircuitBreaker(properties)
    breaker.record(error=True, now=0.1)
    breaker.is_open(now=1.0)

``abr``      throughput rule, BOLA-basic, BBA-0, movies, and a session over a bandwidth trace
``traces``   measured bandwidth in the formats of the public collections
``clients``  titles, demand over the day, geographic DNS, choice and change of appliance
``hystrix``  circuit breaker, bulkhead, command, fallback
``ribbon``   balancing rules with server statistics and zones, retries
``eureka``   leases, self-preservation, response cache, client policies
``eviction`` what a cache drops when it is full: LRU, SIEVE, S3-FIFO, ARC and others
``openconnect``  steering, routing, placement and fill of the appliances
``forecast`` Scryer's two predictors of a load
``queueing`` M/M/c, M/G/1, Jackson networks in closed form
``fenzo``    tasks on hosts: bin packing, constraints, tiered queue, autoscaler
``titus``    jobs and their tasks, disruption budgets, relocation; agents and how many there are; their networks and images, the
             metadata proxy, both eras, registration with load balancers
``kayenta``  the judge of canaries: Mann-Whitney, effect sizes, scores
``flows``    max-min fair sharing of links by capped flows
"""

from typing import TYPE_CHECKING

from ._core import algorithms as _algorithms

if TYPE_CHECKING:
    from ._core.algorithms import abr as abr
    from ._core.algorithms import clients as clients
    from ._core.algorithms import elb as elb
    from ._core.algorithms import eureka as eureka
    from ._core.algorithms import evcache as evcache
    from ._core.algorithms import eviction as eviction
    from ._core.algorithms import fenzo as fenzo
    from ._core.algorithms import flows as flows
    from ._core.algorithms import forecast as forecast
    from ._core.algorithms import hystrix as hystrix
    from ._core.algorithms import kayenta as kayenta
    from ._core.algorithms import limits as limits
    from ._core.algorithms import openconnect as openconnect
    from ._core.algorithms import queueing as queueing
    from ._core.algorithms import ribbon as ribbon
    from ._core.algorithms import services as services
    from ._core.algorithms import titus as titus
    from ._core.algorithms import traces as traces
    from ._core.algorithms import zuul as zuul

#: The parts, by name.
PARTS = tuple(sorted(name for name in dir(_algorithms) if not name.startswith("_")))

if not TYPE_CHECKING:
    globals().update({name: getattr(_algorithms, name) for name in PARTS})
    __all__ = ["PARTS", *PARTS]
