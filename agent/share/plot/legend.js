/* SPDX-License-Identifier: BSD-2-Clause */
/* The legend: a protocol has one colour on all devices, and is shown or hidden on all. */

const shortest = f => f.periods.length ? Math.min(...f.periods.map(p => p.seconds)) : Infinity;
const orders = {
	active: (a, b) => b.count - a.count,
	packets: (a, b) => b.total_packets - a.total_packets,
	bytes: (a, b) => b.total_bytes - a.total_bytes,
	first: (a, b) => a.first - b.first,
	period: (a, b) => shortest(a) - shortest(b) || b.count - a.count,
	protocol: (a, b) => a.protocol.localeCompare(b.protocol, undefined, { numeric: true }),
};

function allFlows() {
	return data.devices.flatMap(d => d.flows);
}

function protocols() {
	const byName = new Map();
	for (const flow of allFlows()) {
		const entry = byName.get(flow.protocol) || { protocol: flow.protocol, color: flow.color, flows: [], active: 0 };
		entry.flows.push(flow);
		entry.active += flow.count;
		byName.set(flow.protocol, entry);
	}
	return [...byName.values()].sort((a, b) => b.active - a.active);
}

function relayout() {
	for (const button of document.querySelectorAll("#legend button"))
		button.setAttribute("aria-pressed", button.entry.flows.some(f => f.shown));
	for (const section of sections) {
		demolish(section);
		show(section);
	}
}

function legend() {
	const place = document.getElementById("legend");
	for (const entry of protocols()) {
		const button = element("button"), dot = element("i", undefined, "dot");
		button.type = "button";
		button.entry = entry;
		button.dot = dot;
		button.append(dot, element("span", entry.protocol));
		if (entry.flows.length > 1)
			button.append(element("small", "×" + entry.flows.length));
		button.title = plural(entry.flows.length, "flow") + ", " + plural(entry.active, "active second");
		button.addEventListener("click", () => {
			const hide = entry.flows.some(f => f.shown);
			entry.flows.forEach(f => { f.shown = !hide; });
			relayout();
		});
		button.addEventListener("dblclick", () => {
			const alone = allFlows().every(f => f.shown === (f.protocol === entry.protocol));
			allFlows().forEach(f => { f.shown = alone || f.protocol === entry.protocol; });
			relayout();
		});
		place.append(button);
	}
	paintLegend();
	document.getElementById("order").addEventListener("change", relayout);
}

function paintLegend() {
	for (const button of document.querySelectorAll("#legend button"))
		button.dot.style.background = flowColor(button.entry.color);
}
