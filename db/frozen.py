"""Frozen dataclasses that cost little to define, for what every command imports and few instances are made of."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import Any, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen:
    """Makes of each subclass what `@dataclass(frozen=True, kw_only=True)` would make of it.

    That writes and compiles six methods for each class, which was a tenth of the start of `spacereel status`; here
    all have the same ones, and an instance takes some microseconds longer. `fields` and `replace` work as ever.

    Raises:
        TypeError: a value is missing, or has no field.
        FrozenInstanceError: somebody writes to a field.
    """

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)

    def __init__(self, **values: Any) -> None:
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            object.__setattr__(
                self, each.name, values.pop(each.name) if each.name in values else _default(each)
            )
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__[each.name] for each in fields(self)))  # type: ignore[arg-type]  # as above

    def __repr__(self) -> str:
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)  # type: ignore[arg-type]  # as above
        return f"{type(self).__name__}({', '.join(shown)})"


def _default(about: Any) -> Any:
    if about.default is not MISSING:
        return about.default
    if about.default_factory is MISSING:
        raise TypeError(f"{about.name} is missing")
    return about.default_factory()
