/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/output/events_log.h"

#include <string.h>

struct entry {
	size_t start, len;
	enum event_type type;
	bool kept; /* not too long */
};

/* Lines lie one behind the other; one that does not fit before the end of the room begins at its start. */
struct events_log {
	char *room;
	struct entry *entries; /* of line n: n % lines */
	size_t bytes, lines;
	size_t write;		    /* where the next line goes */
	uint64_t oldest, next;	    /* numbers of lines */
	uint64_t gone[EVENT_TYPES]; /* lines before the oldest, */
	uint64_t all[EVENT_TYPES];  /* and all, by type */
};

struct events_log *events_log_new(size_t bytes, size_t lines)
{
	_cleanup_(events_log_free_p) struct events_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	log->room = malloc(bytes);
	log->entries = calloc(lines, sizeof(*log->entries));
	log->bytes = bytes;
	log->lines = lines;
	return log->room && log->entries ? TAKE_PTR(log) : NULL;
}

void events_log_free(struct events_log *log)
{
	free(log->room);
	free(log->entries);
	free(log);
}

static void forget_oldest(struct events_log *log)
{
	log->gone[log->entries[log->oldest % log->lines].type]++;
	log->oldest++;
}

void events_log_clear(struct events_log *log)
{
	while (log->oldest < log->next)
		forget_oldest(log);
	memset(log->room, 0, log->bytes);
}

/* Does the oldest line lie in [from, to) of the room? */
static bool oldest_is_in(const struct events_log *log, size_t from, size_t to)
{
	const struct entry *e = &log->entries[log->oldest % log->lines];

	return log->oldest < log->next && e->start < to && e->start + e->len > from;
}

/* Lines are written in the order of the room, so the oldest is the first that is in the way. */
static void make_room(struct events_log *log, size_t len)
{
	if (log->next - log->oldest == log->lines)
		forget_oldest(log);
	if (log->write + len > log->bytes) {
		while (oldest_is_in(log, log->write, log->bytes))
			forget_oldest(log);
		log->write = 0;
	}
	while (oldest_is_in(log, log->write, log->write + len))
		forget_oldest(log);
}

void events_log_append(struct events_log *log, enum event_type type, const char *text, size_t len)
{
	bool kept = len <= log->bytes / 4;
	size_t n = kept && len ? len : 1; /* at least one: the oldest line in the way is found by its place */

	make_room(log, n);
	log->entries[log->next % log->lines] = (struct entry){ log->write, n, type, kept };
	memcpy(log->room + log->write, kept && len ? text : "\n", n);
	log->write += n;
	log->next++;
	log->all[type]++;
}

uint64_t events_log_end(const struct events_log *log)
{
	return log->next;
}

struct events_cursor events_log_first(const struct events_log *log)
{
	struct events_cursor c = { .next = log->oldest };

	memcpy(c.passed, log->gone, sizeof(c.passed));
	return c;
}

struct events_cursor events_log_last(const struct events_log *log)
{
	struct events_cursor c = { .next = log->next };

	memcpy(c.passed, log->all, sizeof(c.passed));
	return c;
}

uint64_t events_log_overtaken(const struct events_log *log, struct events_cursor *c, uint32_t mask)
{
	uint64_t lost = 0;

	if (c->next >= log->oldest)
		return 0;
	for (int type = 0; type < EVENT_TYPES; type++) {
		if (mask & EVENT_BIT(type))
			lost += log->gone[type] - c->passed[type];
	}
	*c = events_log_first(log);
	return lost;
}

bool events_log_next(const struct events_log *log, struct events_cursor *c, uint32_t mask, struct events_line *line)
{
	while (c->next < log->next) {
		const struct entry *e = &log->entries[c->next++ % log->lines];

		c->passed[e->type]++;
		if (!(mask & EVENT_BIT(e->type)))
			continue;
		*line = (struct events_line){ e->kept ? log->room + e->start : NULL, e->len, e->type };
		return true;
	}
	return false;
}
