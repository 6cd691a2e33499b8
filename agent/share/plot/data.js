/* SPDX-License-Identifier: BSD-2-Clause */
/* What the file holds: numbers in columns. */

const BASE64 = new Uint8Array(128);
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split("").forEach((c, i) => { BASE64[c.charCodeAt(0)] = i; });

function bytesOf(text) {
	const pad = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	const bytes = new Uint8Array(text.length / 4 * 3);
	for (let i = 0, o = 0; i < text.length; i += 4) {
		const word = BASE64[text.charCodeAt(i)] << 18 | BASE64[text.charCodeAt(i + 1)] << 12 |
			BASE64[text.charCodeAt(i + 2) & 127] << 6 | BASE64[text.charCodeAt(i + 3) & 127];
		bytes[o++] = word >> 16;
		bytes[o++] = word >> 8;
		bytes[o++] = word;
	}
	return bytes.subarray(0, bytes.length - pad);
}

/*
 * A column is a row of values, each a LEB128 number of 1 + its bits: the lowest bit says that another number follows, how many times more the
 * value comes.
 */
function column(text, out) {
	const bytes = bytesOf(text);
	let at = 0, n = 0;
	const number = () => {
		let value = 0, scale = 1, byte;
		do {
			byte = bytes[at++];
			value += (byte & 127) * scale;
			scale *= 128;
		} while (byte & 128);
		return value;
	};
	while (at < bytes.length && n < out.length) {
		const word = number(), value = Math.floor(word / 2);
		let times = word % 2 ? number() + 1 : 1;
		while (times-- && n < out.length)
			out[n++] = value;
	}
	return out;
}

/* Seconds are stored as steps from one to the next. */
function seconds(text, count) {
	const at = column(text, new Uint32Array(count));
	for (let i = 1; i < count; i++)
		at[i] += at[i - 1];
	return at;
}

/* A member that is unpacked when first looked at: most of a large file is out of sight when it opens. */
function lazily(object, name, make) {
	const text = object[name];
	let values = null;
	Object.defineProperty(object, name, { get: () => values || (values = make(text)) });
}

/* total[i]: sum of the values before i. */
function totals(values) {
	const total = new Float64Array(values.length + 1);
	for (let i = 0; i < values.length; i++)
		total[i + 1] = total[i] + values[i];
	return total;
}

function unpack(data) {
	for (const device of data.devices) {
		const t = device.traffic;
		lazily(t, "at", text => seconds(text, t.count));
		for (const name of ["tx_packets", "rx_packets", "tx_bytes", "rx_bytes"])
			lazily(t, name, text => totals(column(text, new Float64Array(t.count))));
		for (const flow of device.flows) {
			flow.device = device;
			flow.shown = true;
			lazily(flow, "at", text => seconds(text, flow.count));
			for (const name of ["packets", "bytes"])
				lazily(flow, name, text => column(text, new Float64Array(flow.count)));
		}
	}
	return data;
}

/* Index of the first second that is not before t. */
function lowerBound(at, t, low = 0, high = at.length) {
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (at[middle] < t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The same from place `from` on, in time that grows with how far it is to go. */
function gallop(at, t, from, high) {
	let step = 1;
	while (from + step < high && at[from + step] < t)
		step *= 2;
	return lowerBound(at, t, from + (step >> 1), Math.min(from + step, high));
}

function sum(values, from, to) {
	let total = 0;
	for (let i = from; i < to; i++)
		total += values[i];
	return total;
}
