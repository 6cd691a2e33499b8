/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/buffer.h"
#include "agent/history/imported_tables.h"

#define PAGE "agent/share/man/iotbpf-export.5.scd"

/* What the page must say of every table and column; printed where it does not, to be pasted. */

static const char *private_text(enum imported_role role)
{
	switch (role) {
	case IMPORTED_DEVICE:
		return "; private: a token";
	case IMPORTED_NAME:
		return "; private: left out";
	case IMPORTED_VENDOR:
		return "; private: left out, but for *--keep vendors*";
	case IMPORTED_KIND:
		return "; private: a token, but for *--keep types*";
	case IMPORTED_FUNCTION:
		return "; private: a token, but for *--keep functions*";
	case IMPORTED_PLAIN:
		break;
	}
	return "";
}

static void put_table(const struct imported_table *t, struct buffer *out)
{
	buffer_printf(out, "## %s\n\nHolds %s.\n\n", t->name, t->help);
	for (size_t i = 0; i < t->count; i++) {
		const struct imported_column *c = &t->columns[i];

		buffer_printf(out, "*%s* %s%s%s\n\t%s\n\n", c->name, imported_type_name(c->type), c->needed ? "" : ", may be empty",
			      private_text(c->role), c->help);
	}
}

static char *read_page(void)
{
	FILE *f = fopen(PAGE, "r");
	char *text = calloc(1, 1 << 16);

	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 16) - 1, f) > 0);
	fclose(f);
	return text;
}

static void test_page_is_complete(void **state)
{
	char *page = read_page();
	bool complete = true;

	(void)state;
	for (int i = 0; i < IMPORTED_TABLES; i++) {
		struct buffer text = { 0 };

		put_table(&imported_tables[i], &text);
		if (!strstr(page, text.data)) {
			print_message("%s", text.data);
			complete = false;
		}
		buffer_free(&text);
	}
	free(page);
	assert_true(complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_page_is_complete) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
