"""Files that appear complete or not at all."""

from __future__ import annotations

import os
import tempfile
from os import PathLike, fspath

from .ranges import BadInput


def write_whole(path: str | PathLike[str], content: str | bytes) -> None:
    """Replaces a file; whatever goes wrong, what was there stays."""
    folder = os.path.dirname(fspath(path)) or "."
    if not os.path.isdir(folder):
        raise BadInput(f"{fspath(path)}: cannot be written, as there is no folder {folder}")
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".streamtwin-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
