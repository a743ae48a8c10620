#!/usr/bin/env python3
"""How fast Beding decides, beside hand-written C for the same ten rules, on the same lines, in one run.

The workload 'bw' (generator, C reference and expected totals) stands in the folder that BEDING_WORKLOAD names, or else in
../shared/peers beside the checkout. Without it only the product is measured, on the lines of make_lines.c. Beside them run the same
rules in LuaJIT and Lua (folder peers), where Debian's luajit and lua5.4 are installed.

Repetitions alternate: each round runs every measurement once, so that a busy machine touches all of them. What is printed is the
median of the rounds. Every run's totals are compared, and the decisions file byte for byte with the reference's; a difference ends
the benchmark with status 1. Results also go to BUILD/bench/results.json.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODULE_SOURCE = ROOT / "tests" / "bench" / "bw.bdg"
TRACED_LINES = 100000
COUNTER = """
teller keren per client = aantal

regel te_vaak
    keur af als keren > 100000
"""  # one counter per client, which no line reaches
PEERS = {"LuaJIT": ("luajit", "bw_luajit.lua"), "Lua 5.4": ("lua5.4", "bw_lua.lua")}  # of the folder peers
CACHED_LINES = 16384  # fit in the cache: shows the arithmetic without the memory
MEMORY_LIMIT = 64 * 1024 * 1024
LINES_SHA256 = {
    1000: "7f86bde5e396c7136401d8e3ac1905a21f9edc445dd6cd0b444f6ecc38c8aab1",
    100000: "2fb8ba872f0a50ffba1c615b6dfec89620844931cf5cdfc882e1ab85b163602c",
    1000000: "a8e31e3a48bec1dcf2aa126d1558531c0e9cb58734d0067779f5e5cde6a9d206",
}
TOTALS = ("lines", "approved", "rejected", "approved_cents")


def fail(text):
    sys.exit(f"bench: {text}")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def read_options():
    parser = argparse.ArgumentParser(description="Measures the release build; see docs/performance.md.")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=1000000, help="lines of the main runs (1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each measurement (5)")
    parser.add_argument("--memory-lines", type=int, default=10000000, help="lines streamed for peak memory (10000000); 0: leave out")
    parser.add_argument("--instructions", action="store_true", help="also count instructions a line, with valgrind")
    return parser.parse_args()


def run(command, **keywords):
    result = subprocess.run([str(part) for part in command], **keywords)
    if result.returncode != 0:
        fail(f"status {result.returncode} from: {' '.join(str(part) for part in command)}")
    return result


def output_of(command):
    return run(command, stdout=subprocess.PIPE, text=True).stdout


def find_workload():
    named = os.environ.get("BEDING_WORKLOAD")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "peers"
    if all((folder / name).is_file() for name in ("bw-gen.c", "bw-ref.c")):
        return folder
    say(f"no workload in {folder} (set BEDING_WORKLOAD): measuring the product alone, on lines of its own")
    return None


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def is_same_file(a, b):
    return a.stat().st_size == b.stat().st_size and sha256_of(a) == sha256_of(b)


class Bench:
    """The files, the programs and the figures of one benchmark."""

    def __init__(self, options):
        self.options = options
        self.programs = options.build.resolve() / "bench"
        self.beding = options.build.resolve() / "beding"
        self.folder = self.programs / "data"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.workload = find_workload()
        self.module = self.folder / "bw.bdc"
        self.lines = {kind: self.folder / f"lines.{kind}" for kind in ("csv", "jsonl")}
        self.expected = None  # totals that every run must give
        self.figures = {}     # name -> one value a round
        # Peers read the workload's lines and no others.
        self.peers = [name for name, (program, _) in PEERS.items() if self.workload and shutil.which(program)]

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def median(self, name):
        return statistics.median(self.figures[name]) if name in self.figures else None

    def check(self, what, totals):
        for key in TOTALS:
            if key in totals and totals[key] != self.expected[key]:
                fail(f"{what}: {key} is {totals[key]} and should be {self.expected[key]}")
        for rule, count in self.expected["rules"].items():
            if "rules" in totals and totals["rules"].get(rule) != count:
                fail(f"{what}: {rule} counts {totals['rules'].get(rule)} lines and should count {count}")

    # ---- Making ready ----

    def make_programs(self):
        run([self.beding, "build", MODULE_SOURCE, "-o", self.module], stdout=subprocess.DEVNULL)
        counting = self.folder / "counting.bdg"
        counting.write_text(MODULE_SOURCE.read_text(encoding="utf-8") + COUNTER, encoding="utf-8")
        run([self.beding, "build", counting, "-o", self.folder / "counting.bdc"], stdout=subprocess.DEVNULL)
        if self.workload is None:
            return
        compiler = os.environ.get("CC", "cc")
        for name in ("bw-gen", "bw-ref"):
            run([compiler, "-O3", "-march=native", "-o", self.programs / name, self.workload / f"{name}.c"])

    def generator(self, count, kind):
        if self.workload is not None:
            return [self.programs / "bw-gen", count, kind]
        return [self.programs / "make_lines", count, kind, self.folder / "totals.json"]

    def make_lines(self):
        for kind, path in self.lines.items():
            with open(path, "wb") as file:
                run(self.generator(self.options.lines, kind), stdout=file)
        if self.workload is None:
            self.expected = json.loads((self.folder / "totals.json").read_text())
            return
        wanted = LINES_SHA256.get(self.options.lines)
        if wanted is None:
            say(f"no published SHA-256 for {self.options.lines} lines: the input is not checked")
        elif sha256_of(self.lines["csv"]) != wanted:
            fail("the generated lines have another SHA-256 than the published one")
        found = self.run_reference()
        self.figures.clear()
        self.expected = {"lines": found["lines"], "approved": found["approved_lines"], "rejected": found["rejected_lines"],
                         "approved_cents": found["approved_cents"], "rules": found["rules"]}

    def make_ordered_lines(self):
        """The same lines in decision order, for the counter; and the first of them, for traces."""
        with open(self.lines["csv"], "rb") as file:
            header, *rows = file.read().splitlines(keepends=True)
        with open(self.folder / "few.csv", "wb") as file:
            file.writelines([header, *rows[:TRACED_LINES]])
        def order(row):
            cells = row.split(b",", 5)
            return cells[2], cells[4], cells[3], cells[0], int(cells[1])
        rows.sort(key=order)
        with open(self.folder / "ordered.csv", "wb") as file:
            file.writelines([header, *rows])

    def check_own_lines(self):
        """Lines whose right decision is known by construction, a part of them with half a cent to round."""
        lines, totals, summary = (self.folder / name for name in ("own.csv", "own.json", "own-summary.json"))
        with open(lines, "wb") as file:
            run([self.programs / "make_lines", 100000, "csv", totals], stdout=file)
        run([self.beding, "run", self.module, "--lines", lines, "--out", self.folder / "own-decisions.csv", "--summary", summary])
        expected, self.expected = self.expected, json.loads(totals.read_text())
        self.check("own lines", json.loads(summary.read_text()))
        say(f"own lines: totals as constructed, {self.expected['half_cents']} of 100000 amounts met half a cent")
        self.expected = expected

    # ---- One measurement each ----

    def measure(self, command, out=None, **keywords):
        """out: what the command writes. It is not there when the clock starts: freeing the blocks of the one before is no part of the work."""
        report = self.folder / "measure.json"
        if out is not None:
            out.unlink(missing_ok=True)
        run([self.programs / "measure", report, *command], **keywords)
        return json.loads(report.read_text())

    def run_reference(self):
        out = self.folder / "reference.csv"
        command = [self.programs / "bw-ref", "e2e", self.lines["csv"], out]
        with open(self.folder / "reference.json", "wb") as file:
            result = self.measure(command, out, stdout=file)
        self.note("reference e2e", result["wall_ns"])
        self.note("reference processor", result["cpu_ns"])
        return json.loads((self.folder / "reference.json").read_text())

    def run_beding(self, kind, threads=1):
        out, summary = self.folder / f"decisions-{kind}-{threads}.csv", self.folder / "summary.json"
        result = self.measure([self.beding, "run", self.module, "--lines", self.lines[kind], "--out", out, "--summary", summary,
                               "--threads", threads], out)
        name = kind if threads == 1 else f"{kind}, {threads} threads"
        self.note(f"beding {name}", result["wall_ns"])
        self.note(f"processor {name}", result["cpu_ns"])
        self.note(f"peak {name}", result["peak_bytes"])
        self.check(f"beding run, {kind}", json.loads(summary.read_text()))
        against = self.folder / ("reference.csv" if self.workload else "decisions-csv-1.csv")
        if out != against and not is_same_file(out, against):
            fail(f"{out} differs from {against}")

    def run_counting(self):
        """With one counter per client, by one thread and by two, beside the same lines in the same order without."""
        counting = self.folder / "counting.bdc"
        for name, module, threads in (("stateless", self.module, 1), ("counting", counting, 1), ("counting, 2 threads", counting, 2)):
            out, summary = self.folder / f"ordered-out-{threads}.csv", self.folder / "summary.json"
            result = self.measure([self.beding, "run", module, "--lines", self.folder / "ordered.csv", "--out", out,
                                   "--summary", summary, "--threads", threads], out)
            self.note(name, result["wall_ns"])
            self.note(f"processor {name}", result["cpu_ns"])
            self.check(f"beding run, {name}", json.loads(summary.read_text()))
        if not is_same_file(self.folder / "ordered-out-1.csv", self.folder / "ordered-out-2.csv"):
            fail("two threads decide lines with a counter otherwise than one")

    def run_trace(self):
        found = json.loads(output_of([self.programs / "decide", "trace", self.module, self.folder / "few.csv"]))
        for name, key in (("trace", "trace_ns"), ("trace told", "told_ns"), ("trace recorded", "record_ns")):
            self.note(name, found[key])
        self.figures["trace lines"] = [found["lines"]]

    def run_reference_memory(self, variant, count):
        name = variant if count == self.options.lines else f"{variant}:{count}"
        found = json.loads(output_of([self.programs / "bw-ref", "mem", self.lines["csv"], name, "0.3"]).splitlines()[-1])
        self.note(f"{variant} {count}", round(found["compute_s"] * 1e9))

    def run_peer(self, name):
        """The same rules in another language, from file to file and in memory; its decisions file too is the reference's."""
        program, script = PEERS[name]
        folder, out = ROOT / "tests" / "bench" / "peers", self.folder / "peer.csv"
        keywords = {"cwd": folder, "stdout": subprocess.PIPE, "text": True}
        for mode, what in (("e2e", out), ("mem", 0.3)):
            found = json.loads(run([program, script, mode, self.lines["csv"], what], **keywords).stdout)
            self.check(f"{name}, {mode}", {"lines": found["lines"], "approved": found["approved_lines"], "rejected": found["rejected_lines"],
                                           "approved_cents": found["approved_cents"], "rules": found["rules"]})
            self.note(f"{name} {mode}", round(found["compute_s"] * 1e9))
        if not is_same_file(out, self.folder / "reference.csv"):
            fail(f"the decisions of {name} differ from the reference's")

    def run_decide(self, count):
        found = json.loads(output_of([self.programs / "decide", "lanes", self.module, self.lines["csv"], 300, count]))
        if count == self.options.lines:
            self.check("decide", found)
        self.note(f"decide {count}", found["compute_ns"])

    def run_rows(self, count):
        """Structs, one a call, in their order and in an order that no cache foresees."""
        found = json.loads(output_of([self.programs / "decide", "rows", self.module, self.lines["csv"], 300, count]))
        if count == self.options.lines:
            self.check("structs", found)
        for name in ("single_ns", "scattered_ns"):
            self.note(f"{name} {count}", found[name])

    def run_start(self):
        found = json.loads(output_of([self.programs / "decide", "start", self.module, self.lines["csv"]]))
        for name in ("load_ns", "first_ns"):
            self.note(name, found[name])
        self.note("process", self.measure([self.beding, "--version"], stdout=subprocess.DEVNULL)["wall_ns"])

    def run_compiler(self):
        contracts = sorted(ROOT.glob("contracts/*/overeenkomst.bdg*"))
        total = 0
        for contract in contracts:
            total += self.measure([self.beding, "build", contract, "-o", self.folder / "contract.bdc"])["wall_ns"]
        self.note("compile", total)
        self.figures["contracts"] = [len(contracts)]

    def round(self):
        counts = [self.options.lines] + ([CACHED_LINES] if self.options.lines > CACHED_LINES else [])
        if self.workload is not None:
            self.run_reference()
        self.run_beding("csv")
        self.run_beding("csv", threads=2)
        self.run_beding("jsonl")
        self.run_counting()
        self.run_trace()
        for count in counts:
            if self.workload is not None:
                self.run_reference_memory("straightforward", count)
                self.run_reference_memory("columns", count)
            self.run_decide(count)
            self.run_rows(count)
        self.run_decide(1)
        for name in self.peers:
            self.run_peer(name)
        self.run_start()
        self.run_compiler()

    def stream(self):
        """Peak memory on a stream that never stands on disk."""
        count = self.options.memory_lines
        generator = subprocess.Popen([str(part) for part in self.generator(count, "csv")], stdout=subprocess.PIPE)
        summary = self.folder / "stream.json"
        command = [self.beding, "run", self.module, "--lines", "-", "--out", os.devnull, "--summary", summary]
        result = self.measure(command, stdin=generator.stdout)
        generator.stdout.close()
        if generator.wait() != 0:
            fail("the generator failed")
        decided = json.loads(summary.read_text())["lines"]
        if decided != count:
            fail(f"the stream had {count} lines and {decided} were decided")
        self.note("stream peak", result["peak_bytes"])
        self.note("stream", result["wall_ns"])

    def count_instructions(self):
        for kind in self.lines:
            self.figures[f"instructions {kind}"] = [self.count_instructions_of(kind)]

    def count_instructions_of(self, kind):
        """Instructions a line, in all and within its two library calls: the difference of two runs, so that start-up falls out."""
        parts = {"read": "line_input_next", "decide": "bd_session_decide"}
        found = []
        for count in (10000, 30000):
            lines, out = self.folder / f"few.{kind}", self.folder / f"callgrind.{count}"
            with open(lines, "wb") as file:
                run(self.generator(count, kind), stdout=file)
            run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", self.beding, "run", self.module, "--lines", lines,
                 "--threads", "1", "--out", os.devnull, "--summary", os.devnull], stderr=subprocess.DEVNULL)
            text = output_of(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out])
            row = {}
            for name, mark in (("all", "PROGRAM TOTALS"), *parts.items()):
                match = re.search(r"^ *([\d,]+) [^\n]*\b" + mark + r"\b", text, re.MULTILINE)
                row[name] = int(match.group(1).replace(",", "")) if match else 0
            found.append(row)
        line = {name: (found[1][name] - found[0][name]) // 20000 for name in found[0]}
        return {**line, "write": line["all"] - line["read"] - line["decide"]}

    # ---- Reporting ----

    def table(self):
        """Rows of the report: what, time, lines a second, ratios to the C variants by name."""
        count = self.options.lines
        rows = []

        def add(what, name, lines, *references):
            if name not in self.figures:
                return
            took = self.median(name)
            ratios = [(label, self.median(key) / took) for label, key in references if key in self.figures]
            rows.append((what, took, lines, ratios))

        end_to_end = [("C end to end", "reference e2e")]
        add("C, CSV to decisions", "reference e2e", count)
        add("beding run, CSV to decisions", "beding csv", count, *end_to_end)
        add("  the same, processor time: C", "reference processor", count)
        add("  the same, processor time: beding run", "processor csv", count, ("C end to end", "reference processor"))
        add("beding run, two threads", "beding csv, 2 threads", count, *end_to_end, ("one thread", "beding csv"))
        add("beding run, JSON Lines to decisions", "beding jsonl", count, *end_to_end, ("own CSV", "beding csv"))
        for lines in (count, CACHED_LINES):
            add("C straightforward, in memory", f"straightforward {lines}", lines)
            add("C columns, in memory", f"columns {lines}", lines)
            add("beding, decide only, in memory", f"decide {lines}", lines, ("C straightforward", f"straightforward {lines}"),
                ("C columns", f"columns {lines}"))
        for name in self.peers:
            add(f"{name}, CSV to decisions", f"{name} e2e", count, *end_to_end)
            add(f"{name}, in memory", f"{name} mem", count, ("C straightforward", f"straightforward {count}"))
        add("ordered lines, no counter", "stateless", count)
        add("ordered lines, a counter per client", "counting", count, ("no counter", "stateless"))
        add("  the same, processor time", "processor counting", count, ("no counter", "processor stateless"))
        add("ordered lines, a counter per client, two threads", "counting, 2 threads", count, ("one thread", "counting"))
        traced = self.figures.get("trace lines", [0])[0]
        add("full trace of every line, recorded in columns", "trace recorded", traced)
        add("  told line by line from the record", "trace told", traced)
        add("  one call a line", "trace", traced)
        add("module load", "load_ns", 0)
        add("module load and first decision", "first_ns", 0)
        add("one line a call: a batch of one", "decide 1", 0)
        for lines in (CACHED_LINES, count):
            add(f"one line a call: {lines} structs in turn", f"single_ns {lines}", 0)
            add(f"one line a call: {lines} structs at random", f"scattered_ns {lines}", 0)
        add("whole process, doing nothing", "process", 0)
        add(f"compile {self.figures['contracts'][0]} contract(s)", "compile", 0)
        if "stream" in self.figures:
            add("streamed from the generator", "stream", 0)
        return rows

    def report(self):
        print(f"{'':44} {'time':>12} {'lines':>10} {'lines/s':>12}   speed relative to")
        for what, took, lines, ratios in self.table():
            time = f"{took / 1e6:.1f} ms" if took >= 1e6 else f"{took / 1e3:.1f} us"
            speed = f"{lines / took * 1e9:,.0f}" if lines else ""
            beside = ", ".join(f"{label} {ratio:.3f}" for label, ratio in ratios)
            print(f"{what:44} {time:>12} {lines if lines else '':>10} {speed:>12}   {beside}".rstrip())
        print(f"peak memory, {self.options.lines} lines from a file: {self.median('peak csv') / 2**20:.1f} MiB")
        if "stream peak" in self.figures:
            peak = self.median("stream peak")
            print(f"peak memory, {self.options.memory_lines} lines streamed: {peak / 2**20:.1f} MiB (limit 64 MiB)")
            if peak >= MEMORY_LIMIT:
                fail("the stream took more memory than it may")
        for kind in self.lines if "instructions csv" in self.figures else ():
            counts = self.figures[f"instructions {kind}"][0]
            print(f"instructions a line, {kind}: " + ", ".join(f"{name} {value}" for name, value in counts.items()))
        print("totals agree in every run" + ("; decisions files are the reference's, byte for byte" if self.workload else ""))

    def write_json(self):
        medians = {name: self.median(name) for name, values in self.figures.items() if not name.startswith("instructions")}
        document = {"schema": "beding.bench/1", "lines": self.options.lines, "rounds": self.options.rounds,
                    "workload": self.workload is not None, "medians": medians, "figures": self.figures, "totals": self.expected}
        path = self.programs / "results.json"
        path.write_text(json.dumps(document, indent=2) + "\n")
        say(f"figures in {path}")


def main():
    bench = Bench(read_options())
    if bench.options.instructions and shutil.which("valgrind") is None:
        fail("--instructions needs valgrind")
    bench.make_programs()
    bench.make_lines()
    bench.make_ordered_lines()
    bench.check_own_lines()
    for number in range(bench.options.rounds):
        say(f"round {number + 1} of {bench.options.rounds}")
        bench.round()
    if bench.options.memory_lines > 0:
        say(f"streaming {bench.options.memory_lines} lines")
        bench.stream()
    if bench.options.instructions:
        bench.count_instructions()
    bench.report()
    bench.write_json()
    shutil.rmtree(bench.folder)


if __name__ == "__main__":
    main()
