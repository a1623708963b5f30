"""The twin of a counterpart: what was measured of a real system, the parameters fitted to it, and how far they carry.

``ingest`` reads telemetry into one trace, ``calibrate`` fits the parameters of a scenario to it, ``forecast`` runs that scenario at loads
that were never measured, and ``drift`` says when the counterpart is no longer what it was, and what of it has changed. Every number that
is forecast comes from a run of the simulator.
"""

from .calibrate import calibrated
from .drift import drift_of
from .forecast import forecast_of
from .ingest import Trace, read_record
from .parameters import Parameters

__all__ = ["Parameters", "Trace", "calibrated", "drift_of", "forecast_of", "read_record"]
