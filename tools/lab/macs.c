/* SPDX-License-Identifier: BSD-2-Clause */
/* An open-addressed table while it is filled, a sorted list afterwards. */
#include "tools/lab/macs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { SLOTS = 2 * LAB_MACS_MAX };

static struct lab_station *slot(const struct lab_macs *m, uint64_t mac)
{
	size_t i = (size_t)(mac * UINT64_C(0x9e3779b97f4a7c15) >> 40) % SLOTS;

	while (m->station[i].frames && m->station[i].mac != mac)
		i = (i + 1) % SLOTS;
	return &m->station[i];
}

int lab_macs_count(struct lab_macs *m, uint64_t mac)
{
	struct lab_station *s;

	if (!m->station)
		m->station = calloc(SLOTS, sizeof(*m->station));
	if (!m->station)
		return -ENOMEM;
	s = slot(m, mac);
	if (!s->frames && m->n == LAB_MACS_MAX) {
		m->more++;
		return 0;
	}
	if (!s->frames) {
		*s = (struct lab_station){ .mac = mac, .socket = -1 };
		m->n++;
	}
	s->frames++;
	return 0;
}

static int more_active(const void *a, const void *b)
{
	const struct lab_station *x = a, *y = b;

	if (x->frames != y->frames)
		return x->frames < y->frames ? 1 : -1;
	return x->mac < y->mac ? -1 : x->mac > y->mac;
}

uint64_t lab_macs_keep(struct lab_macs *m, size_t most)
{
	uint64_t dropped = m->more;

	if (!m->station)
		return dropped;
	qsort(m->station, SLOTS, sizeof(*m->station), more_active);
	for (; m->n > most; m->n--)
		dropped += m->station[m->n - 1].frames;
	return dropped;
}

struct lab_station *lab_macs_find(const struct lab_macs *m, uint64_t mac)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->station[i].mac == mac)
			return &m->station[i];
	return NULL;
}

void lab_macs_free(struct lab_macs *m)
{
	for (size_t i = 0; m->station && i < m->n; i++)
		if (m->station[i].socket >= 0)
			close(m->station[i].socket);
	free(m->station);
	*m = (struct lab_macs){ 0 };
}
