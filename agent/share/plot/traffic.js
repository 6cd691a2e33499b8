/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets a second of one device, with what it did behind. */

/* Both directions in bins of whole seconds, at most `bins` of them: { t, sent, received } as packets a second. */
function trafficBins(traffic, from, to, bins) {
	const width = Math.max(1, Math.ceil((to - from) / bins)), start = Math.floor(from / width) * width;
	const n = Math.ceil((to - start) / width) + 1;
	const t = new Array(n), sent = new Array(n), received = new Array(n);
	let low = lowerBound(traffic.at, start);
	for (let i = 0; i < n; i++) {
		const high = gallop(traffic.at, start + (i + 1) * width, low, traffic.count);
		t[i] = data.from + start + i * width;
		sent[i] = (traffic.tx_packets[high] - traffic.tx_packets[low]) / width;
		received[i] = (traffic.rx_packets[high] - traffic.rx_packets[low]) / width;
		low = high;
	}
	return { t, sent, received, width };
}

function trafficChart(device, width, height, names) {
	const stepped = uPlot.paths.stepped({ align: 1 });
	return new uPlot({
		width, height, legend: { show: false }, padding: [4, 22, 0, 0],
		cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, sync: { key: "time", scales: ["x", null] } },
		scales: { x: { time: true, auto: false }, y: { auto: false, range: [0, 1] } },
		axes: [
			{ size: 4, values: () => [], grid: { show: false }, ticks: { show: false } },
			{ size: names - 16, space: 18, stroke: () => theme.quiet, grid: { stroke: () => theme.grid, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif",
				label: "packets/s", labelSize: 16, labelFont: "11px system-ui, sans-serif" },
		],
		series: [
			{},
			{ label: "received", scale: "y", stroke: () => theme.quiet, width: 1, paths: stepped, points: { show: false } },
			{ label: "sent", scale: "y", stroke: () => theme.traffic, fill: () => theme.traffic + "44", width: 1.25, paths: stepped, points: { show: false } },
		],
		hooks: {
			drawClear: [u => paintBands(u.ctx, frameOf(u), device.functions, u.bbox.top, u.bbox.height, false)],
			draw: [u => paintBands(u.ctx, frameOf(u), device.functions, u.bbox.top, u.bbox.height, true)],
		},
	}, [[], [], []]);
}

/* The part of the time that a chart shows, in pixels of its canvas. */
function frameOf(u) {
	return { x: u.bbox.left, width: u.bbox.width, from: view.from - data.from, to: view.to - data.from, ratio: uPlot.pxRatio, step: Math.max(1, Math.round(uPlot.pxRatio)) };
}

function showTraffic(u, device) {
	const bins = trafficBins(device.traffic, view.from - data.from, view.to - data.from, Math.max(u.bbox.width / uPlot.pxRatio / 2, 50));
	u.batch(() => {
		u.setData([bins.t, bins.received, bins.sent], false);
		u.setScale("x", { min: view.from, max: view.to });
		u.setScale("y", { min: 0, max: Math.max(1, ...bins.sent, ...bins.received) * (device.functions.length ? 1.35 : 1.08) }); /* room for names */
	});
}
