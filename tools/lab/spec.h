/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SPEC_H
#define LAB_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A household as its description files say it (README.md in this folder has the format). One file is one
 * device: what it does always (activities), and what it does while one of its functions runs.
 */
enum {
	LAB_NAME_SIZE = 16, /* a device's name is its bridge port's name */
	LAB_LABEL_SIZE = 32,
	LAB_HOST_SIZE = 64,
	LAB_ROUNDS = 4,
	LAB_STEPS = 8,
	LAB_ACTIVITIES = 32,
	LAB_FUNCTIONS = 16,
	LAB_CONNECTIONS = 8,
	LAB_DEVICES = 64,
};

enum lab_verb {
	LAB_UDP,
	LAB_DNS,
	LAB_NTP,
	LAB_ARP,
	LAB_ICMP,
	LAB_DHCP_DISCOVER,
	LAB_DHCP_RENEW,
	LAB_TCP,  /* a connection of its own */
	LAB_SEND, /* over a long-lived connection */
};

struct lab_range {
	int64_t min, max; /* inclusive */
};

/* Ask with @up bytes of payload, be answered with @down (0: no answer). */
struct lab_size {
	struct lab_range up, down;
};

struct lab_step {
	enum lab_verb verb;
	char host[LAB_HOST_SIZE];
	uint16_t port;
	struct lab_size rounds[LAB_ROUNDS];
	unsigned int n_rounds;
	unsigned int connection; /* index, for LAB_SEND */
};

struct lab_activity {
	char name[LAB_LABEL_SIZE];
	int function;      /* index; -1: always */
	int64_t every_us;  /* 0: once, at @start_us */
	int64_t jitter_us; /* each occurrence moves by up to this much around its place on the grid */
	int64_t start_us;  /* after the beginning; -1: anywhere in the first period */
	struct lab_step steps[LAB_STEPS];
	unsigned int n_steps;
};

struct lab_function {
	char name[LAB_LABEL_SIZE];
	struct lab_range lasts_us;
};

struct lab_connection {
	char name[LAB_NAME_SIZE];
	char host[LAB_HOST_SIZE];
	uint16_t port;
};

struct lab_device {
	char name[LAB_NAME_SIZE];
	char label[LAB_LABEL_SIZE]; /* the device type */
	uint64_t mac;
	uint32_t address; /* IPv4, host order; given when the house is put together */
	struct lab_activity activities[LAB_ACTIVITIES];
	unsigned int n_activities;
	struct lab_function functions[LAB_FUNCTIONS];
	unsigned int n_functions;
	struct lab_connection connections[LAB_CONNECTIONS];
	unsigned int n_connections;
};

/**
 * lab_spec_read - read one description file into @device
 *
 * Errors are logged with file and line: -EINVAL (a line it does not understand, something missing),
 * -ENOSPC (more than the LAB_* limits), or that of opening the file.
 */
int lab_spec_read(const char *path, struct lab_device *device);

/** lab_step_parse - one "do" line; 0 or -EINVAL with the reason in *@why. Connections are looked up in @device. */
int lab_step_parse(const char *text, const struct lab_device *device, struct lab_step *step, const char **why);

/** lab_step_protocol - the flow that the device's own packets of this step belong to: "udp/53", "tcp/1883", "arp" */
const char *lab_step_protocol(const struct lab_step *step, char out[LAB_NAME_SIZE]);

/** lab_time_parse - "3s", "0.3s", "250ms", "5h45m" into microseconds; 0 or -EINVAL */
int lab_time_parse(const char *text, int64_t *us);

/** lab_range_parse - "120" or "100..140", each end read by @one; 0 or -EINVAL */
int lab_range_parse(const char *text, int (*one)(const char *, int64_t *), struct lab_range *range);

/** lab_count_parse - a whole number from 0 to 10,000,000; 0 or -EINVAL */
int lab_count_parse(const char *text, int64_t *value);

#endif
