# SPDX-License-Identifier: BSD-2-Clause
"""What does not come from captures: how long an answer takes, and the live tests of the laboratory. Nothing else may run meanwhile."""
import json
import os
import re
import subprocess
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


def measure(table, output, results, seconds_of):
    for what in (evaluate, period, home, live):
        started = time.monotonic()
        what(table, output, results)
        seconds_of[what.__name__] = round(time.monotonic() - started)
