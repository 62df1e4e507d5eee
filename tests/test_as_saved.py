"""Articles as people save them: tables, lists, credits, captions, live blogs, and what a browser copies along."""

from __future__ import annotations

from ingest.load import read

TABLE = """# Ardle counts its bridges

The council counted on Monday.

| Region | 2025 | 2026 |
|--------|-----:|-----:|
| **Upper** Ardle | 12 | 14 |
| Lower Ardle |  | 9 |

- Boats: 7
"""


def test_a_row_of_a_markdown_table_stays_one_line() -> None:
    assert read(TABLE.encode(), "a.md").text.split("\n\n") == [
        "The council counted on Monday.",
        "Region | 2025 | 2026",
        "Upper Ardle | 12 | 14",
        "Lower Ardle |  | 9",
        "Boats: 7",
    ]


def test_the_drawn_rule_of_a_table_is_no_paragraph() -> None:
    draft = read("Bridges counted\n\n内容\n\n| A | B |\n|---|:-:|\n| 1 | 2 |\n+---+---+".encode(), "a.txt")
    assert draft.text == "| A | B |\n\n| 1 | 2 |"
