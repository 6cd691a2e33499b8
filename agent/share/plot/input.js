/* SPDX-License-Identifier: BSD-2-Clause */
/* Wheel, mouse, touch and keys. */

const TAP = 4;	/* pixels that a click may move */

function timeAt(u, clientX) {
	const box = u.over.getBoundingClientRect();
	return view.from + (clientX - box.left) / box.width * (view.to - view.from);
}

/* A press: with shift it marks a stretch to zoom into, with two fingers it zooms, else it moves the time. */
function listen(section, u) {
	const over = u.over, fingers = new Map();
	let marking = 0, moved = 0, last = 0, spread = 0;

	over.addEventListener("wheel", e => {
		if (Math.abs(e.deltaX) > Math.abs(e.deltaY))
			pan(e.deltaX / over.clientWidth);
		else if (e.shiftKey)
			pan(e.deltaY / over.clientWidth);
		else if (e.ctrlKey || document.documentElement.scrollHeight <= innerHeight + 4)
			zoom(Math.pow(1.0016, e.deltaY * (e.deltaMode ? 30 : Math.abs(e.deltaY) < 40 ? 5 : 1)), timeAt(u, e.clientX));
		else
			return; /* the page scrolls */
		e.preventDefault();
	}, { passive: false });
	over.addEventListener("pointerdown", e => {
		over.setPointerCapture(e.pointerId);
		fingers.set(e.pointerId, e.clientX);
		marking = e.shiftKey ? e.clientX : 0;
		moved = spread = 0;
		last = e.clientX;
		hideTip();
	});
	over.addEventListener("pointermove", e => {
		if (!fingers.has(e.pointerId)) {
			hover(section, u, e);
			return;
		}
		fingers.set(e.pointerId, e.clientX);
		const x = [...fingers.values()], middle = x.reduce((a, b) => a + b) / x.length, apart = x.length > 1 ? Math.abs(x[0] - x[1]) : 0;
		if (x.length > 1 && spread > 8 && apart > 8)
			zoom(spread / apart, timeAt(u, middle));
		else if (marking)
			mark(u, marking, e.clientX);
		else if (!spread === !apart)
			pan((last - middle) / over.clientWidth);
		moved += Math.abs(e.clientX - last);
		last = middle;
		spread = apart;
		document.body.classList.toggle("dragging", !marking);
	});
	const release = e => {
		if (!fingers.delete(e.pointerId))
			return;
		document.body.classList.remove("dragging");
		if (marking && e.type === "pointerup") {
			const a = timeAt(u, marking), b = timeAt(u, e.clientX);
			u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
			if (Math.abs(e.clientX - marking) > TAP)
				look(Math.min(a, b), Math.max(a, b));
		} else if (moved < TAP && u === section.chart) {
			hover(section, u, e);
			const flow = rowAt(section, e.clientY - over.getBoundingClientRect().top);
			if (flow)
				pin(section, flow);
		}
		marking = 0;
		last = [...fingers.values()][0] || 0;
		spread = 0;
	};
	over.addEventListener("pointerup", release);
	over.addEventListener("pointercancel", release);
	over.addEventListener("dblclick", lookAll);
	over.addEventListener("mouseleave", hideTip);
}

function mark(u, from, to) {
	const left = u.over.getBoundingClientRect().left;
	u.setSelect({ left: Math.min(from, to) - left, width: Math.abs(to - from), top: 0, height: u.over.clientHeight }, false);
}

function hover(section, u, e) {
	const t = timeAt(u, e.clientX), y = e.clientY - u.over.getBoundingClientRect().top;
	const text = u === section.chart ? tipOfRows(section, e, t, y) : tipOfTraffic(section, t);
	if (text)
		showTip(e, text);
	else
		hideTip();
}

function keys() {
	const acts = {
		ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), "+": () => zoom(0.5, (view.from + view.to) / 2), "=": () => zoom(0.5, (view.from + view.to) / 2),
		"-": () => zoom(2, (view.from + view.to) / 2), "0": lookAll, Home: () => look(view.first, view.first + view.to - view.from),
		End: () => look(view.last - view.to + view.from, view.last), Escape: letGo,
	};
	addEventListener("keydown", e => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.target.tagName === "SELECT" || !acts[e.key])
			return;
		acts[e.key]();
		e.preventDefault();
	});
}
