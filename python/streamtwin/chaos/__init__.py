"""Experiments in the form of the Chaos Toolkit, carried out on a scenario's platform instead of a living one::

    from streamtwin import chaos
    experiment = chaos.read("a-zone-is-lost.json")
    journal = chaos.carry_out(experiment, "mesh-zone-loss")
    journal["deviated"]

Activities follow each other in simulated time: an action takes none, a pause takes what it says. Nothing of an experiment is ever
executed as code: a process, a module that is not known here or a URL that stands for nothing is named, and the experiment refused.
"""

from .experiment import Experiment, ExperimentError, read
from .run import carry_out

__all__ = ["Experiment", "ExperimentError", "carry_out", "read"]
