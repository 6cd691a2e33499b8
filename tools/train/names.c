/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int names_find(const struct names *names, const char *text)
{
	for (uint32_t i = names->count; i-- > 0;)
		if (!strcmp(names->text[i], text))
			return (int)i;
	return -ENOENT;
}

int names_number(struct names *names, const char *text)
{
	int found = names_find(names, text);
	char **grown;

	if (found >= 0)
		return found;
	grown = reallocarray(names->text, names->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	names->text = grown;
	grown[names->count] = strdup(text);
	return grown[names->count] ? (int)names->count++ : -ENOMEM;
}

void names_free(struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->text[i]);
	free(names->text);
	*names = (struct names){ 0 };
}
