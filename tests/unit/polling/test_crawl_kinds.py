"""Every kind of source that the record knows has its object."""

from __future__ import annotations

from typing import get_args

from crawler.polling.kinds import KINDS
from db.model import SourceKind


def test_every_kind_has_its_object():
    assert set(KINDS) == set(get_args(SourceKind))
