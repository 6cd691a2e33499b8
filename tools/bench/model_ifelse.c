/* SPDX-License-Identifier: BSD-2-Clause */

/* Trees as nested if and else in C, which is what code generators write, compiled and loaded. */

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/bench/model.h"

/* A comparison with NaN is false, so the default side is the one behind `else`. */
static void put_node(struct buffer *out, const struct pack_tree *tree, uint32_t i)
{
	const struct pack_node *n = &tree->nodes[i];

	if (n->leaf) {
		buffer_printf(out, "s[%u]+=%af;", tree->label, (double)n->value);
		return;
	}
	if (n->missing_left)
		buffer_printf(out, "if(!(x[%u]>=%af)){", n->feature, (double)n->threshold);
	else
		buffer_printf(out, "if(x[%u]<%af){", n->feature, (double)n->threshold);
	put_node(out, tree, n->left);
	buffer_append_str(out, "}else{");
	put_node(out, tree, n->right);
	buffer_append_str(out, "}\n");
}

/* Function t0, t1, ... a tree. As functions that others could replace they are not inlined, which would take the compiler an hour. */
static void put_trees(struct buffer *out, const struct pack_ensemble *e, uint32_t first, uint32_t end)
{
	for (uint32_t t = first; t < end; t++) {
		buffer_printf(out, "void t%u(const float *x, float *s)\n{\n", t);
		put_node(out, &e->trees[t], 0);
		buffer_append_str(out, "\n}\n");
	}
}

static void put_call(struct buffer *out, uint32_t trees)
{
	for (uint32_t t = 0; t < trees; t++)
		buffer_printf(out, "void t%u(const float *x, float *s);\n", t);
	buffer_append_str(out, "void ifelse(const float *x, float *s)\n{\n");
	for (uint32_t t = 0; t < trees; t++)
		buffer_printf(out, "\tt%u(x, s);\n", t);
	buffer_append_str(out, "}\n");
}

static uint64_t fnv1a(const char *bytes, size_t size)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* The folder of this program, which is the build folder. */
static int own_folder(char *path, size_t room)
{
	ssize_t n = readlink("/proc/self/exe", path, room - 1);

	if (n <= 0)
		return -1;
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	return 0;
}

static int write_source(const char *base, char half, const struct buffer *source)
{
	char path[PATH_MAX + 8];
	FILE *file;
	size_t written;

	snprintf(path, sizeof(path), "%s-%c.c", base, half);
	file = fopen(path, "w");
	written = file ? fwrite(source->data, 1, source->len, file) : 0;
	if (!file || fclose(file) != 0 || written != source->len) {
		perror(path);
		return -1;
	}
	return 0;
}

/* Two halves at the same time. */
static int compile(const char *base)
{
	char command[8 * PATH_MAX];
	int r;

	fprintf(stderr, "bench model: compiling the trees as if and else, once (minutes)\n");
	snprintf(command, sizeof(command),
		 "b='%s'; for h in a b; do cc -O2 -fPIC -c -o \"$b-$h.o\" \"$b-$h.c\" & done; wait; "
		 "cc -shared -o \"$b.tmp\" \"$b-a.o\" \"$b-b.o\" && mv \"$b.tmp\" \"$b.so\"; r=$?; "
		 "rm -f \"$b\"-[ab].[co]; exit $r",
		 base);
	r = system(command);
	return r ? -1 : 0;
}

ifelse_fn *ifelse_load(const struct pack_ensemble *e)
{
	struct buffer a = { .limit = (size_t)256 << 20 }, b = { .limit = (size_t)256 << 20 };
	char folder[PATH_MAX - 64], base[PATH_MAX], path[PATH_MAX + 8];
	void *library;
	int r = own_folder(folder, sizeof(folder));

	put_trees(&a, e, 0, e->count / 2);
	put_trees(&b, e, e->count / 2, e->count);
	put_call(&b, e->count);
	snprintf(base, sizeof(base), "%s/bench-ifelse-%016llx", folder,
		 (unsigned long long)(fnv1a(a.data, a.len) ^ 3 * fnv1a(b.data, b.len)));
	snprintf(path, sizeof(path), "%s.so", base);
	if (r == 0 && access(path, R_OK) < 0) {
		r = write_source(base, 'a', &a) < 0 || write_source(base, 'b', &b) < 0 ? -1 : 0;
		if (r == 0)
			r = compile(base);
	}
	buffer_free(&a);
	buffer_free(&b);
	library = r == 0 ? dlopen(path, RTLD_NOW) : NULL;
	if (!library)
		fprintf(stderr, "bench model: cannot compile or load the generated code: %s\n", r == 0 ? dlerror() : "see above");
	return library ? (ifelse_fn *)dlsym(library, "ifelse") : NULL;
}
