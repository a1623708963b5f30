"""Every row of the validation book, those that take minutes as well. Called by run.py."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check(arguments) -> list[str]:
    sys.path[:0] = [str(Path(os.environ.get("STREAMTWIN_BUILD", ROOT / "build")) / "python")]
    from streamtwin.validation import Book

    book = Book.whole()
    book.measure(look=lambda row: print(f"book: {row.claim.name} {row.finding.verdict}, {row.seconds:.1f} s", flush=True))
    print(f"book: {book.headline()}", flush=True)
    return [f"book: {name} did not hold" for name in book.failed()] + [f"book: {name} agrees with anything" for name in book.toothless()]
