"""The modules of whole packages loaded anew from their sources, whatever of them is compiled."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType


class Uncompiled(MetaPathFinder):
    """Within `with`, the packages' modules are those made of sources; outside, those that were there before.

    To be entered for each use of what was imported there: it may import or unpickle more by name.
    """

    def __init__(self, *packages: str) -> None:
        self._prefixes = tuple(f"{name}." for name in packages)
        self._modules: dict[str, ModuleType] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(self._prefixes) or path is None:
            return None
        for folder in path:
            source = Path(folder) / f"{fullname.rpartition('.')[2]}.py"
            if source.is_file():
                return spec_from_file_location(fullname, source, loader=SourceFileLoader(fullname, str(source)))
        return PathFinder.find_spec(fullname, path, target)

    def __enter__(self) -> None:
        self._swap()
        sys.meta_path.insert(0, self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.meta_path.remove(self)
        self._swap()

    def _swap(self) -> None:
        mine = {name: module for name, module in sys.modules.items() if name.startswith(self._prefixes)}
        for name in mine:
            del sys.modules[name]
        sys.modules.update(self._modules)
        for name, module in self._modules.items():
            # `from package import module` asks the package, which is one for both.
            parent, _, child = name.rpartition(".")
            setattr(sys.modules[parent], child, module)
        self._modules = mine
