#!/usr/bin/env python3
"""Damaged modules of real agreements, over a thousand in all; `./dev damage` does the millions and every byte.

The modules are built here from `contracts/` and `examples/`, so that what is damaged is what the compiler writes today.
`BEDING_DAMAGE=full` leaves out no byte; BEDING_DAMAGE_RUNS and BEDING_DAMAGE_SEED set the random part.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEDING = os.environ["BEDING"]
PROGRAM = pathlib.Path(BEDING).parent / "tests" / "damage_modules"
FULL = os.environ.get("BEDING_DAMAGE") == "full"
RUNS = os.environ.get("BEDING_DAMAGE_RUNS", "600")
SEED = os.environ.get("BEDING_DAMAGE_SEED", "1")


def agreements():
    """The folders that hold one agreement, in name order."""
    for folder in sorted([*ROOT.glob("contracts/*"), *ROOT.glob("examples/*")]):
        if any((folder / name).exists() for name in ("overeenkomst.bdg.md", "agreement.bdg", "overeenkomst.bdg")):
            yield folder


def damage(*arguments):
    """Runs the program; its report goes to the log as it comes. True when nothing was found."""
    sys.stdout.flush()
    return subprocess.run([PROGRAM, *arguments], check=False).returncode == 0


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        modules = []
        for agreement in agreements():
            module = pathlib.Path(folder) / f"{agreement.name}.bdc"
            subprocess.run([BEDING, "build", agreement, "-o", module], check=True)
            modules.append(module)
        if len(modules) < 7:
            sys.exit(f"only {len(modules)} agreements found")
        good &= damage("random", RUNS, SEED, *modules)
        for module in modules:
            size = module.stat().st_size
            # A dozen of places per module, spread over all sections; 1 reaches every byte.
            step = "1" if FULL else str(size // 16 | 1)
            print(f"{module.stem}, {size} bytes, every {step}")
            good &= damage("flip", step, module)
            good &= damage("cut", step, module)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
