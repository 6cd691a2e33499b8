// SPDX-License-Identifier: BSD-2-Clause

/* The history in the state directory as the source of a plot; a running agent is asked to write what it still holds first. */

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/list_device.h"
#include "agent/cmd/plot.h"
#include "agent/cmd/run_state.h"
#include "agent/history/archive.h"
#include "agent/history/names_dataset.h"

/* What is open while a dataset is made. */
struct reading {
	struct store store;
	struct names *names; /* NULL: without */
	struct archive_device *devices;
	size_t count;
};

static void reading_close(struct reading *reading)
{
	if (reading->names)
		names_free(reading->names);
	store_close(&reading->store);
	free(reading->devices);
}

static int fail(const struct reading *reading, int r)
{
	if (r == -E2BIG) {
		log_error("the history of this time is more than fits in memory: a shorter time (--last 24h), or one device");
		return EX_DATAERR;
	}
	if (*reading->store.why)
		log_error("%s", reading->store.why);
	else
		log_errno_r(r, "cannot read the history");
	return r == -EACCES ? EX_NOPERM : r == -ENOENT ? EX_NOINPUT : r == -ENOMEM ? EX_OSERR : EX_DATAERR;
}

static int on_device(void *user, const struct archive_device *device)
{
	struct reading *reading = user;
	struct archive_device *grown = reallocarray(reading->devices, reading->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	reading->devices = grown;
	grown[reading->count++] = *device;
	return 0;
}

/* The device that @text means, of all that were ever seen. */
static int find(const struct reading *reading, const char *text, uint64_t *mac)
{
	_cleanup_free_ struct known_device *known = calloc(reading->count + 1, sizeof(*known));
	_cleanup_free_ char(*ids)[MAC_TEXT_SIZE] = calloc(reading->count + 1, sizeof(*ids));
	size_t found;
	int r;

	if (!known || !ids)
		return -ENOMEM;
	for (size_t i = 0; i < reading->count; i++) {
		const struct name_entry *entry = reading->names ? names_find(reading->names, reading->devices[i].mac) : NULL;

		known[i] = (struct known_device){ .id = mac_format(reading->devices[i].mac, ids[i]), .name = entry ? entry->name : NULL, .label = reading->devices[i].label };
	}
	r = device_find(known, reading->count, text, &found);
	if (r == 0)
		*mac = reading->devices[found].mac;
	return r;
}

static bool is_device(void *user, const struct dataset_device *device)
{
	return device->mac == *(const uint64_t *)user;
}

/* Of one device with several addresses everything is read, joined, and the device kept. @mac: 0: all devices */
static int load_joined(struct reading *reading, int64_t from_s, int64_t to_s, uint64_t mac, struct dataset **ds)
{
	const struct name_entry *entry = reading->names && mac ? names_find(reading->names, mac) : NULL;
	uint64_t macs[2];
	bool several;
	int r;

	if (entry && entry->merged_into)
		mac = entry->merged_into;
	several = reading->names && mac && names_joined(reading->names, mac, macs, 2) > 1;
	r = archive_load(&reading->store, from_s, to_s, several ? 0 : mac, ds);
	if (r == 0 && reading->names)
		r = names_join(reading->names, *ds);
	if (r == 0 && several)
		dataset_keep(*ds, is_device, &mac);
	return r;
}

static int load(struct reading *reading, const struct plot_values *values, struct plot_source *source, bool live)
{
	int64_t from_s, to_s, last_s = values->last_ns / NS_PER_SECOND;
	uint64_t mac = 0;
	int r = archive_span(&reading->store, &from_s, &to_s) ?: archive_devices(&reading->store, on_device, reading);

	if (r < 0)
		return fail(reading, r);
	if (!to_s) {
		log_error("nothing was recorded yet: the agent writes every few minutes");
		return EX_NOINPUT;
	}
	if (live)
		to_s = time_now_us() / US_PER_SECOND;
	if (last_s && to_s - last_s > from_s)
		from_s = to_s - last_s;
	if (source->device) {
		r = find(reading, source->device, &mac);
		if (r < 0)
			return device_exit_code(r);
		source->device = NULL;
	}
	r = load_joined(reading, from_s, to_s, mac, &source->dataset);
	if (r < 0)
		return fail(reading, r);
	if (source->dataset->damaged)
		log_warn("%zu pieces of the history are damaged and left out", (size_t)source->dataset->damaged);
	if (reading->names)
		names_fill(reading->names, source->dataset);
	return EX_OK;
}

int plot_history(const struct plot_values *values, struct plot_source *source)
{
	_cleanup_(reading_close) struct reading reading = { 0 };
	const char *directory = state_directory(values->state);
	bool live = !values->state && ask_to_write(values->socket ? values->socket : ASK_SOCKET);
	int r;

	if (!directory) {
		log_error("there is no state directory: --read CAPTURE draws a capture, --import an export");
		return EX_NOINPUT;
	}
	r = store_open(&reading.store, directory, true);
	if (r < 0)
		return fail(&reading, r);
	if (names_new(&reading.names) == 0)
		names_load(reading.names, &reading.store);
	snprintf(source->text, sizeof(source->text), live ? "recorded until now" : "recorded");
	return load(&reading, values, source, live);
}
