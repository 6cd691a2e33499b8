# SPDX-License-Identifier: BSD-2-Clause
"""The agent of a soak: started, asked, stopped and killed; its events, memory and descriptors."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import house

FAKETIME = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


class Agent:
    def __init__(self, binaries, work, state):
        self.binaries, self.work, self.state = binaries, work, state
        self.socket, self.config, self.clock = str(work / "sock"), work / "iotbpf.conf", work / "clock"
        self.process, self.starts, self.hook, self.binary = None, 0, None, binaries[0]
        self.handover = "--handover" in subprocess.run([binaries[0], "help", "run"], capture_output=True, text=True).stdout
        self.configure("5m")
        self.step_clock(0)

    def configure(self, stats):
        self.config.write_text(f"[run]\nstats = {stats}\n")

    def step_clock(self, seconds):
        """The agent's CLOCK_REALTIME, and nobody else's: it is a machine that others work on. In one write, which it reads at every call."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}s\n")
        fresh.rename(self.clock)

    def environment(self):
        if not FAKETIME:
            return os.environ
        return {**os.environ, "LD_PRELOAD": str(FAKETIME[0]), "FAKETIME_TIMESTAMP_FILE": str(self.clock), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
                # The runtime of a build with sanitizers wants to be the first library, which only matters to what it wraps too.
                "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def start(self, hook, binary):
        self.hook, self.binary = hook, self.binaries[binary % len(self.binaries)]
        self.starts += 1
        with open(self.work / f"events.{self.starts:03d}", "w") as out, open(self.work / "log", "a") as log:
            log.write(f"# start {self.starts}: --hook {hook}, {self.binary}\n")
            log.flush()
            self.process = subprocess.Popen(
                [self.binary, "run", "br0", "--hook", hook, "--socket", self.socket, "--config", str(self.config), "--json", "--state",
                 str(self.state), "--write-every", "10s", "--gateway", house.GATEWAY, *(["--handover"] if self.handover else [])],
                stdout=out, stderr=log, env=self.environment())

    def ask(self, *command):
        r = subprocess.run([self.binary, *command, "--json", "--socket", self.socket], capture_output=True, text=True)
        return [json.loads(line) for line in r.stdout.splitlines()] if r.returncode == 0 else []

    def status(self):
        return next(iter(self.ask("status")), {"ports": []})

    def wait_answer(self, seconds):
        until = time.monotonic() + seconds
        while not self.status().get("pid") and time.monotonic() < until and self.process.poll() is None:
            time.sleep(0.05)
        return bool(self.status().get("pid"))

    def devices(self):
        """{MAC: (sent, received)} in packets."""
        return {d["mac"]: (d["tx_packets"], d["rx_packets"]) for d in self.ask("devices")}

    def send(self, number):
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM):
        """The exit status."""
        self.send(number)
        return self.process.wait(30)

    def resident_kb(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s*(\d+)", text, re.M)[1])

    def descriptors(self):
        """Open descriptors besides those of its hooks."""
        links = [os.readlink(p) for p in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()]
        return sum(not re.search("bpf.link", link) for link in links)  # bpf_link where it was made, bpf-link where it was found

    def cpu_seconds(self):
        """On a processor, and waiting for one."""
        return [int(word) / 1e9 for word in pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[:2]]

    def new_devices(self, first):
        """MACs that events since start number `first` called new."""
        macs = []
        for i in range(first, self.starts + 1):
            for line in (self.work / f"events.{i:03d}").read_text().splitlines():
                try:
                    event = json.loads(line)
                except ValueError:  # cut by a kill
                    continue
                if event["event_type"] == "device" and event["device"]["action"] == "new":
                    macs.append(event["device"]["mac"])
        return macs
