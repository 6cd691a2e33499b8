/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/export_input.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/label_time.h"
#include "agent/cmd/list_device.h"
#include "agent/output/export_memory.h"
#include "agent/output/export_windows.h"

static int parse_time(const char *option, const char *text, int64_t end_s, int64_t *s)
{
	int64_t ns, us;

	if (duration_parse(text, &ns) == 0) {
		*s = end_s - ns / NS_PER_SECOND;
		return 0;
	}
	if (label_time_parse(text, time_now_us(), &us) < 0)
		return log_error_r(-EINVAL, "--%s: '%s' is not a time; write 1d, 90m, 19:04, '2026-11-21 19:04' or 2026-11-21T18:04:00Z", option,
				   text);
	*s = us / US_PER_SECOND;
	return 0;
}

int export_input_span(const struct export_values *v, int64_t *from_s, int64_t *to_s)
{
	int64_t end_s = *to_s, since = *from_s, until = *to_s;

	if ((v->since && parse_time("since", v->since, end_s, &since) < 0) || (v->until && parse_time("until", v->until, end_s, &until) < 0))
		return -EINVAL;
	if (since > *from_s)
		*from_s = since;
	if (until < *to_s)
		*to_s = until;
	return *from_s < *to_s ? 0 : log_error_r(-EINVAL, "--since and --until leave no time: nothing is known between them");
}

bool export_input_names(const struct export_values *v)
{
	return v->identities || v->keep & IMPORTED_KEPT_VENDORS;
}

static bool is_chosen(void *user, const struct dataset_device *d)
{
	return mac_list_contains(user, d->mac);
}

static int choose_devices(const struct export_values *v, struct dataset *ds)
{
	struct mac_list chosen = { calloc(v->devices.count, sizeof(*chosen.macs)), 0 };
	int code = chosen.macs ? EX_OK : EX_OSERR;

	for (size_t i = 0; code == EX_OK && i < v->devices.count; i++) {
		const struct dataset_device *d = device_find_in(ds, v->devices.list[i], &code);

		if (d)
			chosen.macs[chosen.count++] = d->mac;
	}
	if (code == EX_OK)
		dataset_keep(ds, is_chosen, &chosen);
	mac_list_free(&chosen);
	return code;
}

int export_input_narrow(const struct export_values *v, struct dataset *ds)
{
	int64_t from_s = ds->from_s, to_s = ds->to_s;

	if (export_input_span(v, &from_s, &to_s) < 0)
		return EX_USAGE;
	if (from_s != ds->from_s || to_s != ds->to_s)
		dataset_clip(ds, from_s, to_s);
	return v->devices.count ? choose_devices(v, ds) : EX_OK;
}

static int open_import(struct export_input *in)
{
	int r = imported_read(in->values->import, &in->import), code;

	if (r < 0)
		return r == -ENOENT || r == -EACCES || r == -EISDIR ? EX_NOINPUT : r == -ENOMEM || r == -EIO ? EX_OSERR : EX_DATAERR;
	code = export_input_narrow(in->values, in->import->dataset);
	in->source = export_from_import(in->import);
	return code;
}

int export_input_open(struct export_input *in, const struct export_values *v, uint32_t tables)
{
	in->values = v;
	if (v->import)
		return open_import(in);
	if (export_windows_features(v->stride, &in->features) < 0)
		return log_error_r(EX_OSERR, "out of memory");
	return v->read.count ? export_capture_open(in, tables) : export_archive_open(in, tables);
}

void export_input_close(struct export_input *in)
{
	export_archive_close(in);
	if (in->dataset)
		dataset_free(in->dataset);
	if (in->import)
		imported_free(in->import);
	if (in->model)
		model_close(in->model);
	imported_features_free(&in->features);
	*in = (struct export_input){ 0 };
}
