// SPDX-License-Identifier: BSD-2-Clause

/* Where the numbers of a plot come from. */

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/dataset_capture.h"
#include "agent/cmd/list_device.h"
#include "agent/cmd/plot.h"
#include "agent/history/imported.h"

static bool is_device(void *user, const struct dataset_device *device)
{
	return device->mac == *(uint64_t *)user;
}

static int keep_device(struct dataset *ds, const char *text)
{
	int code = EX_OK;
	const struct dataset_device *device = device_find_in(ds, text, &code);
	uint64_t mac;

	if (!device)
		return code;
	mac = device->mac;
	dataset_keep(ds, is_device, &mac);
	return EX_OK;
}

static void clip(struct dataset *ds, const struct plot_values *values)
{
	int64_t from = ds->from_s, to = ds->to_s;

	if (values->last_ns && values->last_ns / NS_PER_SECOND < to - from)
		from = to - values->last_ns / NS_PER_SECOND;
	if (values->first_ns && values->first_ns / NS_PER_SECOND < to - from)
		to = from + values->first_ns / NS_PER_SECOND;
	dataset_clip(ds, from, to);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(path, "-") ? "standard input" : slash ? slash + 1 : path;
}

/* The files of --read and those after it; the last word may be the device instead. */
static int read_captures(const struct plot_values *values, struct operands *operands, struct plot_source *source)
{
	struct model *model = NULL;
	struct dataset_capture_options options = { .gateways = &values->gateways };
	_cleanup_free_ char **paths = calloc(values->read.count + (size_t)operands->count, sizeof(*paths));
	const char *last = operands->count ? operands->argv[operands->count - 1] : NULL;
	size_t n = 0;
	int code = command_model(values->model, &model);

	if (code != EX_OK || !paths)
		return paths ? code : EX_OSERR;
	if (last && !values->device && strcmp(last, "-") != 0 && access(last, F_OK) < 0) {
		source->device = last;
		operands->count--;
	}
	for (size_t i = 0; i < values->read.count; i++)
		paths[n++] = (char *)values->read.list[i];
	for (int i = 0; i < operands->count; i++)
		paths[n++] = operands->argv[i];
	options.model = model;
	code = dataset_read_captures(paths, n, &options, &source->dataset);
	if (model)
		model_close(model);
	snprintf(source->text, sizeof(source->text), n > 1 ? "%.100s and %zu more" : "%.100s", base_name(paths[0]), n - 1);
	return code;
}

static int read_export(const char *path, struct plot_source *source)
{
	_cleanup_(imported_free_p) struct imported *import = NULL;
	int r = imported_read(path, &import);

	if (r < 0)
		return r == -EBADMSG || r == -EPROTONOSUPPORT ? EX_DATAERR : r == -ENOENT || r == -EACCES ? EX_NOINPUT : EX_OSERR;
	source->dataset = TAKE_PTR(import->dataset);
	snprintf(source->text, sizeof(source->text), "export %.100s", base_name(path));
	return EX_OK;
}

int plot_load(const struct plot_values *values, struct operands *operands, struct plot_source *source)
{
	int code, found = EX_OK;

	*source = (struct plot_source){ .device = values->device };
	if (values->read.count) {
		code = read_captures(values, operands, source);
	} else {
		if (operands->count)
			source->device = operands->argv[0];
		code = values->import ? read_export(values->import, source) : plot_history(values, source);
	}
	if (!source->dataset)
		return code;
	clip(source->dataset, values);
	if (source->device)
		found = keep_device(source->dataset, source->device);
	if (found != EX_OK)
		dataset_free(TAKE_PTR(source->dataset));
	return found != EX_OK ? found : code;
}
