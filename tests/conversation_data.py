"""Invented news in English and Chinese for conversations that go from one thing to the next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.small_archive import passage_of
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.settings import BUNDLED_MODEL, Settings
from vectorstore.types import Article, Source


def article(title: str, day: datetime, language: str, *sentences: str) -> Article:
    """An article of `sentences`, whose address is made of its title."""
    source = Source(title=title, publisher="The Quill", published=day, language=language)
    joined = "".join(sentences) if language == "zh" else " ".join(sentences)
    return Article(source, joined, origin=f"file:///quill/{title}")


ENGLISH = (
    article(
        "Quarrenport Opens Its Tidal Barrier",
        datetime(2025, 3, 4, tzinfo=UTC),
        "en",
        "Harbour minister Odile R. Vantongeren opened the tidal barrier at Quarrenport on Tuesday.",
        "The barrier cost 410 million florins, a third more than was planned.",
        "“The sea has been patient with us,” Ms. Vantongeren said, standing on Gate No. 4.",
        "It was built by Halvorsen Marine, a firm from Skelby, in eleven years.",
        "She was born in Quarrenport in 1968 and has been a minister since 2021.",
        "Fishermen fear that the barrier will keep herring out of the estuary.",
        "Asked about Drenland, Ms. Vantongeren said that its ports were welcome to copy the gates.",
    ),
    article(
        "Drenland Sends Dredgers to the Estuary",
        datetime(2025, 4, 9, tzinfo=UTC),
        "en",
        "Drenland sent fourteen dredgers to the Ossel estuary on Wednesday.",
        "Norrland sent six dredgers to the estuary in the same week.",
        "The dredgers came because sand had closed the southern channel in February.",
        "They are moored at Tarn Quay and will leave in September.",
        "Capt. Ulrik Sandoval leads the fleet from the cutter Marigold.",
        "Mr. Sandoval told reporters that the channel would be open by June.",
    ),
    article(
        "Fire Closes the Old Theatre of Skelby",
        datetime(2025, 5, 20, tzinfo=UTC),
        "en",
        "A fire closed the Lantern Theatre in Skelby on Monday night.",
        "Nobody was hurt, and 312 people left the building through the stage door.",
        "The fire was caused by a faulty spotlight, the fire brigade said.",
        "The theatre was founded in 1874 and belongs to the city.",
        "Its director, Piet Okonjo-Lund, said the season would go on in a circus tent.",
    ),
)
CHINESE = (
    article(
        "澄沙县新大桥通车",
        datetime(2025, 6, 2, tzinfo=UTC),
        "zh",
        "澄沙县的望鹭桥于6月1日上午通车。",
        "县长杜若衡在通车仪式上宣布，过桥十年内不收费。",
        "望鹭桥由南岭路桥公司建造，全长一千八百米。",
        "杜若衡说：“孩子们上学的路近了四十分钟。”",
        "旧渡口因为水流太急，已于去年关闭。",
    ),
    article(
        "两国向洪区派出救援队",
        datetime(2025, 6, 20, tzinfo=UTC),
        "zh",
        "蒙古向柳汀洪区派出了八十名救援人员。",
        "越南向柳汀洪区派出了一百二十名救援人员。",
        "救援队因为铁路中断，改乘卡车前往。",
        "救援队队长罗青禾表示，搜救将持续两周。",
    ),
)


def build(folder: Path, embedder: Embedder) -> Settings:
    """Store them all, embedded with `embedder`, and say where."""
    settings = Settings(data_dir=folder, embedding_model=BUNDLED_MODEL)
    with Archive.open(settings, embedder) as archive:
        for each in (*ENGLISH, *CHINESE):
            passage = passage_of(each)
            archive.add([(each, [passage], embedder.encode_passages([passage]))])
    return settings
