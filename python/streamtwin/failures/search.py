"""The search itself: it knows names, supports and whether a run broke, and nothing of simulation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Iterable, Iterator, Sequence

Names = frozenset[str]


@dataclass(frozen=True)
class Trial:
    """What a run under a set of failures has shown."""

    broken: bool
    #: Who has answered in it, and so is enough to succeed; of no meaning where it broke.
    support: Names = frozenset()


class BudgetSpent(Exception):
    """As many runs as there were to be."""


@dataclass
class Search:
    """Runs trials until every set of at most ``most`` failures is found or shown not to break anything."""

    run: Callable[[Sequence[Names]], Sequence[Trial]]
    likelihood: Callable[[str], float]
    budget: int
    most: int = 2
    #: How many trials are asked for at a time: fixed, so that the order of findings does not depend on the machine.
    batch: int = 8
    #: Smallest breaking sets, in the order in which they were found, with the number of runs until then.
    found: list[tuple[Names, int]] = field(default_factory=list)
    #: One support of each trial that succeeded.
    supports: list[Names] = field(default_factory=list)
    tried: dict[Names, Trial] = field(default_factory=dict)
    #: The largest size of which everything is known.
    complete: int = 0

    def __post_init__(self) -> None:
        first = self._try([frozenset()])[0]
        if first.broken:
            raise ValueError("it breaks without any failure")
        #: Who answered where nothing was broken, likeliest failures first.
        self.lineage = self._sorted(first.support)

    def go(self) -> Search:
        """Smallest sets first. Returns when all is known, or the budget spent."""
        try:
            for size in range(1, self.most + 1):
                while candidates := list(self._candidates(size)):
                    self._confirm(candidates)
                if size == 1:
                    self._fail_what_nobody_needs(frozenset())
                self.complete = size
        except BudgetSpent:
            pass
        return self

    def chance(self, failures: Iterable[str]) -> float:
        """How likely all of them fail at once, each by itself."""
        product = 1.0
        for one in failures:
            product *= self.likelihood(one)
        return product

    def _confirm(self, candidates: list[Names]) -> None:
        """The likeliest first, as long as each still hits every support."""
        pending = candidates
        while pending:
            batch, pending = pending[:self.batch], pending[self.batch:]
            for failures, trial in zip(batch, self._try(batch)):
                if trial.broken:
                    self._note(failures)
                elif trial.support - set(self.lineage) and self.complete:
                    self._fail_what_nobody_needs(failures)
            pending = [one for one in pending if self._still_possible(one)]

    def _fail_what_nobody_needs(self, failing: Names) -> None:
        """All at once, with what fails already: what is left is a small support, which spares one run for every pair of those who
        can be missed. Where that breaks, the set holds a finding; without one of its members the rest is tried again, and then
        with that one and without those who break it together with it."""
        needed = set().union(*(found for found, _ in self.found)) if self.found else set()
        spare = frozenset(one for one in self.lineage if one not in needed and self._has_no_substitute(one)) | failing
        left_out: list[str] = []
        while self._breaks(spare, failing):
            members = [one for one in self._sorted(self._shrink_and_note(spare)) if one not in failing]
            if not members:
                return
            left_out.append(members[-1])
            spare -= {members[-1]}
        for one in left_out:
            partners = set().union(*(found - {one} for found, _ in self.found if one in found))
            others = (spare | {one}) - (partners - failing)
            if self._breaks(others, failing):
                self._shrink_and_note(others)

    def _breaks(self, failures: Names, beyond: Names) -> bool:
        return bool(failures - beyond) and self._could_break(failures) and self._try([failures])[0].broken

    def _shrink_and_note(self, breaking: Names) -> Names:
        smallest = self._shrunk(breaking)
        self._note(smallest)
        return smallest

    def _has_no_substitute(self, one: str) -> bool:
        """Without it, nobody else is asked: its answer can be done without."""
        trial = self.tried.get(frozenset({one}))
        return trial is not None and not trial.broken and trial.support <= set(self.lineage)

    def _shrunk(self, breaking: Names) -> Names:
        """A smallest set within one that breaks: halves first, then one by one."""
        kept = list(self._sorted(breaking))
        step = max(1, len(kept) // 2)
        while True:
            start, cut = 0, False
            while start < len(kept):
                rest = frozenset(kept[:start] + kept[start + step:])
                if self._could_break(rest) and self._try([rest])[0].broken:
                    kept, cut = self._sorted(rest), True
                else:
                    start += step
            if step == 1 and not cut:
                return frozenset(kept)
            step = max(1, step // 2) if not cut or step > len(kept) // 2 else step

    def _candidates(self, size: int) -> Iterator[Names]:
        """Sets of that size that hit every support and hold no finding, likeliest first."""
        sets: set[Names] = set()
        self._hit(frozenset(), size, sets)
        return iter(sorted((one for one in sets if self._still_possible(one)), key=lambda one: (-self.chance(one), sorted(one))))

    def _hit(self, chosen: Names, left: int, into: set[Names]) -> None:
        missed = [support for support in self.supports if not support & chosen]
        if not missed:
            if left == 0:
                into.add(chosen)
            return
        if left == 0:
            return
        for one in min(missed, key=len):
            if not any(found <= chosen | {one} for found, _ in self.found):
                self._hit(chosen | {one}, left - 1, into)

    def _could_break(self, failures: Names) -> bool:
        if failures in self.tried:
            return self.tried[failures].broken
        return all(support & failures for support in self.supports)

    def _still_possible(self, failures: Names) -> bool:
        return (failures not in self.tried and all(support & failures for support in self.supports)
                and not any(found <= failures for found, _ in self.found))

    def _note(self, failures: Names) -> None:
        if not any(found <= failures for found, _ in self.found):
            self.found.append((failures, len(self.tried)))

    def _try(self, sets: Sequence[Names]) -> list[Trial]:
        new = [one for one in sets if one not in self.tried][:max(0, self.budget - len(self.tried))]
        for failures, trial in zip(new, self.run(new) if new else ()):
            self.tried[failures] = trial
            if not trial.broken:
                self.supports.append(trial.support - failures)
        if any(one not in self.tried for one in sets):
            for failures in sets:
                if failures in self.tried and self.tried[failures].broken and len(failures) <= self.most:
                    self._note(failures)
            raise BudgetSpent
        return [self.tried[one] for one in sets]

    def _sorted(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda one: (-self.likelihood(one), one))
