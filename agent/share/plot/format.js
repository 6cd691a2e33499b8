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

/* "3 s", "45 min", "5 h 45 min", "2 d 3 h": as duration_format() of the agent */
function durationText(s) {
	const two = (n, large, name, rest) => Math.floor(n / large) + " " + name + (n % large ? " " + n % large + " " + rest : "");
	if (s < 59.95)
		return (Math.abs(s - Math.round(s)) < 0.05 ? Math.round(s) : s.toFixed(1)) + " s";
	if (s < 3599.5)
		return two(Math.round(s), 60, "min", "s");
	return s < 86370 ? two(Math.round(s / 60), 60, "h", "min") : two(Math.round(s / 3600), 24, "d", "h");
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
