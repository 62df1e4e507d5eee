"""Children of ours never import what lies in the working folder, however Citedesk was installed."""

from __future__ import annotations

import os
import site
import subprocess
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRAPS = (
    "numpy",
    "socket",
    "vectorstore",
    "ingest",
)  # the first modules that our children import, and our own
CHILDREN = {
    "apply": """
from tests.archive_data import article, opened, put
with opened(here / "data") as archive:
    put(archive, article("flood", "The river Dun rose."))
    archive._backend_of_build().hand_over()
    archive._backend_of_build()._helper._child.wait()
    print(archive.stats().pending)
""",
    "ingest": """
import os
from bot.slack.handover import Handover
environment = {**os.environ, "CITEDESK_DATA_DIR": str(here / "data"), "CITEDESK_EMBEDDING_MODEL": "hashing"}
handover = Handover(None, None, None, None, here, environment)
print(*[taken.outcome for taken in handover._ingested([str(here / "flood.txt")], "", "flood", "")])
""",
    "crew": """
from ingest.crew import held_by, standing
from ingest.sources import Found
with standing(1) as crew:
    file = Found(str(here / "flood.txt"), True)
    print(held_by(file, crew.read(file))[0].draft.title)
""",
    "mind": """
from contextlib import closing
from bot.slack.mind import Mind, Question
from tests.archive_data import settings
from vectorstore.types import Filter
with closing(Mind(settings(here / "data"))) as mind:
    print(mind.answer(Question("Did the river rise?", (), Filter()), 60, print).status)
""",
}
SAID = {"apply": "0", "ingest": "added", "crew": "The flood", "mind": "empty_archive"}


@pytest.fixture(scope="module", params=["PYTHONPATH", "editable install"])
def python(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """An interpreter that finds Citedesk in one of two ways, and its environment."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home)
    [packages] = home.glob("lib/*/site-packages")
    editable = request.param == "editable install"
    packages.joinpath("citedesk.pth").write_text(
        "\n".join([*site.getsitepackages(), *[str(ROOT)] * editable])
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return home / "bin" / "python", environment if editable else {**environment, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("child", CHILDREN)
def test_a_child_imports_nothing_from_the_working_folder(
    child: str, python: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    work, sprung = tmp_path / "work", tmp_path / "sprung"
    work.mkdir()
    for name in TRAPS:
        work.joinpath(f"{name}.py").write_text(f"open({str(sprung)!r}, 'a').write({name!r})\n")
    (tmp_path / "flood.txt").write_text("The flood\n\nThe river Dun rose by three metres.")
    script = tmp_path / "script.py"
    body = CHILDREN[child].replace("\n", "\n    ")
    script.write_text(
        f"from pathlib import Path\nhere = Path(__file__).parent\nif __name__ == '__main__':{body}"
    )
    command, environment = python
    done = subprocess.run([command, script], env=environment, cwd=work, capture_output=True, text=True)
    assert (done.stdout.strip(), sprung.exists()) == (SAID[child], False), done.stderr
