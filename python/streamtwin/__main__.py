"""The verbs of the command line that need Python: ``python3 -m streamtwin report DIR``."""

from __future__ import annotations

import argparse
import sys
import warnings
from importlib import import_module

from .ranges import BadInput
from .tables import NotAResultsFolder

#: Verbs in modules of their own.
_VERBS = {"report": ("report.verb", "write the report of a run, a plan or a sweep, or of several side by side"),
          "plan": ("planning.verb", "find the cheapest fleet that holds the objectives of a scenario"),
          "stability": ("stability.verb", "map which loads survive which triggers"),
          "chaos": ("chaos.verb", "carry out an experiment of the Chaos Toolkit"),
          "twin": ("twin.verb", "follow a counterpart: read what was measured of it, calibrate, forecast, find drift"),
          "book": ("validation.verb", "measure what theory and publications claim, beside what they say"),
          "failures": ("failures.verb", "find the smallest sets of failures that break a scenario"),
          "sweep": ("experiments.sweep_verb", "run a scenario at every point of a design"),
          "replicate": ("experiments.replicate_verb", "run a scenario under as many seeds as it takes to be sure"),
          "export": ("export.verb", "write series of a run as CSV, Parquet or OpenMetrics"),
          "compare": ("experiments.compare_verb", "compare the key figures of two or more results folders")}


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; 0 when it worked, 2 when its input was bad."""
    parser = argparse.ArgumentParser(prog="streamtwin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (module, what) in _VERBS.items():
        verb = verbs.add_parser(name, help=what)
        if name in (sys.argv[1:] if arguments is None else arguments)[:1]:  # others need not be imported
            import_module(f"{__package__}.{module}").add_arguments(verb)
    options = parser.parse_args(arguments)
    warnings.showwarning = lambda message, *_: print(f"streamtwin {options.verb}: {message}", file=sys.stderr)
    try:
        return int(import_module(f"{__package__}.{_VERBS[options.verb][0]}").run(options))
    except (NotAResultsFolder, BadInput, OSError) as error:
        print(f"streamtwin {options.verb}: {error}", file=sys.stderr)
        return 2
    except RuntimeError as failed:
        if type(failed).__name__ != "Hang":
            raise
        print(f"streamtwin {options.verb}: {failed}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print(f"streamtwin {options.verb}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
