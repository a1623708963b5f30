"""Type stubs of the compiled module, written from its docstrings: ``python3 -m streamtwin.stubs`` rewrites them.

pybind11 puts each signature into the first line of a docstring; what stands there is what the compiler knows.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent / "_core"
_SIGNATURE = re.compile(r"^(?:\d+\. )?(?P<name>\w*)\((?P<arguments>.*)\) -> (?P<result>.+)$")


def stubs(module: ModuleType) -> dict[str, str]:
    """File name (relative to the package folder) and text of the stub of a module and of those inside it."""
    result, inner = {}, [value for _, value in _members(module) if inspect.ismodule(value)]
    path = "/".join(module.__name__.split(".")[2:])
    name = f"{path}/__init__.pyi" if inner or not path else f"{path}.pyi"
    result[name.lstrip("/")] = _module_stub(module, inner)
    for part in inner:
        result.update(stubs(part))
    return result


def write() -> list[Path]:
    """Writes the stubs of ``streamtwin._core`` beside it; returns the files."""
    from . import _core

    written = []
    for name, text in stubs(_core).items():
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        written.append(file)
    return written


def _members(owner) -> list[tuple[str, object]]:
    return sorted((name, value) for name, value in vars(owner).items() if not name.startswith("_"))


def _module_stub(module: ModuleType, inner: list[ModuleType]) -> str:
    body = []
    for name, value in _members(module):
        if inspect.isclass(value) and value.__name__ != name:
            body += [f"{name} = {value.__name__}", ""]  # an earlier name
        elif inspect.isclass(value):
            body += _class_stub(name, value)
        elif callable(value):
            body += _function_stub(value.__doc__ or "", "")
    # A class that was bound after its first use has its C++ name there.
    places = _places(sys.modules[".".join(module.__name__.split(".")[:2])])
    text = re.sub(r"streamtwin::(?:\w+::)*(\w+)", lambda name: places.get(name[1], name[0]), "\n".join(body))
    own = module.__name__ + "."
    names = {match for match in re.findall(r"streamtwin\._core[\w.]*", text) if not match.startswith(own)}
    imports = ["import os", "import pathlib", "from typing import Any, Callable, Iterator, Optional, Union", "import numpy"]
    imports += sorted({f"import {name.rpartition('.')[0]}" for name in names})
    imports += [f"from . import {part.__name__.rpartition('.')[2]} as {part.__name__.rpartition('.')[2]}" for part in inner]
    used = [line for line in imports if not re.fullmatch(r"import \w+", line) or re.search(rf"\b{line[7:]}\.", text)]
    return f'"""{inspect.cleandoc(module.__doc__ or "")}"""\n\n' + "\n".join(used) + "\n\n" + text.replace(own, "") + "\n"


def _class_stub(name: str, value: type) -> list[str]:
    if issubclass(value, BaseException):
        return [f"class {name}({value.__bases__[0].__name__}): ...", ""]
    lines = [f"class {name}:", *_doc(value.__doc__, "    ")]
    for member, item in sorted(vars(value).items()):
        if member == "__members__" or (member.startswith("_") and member not in ("__init__", "__len__")):
            continue
        if member == "__init__" and hasattr(value, "_fields"):
            fields = (f"{field}: {value.__annotations__[field]} = ..." for field in value._fields)
            lines.append(f"    def __init__(self, *, {', '.join(fields)}) -> None: ...")
        elif isinstance(item, property):
            lines += _property_stub(member, item, vars(value).get("__annotations__", {}).get(member) or _property_type(item))
        elif isinstance(item, value):
            lines.append(f"    {member}: {name}")
        elif isinstance(item, staticmethod):
            lines += _function_stub(item.__func__.__doc__ or "", "    ", ["@staticmethod"])
        elif callable(item):
            lines += _function_stub(item.__doc__ or "", "    ")
    if hasattr(value, "_fields"):
        lines += ["    __hash__: None  # type: ignore[assignment]", "    def _repr_html_(self) -> str: ..."]
    return [*lines, ""]


def _property_stub(name: str, item: property, kind: str) -> list[str]:
    lines = ["    @property", f"    def {name}(self) -> {kind}:", *_doc(item.__doc__, "        "), "        ..."]
    if item.fset is not None:
        lines += [f"    @{name}.setter", f"    def {name}(self, value: {kind}) -> None: ..."]
    return lines


def _property_type(item: property) -> str:
    """What the signature of the getter says."""
    signature = _SIGNATURE.match((item.fget.__doc__ or "").strip().splitlines()[0] if item.fget.__doc__ else "")
    return _python(signature["result"]) if signature else "Any"


def _function_stub(doc: str, indent: str, decorators: list[str] | None = None) -> list[str]:
    lines = inspect.cleandoc(doc).splitlines()
    found = [(i, match) for i, line in enumerate(lines) if (match := _SIGNATURE.match(line))]
    result = []
    for i, match in found[:1]:
        text = "\n".join(lines[i + 1:]).strip()
        arguments = re.sub(r"\bself: [\w.]+", "self", match["arguments"])
        arguments = _python(_without_objects(re.sub(r" = <[^>]*>", " = ...", arguments)))
        result += [f"{indent}{line}" for line in decorators or []]
        head = f"{indent}def {match['name']}({arguments}) -> {_python(match['result'])}:"
        result += [head, *_doc(text, indent + "    "), f"{indent}    ..."] if text else [head + " ..."]
    return result


def _without_objects(arguments: str) -> str:
    """Default values that are objects, shown by their repr, become an ellipsis."""
    while found := re.search(r" = [A-Za-z_][\w.]*\(", arguments):
        end, depth = found.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(arguments[end], 0)
            end += 1
        arguments = arguments[:found.start()] + " = ..." + arguments[end:]
    return arguments


def _places(module: ModuleType) -> dict[str, str]:
    """Where each class of a module and of those inside it stands, by its name."""
    found = {}
    for name, value in _members(module):
        if inspect.ismodule(value):
            found.update(_places(value))
        elif inspect.isclass(value):
            found[name] = f"{module.__name__}.{name}"
    return found


def _python(text: str) -> str:
    text = text.replace("List[", "list[").replace("Dict[", "dict[").replace("Tuple[", "tuple[")
    text = re.sub(r"\bhandle\b|\bobject\b", "Any", text)
    for bare, whole in (("tuple", "tuple[Any, ...]"), ("list", "list[Any]"), ("dict", "dict[str, Any]")):
        text = re.sub(rf"\b{bare}\b(?![\[:])", whole, text)  # not where it is the name of an argument
    text = re.sub(r"numpy\.ndarray\[.*?\]\]", "numpy.ndarray[Any, Any]", text).replace("os.PathLike", "Union[str, os.PathLike[str]]")
    text = re.sub(r" = (inf|nan)\b", " = ...", text)
    return re.sub(r": (?!Optional)([\w.]+) = None", r": Optional[\1] = None", text)


def _doc(text: str | None, indent: str) -> list[str]:
    text = inspect.cleandoc(text or "")
    if not text or text.startswith("Members:") or _SIGNATURE.match(text):
        return []
    text = text.split("\n\nMembers:")[0].replace("\\", "\\\\").replace('"""', "'''")
    return textwrap.indent(f'"""{text}"""', indent).splitlines()


if __name__ == "__main__":
    for file in write():
        print(file)
