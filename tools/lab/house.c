/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices live in the house, and where everything is. */
#include "tools/lab/house.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/rng.h"

enum { FIRST_HOST = 10, MDNS_PORT = 5353 };

static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(list, "all"))
		return true;
	for (const char *p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, n) && (p[n] == ',' || !p[n]))
			return true;
	}
	return false;
}

static int check_listed(const struct lab_house *house, const char *list)
{
	char copy[1024], *save = NULL;

	if (strlen(list) >= sizeof(copy))
		return log_error_r(-EINVAL, "the list of devices is too long");
	memcpy(copy, list, strlen(list) + 1);
	for (char *p = strtok_r(copy, ",", &save); p && strcmp(list, "all") != 0; p = strtok_r(NULL, ",", &save)) {
		if (lab_house_resolve(house, p).where != LAB_AT_DEVICE)
			return log_error_r(-ENOENT, "no device '%s'; see: iotbpf-lab list", p);
	}
	return house->n ? 0 : log_error_r(-ENOENT, "no device was asked for; see: iotbpf-lab list");
}

static int add_device(struct lab_house *house, const char *path, const char *list)
{
	struct lab_device *d = &house->devices[house->n];
	int r;

	if (house->n == LAB_DEVICES)
		return log_error_r(-ENOSPC, "more than %d devices", LAB_DEVICES);
	r = lab_spec_read(path, d);
	if (r < 0)
		return r;
	if (!listed(list, d->name))
		return 0;
	if (lab_house_resolve(house, d->name).where != LAB_AT_WAN || lab_house_find(house, d->mac) >= 0)
		return log_error_r(-EEXIST, "%s: another device has the same name or MAC address", path);
	d->address = LAB_LAN + FIRST_HOST + house->n;
	house->n++;
	return 0;
}

static int is_description(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return e->d_name[0] != '.' && dot && !strcmp(dot, ".conf");
}

static int add_all(struct lab_house *house, const char *dir, const char *list)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_description, alphasort), r = 0;

	if (n < 0)
		return log_errno_r(-errno, "cannot read the device descriptions in %s (give --dir)", dir);
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (r == 0)
			r = add_device(house, path, list);
		free(names[i]);
	}
	free(names);
	return r;
}

struct lab_house *lab_house_load(const char *dir, const char *list)
{
	_cleanup_free_ struct lab_house *house = calloc(1, sizeof(*house));

	if (!house) {
		log_error("out of memory");
		return NULL;
	}
	if (add_all(house, dir, list) < 0 || check_listed(house, list) < 0)
		return NULL;
	return TAKE_PTR(house);
}

int lab_house_find(const struct lab_house *house, uint64_t mac)
{
	for (unsigned int i = 0; i < house->n; i++)
		if (house->devices[i].mac == mac)
			return (int)i;
	return -1;
}

static struct lab_peer group(uint32_t address)
{
	uint64_t mac =
		address == UINT32_MAX ? UINT64_C(0xffffffffffff) : UINT64_C(0x01005e000000) | (address & 0x7fffff);

	return (struct lab_peer){ LAB_AT_GROUP, address, mac, -1 };
}

struct lab_peer lab_house_resolve(const struct lab_house *house, const char *host)
{
	uint64_t hash = lab_hash(0, host);
	struct in_addr in;

	if (!strcmp(host, "gateway"))
		return (struct lab_peer){ LAB_AT_GATEWAY, LAB_GATEWAY, LAB_GATEWAY_MAC, -1 };
	if (!strcmp(host, "broadcast"))
		return group(UINT32_MAX);
	if (inet_pton(AF_INET, host, &in) == 1 && ntohl(in.s_addr) >> 28 == 14)
		return group(ntohl(in.s_addr));
	for (unsigned int i = 0; i < house->n; i++)
		if (!strcmp(house->devices[i].name, host))
			return (struct lab_peer){ LAB_AT_DEVICE, house->devices[i].address, house->devices[i].mac,
						  (int)i };
	return (struct lab_peer){ LAB_AT_WAN, (hash & 1 ? LAB_WAN_A : LAB_WAN_B) + 1 + (uint32_t)(hash >> 8) % 254,
				  LAB_GATEWAY_MAC, -1 };
}

unsigned int lab_group_ttl(uint16_t port)
{
	return port == MDNS_PORT ? 255 : 4;
}
