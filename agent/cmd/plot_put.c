// SPDX-License-Identifier: BSD-2-Clause

/* Where a plot goes. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/cmd/plot.h"
#include "agent/output/plot/plot.h"

/* Bytes, or the picture as PNG, to an open file. Logged. */
static int put_to(int fd, const char *name, enum plot_form form, const struct buffer *out)
{
	int r = form == PLOT_FORM_PNG ? plot_png(out, fd) : buffer_write(out, fd);

	if (r == -ENOPKG)
		return log_error_r(r, "a PNG is made by the program rsvg-convert, which is not there: apt install librsvg2-bin, or use --svg");
	if (form == PLOT_FORM_PNG && r == -EIO)
		return log_error_r(r, "rsvg-convert could not turn the picture into a PNG; --svg writes it as it is");
	return r < 0 ? log_errno_r(r, "cannot write %s", name) : 0;
}

/* A file appears when it is whole: it is written beside, and renamed. */
static int put_file(const char *path, enum plot_form form, const struct buffer *out)
{
	_cleanup_free_ char *part = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (asprintf(&part, "%s.part", path) < 0)
		return log_errno_r(-ENOMEM, "cannot write %s", path);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return log_errno_r(-errno, "cannot write %s", path);
	r = put_to(fd, path, form, out);
	if (r == 0 && rename(part, path) < 0)
		r = log_errno_r(-errno, "cannot write %s", path);
	if (r < 0)
		unlink(part);
	return r;
}

static int put_somewhere(const struct plot_values *v, enum plot_form form, const struct buffer *out)
{
	struct stat st;

	if (!v->output || !strcmp(v->output, "-")) {
		if (form == PLOT_FORM_PNG && isatty(STDOUT_FILENO))
			return log_error_r(-EINVAL, "a PNG is nothing for a terminal: -o FILE");
		return put_to(STDOUT_FILENO, "standard output", form, out);
	}
	if (stat(v->output, &st) == 0 && !S_ISREG(st.st_mode)) {
		_cleanup_close_ int fd = open(v->output, O_WRONLY | O_CLOEXEC);

		return fd < 0 ? log_errno_r(-errno, "cannot write %s", v->output) : put_to(fd, v->output, form, out);
	}
	return put_file(v->output, form, out);
}

int plot_put(const struct plot_values *values, enum plot_form form, const struct buffer *out)
{
	int r = put_somewhere(values, form, out);

	return r == 0 ? EX_OK : r == -ENOPKG || r == -EIO ? EX_UNAVAILABLE : r == -EINVAL ? EX_USAGE : EX_CANTCREAT;
}
