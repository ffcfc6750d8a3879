#!/usr/bin/env python3
"""Holds the CUDA kernels to what ptxas reports of them.

usage: check_ptxas.py record NVCC ARGUMENT...
       check_ptxas.py check DIRECTORY

record is a compiler launcher: it runs nvcc and keeps ptxas's report beside the object, as OBJECT.ptxas, instead of
printing it; whatever else nvcc says is passed on. check reads all reports below DIRECTORY and fails on a warning of
ptxas and on a convolution kernel that spills registers.
"""
import pathlib
import re
import subprocess
import sys

ENTRY = re.compile(r"Compiling entry function '(\w+)' for '(\w+)'")
SPILL = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
# ptxas states what it found, and what else it noticed, as info; these it should not have had to.
SUSPICIOUS = re.compile(r"ptxas warning|wgmma.*serializ|setmaxnreg.*ignored", re.IGNORECASE)


def is_report(line):
    return line.startswith("ptxas ") or SPILL.search(line) is not None


def record(command):
    """Runs nvcc; returns its exit status."""
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    lines = run.stderr.splitlines(keepends=True)
    sys.stderr.writelines(line for line in lines if not is_report(line) or SUSPICIOUS.search(line))
    if "-o" in command and run.returncode == 0 and any(map(is_report, lines)):
        report = pathlib.Path(command[command.index("-o") + 1] + ".ptxas")
        report.write_text("".join(filter(is_report, lines)))
    return run.returncode


def problems(text):
    """What is wrong in one report, and how many convolution kernels it covers: (list of lines, count)."""
    found, kernel, architecture, convolutions = [], "?", "?", 0
    for line in text.splitlines():
        if entry := ENTRY.search(line):
            kernel, architecture = entry.groups()
            convolutions += "conv_" in kernel
        elif spill := SPILL.search(line):
            stack, stores, loads = map(int, spill.groups())
            if "conv_" in kernel and stores + loads > 0:
                found.append(f"{architecture} {kernel}: {stack} bytes of stack, {stores} + {loads} bytes spilled")
        if SUSPICIOUS.search(line):
            found.append(line.strip())
    return found, convolutions


def check(directory):
    reports = sorted(pathlib.Path(directory).rglob("*.ptxas"))
    found, convolutions = [], 0
    for report in reports:
        wrong, count = problems(report.read_text())
        found += [f"{report.name}: {line}" for line in wrong]
        convolutions += count
    if convolutions == 0:
        found.append(f"no convolution kernel in {len(reports)} reports below {directory}: build first")
    print("\n".join(found) or f"{convolutions} convolution kernels, no spills, no warnings")
    return 1 if found else 0


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("record", "check"):
        sys.exit(__doc__)
    sys.exit(record(sys.argv[2:]) if sys.argv[1] == "record" else check(sys.argv[2]))


if __name__ == "__main__":
    main()
