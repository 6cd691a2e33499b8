/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers of the analysis, computed from the marks: agent/analysis/autocorrelation.h and periods_spectrum.c. */

/* The onset series: of a burst only its first second. Positions are seconds after the first one. */
function onsets(at, from, to) {
	const out = new Uint32Array(to - from);
	let n = 0;
	for (let i = from; i < to; i++)
		if (i === from || at[i] !== at[i - 1] + 1)
			out[n++] = at[i];
	return out.subarray(0, n);
}

/* R[l], l = 0 .. lags - 1: how many pairs are l seconds apart. */
function autocorrelation(positions, lags) {
	const r = new Uint32Array(lags);
	for (let i = 0; i < positions.length; i++)
		for (let j = i; j < positions.length && positions[j] - positions[i] < lags; j++)
			r[positions[j] - positions[i]]++;
	return r;
}

function fft(re, im) {
	const n = re.length;
	for (let i = 1, j = 0; i < n; i++) {
		let bit = n >> 1;
		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			[re[i], re[j]] = [re[j], re[i]];
			[im[i], im[j]] = [im[j], im[i]];
		}
	}
	for (let length = 2; length <= n; length *= 2) {
		const half = length / 2, step = -2 * Math.PI / length;
		for (let k = 0; k < half; k++) {
			const c = Math.cos(step * k), s = Math.sin(step * k);
			for (let i = k; i < n; i += length) {
				const x = re[i + half] * c - im[i + half] * s, y = re[i + half] * s + im[i + half] * c;
				re[i + half] = re[i] - x;
				im[i + half] = im[i] - y;
				re[i] += x;
				im[i] += y;
			}
		}
	}
}

const SPECTRUM_MAX = 1 << 18;

/*
 * Power 2 |Y|^2 / count of events, whose mean is 2 where they come at random. The transform has at least eight times the samples (fewer where
 * the time is very long); power[k] is of the period size / k.
 */
function spectrum(positions) {
	const n = positions.length ? positions[positions.length - 1] - positions[0] + 1 : 0;
	let size = 16;
	while (size < 8 * n && size < SPECTRUM_MAX)
		size *= 2;
	while (size < n)
		size *= 2;
	const re = new Float64Array(size), im = new Float64Array(size), power = new Float64Array(size / 2 + 1);
	for (const p of positions)
		re[p - positions[0]] = 1;
	fft(re, im);
	for (let k = 0; k < power.length; k++)
		power[k] = 2 * (re[k] * re[k] + im[k] * im[k]) / positions.length;
	return { size, power };
}

const TOGETHER = 0.1; /* share of a cycle */

/*
 * Where in its cycle a flow wakes, in seconds: the mean of the onsets of the tenth of a cycle that has most of them, so that what a device does
 * between its beacons moves no ruler.
 */
function phase(at, from, to, period) {
	const starts = onsets(at, from, to), n = starts.length, phases = Float64Array.from(starts, t => t % period).sort();
	let best = 0, most = 0, sum = 0;
	for (let i = 0, j = 0; i < n; i++) {
		for (j = Math.max(j, i); j < i + n && phases[j % n] + (j < n ? 0 : period) - phases[i] < TOGETHER * period; j++)
			;
		if (j - i > most) {
			most = j - i;
			best = i;
		}
	}
	for (let k = best; k < best + most; k++)
		sum += phases[k % n] + (k < n ? 0 : period);
	return most ? sum / most % period : 0;
}
