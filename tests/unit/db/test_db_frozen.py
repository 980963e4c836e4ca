"""Classes whose methods are not written anew for each of them behave as frozen dataclasses do."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from db.frozen import Frozen


class Light(Frozen):
    """As it is written with `Frozen`."""

    host: str
    ports: tuple[int, ...] = ()
    secret: str | None = field(default=None, repr=False)
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Dear:
    """As it is written without."""

    host: str
    ports: tuple[int, ...] = ()
    secret: str | None = field(default=None, repr=False)
    names: list[str] = field(default_factory=list)


@pytest.mark.parametrize("kind", [Light, Dear])
def test_a_frozen_class_is_made_compared_changed_and_sent_as_a_dataclass(kind):
    one = kind(host="a", secret="s")

    assert (one.host, one.ports, one.names) == ("a", (), [])
    assert one == kind(host="a", secret="s") != kind(host="a")
    assert replace(one, ports=(80,)) == kind(host="a", ports=(80,), secret="s")
    assert [each.name for each in fields(kind)] == ["host", "ports", "secret", "names"]
    assert repr(one) == f"{kind.__name__}(host='a', ports=(), names=[])"
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(replace(one, names=())) == hash(kind(host="a", secret="s", names=()))


@pytest.mark.parametrize("kind", [Light, Dear])
def test_what_does_not_fit_a_frozen_class_is_refused(kind):
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError, match="port"):
        kind(host="a", port=80)
    with pytest.raises(FrozenInstanceError):
        kind(host="a").host = "b"
    with pytest.raises(FrozenInstanceError):
        del kind(host="a").host


def test_two_classes_with_the_same_values_are_not_equal():
    class Other(Light):
        """Another one."""

    assert Other(host="a") != Light(host="a")
