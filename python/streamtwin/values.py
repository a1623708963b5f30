"""The Python half of described values (scenarios and the properties of algorithms): lists and dicts that take only what
belongs into them, files that remember where they were found, pickles and HTML.

Values behave as Python's own: ``services["web"].calls[0]`` is that call, not a copy of it, and what is put into a list
or field is that object. A plain list or dict that is assigned to a field is taken over item by item. ``copy`` and
``deepcopy`` both copy all the way down.
"""

from __future__ import annotations

from html import escape
from typing import Any, Callable, Iterable, Mapping

Keeper = Callable[[Any], Any]


class File(str):
    """A file that a scenario reads: the text is what the scenario says, ``path`` is where that is found."""

    path: str

    def __new__(cls, text: str, path: str | None = None) -> File:
        file = super().__new__(cls, text)
        file.path = text if path is None else path
        return file


class List(list):
    """A list in a value: whatever is put into it is checked first, and refused as its field would."""

    def __init__(self, keeper: Keeper, items: Iterable = ()):
        super().__init__(items)  # the compiled side has checked these
        self._keep = keeper

    def append(self, item: Any) -> None:
        super().append(self._keep(item))

    def insert(self, index: Any, item: Any) -> None:
        super().insert(index, self._keep(item))

    def extend(self, items: Iterable) -> None:
        super().extend([self._keep(item) for item in items])

    def __iadd__(self, items: Iterable) -> List:
        self.extend(items)
        return self

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, [self._keep(item) for item in value] if isinstance(index, slice) else self._keep(value))

    def __reduce_ex__(self, protocol: Any) -> tuple:
        return list, (list(self),)


class Dict(dict):
    """A dict in a value: keys are texts; whatever is put into it is checked first, and refused as its field would."""

    def __init__(self, keeper: Keeper, entries: Mapping[str, Any]):
        super().__init__(entries)
        self._keep = keeper

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"expected a name, got {key!r}")
        super().__setitem__(key, self._keep(value))

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others: Any, **named: Any) -> None:
        for key, value in dict(*others, **named).items():
            self[key] = value

    def __ior__(self, other: Any) -> Dict:
        self.update(other)
        return self

    def copy(self) -> dict:
        return dict(self)

    def __reduce_ex__(self, protocol: Any) -> tuple:
        return dict, (dict(self),)


def pickled(value: Any) -> tuple:
    """How ``pickle`` makes the value again: from its class and its fields."""
    return _restored, (type(value), {name: getattr(value, name) for name in value._fields})


def _restored(kind: type, fields: dict[str, Any]) -> Any:
    return kind(**fields)


def html(value: Any) -> str:
    """A value as a table of its fields with what they mean, for notebooks; what has fields itself is folded."""
    return f"<b>{escape(type(value).__name__)}</b>{_rows((name, getattr(value, name), _doc(value, name)) for name in value._fields)}"


def _doc(value: Any, name: str) -> str:
    return getattr(type(value), name).__doc__ or ""


def _rows(rows: Iterable[tuple[str, Any, str]]) -> str:
    cells = (f'<tr title="{escape(doc)}"><th style="text-align:left">{escape(name)}</th>'
             f'<td style="text-align:left">{_cell(inner)}</td></tr>' for name, inner, doc in rows)
    return f"<table>{''.join(cells)}</table>"


def _cell(value: Any) -> str:
    if hasattr(value, "_fields"):
        return f"<details><summary>{escape(type(value).__name__)}</summary>{html(value)}</details>"
    if isinstance(value, dict) and value:
        return f"<details><summary>{len(value)}</summary>{_rows((str(key), inner, '') for key, inner in value.items())}</details>"
    if isinstance(value, list) and any(hasattr(item, "_fields") for item in value):
        return f"<details><summary>{len(value)}</summary>{_rows((str(i), item, '') for i, item in enumerate(value))}</details>"
    return escape(f"{value:g}" if isinstance(value, float) else str(value))
