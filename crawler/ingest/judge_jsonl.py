"""`judge --jsonl`: lines in, judgements out, in order, one for each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import Topic


def run_judge_jsonl(lines_in: Iterable[str | bytes], write: Callable[[str], object], topic: Topic) -> int:
    """Judge lines `{id, url, title, text, lang}`; every key but `id` may be missing.

    Blank lines are passed over. For every other line one line is written,
    newline included: `{id, score, relevant, band, matched}`, or `{id, error}`
    for a line that cannot be judged; the rest goes on.

    Args:
        lines_in: lines of JSON, as text or UTF-8 bytes.
        write: called once for each line, e.g. `sys.stdout.write`.

    Returns:
        The number of lines that could not be judged.
    """
    failures = 0
    for line in lines_in:
        if not line.strip():
            continue
        answer = _answer(line, topic)
        failures += "error" in answer
        write(json.dumps(answer, ensure_ascii=False) + "\n")
    return failures


def _answer(line: str | bytes, topic: Topic) -> dict[str, Any]:
    """The answer to one line."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as problem:
        return {"id": None, "error": f"not a line of JSON: {problem}"}
    if not isinstance(item, dict):
        return {"id": None, "error": 'a line must be a JSON object such as {"id": 1, "title": "..."}'}
    for key in ("url", "title", "text", "lang"):
        if not isinstance(item.get(key) or "", str):
            return {"id": item.get("id"), "error": f"{key} must be a text"}
    judgement = judge(
        Fields(
            title=item.get("title") or "",
            text=item.get("text") or "",
            url=item.get("url") or "",
            language=item.get("lang") or None,
        ),
        topic,
    )
    return {
        "id": item.get("id"),
        "score": judgement.score,
        "relevant": judgement.is_relevant,
        "band": judgement.band,
        "matched": [asdict(each) for each in judgement.evidence],
    }
