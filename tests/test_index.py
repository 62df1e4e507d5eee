"""One contract for every VectorIndex: exact, embedded Chroma, and a real Chroma server."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.archive_data import random_vectors
from tests.conftest import ChromaServer
from vectorstore.chroma import open_embedded, open_server
from vectorstore.errors import IndexUnavailable
from vectorstore.index import ExactIndex, VectorIndex


@pytest.fixture(params=["exact", "embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "exact":
        made: VectorIndex = ExactIndex()
    elif request.param == "embedded":
        made = open_embedded(tmp_path, "contract")
    else:
        server: ChromaServer = request.getfixturevalue("chroma_server")
        made = open_server(server.url, f"contract-{uuid.uuid4().hex}", 20)
    yield made
    made.close()


def ids(count: int) -> list[str]:
    return [f"{number:016x}" for number in range(count)]


def test_finds_the_nearest_by_cosine(index: VectorIndex) -> None:
    vectors = random_vectors(300)
    index.upsert(ids(300), vectors)
    found = index.query(vectors[7], 5)
    scores = vectors @ vectors[7]
    assert [id_ for id_, _ in found] == [ids(300)[i] for i in np.argsort(-scores)[:5]]
    assert [cosine for _, cosine in found] == pytest.approx(sorted(scores, reverse=True)[:5], abs=1e-4)


def test_empty_index_answers_nothing(index: VectorIndex) -> None:
    assert index.query(random_vectors(1)[0], 5) == []
    assert index.count() == 0


def test_fewer_vectors_than_asked_for(index: VectorIndex) -> None:
    index.upsert(ids(3), random_vectors(3))
    assert len(index.query(random_vectors(1)[0], 10)) == 3


def test_upsert_replaces(index: VectorIndex) -> None:
    old, new = random_vectors(2, seed=1)
    index.upsert(["a"], old[None])
    index.upsert(["a"], new[None])
    assert index.count() == 1
    assert index.query(new, 1) == [("a", pytest.approx(1.0, abs=1e-4))]


def test_deleted_ids_are_gone_and_unknown_ones_ignored(index: VectorIndex) -> None:
    vectors = random_vectors(10)
    index.upsert(ids(10), vectors)
    index.delete([*ids(10)[2:5], "unknown"])
    assert index.count() == 7
    assert {id_ for id_, _ in index.query(vectors[3], 10)} == {*ids(10)} - {*ids(10)[2:5]}


def test_writes_of_any_size(index: VectorIndex) -> None:
    vectors = random_vectors(6_000)  # Chroma refuses more than 5,461 in one call
    index.upsert(ids(6_000), vectors)
    assert index.count() == 6_000
    index.delete(ids(6_000)[:5_900])
    assert index.count() == 100
    assert index.query(vectors[5_950], 1)[0][0] == ids(6_000)[5_950]


def test_nothing_to_write_is_no_error(index: VectorIndex) -> None:
    index.upsert([], np.zeros((0, 64), np.float32))
    index.delete([])
    assert index.count() == 0


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(IndexUnavailable, match="no Chroma server answers"):
        open_server(f"http://127.0.0.1:{port}", "contract", 5)


def test_a_silent_server_is_given_up_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        held: list[object] = []
        threading.Thread(target=lambda: held.append(silent.accept()), daemon=True).start()
        started = time.monotonic()
        with pytest.raises(IndexUnavailable, match="did not answer within 1 s"):
            open_server(f"http://127.0.0.1:{silent.getsockname()[1]}", "contract", 1)
        assert time.monotonic() - started < 20
