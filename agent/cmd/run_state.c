// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/run_internal.h"

const char *state_directory(const char *option)
{
	const char *directory = option ? option : getenv("IOTBPF_STATE");

	if (!directory || !*directory)
		directory = STATE_DIRECTORY;
	return strcmp(directory, "none") ? directory : NULL;
}

static int64_t wall_us(void *user, uint32_t ms)
{
	const struct runner *r = user;

	return kernel_wall_of_ms(r->kernel, ms);
}

static int64_t device_of(void *user, uint64_t mac)
{
	const struct runner *r = user;
	const struct history *h = watch_history(r->watch);

	for (uint32_t i = 0; i < h->devices_used; i++) {
		if (h->devices[h->device_list[i]].mac == mac)
			return h->device_list[i];
	}
	return -ENOENT;
}

static int set_aside_damaged(struct run_state *s)
{
	char to[1024];
	int e = store_set_aside(s->directory, to);

	store_close(&s->store);
	if (e < 0)
		return log_errno_r(e, "%s: cannot be set aside", s->store.path);
	log_warn("%s was damaged: it is %s now, and a new one begins", s->store.path, to);
	return store_open(&s->store, s->directory, false);
}

void run_state_open(struct runner *r, bool set_aside)
{
	struct run_state *s = &r->state;
	int e;

	s->directory = state_directory(r->values.state);
	if (!s->directory)
		return;
	e = store_open(&s->store, s->directory, false);
	if (e == -EUCLEAN && set_aside)
		e = set_aside_damaged(s);
	if (e < 0) {
		log_warn("%s: nothing is kept over restarts%s", s->store.why,
			 e == -EUCLEAN ? " (`iotbpf run --set-aside` renames it and begins a new one)" : "");
		store_close(&s->store);
	}
}

static void tell_each(void *user, uint64_t mac)
{
	run_state_tell(user, mac);
}

void run_state_start(struct runner *r)
{
	const struct collect_world world = { .wall_us = wall_us, .device_of = device_of, .user = r };
	const struct collect_now now = { .us = time_now_us() };
	struct run_state *s = &r->state;
	int e;

	if (!s->store.db)
		return;
	e = collect_new(&s->collect, &s->store, watch_history(r->watch)->device_slots, &world, now);
	if (e < 0) {
		log_warn("%s: nothing is kept over restarts", *s->store.why ? s->store.why : strerror(-e));
		return;
	}
	collect_each_mac(s->collect, tell_each, r);
	run_record_start(r);
}

int run_state_tell(struct runner *r, uint64_t mac)
{
	const struct collect *c = r->state.collect;
	const char *type = collect_type(c, mac);
	char text[MAC_TEXT_SIZE];
	int e = watch_set_owner(r->watch, mac, type, type ? collect_function(c, mac) : NULL);

	return e < 0 ? log_errno_r(e, "%s: cannot take up its label", mac_format(mac, text)) : 0;
}

struct collect_now run_state_now(struct runner *r)
{
	kernel_tick(r->kernel, &r->now);
	watch_rings(r->watch);
	return (struct collect_now){ .clock = r->now, .us = time_now_us() };
}

/* A disk that is full is told once, not once a second. */
void run_state_pass(struct runner *r)
{
	struct run_state *s = &r->state;
	const struct collect_now now = { .clock = r->now, .us = time_now_us() };
	size_t open;
	int e;

	run_record_pass(r);
	if (!s->collect)
		return;
	open = collect_open(s->collect);
	e = collect_tick(s->collect, now);
	if (e < 0 && !s->warned)
		log_warn("%s: packets that belong to a label are lost", s->store.why);
	s->warned = e < 0 || (s->warned && open == collect_open(s->collect));
	if (open != collect_open(s->collect))
		collect_each_mac(s->collect, tell_each, r);
}

void run_state_close(struct runner *r)
{
	struct run_state *s = &r->state;
	const struct collect_now now = { .us = time_now_us() };

	run_record_close(r);
	if (s->collect) {
		if (collect_end(s->collect, now) < 0)
			log_warn("%s: packets that belong to a label are lost", s->store.why);
		collect_free(s->collect);
	}
	store_close(&s->store);
}

void run_state_put(const struct runner *r, struct json *j)
{
	const struct run_state *s = &r->state;

	json_key(j, "state");
	json_begin_object(j);
	json_pair_str(j, "directory", s->directory);
	json_pair_bool(j, "kept", s->collect != NULL);
	if (s->collect)
		json_pair_u64(j, "packet_bytes", collect_bytes(s->collect));
	else if (s->directory)
		json_pair_str(j, "error", s->store.why);
	json_end_object(j);
	run_record_put(r, j);
}

static void on_device(void *user, uint32_t device, uint64_t mac, bool known)
{
	struct runner *r = user;

	(void)mac;
	if (r->state.collect && !known)
		collect_forget(r->state.collect, device);
	if (!known)
		run_record_device_released(r, device);
}

static void on_packets(void *user, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n)
{
	struct runner *r = user;

	if (r->state.collect)
		collect_packets(r->state.collect, device, mac, packets, n, r->now);
}

struct watch_listener run_state_listener(struct runner *r)
{
	return (struct watch_listener){
		.device = on_device,
		.packets = on_packets,
		.device_active = run_record_device_active,
		.flow_active = run_record_flow_active,
		.flow_released = run_record_flow_released,
		.type = run_record_type,
		.function = run_record_function,
		.period = run_record_period,
		.user = r,
	};
}
