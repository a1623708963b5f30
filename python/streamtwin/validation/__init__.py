"""The validation book: claims of theory and of publications, each beside what is measured here.

A claim names its source and what it expects; the book notes the measurement, its interval where there is one, and whether the two
agree. ``streamtwin book`` measures it, and ``notebooks/validation.ipynb`` explains it::

    from streamtwin.validation import Book
    Book.quick().measure("eureka")
"""

from ..experiments.intervals import student_t
from .book import Book
from .claims import LONG, MINUTE, QUICK, chapters
from .findings import Finding

__all__ = ["Book", "Finding", "LONG", "MINUTE", "QUICK", "chapters", "student_t"]
