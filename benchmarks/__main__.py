"""`make bench`: run every benchmark in a process of its own; each prints what it measured and against what.

`python -m benchmarks NAME [OPTION…]` runs one: a folder here that has a `__main__.py`.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    every = sorted(script.parent.name for script in FOLDER.glob("*/__main__.py"))
    name, *options = sys.argv[1:] or ("",)
    if name and name not in every:
        print(f"no benchmark {name}; there are: {', '.join(every)}", file=sys.stderr)
        return 2
    statuses = [run(one, options) for one in ([name] if name else every)]
    return 1 if any(statuses) else 0


def run(name: str, options: list[str]) -> int:
    print(f"== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
