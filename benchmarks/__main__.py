"""`make bench`: run every benchmark in a process of its own; each prints what it measured and against what."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    failed = 0
    for script in sorted(FOLDER.glob("*/*.py")):
        module = f"benchmarks.{script.parent.name}.{script.stem}"
        print(f"== {module}", flush=True)
        failed += subprocess.run([sys.executable, "-m", module], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
