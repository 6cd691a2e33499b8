#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Ports come, go, change their names and their bridge, in random bursts: hotplug.py AGENT HOOK CHANGES SEED WORKDIR

The agent watches br0; br1 is a bridge that it does not watch. After each burst the kernel is asked until exactly the ports of br0 have one
hook a side. Prints one JSON object. To be run in a network namespace of its own.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import hooks as kernel

MOST = 24  # ports at once
WAIT = 5.0  # seconds after which a burst is given up
WATCHED, OTHER = "br0", "br1"
STEMS = ["lan", "wlan", "eth", "port-", "en_p2s", "x.", "averylongname"]


class Ports:
    """The ports that there are, and commands of ip(8) that change them."""

    def __init__(self, rng):
        self.rng, self.ports, self.serial, self.freed = rng, {}, 0, []
        self.index = {}  # numbers of the interfaces that still have the name which they had before the burst

    def new_name(self):
        if self.freed and self.rng.random() < 0.4:
            return self.freed.pop(self.rng.randrange(len(self.freed)))
        self.serial += 1
        return f"{self.rng.choice(STEMS)}{self.serial}"[-15:]

    def some(self):
        return self.rng.choice(list(self.ports))

    def plug(self, name=None, index=None):
        name = name or self.new_name()
        self.serial += 1
        peer = f"peer{self.serial}"
        self.ports[name] = peer
        master = self.rng.choice([WATCHED, WATCHED, WATCHED, OTHER, None])
        lines = [f"link add {name}{f' index {index}' if index else ''} type veth peer name {peer}", f"link set {peer} up"]
        lines += [f"link set {name} master {master}"] if master else []
        lines += [f"link set {name} up"] if self.rng.random() < 0.8 else []
        return lines

    def unplug(self, name=None):
        name = name or self.some()
        self.index.pop(name, None)
        del self.ports[name]
        self.freed.append(name)
        return [f"link del {name}"]

    def rename(self):
        old, new = self.some(), self.new_name()
        self.index.pop(old, None)
        self.ports[new] = self.ports.pop(old)
        self.freed.append(old)
        return [f"link set {old} down", f"link set {old} name {new}", f"link set {new} up"]

    def swap(self):
        """Two ports exchange their names."""
        one, two = self.some(), self.some()
        if one == two:
            return self.rename()
        self.index.pop(one, None)
        self.index.pop(two, None)
        self.ports[one], self.ports[two] = self.ports[two], self.ports[one]
        return [f"link set {one} down", f"link set {two} down", f"link set {one} name swap", f"link set {two} name {one}",
                f"link set swap name {two}", f"link set {one} up", f"link set {two} up"]

    def master(self):
        name = self.some()
        to = self.rng.choice([WATCHED, OTHER, None])
        return [f"link set {name} master {to}" if to else f"link set {name} nomaster"]

    def bounce(self):
        """Out of its bridge and back in, before anybody can look."""
        name = self.some()
        return [f"link set {name} nomaster", f"link set {name} master {WATCHED}"]

    def replace(self):
        """Another interface of the same name, and often of the same number."""
        name = self.some()
        index = self.index.get(name) if self.rng.random() < 0.7 else None
        lines = self.unplug(name)
        self.freed.remove(name)
        return lines + self.plug(name, index)

    def change(self):
        """One change: what it is called, and its commands."""
        if len(self.ports) < 3:
            return "plug", self.plug()
        what = self.rng.choice(["plug", "plug", "plug", "unplug", "unplug", "rename", "rename", "swap", "master", "master", "bounce", "replace"])
        if what == "plug" and len(self.ports) >= MOST:
            what = "unplug"
        return what, getattr(self, what)()


def agent_ports(agent, socket):
    out = subprocess.run([agent, "status", "--json", "--socket", socket], capture_output=True, text=True).stdout
    return sorted(p["in_iface"] for p in json.loads(out)["ports"]) if out else None


def settled(agent, socket, programs, clsact):
    """Does each port of the watched bridge, and nothing else, have its two hooks, and does the agent say so? Else what is wrong."""
    links = kernel.links()
    wanted = sorted(link["ifname"] for link in links if link.get("master") == WATCHED)
    found = kernel.hooks(links, programs, clsact)
    wrong = {name: found.get(name) for name in set(wanted) | set(found) if (name in wanted) != (found.get(name) == {"in": 1, "out": 1})}
    if wrong:
        return f"ports {wanted}, hooks {wrong}"
    told = agent_ports(agent, socket)
    return None if told == wanted else f"ports {wanted}, the agent says {told}"


def waited(process):
    """Seconds for which the agent was ready to run and no processor was free."""
    return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text().split()[1]) / 1e9


def wait_settled(agent, socket, process, programs, hook):
    """
    Seconds until the look began that found all as it must be, without those that the agent waited for a processor; and what was wrong if none
    did. A look is four programs, up to a second on a busy machine.
    """
    start, before = time.monotonic(), waited(process)
    while True:
        looked = time.monotonic()
        wrong = settled(agent, socket, programs, hook == "clsact")
        if not wrong or looked - start > WAIT:
            break
        time.sleep(0.005)
    return max(0, looked - start - (waited(process) - before)), wrong


def start(agent, hook, socket, work):
    kernel.run("ip", "-batch", "-", text=f"link add {WATCHED} type bridge mcast_snooping 0\nlink add {OTHER} type bridge mcast_snooping 0\n"
               f"link set {WATCHED} up\nlink set {OTHER} up\n")
    with open(work / "events", "a") as out, open(work / "log", "a") as log:
        return subprocess.Popen([agent, "run", WATCHED, "--hook", hook, "--socket", socket, "--model", "none", "--json"],
                                stdout=out, stderr=log, env={**os.environ, "IOTBPF_STATE": "none"})


def burst(ports, rng, most, result):
    """Up to `most` changes at once; their commands."""
    ports.index = {link["ifname"]: link["ifindex"] for link in kernel.links()}
    lines = []
    for _ in range(min(rng.choice([1, 1, 2, 4, 8, 16, 32]), most)):
        what, commands = ports.change()
        lines += commands
        result["kinds"][what] = result["kinds"].get(what, 0) + 1
        result["changes"] += 1
    kernel.run("ip", "-batch", "-", text="\n".join(lines) + "\n")
    result["bursts"] += 1
    return lines


def main():
    agent, hook, changes, seed, work = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), pathlib.Path(sys.argv[5])
    rng = random.Random(f"{seed} {hook}")
    ports, owned, programs, socket = Ports(rng), kernel.Owned(), kernel.Names(), str(work / "sock")
    process = start(agent, hook, socket, work)
    result = {"hook": hook, "changes": 0, "bursts": 0, "kinds": {}, "wrong": [], "seconds": []}
    try:
        result["start"], _ = wait_settled(agent, socket, process, programs, hook)
        while result["changes"] < changes and process.poll() is None and not result["wrong"]:
            lines = burst(ports, rng, changes - result["changes"], result)
            took, wrong = wait_settled(agent, socket, process, programs, hook)
            owned.look(process.pid)
            result["seconds"].append(round(took, 3))
            result["wrong"] += [{"burst": lines, "wrong": wrong}] if wrong else []
        process.send_signal(signal.SIGTERM)
        result["exit"] = process.wait(20)
    finally:
        process.kill()
    time.sleep(0.2)  # the kernel lets go of programs after a grace period
    result["held"] = {kind: len(ids) for kind, ids in owned.ids.items()}
    result["left"] = owned.left() + kernel.filters_and_qdiscs(kernel.links()) + [f"hook on {i}" for i in kernel.hooks(kernel.links())]
    print(json.dumps(result))


main()
