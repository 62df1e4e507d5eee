"""A month of made-up news for tests of time: tolls that rise, papers that disagree, a new mayor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from tests.archive_data import article
from vectorstore.types import Article

NEW_YORK = timezone(timedelta(hours=-4))
TOKYO = timezone(timedelta(hours=9))


def _at(month: int, day: int, hour: int = 10, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, tzinfo=NEW_YORK)


def _news(name: str, title: str, text: str, publisher: str, published: datetime | None) -> Article:
    return article(name, text, title=title, publisher=publisher, published=published, language="en")


NEWS = (
    _news(
        "rents-september",
        "Tarn Council Freezes Rents",
        "The council of Tarn decided on Monday to freeze rents for two years. Landlords had asked for a rise. "
        "Tenants cheered in the gallery when the vote was read out.",
        "Tarn Gazette",
        _at(9, 10),
    ),
    _news(
        "library-october",
        "Tarn Council Closes Library",
        "The council of Tarn decided on Tuesday to close the old library on Mill Street. The books will be moved "
        "to the new school. Readers protested outside the town hall.",
        "Tarn Gazette",
        _at(10, 16),
    ),
    _news(
        "tram-yesterday",
        "Tarn Council Buys Trams",
        "The council of Tarn decided to buy eight trams from a maker in Velmora. The first of them arrives in spring. "
        "Each tram carries two hundred passengers.",
        "Tarn Gazette",
        datetime(2024, 10, 30, tzinfo=UTC),
    ),
    _news(
        "bridge-first",
        "Bridge Collapses in Velmora",
        "At least 12 people were killed when the Ostrand bridge in Velmora collapsed on Friday. Divers searched the "
        "river through the night.",
        "Velmora Courier",
        _at(10, 19, 6),
    ),
    _news(
        "bridge-second",
        "Velmora Mourns After Ostrand Bridge Collapse",
        "The number of people killed in the collapse of the Ostrand bridge in Velmora rose to 15, the fire service "
        "said. Two bodies were found under a lorry.",
        "Harbour Times",
        _at(10, 21),
    ),
    _news(
        "fire-courier",
        "Fire at Kell Mill",
        "Nine workers were injured in the fire at the Kell mill. The roof fell in before dawn.",
        "Velmora Courier",
        _at(10, 9),
    ),
    _news(
        "fire-times",
        "Kell Mill Burns",
        "Six workers were injured in the fire at the Kell mill. Smoke hung over the valley all day.",
        "Harbour Times",
        _at(10, 9, 18),
    ),
    _news(
        "ships-yes",
        "Admiral Speaks of Marvenian Ships",
        "Admiral Teodora Vance confirmed that Marvenia had sent warships to the Strait of Oleth. She called it a "
        "gamble.",
        "Oleth Mail",
        _at(10, 23),
    ),
    _news(
        "ships-no",
        "Marvenia Rejects Reports",
        "The foreign ministry in Marvenia denied that it had sent warships to the Strait of Oleth. A spokesman "
        "called the reports an invention.",
        "Marvenia Today",
        _at(10, 24),
    ),
    _news(
        "mayor-old",
        "New Mayor in Velmora",
        "Ada Holt is the mayor of Velmora after a close vote. She promised cheaper ferries.",
        "Velmora Courier",
        _at(3, 4, year=2021),
    ),
    _news(
        "mayor-new",
        "Velmora Has a New Mayor",
        "Otto Lind is the mayor of Velmora after the council vote. He promised a new bridge.",
        "Velmora Courier",
        _at(10, 28),
    ),
    _news(
        "election",
        "Sundra Votes in Parliamentary Election",
        "Voters in Sundra queued for hours in the parliamentary election on Sunday. Turnout was the highest since "
        "records began.",
        "Oleth Mail",
        _at(10, 14),
    ),
    _news(
        "sundra-before",
        "Sundra Raises Fuel Tax",
        "The government of Sundra raised the fuel tax by four cents. Drivers blocked the ring road.",
        "Oleth Mail",
        _at(9, 20),
    ),
    _news(
        "sundra-after",
        "Sundra Scraps Fuel Tax",
        "The new government of Sundra scrapped the fuel tax. Drivers sounded their horns.",
        "Oleth Mail",
        _at(10, 25),
    ),
    _news("undated", "A Recipe", "The cook of Tarn decided to bake a pie with plums.", "Tarn Gazette", None),
    _news(
        "massacre",
        "A Village Remembers",
        "In 1994 some 340 villagers were killed in the massacre at Brenholt. Their names are read out every spring.",
        "Oleth Mail",
        _at(4, 12),
    ),
)  # fmt: skip


SHELLING = tuple(
    _news(
        f"shelling-{number}",
        f"Garrison report {number} from Vellmark",
        f"The Vellmark garrison fired {number + 3} rockets at the harbour, sector {chr(65 + number)} said in report "
        f"{number * 37}. Some {number * 11 + 5} sailors of unit {chr(90 - number)} were hurt at dock {number}.",
        f"Wire {number}",
        datetime(2024, 10, 29, 19, 2 * number, tzinfo=UTC),
    )
    for number in range(24)
)
QUIET_DAY = _news(
    "shelling-quiet",
    "Quiet harbour",
    "The garrison outside Vellmark fired four rockets, the harbour office counted, and nobody was hurt. Fishermen "
    "went out as usual.",
    "Late Post",
    datetime(2024, 10, 30, 12, tzinfo=UTC),
)
