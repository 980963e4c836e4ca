"""`spacereel beat new` with addresses as examples: of the record, or fetched once a person agreed."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
from kit import configured, source

from crawler.catalogue import load_beats


def article_page(title: str, text: str) -> bytes:
    """A small article."""
    paragraphs = "".join(f"<p>{text} This is paragraph {number} of the report.</p>" for number in range(6))
    return f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


def test_an_address_is_fetched_after_agreement_and_its_words_teach(run, newsroom, tmp_path):
    configured(tmp_path, [])
    page = article_page("Otters return to the harbour", "Otters were seen at the old harbour by a ferryman.")
    url = newsroom.print_("/otters", page, "text/html; charset=utf-8")
    result = run(
        "beat", "new", "Ferries", "--belongs", url, "--not", "No ferries today", "--yes", "--to", "o.toml"
    )
    written = Path("o.toml").read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    assert "2 examples" in result.output
    assert len(newsroom.asked("/robots.txt")) == 1, "as politely as a crawl"
    assert len(newsroom.asked("/otters")) == 1
    assert '"Otters return to the harbour" is labelled positive' in written


def test_nothing_is_fetched_before_somebody_agreed(run, newsroom, tmp_path):
    configured(tmp_path, [])
    Path("yes.txt").write_text(f"{newsroom.origin()}/article/one\n", encoding="utf-8")
    result = run("beat", "new", "Otters", "--belongs", "yes.txt", "--to", "o.toml")

    assert result.exit_code == 1
    assert "1 example of 127.0.0.2 would have to be fetched; say --yes" in result.output
    assert not newsroom.log
    assert not Path("o.toml").exists()


def test_what_gives_no_article_is_left_out_with_a_line(run, newsroom, tmp_path):
    configured(tmp_path, [])
    url = f"{newsroom.origin()}/status/404"
    result = run(
        "beat", "new", "Otters", "--belongs", url, "--belongs", "Otters swim", "--yes", "--to", "o.toml"
    )

    assert result.exit_code == 0, result.output
    assert f"left out: {url}: " in result.output
    assert "1 example" in result.output


def test_an_address_of_the_record_is_not_fetched_and_its_source_is_proposed(run, newsroom, once, tmp_path):
    page = article_page("Otters return to the harbour", "Otters were seen at the old harbour by a ferryman.")
    url = newsroom.print_("/otters", page, "text/html; charset=utf-8")
    item = f"<item><title>Otters return to the harbour</title><link>{url}</link></item>"
    feed = newsroom.print_("/wild.xml", f"<rss version='2.0'><channel>{item}</channel></rss>".encode())
    once(configured(tmp_path, [source(feed, id="wild")]))
    before = len(newsroom.log)
    result = run("beat", "new", "Otters", "--belongs", url, "--to", "o.toml")
    (beat,) = load_beats([Path("o.toml")])

    assert result.exit_code == 0, result.output
    assert len(newsroom.log) == before
    assert "proposed, switched off: Wild, as 1 of its 1 newest articles in the record belong" in result.output
    assert (beat.sources[0].id, beat.sources[0].url) == ("otters-wild", feed)
    assert not any(each.is_enabled for each in beat.sources)


def test_a_private_address_is_left_out_with_the_setting_that_lets_it_through(run):
    result = run("beat", "new", "Otters", "--belongs", "http://10.9.8.7/otters", "--yes", "--to", "o.toml")

    assert result.exit_code == 0, result.output
    assert (
        "10.9.8.7 is a private or reserved address; only [fetch] allow_private lets it through."
        in result.output
    )
