"""Where the peers run: a Python that has them, and a fixed set of cores."""
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "peers"
REQUIREMENTS = PEERS / "requirements.txt"


class Unavailable(Exception):
    """The peers cannot run; the message says why and what to do."""


def peer_python(modules: list[str]) -> str:
    """A Python that has these modules: BENCH_PYTHON, or an environment in the user's cache."""
    imports = "import " + ", ".join(modules)
    chosen = os.environ.get("BENCH_PYTHON")
    if chosen:
        check(chosen, imports, f"BENCH_PYTHON={chosen} cannot run `{imports}`.")
        return chosen
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    version = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = cache / "joule" / f"peers-{version}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        install(folder, python)
    check(str(python), imports, f"The environment {folder} is broken: remove it and try again.")
    return str(python)


def check(python: str, imports: str, message: str) -> None:
    try:
        done = subprocess.run([python, "-c", imports], capture_output=True, text=True)
    except OSError as error:
        raise Unavailable(f"{message}\n  {error}") from None
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:]
        raise Unavailable("\n  ".join([message, *reason]))


def install(folder: Path, python: Path) -> None:
    """Makes the environment. It counts as complete only when pip has finished."""
    print(f"Making a Python environment for the peers in {folder} (once; 1 GB, or 6 GB where pip finds "
          "PyTorch only with GPU libraries)", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise Unavailable(
            "Python cannot make a virtual environment. On Debian: sudo apt-get install python3-venv")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--retries", "1", "--timeout", "20", "-r", str(REQUIREMENTS)]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Unavailable("\n  ".join([
            "pip could not install them; is a package index within reach?",
            *reasons[-2:],
            "With a Python that has them: BENCH_PYTHON=/path/to/python make bench",
        ]))
    (folder / "complete").touch()


def distinct_cores() -> list[int]:
    """One logical CPU of every physical core that this process may use."""
    seen, cores = set(), []
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = siblings.read_text().strip() if siblings.exists() else str(cpu)
        if core not in seen:
            seen.add(core)
            cores.append(cpu)
    return cores
