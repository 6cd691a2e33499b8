/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/options.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"

/* The largest unit in which the duration is a whole number. */
static void format_duration(int64_t ns, struct buffer *out)
{
	static const struct {
		int64_t ns;
		const char *unit;
	} units[] = { { 86400 * NS_PER_SECOND, "d" }, { 3600 * NS_PER_SECOND, "h" }, { 60 * NS_PER_SECOND, "m" }, { NS_PER_SECOND, "s" } };

	for (size_t i = 0; ns && i < sizeof(units) / sizeof(units[0]); i++) {
		if (ns % units[i].ns == 0) {
			buffer_printf(out, "%" PRId64 "%s", ns / units[i].ns, units[i].unit);
			return;
		}
	}
	buffer_printf(out, "%gs", (double)ns / (double)NS_PER_SECOND);
}

static void format_set(const struct option_spec *o, uint32_t mask, struct buffer *out)
{
	const char *comma = "";

	for (int i = 0; o->choices[i]; i++) {
		if (!(mask >> i & 1))
			continue;
		buffer_printf(out, "%s%s", comma, o->choices[i]);
		comma = ",";
	}
	if (!mask)
		buffer_append_str(out, "none");
}

static void format_mac(uint64_t mac, struct buffer *out)
{
	char text[MAC_TEXT_SIZE];

	buffer_append_str(out, mac_format(mac, text));
}

void options_format_value(const struct option_spec *o, const void *values, size_t item, struct buffer *out)
{
	const void *value = (const char *)values + o->offset;
	const char *text;

	switch (o->kind) {
	case OPTION_FLAG:
		buffer_append_str(out, *(const bool *)value ? "yes" : "no");
		break;
	case OPTION_STRING:
		text = *(const char *const *)value;
		buffer_append_str(out, text ? text : "");
		break;
	case OPTION_STRINGS:
		if (item < ((const struct string_list *)value)->count)
			buffer_append_str(out, ((const struct string_list *)value)->list[item]);
		break;
	case OPTION_U32:
		buffer_printf(out, "%" PRIu32, *(const uint32_t *)value);
		break;
	case OPTION_NUMBER:
		buffer_printf(out, "%g", *(const double *)value);
		break;
	case OPTION_DURATION:
		format_duration(*(const int64_t *)value, out);
		break;
	case OPTION_MAC:
		format_mac(*(const uint64_t *)value, out);
		break;
	case OPTION_MACS:
		if (item < ((const struct mac_list *)value)->count)
			format_mac(((const struct mac_list *)value)->macs[item], out);
		break;
	case OPTION_CHOICE:
		buffer_append_str(out, o->choices[*(const int *)value]);
		break;
	case OPTION_SET:
		format_set(o, *(const uint32_t *)value, out);
		break;
	}
}
