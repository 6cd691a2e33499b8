/* SPDX-License-Identifier: BSD-2-Clause */
/* The visible time: one for all charts. Seconds since 1970, fractions allowed. */

const SHORTEST = 5;
const LENGTHS = [[60, "1 min"], [300, "5 min"], [3600, "1 h"], [21600, "6 h"], [86400, "1 d"], [604800, "7 d"]];

const view = { from: 0, to: 1, first: 0, last: 1, pending: false, listeners: [] };

/* Show [from, to), moved and cut so that it stays within what there is. */
function look(from, to) {
	const whole = view.last - view.first, length = Math.min(Math.max(to - from, Math.min(SHORTEST, whole)), whole);
	from = (from + to - length) / 2;
	from = Math.min(Math.max(from, view.first), view.last - length);
	if (from === view.from && from + length === view.to)
		return;
	view.from = from;
	view.to = from + length;
	if (!view.pending) {
		view.pending = true;
		requestAnimationFrame(redraw);
	}
}

function redraw() {
	view.pending = false;
	for (const listener of view.listeners)
		listener();
}

function lookAll() {
	look(view.first, view.last);
}

function zoom(factor, around) {
	look(around - (around - view.from) * factor, around + (view.to - around) * factor);
}

function pan(share) {
	const step = (view.to - view.from) * share;
	look(view.from + step, view.to + step);
}

function zoomButtons() {
	const nav = document.getElementById("zoom");
	const add = (text, length, act) => {
		const button = element("button", text);
		button.type = "button";
		button.addEventListener("click", act);
		nav.append(button);
		view.listeners.push(() => button.setAttribute("aria-pressed", Math.abs(view.to - view.from - length) < 1e-6 * length));
	};
	for (const [length, text] of LENGTHS)
		if (length < view.last - view.first)
			add(text, length, () => {
				const middle = view.from === view.first ? view.from + length / 2 : (view.from + view.to) / 2;
				look(middle - length / 2, middle + length / 2);
			});
	add("all", view.last - view.first, lookAll);
}

function windowText() {
	document.getElementById("window").textContent =
		timeText(view.from) + " – " + (view.to - view.from < 86400 ? clockText(view.to) : timeText(view.to)) + " (" + durationText(view.to - view.from) + ")";
}
