// SPDX-License-Identifier: BSD-2-Clause
/* From frames to events: owners' labels, models replaced at run time, shadows, periods that foretell. */

#include "tests/unit/identify/bench.h"

#include <cjson/cJSON.h>

#include "agent/base/clock.h"
#include "agent/cmd/watch.h"
#include "agent/source/slots.h"

#define CAMERA_CARD                                                                                          \
	"{\"name\":\"other\",\"version\":\"2\",\"unknown_threshold\":0.4,\"devices\":[{\"name\":\"plug\","      \
	"\"functions\":[{\"name\":\"idle\"},{\"name\":\"blink\"},{\"name\":\"glow\"}]},"                       \
	"{\"name\":\"camera\"},{\"name\":\"kettle\",\"family\":\"kettles\"},{\"name\":\"kettle2\",\"family\":\"kettles\"}]}"

enum { EVENTS_KEPT = 256, COAP = 5683, OTHER = 5684 };

struct told {
	struct sink sink;
	cJSON *event[EVENTS_KEPT];
	int n;
};

struct fixture {
	struct iot_table *table;
	struct watch *watch;
	struct events *events;
	struct told told;
	struct buffer image, other_image;
	struct model *model, *other;
	uint32_t ms, packets;
};

static int keep(struct sink *sink, const char *line, size_t n)
{
	struct told *t = (struct told *)sink;

	assert_true(t->n < EVENTS_KEPT);
	t->event[t->n] = cJSON_ParseWithLength(line, n);
	assert_non_null(t->event[t->n++]);
	return 0;
}

static void keep_on(struct sink *sink)
{
	(void)sink;
}

static const struct sink_ops KEEP = { .write = keep, .free = keep_on };

static int64_t wall_us(void *user, uint32_t second)
{
	(void)user;
	return (int64_t)second * US_PER_SECOND;
}

static void note_packets(void *user, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n)
{
	struct fixture *f = user;

	(void)device;
	(void)mac;
	(void)packets;
	f->packets += n;
}

static void set_up(struct fixture *f, const struct model *model, const struct model *shadow)
{
	const struct slots_options slots = { 64, 256, 32, 0, 1 };
	struct watch_options options = { .world = { .wall_us = wall_us }, .periods = true, .live = true,
					 .listener = { .packets = note_packets, .user = f } };

	f->ms = 100000000;
	f->told.sink.ops = &KEEP;
	assert_int_equal(slots_new(&f->table, &slots), 0);
	f->table->config.claim_received = 0;
	assert_int_equal(events_new(NULL, &f->events), 0);
	assert_int_equal(events_add_sink(f->events, &f->told.sink, EVENTS_JSON, EVENTS_ALL), 0);
	options.table = f->table;
	options.events = f->events;
	options.model = model;
	options.shadow = shadow;
	assert_int_equal(watch_new(&f->watch, &options), 0);
}

static void open_models(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->model = bench_model(BENCH_CARD, &f->image);
	f->other = bench_model(CAMERA_CARD, &f->other_image);
}

static void tear_down(struct fixture *f)
{
	watch_free(f->watch);
	events_free(f->events);
	slots_free(f->table);
	model_close(f->model);
	model_close(f->other);
	buffer_free(&f->image);
	buffer_free(&f->other_image);
	for (int i = 0; i < f->told.n; i++)
		cJSON_Delete(f->told.event[i]);
}

/* n frames of a device by UDP, 20 ms apart. */
static void frames(struct fixture *f, uint8_t device, uint16_t length, int n, uint16_t port)
{
	uint8_t frame[60] = { 0x02, 0, 0, 0, 0, 0xfe, 2, 0, 0, 0, 0, device, 8, 0, 0x45 };

	frame[16] = (uint8_t)((length - 14) >> 8);
	frame[17] = (uint8_t)(length - 14);
	frame[22] = 64;
	frame[23] = 17;
	frame[26] = frame[30] = 10;
	frame[33] = 1;
	frame[34] = 0xc0;
	frame[36] = (uint8_t)(port >> 8);
	frame[37] = (uint8_t)port;
	frame[39] = (uint8_t)(length - 34);
	for (int i = 0; i < n; i++) {
		const struct iot_clock now = { .second = (f->ms += 20) / 1000, .ms = f->ms };

		iot_frame_captured(f->table, frame, sizeof(frame), length, now);
	}
}

/* A second in which @n frames are sent, and the pass at its end. */
static void second(struct fixture *f, uint8_t device, uint16_t length, int n)
{
	uint32_t end = f->ms + 1000;

	frames(f, device, length, n, COAP);
	f->ms = end;
	assert_int_equal(watch_pass(f->watch, f->ms / 1000, f->ms), 0);
}

static const char *text(const cJSON *event, const char *body, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(event, body), key));

	return s ? s : "";
}

/* How many events there are of @type whose @key is @value; *@last: the latest. */
static int count(const struct fixture *f, const char *type, const char *key, const char *value, const cJSON **last)
{
	int n = 0;

	for (int i = 0; i < f->told.n; i++) {
		const cJSON *e = f->told.event[i];

		if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(e, "event_type")), type) || strcmp(text(e, type, key), value))
			continue;
		n++;
		if (last)
			*last = e;
	}
	return n;
}

static void test_model_says(void **state)
{
	const cJSON *last = NULL, *evidence;
	struct fixture f;

	(void)state;
	open_models(&f);
	set_up(&f, f.model, NULL);
	for (int i = 0; i < 4; i++)
		second(&f, 1, 200, 30);
	assert_int_equal(count(&f, "device", "action", "identified", &last), 1);
	assert_string_equal(text(last, "device", "label"), "cam");
	assert_string_equal(text(last, "device", "level"), "type");
	assert_string_equal(text(last, "device", "source"), "model");
	assert_string_equal(text(last, "device", "decided_by"), "window");
	evidence = cJSON_GetObjectItem(cJSON_GetObjectItem(last, "device"), "evidence");
	assert_int_equal(cJSON_GetObjectItem(evidence, "packets")->valueint, 30);
	tear_down(&f);
}

/* The owner speaks before the device comes, of a type that no model knows, and without any model. */
static void test_owner_says(void **state)
{
	const cJSON *last = NULL;
	struct fixture f;

	(void)state;
	open_models(&f);
	set_up(&f, NULL, NULL);
	assert_int_equal(watch_set_owner(f.watch, 0x020000000001, "Mr. Tea", NULL), 0);
	second(&f, 1, 200, 5);
	assert_int_equal(count(&f, "device", "label", "Mr. Tea", &last), 1);
	assert_string_equal(text(last, "device", "source"), "owner");
	assert_string_equal(text(last, "device", "decided_by"), "owner");
	assert_int_equal(watch_set_owner(f.watch, 0x020000000001, "Mr. Tea", "brewing"), 0);
	second(&f, 1, 200, 5);
	assert_int_equal(count(&f, "function", "label", "brewing", &last), 1);
	assert_string_equal(text(last, "function", "source"), "owner");
	assert_int_equal(watch_set_owner(f.watch, 0x020000000001, NULL, NULL), 0);
	second(&f, 1, 200, 5);
	assert_int_equal(count(&f, "function", "action", "stop", NULL), 1);
	assert_int_equal(count(&f, "device", "label", "unknown", &last), 1);
	assert_string_equal(text(last, "device", "previous"), "Mr. Tea");
	assert_int_equal(watch_set_owner(f.watch, 1, "", NULL), -EINVAL);
	tear_down(&f);
}

/* Another model takes over: what both call the same is not told again, the rest from what the rings hold. */
static void test_model_replaced(void **state)
{
	const cJSON *last = NULL;
	struct fixture f;
	int before;

	(void)state;
	open_models(&f);
	set_up(&f, f.model, NULL);
	assert_int_equal(watch_set_owner(f.watch, 0x020000000003, "Mr. Tea", NULL), 0);
	for (int i = 0; i < 6; i++) {
		frames(&f, 2, 700, 10, COAP);
		frames(&f, 3, 700, 10, COAP);
		second(&f, 1, 200, 30);
	}
	before = f.told.n;
	assert_int_equal(watch_set_model(f.watch, f.other), 0);
	model_close(f.model);
	buffer_free(&f.image);
	f.model = bench_model(BENCH_CARD, &f.image);
	watch_pass(f.watch, f.ms / 1000, f.ms);
	assert_int_equal(f.told.n, before + 1);
	assert_int_equal(count(&f, "device", "label", "camera", &last), 1);
	for (int i = 0; i < 6; i++)
		second(&f, 2, 700, 10);
	assert_int_equal(f.told.n, before + 1);
	assert_int_equal(watch_set_model(f.watch, NULL), 0);
	second(&f, 2, 700, 10);
	tear_down(&f);
}

static void test_shadow(void **state)
{
	const cJSON *last = NULL;
	struct fixture f;

	(void)state;
	open_models(&f);
	set_up(&f, f.model, f.other);
	for (int i = 0; i < 10; i++) {
		frames(&f, 2, 700, 10, COAP);
		second(&f, 1, 200, 30);
	}
	assert_int_equal(count(&f, "shadow", "model", "other", &last), 1);
	assert_string_equal(text(last, "shadow", "label"), "camera");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetObjectItem(last, "shadow"), "active"),
								     "label")),
			    "cam");
	assert_int_equal(watch_set_shadow(f.watch, NULL), 0);
	for (int i = 0; i < 5; i++)
		second(&f, 1, 200, 30);
	assert_int_equal(watch_set_shadow(f.watch, f.other), 0);
	for (int i = 0; i < 5; i++)
		second(&f, 1, 200, 30);
	assert_int_equal(count(&f, "shadow", "model", "other", NULL), 2);
	tear_down(&f);
}

/* A keepalive every 10 s looks like "glow"; once its period is known it is none, and glowing on the same flow still is. */
static void test_foretold(void **state)
{
	struct fixture f;
	int until_known;

	(void)state;
	open_models(&f);
	set_up(&f, f.model, f.model); /* a shadow that is the same never differs */
	assert_int_equal(watch_set_owner(f.watch, 0x020000000001, "plug", NULL), 0);
	for (int i = 0; i < 300; i++)
		second(&f, 1, 95, i % 10 ? 0 : 4);
	assert_true(count(&f, "period", "action", "found", NULL) >= 1);
	assert_int_equal(count(&f, "shadow", "model", "bench", NULL), 0);
	until_known = count(&f, "function", "action", "start", NULL);
	for (int i = 0; i < 300; i++)
		second(&f, 1, 95, i % 10 ? 0 : 4);
	assert_int_equal(count(&f, "function", "action", "start", NULL), until_known);
	for (int i = 0; i < 10; i++)
		second(&f, 1, 95, 12);
	assert_int_equal(count(&f, "function", "action", "start", NULL), until_known + 1);
	assert_int_equal(count(&f, "shadow", "model", "bench", NULL), 0);
	tear_down(&f);
}

/* What a flood of addresses leaves behind takes no memory: a device's packets are looked at from the fifth on, all of them then. */
static void test_stranger(void **state)
{
	struct fixture f;

	(void)state;
	open_models(&f);
	set_up(&f, f.model, NULL);
	second(&f, 1, 200, 4);
	second(&f, 1, 200, 0);
	assert_int_equal(f.packets, 0);
	assert_int_equal(count(&f, "device", "action", "new", NULL), 1);
	second(&f, 1, 200, 1);
	assert_int_equal(f.packets, 5);
	second(&f, 1, 200, 2);
	assert_int_equal(f.packets, 7);
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model_says), cmocka_unit_test(test_owner_says), cmocka_unit_test(test_model_replaced),
		cmocka_unit_test(test_shadow),	   cmocka_unit_test(test_foretold),
		cmocka_unit_test(test_stranger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
