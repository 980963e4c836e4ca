"""Persian labels of dates, as pages write them."""

from __future__ import annotations

import pytest
from metadata_reading import metadata_of

H1 = "<h1>The old ferry makes its last trip</h1>"
TEXT = f"<p>{'The boat left the pier at noon, and the town had come to see it go. ' * 3}</p>" * 2


@pytest.mark.parametrize(
    "line",
    [
        "به‌روزرسانی: ۱۴۰۵/۰۲/۱۵ - ۱۱:۲۰ انتشار: ۱۴۰۵/۰۲/۱۳ - ۱۰:۲۰",
        "به روزرسانی: ۱۵ اردیبهشت ۱۴۰۵ ۱۱:۲۰ - انتشار: ۱۳ اردیبهشت ۱۴۰۵ ۱۰:۲۰",
        "انتشار: ۱۴۰۵/۰۲/۱۳ | به‌روزرسانی: ۱۴۰۵/۰۲/۱۵",
    ],
)
def test_persian_labels_with_and_without_their_joiner(line: str) -> None:
    found = metadata_of(body=f"<article>{H1}<div>{line}</div>{TEXT}</article>", lang="fa")

    assert found.published_at is not None
    assert found.published_at.date().isoformat() == "2026-05-03"
    assert found.authors == ()
