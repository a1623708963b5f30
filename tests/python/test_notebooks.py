"""The notebooks run from the first cell to the last, and are kept without outputs."""

import json
import os
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("streamtwin._core", reason="the compiled module is not built")
import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from traitlets.config import Config  # noqa: E402

import streamtwin  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture
def sockets(monkeypatch):
    """Kernels of notebooks that run beside each other could take each other's ports: sockets in a folder of their own, whose
    name is short enough for them."""
    with tempfile.TemporaryDirectory(prefix="st-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", folder)
        yield Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_without_an_error(file, tmp_path, monkeypatch, sockets):
    package = str(Path(streamtwin.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.setenv("STREAMTWIN_SOURCE", str(FOLDER.parent))
    keep = os.environ.get("STREAMTWIN_NOTEBOOKS")
    if not keep:  # fewer seeds and coarser sweeps will do to see that everything holds
        monkeypatch.setenv("STREAMTWIN_QUICK", "1")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(file, as_version=4)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    client = NotebookClient(notebook, timeout=550, kernel_name="python3", config=sockets, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    if keep:
        nbformat.write(notebook, Path(keep) / file.name)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_kept_without_outputs(file):
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code and all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
