/* SPDX-License-Identifier: BSD-2-Clause */

/* iotbpf forget: erase all that is kept of a device. */

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/forget.h"
#include "agent/cmd/list_device.h"
#include "agent/cmd/run_state.h"
#include "agent/history/archive.h"
#include "agent/history/forget.h"
#include "agent/history/names.h"

#define AT(field) offsetof(struct forget_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "yes", .letter = 'y', .kind = OPTION_FLAG, .offset = AT(yes), .help = "do not ask" },
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "say what was erased as JSON; needs --yes" },
	{ .name = "state", .kind = OPTION_STRING, .offset = AT(state), .argument = "DIR", .help = "it is kept there" },
	ASK_OPTION(struct forget_values),
};

const struct options_spec forget_options = {
	.command = "iotbpf forget",
	.summary = "Erase all that is kept of a device: labels and their packets, activity, functions, periods, names.",
	.operands = "DEVICE",
	.details = "DEVICE is a name, an address, a type, or the beginning of one; addresses that were merged into it are erased too. What was there is "
		   "overwritten on the disk. A running agent does it, in memory too, and takes the device up as a new one when it sends "
		   "again; without one it is done here. Models that were trained on the device's labels, and exports, are files of their own and stay.",
	.min_operands = 1,
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

/* Every device that anything is kept of, as it may be called. */
struct known {
	struct entry {
		uint64_t mac;
		char id[MAC_TEXT_SIZE], name[NAME_SIZE], type[DATASET_TEXT];
	} *list;
	size_t count;
	bool failed;
};

static struct entry *know(struct known *k, uint64_t mac)
{
	struct entry *grown;

	for (size_t i = 0; i < k->count; i++)
		if (k->list[i].mac == mac)
			return &k->list[i];
	grown = reallocarray(k->list, k->count + 1, sizeof(*grown));
	k->failed |= !grown;
	if (!grown)
		return NULL;
	k->list = grown;
	grown[k->count] = (struct entry){ .mac = mac };
	mac_format(mac, grown[k->count].id);
	return &grown[k->count++];
}

static int on_device(void *user, const struct archive_device *d)
{
	struct entry *e = know(user, d->mac);

	if (e)
		snprintf(e->type, sizeof(e->type), "%s", d->label);
	return e ? 0 : -ENOMEM;
}

static int on_label(void *user, const struct label *l)
{
	struct entry *e = know(user, l->mac);

	if (e && label_is_type(l))
		snprintf(e->type, sizeof(e->type), "%s", l->type);
	return e ? 0 : -ENOMEM;
}

static void on_name(void *user, uint64_t mac, const struct name_entry *name)
{
	struct entry *e = know(user, mac);

	if (e && name->source != NAME_VENDOR)
		snprintf(e->name, sizeof(e->name), "%s", name->name);
}

static int know_all(struct store *s, struct known *k)
{
	_cleanup_(names_free_p) struct names *names = NULL;
	int r = archive_devices(s, on_device, k) ?: labels_each(s, 0, LABELS_MAX, on_label, k);

	if (r == 0)
		r = names_new(&names) ?: names_load(names, s);
	if (r == 0)
		names_each(names, on_name, k);
	return r < 0 || !k->failed ? r : -ENOMEM;
}

/* The address that @text means; the exit code. */
static int find_device(struct store *s, const char *text, struct entry *found)
{
	struct known k = { 0 };
	struct known_device *list = NULL;
	size_t place = 0;
	int r = know_all(s, &k), code = EX_OSERR;

	if (r < 0)
		log_error("%s", *s->why ? s->why : strerror(-r));
	else
		list = calloc(k.count + 1, sizeof(*list));
	for (size_t i = 0; list && i < k.count; i++)
		list[i] = (struct known_device){ .id = k.list[i].id, .name = k.list[i].name, .label = k.list[i].type };
	if (list) {
		code = device_exit_code(device_find(list, k.count, text, &place));
		if (code == EX_OK)
			*found = k.list[place];
	}
	free(list);
	free(k.list);
	return code;
}

void forget_put(struct json *j, const struct forgotten *g)
{
	json_pair_u64(j, "addresses", g->addresses);
	json_pair_u64(j, "active_seconds", g->seconds);
	json_pair_u64(j, "functions", g->functions);
	json_pair_u64(j, "periods", g->periods);
	json_pair_u64(j, "labels", g->labels);
	json_pair_u64(j, "evidence", g->evidence);
	json_pair_u64(j, "names", g->names);
	json_pair_u64(j, "damaged", g->damaged);
}

void forget_say(uint64_t mac, const char *name, const struct forgotten *g, bool json)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct json j = json_init(&out);
	char id[MAC_TEXT_SIZE];

	if (!json) {
		printf("%s%s%s: %" PRIu64 " seconds of activity, %" PRIu64 " functions, %" PRIu64 " periods, %" PRIu64 " labels with %" PRIu64
		       " runs of packets, %" PRIu64 " names, %" PRIu64 " addresses\n",
		       mac_format(mac, id), *name ? " " : "", name, g->seconds, g->functions, g->periods, g->labels, g->evidence, g->names, g->addresses);
		if (g->damaged)
			printf("%" PRIu64 " damaged pieces of activity, of this or other devices\n", g->damaged);
		fflush(stdout);
		return;
	}
	json_begin_object(&j);
	json_pair_mac(&j, "mac", mac);
	forget_put(&j, g);
	json_end_object(&j);
	if (!out.failed)
		puts(out.data);
}

bool forget_is_sure(void)
{
	char answer[16] = "";

	printf("Erase all of it? [y/N] ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

static int forget(struct store *s, const char *text, const struct forget_values *v)
{
	struct entry device;
	struct forgotten gone;
	bool keep = false;
	int code = find_device(s, text, &device), r, e;

	if (code != EX_OK)
		return code;
	r = forget_begin(s, device.mac, &gone);
	if (r == 0 && !v->yes) {
		forget_say(device.mac, device.name, &gone, false);
		keep = !forget_is_sure();
	}
	e = forget_end(s, keep || r < 0);
	if (r < 0 || e < 0)
		return log_error_r(EX_IOERR, "%s", s->why);
	if (keep)
		printf("nothing is erased\n");
	else if (v->yes)
		forget_say(device.mac, device.name, &gone, v->json);
	if (!keep && !v->json)
		printf("erased\n");
	return EX_OK;
}

int cmd_forget(int argc, char **argv)
{
	struct forget_values values = { 0 };
	struct operands operands;
	struct store store;
	const char *directory;
	int code = command_parse(&forget_options, argc, argv, &values, &operands), r;

	if (code >= 0)
		return code;
	if (!values.yes && (values.json || !isatty(STDIN_FILENO)))
		return log_error_r(EX_USAGE, "--yes is missing: there is nobody to ask");
	directory = state_directory(values.state);
	if (forget_is_agents(&values, directory))
		return forget_by_agent(&values, operands.argv[0]);
	if (!directory)
		return log_error_r(EX_NOINPUT, "there is no state directory: nothing is kept");
	r = store_open(&store, directory, true); /* nothing is made where there is nothing */
	store_close(&store);
	if (r == 0)
		r = store_open(&store, directory, false);
	if (r == 0)
		code = forget(&store, operands.argv[0], &values);
	else
		code = log_error_r(r == -ENOENT ? EX_NOINPUT : r == -EACCES || r == -EROFS ? EX_NOPERM : EX_DATAERR, "%s", store.why);
	store_close(&store);
	return code;
}
