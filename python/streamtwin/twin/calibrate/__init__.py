"""The parameters of a twin, fitted to a trace: demands by the utilisation law, popularity by likelihood, the rest by runs of the
simulator."""

from .calibrate import calibrated

__all__ = ["calibrated"]
