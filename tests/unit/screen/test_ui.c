// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/screen/listing.h"
#include "agent/screen/ui.h"

#define DEVICES 50

static const struct ui_size SIZE = { 24, 80 };

static struct scene_device devices[DEVICES];
static const struct scene scene = { .devices = devices, .device_count = DEVICES };

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < DEVICES; i++) {
		devices[i] = (struct scene_device){ .mac = (uint64_t)(i + 1), .rate.tx_bytes = i % 7, .strip = (uint64_t)i % 3 };
		snprintf(devices[i].name, sizeof(devices[i].name), "device %02d", i);
		strcpy(devices[i].type.label, i % 2 ? "Bulb" : "Camera");
	}
	return 0;
}

static enum ui_action press(struct ui *ui, uint32_t key)
{
	return ui_key(ui, &scene, SIZE, key);
}

static void type(struct ui *ui, const char *text)
{
	for (; *text; text++)
		press(ui, (uint32_t)*text);
}

static int shown(const struct ui *ui)
{
	_cleanup_(listing_free) struct listing l;

	listing_make(&scene, ui, &l);
	return l.count;
}

static struct ui begin(void)
{
	struct ui ui = UI_DEFAULTS;

	ui.sort = COLUMN_NAME;
	ui_settle(&ui, &scene, SIZE);
	return ui;
}

static void test_move(void **state)
{
	struct ui ui = begin();

	(void)state;
	assert_int_equal(ui.selected, 1);
	type(&ui, "jjk");
	assert_int_equal(ui.row, 1);
	press(&ui, KEY_PAGE_DOWN);
	assert_int_equal(ui.row, 20);
	assert_true(ui.first <= 20 && ui.first + ui_body_rows(SIZE) > 20);
	type(&ui, "G");
	assert_int_equal(ui.selected, DEVICES);
	assert_int_equal(ui.first, DEVICES - 20);
	press(&ui, KEY_GO_DOWN);
	assert_int_equal(ui.row, DEVICES - 1);
	type(&ui, "g");
	assert_int_equal(ui.row + ui.first, 0);
	press(&ui, KEY_GO_UP);
	assert_int_equal(ui.row, 0);
}

/* The bar stays on a device that was gone to when the order changes; before, on the first row. */
static void test_stays(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "I");
	assert_int_equal(ui.selected, DEVICES);
	assert_int_equal(ui.row, 0);
	type(&ui, "Ijjjj");
	assert_int_equal(ui.selected, 5);
	type(&ui, "I");
	assert_int_equal(ui.selected, 5);
	assert_int_equal(ui.row, DEVICES - 5);
	assert_true(ui.row >= ui.first && ui.row < ui.first + ui_body_rows(SIZE));
	ui_settle(&ui, &scene, (struct ui_size){ 10, 80 });
	assert_true(ui.row >= ui.first && ui.row < ui.first + 6);
}

static void test_filter(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "fbulb");
	assert_int_equal(shown(&ui), DEVICES / 2);
	press(&ui, KEY_ERASE);
	press(&ui, UI_CONTROL('u'));
	assert_int_equal(shown(&ui), DEVICES);
	type(&ui, "nothing\r");
	assert_int_equal(shown(&ui), 0);
	assert_int_equal(ui.dialog, DIALOG_NONE);
	type(&ui, "jjG");
	assert_int_equal(press(&ui, UI_ENTER), UI_NOTHING);
	press(&ui, UI_ESCAPE);
	assert_int_equal(shown(&ui), DEVICES);
	type(&ui, "\\q");
	assert_string_equal(ui.filter.text, "q");
	press(&ui, UI_ESCAPE);
	assert_string_equal(ui.filter.text, "");
	type(&ui, "u");
	assert_int_equal(shown(&ui), DEVICES - (DEVICES + 2) / 3);
}

static void test_search(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "/camera");
	assert_int_equal(ui.row, 0);
	type(&ui, "\rn");
	assert_int_equal(ui.row, 2);
	type(&ui, "NN");
	assert_int_equal(ui.row, DEVICES - 2);
	type(&ui, "/zz");
	assert_true(ui.message_bad && *ui.message);
	press(&ui, UI_ESCAPE);
	assert_string_equal(ui.message, "");
}

static void test_sort(void **state)
{
	struct ui ui = begin();

	(void)state;
	press(&ui, KEY_FUNCTION_0 + 6);
	assert_int_equal(ui.menu, COLUMN_NAME);
	press(&ui, KEY_GO_UP);
	assert_int_equal(ui.menu, COLUMN_COUNT - 1);
	ui.menu = COLUMN_TX_BYTES;
	press(&ui, UI_ENTER);
	assert_int_equal(ui.sort, COLUMN_TX_BYTES);
	type(&ui, "C");
	press(&ui, ' ');
	assert_true(ui.columns == COLUMNS_ALL);
	type(&ui, "j \r");
	assert_true(ui.columns == (COLUMNS_ALL & ~(1u << COLUMN_VENDOR)));
}

static void test_pages(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "j\r");
	assert_int_equal(ui.page, PAGE_DEVICE);
	assert_int_equal(ui.device, 2);
	type(&ui, "?");
	assert_int_equal(ui.page, PAGE_HELP);
	type(&ui, "a");
	assert_int_equal(ui.page, PAGE_ALERTS);
	press(&ui, UI_ESCAPE);
	assert_int_equal(ui.page, PAGE_DEVICE);
	press(&ui, KEY_PAGE_DOWN);
	assert_int_equal(ui.scroll, 0);
	press(&ui, UI_ESCAPE);
	assert_int_equal(ui.page, PAGE_DEVICES);
	type(&ui, "pp");
	assert_int_equal(ui.page, PAGE_DEVICES);
	type(&ui, "Z");
	assert_true(ui.paused);
	assert_int_equal(press(&ui, UI_CONTROL('l')), UI_REDRAW);
	assert_int_equal(press(&ui, 'q'), UI_QUIT);
	assert_int_equal(press(&ui, KEY_FUNCTION_10), UI_QUIT);
}

static void test_delay(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "d");
	assert_string_equal(ui.edit.text, "1");
	type(&ui, "\b0.25\r");
	assert_int_equal(ui.delay_ms, 250);
	type(&ui, "dx\r");
	assert_true(ui.message_bad);
	assert_int_equal(ui.delay_ms, 250);
	type(&ui, "d");
	press(&ui, UI_CONTROL('u'));
	type(&ui, "0.01\r");
	assert_int_equal(ui.delay_ms, 250);
}

static void test_label(void **state)
{
	struct ui ui = begin();

	(void)state;
	type(&ui, "jl\r");
	assert_int_equal(ui.dialog, DIALOG_LABEL);
	assert_true(ui.message_bad);
	type(&ui, "Desk q");
	assert_int_equal(press(&ui, UI_ENTER), UI_LABEL);
	assert_string_equal(ui.label.name.text, "Desk q");
	assert_true(ui.label.mac == 2 && !ui.label.function);
	type(&ui, "l");
	press(&ui, KEY_GO_UP);
	press(&ui, ' ');
	assert_true(ui.label.function);
	type(&ui, "\tdim\t \t");
	press(&ui, KEY_ERASE);
	press(&ui, KEY_ERASE);
	press(&ui, UI_ENTER);
	assert_true(ui.message_bad && ui.dialog == DIALOG_LABEL);
	type(&ui, "601\r");
	assert_true(ui.message_bad);
	press(&ui, UI_CONTROL('u'));
	type(&ui, "45");
	assert_int_equal(press(&ui, UI_ENTER), UI_LABEL);
	assert_true(ui.label.from_now);
	assert_string_equal(ui.label.seconds.text, "45");
	type(&ui, "l");
	press(&ui, UI_ESCAPE);
	assert_int_equal(ui.dialog, DIALOG_NONE);
	type(&ui, "al");
	assert_true(ui.message_bad);
}

/* Keys before there is anything to show. */
static void test_nothing_yet(void **state)
{
	struct ui ui = UI_DEFAULTS;

	(void)state;
	for (uint32_t key = 0; key < KEY_FUNCTION_10 + 2; key = key == 0x7f ? KEY_NONE : key + 1) {
		if (ui_key(&ui, NULL, SIZE, key) == UI_QUIT)
			ui = (struct ui)UI_DEFAULTS;
	}
}

static void test_edit(void **state)
{
	struct edit e = { .length = 0 };

	(void)state;
	edit_set(&e, "a\u00e9\x01\xff" "b");
	assert_string_equal(e.text, "a\u00e9b");
	assert_true(edit_key(&e, KEY_ERASE));
	assert_true(edit_key(&e, KEY_ERASE));
	assert_string_equal(e.text, "a");
	assert_true(edit_key(&e, 0x1f4a1));
	assert_string_equal(e.text, "a\U0001f4a1");
	assert_false(edit_key(&e, KEY_GO_UP));
	assert_true(edit_key(&e, 0xd800));
	assert_int_equal(e.length, 5);
	edit_set(&e, "one two ");
	assert_true(edit_key(&e, UI_CONTROL('w')));
	assert_string_equal(e.text, "one ");
	for (int i = 0; i < 100; i++)
		edit_key(&e, 0x20ac);
	assert_int_equal(e.length, 61);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_move),  cmocka_unit_test(test_stays), cmocka_unit_test(test_filter), cmocka_unit_test(test_search),
		cmocka_unit_test(test_sort),  cmocka_unit_test(test_pages), cmocka_unit_test(test_delay),  cmocka_unit_test(test_label),
		cmocka_unit_test(test_nothing_yet), cmocka_unit_test(test_edit),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
