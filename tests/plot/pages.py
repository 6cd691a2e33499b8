#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page of `iotbpf plot` in a headless Chromium, in TAP. Arguments: the directory with the pages and numbers of test_html, one for pictures."""
import json
import os
import sys

from chromium import Chromium

READY_MS, FRAMES_PER_S = 1000, 30

PAN = """new Promise(done => {
	const times = [], whole = view.last - view.first;
	look(view.first, view.first + whole * %f);
	let step = whole * %f / 40, last = performance.now();
	const frame = () => {
		const now = performance.now();
		times.push(now - last);
		last = now;
		if (times.length > 90)
			return done(times.slice(1));
		if (view.to + step > view.last || view.from + step < view.first)
			step = -step;
		look(view.from + step, view.to + step);
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
})"""

count = 0


def ok(good, name, why=""):
    global count
    count += 1
    if not good:
        print(f"# {why}")
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)


def settle(browser, ms=250):
    browser.evaluate(f"new Promise(done => setTimeout(done, {ms}))")


def processor_ms(browser):
    """Of the page's main thread."""
    metrics = {m["name"]: m["value"] for m in browser.send("Performance.getMetrics")["metrics"]}
    return 1000 * metrics["ThreadTime"]


def speed(browser, pages, name, what):
    ready = min(browser.open(f"{pages}/{name}.html") for _ in range(3))
    print(f"# {name}: {os.path.getsize(f'{pages}/{name}.html') / 1e6:.1f} MB, {browser.evaluate('allFlows().length')} flows, "
          f"{browser.evaluate('allFlows().reduce((n, f) => n + f.count, 0)')} active seconds: ready after {ready:.0f} ms")
    ok(ready < READY_MS, f"{what} opens in under a second", f"{ready:.0f} ms")
    for share in (0.5, 0.05):
        best, cost = [], 0
        for _ in range(3):
            settle(browser)
            before = processor_ms(browser)
            times = sorted(browser.evaluate(PAN % (share, share)))
            spent = (processor_ms(browser) - before) / len(times)
            if not best or sum(times) < sum(best):
                best, cost = times, spent
            if sum(best) / len(best) <= 1000 / FRAMES_PER_S:
                break
        rate, busy = 1000 * len(best) / sum(best), os.getloadavg()[0] > os.cpu_count()
        print(f"# {name}: {share:.0%} in sight: {rate:.0f} frames a second, 95 % of them within {best[int(len(best) * 0.95)]:.0f} ms, "
              f"{cost:.1f} ms of processor time each; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        # Where others use the machine the frames wait for them; what they cost the page still tells.
        ok(rate >= FRAMES_PER_S or busy and cost < 1000 / FRAMES_PER_S, f"{what} pans at {FRAMES_PER_S} frames a second with {share:.0%} in sight", f"{rate:.1f}")
    faults = browser.faults()
    ok(not faults, f"{what}: no complaint, no request", faults)


def hostile(browser, pages):
    browser.open(f"{pages}/hostile.html")
    settle(browser)
    faults = browser.faults()
    ok(not faults, "hostile names: no script, no complaint, no request", faults)
    ok(browser.evaluate("document.querySelectorAll('script').length") == 2 and browser.evaluate("document.querySelectorAll('img').length") == 0,
       "hostile names make no elements")
    ok(browser.evaluate("document.querySelector('.device h2 b').textContent") == "</script><script>alert(1)</script>", "hostile names are shown as they are")
    ran = browser.evaluate("(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); return window.ran })()")
    ok(ran is None, "a script that is not of the build does not run", ran)


def numbers(browser, pages):
    """What the page computes from its marks is what the analysis computes: autocorrelation exactly, spectrum to single precision."""
    with open(f"{pages}/signal.json", encoding="ascii") as f:
        flows = json.load(f)
    browser.open(f"{pages}/bulb.html")
    for flow in flows:
        find = f"const f = allFlows().find(f => f.protocol === {json.dumps(flow['protocol'])}), o = onsets(f.at, 0, f.count)"
        got = browser.evaluate(f"(() => {{ {find}; return [f.count, f.total_packets, f.total_bytes, [...f.packets].reduce((a, b) => a + b), "
                               f"[...autocorrelation(o, {len(flow['autocorrelation'])})], spectrum(o).size, [...spectrum(o).power]] }})()")
        ok(got[:4] == [flow["count"], flow["packets"], flow["bytes"], flow["packets"]], f"{flow['protocol']}: seconds, packets and bytes", got[:4])
        ok(got[4] == flow["autocorrelation"], f"{flow['protocol']}: autocorrelation as of the analysis")
        worst = max(abs(a - b) for a, b in zip(got[6], flow["power"])) if got[5] == flow["size"] else 1
        ok(worst < 1e-3, f"{flow['protocol']}: spectrum as of the analysis", f"{got[5]} {worst}")


MOVE = ("(() => { const s = sections[0], f = s.rows.findIndex(f => f.protocol === %s), b = s.chart.over.getBoundingClientRect(); "
        "const x = b.left + (s.rows[f].at[0] + 0.5) / (view.to - view.from) * b.width, y = b.top + (f + 0.5) * s.height; "
        "s.chart.over.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, bubbles: true })); "
        "return document.getElementById('tip').textContent; })()")


def hands(browser, pages, pictures):
    """Pointing, toggling, zooming."""
    browser.open(f"{pages}/bulb.html")
    settle(browser)
    tip = browser.evaluate(MOVE % '"udp/6666"')
    ok("udp/6666" in tip and "1 packet," in tip and ":02" in tip, "pointing at a mark tells protocol, time and packets", tip)
    settle(browser)
    title = browser.evaluate("document.getElementById('detail-title').textContent")
    ok("udp/6666 of tuya-bulb" in title and "every 3 s" in title, "and shows its autocorrelation and spectrum", title)
    browser.screenshot(f"{pictures}/pointed.png")
    peak = browser.evaluate("(() => { const [x, y] = detail.autocorrelation.data; return x[y.indexOf(Math.max(...y))] })()")
    ok(peak == 3, "whose highest lag is the period", peak)
    before = browser.evaluate("sections[0].rows.length")
    browser.evaluate("document.querySelector('#legend button').click()")
    ok(browser.evaluate("sections[0].rows.length") == before - 1, "the legend hides a protocol")
    browser.evaluate("document.querySelector('#legend button').click()")
    ok(browser.evaluate("sections[0].rows.length") == before, "and shows it again")
    browser.evaluate("document.getElementById('order').value = 'protocol'; document.getElementById('order').dispatchEvent(new Event('change'))")
    ok(browser.evaluate("sections[0].rows[0].protocol") == "arp", "rows are ordered as chosen")
    browser.evaluate("sections[0].chart.over.dispatchEvent(new WheelEvent('wheel', { deltaY: -400, ctrlKey: true, clientX: 700, cancelable: true }))")
    settle(browser, 100)
    ok(browser.evaluate("view.to - view.from") < 200, "the wheel zooms", browser.evaluate("view.to - view.from"))
    browser.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: '0' }))")
    settle(browser, 100)
    ok(browser.evaluate("view.to - view.from") == 300, "0 shows everything again")
    faults = browser.faults()
    ok(not faults, "none of this makes the page complain", faults)


def pictures_of(browser, pages, pictures):
    for name in ("bulb", "home"):
        for width, height, scale in ((1280, 800, 1), (390, 844, 2)):
            for dark in (False, True):
                browser.open(f"{pages}/{name}.html", width, height, dark, scale)
                settle(browser)
                if width < 600:
                    wide = browser.evaluate("document.documentElement.scrollWidth")
                    ok(wide <= width, f"{name} fits a phone", wide)
                browser.screenshot(f"{pictures}/{name}-{width}-{'dark' if dark else 'light'}.png")


def main():
    pages, pictures = sys.argv[1:]
    with Chromium() as browser:
        browser.send("Performance.enable")
        speed(browser, pages, "home", "a day of 25 devices with 8 flows each")
        speed(browser, pages, "one", "a day of one device with 200 flows")
        hostile(browser, pages)
        numbers(browser, pages)
        hands(browser, pages, pictures)
        pictures_of(browser, pages, pictures)
    print(f"1..{count}")


if __name__ == "__main__":
    main()
