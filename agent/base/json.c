/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/base/utf8.h"

static void before_value(struct json *j)
{
	if (j->comma)
		buffer_append(j->out, ",", 1);
	j->comma = true;
}

static void open_bracket(struct json *j, const char *bracket)
{
	before_value(j);
	buffer_append(j->out, bracket, 1);
	j->comma = false;
}

static void close_bracket(struct json *j, const char *bracket)
{
	buffer_append(j->out, bracket, 1);
	j->comma = true;
}

void json_begin_object(struct json *j)
{
	open_bracket(j, "{");
}

void json_end_object(struct json *j)
{
	close_bracket(j, "}");
}

void json_begin_array(struct json *j)
{
	open_bracket(j, "[");
}

void json_end_array(struct json *j)
{
	close_bracket(j, "]");
}

static bool is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x20 && u < 0x7f && u != '"' && u != '\\';
}

/* Control characters, DEL, quote and backslash. */
static void write_escape(struct buffer *out, char c)
{
	static const char short_form[] = "\"\\\b\f\n\r\t";
	static const char letter[] = "\"\\bfnrt";
	const char *found = c ? strchr(short_form, c) : NULL;
	char text[8];

	if (found)
		snprintf(text, sizeof(text), "\\%c", letter[found - short_form]);
	else
		snprintf(text, sizeof(text), "\\u%04x", (unsigned int)(unsigned char)c);
	buffer_append_str(out, text);
}

static void write_string(struct buffer *out, const char *s, size_t n)
{
	buffer_append(out, "\"", 1);
	for (size_t i = 0; i < n;) {
		size_t run = i;
		size_t length;

		while (run < n && is_plain(s[run]))
			run++;
		if (run > i) {
			buffer_append(out, s + i, run - i);
			i = run;
			continue;
		}
		length = utf8_decode(s + i, n - i, NULL);
		if (length > 1)
			buffer_append(out, s + i, length);
		else if (length == 1)
			write_escape(out, s[i]);
		else
			buffer_append_str(out, "\xef\xbf\xbd");
		i += length ? length : 1;
	}
	buffer_append(out, "\"", 1);
}

void json_key(struct json *j, const char *key)
{
	before_value(j);
	write_string(j->out, key, strlen(key));
	buffer_append(j->out, ":", 1);
	j->comma = false;
}

void json_strn(struct json *j, const char *s, size_t n)
{
	before_value(j);
	write_string(j->out, s, n);
}

void json_str(struct json *j, const char *s)
{
	if (s)
		json_strn(j, s, strlen(s));
	else
		json_null(j);
}

/* Decimal digits of @value, padded with zeros to at least @width. */
static void write_digits(struct buffer *out, uint64_t value, int width)
{
	char text[24];
	char *p = text + sizeof(text);

	do {
		*--p = (char)('0' + value % 10);
		value /= 10;
	} while (value || text + sizeof(text) - p < width);
	buffer_append(out, p, (size_t)(text + sizeof(text) - p));
}

void json_u64(struct json *j, uint64_t value)
{
	before_value(j);
	write_digits(j->out, value, 1);
}

void json_i64(struct json *j, int64_t value)
{
	before_value(j);
	if (value < 0)
		buffer_append(j->out, "-", 1);
	write_digits(j->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 1);
}

void json_bool(struct json *j, bool value)
{
	before_value(j);
	buffer_append_str(j->out, value ? "true" : "false");
}

void json_null(struct json *j)
{
	before_value(j);
	buffer_append(j->out, "null", 4);
}

/* @value has at most 15 digits once scaled, so that it is exact as an integer. */
static void write_fixed(struct buffer *out, double value, int decimals, uint64_t scale)
{
	uint64_t scaled = (uint64_t)llround(fabs(value) * (double)scale);
	uint64_t fraction = scaled % scale;

	if (value < 0 && scaled)
		buffer_append(out, "-", 1);
	write_digits(out, scaled / scale, 1);
	if (!fraction)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		decimals--;
	buffer_append(out, ".", 1);
	write_digits(out, fraction, decimals);
}

void json_double(struct json *j, double value, int decimals)
{
	uint64_t scale = 1;

	if (!isfinite(value)) {
		json_null(j);
		return;
	}
	for (int i = 0; i < decimals; i++)
		scale *= 10;
	before_value(j);
	if (fabs(value) * (double)scale < 9e15)
		write_fixed(j->out, value, decimals, scale);
	else
		buffer_printf(j->out, "%.0f", value);
}

void json_pair_str(struct json *j, const char *key, const char *value)
{
	json_key(j, key);
	json_str(j, value);
}

void json_pair_u64(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_u64(j, value);
}

void json_pair_i64(struct json *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_i64(j, value);
}

void json_pair_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	json_bool(j, value);
}

void json_pair_double(struct json *j, const char *key, double value, int decimals)
{
	json_key(j, key);
	json_double(j, value, decimals);
}

void json_pair_time(struct json *j, const char *key, int64_t us)
{
	char text[TIME_TEXT_SIZE];

	json_pair_str(j, key, time_format_rfc3339(us, text));
}

void json_pair_mac(struct json *j, const char *key, uint64_t mac)
{
	char text[MAC_TEXT_SIZE];

	json_pair_str(j, key, mac_format(mac, text));
}
