"""One question in a fresh interpreter, stage by stage, as JSON; run by `cold_start`."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

took: dict[str, float] = {}


def timed(name: str, work: Callable[[], T]) -> T:
    """Do the work and note its seconds under `name`."""
    start = time.perf_counter()
    result = work()
    took[name] = time.perf_counter() - start
    return result


def main(question: str) -> None:
    """Do what `bot ask` does, in the same order, and print the seconds of each stage."""
    timed("import our own modules", import_ours)
    from bot.answering import MATCHES, Answerer
    from bot.evidence.extracts import CAUTION, choose
    from bot.evidence.finder import Finder
    from vectorstore.archive import Archive
    from vectorstore.settings import read_settings

    archive = timed("open the archive", lambda: Archive.open(read_settings(), one_shot=True))
    with archive:
        embedder = timed("import and load the model", lambda: archive.embedder)
        timed("encode the question", lambda: embedder.encode_query(question))
        matches = timed("search (encodes once more)", lambda: archive.search(question, MATCHES))
        evidence = timed("rank the sentences", lambda: Finder(archive).rank(question, matches))
        timed("choose the extracts", lambda: choose(question, evidence, CAUTION))
        answer = Answerer(archive).answer(question)
        timed("render", lambda: render(answer))
        timed("close the archive", archive.close)
    print(json.dumps(took))


def import_ours() -> None:
    """What `bot ask` imports before it opens anything."""
    import bot.answering
    import bot.cli  # noqa: F401


def render(answer: object) -> str:
    """The page as a pipe gets it."""
    from bot.page import answer_page
    from bot.terminal import Screen
    from bot.types import Answer

    assert isinstance(answer, Answer)
    page = io.StringIO()
    Screen(page).show(answer_page(answer))
    return page.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
