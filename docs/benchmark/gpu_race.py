"""The engines of gpu_check.py, which take turns on a network (turns.py).

Those that try out kernels for a minute or more begin at once, all at the same time, while other things are checked;
those that are quick about it are made ready one by one on a machine that does nothing else.
"""

import time

import turns
from gpu_machine import ROOT, SIZE, Absent, NoTime, Problem, network

ENGINES = {
    "ours": "nightjar",
    "tuned": "nightjar --tune",
    "cudnn": "cuDNN",
    "pytorch": "PyTorch",
    "compiled": "PyTorch, compiled",
    "autotuned": "PyTorch, max-autotune",
    "jax": "JAX",
}
OURS = ("ours", "tuned")
PATIENT = ("cudnn", "compiled", "autotuned", "jax")
APART = ("cudnn", "autotuned", "jax")  # a process a batch


def peers_of(rows):
    """Of the rows of one network and batch, those of other engines."""
    return {engine: row for engine, row in rows.items() if engine not in OURS}


class Race:
    """The engines on one network, some or all of whose batches each has ready."""

    def __init__(self, check, name, batches, engines, rounds):
        self.check, self.name, self.batches, self.engines, self.rounds = check, name, batches, engines, rounds
        self.processes = {}  # by key()
        self.ready = {batch: [] for batch in batches}

    @property
    def title(self):
        return self.name if self.check.quick else f"{self.name} {SIZE}"

    def command(self, engine):
        check = self.check
        if engine in ("ours", "tuned", "cudnn"):
            more = {"ours": [], "tuned": ["--tune"], "cudnn": ["--conv", "cudnn"]}[engine]
            command = [check.args.nightjar, "bench", *network(check, self.name, SIZE), "--turns"]
            return [*command, "--device", "cuda", "--precision", "fp16", *more]
        script = "jax_network.py" if engine == "jax" else "torch_network.py"
        cfg = [check.quick] if check.quick else [f"cfg/{self.name}.cfg", "--size", SIZE]
        how = {"compiled": ["--compile"], "autotuned": ["--compile", "max-autotune"]}.get(engine, [])
        return [check.args.python, f"docs/benchmark/{script}", *cfg, *how]

    def key(self, engine, batch):
        return (engine, batch) if engine in APART else engine

    def ask_to_prepare(self, engine, batch):
        key = self.key(engine, batch)
        if key not in self.processes:
            self.processes[key] = turns.Contestant(self.command(engine), ROOT)
        self.processes[key].ask("prepare", batch)

    def answer(self, engine, batch, seconds):
        """To the last question; who has none takes no part any more."""
        process = self.processes.get(self.key(engine, batch))
        if process is None:
            raise NoTime
        try:
            return process.answer(seconds)
        except turns.Late:
            self.remove(engine, batch)
            raise NoTime from None
        except turns.Refused as why:
            absent = ("needs", "finds no GPU", "use --conv ours")
            raise (Absent if any(words in str(why) for words in absent) else Problem)(str(why)) from None

    def remove(self, engine, batch):
        self.processes.pop(self.key(engine, batch)).end()
        for each, engines in self.ready.items():
            if engine in engines and (engine not in APART or each == batch):
                engines.remove(engine)

    def end_late(self):
        """Those who are not ready must not disturb the others."""
        for engine, batch in self.patient():
            if self.key(engine, batch) in self.processes and engine not in self.ready[batch]:
                self.remove(engine, batch)

    def end(self):
        for process in self.processes.values():
            process.end()
        self.processes.clear()

    # Items of stages.

    def begin(self):
        """Those who need long start."""

        def work(check):
            for batch in self.batches:
                for engine in filter(self.engines.__contains__, PATIENT):
                    self.ask_to_prepare(engine, batch)

        return self.title, work

    def hear(self, engine, batch):
        """Of one of these."""

        def work(check):
            self.expect(engine, batch, check.stage_end - time.monotonic())

        return self.item(engine, batch), work

    def prepare(self, engine, batch, seconds=60):
        def work(check):
            self.ask_to_prepare(engine, batch)
            self.expect(engine, batch, min(seconds, check.stage_end - time.monotonic()))

        return self.item(engine, batch), work

    def item(self, engine, batch):
        return f"{self.title} batch {batch} {ENGINES[engine]}"

    def has_answered(self, engine, batch):
        process = self.processes.get(self.key(engine, batch))
        return process is None or process.has_answered()

    def expect(self, engine, batch, seconds):
        said = self.answer(engine, batch, seconds)
        self.ready[batch].append(engine)
        for library in ("pytorch", "jax"):
            if library in said:
                self.check.report["machine"][library] = said[library]

    def take_turns(self, batch):
        """All that are ready, one after the other, round after round."""

        def work(check):
            for number in range(self.rounds):
                if number > 0 and time.monotonic() > check.stage_end:
                    return
                for engine in list(self.ready[batch]):
                    self.take_turn(engine, batch)
                check.write()

        return f"{self.title} batch {batch}", work

    def take_turn(self, engine, batch):
        seconds = 0.02 if self.check.quick else 0.4
        self.processes[self.key(engine, batch)].ask("time", batch, seconds)
        said = self.answer(engine, batch, seconds + 30)
        self.check.add_turn(self.name, "own" if self.check.quick else SIZE, batch, engine, said)

    def patient(self):
        return [(engine, batch) for batch in self.batches for engine in PATIENT if engine in self.engines]

    def items(self):
        """Batch by batch: who is quick is made ready, and the rounds."""
        items = []
        for batch in self.batches:
            items += [self.prepare(engine, batch) for engine in self.engines if engine not in PATIENT]
            items.append(self.take_turns(batch))
        return items


def hear_all(races):
    """Those who began, as they answer."""

    def work(check):
        waiting = [(race, *each) for race in races for each in race.patient()]
        while waiting:
            is_late = time.monotonic() >= check.stage_end
            for race, engine, batch in list(waiting):
                if is_late or race.has_answered(engine, batch):
                    waiting.remove((race, engine, batch))
                    check.attempt(*race.hear(engine, batch))
            time.sleep(0.05)

    return "who began", work
