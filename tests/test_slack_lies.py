"""A lying model in Slack: no call, not even one of a running stream, carries a sentence that was not verified."""

from __future__ import annotations

import json
from pathlib import Path

from evals.lies_read import told
from tests.provider import Provider, serving
from tests.slack_bot import workspace_and_bot
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.settings import STAND_IN_MODEL, Settings

TRUE = "Two of the dead were children."


def test_no_call_ever_carries_a_lie(tmp_path: Path) -> None:
    (quake,) = (each for each in told() if each.name == "quake")
    folder, embedder = tmp_path / "archive", HashEmbedder()
    with Archive.open(Settings(data_dir=folder, embedding_model=STAND_IN_MODEL), embedder) as archive:
        archive.add([(quake.article, quake.passages(), embedder.encode_passages(quake.passages()))])
    lies = [text for _, text in quake.false if "“" not in text]
    pieces = [f"{text} " for text in (*lies[:6], TRUE, *lies[6:12])]
    with serving(Provider(pieces, pause=0.005)) as provider:
        model = {"CITEDESK_LLM": "openai:m", "OPENAI_BASE_URL": provider.url, "OPENAI_API_KEY": "sk-x"}
        settings = model | {"CITEDESK_SLACK_ANSWERERS": "1"}
        with workspace_and_bot(folder, **settings) as (slack, _):
            news = slack.channel("news", members=["ana"])
            asked = slack.mention("ana", news, "What did the earthquake in Tessaly do?")
            shown = slack.wait_for(lambda: slack.answers(asked), 60, "an answer")[-1]
            slack.wait_for(lambda: TRUE[:-1] in slack.readable(shown), 60, "the true sentence")
            calls = json.dumps([call.args for call in slack.calls], ensure_ascii=False, default=str)
    assert TRUE[:-1] in calls
    assert [text for text in lies if text[:-1] in calls] == []
