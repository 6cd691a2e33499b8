/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and times for people. */

const DATE = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function clockText(t) {
	return CLOCK.format(t * 1000);
}

function timeText(t) {
	return DATE.format(t * 1000) + " " + clockText(t);
}

/* "3 s", "45 min", "5 h 45 min", "2 d 3 h" */
function durationText(s) {
	if (s < 10)
		return +s.toFixed(s < 1 ? 2 : 1) + " s";
	if (s < 120)
		return Math.round(s) + " s";
	const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
	for (let i = 0; i < 3; i++) {
		const [large, name] = units[i], [small, rest] = units[i + 1];
		const steps = Math.round(s / small);
		if (steps * small < large)
			continue;
		const low = steps % (large / small);
		return Math.floor(steps * small / large) + " " + name + (low ? " " + low + " " + rest : "");
	}
	return Math.round(s) + " s";
}

function countText(n) {
	return n.toLocaleString();
}

function bytesText(n) {
	if (n < 10000)
		return countText(n) + " B";
	return n < 1e7 ? (n / 1e3).toFixed(n < 1e5 ? 1 : 0) + " kB" : (n / 1e6).toFixed(n < 1e8 ? 1 : 0) + " MB";
}

function plural(n, word) {
	return countText(n) + " " + word + (n === 1 ? "" : "s");
}

function percentText(p) {
	return Math.round(100 * p) + " %";
}

/* An element with text: whatever a name holds, it is never markup. */
function element(tag, text, className) {
	const e = document.createElement(tag);
	if (text !== undefined)
		e.textContent = text;
	if (className)
		e.className = className;
	return e;
}
