/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * T6: the audi detector gives the same bits as an independent implementation in Python, on a corpus of a fixed
 * seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/analysis/audi.h"
#include "agent/analysis/bits.h"
#include "tests/lib/synthetic.h"

#define SERIES 40
#define LINE 65536
#define PORT "tests/accuracy/audi_port.py"

static void compose(struct synthetic *s, size_t i)
{
	const struct synthetic_train train = { .period = synthetic_log_uniform(s, 5, 300), .loss = i % 5 ? 0 : .1,
					       .jitter = i % 3 ? .4 : 0 };

	synthetic_clear(s, AUDI_SAMPLES);
	switch (i % 4) {
	case 0:
		synthetic_add_train(s, &train);
		break;
	case 1:
		synthetic_add_poisson(s, synthetic_log_uniform(s, .003, .2));
		break;
	case 2:
		synthetic_add_train(s, &train);
		synthetic_add_poisson(s, .01);
		break;
	default:
		synthetic_add_pareto(s);
	}
}

static void print_bits(FILE *f, const struct synthetic *s)
{
	for (size_t i = 0; i < s->n; i++)
		fputc(bits_get(s->words, i) ? '1' : '0', f);
	fputc('\n', f);
}

/* The same text as the port prints. */
static void print_periods(char *line, size_t size, const struct audi_period *p, size_t count)
{
	size_t used = 0;

	line[0] = 0;
	for (size_t i = 0; i < count && used < size; i++) {
		used += (size_t)snprintf(line + used, size - used, "%s%u %u", i ? "; " : "", p[i].lag, p[i].success);
		for (size_t k = 0; k < 2 * AUDI_PARTS && used < size; k++)
			used += (size_t)snprintf(line + used, size - used, " %.17g",
						 k < AUDI_PARTS ? p[i].r[k] : p[i].rn[k - AUDI_PARTS]);
	}
}

static size_t compare(struct audi *a, struct synthetic *s, FILE *port, size_t *periods)
{
	static char ours[LINE], theirs[LINE];
	size_t equal = 0;

	for (size_t i = 0; i < SERIES; i++) {
		const struct audi_period *found;
		size_t count;

		compose(s, i);
		count = audi_periods(a, s->words, &found);
		print_periods(ours, sizeof(ours), found, count);
		if (!fgets(theirs, sizeof(theirs), port))
			return equal;
		theirs[strcspn(theirs, "\n")] = 0;
		*periods += count;
		equal += !strcmp(ours, theirs);
		if (strcmp(ours, theirs))
			printf("# series %zu\n# ours   %.200s\n# theirs %.200s\n", i, ours, theirs);
	}
	return equal;
}

/* Writes the corpus and starts the port on it; NULL if that cannot be done. */
static FILE *start_port(struct synthetic *s, char *path)
{
	const int fd = mkstemp(path);
	FILE *corpus = fd < 0 ? NULL : fdopen(fd, "w");
	char command[256];

	if (!corpus)
		return NULL;
	for (size_t i = 0; i < SERIES; i++) {
		compose(s, i);
		print_bits(corpus, s);
	}
	fclose(corpus);
	snprintf(command, sizeof(command), "python3 %s %s", PORT, path);
	return popen(command, "r");
}

int main(void)
{
	struct synthetic s = { .random = 33 };
	struct audi *a = audi_new(AUDI_SAMPLES);
	char path[] = "/tmp/iotbpf-audi-XXXXXX";
	size_t equal, periods = 0;
	FILE *port;

	if (system("python3 -c pass 2>/dev/null") || access(PORT, R_OK)) {
		printf("ok 1 - T6 audi detector equals the Python port # SKIP no python3 or port\n1..1\n");
		return EXIT_SUCCESS;
	}
	port = start_port(&s, path);
	if (!a || !port)
		return EXIT_FAILURE;
	s.random = 33;
	equal = compare(a, &s, port, &periods);
	pclose(port);
	unlink(path);
	audi_free(a);
	printf("%sok 1 - T6 audi detector equals the Python port: %zu of %d series, %zu periods\n1..1\n",
	       equal == SERIES ? "" : "not ", equal, SERIES, periods);
	return equal == SERIES ? EXIT_SUCCESS : EXIT_FAILURE;
}
