"""The chapters of the book, a module each: see ``claims``."""
