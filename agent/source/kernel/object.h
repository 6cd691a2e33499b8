/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_OBJECT_H
#define AGENT_SOURCE_KERNEL_OBJECT_H

/* The embedded BPF object: opened, sized, loaded, and its maps in our address space. */

#include <bpf/libbpf.h>
#include <stdbool.h>

#include "agent/source/slots.h"

static inline void object_close(struct bpf_object **object)
{
	bpf_object__close(*object);
}

/* Open the embedded object and set map sizes and read-only data from `config`. Returns 0 or -errno, logged. */
int object_open(struct bpf_object **object, const struct iot_config *config);

/* Size the maps of an object that is open and not yet loaded. Returns 0 or -errno, logged. */
int object_size(const struct bpf_object *object, const struct iot_config *config);

/* Load it. Returns 0 or -errno, logged with cause and remedy; -EOPNOTSUPP for a kernel that refuses the programs. */
int object_load(struct bpf_object *object);

/* Address of a global variable of section ".rodata" (before load) or ".bss" (after it); NULL if there is none. */
void *object_variable(const struct bpf_object *object, const char *section, const char *name, size_t *size);

/* Map the maps of the table into `table`, whose configuration is set; object_unmap() undoes what was done. Returns 0 or -errno, logged. */
int object_map(const struct bpf_object *object, struct iot_table *table);
void object_unmap(const struct bpf_object *object, struct iot_table *table);

/* Can XDP programs here ask for the length of a frame in several buffers (5.18)? Found out by loading one. */
bool object_has_frags(void);

/* log_errno_r() for a failed load: says which right, memory or feature is missing and what to do. Returns the errno to
 * pass on. */
int object_explain(int r, const char *what);

#endif
