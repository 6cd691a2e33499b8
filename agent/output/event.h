/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_EVENT_H
#define IOTBPF_OUTPUT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the agent has to say, as plain values. The JSON form is agent/share/schema/events.json; names are
 * Suricata EVE's where EVE has one. Conventions for every field: a NULL string, a NaN number and a zero
 * time (microseconds since 1970) mean "not known" and are left out. Strings may hold anything, also bytes
 * from the wire: the renderers make them safe.
 */
enum event_type {
	EVENT_START,
	EVENT_STOP,
	EVENT_STATS,
	EVENT_DEVICE,
	EVENT_FUNCTION,
	EVENT_PERIOD,
	EVENT_FLOW,
	EVENT_SHADOW,
	EVENT_LOST,
	EVENT_TYPES
};

#define EVENT_BIT(type) (UINT32_C(1) << (type))
#define EVENTS_ALL (EVENT_BIT(EVENT_TYPES) - 1)
#define EVENTS_DEFAULT (EVENTS_ALL & ~EVENT_BIT(EVENT_FLOW))

enum event_device_action { DEVICE_NEW, DEVICE_IDENTIFIED, DEVICE_CHANGED, DEVICE_GONE };
enum event_function_action { FUNCTION_START, FUNCTION_STOP };
enum event_period_action { PERIOD_FOUND, PERIOD_LOST };
enum event_mode { MODE_LIVE, MODE_CAPTURE };

/* Whom and where it is about. Types start, stop and stats have no device: mac 0. */
struct event_head {
	int64_t time_us;
	const char *in_iface; /* port where the device lives */
	uint64_t mac;
	const char *name; /* host name or the user's label for the device */
};

/* A count under a name, such as frames skipped by reason. */
struct event_count {
	const char *name;
	uint64_t value;
};

struct event_counts {
	const struct event_count *list;
	size_t n;
};

/* A hooked interface. */
struct event_port {
	const char *in_iface;
	const char *bridge;  /* its master */
	const char *ingress; /* hook: "xdp", "tcx", "clsact", "xdp-generic", "xdp-dispatcher" */
	const char *egress;
	/* In stats only: */
	const char *note; /* what the user should know about its hooks */
	uint64_t in_frames, in_bytes, out_frames, out_bytes;
	bool up;
};

struct event_ports {
	const struct event_port *list;
	size_t n;
};

struct event_start {
	const char *version; /* of the agent */
	enum event_mode mode;
	struct event_ports ports; /* mode live */
	const char *model;        /* its name; NULL without a model */
	const char *model_version;
	uint32_t devices_size, flows_size; /* slots in the tables */
	uint64_t memory_bytes;             /* of the tables */
};

struct event_stop {
	const char *reason; /* "signal", "end of capture", "output closed", ... */
	uint64_t frames, counted, devices, flows;
	double seconds; /* observed: wall clock or the capture's */
};

struct event_stats {
	uint64_t frames, counted;    /* frames = counted + sum of skipped */
	struct event_counts skipped; /* frames that counted for no device, by reason */
	struct event_counts partial; /* frames that counted, but not in every respect, by reason */
	uint32_t devices_used, devices_size;
	uint32_t flows_used, flows_size;
	uint64_t missed_packets; /* overwritten in a ring before they were read */
	uint64_t missed_seconds; /* seconds whose activity was not read in time */
	uint64_t flows_no_memory; /* flows without a series because memory was short */
	uint64_t memory_bytes;
	struct event_ports ports;
};

/* What a decision rests on. */
struct event_evidence {
	const char *decided_by; /* scale that spoke most for it: "window", "burst", "rhythm", "session"; or "owner" */
	uint64_t packets;	/* behind it; 0: left out */
	uint32_t windows, bursts;
};

struct event_device {
	enum event_device_action action;
	const char *label; /* device type or family; "unknown" is one */
	const char *level; /* what the label is: "type", "family", "unknown" */
	double label_p;    /* P(label | evidence), calibrated */
	const char *runner_up;
	double runner_up_p;
	const char *previous; /* the label before, of a change */
	const char *source;   /* who says so: "model", "owner" */
	const char *function; /* the most probable one just now, told or not */
	double p_function;    /* P(function | device, evidence) */
	double p;	      /* product of both stages */
	struct event_evidence evidence;
	int64_t first_us, last_us;
	const char *reason; /* why: "settled", "owner", "silent", ... */
};

struct event_function {
	enum event_function_action action;
	const char *label;
	double p_function; /* P(function | device, evidence) */
	double p_device;
	double p; /* their product */
	const char *runner_up;
	double runner_up_p;
	const char *device_label;
	const char *source; /* who says so: "model", "owner" */
	int64_t since_us;
	double duration_s; /* of a stop */
	struct event_evidence evidence;
};

/* What one model says of a device. */
struct event_opinion {
	const char *label, *function; /* NULL: none */
	double label_p, p_function;
};

/* Where a second model, which runs beside the one in force, differs from it. */
struct event_shadow {
	const char *model, *model_version; /* of the second */
	struct event_opinion says, active;
};

struct event_period {
	enum event_period_action action;
	const char *protocol; /* flow: "udp/6666" */
	double seconds;
	double log_p;
	double support;	     /* share of events that have a successor one period later, above chance */
	double resolution_s; /* of the series it was found in */
	uint8_t weak;        /* below the threshold for being shown as certain */
};

struct event_flow {
	const char *protocol;
	uint64_t packets, bytes; /* sent by the device, wire frames without FCS */
	uint64_t active_seconds;
	int64_t since_us;
};

/* What a client of the agent's socket was too slow for. */
struct event_lost {
	uint64_t events; /* of the types that it wants, since the last one it got */
};

struct event {
	enum event_type type;
	struct event_head head;
	union {
		struct event_start start;
		struct event_stop stop;
		struct event_stats stats;
		struct event_device device;
		struct event_function function;
		struct event_period period;
		struct event_flow flow;
		struct event_shadow shadow;
		struct event_lost lost;
	};
};

/** event_type_names - words of enum event_type in order, NULL at the end: choices of --events */
extern const char *const event_type_names[];

/** event_device_action_name and its siblings - the words that the action field holds */
const char *event_device_action_name(enum event_device_action action);
const char *event_function_action_name(enum event_function_action action);
const char *event_period_action_name(enum event_period_action action);

/** event_action_name - the action of an event; "" where its type has none */
const char *event_action_name(const struct event *event);

/* The Internet protocol behind a flow's name, as EVE writes it. */
struct event_transport {
	const char *proto; /* "TCP", "UDP", "ICMP", "IPv6-ICMP", "IGMP"; NULL for anything else */
	int port;          /* the service port; -1: none */
};

/** event_transport - read it from a name such as "udp/6666" or "icmp" */
struct event_transport event_transport(const char *protocol);

/** event_flow_id - FNV-1a of MAC and protocol, folded to 51 bits as EVE's are: the same after a restart */
uint64_t event_flow_id(uint64_t mac, const char *protocol);

/** event_protocol - the flow an event is about, or NULL */
const char *event_protocol(const struct event *event);

#endif
