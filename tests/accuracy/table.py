# SPDX-License-Identifier: BSD-2-Clause
"""The table of what must be reached, what is reached, and why not where it is not; as text and as JSON."""
import json
import os
import resource


class Table:
    def __init__(self):
        self.rows = []

    def add(self, dataset, what, target, reached, low=False, why=None):
        """target None: reported only; low: the less the better; why: what is known of the reason, told where the target is missed."""
        met = None if target is None or reached is None else (reached <= target if low else reached >= target)
        missed = met is False or (target is not None and reached is None)
        self.rows.append({"dataset": dataset, "what": what, "target": target, "reached": reached, "met": met, "at_most": low,
                          "why": why if missed else None})
        print(line_of(self.rows[-1]), flush=True)

    def missed(self):
        return [r for r in self.rows if r["met"] is False]


def processor_seconds():
    """What has been started so far used: on a machine that others use, too, the time that says something."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def number(value):
    return "-" if value is None else f"{value:.4f}" if abs(value) < 10 else f"{value:.1f}"


def line_of(r):
    target = "" if r["target"] is None else f"{'<=' if r['at_most'] else '>='} {r['target']:.4g}"
    mark = {None: "" if r["target"] is None else "not measured", True: "met", False: "NOT MET"}[r["met"]]
    return f"{r['dataset']:<16}{r['what']:<68}{target:>10}{number(r['reached']):>10}  {mark}".rstrip()


def lines_of(table, notes, seconds):
    rows = table.rows
    yield f"{'':<16}{'':<68}{'target':>10}{'reached':>10}"
    yield from map(line_of, rows)
    met, unmeasured = sum(r["met"] is True for r in rows), sum(r["target"] is not None and r["reached"] is None for r in rows)
    yield ""
    yield (f"{met} met, {len(table.missed())} not met" + (f", {unmeasured} not measured" if unmeasured else "") +
           f", in {seconds // 60} min {seconds % 60} s, {round(processor_seconds() / 60, 1)} min of processors")
    yield from reasons_of(rows)
    yield ""
    yield "Notes:"
    yield from (f"  {line}" for line in notes)


def reasons_of(rows):
    told = [r for r in rows if r["why"]]
    if told:
        yield ""
        yield "Why not:"
    yield from (f"  {r['dataset']}, {r['what'].strip()}: {r['why']}" for r in told)


def write(table, output, notes, seconds, seconds_of, results):
    """The table on stdout and in accuracy.txt, everything in accuracy.json."""
    lines = list(lines_of(table, notes, seconds))
    with open(os.path.join(output, "accuracy.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    with open(os.path.join(output, "accuracy.json"), "w", encoding="utf-8") as f:
        json.dump({"rows": table.rows, "notes": notes, "seconds": seconds, "seconds_of": seconds_of, "results": results}, f, indent=1)
    print("\n" + "\n".join(lines) + f"\n\n{output}/accuracy.txt, {output}/accuracy.json")
