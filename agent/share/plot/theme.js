/* SPDX-License-Identifier: BSD-2-Clause */
/* Colours: those of the page are in its style sheet, those of flows and functions in the data, for light and for dark. */

const theme = { dark: false, ink: "", quiet: "", grid: "", line: "", paper: "", accent: "", traffic: "" };

function readTheme() {
	const style = getComputedStyle(document.documentElement);
	theme.dark = matchMedia("(prefers-color-scheme: dark)").matches;
	for (const name of ["ink", "quiet", "grid", "line", "paper", "accent", "traffic"])
		theme[name] = style.getPropertyValue("--" + name).trim();
}

function flowColor(index) {
	return data.colors[index % data.colors.length][theme.dark ? 1 : 0];
}

function functionColor(label) {
	if (label === "idle")
		return theme.grid;
	const known = data.functions.indexOf(label);
	return flowColor(known < 0 ? 0 : known + data.function_shift);
}
