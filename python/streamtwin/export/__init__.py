"""Series of a run for other tools: CSV and Parquet with a row per window, and OpenMetrics for Prometheus and what speaks its language.

    run.export("friday.csv", series=["plays.*", "service.licence.*"])
    st.export.frame(run, ["plays.asked"])
"""

from .files import FORMATS, NoParquet, export
from .frames import frame, wanted
from .openmetrics import openmetrics

__all__ = ["FORMATS", "NoParquet", "export", "frame", "openmetrics", "wanted"]
