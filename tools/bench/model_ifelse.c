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

/* A function a tree that others could replace: inlined into one they would take the compiler an hour. */
static void put_source(struct buffer *out, const struct pack_ensemble *e)
{
	for (uint32_t t = 0; t < e->count; t++) {
		buffer_printf(out, "void t%u(const float *x, float *s)\n{\n", t);
		put_node(out, &e->trees[t], 0);
		buffer_append_str(out, "\n}\n");
	}
	buffer_append_str(out, "void ifelse(const float *x, float *s)\n{\n");
	for (uint32_t t = 0; t < e->count; t++)
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

static int compile(const struct buffer *source, const char *base)
{
	char path[PATH_MAX + 8], command[5 * PATH_MAX];
	FILE *file;
	int r;

	snprintf(path, sizeof(path), "%s.c", base);
	file = fopen(path, "w");
	if (!file || fwrite(source->data, source->len, 1, file) != 1) {
		perror(path);
		if (file)
			fclose(file);
		return -1;
	}
	fclose(file);
	fprintf(stderr, "bench model: compiling %zu MB of if and else, once (a minute)\n", source->len >> 20);
	snprintf(command, sizeof(command), "cc -O2 -shared -fPIC -o '%s.tmp' '%s' && mv '%s.tmp' '%s.so'", base, path, base, base);
	r = system(command);
	unlink(path);
	return r ? -1 : 0;
}

ifelse_fn *ifelse_load(const struct pack_ensemble *e)
{
	struct buffer source = { .limit = (size_t)256 << 20 };
	char folder[PATH_MAX - 64], base[PATH_MAX], path[PATH_MAX + 8];
	void *library;
	int r = own_folder(folder, sizeof(folder));

	put_source(&source, e);
	snprintf(base, sizeof(base), "%s/bench-ifelse-%016llx", folder, (unsigned long long)fnv1a(source.data, source.len));
	snprintf(path, sizeof(path), "%s.so", base);
	if (r == 0 && access(path, R_OK) < 0)
		r = compile(&source, base);
	buffer_free(&source);
	library = r == 0 ? dlopen(path, RTLD_NOW) : NULL;
	if (!library)
		fprintf(stderr, "bench model: cannot compile or load the generated code: %s\n", r == 0 ? dlerror() : "see above");
	return library ? (ifelse_fn *)dlsym(library, "ifelse") : NULL;
}
