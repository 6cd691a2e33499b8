/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static const int priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_ERR,
	[LOG_LEVEL_WARN] = LOG_WARNING,
	[LOG_LEVEL_INFO] = LOG_INFO,
	[LOG_LEVEL_DEBUG] = LOG_DEBUG,
};

struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
};

void log_set_level(enum log_level level)
{
	setlogmask(LOG_UPTO(priorities[level]));
}

static int enabled(enum log_level level)
{
	return setlogmask(0) & LOG_MASK(priorities[level]);
}

enum log_level log_get_level(void)
{
	enum log_level level = LOG_LEVEL_DEBUG;

	while (level > LOG_LEVEL_ERROR && !enabled(level))
		level--;
	return level;
}

/* One byte stays free for the newline; what does not fit is cut. */
static void line_vadd(struct line *l, const char *format, va_list ap)
{
	size_t room = sizeof(l->text) - 1 - l->len;
	int n = vsnprintf(l->text + l->len, room, format, ap);

	if (n > 0)
		l->len += (size_t)n < room ? (size_t)n : room - 1;
}

__attribute__((format(printf, 2, 3))) static void line_add(struct line *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	line_vadd(l, format, ap);
	va_end(ap);
}

static void line_start(struct line *l, enum log_level level)
{
	static const char *const prefix[] = {
		[LOG_LEVEL_ERROR] = "",
		[LOG_LEVEL_WARN] = "warning: ",
		[LOG_LEVEL_INFO] = "",
		[LOG_LEVEL_DEBUG] = "debug: ",
	};

	l->len = 0;
	line_add(l, "iotbpf: %s", prefix[level]);
}

static void line_end(struct line *l)
{
	for (size_t i = 0; i < l->len; i++)
		if ((unsigned char)l->text[i] < 0x20 || l->text[i] == 0x7f)
			l->text[i] = '?';
	l->text[l->len++] = '\n';
	/* Nowhere to report a failing stderr. */
	if (write(STDERR_FILENO, l->text, l->len) < 0)
		return;
}

void log_write(enum log_level level, const char *format, ...)
{
	int saved = errno;
	struct line l;
	va_list ap;

	if (!enabled(level))
		return;
	line_start(&l, level);
	va_start(ap, format);
	line_vadd(&l, format, ap);
	va_end(ap);
	line_end(&l);
	errno = saved;
}

int log_error_r(int r, const char *format, ...)
{
	struct line l;
	va_list ap;

	line_start(&l, LOG_LEVEL_ERROR);
	va_start(ap, format);
	line_vadd(&l, format, ap);
	va_end(ap);
	line_end(&l);
	return r;
}

int log_errno_r(int r, const char *format, ...)
{
	struct line l;
	va_list ap;

	line_start(&l, LOG_LEVEL_ERROR);
	va_start(ap, format);
	line_vadd(&l, format, ap);
	va_end(ap);
	line_add(&l, ": %s", strerror(r < 0 ? -r : r));
	line_end(&l);
	return r;
}
