/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_SCENE_H
#define AGENT_SCREEN_SCENE_H

/*
 * A snapshot of the running agent (iotbpf-socket(7)) as top knows it. Everything is bounded, whatever the JSON says: numbers are finite and
 * not negative, shares between 0 and 1, texts cut to their room at a character's end. Texts are UTF-8 but not safe for a terminal: cells
 * and tables make them so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

#define SCENE_TEXT 64
#define SCENE_DEVICES 4096
#define SCENE_FLOWS 512 /* of one device */
#define SCENE_FUNCTIONS 64
#define SCENE_PERIODS 4 /* of one flow */
#define SCENE_ALERTS 64
#define SCENE_PORTS 64
#define SCENE_ADDRESSES 4

struct scene_period {
	double seconds, support, log_p; /* log_p: -ln p; 0 seconds: none */
	char protocol[32];
};

struct scene_flow {
	char protocol[32];
	double packets, bytes, active_seconds, share; /* share: of the device's packets */
	int64_t last_us;
	uint64_t strip;
	struct scene_period periods[SCENE_PERIODS];
	uint32_t period_count;
};

struct scene_function {
	char label[SCENE_TEXT];
	double p;
	int64_t start_us, stop_us; /* stop 0: still */
};

/* What a device is taken for. */
struct scene_type {
	char label[SCENE_TEXT], level[16], decided_by[16], runner_up[SCENE_TEXT];
	double p, runner_up_p;
	bool owner; /* said by the owner */
};

struct scene_rates {
	double tx_packets, tx_bytes, rx_packets, rx_bytes;
};

struct scene_device {
	uint64_t mac;
	char name[SCENE_TEXT], name_source[16], vendor[SCENE_TEXT], in_iface[32];
	char addresses[SCENE_ADDRESSES][48];
	uint32_t address_count;
	bool randomized;
	int64_t first_us, last_us;
	struct scene_type type;
	struct scene_function function; /* now; no label: none */
	struct scene_rates total, rate; /* rate: of the last whole second */
	uint64_t strip;
	struct scene_period period; /* the shortest */
	uint32_t flow_total;	   /* as the agent says */
	struct scene_flow *flows;
	uint32_t flow_count;
	struct scene_function *functions; /* latest last */
	uint32_t function_count;
};

struct scene_alert {
	int64_t time_us;
	bool warning;
	uint64_t mac; /* 0: of no device */
	char text[160];
};

struct scene_port {
	char name[32], bridge[32];
	bool up;
};

struct scene {
	int64_t time_us;
	char host[SCENE_TEXT], version[32], model[SCENE_TEXT];
	struct scene_port ports[SCENE_PORTS];
	uint32_t port_count;
	struct scene_totals {
		double frames, counted, skipped, devices, flows, missed_packets, clients, lost_events;
	} totals;
	struct scene_device *devices;
	uint32_t device_count;
	uint32_t left_out; /* devices beyond SCENE_DEVICES */
	struct scene_alert alerts[SCENE_ALERTS];
	uint32_t alert_count;
};

/**
 * scene_decode - take one snapshot apart
 * @why: room for SCENE_TEXT * 4 bytes: what the agent says where it refuses
 *
 * Returns 0 with *@scene, -EBADMSG for what is no snapshot, -EREMOTEIO where the agent refuses, -ENOMEM. Logs nothing.
 */
int scene_decode(const char *text, size_t n, struct scene **scene, char *why);

void scene_free(struct scene *scene);

/** scene_device - the device with that address, or NULL */
const struct scene_device *scene_device(const struct scene *scene, uint64_t mac);

/**
 * scene_take_flows - flows and functions of the device move from one scene to the other, in the place of what is there
 *
 * A scene of all devices may come without them; nothing happens where @from has none, or either does not know the device.
 */
void scene_take_flows(struct scene *to, struct scene *from, uint64_t mac);

DEFINE_CLEANUP(struct scene, scene_free)

#endif
