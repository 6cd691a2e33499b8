#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the agent says of captures that its model has not seen.

Usage: told.py DIR MANIFEST ROOT PARTS [OPTION...]. The trials of each device are dealt out to PARTS parts; for each a model is trained on the
others (OPTION... are the trainer's) and `iotbpf read --summary --json` asked what the part's devices are and do. DIR is where the programs are.
Prints one object: decisions, the shares with the right device (or its family), function and both, and those that were wrong, line by line.
A device of whose address a capture has no frame is not counted. The manifest's rows must be whole captures.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile


def pairs(path):
    if not path:
        return {}
    with open(path, newline="", encoding="utf-8") as f:
        return {row[0]: row[1] for row in list(csv.reader(f))[1:]}


def after(options, name):
    return options[options.index(name) + 1] if name in options else None


def deal(rows, parts):
    """Part of each trial: in turn, device by device."""
    part, dealt = {}, {}
    for row in rows:
        if row["trial"] not in part:
            part[row["trial"]] = dealt.get(row["device"], 0) % parts
            dealt[row["device"]] = dealt.get(row["device"], 0) + 1
    return part


def train(programs, manifest, root, held, model, options):
    command = [f"{programs}/iotbpf-train", "--manifest", manifest, "--root", root, "--holdout", ",".join(held), "-o", model, *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit status {run.returncode}\n{run.stderr}")


def ask(programs, model, file, mac):
    command = [f"{programs}/iotbpf", "read", "--summary", "--json", "--device", mac, "--model", model, file]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return next((d for d in json.loads(run.stdout)["devices"] if d["mac"] == mac), None)


def label(device, of):
    return (device.get(of) or {}).get("label")


def judge(row, device, types, families):
    """(right device, right function, what was said)"""
    right = types.get(row["device"], row["device"])
    said, function = label(device, "device"), label(device, "function")
    return (said is not None and said in (right, families.get(right)), not row["function"] or function == row["function"],
            f"{row['file']}: {right}/{row['function']} told as {said}/{function}")


def main():
    programs, manifest, root, parts, options = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:]
    types, families = pairs(after(options, "--types")), pairs(after(options, "--families"))
    with open(manifest, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    part, told = deal(rows, parts), []
    with tempfile.TemporaryDirectory() as work:
        for k in sorted(set(part.values())):
            train(programs, manifest, root, [t for t, p in part.items() if p == k], f"{work}/model", options)
            for row in rows:
                if part[row["trial"]] != k:
                    continue
                device = ask(programs, f"{work}/model", os.path.join(root, row["file"]), row["mac"].lower())
                if device:
                    told.append(judge(row, device, types, families))
    count = len(told) or 1
    json.dump({"count": len(told), "device": sum(d for d, _, _ in told) / count, "function": sum(f for _, f, _ in told) / count,
               "both": sum(d and f for d, f, _ in told) / count, "wrong": [what for d, f, what in told if not (d and f)]}, sys.stdout, indent=1)
    print()


main()
