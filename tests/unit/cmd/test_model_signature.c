/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cmd/model_signature.h"
#include "tests/lib/scratch.h"

struct fixture {
	char directory[SCRATCH_SIZE], file[128], key[128], trusted[128];
};

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char maker[128], public[160], path[300];

	scratch_make(f->directory);
	snprintf(f->file, sizeof(f->file), "%s/a.iotm", f->directory);
	snprintf(f->trusted, sizeof(f->trusted), "%s/trusted", f->directory);
	snprintf(maker, sizeof(maker), "%s/maker", f->directory);
	snprintf(f->key, sizeof(f->key), "%s/maker.key", f->directory);
	snprintf(public, sizeof(public), "%s.pub", maker);
	snprintf(path, sizeof(path), "%s/maker.pub", f->trusted);
	write_file(f->file, "a model");
	assert_int_equal(mkdir(f->trusted, 0755), 0);
	assert_int_equal(signature_keygen(maker), 0);
	assert_int_equal(rename(public, path), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	scratch_remove(f->directory);
	free(f);
	return 0;
}

static int check(const struct fixture *f, bool required, const char *signer)
{
	char got[SIGNER_NAME];
	int r = signature_check(f->file, "a.iotm", f->trusted, required, got);

	if (r == 0)
		assert_string_equal(got, signer);
	return r;
}

static void what_is_signed_passes(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(signature_sign(f->file, f->key), 0);
	assert_int_equal(check(f, true, "maker"), 0);
	assert_int_equal(check(f, false, "maker"), 0);
}

static void what_is_not_signed_passes_unless_it_must(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(check(f, false, ""), 0);
	assert_int_equal(check(f, true, ""), -ENOKEY);
}

static void what_was_altered_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(signature_sign(f->file, f->key), 0);
	write_file(f->file, "b model");
	assert_int_equal(check(f, false, ""), -EKEYREJECTED);
	write_file(f->file, "a model and more");
	assert_int_equal(check(f, false, ""), -EKEYREJECTED);
}

/* Every byte of the signature counts, but for the comment that says that it does not. */
static void an_altered_signature_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[160], text[1024];
	FILE *file;
	size_t n, first;

	assert_int_equal(signature_sign(f->file, f->key), 0);
	snprintf(path, sizeof(path), "%s.sig", f->file);
	file = fopen(path, "r");
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	first = (size_t)(strchr(text, '\n') - text) + 1;
	for (size_t i = first; i < n - 1; i++) {
		char was = text[i];

		if (was == '\n' || was == '=')
			continue;
		text[i] = was == 'A' ? 'B' : 'A';
		write_file(path, text);
		assert_true(check(f, false, "") < 0);
		text[i] = was;
	}
	write_file(path, text);
	assert_int_equal(check(f, true, "maker"), 0);
	for (size_t cut = 0; cut < n - 2; cut += 7) {
		assert_int_equal(truncate(path, (off_t)(n - 2 - cut)), 0);
		assert_true(check(f, false, "") < 0);
	}
}

static void a_signature_of_nothing_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(signature_sign(f->file, f->key), 0);
	unlink(f->file);
	assert_int_equal(check(f, false, ""), -ENOENT);
}

static void a_stranger_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[160], name[128];

	snprintf(name, sizeof(name), "%s/stranger", f->directory);
	snprintf(path, sizeof(path), "%s.key", name);
	assert_int_equal(signature_keygen(name), 0);
	assert_int_equal(signature_keygen(name), -EEXIST);
	assert_int_equal(signature_sign(f->file, path), 0);
	assert_int_equal(check(f, false, ""), -ENOKEY);
	/* What is no key is passed over. */
	snprintf(path, sizeof(path), "%s/broken.pub", f->trusted);
	write_file(path, "no key\n");
	assert_int_equal(check(f, false, ""), -ENOKEY);
	/* Also where nobody is trusted. */
	strcat(f->trusted, "/none");
	assert_int_equal(check(f, false, ""), -ENOKEY);
}

static void keys_that_are_none_are_refused(void **state)
{
	struct fixture *f = *state;
	char path[300];

	assert_int_equal(signature_sign(f->file, f->file), -EBADMSG);
	write_file(f->key, "untrusted comment: x\nbm90IGEga2V5\n");
	assert_int_equal(signature_sign(f->file, f->key), -EBADMSG);
	snprintf(path, sizeof(path), "%s/broken.pub", f->trusted);
	write_file(path, "no key\n");
	assert_int_equal(check(f, false, ""), 0);
	snprintf(path, sizeof(path), "%s/none.iotm", f->directory);
	assert_true(signature_sign(path, f->key) < 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_signed_passes),	   TEST(what_is_not_signed_passes_unless_it_must),
		TEST(what_was_altered_is_refused), TEST(an_altered_signature_is_refused),
		TEST(a_signature_of_nothing_is_refused), TEST(a_stranger_is_refused), TEST(keys_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
