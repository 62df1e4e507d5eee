"""A REPL over the data folder with a scripted language model, run as a program of its own under a terminal.

The model repeats two sentences of the first passage; asked to be slow, it then never comes to an end.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator

from bot.answering import Answerer
from bot.repl import converse
from vectorstore.archive import Archive
from vectorstore.settings import read_settings

SAID = (
    "The harbour of Velmora reopened on Wednesday after the storm",
    "“We lost nobody,” Mayor Ilse Brandt said",
)


class ScriptedModel:
    name = "scripted"

    def stream(self, system: str, user: str) -> Generator[str, None, None]:
        asked = user.rpartition("<question>")[2]
        label = re.findall(r'<passage id="(\w+)"', user)[0]
        if "broken" in asked:
            raise ZeroDivisionError("spilt ink")
        yield "".join(f"{sentence} [{label}]. " for sentence in SAID)
        if "slow" in asked:
            time.sleep(60)


def main() -> None:
    settings = read_settings()
    with Archive.open(settings) as archive:
        converse(Answerer(archive, ScriptedModel()), settings.data_dir / "repl_history")
    print("The archive is closed.")


if __name__ == "__main__":
    main()
