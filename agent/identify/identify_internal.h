/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_IDENTIFY_INTERNAL_H
#define AGENT_IDENTIFY_IDENTIFY_INTERNAL_H

#include "agent/identify/identify.h"
#include "agent/identify/settle.h"

struct label_pair {
	char type[IDENTIFY_NAME], function[IDENTIFY_NAME]; /* "": none */
};

/* The owner's word. Texts that were told stay until the next update has told others, so that it can say what was before. */
struct owner {
	struct label_pair wanted, told[2];
	unsigned int shown; /* of told */
};

struct suspect {
	struct evidence *evidence; /* NULL: no packet yet */
	struct owner *owner;	   /* NULL: nothing was ever said */
	struct settle settle;
	struct verdict told;
	struct verdict pair;	   /* latest answer of both stages, settled or not */
	uint32_t decided, function_decided, episode_decided; /* rows that the last decisions rest on: no new row, no new answer */
};

struct identify {
	struct identify_options options;
	struct shape shape;
	struct suspect **suspects; /* [slots], NULL where nothing is known */
};

/** identify_suspect - the record of a device, made if there is none; NULL when memory is short */
struct suspect *identify_suspect(struct identify *id, uint32_t device);

/** identify_present - what is told of the type: what @model says, unless the owner says something */
struct verdict identify_present(const struct identify *id, const struct suspect *s, const struct verdict *model);

/** identify_present_function - add what is told of the function; @now_ms: since when, if the owner says it */
void identify_present_function(const struct suspect *s, uint32_t now_ms, struct verdict *v);

/** verdict_copy_function - only the function that is told */
void verdict_copy_function(struct verdict *to, const struct verdict *from);

/** owner_present - what the owner wants is told from now on */
void owner_present(struct suspect *s);

/** owner_type, owner_function - the owner's word that is told, NULL: none */
const char *owner_type(const struct suspect *s);
const char *owner_function(const struct suspect *s);

#endif
