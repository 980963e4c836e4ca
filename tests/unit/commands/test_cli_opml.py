from __future__ import annotations

from crawler.commands.beatfile import name_for
from crawler.commands.opml import outlines


def test_an_entity_of_an_opml_file_is_left_out():
    body = (
        b'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "https://e.org/"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<opml><body><outline text="&b;&b;" xmlUrl="https://e.org/f"/></body></opml>'
    )

    assert outlines(body, "x.opml") == (("https://e.org/f", ""),)


def test_an_opml_file_may_be_written_in_another_character_set():
    body = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Вызов" xmlUrl="https://e.org/f"/></body></opml>'

    assert outlines(body.encode("cp1251"), "x.opml") == (("https://e.org/f", "Вызов"),)


def test_sources_of_one_host_have_names_however_many_they_are():
    taken: set[str] = set()
    for _ in range(20_000):
        taken.add(name_for("https://e.org/feed", "feed", taken))

    assert len(taken) == 20_000
    assert {"e-org", "e-org-2", "e-org-20000"} <= taken
