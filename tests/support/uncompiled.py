"""Modules that set-up compiles, as they run where they are not compiled."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def uncompiled(name: str) -> ModuleType:
    """Return a fresh module made from the source of `name`, whatever lies compiled beside it."""
    path = (ROOT / name.replace(".", "/")).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(f"uncompiled_{name.replace('.', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
