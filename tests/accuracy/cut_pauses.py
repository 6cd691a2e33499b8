#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Cut captures of repeated commands into trials, at the pauses between them, and print a manifest.

usage: cut_pauses.py [--label command|answer|length|use] [--root DIR] MAC DEVICE CAPTURE...

Each capture holds a number of repetitions (NAME_<repetitions>_<seconds>s.pcap; 5 where the name does not say) of one command. Seconds
in which the device moves many bytes are busy; the longest pauses between busy seconds part the repetitions. Labels: the command (the
file's name), whether its answer is short or long, as most of its repetitions have it, the same with streams and idle times (length), or
whether the device is in use. Idle is what lies well between two repetitions, trials of the same capture.
"""
import argparse
import os
import re
import statistics
import sys

from frames import frames

BUSY = 2000        # bytes a second, both directions
PAUSE_MIN = 4      # seconds without a busy one between two repetitions
IDLE_MIN = 6       # seconds of rest that make a trial
MARGIN = 1.0       # seconds before and after the busy ones that belong to a repetition
LONG_BYTES = 75e3  # received in a repetition: about 12 s of speech, a long answer
NAMES = {"short": "short answer", "long": "long answer", "stream": "stream"}
STREAM_S = 20      # busy seconds in a row: something is played


def frames_of(path, mac):
    """(seconds since the first frame, length, received) of the device's frames."""
    for time, length, to, sender in frames(path):
        if mac in (to, sender):
            yield time, length, to == mac


def repetitions(seconds, wanted):
    """Busy seconds as (first, last) of each repetition: cut at the wanted-1 longest pauses."""
    busy = sorted(s for s, n in seconds.items() if n >= BUSY)
    pauses = sorted(((b - a, b) for a, b in zip(busy, busy[1:]) if b - a > PAUSE_MIN), reverse=True)[:wanted - 1]
    cuts = sorted(b for _, b in pauses)
    parts, begin = [], 0
    for cut in cuts + [None]:
        end = busy.index(cut) if cut is not None else len(busy)
        if end > begin:
            parts.append((busy[begin], busy[end - 1]))
        begin = end
    return parts


def answer_length(received, first, last):
    total = sum(n for s, n in received.items() if first <= s <= last)
    if last - first >= STREAM_S:
        return "stream"
    return "long" if total >= LONG_BYTES else "short"


def cut(path, mac, label):
    """(function, start, end) of each trial of a capture."""
    name = os.path.basename(path)
    match = re.match(r"(.*?)_(\d+)_\d+s\.pcap", name)
    command, wanted = (match[1], int(match[2])) if match else (os.path.splitext(name)[0], 5)
    seconds, received, end = {}, {}, 0.0
    for time, length, incoming in frames_of(path, mac):
        end = time
        seconds[int(time)] = seconds.get(int(time), 0) + length
        if incoming:
            received[int(time)] = received.get(int(time), 0) + length
    parts = repetitions(seconds, wanted)
    lengths = [answer_length(received, a, b) for a, b in parts]
    usual = statistics.mode(lengths) if lengths else "short"
    spoken = "short" if usual == "short" else "long"
    rest = 0.0
    for first, last in parts:
        begin, stop = max(rest, first - MARGIN), last + 1 + MARGIN
        if label in ("length", "use") and begin - rest >= IDLE_MIN:
            yield "idle", rest, begin
        yield {"command": command, "answer": spoken, "length": NAMES[usual], "use": "use"}[label], begin, stop
        rest = stop
    if label in ("length", "use") and end - rest >= IDLE_MIN:
        yield "idle", rest, end


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--label", choices=("command", "answer", "length", "use"), default="command")
    parser.add_argument("--root", default="", help="directory that the manifest's files are relative to")
    parser.add_argument("mac")
    parser.add_argument("device")
    parser.add_argument("captures", nargs="+")
    args = parser.parse_args()
    mac = bytes.fromhex(args.mac.replace(":", ""))
    print("file,mac,device,function,start,end,trial")
    for path in args.captures:
        file = os.path.relpath(path, args.root) if args.root else path
        for n, (function, start, end) in enumerate(cut(path, mac, args.label), 1):
            # There may be more commands than a device may have functions: each stands in the place of a device.
            what = f"{function}," if args.label == "command" else f"{args.device},{function}"
            print(f"{file},{args.mac},{what},{start:.3f},{end:.3f},{os.path.basename(path)}/{n}")


if __name__ == "__main__":
    sys.exit(main())
