/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/library.h"

#include <dlfcn.h>
#include <errno.h>

/* POSIX lets a pointer to an object stand for a function here only. */
int library_find(void *handle, const char *name, void *function)
{
	*(void **)function = dlsym(handle, name);
	return *(void **)function ? 0 : -ENOPKG;
}
