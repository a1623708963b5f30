"""Drift: window by window, what was measured of the counterpart beside what the twin of the same requests says, and what has changed."""

from .drift import drift_of

__all__ = ["drift_of"]
