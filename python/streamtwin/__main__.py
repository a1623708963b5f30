"""The verbs of the command line that need Python: ``python3 -m streamtwin report DIR``."""

from __future__ import annotations

import argparse
import sys
import warnings

from .tables import NotAResultsFolder


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; 0 when it worked, 2 when its input was bad."""
    parser = argparse.ArgumentParser(prog="python3 -m streamtwin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    report = verbs.add_parser("report", help="write the HTML report of a results folder")
    report.add_argument("folder", help="a results folder, as written by 'streamtwin run'")
    report.add_argument("--out", help="where to write it (default: report.html in the folder)")
    options = parser.parse_args(arguments)
    warnings.showwarning = lambda message, *_: print(f"streamtwin {options.verb}: {message}", file=sys.stderr)
    try:
        from .report import report as write_report

        print(write_report(options.folder, options.out))
    except (NotAResultsFolder, OSError) as error:
        print(f"streamtwin {options.verb}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
