# SPDX-License-Identifier: BSD-2-Clause
"""What came in at the ports against what the agent says. The kernel counts at each port, whoever looks; frames that come in while a port
has no hook are known because the household makes no others then."""
import time

import house
import traffic

MACS = {traffic.mac_text(i): i for i in range(house.DEVICES)}
REFUSED_IN = ("newcomer_limit", "device_table_full", "source_not_unicast", "frame_short", "gateway")


class Ledger:
    def __init__(self):
        self.came = self.unhooked = self.known = self.strangers = 0
        self.refused, self.partial = {}, {}
        self.audits = self.missed_packets = 0
        self.wrong = []
        self.begin({}, 1)

    def begin(self, counts, start):
        """A new table: everything counts from here. `start`: number of the agent's start."""
        self.start = start
        self.base = dict(counts)
        self.gone = [0] * (house.DEVICES + 1)  # frames of ports that are no more, by number
        self.flood = {"frames": 0, "reasons": {}}
        self.uneven = set()  # ports at whose egress the hook may have seen more than what the kernel says went out

    def hooked(self, i, count):
        """The port has its hooks, and its device has not sent yet; others may have sent to it since the hooks are there."""
        self.base[i] = count
        self.uneven.add(i)

    def unhooked_frames(self, before, after):
        """Frames that came in between two looks, when no hook was there."""
        n = sum(after[i][0] - before[i][0] for i in before if i in after)
        self.unhooked += n
        self.came += n
        return n

    def leave(self, i, count):
        """The port is about to lose its hooks."""
        self.gone[i] += count[0] - self.base.pop(i)[0]

    def flooded(self, account):
        self.flood["frames"] += account["frames"]
        for reason, n in account["reasons"].items():
            self.flood["reasons"][reason] = self.flood["reasons"].get(reason, 0) + n

    def expected(self, counts):
        """Frames by port number that the present table must have."""
        return [self.gone[i] + (counts[i][0] - self.base[i][0] if i in self.base else 0) for i in range(house.DEVICES + 1)]

    def differences(self, household, agent):
        """What is not as it must be. Nobody may be sending."""
        counts, status, devices = household.counts(), agent.status(), agent.devices()
        expected, wrong = self.expected(counts), []
        ports = {p["in_iface"]: p for p in status["ports"]}
        for i, name in household.name.items():
            port = ports.get(name)
            came, went = (counts[i][k] - self.base[i][k] if i in self.base else None for k in (0, 1))
            if port is None or came is None:
                if (port is None) != (came is None):
                    wrong.append(f"{name}: hooked or not?")
                continue
            if port["in_frames"] != came:
                wrong.append(f"{name}: {came} came in, {port['in_frames']} counted")
            # What a port that just went down was to send is seen by the hook, and sent to nobody.
            if port["out_frames"] < went or (port["out_frames"] > went and i not in self.uneven):
                wrong.append(f"{name}: {went} went out, {port['out_frames']} counted")
        for mac, i in MACS.items():
            if devices.get(mac, (0, 0))[0] != expected[i]:
                wrong.append(f"{mac}: {expected[i]} sent, {devices.get(mac)} counted")
        for reason, n in self.flood["reasons"].items():
            got = {**status.get("partial", {}), **status.get("skipped", {})}.get(reason, 0)
            if got != n and expected[house.FLOOD] == self.flood["frames"]:
                wrong.append(f"flood: {n} {reason} sent, {got} counted")
        strangers = self.count_strangers(expected, status)
        claimed = len({mac for mac in agent.new_devices(self.start) if mac.startswith("06:")})
        if strangers != claimed:
            wrong.append(f"flood: {strangers} strangers counted, {claimed} told as new")
        told = sum(devices.get(mac, (0, 0))[0] for mac in MACS)
        return wrong, {"came": sum(expected), "status": status, "known": told, "strangers": claimed}

    def count_strangers(self, expected, status):
        refused = sum(status.get("skipped", {}).get(reason, 0) for reason in REFUSED_IN)
        return expected[house.FLOOD] - refused

    def audit(self, household, agent, when):
        """Compare, for as long as frames may still be on their way."""
        until = time.monotonic() + 4
        self.audits += 1
        while True:
            wrong, self.last = self.differences(household, agent)
            if not wrong or time.monotonic() > until:
                break
            time.sleep(0.1)
        self.wrong += [f"{when}: {w}" for w in wrong]
        return wrong

    def close(self):
        """The table that was just audited ends: its counts go into the sum."""
        status = self.last["status"]
        self.came += self.last["came"]
        self.known += self.last["known"]
        self.strangers += self.last["strangers"]
        self.missed_packets += status.get("missed_packets", 0)
        for reason in REFUSED_IN:
            n = status.get("skipped", {}).get(reason, 0)
            self.refused[reason] = self.refused.get(reason, 0) + n
        for reason, n in status.get("partial", {}).items():
            self.partial[reason] = self.partial.get(reason, 0) + n
