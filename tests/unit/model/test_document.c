/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent/model/document.h"

#define OPEN(bytes) document_open(bytes, sizeof(bytes) - 1)
#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* {"a":[1,2.5,true,null],"b":{"c":"x\ny"},"n":"-3"} in both forms; the arrays of the second are typed or counted. */
static const char json[] = " {\"a\" : [1, 2.5,true ,null], \"b\":{\"c\":\"x\\ny\"},\n\"n\":\"-3\"} ";
static const char ubjson[] = "{U\x01"
			     "a[#i\x04i\x01"
			     "d\x40\x20\x00\x00TZ"
			     "i\x01"
			     "b{i\x01"
			     "cSi\x03x\ny}I\x00\x01nSl\x00\x00\x00\x02-3}";

static void both_forms_say_the_same(void **state)
{
	const struct document forms[] = { OPEN(json), OPEN(ubjson) };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct document value;
		double n[4];
		char *text;

		assert_int_equal(forms[i].binary, i == 1);
		assert_int_equal(document_count(&forms[i]), 3);
		assert_int_equal(document_member(&forms[i], "a", &value), 0);
		assert_int_equal(document_count(&value), 4);
		assert_int_equal(document_numbers(&value, n, 4), 0);
		assert_true(n[0] == 1 && n[1] == 2.5 && n[2] == 1 && isnan(n[3]));
		assert_int_equal(document_numbers(&value, n, 3), -ERANGE);
		assert_int_equal(document_path(&forms[i], &value, PATH("b", "c")), 0);
		assert_int_equal(document_text(&value, &text), 0);
		assert_string_equal(text, "x\ny");
		free(text);
		assert_int_equal(document_number(&value, n), -EBADMSG);
		assert_int_equal(document_path(&forms[i], &value, PATH("n")), 0);
		assert_int_equal(document_number(&value, n), 0);
		assert_true(n[0] == -3);
		assert_int_equal(document_path(&forms[i], &value, PATH("b", "d")), -ENOENT);
		assert_int_equal(document_path(&forms[i], &value, PATH("n", "d")), -ENOENT);
	}
}

static void typed_arrays_are_read(void **state)
{
	static const char bytes[] = "{i\x01"
				    "a[$l#U\x03\x00\x00\x00\x05\xff\xff\xff\xff\x7f\xff\xff\xffi\x01"
				    "b[$U#i\x02\x01\xff"
				    "i\x01"
				    "c[$L#i\x01\x00\x00\x00\x00\x00\x00\x01\x00}";
	const struct document d = OPEN(bytes);
	struct document value;
	double n[3];

	(void)state;
	assert_int_equal(document_member(&d, "a", &value), 0);
	assert_int_equal(document_numbers(&value, n, 3), 0);
	assert_true(n[0] == 5 && n[1] == -1 && n[2] == INT32_MAX);
	assert_int_equal(document_member(&d, "b", &value), 0);
	assert_int_equal(document_numbers(&value, n, 2), 0);
	assert_true(n[0] == 1 && n[1] == 255);
	assert_int_equal(document_member(&d, "c", &value), 0);
	assert_int_equal(document_numbers(&value, n, 1), 0);
	assert_true(n[0] == 256);
}

/* Each is no document; nothing may be read beyond it, nor may it take long. */
static void what_is_none_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} bad[] = {
#define BAD(text) { text, sizeof(text) - 1 }
		BAD("{"),
		BAD("{\"a\""),
		BAD("{\"a\":"),
		BAD("{\"a\":[1,"),
		BAD("{\"a\":[1 2]}"),
		BAD("{\"a\":[1,]}"),
		BAD("{\"a\":\"\\"),
		BAD("{\"b\":1 \"a\":1}"),
		BAD("{\"a\":[0x]}"),
		BAD("{i\x01"),
		BAD("{i\x01"
		    "a[$d#i\x02\x01\x02\x03}"),
		BAD("{i\x01"
		    "a[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff}"),
		BAD("{i\x01"
		    "a[#L\xff\xff\xff\xff\xff\xff\xff\xff}"),
		BAD("{L\x7f\xff\xff\xff\xff\xff\xff\xff"
		    "a"),
		BAD("{i\x01"
		    "aSi\x7f"),
#undef BAD
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *exact = malloc(bad[i].size);
		struct document d, value;
		double n[4];
		int r;

		memcpy(exact, bad[i].bytes, bad[i].size);
		d = document_open(exact, bad[i].size);
		r = document_member(&d, "a", &value);
		if (r == 0)
			r = document_numbers(&value, n, 1);
		assert_true(r < 0);
		free(exact);
	}
}

static void deep_nesting_is_refused(void **state)
{
	char deep[2000];
	struct document d, value;

	(void)state;
	memset(deep, '[', sizeof(deep));
	memcpy(deep, "{\"a\":", 5);
	d = document_open(deep, sizeof(deep));
	assert_int_equal(document_member(&d, "a", &value), -EBADMSG);
	memcpy(deep, "{i\x01"
		     "a",
	       4);
	deep[4] = '[';
	d = document_open(deep, sizeof(deep));
	assert_int_equal(document_member(&d, "a", &value), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_say_the_same),
		cmocka_unit_test(typed_arrays_are_read),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(deep_nesting_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
