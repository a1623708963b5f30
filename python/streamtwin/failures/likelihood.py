"""How likely a service is to be down, by how many instances it has: all of them by themselves, or all by one cause.

The beta-factor model of reliability engineering (Fleming, 1975; IEC 61508-6, annex D, with 1 to 10 % for common causes).
"""

from __future__ import annotations

from typing import Mapping

#: The share of time that one instance is down: assumption.
INSTANCE_DOWN = 1e-3
#: The share of failures that take all instances of a service at once: the upper end of what IEC 61508-6 gives.
COMMON_CAUSE = 0.1


def service_down(instances: int, instance_down: float = INSTANCE_DOWN, common_cause: float = COMMON_CAUSE) -> float:
    """The share of time that all instances are down.

    >>> round(service_down(1), 9), round(service_down(2), 9)
    (0.001, 0.00010081)
    """
    alone = (1 - common_cause) * instance_down
    return common_cause * instance_down + alone**instances


def likelihoods(instances: Mapping[str, int]) -> dict[str, float]:
    """By service."""
    return {name: service_down(count) for name, count in instances.items()}
