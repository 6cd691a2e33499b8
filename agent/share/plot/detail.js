/* SPDX-License-Identifier: BSD-2-Clause */
/* Autocorrelation and spectrum of the flow pointed at, of the visible time. */

const pointer = { section: null, flow: null, pinned: false, timer: 0 };
const detail = { autocorrelation: null, spectrum: null };
const LAGS = 601, LATEST = 20000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600]; /* seconds between ticks of the lags */

function point(section, flow) {
	if (pointer.pinned || pointer.flow === flow || !flow)
		return;
	choose(section, flow);
}

function pin(section, flow) {
	pointer.pinned = !(pointer.pinned && pointer.flow === flow);
	choose(section, flow);
}

function choose(section, flow) {
	const before = pointer.section;
	pointer.section = section;
	pointer.flow = flow;
	for (const s of new Set([before, section]))
		if (s && s.chart) {
			s.chart.redraw(false);
			s.rows.forEach((f, i) => s.names.children[i]?.classList.toggle("pointed", f === flow));
		}
	clearTimeout(pointer.timer);
	pointer.timer = setTimeout(showDetail, 60);
}

function letGo() {
	pointer.pinned = false;
	choose(null, null);
}

/* The marks in sight; of very many the latest. */
function marksInSight(flow) {
	const high = lowerBound(flow.at, view.to - data.from);
	const low = lowerBound(flow.at, view.from - data.from, 0, high);
	return onsets(flow.at, Math.max(low, high - LATEST), high);
}

function lineChart(place, values, at, options) {
	const width = place.clientWidth || 300, quiet = { stroke: () => theme.quiet, font: "11px system-ui, sans-serif", ticks: { show: false } };
	const u = new uPlot({
		width, height: innerHeight < 600 || innerWidth < 600 ? 84 : 120, legend: { show: false }, padding: [6, 8, 0, 0],
		cursor: { drag: { x: false, y: false }, y: false, points: { size: 5 } },
		scales: { x: { time: false, distr: options.log ? 3 : 1 }, y: { range: (v, low, high) => [0, Math.max(high, 1) * 1.05] } },
		axes: [
			{ ...quiet, size: 22, space: options.log ? 44 : 78, ...(options.log ? {} : { incrs: STEPS }), grid: { stroke: () => theme.grid, width: 1 }, values: (v, splits) => splits.map(s => s === null ? "" : durationText(s)) },
			{ ...quiet, size: 44, space: 22, grid: { stroke: () => theme.grid, width: 1 } },
		],
		series: [{}, { stroke: () => flowColor(pointer.flow ? pointer.flow.color : 0), fill: () => flowColor(pointer.flow ? pointer.flow.color : 0) + "33", width: 1,
			points: { show: false }, paths: options.bars ? uPlot.paths.bars({ size: [1, 3] }) : undefined }],
		hooks: { setCursor: [v => { at.textContent = v.cursor.idx === null || v.cursor.idx === undefined ? options.say : options.text(v.cursor.idx); }] },
	}, values);
	at.textContent = options.say;
	place.replaceChildren(u.root);
	return u;
}

function showAutocorrelation(marks) {
	const span = marks.length ? marks[marks.length - 1] - marks[0] : 0, lags = Math.max(2, Math.min(LAGS, Math.floor(span / 2) + 1));
	const r = autocorrelation(marks, lags);
	const x = Array.from({ length: lags - 1 }, (_, i) => i + 1), y = Array.from(r.subarray(1));
	detail.autocorrelation?.destroy();
	detail.autocorrelation = lineChart(document.getElementById("autocorrelation"), [x, y], document.getElementById("autocorrelation-at"), {
		bars: true, say: "pairs of onsets so many seconds apart", text: i => "at " + durationText(x[i]) + ": " + plural(y[i], "pair"),
	});
}

/* Over the period, so that both charts are read alike; of a thousand bins at most, each the strongest of what it holds. */
function spectrumPoints(marks) {
	const { size, power } = spectrum(marks), longest = marks.length ? (marks[marks.length - 1] - marks[0]) / 2 : 0, x = [], y = [];
	const first = Math.max(1, Math.ceil(size / Math.max(longest, 2))), last = power.length - 1, steps = 500;
	for (let i = steps; i > 0; i--) {
		const low = first * (last / first) ** ((i - 1) / steps), high = first * (last / first) ** (i / steps);
		let best = -1;
		for (let k = Math.ceil(low); k <= high && k <= last; k++)
			if (best < 0 || power[k] > power[best])
				best = k;
		if (best >= 0 && size / best !== x[x.length - 1]) {
			x.push(size / best);
			y.push(power[best]);
		}
	}
	return [x, y];
}

function showSpectrum(marks) {
	const [x, y] = spectrumPoints(marks);
	detail.spectrum?.destroy();
	detail.spectrum = lineChart(document.getElementById("spectrum"), [x, y], document.getElementById("spectrum-at"), {
		log: true, say: "power over period; 2 where activity comes at random", text: i => "period " + durationText(x[i]) + ": power " + y[i].toFixed(1),
	});
}

function detailTitle(flow, marks) {
	const parts = [flow.protocol + " of " + (flow.device.name || flow.device.id), plural(marks.length, "onset") + " in sight"];
	for (const p of flow.periods.slice(0, 3))
		parts.push("every " + durationText(p.seconds) + " (support " + percentText(p.support) + ", −ln p " + p.log_p.toFixed(1) + ")");
	return parts.join(" · ") + (pointer.pinned ? " · kept (Esc lets go)" : "");
}

function showDetail() {
	const flow = pointer.flow, place = document.getElementById("detail");
	place.hidden = !flow;
	if (!flow)
		return;
	const marks = marksInSight(flow);
	document.getElementById("detail-title").textContent = detailTitle(flow, marks);
	showAutocorrelation(marks);
	showSpectrum(marks);
}
