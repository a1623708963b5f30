"""What load will come, from what came: the two predictors that are known of Scryer."""

from typing import Any, Callable, Iterator, Optional, Union

class FourierForecast:
    """The strong harmonics of a load, and the line on which they stand."""
    def __init__(self, values: list[float], slots_of_a_day: int, harmonics: Optional[int] = None) -> None:
        """With the largest harmonics; those that stand out of the noise if absent."""
        ...
    def at(self, slot: float) -> float:
        """In slots from the first value on, beyond the last, too."""
        ...

class RegressionForecast:
    """For each slot of the day and kind of day a regression on the load of a week and of a day before."""
    def __init__(self, values: list[float], slot: float, begins: float = 0.0) -> None:
        """`slot` and `begins`, of the first value since a Monday's midnight, in seconds."""
        ...
    def add(self, value: float) -> None:
        """The next value of the history."""
        ...
    def at(self, slot: int) -> Optional[float]:
        """Of a slot after the last value; None without a week of history."""
        ...

