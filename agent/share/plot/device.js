/* SPDX-License-Identifier: BSD-2-Clause */
/* One device: its heading, its traffic and a row for each of its flows. Charts are made when they come into sight. */

const sections = [];

function namesWidth() {
	return innerWidth < 600 ? 84 : 170;
}

function rowHeight(rows) {
	return rows <= 40 ? 19 : rows <= 120 ? 14 : rows <= 400 ? 11 : Math.max(3, Math.floor(4800 / rows));
}

function heading(device) {
	const h = element("h2"), said = [];
	h.append(element("b", device.name || device.id));
	if (device.name)
		said.push(device.id);
	if (device.label)
		said.push(device.label + (device.owner ? " (owner)" : device.label_p === null ? "" : " " + percentText(device.label_p)));
	if (device.vendor)
		said.push(device.vendor);
	said.push(plural(device.flows.length, "flow"), plural(device.sent_packets, "packet") + " sent");
	for (const text of said)
		h.append(element("span", text));
	return h;
}

function nameButton(section, flow, y, height) {
	const button = element("button");
	const dot = element("i", undefined, "dot");
	dot.style.background = flowColor(flow.color);
	button.type = "button";
	button.style.top = y + "px";
	button.style.height = height + "px";
	button.append(dot, element("span", flow.protocol));
	if (flow.periods.length)
		button.append(element("small", durationText(flow.periods[0].seconds)));
	button.title = flow.protocol + ": " + plural(flow.count, "active second") + ", " + plural(flow.total_packets, "packet") + ", " + bytesText(flow.total_bytes);
	button.addEventListener("click", () => pin(section, flow));
	button.addEventListener("mouseenter", () => point(section, flow));
	button.addEventListener("focus", () => point(section, flow));
	return button;
}

/* The rows that are shown, where they are, and their names at the left. */
function layRows(section) {
	section.rows = section.device.flows.filter(f => f.shown).sort(orders[document.getElementById("order").value]);
	section.height = rowHeight(section.rows.length);
	section.names.replaceChildren();
	if (section.height >= 10)
		section.rows.forEach((flow, i) => section.names.append(nameButton(section, flow, i * section.height, section.height)));
	section.names.style.width = namesWidth() - 6 + "px";
	section.names.style.top = ABOVE + "px";
}

/* How far the rows are scrolled behind their canvas, which is no taller than the window and sticks to it; in pixels of the page. */
function scrolled(section) {
	if (rowsHeight(section) <= innerHeight)
		return 0;
	return section.chart.over.getBoundingClientRect().top - section.names.getBoundingClientRect().top;
}

function paintRows(section, u) {
	const frame = frameOf(u), ratio = frame.ratio, ctx = u.ctx, hidden = u.over.isConnected ? scrolled(section) : 0;
	const first = Math.max(0, Math.floor(hidden / section.height));
	const last = Math.min(section.rows.length, Math.ceil((hidden + u.bbox.height / ratio) / section.height));
	ctx.save();
	ctx.beginPath();
	ctx.rect(u.bbox.left - 4 * ratio, u.bbox.top, u.bbox.width + 8 * ratio, u.bbox.height);
	ctx.clip();
	for (let i = first; i < last; i++)
		paintRow(section, section.rows[i], ctx, frame, u.bbox.top + (i * section.height - hidden) * ratio, section.height * ratio);
	ctx.restore();
}

function paintRow(section, flow, ctx, frame, y, height) {
	const pointed = pointer.flow === flow, periods = frame.ratio * 6 <= height || pointed ? periodsIn(flow, frame) : [];
	ctx.fillStyle = theme.grid;
	ctx.fillRect(frame.x, Math.round(y + height) - 1, frame.width, 1);
	if (pointed) {
		ctx.globalAlpha = 0.5;
		ctx.fillRect(frame.x, y, frame.width, height);
		ctx.globalAlpha = 1;
	}
	ctx.strokeStyle = pointed ? theme.ink : theme.quiet;
	ctx.lineWidth = frame.ratio > 1 ? frame.ratio / 2 : 1;
	for (const period of periods)
		paintRuler(ctx, frame, flow, period, y + height * 0.68, height * 0.3, false);
	if (pointed && periods.length) {
		ctx.globalAlpha = 0.35;
		paintRuler(ctx, frame, flow, periods[0], 0, ctx.canvas.height, true);
		ctx.globalAlpha = 1;
	}
	ctx.fillStyle = flowColor(flow.color);
	paintMarks(ctx, frame, flow, y + height * 0.46, height * 0.86);
}

const AXIS = 36, ABOVE = 4, BELOW = 8; /* pixels: of the axis of time, above the rows, below a chart that fills the window */

function rowsHeight(section) {
	return section.rows.length * section.height + AXIS + ABOVE;
}

/* A tall chart fills the window, but for what is docked below. */
function chartHeight(section) {
	const whole = rowsHeight(section);
	return whole <= innerHeight ? whole : Math.max(innerHeight - document.getElementById("detail").offsetHeight - BELOW, 160);
}

function fitCharts() {
	for (const section of sections)
		if (section.chart && section.chart.height !== chartHeight(section))
			section.chart.setSize({ width: section.chart.width, height: chartHeight(section) });
}

function rowsChart(section, width) {
	return new uPlot({
		width, height: chartHeight(section), legend: { show: false }, padding: [4, 22, 0, 0],
		cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, sync: { key: "time", scales: ["x", null] } },
		scales: { x: { time: true, auto: false }, y: { auto: false, range: [0, 1] } },
		axes: [
			{ size: AXIS, stroke: () => theme.quiet, grid: { stroke: () => theme.grid, width: 1 }, ticks: { stroke: () => theme.line, width: 1, size: 4 }, font: "11px system-ui, sans-serif",
				values: timeTicks },
			{ size: namesWidth(), values: () => [], splits: () => [], grid: { show: false }, ticks: { show: false } },
		],
		series: [{}, { scale: "y", show: false }],
		hooks: { drawAxes: [u => paintRows(section, u)] },
	}, [[view.first, view.last], [null, null]]);
}

/* Clock time of 24 hours, with the date where the day changes. */
function timeTicks(u, splits, axis, space, step) {
	let day = "";
	return splits.map(t => {
		const date = DATE.format(t * 1000), text = step >= 86400 ? "" : CLOCK.format(t * 1000).slice(0, step < 60 ? 8 : 5);
		const say = date !== day;
		day = date;
		return step >= 86400 ? date : say ? text + "\n" + date : text;
	});
}

function build(section) {
	const width = section.element.clientWidth - (innerWidth < 600 ? 16 : 28);
	demolish(section);
	layRows(section);
	section.traffic = trafficChart(section.device, width, data.devices.length > 8 ? 64 : 96, namesWidth());
	section.chartPlace.style.height = rowsHeight(section) + "px";
	section.chart = rowsChart(section, width);
	section.stick.replaceChildren(section.chart.root);
	section.trafficPlace.replaceChildren(section.traffic.root);
	section.chartPlace.replaceChildren(section.names, section.stick);
	listen(section, section.traffic);
	listen(section, section.chart);
	section.element.style.minHeight = "";
}

function demolish(section) {
	section.traffic?.destroy();
	section.chart?.destroy();
	section.traffic = section.chart = null;
}

function show(section) {
	if (!section.visible)
		return;
	if (!section.chart)
		build(section);
	showTraffic(section.traffic, section.device);
	section.chart.setScale("x", { min: view.from, max: view.to });
	section.chart.redraw(false);
}

function addSection(device, watcher) {
	const section = { device, element: element("section", undefined, "device"), trafficPlace: element("div", undefined, "chart"),
		chartPlace: element("div", undefined, "chart"), names: element("div", undefined, "names"), stick: element("div", undefined, "stick"), rows: [], height: 0, visible: false };
	section.element.append(heading(device), section.trafficPlace, section.chartPlace);
	section.element.style.minHeight = 150 + device.flows.length * rowHeight(device.flows.length) + "px";
	section.element.section = section;
	document.getElementById("devices").append(section.element);
	sections.push(section);
	watcher.observe(section.element);
}
