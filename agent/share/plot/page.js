/* SPDX-License-Identifier: BSD-2-Clause */
/* The start. What is drawn stands in the page as a block of JSON: agent/output/plot/html.c. */

const data = unpack(JSON.parse(document.getElementById("data").textContent));

function about() {
	const flows = allFlows();
	document.title = data.title + " · iotbpf";
	document.getElementById("title").textContent = data.title;
	document.getElementById("about").textContent = [data.source, plural(data.devices.length, "device"), plural(flows.length, "flow"),
		plural(flows.reduce((n, f) => n + f.total_packets, 0), "packet") + " sent", plural(flows.reduce((n, f) => n + f.count, 0), "active second"),
		timeText(data.from) + " – " + timeText(data.to)].filter(Boolean).join(" · ");
}

function onResize() {
	let width = innerWidth;
	addEventListener("resize", () => {
		if (innerWidth === width)
			return;
		width = innerWidth;
		relayout();
		showDetail();
	});
	addEventListener("dppxchange", relayout);
}

function onTheme() {
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
		readTheme();
		paintLegend();
		relayout();
		showDetail();
	});
}

/* Of a chart taller than the window other rows come into sight. */
function onScroll() {
	let pending = false;
	addEventListener("scroll", () => {
		if (pending)
			return;
		pending = true;
		requestAnimationFrame(() => {
			pending = false;
			for (const s of sections)
				if (s.visible && s.chart && rowsHeight(s) > innerHeight)
					s.chart.redraw(false);
		});
	}, { passive: true });
}

function start() {
	view.first = data.from;
	view.last = Math.max(data.to, data.from + 1);
	readTheme();
	about();
	const watcher = new IntersectionObserver(entries => {
		for (const e of entries) {
			e.target.section.visible = e.isIntersecting;
			show(e.target.section);
		}
	}, { rootMargin: "200px 0px" });
	legend();
	for (const device of data.devices)
		addSection(device, watcher);
	view.listeners.push(windowText, () => sections.forEach(show), () => {
		clearTimeout(pointer.timer);
		pointer.timer = setTimeout(showDetail, 150);
	});
	zoomButtons();
	keys();
	onResize();
	onTheme();
	onScroll();
	new ResizeObserver(fitCharts).observe(document.getElementById("detail"));
	document.getElementById("detail-close").addEventListener("click", letGo);
	document.getElementById("help-button").addEventListener("click", e => {
		const help = document.getElementById("help");
		help.hidden = !help.hidden;
		e.target.setAttribute("aria-expanded", !help.hidden);
	});
	look(view.first, view.last);
	redraw();
	document.documentElement.dataset.ready = performance.now().toFixed(0);
}

start();
