/* SPDX-License-Identifier: BSD-2-Clause */
/* A "do" line of a description: one exchange between the device and something else. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/lab/spec.h"

enum { WORDS = 3 + 2 * LAB_ROUNDS, DHCP_SIZE = 300 };

struct words {
	char text[256];
	char *word[WORDS];
	unsigned int n;
};

static int split(const char *text, struct words *w)
{
	char *save = NULL;

	*w = (struct words){ 0 };
	if (strlen(text) >= sizeof(w->text))
		return -EINVAL;
	memcpy(w->text, text, strlen(text) + 1);
	for (char *p = strtok_r(w->text, " \t", &save); p; p = strtok_r(NULL, " \t", &save)) {
		if (w->n == WORDS)
			return -EINVAL;
		w->word[w->n++] = p;
	}
	return w->n ? 0 : -EINVAL;
}

static int parse_host(char *text, struct lab_step *step, bool with_port)
{
	char *colon = strrchr(text, ':');
	int64_t port = 0;

	if (with_port) {
		if (!colon || lab_count_parse(colon + 1, &port) < 0 || port < 1 || port > 65535)
			return -EINVAL;
		*colon = '\0';
		step->port = (uint16_t)port;
	}
	if (!*text || strlen(text) >= sizeof(step->host))
		return -EINVAL;
	memcpy(step->host, text, strlen(text) + 1);
	return 0;
}

/* Sizes in pairs; a last one alone means "no answer". */
static int parse_rounds(const struct words *w, unsigned int first, struct lab_step *step, unsigned int most)
{
	unsigned int n = (w->n - first + 1) / 2;

	if (w->n <= first || n > most)
		return -EINVAL;
	for (unsigned int i = first; i < w->n; i++) {
		struct lab_size *size = &step->rounds[(i - first) / 2];
		struct lab_range *r = (i - first) % 2 ? &size->down : &size->up;

		if (lab_range_parse(w->word[i], lab_count_parse, r) < 0)
			return -EINVAL;
	}
	step->n_rounds = n;
	return 0;
}

static void fixed_round(struct lab_step *step, int64_t up, int64_t down)
{
	step->rounds[0] = (struct lab_size){ { up, up }, { down, down } };
	step->n_rounds = 1;
}

static int parse_udp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	(void)device;
	step->verb = LAB_UDP;
	if (w->n < 3 || parse_host(w->word[1], step, true) < 0 || parse_rounds(w, 2, step, 1) < 0)
		return -EINVAL;
	return step->rounds[0].up.max > 1472 || step->rounds[0].down.max > 1472 ? -EINVAL : 0;
}

static int parse_tcp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	(void)device;
	step->verb = LAB_TCP;
	if (w->n < 3 || parse_host(w->word[1], step, true) < 0 || parse_rounds(w, 2, step, LAB_ROUNDS) < 0)
		return -EINVAL;
	return step->rounds[0].up.min < 1 ? -EINVAL : 0;
}

static int parse_send(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	step->verb = LAB_SEND;
	if (w->n < 3 || parse_rounds(w, 2, step, LAB_ROUNDS) < 0 || step->rounds[0].up.min < 1)
		return -EINVAL;
	for (unsigned int i = 0; i < device->n_connections; i++) {
		if (strcmp(device->connections[i].name, w->word[1]) != 0)
			continue;
		step->connection = i;
		step->port = device->connections[i].port;
		memcpy(step->host, device->connections[i].host, sizeof(step->host));
		return 0;
	}
	return -ENOENT;
}

static int parse_dns(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	int64_t size;

	(void)device;
	step->verb = LAB_DNS;
	if (w->n != 2 || parse_host(w->word[1], step, false) < 0)
		return -EINVAL;
	step->port = 53;
	size = 12 + (int64_t)strlen(step->host) + 2 + 4;
	fixed_round(step, size, size + 16);
	return 0;
}

static int parse_ntp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	(void)device;
	step->verb = LAB_NTP;
	if (w->n != 2 || parse_host(w->word[1], step, false) < 0)
		return -EINVAL;
	step->port = 123;
	fixed_round(step, 48, 48);
	return 0;
}

static int parse_arp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	char gateway[] = "gateway";

	(void)device;
	step->verb = LAB_ARP;
	return w->n > 2 ? -EINVAL : parse_host(w->n == 2 ? w->word[1] : gateway, step, false);
}

static int parse_icmp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	(void)device;
	step->verb = LAB_ICMP;
	if (w->n != 3 || parse_host(w->word[1], step, false) < 0 || parse_rounds(w, 2, step, 1) < 0)
		return -EINVAL;
	step->rounds[0].down = step->rounds[0].up;
	return step->rounds[0].up.max > 1472 ? -EINVAL : 0;
}

static int parse_dhcp(struct words *w, const struct lab_device *device, struct lab_step *step)
{
	(void)device;
	if (w->n != 2 || (strcmp(w->word[1], "discover") != 0 && strcmp(w->word[1], "renew") != 0))
		return -EINVAL;
	step->verb = strcmp(w->word[1], "renew") ? LAB_DHCP_DISCOVER : LAB_DHCP_RENEW;
	step->port = 67;
	memcpy(step->host, "gateway", sizeof("gateway"));
	fixed_round(step, DHCP_SIZE, DHCP_SIZE);
	return 0;
}

int lab_step_parse(const char *text, const struct lab_device *device, struct lab_step *step, const char **why)
{
	static const struct {
		const char *verb;
		int (*parse)(struct words *, const struct lab_device *, struct lab_step *);
		const char *form;
	} verbs[] = {
		{ "udp", parse_udp, "udp HOST:PORT UP [DOWN], at most 1472 bytes each" },
		{ "tcp", parse_tcp, "tcp HOST:PORT UP [DOWN] [UP DOWN]..., four rounds at most" },
		{ "send", parse_send, "send CONNECTION UP [DOWN] [UP DOWN]..., CONNECTION described above it" },
		{ "dns", parse_dns, "dns NAME" },
		{ "ntp", parse_ntp, "ntp HOST" },
		{ "arp", parse_arp, "arp [HOST]" },
		{ "icmp", parse_icmp, "icmp HOST SIZE" },
		{ "dhcp", parse_dhcp, "dhcp discover|renew" },
	};
	struct words w;

	*step = (struct lab_step){ 0 };
	*why = "one of udp, tcp, send, dns, ntp, arp, icmp, dhcp";
	if (split(text, &w) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(w.word[0], verbs[i].verb) != 0)
			continue;
		*why = verbs[i].form;
		return verbs[i].parse(&w, device, step) < 0 ? -EINVAL : 0;
	}
	return -EINVAL;
}

const char *lab_step_protocol(const struct lab_step *step, char out[LAB_NAME_SIZE])
{
	switch (step->verb) {
	case LAB_ARP:
		return strcpy(out, "arp");
	case LAB_ICMP:
		return strcpy(out, "icmp");
	case LAB_TCP:
	case LAB_SEND:
		snprintf(out, LAB_NAME_SIZE, "tcp/%u", (unsigned int)step->port);
		return out;
	default:
		snprintf(out, LAB_NAME_SIZE, "udp/%u", (unsigned int)step->port);
		return out;
	}
}
