/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Parsers and loaders when memory is short: each seed is read with the first allocation failing, then the second, and
 * so on until none does. A reader then says so or does without; it never goes on with what it did not get, and gives
 * back what it did.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/cmd/command.h"
#include "agent/cmd/list_data.h"
#include "agent/cmd/run_config.h"
#include "agent/history/archive_blob.h"
#include "agent/history/imported.h"
#include "agent/history/packets_file.h"
#include "agent/model/import.h"
#include "agent/model/model.h"
#include "agent/screen/scene.h"
#include "agent/source/capture/capture.h"
#include "agent/source/capture/order.h"
#include "agent/source/names/vendors.h"
#include "tests/fuzz/agent.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/scratch.h"

#define SEED_MAX 32768
#define STEPS_MAX 3000 /* allocations of one reading, far more than any has */

/* Allocations until one fails; negative: none does. The linker sends the library's calls here (--wrap). */
static long left = -1;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
char *__real_strdup(const char *text);
size_t __real_fread(void *to, size_t size, size_t count, FILE *f);
void *__real_dlopen(const char *name, int flags);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *f);
void *__wrap_dlopen(const char *name, int flags);

static bool fails(void)
{
	return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

/* A broken disk. */
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *f)
{
	return fails() ? 0 : __real_fread(to, size, count, f);
}

/* A library that cannot be loaded. */
void *__wrap_dlopen(const char *name, int flags)
{
	return fails() ? NULL : __real_dlopen(name, flags);
}

static char scratch[SCRATCH_SIZE];

struct seed {
	uint8_t bytes[SEED_MAX];
	size_t size;
	char path[64]; /* of a file that holds them */
};

static void read_capture(const struct seed *s)
{
	char again[64], *paths[] = { again, again };
	struct capture *c = NULL;
	struct capture_frame f;

	memcpy(again, s->path, sizeof(again));
	capture_order(paths, 2);
	if (capture_open(&c, s->path) < 0)
		return;
	while (capture_next(c, &f) > 0)
		;
	capture_close(c);
}

/* Whether each class has a name, as `iotbpf model import --labels` would give it one. */
static bool name_classes(struct import *m)
{
	char name[] = "a";

	if (m->labels)
		return true;
	m->labels = calloc(m->ensemble.classes, sizeof(*m->labels));
	for (; m->labels && m->label_count < m->ensemble.classes; m->label_count++, name[0]++) {
		m->labels[m->label_count] = strdup(name);
		if (!m->labels[m->label_count])
			return false;
	}
	return m->labels;
}

static void read_import(const struct seed *s)
{
	struct buffer image = { 0 };
	struct import m;
	float worst;

	if (import_read(s->path, s->bytes, s->size, FEATURES_WINDOW, &m) == 0) {
		if (name_classes(&m) && import_image(&m, &(struct import_names){ .name = "seed" }, &image) == 0)
			import_check(&m, "rows", "1,2,0.5,0.5\n", 12, &worst);
	}
	buffer_free(&image);
	import_free(&m);
}

static void read_export(const struct seed *s)
{
	struct imported *i;

	if (imported_read_text("seed", s->bytes, s->size, &i) == 0)
		imported_free(i);
}

static void read_config(const struct seed *s)
{
	struct run_values values = RUN_DEFAULTS;
	struct config config = { 0 };

	config_load(&config, s->path, &run_options, "run", run_config_sections, &values);
	common_free(&values.common);
	config_free(&config);
}

static void read_activity(const struct seed *s)
{
	struct dataset *ds = dataset_new();
	struct dataset_take take = { .ds = ds, .from_s = 1700000000, .to_s = 1700005000 };

	if (!ds)
		return;
	dataset_set_span(ds, take.from_s, take.from_s);
	if (dataset_take_begin(&take, take.from_s, take.to_s) == 0)
		archive_blob_read(s->bytes, s->size, &take);
	dataset_take_end(&take);
	dataset_finish(ds);
	dataset_free(ds);
}

static void read_packets(const struct seed *s)
{
	struct iot_packet *packets = NULL;
	size_t count;

	if (packets_file_read(s->path, &packets, &count) == 0)
		free(packets);
}

static void read_answer(const struct seed *s)
{
	static char why[4 * SCENE_TEXT];
	cJSON *object = cJSON_ParseWithLength((const char *)s->bytes, s->size);
	struct scene *scene = NULL;
	struct list list = { 0 };
	size_t index;

	if (scene_decode((const char *)s->bytes, s->size, &scene, why) == 0)
		scene_free(scene);
	if (list_from_snapshot(object, &list) == 0)
		list_find(&list, "lamp", &index);
	list_free(&list);
	cJSON_Delete(object);
}

static void read_vendors(const struct seed *s)
{
	struct vendors *v = NULL;
	char out[VENDOR_SIZE];

	(void)s;
	if (vendors_open(&v, scratch) < 0)
		return;
	vendors_find(v, UINT64_C(0x10d561246e01), out);
	vendors_free(v);
}

static void read_request(const struct seed *s)
{
	struct buffer answer = { 0 };
	struct run_follow follow;
	struct runner *r;
	long steps = left;

	(void)s;
	left = -1;
	r = agent_begin(AGENT_WELL);
	left = steps;
	run_request(r, "{\"protocol\":1,\"request\":\"subscribe\"}", &answer, &follow);
	buffer_free(&answer);
}

struct reader {
	const char *seed;
	size_t skip; /* bytes of the seed that say something to the fuzzer's target only */
	void (*fn)(const struct seed *);
};

static void load(struct seed *s, const struct reader *r)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", r->seed);
	f = fopen(path, "rb");
	assert_non_null(f);
	s->size = fread(s->bytes, 1, SEED_MAX, f) - r->skip;
	memmove(s->bytes, s->bytes + r->skip, s->size);
	fclose(f);
}

static void short_of_memory(void **state)
{
	static struct seed s;
	const struct reader *r = *state;
	long step = 0;
	bool failed = true;
	int fd;

	load(&s, r);
	fd = fuzz_file(s.bytes, s.size, s.path);
	for (; failed && step < STEPS_MAX; step++) {
		assert_true(lseek(fd, 0, SEEK_SET) == 0);
		left = step;
		r->fn(&s);
		failed = left < 0;
		left = -1;
	}
	assert_true(step < STEPS_MAX);
	close(fd);
}

/* A list of vendors, where the system would have it. */
static int make_list(void **state)
{
	static struct seed s;
	char path[2 * SCRATCH_SIZE];
	FILE *f;

	(void)state;
	scratch_make(scratch);
	load(&s, &(struct reader){ .seed = "vendors/list" });
	snprintf(path, sizeof(path), "mkdir -p %s/usr/share/ieee-data", scratch);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/usr/share/ieee-data/oui.csv", scratch);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(s.bytes, 1, s.size, f), s.size);
	fclose(f);
	return 0;
}

static int remove_list(void **state)
{
	(void)state;
	scratch_remove(scratch);
	return 0;
}

int main(void)
{
	static struct reader readers[] = {
		{ "capture/micro-little", 1, read_capture },
		{ "capture/ng-times-little", 1, read_capture },
		{ "capture/wifi", 1, read_capture },
		{ "import/xgboost.json", 0, read_import },
		{ "import/xgboost.ubj", 0, read_import },
		{ "import/lightgbm.txt", 0, read_import },
		{ "import/catboost.json", 0, read_import },
		{ "import/sklearn.json", 0, read_import },
		{ "rows/open.ndjson", 0, read_export },
		{ "rows/private.ndjson", 0, read_export },
		{ "config/all", 0, read_config },
		{ "activity/packed", 0, read_activity },
		{ "vendors/list", 0, read_vendors },
		{ "request/06-subscribe", 0, read_request },
		{ "activity/plain", 0, read_activity },
		{ "files/packets", 1, read_packets },
		{ "answer/snapshot1", 0, read_answer },
	};
	struct CMUnitTest tests[sizeof(readers) / sizeof(readers[0])];

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		tests[i] = (struct CMUnitTest){ readers[i].seed, short_of_memory, NULL, NULL, &readers[i] };
	/* Refusals by the hundred are expected. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return cmocka_run_group_tests(tests, make_list, remove_list);
}
