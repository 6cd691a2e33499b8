/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks, rulers and bands on a canvas. A frame is where and when: x, width in canvas pixels, from and to in seconds after data.from. */

const LEVELS = 4;	/* heights of a bar */

/* One circle a second, where there is room for circles. */
function paintCircles(ctx, frame, at, low, high, y, radius) {
	const scale = frame.width / (frame.to - frame.from);
	ctx.beginPath();
	for (let i = low; i < high; i++) {
		const x = frame.x + (at[i] + 0.5 - frame.from) * scale;
		ctx.moveTo(x + radius, y);
		ctx.arc(x, y, radius, 0, 2 * Math.PI);
	}
	ctx.fill();
}

/*
 * Columns of pixels or of a second, whichever is wider, each as high as the share of its seconds that are active; neighbours of one height are one
 * rectangle. Columns stay with the marks when the time is moved. An empty stretch is skipped by a search, so that time grows with the columns and not
 * with the marks.
 */
function paintBars(ctx, frame, at, low, high, y, height) {
	const scale = frame.width / (frame.to - frame.from), width = Math.max(frame.step / scale, 1);
	let start = -1, level = 0, end = -1;
	const flush = () => {
		if (level) {
			const h = Math.max(height * (0.3 + 0.7 * (level - 1) / (LEVELS - 1)), 1);
			ctx.fillRect(frame.x + (start * width - frame.from) * scale, y - h / 2, (end - start) * width * scale, h);
		}
	};
	for (let i = low; i < high;) {
		const c = Math.floor(at[i] / width), next = gallop(at, (c + 1) * width, i, high);
		const l = Math.min(1 + Math.floor((LEVELS - 1) * (next - i) / width + 0.5), LEVELS);
		if (c !== end || l !== level) {
			flush();
			start = c;
			level = l;
		}
		end = c + 1;
		i = next;
	}
	flush();
}

/* The marks of a flow, in a row of this height around y. */
function paintMarks(ctx, frame, flow, y, height) {
	const at = flow.at, low = lowerBound(at, frame.from - 1), high = lowerBound(at, frame.to, low);
	if (low === high)
		return;
	const radius = Math.min(height * 0.36, 4.5 * frame.ratio, 0.45 * frame.width / (high - low));
	if (radius >= 1.8 * frame.ratio)
		paintCircles(ctx, frame, at, low, high, y, radius);
	else
		paintBars(ctx, frame, at, low, high, y, height * 0.8);
}

/* Periods that hold somewhere in the frame; they are found some cycles after they begin. */
function periodsIn(flow, frame) {
	return flow.periods.filter(p => p.from - data.from - 20 * p.seconds < frame.to && p.to - data.from > frame.from);
}

/* A tick a cycle below the row, from the first cycle to the last one that was active. */
function paintRuler(ctx, frame, flow, period, y, height, whole) {
	const scale = frame.width / (frame.to - frame.from), cycle = period.seconds;
	if (cycle * scale < 4 * frame.ratio || !flow.count)
		return;
	const from = Math.max(frame.from, period.from - data.from - 20 * cycle, flow.at[0] - cycle / 4);
	const to = Math.min(frame.to, period.to - data.from, flow.at[flow.count - 1] + 1 + cycle / 4);
	const low = lowerBound(flow.at, from), high = lowerBound(flow.at, to, low);
	if (low === high)
		return;
	const shift = phase(flow.at, low, high, cycle) + 0.5;
	ctx.beginPath();
	for (let t = Math.ceil((from - shift) / cycle) * cycle + shift; t <= to; t += cycle) {
		const x = Math.round(frame.x + (t - frame.from) * scale) + 0.5;
		ctx.moveTo(x, y);
		ctx.lineTo(x, y + height);
	}
	if (!whole) {
		ctx.moveTo(frame.x + (from - frame.from) * scale, y + height - 0.5);
		ctx.lineTo(frame.x + (to - frame.from) * scale, y + height - 0.5);
	}
	ctx.stroke();
}

/* What the device did, as coloured bands; with `names`, only their names, where these fit. */
function paintBands(ctx, frame, functions, y, height, names) {
	const scale = frame.width / (frame.to - frame.from);
	ctx.save();
	ctx.font = 11 * frame.ratio + "px system-ui, sans-serif";
	ctx.textBaseline = "top";
	ctx.textAlign = "left";
	for (const f of functions) {
		const from = Math.max(f.from - data.from, frame.from), to = Math.min(f.to - data.from, frame.to);
		if (to <= from)
			continue;
		const x = frame.x + (from - frame.from) * scale, w = Math.max((to - from) * scale, frame.ratio);
		if (names) {
			ctx.fillStyle = theme.ink;
			if (ctx.measureText(f.label).width + 6 * frame.ratio < w)
				ctx.fillText(f.label, x + 3 * frame.ratio, y + 4 * frame.ratio);
			continue;
		}
		ctx.fillStyle = functionColor(f.label);
		ctx.globalAlpha = theme.dark ? 0.4 : 0.28;
		ctx.fillRect(x, y, w, height);
		ctx.globalAlpha = 1;
		ctx.fillRect(x, y, w, 2 * frame.ratio);
	}
	ctx.restore();
}
