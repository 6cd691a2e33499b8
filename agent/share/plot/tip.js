/* SPDX-License-Identifier: BSD-2-Clause */
/* What is under the pointer. */

const REACH = 8; /* pixels beside a mark */

function hideTip() {
	document.getElementById("tip").hidden = true;
}

function showTip(event, text) {
	const tip = document.getElementById("tip");
	tip.textContent = text;
	tip.hidden = false;
	const box = tip.getBoundingClientRect();
	tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 4)) + "px";
	tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 10 : event.clientY + 18) + "px";
}

/* The seconds of a flow within reach of time t, as text; "" where there are none. */
function marksText(flow, t, reach) {
	const low = lowerBound(flow.at, Math.floor(t - reach)), high = lowerBound(flow.at, t + reach, low);
	if (low === high)
		return "";
	let nearest = low;
	for (let i = low; i < high; i++)
		if (Math.abs(flow.at[i] + 0.5 - t) < Math.abs(flow.at[nearest] + 0.5 - t))
			nearest = i;
	if (high - low === 1 || reach < 4)
		return timeText(data.from + flow.at[nearest]) + "\n" + plural(flow.packets[nearest], "packet") + ", " + bytesText(flow.bytes[nearest]);
	return timeText(data.from + flow.at[low]) + " – " + clockText(data.from + flow.at[high - 1]) + "\n" + plural(high - low, "active second") + ", " +
		plural(sum(flow.packets, low, high), "packet") + ", " + bytesText(sum(flow.bytes, low, high));
}

function functionsText(device, t) {
	return device.functions.filter(f => f.from <= t && t < f.to)
		.map(f => "\n" + f.label + (f.owner ? " (owner)" : f.p === null ? "" : " " + percentText(f.p)) + ", since " + clockText(f.from) + ", " + durationText(f.to - f.from)).join("");
}

/* The flow at y pixels below the top of the canvas. */
function rowAt(section, y) {
	return section.rows[Math.floor((y + scrolled(section)) / section.height)];
}

function tipOfRows(section, event, t, y) {
	const flow = rowAt(section, y);
	if (!flow)
		return "";
	point(section, flow);
	const reach = Math.max(1, REACH * (view.to - view.from) / (section.chart.bbox.width / uPlot.pxRatio));
	const marks = marksText(flow, t - data.from, reach);
	return flow.protocol + (marks ? "\n" + marks : "") + functionsText(section.device, t);
}

function tipOfTraffic(section, t) {
	const u = section.traffic, i = u.cursor.idx;
	if (i === null || i === undefined)
		return "";
	const width = u.data[0].length > 1 ? u.data[0][1] - u.data[0][0] : 1, rate = v => +v.toFixed(v < 10 ? 2 : 0) + " packets/s";
	return timeText(u.data[0][i]) + (width > 1 ? ", mean of " + durationText(width) : "") + "\nsent " + rate(u.data[2][i]) + ", received " + rate(u.data[1][i]) +
		functionsText(section.device, t);
}
