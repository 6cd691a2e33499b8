// SPDX-License-Identifier: BSD-2-Clause

/* What the owner says of devices, kept by MAC: a device may come after its label, and a model may be replaced. */

#include "agent/cmd/watch_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 4096

static struct watch_word *find(struct watch *w, uint64_t mac)
{
	for (size_t i = 0; i < w->word_count; i++) {
		if (w->words[i].mac == mac)
			return &w->words[i];
	}
	return NULL;
}

static struct watch_word *add(struct watch *w, uint64_t mac)
{
	struct watch_word *grown;

	if (w->word_count == WORDS_MAX)
		return NULL;
	grown = realloc(w->words, (w->word_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	w->words = grown;
	grown[w->word_count] = (struct watch_word){ .mac = mac };
	return &grown[w->word_count++];
}

static bool is_label(const char *text)
{
	return *text && strlen(text) < IDENTIFY_NAME;
}

void watch_apply_word(struct watch *w, uint32_t number)
{
	const struct watch_word *word = find(w, w->history->devices[number].mac);

	if (!word || !w->identify)
		return;
	watch_note_error(w, identify_set_owner(w->identify, number, *word->type ? word->type : NULL,
					       *word->function ? word->function : NULL));
}

static void apply_to(struct watch *w, uint64_t mac)
{
	for (uint32_t i = 0; i < w->history->devices_used; i++) {
		uint32_t number = w->history->device_list[i];

		if (w->history->devices[number].mac == mac)
			watch_apply_word(w, number);
	}
}

int watch_set_owner(struct watch *w, uint64_t mac, const char *type, const char *function)
{
	struct watch_word *word = find(w, mac);

	if ((type && !is_label(type)) || (function && !is_label(function)))
		return -EINVAL;
	if (!word && !type)
		return 0;
	if (!word && !(word = add(w, mac)))
		return -ENOMEM;
	strcpy(word->type, type ? type : "");
	strcpy(word->function, type && function ? function : "");
	apply_to(w, mac);
	if (!type)
		*word = w->words[--w->word_count];
	return 0;
}
