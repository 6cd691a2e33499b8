# SPDX-License-Identifier: BSD-2-Clause
"""What does not come from captures: how long an answer takes, and the live tests of the laboratory. Nothing else may run meanwhile."""
import csv
import datetime
import json
import os
import re
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def run(command, output, **environment):
    """What a command prints; None, told, where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT, env={**os.environ, "O": output, **environment})
    if done.returncode:
        print(f"# {' '.join(command)}: exit status {done.returncode}", flush=True)
    return done.stdout


def ratio(lines, metric, baseline):
    found = [r["ratio"] for r in lines if r["metric"] == metric and r["baseline"] == baseline]
    return found[0] if found else None


def bench(output, name):
    return [json.loads(line) for line in run([os.path.join(output, "iotbpf-bench"), name], output).splitlines() if line.startswith("{")]


def evaluate(table, output, results):
    lines = results["bench-model"] = bench(output, "model")
    table.add("evaluate", "100 trees, depth 12, 30 classes: time, of generated if/else", .30, ratio(lines, "image", "ifelse"), True)
    table.add("evaluate", "  of XGBoost's single-row prediction", 1 / 12, ratio(lines, "image", "xgboost"), True)


def period(table, output, results):
    lines = results["bench-period"] = bench(output, "period")
    for metric, what in (("day_autocorrelation_200", "24 h at 200 events: times faster than by FFT, autocorrelation"),
                         ("day_random_200", "  and period search, nothing periodic"), ("day_train_200", "  and period search, one period")):
        share = ratio(lines, metric, "fft")
        table.add("period", what, 20, 1 / share if share else None)


def home(table, output, results):
    text = results["home"] = run(["sh", "tests/net/load.sh"], output)
    found = re.search(r"([\d.]+) % of a processor, (\d+) kB resident", text)
    percent, resident = (float(found[1]), int(found[2]) * 1024 / 1e6) if found else (None, None)
    why = None if found else "tests/net/load.sh did not run: it needs root and network namespaces"
    table.add("home", "64 devices, 1,000 flows, all active: % of one core", 1, percent, True, why)
    table.add("home", "  MB resident", 24, resident, True, why)


def live(table, output, results):
    text = results["live"] = run(["sh", "tests/net/label.sh"], output)
    took = [float(s) for s in re.findall(r"named ([\d.]+) s after it began", text)]
    bad = re.findall(r"^not ok.*", text, re.M)
    reached = max(took) if len(took) == 2 and not bad else None
    table.add("live", "functions labelled twice, trained, installed: third one named after, s", 3, reached, True,
              "; ".join(bad) or "tests/net/label.sh did not run: it needs root and network namespaces")


def household(output):
    """Type of each address of the laboratory."""
    with tempfile.TemporaryDirectory() as work:
        manifest = os.path.join(work, "rows.csv")
        run([os.path.join(output, "iotbpf-lab"), "synth", "--seconds", "1", "-o", os.path.join(work, "capture"), "--manifest", manifest], output)
        with open(manifest, newline="", encoding="utf-8") as f:
            return {row["mac"]: row["device"] for row in csv.DictReader(f)}


def seconds_to_answers(events, types):
    """For each device the seconds from its first packet until its type was told right for good; None where that never was."""
    since = {}
    for event in events:
        device = event.get("device") or {}
        mac, label = device.get("mac"), device.get("label")
        if mac not in types or event["event_type"] != "device" or device.get("action") == "gone":
            continue
        took = datetime.datetime.fromisoformat(event["timestamp"][:-1]) - datetime.datetime.fromisoformat(device["first"][:-1])
        if label != types[mac]:
            since[mac] = None
        elif since.get(mac) is None:
            since[mac] = took.total_seconds()
    return since


def answers(table, output, results):
    """The household of `make demo`, live on its bridge."""
    events = [json.loads(line) for line in run(["sh", "tools/lab/demo.sh"], output, SEED="11").splitlines() if line.startswith("{")]
    since = results["answers-live"] = seconds_to_answers(events, household(output))
    took = sorted(since.values(), key=lambda s: float("inf") if s is None else s)
    why = None if took else "tools/lab/demo.sh did not run: it needs root and network namespaces"
    table.add("live", "devices of the lab told right in the end", None, sum(s is not None for s in since.values()) / len(took) if took else None, why=why)
    for share, title in ((.5, "median"), (.9, "90th percentile")):
        value = took[min(len(took) - 1, int(share * len(took)))] if took else None
        table.add("live", f"  seconds from the first packet to a right answer, {title}", None, value, True, why)


def measure(table, output, results, seconds_of):
    for what in (evaluate, period, home, live, answers):
        started = time.monotonic()
        what(table, output, results)
        seconds_of[what.__name__] = round(time.monotonic() - started)
