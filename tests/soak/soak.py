#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A router's life in short: soak.py WORK STATE LAB SECONDS SEED AGENT [AGENT]

64 devices and their gateway talk through a bridge while what befalls a router befalls this one, drawn from the seed. STATE is a small file system of its
own. Two agents: upgrades go from one to the other. Prints what happens on stderr and one JSON object at the end. To be run in network and mount
namespaces of its own.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import agent as agents
import hooks as kernel
import house
import ledger

HOOKS_WITHIN = 5.0  # seconds after which waiting for hooks is given up
AUDIT_EVERY = 20.0
LEFT_TOLD = 20
GROWN = 660 # seconds: recent packets are kept for ten minutes
HISTORY_WITHIN = 30.0
SLOW = 0.4 # seconds from which on it is told why hooks took so long
HOOKS = ["auto", "auto", "auto", "clsact", "xdp"]


class Soak:
    def __init__(self, work, state, lab, seed, binaries):
        self.work, self.state, self.lab = pathlib.Path(work), pathlib.Path(state), lab
        self.rng = random.Random(seed)
        self.household = house.Household()
        self.agent = agents.Agent(binaries, self.work, self.state)
        self.ledger, self.owned = ledger.Ledger(), kernel.Owned()
        self.senders = [house.Generator("device", seed, 5), house.Generator("router", seed, 2)]
        self.kinds, self.took, self.wrong, self.lives = {}, [], [], []
        self.clock, self.binary, self.names = 0, 0, 0
        self.nobody = False  # no agent runs that could follow
        self.born = time.monotonic()

    def say(self, text):
        print(f"# {time.monotonic() - self.born:7.1f} {text}", file=sys.stderr, flush=True)

    # Who sends

    def tell(self, line):
        return [s.tell(line) for s in self.senders]

    def quiet(self, number=None):
        """Until nothing of this device, or of any, is on its way any more; what was counted by then."""
        self.tell(f"stop {'all' if number is None else number}")
        before, now = None, self.household.counts()
        while (now if number is None else now[number][0]) != before:
            before = now if number is None else now[number][0]
            time.sleep(0.02)
            now = self.household.counts()
        return now

    def here(self):
        """Devices that have a port."""
        return [i for i in self.household.name if i != house.FLOOD]

    def away(self):
        return sorted(set(range(house.DEVICES)) - set(self.household.name))

    def some(self):
        return self.rng.choice(self.here())

    def hooks(self, what, none=False):
        if self.nobody:
            return
        cpu = self.agent.cpu_seconds() if not none else None
        took = self.household.wait_hooks(HOOKS_WITHIN, self.agent, none)
        if took is None:
            self.wrong.append(f"{what}: hooks do not follow")
        elif what != "start":
            self.took.append(took)
            if took > SLOW:
                ran, waited = (b - a for a, b in zip(cpu, self.agent.cpu_seconds()))
                self.say(f"{what}: hooks equal ports after {took:.3f} s, of which the agent ran {ran:.3f} s and waited {waited:.3f} s for a processor")

    # What befalls ports

    def unplug(self):
        i = self.some()
        counts = self.quiet(i)
        self.tell(f"close {i}")
        self.ledger.leave(i, counts[i])
        self.household.unplug(i)
        self.hooks("unplug")

    def plug(self):
        i = self.rng.choice(self.away())
        self.household.plug(i)
        self.hooks("plug")
        self.ledger.hooked(i, self.household.counts()[i])
        self.tell(f"open {i}")
        self.tell(f"go {i}")

    def rename(self):
        self.names += 1
        i = self.some()
        self.household.rename(i, self.rng.choice([f"lan{i}", f"port-{self.names}", f"wifi{i}.{self.names}"]) if self.rng.random() < 0.7 else f"p{i}")
        self.hooks("rename")

    def leave_bridge(self):
        """Out of the bridge for a while: what comes in then is nobody's business."""
        i = self.some()
        counts = self.quiet(i)
        self.ledger.leave(i, counts[i])
        house.ip(f"link set {self.household.name[i]} nomaster")
        self.hooks("out of the bridge")
        before = self.household.counts()
        self.tell(f"go {i}")
        time.sleep(self.rng.uniform(0.2, 1.5))
        after = self.quiet(i)
        self.ledger.unhooked_frames({i: before[i]}, after)
        house.ip(f"link set {self.household.name[i]} master br0")
        self.hooks("into the bridge")
        self.ledger.hooked(i, self.household.counts()[i])
        self.tell(f"go {i}")

    def flap(self):
        """The port's link, or the device's, goes down and comes back, while it talks."""
        i, inside = self.some(), self.rng.random() < 0.5
        name = f"e{i}" if inside else self.household.name[i]
        self.ledger.uneven.add(i)
        for _ in range(self.rng.choice([1, 1, 2, 5])):
            house.ip(f"link set {name} down", inside=inside)
            time.sleep(self.rng.uniform(0, 0.5))
            house.ip(f"link set {name} up", inside=inside)
            time.sleep(self.rng.uniform(0, 0.3))
        self.hooks("flap")

    def flood(self):
        rate, seconds = self.rng.choice([2000, 10000, 30000]), self.rng.uniform(0.5, 4)
        out = kernel.run("ip", "netns", "exec", house.AWAY, self.lab, "flood", f"e{house.FLOOD}", "--malformed", "--rate", str(rate), "--seconds",
                         f"{seconds:.1f}", "--to", house.GATEWAY, "--seed", str(self.rng.randrange(1 << 30)))
        self.ledger.flooded(json.loads(out))

    # What befalls the agent

    def gap(self):
        """Stopped for a while, as by a suspended machine."""
        self.agent.send(signal.SIGSTOP)
        time.sleep(self.rng.choice([0.2, 1, 3, 8]))
        self.agent.send(signal.SIGCONT)

    def reload(self):
        self.agent.configure(self.rng.choice(["1m", "5m", "soon"]))
        self.agent.send(signal.SIGHUP)
        self.agent.configure("5m")

    def step(self):
        """The clock goes wrong, either way, by seconds or by a day."""
        self.clock += self.rng.choice([-86400, -3600, -30, -2, 2, 30, 3600, 86400])
        self.agent.step_clock(self.clock)

    def full_disk(self):
        filler = self.state / "filler"
        with open(filler, "wb", buffering=0) as out:
            try:
                while out.write(bytes(4096)):
                    pass
            except OSError:
                pass
        time.sleep(self.rng.uniform(1, 12))
        filler.unlink()

    def stuck_client(self):
        """Somebody who follows the events and stops reading."""
        client = subprocess.Popen([self.agent.binary, "events", "--follow", "--json", "--socket", self.agent.socket], stdout=subprocess.PIPE)
        time.sleep(0.3)
        client.send_signal(signal.SIGSTOP)
        self.flood()
        client.kill()
        client.wait()
        client.stdout.close()

    def start(self, hook):
        """A new agent; nobody sends."""
        self.agent.start(hook, self.binary)
        if not self.agent.wait_answer(20):
            raise RuntimeError("the agent does not answer")
        self.hooks("start")
        table = self.agent.status().get("table") or {}
        if table.get("agents", 1) == 1:
            self.ledger.begin(self.household.counts(), self.agent.starts)
        return table.get("agents", 1) > 1

    def restart(self, number):
        """With pins the frames go on, and nothing may be missing. Without, or once detached, what comes while there is no hook is counted."""
        table = self.agent.status().get("table") or {}
        pinned = table.get("pinned") and self.rng.random() < 0.7
        hook = self.agent.hook if pinned else self.rng.choice(HOOKS)
        if not pinned:
            self.quiet()
            self.audit("before a restart")
            self.ledger.close()
        self.life_ends()
        status = self.agent.end(number)
        if status != (-signal.SIGKILL if number == signal.SIGKILL else 0):
            self.wrong.append(f"the agent ended with {status}")
        if pinned:
            self.meanwhile()
            if not self.start(hook):
                self.wrong.append("the table was not taken over")
        else:
            self.pause_without_agent()
            self.start(hook)
        self.tell("go all")
        self.life_begins()

    def meanwhile(self):
        """What the next agent finds changed."""
        self.nobody = True
        for _ in range(self.rng.choice([0, 1, 4])):
            self.rng.choice([self.unplug, self.rename, self.flap])()
        time.sleep(self.rng.uniform(0, 0.5))
        self.nobody = False

    def pause_without_agent(self):
        kernel.run(self.agent.binary, "detach")
        self.hooks("end", none=True)
        before = self.household.counts()
        self.tell("go all")
        time.sleep(self.rng.uniform(0.1, 1))
        self.ledger.unhooked_frames(before, self.quiet())

    def kill(self):
        self.restart(signal.SIGKILL)

    def upgrade(self):
        self.binary += 1
        self.restart(signal.SIGTERM)

    # What is looked at

    def life_begins(self):
        self.lives.append({"hook": self.agent.hook, "began": time.monotonic(), "kb": [], "fds": []})

    def life_ends(self):
        life = self.lives[-1]
        life["seconds"] = round(time.monotonic() - life.pop("began"), 1)
        life["cpu"] = round(self.agent.cpu_seconds()[0], 3)

    def look(self):
        life = self.lives[-1]
        life["kb"].append([round(time.monotonic() - life["began"]), self.agent.resident_kb()])
        life["fds"].append(self.agent.descriptors())
        history = self.agent.status().get("history", {})
        life["writes"], life["failures"] = history.get("writes", 0), history.get("failures", 0)
        self.owned.look(self.agent.process.pid)

    def history_again(self):
        """What was kept from the disk is written once there is room."""
        until = time.monotonic() + HISTORY_WITHIN
        while (error := self.agent.status().get("history", {}).get("error")) and time.monotonic() < until:
            time.sleep(0.5)
        if error:
            self.wrong.append(f"history is not written again: {error}")

    def audit(self, when):
        self.quiet()
        for w in self.ledger.audit(self.household, self.agent, when):
            self.say(f"WRONG {when}: {w}")
        self.look()

    def too_young(self, seconds):
        """In a long run the first agent lives until everything that grows with its age is grown."""
        return seconds > 2 * GROWN and time.monotonic() - self.born < seconds / 2

    def run(self, seconds):
        kinds = {self.unplug: 5, self.plug: 6, self.rename: 5, self.leave_bridge: 3, self.flap: 8, self.flood: 6, self.gap: 4, self.reload: 4,
                 self.step: 5, self.full_disk: 3, self.stuck_client: 2, self.kill: 2, self.upgrade: 2}
        self.start(self.rng.choice(HOOKS))
        self.life_begins()
        self.tell("go all")
        audit_at = time.monotonic() + AUDIT_EVERY
        while time.monotonic() - self.born < seconds:
            kind = self.rng.choices(list(kinds), kinds.values())[0]
            if (kind == self.plug and not self.away()) or (kind in (self.kill, self.upgrade) and self.too_young(seconds)):
                continue
            self.kinds[kind.__name__] = self.kinds.get(kind.__name__, 0) + 1
            self.say(kind.__name__)
            kind()
            time.sleep(self.rng.expovariate(1))
            if self.agent.process.poll() is not None:
                raise RuntimeError(f"the agent ended by itself: {self.agent.process.returncode}")
            if time.monotonic() > audit_at:
                self.audit("audit")
                self.tell("go all")
                audit_at = time.monotonic() + AUDIT_EVERY
        self.history_again()
        self.audit("at the end")
        self.ledger.close()
        self.life_ends()
        self.exit = self.agent.end()

    def result(self):
        book, sent = self.ledger, self.tell("sent")[0]
        for s in self.senders:
            s.end()
        if self.agent.handover:
            subprocess.run([self.agent.binary, "detach"], capture_output=True)
        time.sleep(0.3)
        links = kernel.links()
        return {"happened": self.kinds, "hooks_seconds": {"n": len(self.took), "mean": round(sum(self.took) / max(1, len(self.took)), 3),
                                                         "max": round(max(self.took, default=0), 3)},
                "audits": book.audits, "starts": self.agent.starts, "wrong": self.wrong + book.wrong, "sent": sent, "came": book.came,
                "unhooked": book.unhooked, "known": book.known, "strangers": book.strangers, "refused": book.refused, "partial": book.partial,
                "missed_packets": book.missed_packets, "lives": self.lives, "exit": getattr(self, "exit", None),
                "held": {kind: len(ids) for kind, ids in self.owned.ids.items()},
                "left": (self.owned.left() + kernel.filters_and_qdiscs(links) + [f"hook on {i}" for i in kernel.hooks(links)])[:LEFT_TOLD],
                "clock": bool(agents.FAKETIME), "seconds": round(time.monotonic() - self.born)}


def main():
    work, state, lab, seconds, seed, *binaries = sys.argv[1:]
    soak = Soak(work, state, lab, int(seed), [os.path.abspath(b) for b in binaries])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        soak.run(float(seconds))
    except (Exception, KeyboardInterrupt) as e:  # what is known so far is told in any case
        soak.say(f"ENDS: {e!r}")
        soak.wrong.append(f"the soak ended early: {e!r}")
    finally:
        if soak.agent.process and soak.agent.process.poll() is None:
            soak.agent.send(signal.SIGCONT)
            soak.agent.process.kill()
            soak.agent.process.wait()
    print(json.dumps(soak.result()))


main()
