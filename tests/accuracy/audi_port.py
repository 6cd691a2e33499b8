#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An independent, literal implementation of the audi detector, to compare agent/analysis/audi.c with.

Reads series, one a line, as 0s and 1s; prints for each its confirmed periods: lag, success, then r and rn of the whole, the first,
the middle and the last half (0 where the lag was not found), with 17 digits.
"""
import cmath
import math
import sys


def periods(y):
    n = len(y)
    active = [i for i in range(n) if y[i]]
    turn = [cmath.exp(-2j * math.pi * i / n) for i in range(n)]
    a = [abs(sum(turn[k * t % n] for t in active)) for k in range(n)]
    tie = 1e-9 * a[0]
    present = set(active)
    r = [sum(1 for t in active if t + lag in present) for lag in range(n)] + [0]
    found = {}
    for k in range(1, n - 1):
        if not (a[k] > a[k - 1] + tie and a[k] > a[k + 1] + tie and a[k] >= 0.1 * max(a)):
            continue
        t = n / k
        for lag in range(math.ceil(0.9 * t), math.floor(1.1 * t)):
            if 1 <= lag < n and r[lag] > r[lag - 1] and r[lag] > r[lag + 1]:
                found[lag] = (lag * r[lag] / n, lag * (r[lag - 1] + r[lag] + r[lag + 1]) / n)
    return found


def main():
    for line in open(sys.argv[1], encoding="ascii"):
        y = [c == "1" for c in line.strip()]
        n = len(y)
        parts = [periods(p) for p in (y, y[: n // 2], y[n // 4 : 3 * n // 4], y[n // 2 :])]
        out = []
        for lag in sorted(parts[0]):
            success = sum(lag in p for p in parts[1:])
            if success < 2:
                continue
            r = [p.get(lag, (0, 0))[0] for p in parts]
            rn = [p.get(lag, (0, 0))[1] for p in parts]
            out.append(" ".join([str(lag), str(success)] + ["%.17g" % v for v in r + rn]))
        print("; ".join(out))


main()
