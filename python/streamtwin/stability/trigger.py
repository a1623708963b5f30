"""A trigger: an action of the scenario language, at one target or several at once, with its size and its duration left open."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from .. import _core
from ..ranges import Amount, BadInput

#: Keys that say where, for how long or which way, but not how much.
_NO_SIZES = ("target", "lasts", "operation", "callee", "to", "one_way")


@dataclass(frozen=True)
class Trigger:
    """``Trigger.read("add_latency shared-00,shared-01")``."""

    text: str
    action: str
    targets: tuple[str, ...]
    #: What is the same for all sizes, by key.
    settings: tuple[tuple[str, str], ...]
    #: The key that the sizes of a map are of; empty where the action has none.
    size_key: str
    #: Whether the action can end.
    ends: bool

    @classmethod
    def read(cls, text: str, size_key: str | None = None, sized: bool = True) -> Trigger:
        """``ACTION TARGET[,TARGET...] [KEY=VALUE ...]``; ``sized`` is whether a key is to be left open, which ``size_key`` may name."""
        words = text.split()
        if not words:
            raise BadInput("--trigger: expected an action and its target, like 'add_latency ratings'")
        rows = {name: (needs, reads) for name, needs, reads in _core.actions()}
        if words[0] not in rows:
            raise BadInput(f"--trigger: there is no action '{words[0]}'{_near(words[0], rows)}")
        needs, reads = rows[words[0]]
        keys = [*needs, *reads]
        settings = tuple(_setting(words[0], word, keys) for word in words[1:] if "=" in word)
        named = " ".join(word for word in words[1:] if "=" not in word)
        targets = tuple(target.strip() for target in named.split(",")) if named else ()
        _check_targets(words[0], targets, "target" in needs)
        key = _size_key(words[0], size_key, needs, reads, dict(settings)) if sized else ""
        return cls(text, words[0], targets, settings, key, "lasts" in keys)

    def steps(self, at: float, size: Amount | None, lasts: float | None) -> str:
        """As the ``method`` of a scenario."""
        keys = {"at": f"{at!r} s", "action": self.action, **dict(self.settings)}
        if size is not None:
            keys[self.size_key] = size.written()
        if lasts is not None:
            keys["lasts"] = f"{lasts!r} s"
        each = [dict(keys, target=f'"{target}"') for target in self.targets] or [keys]
        return "[" + ", ".join("{" + ", ".join(f"{key}: {value}" for key, value in step.items()) + "}" for step in each) + "]"


def _setting(action: str, word: str, keys: list[str]) -> tuple[str, str]:
    key, _, value = word.partition("=")
    if key not in keys or key in ("target", "lasts"):
        raise BadInput(f"--trigger: {action} has no '{key}' to set here; it reads {', '.join(k for k in keys if k not in ('target', 'lasts'))}")
    if not value:
        raise BadInput(f"--trigger: '{word}' has no value")
    return key, value


def _check_targets(action: str, targets: tuple[str, ...], needed: bool) -> None:
    if needed and not targets:
        raise BadInput(f"--trigger: {action} needs a target, like '{action} ratings'")
    if any(not target or '"' in target for target in targets):
        raise BadInput("--trigger: a target has no name")
    for i, one in enumerate(targets):
        for other in targets[i + 1:]:
            if one == other:
                raise BadInput(f"--trigger: '{one}' is a target twice")
            if f"{_whole(one)}/".startswith(f"{_whole(other)}/") or f"{_whole(other)}/".startswith(f"{_whole(one)}/"):
                raise BadInput(f"--trigger: '{one}' and '{other}' overlap: one is part of the other")


def _whole(target: str) -> str:
    """Of which some are meant: ``20 % of web/here-a`` is of ``web/here-a``."""
    return target.split(" of ")[-1].split(" with ")[0]


def _size_key(action: str, wanted: str | None, needs: list[str], reads: list[str], settings: dict[str, str]) -> str:
    def open_ones(keys):
        return [key for key in keys if key not in _NO_SIZES and key not in settings]

    if wanted is not None:
        if wanted not in open_ones([*needs, *reads]):
            raise BadInput(f"--size: {action} has no '{wanted}' that is open; it reads {', '.join(open_ones([*needs, *reads])) or 'none'}")
        return wanted
    for keys in (open_ones(needs), open_ones(reads)):
        if len(keys) > 1:
            raise BadInput(f"--size: of which key? Write --size KEY=FROM:TO:STEP with one of {', '.join(keys)}")
        if keys:
            return keys[0]
    return ""


def _near(word: str, names) -> str:
    near = get_close_matches(word, list(names), n=1, cutoff=0.4)
    return f"; did you mean '{near[0]}'?" if near else ""
