/* SPDX-License-Identifier: BSD-2-Clause */

/* `iotbpf model import FILE`: a model of another library becomes a model file. */

#include "agent/cmd/model_import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/model/import.h"

#define CHECK_SIZE_MAX (256u << 20)

struct values {
	const char *output, *labels, *name, *device, *check;
	int scale;
};

/* A file, mapped to be read. */
struct file {
	const char *bytes;
	size_t size;
};

static const char *const scale_names[] = { "window", "burst", "rhythm", "session", "paper", NULL };
_Static_assert(sizeof(scale_names) / sizeof(scale_names[0]) == FEATURES_SCALES + 1, "a word for each scale, in their order");

#define OFFSET(member) offsetof(struct values, member)

static const struct option_spec import_options[] = {
	{ .name = "output", .letter = 'o', .kind = OPTION_STRING, .offset = OFFSET(output), .argument = "FILE.iotm",
	  .help = "model file to write (default: FILE's name with .iotm, here)" },
	{ .name = "scale", .letter = 's', .kind = OPTION_CHOICE, .offset = OFFSET(scale), .argument = "SCALE",
	  .help = "what its rows describe (default: window)", .choices = scale_names },
	{ .name = "labels", .letter = 'l', .kind = OPTION_STRING, .offset = OFFSET(labels), .argument = "NAME,...",
	  .help = "names of its classes, in their order; needed where the file has none" },
	{ .name = "function-of", .letter = 'f', .kind = OPTION_STRING, .offset = OFFSET(device), .argument = "DEVICE",
	  .help = "its classes are functions of this device type, not device types" },
	{ .name = "name", .letter = 'n', .kind = OPTION_STRING, .offset = OFFSET(name), .argument = "NAME",
	  .help = "name of the model (default: FILE's)" },
	{ .name = "check", .letter = 'c', .kind = OPTION_STRING, .offset = OFFSET(check), .argument = "ROWS.csv",
	  .help = "compare with rows and the library's probabilities of them" },
};

const struct options_spec model_import_options = {
	.command = "iotbpf model import",
	.summary = "Turn a model of another library into a model file; no compiler and no Python is needed.",
	.operands = "FILE",
	.details = "FILE is what one of these wrote:\n"
		   "  XGBoost       booster.save_model(\"x.json\") or (\"x.ubj\"); not dart\n"
		   "  LightGBM      booster.save_model(\"x.txt\"); binary or multiclass\n"
		   "  CatBoost      model.save_model(\"x.json\", format=\"json\"); numbers only, symmetric trees\n"
		   "  scikit-learn  tools/export/sklearn_to_json.py, run where the model was trained\n\n"
		   "Features are found by their names, or by their places where the file has no names.\n"
		   "A line of ROWS.csv is a row's features in the model's order, empty where missing, and the\n"
		   "probabilities of all classes; more than 0.000001 of difference and nothing is written.",
	.min_operands = 1,
	.max_operands = 1,
	.options = import_options,
	.count = sizeof(import_options) / sizeof(import_options[0]),
};

static void file_unmap(struct file *f)
{
	if (f->size)
		munmap((void *)(uintptr_t)f->bytes, f->size);
}

static int file_map(const char *path, size_t max, struct file *f)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	void *bytes;

	if (fd < 0 || fstat(fd, &st) < 0)
		return log_errno_r(-errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return log_error_r(-EISDIR, "%s: not a file", path);
	if (st.st_size == 0 || st.st_size > (off_t)max)
		return log_error_r(-EBADMSG, "%s: %s", path, st.st_size ? "too large" : "empty");
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return log_errno_r(-errno, "%s", path);
	*f = (struct file){ .bytes = bytes, .size = (size_t)st.st_size };
	return 0;
}

static int exit_code(int r)
{
	switch (r) {
	case 0:
		return EX_OK;
	case -ENOENT:
	case -EACCES:
	case -EISDIR:
		return EX_NOINPUT;
	case -ENOMEM:
		return EX_OSERR;
	default:
		return EX_DATAERR;
	}
}

static void free_labels(struct import *m)
{
	for (uint32_t i = 0; i < m->label_count; i++)
		free(m->labels[i]);
	free(m->labels);
	m->labels = NULL;
	m->label_count = 0;
}

/* What --labels says takes the place of the file's own class names. */
static int set_labels(struct import *m, const char *text)
{
	uint32_t classes = m->ensemble.classes, count = 1;

	if (!text)
		return m->labels ? 0 :
				   log_error_r(-EINVAL, "%s: its %u classes have no names: give them with --labels NAME,NAME,...", m->path,
					       classes);
	for (const char *at = text; *at; at++)
		count += *at == ',';
	if (count != classes)
		return log_error_r(-EINVAL, "--labels names %u classes, %s has %u", count, m->path, classes);
	free_labels(m);
	m->labels = calloc((size_t)classes + 1, sizeof(*m->labels));
	for (const char *at = text; m->labels && m->label_count < classes; m->label_count++) {
		size_t length = strcspn(at, ",");

		m->labels[m->label_count] = strndup(at, length);
		if (!m->labels[m->label_count])
			break;
		at += length + 1;
	}
	return m->label_count == classes ? 0 : log_errno_r(-ENOMEM, "%s", m->path);
}

/* No two classes of one name, none without. */
static int check_labels(const struct import *m)
{
	for (uint32_t i = 0; i < m->label_count; i++) {
		if (!*m->labels[i] || strlen(m->labels[i]) > 128)
			return log_error_r(-EINVAL, "%s: a class has no name, or one of more than 128 bytes: use --labels", m->path);
		for (uint32_t k = 0; k < i; k++)
			if (!strcmp(m->labels[i], m->labels[k]))
				return log_error_r(-EINVAL, "%s: two classes are named '%.64s': use --labels", m->path, m->labels[i]);
	}
	return 0;
}

static int check_rows(struct import *m, const char *path)
{
	_cleanup_(file_unmap) struct file rows = { 0 };
	float worst;
	int64_t r = file_map(path, CHECK_SIZE_MAX, &rows);

	if (r == 0)
		r = import_check(m, path, rows.bytes, rows.size, &worst);
	if (r < 0)
		return (int)r;
	printf("checked %lld rows: largest difference %.2g\n", (long long)r, (double)worst);
	return 0;
}

static int write_whole(int fd, const struct buffer *image)
{
	int r = buffer_write(image, fd);

	if (r < 0)
		return r;
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

/* The file becomes visible when it is complete. */
static int write_image(const char *path, const struct buffer *image)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (asprintf(&name, "%s.new", path) < 0) {
		name = NULL;
		return log_errno_r(-ENOMEM, "%s", path);
	}
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	r = fd < 0 ? -errno : write_whole(fd, image);
	if (r == 0 && rename(name, path) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		unlink(name);
	return r < 0 ? log_errno_r(r, "cannot write %s", path) : 0;
}

/* FILE's name without its folder and its last ending; allocated. */
static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');

	return strndup(name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static int publish(const struct import *m, const struct values *v)
{
	_cleanup_(buffer_free) struct buffer image = { 0 };
	_cleanup_free_ char *base = base_name(m->path);
	_cleanup_free_ char *output = NULL;
	struct import_names names = { .name = v->name ? v->name : base, .device = v->device };
	int r;

	if (!base || asprintf(&output, "%s%s", v->output ? v->output : base, v->output ? "" : ".iotm") < 0)
		return exit_code(log_errno_r(-ENOMEM, "%s", m->path));
	r = import_image(m, &names, &image);
	if (r < 0)
		return exit_code(r);
	if (write_image(output, &image) < 0)
		return EX_CANTCREAT;
	printf("%s: %s, %u trees, %u classes, %u features, %zu bytes\n", output, m->kind, m->ensemble.count, m->ensemble.classes,
	       m->features, image.len);
	return EX_OK;
}

int cmd_model_import(int argc, char **argv)
{
	_cleanup_(file_unmap) struct file file = { 0 };
	_cleanup_(import_free) struct import m = { 0 };
	struct values v = { .scale = FEATURES_WINDOW };
	struct operands operands;
	int code = command_parse(&model_import_options, argc, argv, &v, &operands), r;

	if (code >= 0)
		return code;
	r = file_map(operands.argv[0], IMPORT_SIZE_MAX, &file);
	if (r == 0)
		r = import_read(operands.argv[0], file.bytes, file.size, (enum features_scale)v.scale, &m);
	if (r < 0)
		return exit_code(r);
	if (set_labels(&m, v.labels) < 0 || check_labels(&m) < 0)
		return EX_USAGE;
	if (v.check) {
		r = check_rows(&m, v.check);
		if (r < 0)
			return exit_code(r);
	}
	return publish(&m, &v);
}
