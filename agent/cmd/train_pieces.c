// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/train_pieces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"

#define HALF_MIN 30u /* packets in each half of a sample that is cut in two: a window */

/* One label while its evidence is read. */
struct reader {
	struct pieces *pieces;
	const struct label *label;
	const char *type;
	size_t least;
};

void pieces_free(struct pieces *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i].packets);
	free(p->list);
	free(p->labels);
	*p = (struct pieces){ 0 };
}

static int add_label(void *user, const struct label *label)
{
	struct pieces *p = user;

	if (p->label_count == p->label_room) {
		size_t room = p->label_room ? 2 * p->label_room : 64;
		struct label *grown = reallocarray(p->labels, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->labels = grown;
		p->label_room = room;
	}
	p->labels[p->label_count++] = *label;
	return 0;
}

/* A copy of the packets; the piece's packets, where one has room for itself. */
static int add_piece(struct pieces *p, const struct piece *piece, const struct iot_packet *packets, size_t count)
{
	struct piece *grown = p->list;

	if (p->count == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		grown = reallocarray(p->list, p->room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		p->list = grown;
	}
	grown[p->count] = *piece;
	grown[p->count].packets = malloc(count * sizeof(*packets));
	if (!grown[p->count].packets)
		return -ENOMEM;
	memcpy(grown[p->count].packets, packets, count * sizeof(*packets));
	grown[p->count++].count = count;
	return 0;
}

/* Does a label of a function of the same device cover this time? */
static bool is_covered(const struct reader *r, int64_t us)
{
	for (size_t i = 0; i < r->pieces->label_count; i++) {
		const struct label *l = &r->pieces->labels[i];

		if (l->mac == r->label->mac && !label_is_type(l) && l->from_us <= us && us <= l->to_us)
			return true;
	}
	return false;
}

/* The runs of packets of a sample that no function's label covers. */
static int cut_sample(struct reader *r, const struct piece *piece, const struct label_evidence *e)
{
	size_t begin = 0;

	for (size_t i = 0; i <= e->count; i++) {
		bool ends = i == e->count || is_covered(r, e->start_us + (int64_t)(e->packets[i].ms - e->packets[0].ms) * 1000);
		int result = 0;

		if (ends && i - begin >= r->least)
			result = add_piece(r->pieces, piece, e->packets + begin, i - begin);
		if (result < 0)
			return result;
		if (ends)
			begin = i + 1;
	}
	return 0;
}

static int add_evidence(void *user, const struct label_evidence *e)
{
	struct reader *r = user;
	struct piece piece = { .label = r->label, .type = r->type, .function = r->label->function };

	if (e->abi != IOT_ABI || e->count < r->least)
		return 0;
	if (label_is_type(r->label)) {
		snprintf(piece.trial, sizeof(piece.trial), "sample-%lld", (long long)e->id);
		return cut_sample(r, &piece, e);
	}
	snprintf(piece.trial, sizeof(piece.trial), "label-%lld", (long long)r->label->id);
	return add_piece(r->pieces, &piece, e->packets, e->count);
}

/* What the device of a label is: the owner's word, else what it was taken for then. */
static const char *type_of(const struct pieces *p, const struct label *label)
{
	for (size_t i = 0; i < p->label_count; i++) {
		if (p->labels[i].mac == label->mac && label_is_type(&p->labels[i]))
			return p->labels[i].type;
	}
	return label->type;
}

int pieces_read(struct store *store, size_t least, struct pieces *p)
{
	int r = labels_each(store, 0, LABELS_MAX, add_label, p);

	for (size_t i = 0; r == 0 && i < p->label_count; i++) {
		struct label *l = &p->labels[i];
		struct reader reader = { .pieces = p, .label = l, .type = type_of(p, l), .least = least };
		char mac[MAC_TEXT_SIZE];

		if (*reader.type)
			r = labels_evidence(store, l->id, add_evidence, &reader);
		else
			log_warn("label %lld (%s) is left out: nobody said what %s is: `iotbpf label %s TYPE`", (long long)l->id, l->function,
				 mac_format(l->mac, mac), mac);
	}
	return r;
}

static bool same_class(const struct piece *a, const struct piece *b, bool functions)
{
	return !a->left_out && !b->left_out && !strcmp(a->type, b->type) && (!functions || !strcmp(a->function, b->function));
}

/* The first piece of its class, and the class has one trial? */
static bool is_lonely(const struct pieces *p, size_t at, bool functions)
{
	for (size_t i = 0; i < p->count; i++) {
		if (!same_class(&p->list[i], &p->list[at], functions))
			continue;
		if (i < at || strcmp(p->list[i].trial, p->list[at].trial) != 0)
			return false;
	}
	return true;
}

/* The later half of the pieces of a lonely type is a trial of its own. */
static bool cut_in_two(struct pieces *p, size_t at)
{
	struct piece half = p->list[at];
	size_t middle = half.count / 2;

	if (middle < HALF_MIN)
		return false;
	strcat(half.trial, "-later");
	if (add_piece(p, &half, half.packets + middle, half.count - middle) < 0)
		return false;
	p->list[at].count = middle;
	return true;
}

static void leave_out(struct pieces *p, const struct piece *like)
{
	const struct piece lonely = *like;

	for (size_t i = 0; i < p->count; i++) {
		if (same_class(&p->list[i], &lonely, false))
			p->list[i].left_out = true;
	}
}

void pieces_leave_out_lonely(struct pieces *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct piece *piece = &p->list[i];

		if (piece->left_out || !*piece->function || !is_lonely(p, i, true))
			continue;
		log_warn("%s, %s: labelled once only: its packets teach the device, not the function; label it once more", piece->type,
			 piece->function);
		piece->function = "";
	}
	for (size_t i = 0; i < p->count; i++) {
		const char *type = p->list[i].type;

		if (p->list[i].left_out || !is_lonely(p, i, false))
			continue;
		if (cut_in_two(p, i)) {
			log_warn("%s: a single sample so far, cut in two: its accuracy is that of one hour; there are more every hour", type);
			continue;
		}
		log_warn("%s is left out: too few packets so far; there are more every hour", type);
		leave_out(p, &p->list[i]);
	}
}

void pieces_count(const struct pieces *p, size_t *types, size_t *functions)
{
	*types = *functions = 0;
	for (size_t i = 0; i < p->count; i++) {
		bool new_type = true, new_function = true;

		for (size_t k = 0; k < i; k++) {
			new_type &= !same_class(&p->list[k], &p->list[i], false);
			new_function &= !same_class(&p->list[k], &p->list[i], true);
		}
		*types += new_type && !p->list[i].left_out;
		*functions += new_function && *p->list[i].function && !p->list[i].left_out;
	}
}
