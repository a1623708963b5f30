"""Failure search: the smallest sets of failures that break a workload, by lineage rather than by luck.

What has answered in a run that succeeded is a *support*: as long as all of it works, so do the requests. Whatever breaks them must hit
every support that is known, so the likeliest of the smallest sets that do is tried next. A run that survives it shows one more way to
succeed, a support that the set does not hit; a run that does not is a finding (lineage-driven fault injection: Alvaro, Rosen,
Hellerstein, SIGMOD 2015; at Netflix: Alvaro et al., SoCC 2016)::

    found = st.failures.hunt("five-hundred-services", of="play", budget=500)
    found.sets
"""

from .hunt import Findings, hunt
from .random_injection import inject_at_random
from .search import Search, Trial

__all__ = ["Findings", "Search", "Trial", "hunt", "inject_at_random"]
