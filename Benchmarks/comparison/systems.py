"""Joule and its peers behind one method: `run()` does the work once and returns what it measured."""
import json
import os
import subprocess
import sys

from .environment import PEERS


class Failure(Exception):
    """A system did not produce a result."""


class System:
    """One system at one work with one number of threads, pinned to as many cores."""

    def __init__(self, name: str, work: str, threads: int, cores: list[int]):
        self.name, self.work, self.threads = name, work, threads
        self.cores = cores[:threads]
        self.results: list[dict] = []
        self.failure: str | None = None

    def take_turn(self) -> None:
        """Runs once more, unless it has failed before."""
        if self.failure is None:
            try:
                self.results.append(self.run())
            except Failure as failure:
                self.failure = str(failure)

    def best(self, field: str) -> float | None:
        """The best over all turns: the smallest time, the largest rate, the largest memory."""
        values = [result[field] for result in self.results if result.get(field) is not None]
        if not values:
            return None
        return min(values) if field == "seconds" else max(values)

    def pin(self) -> None:
        os.sched_setaffinity(0, self.cores)

    def run(self) -> dict:
        raise NotImplementedError

    def close(self) -> None:
        pass


class Joule(System):
    """`joule bench`, a new process each turn; it warms up by itself."""

    def __init__(self, binary: str, work: str, threads: int, cores: list[int], repeats: int = 2):
        super().__init__("Joule", work, threads, cores)
        self.command = [
            binary, "bench", "--work", work, "--threads", str(threads), "--repeats", str(repeats),
            "--format", "json"]

    def run(self) -> dict:
        return self.answer()

    def answer(self) -> dict:
        """What the command prints: one JSON object."""
        try:
            done = subprocess.run(
                self.command, capture_output=True, text=True, preexec_fn=self.pin)
        except OSError as error:
            raise Failure(str(error)) from None
        if done.returncode != 0:
            reason = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise Failure(reason[0])
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Failure(f"not one JSON object: {done.stdout[:80]!r}") from None


class JouleTorus(Joule):
    """`joule ising` on a torus at its critical temperature: updates of sites a second, in one thread.

    Sweeps of the burn-in are what is timed: nothing is measured between them.
    """

    def __init__(
        self, binary: str, work: str, layout: str, method: str, size: int, sweeps: int,
        cores: list[int], name: str = "Joule"
    ):
        super().__init__(binary, work, 1, cores)
        self.name = name
        self.updates = size * size * sweeps
        self.command = [
            binary, "ising", "--size", str(size), "--temperature", "Tc", "--sweeps", "1",
            "--burn-in", str(sweeps), "--chains", "1", "--method", method, "--layout", layout, "--threads", "1",
            "--format", "json"]

    def run(self) -> dict:
        seconds = self.answer()["burn_in_seconds"]
        return {"seconds": seconds, "samples_per_second": self.updates / seconds}


class Peer(System):
    """A program of `peers/`, which stays alive and works when told to.

    Arguments are those of `peer.py` for a system of its own, or of another program of the folder.
    """

    def __init__(
        self, name: str, system: str, work: str, python: str, threads: int, cores: list[int],
        program: str = "peer.py", arguments: list[str] | None = None
    ):
        super().__init__(name, work, threads, cores)
        self.process = subprocess.Popen(
            [python, str(PEERS / program), system, *(arguments or ["--threads", str(threads)])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=self.pin)
        try:
            self.read()
        except Failure as failure:
            self.failure = str(failure)

    def read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            reason = self.process.stderr.read().strip().splitlines()[-1:] or ["it ended"]
            raise Failure(reason[0])
        return json.loads(line)

    def run(self) -> dict:
        try:
            self.process.stdin.write("run\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # read() reports why
        return self.read()

    def close(self) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        self.process.wait()


def take_turns(systems: list[System], rounds: int, title: str) -> list[System]:
    """Every system once a round; the first of a round is another one each time."""
    for turn in range(rounds):
        for index in range(len(systems)):
            system = systems[(turn + index) % len(systems)]
            print(f"\r\033[K{title}, round {turn + 1} of {rounds}: {system.name} "
                  f"{system.work}, {system.threads} threads", end="", file=sys.stderr, flush=True)
            system.take_turn()
    for system in systems:
        system.close()
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return systems
