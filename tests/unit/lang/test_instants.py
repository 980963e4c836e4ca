"""Dates of feeds, sitemaps and mails: what was told, as exactly as it was told."""

from __future__ import annotations

import pytest

from crawler.lang.instants import order_of, read_instant


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Tue, 14 Apr 2026 12:00:00 +03:00", "2026-04-14T09:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 GMT+3", "2026-04-14T09:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 UTC+0300", "2026-04-14T09:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 GMT-07:00", "2026-04-14T19:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 Europe/Moscow", "2026-04-14T09:00:00"),
        ("Wed, 14 Jan 2026 12:00:00 America/Los_Angeles", "2026-01-14T20:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 America/Los_Angeles", "2026-04-14T19:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 MET", "2026-04-14T11:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 ET", "2026-04-14T16:00:00"),
        ("Tue, 14 Apr 2026 12:00:00 VLAT", "2026-04-14T02:00:00"),
        ("Tue,14 Apr 2026 18:28:36 -0000", "2026-04-14T18:28:36"),
        ("Tuesday, 14-Apr-26 12:00:00 GMT", "2026-04-14T12:00:00"),
        ("Tue, 14 Apr 26 12:00:00 GMT", "2026-04-14T12:00:00"),
        ("Tue, 14 Apr 2026 08:28:28 PM", "2026-04-14T20:28:28"),
        ("Thu, 5 Mar 2026 12:30:10 AM", "2026-03-05T00:30:10"),
        ("Tue, 14 Apr 2026 24:00:00 GMT", "2026-04-15T00:00:00"),
        ("2026-04-14T24:00:00Z", "2026-04-15T00:00:00"),
        ("2026-04-14T24:00:00+03:00", "2026-04-14T21:00:00"),
        ("2026-04-14T12:00:60Z", "2026-04-14T12:00:59"),
        ("2026-04-14T12:00:00.123Z", "2026-04-14T12:00:00"),
        ("1776168000", "2026-04-14T12:00:00"),
        ("1776168000000", "2026-04-14T12:00:00"),
        ("1776168000.5", "2026-04-14T12:00:00"),
        ("Tue Apr 14 12:00:00 2026", "2026-04-14T12:00:00"),
        ("2026/4/14 15:07:41", "2026-04-14T15:07:41"),
        ("Κυρ, 12 Ιούλ 2026 12:00:00 EST", "2026-07-12T17:00:00"),
        ("ven., 03 juil. 2026 15:09:58 +0000", "2026-07-03T15:09:58"),
        ("周二, 14 四月 2026 12:00:00 +0800", "2026-04-14T04:00:00"),
        ("火, 14 4月 2026 12:00:00 +0900", "2026-04-14T03:00:00"),
        ("2026. 4. 14. 오후 3:05:07", "2026-04-14T15:05:07"),
        ("2026-04-14 오전 11:23:17", "2026-04-14T11:23:17"),
        ("Tue, 14 Apr 2026 9:5:7 GMT", "2026-04-14T09:05:07"),
        ("Tue, 14 Apr 2026 12:00:00 + 0300", "2026-04-14T09:00:00"),
        ("2026-04-14T12:00:00[Europe/Paris]", "2026-04-14T10:00:00"),
        ("2026-W16-2T12:00:00Z", "2026-04-14T12:00:00"),
        ("1776168000123456", "2026-04-14T12:00:00"),
        ("/Date(1776168000000+0200)/", "2026-04-14T12:00:00"),
        ("14 juli 2026 kl. 20.05", "2026-07-14T20:05:00"),
        ("4 Ιουλίου 2026, 8:05 μμ", "2026-07-04T20:05:00"),
    ],
)
def test_an_instant_is_what_was_told(written, at):
    assert read_instant(written).at.replace(tzinfo=None).isoformat() == at


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2026-04-14", "day"),
        ("Tue, 14 Apr 2026", "day"),
        ("2026-104", "day"),
        ("2026. 4. 14.", "day"),
        ("2026(e)ko apirilaren 14(a)", "day"),
        pytest.param("2026-04-14+03:00", "day", id="a day in its zone, as XML Schema writes it"),
        pytest.param("14.04.26", "day", id="the numbers of a day are no clock"),
        pytest.param("Tue, 14 Apr 2026 10:00–12:00", "day", id="from when to when"),
        ("2026-04-14T12:00Z", "minute"),
        ("Tue, 14 Apr 2026 12:00 GMT", "minute"),
        ("2026-04-14T12:00:00Z", "second"),
        pytest.param("Tue, 14 Apr 2026 23:00:00 XYZT", "day", id="a zone nobody knows"),
        pytest.param("Sun, 12 Apr 2026 11:47:32 +zz:00", "day", id="an offset that is none"),
        pytest.param("2026-04-14 23:00:00+15:00", "day", id="an offset beyond the last zone"),
    ],
)
def test_a_date_is_as_exact_as_it_was_told(written, precision):
    told = read_instant(written)

    assert (told.precision, told.at.date().isoformat()[:8]) == (precision, "2026-04-")
    assert precision != "day" or told.at.hour == 0


@pytest.mark.parametrize(
    "written", ["2026-10", "2026", "Nov. 2026", "0000-00-00 00:00:00", "soon", "12", "", None, "03/04/2026", "9999-12-31T24:00:00Z", "2026-366", "2026-W54-1", "2026-W16"]
)  # fmt: skip
def test_nothing_is_invented(written):
    assert read_instant(written) is None


@pytest.mark.parametrize(
    ("texts", "language", "order"),
    [
        (["03/04/2026", "03/28/2026"], None, False),
        (["03/04/2026", "28/03/2026"], None, True),
        (["03/04/2026"], "fr", True),
        (["03/04/2026"], "en-GB", True),
        (["03/04/2026"], "en-US", False),
        (["03/04/2026"], "en", None),
        (["03.04.2026"], None, True),
        ([], None, None),
    ],
)
def test_the_other_dates_of_a_writer_tell_his_order(texts, language, order):
    assert order_of(texts, language) is order
