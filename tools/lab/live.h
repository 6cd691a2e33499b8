/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_LIVE_H
#define LAB_LIVE_H

#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>

#include "tools/lab/engine.h"
#include "tools/lab/tally.h"

/*
 * The household as sockets. One process and one thread own all of them: a socket stays in the namespace
 * that it was made in. Servers answer as the exchange says that they are part of, which they find by the
 * asking socket's address; nothing has to be hidden in the payload.
 */
struct live;

/* Something that epoll watches; embedded in its owner. */
struct live_source {
	int fd;
	void (*ready)(struct live_source *source, uint32_t events);
};

/* A listening TCP socket or a UDP socket of a server. */
struct live_server {
	struct live_source source;
	struct live *live;
	uint32_t address;
	uint16_t port;
	bool tcp;
	struct live_server *next;
};

/* A device's end of a TCP connection. */
struct live_client {
	struct live_source source;
	struct live *live;
	unsigned int device;
	int connection; /* index of a long-lived one, -1 */
	uint16_t local_port;
	struct lab_peer peer;
	uint16_t port;
	bool connected;
	struct lab_task *task, *waiting; /* the exchange under way, and those after it */
	unsigned int round;
	uint64_t sent_goal; /* bytes that the server must have before it answers */
	uint32_t unsent, expected;
	struct live_client *next;
};

/* A server's end. */
struct live_serving {
	struct live_source source;
	struct live *live;
	struct live_client *client; /* NULL once the device's end is closed */
	uint64_t got;
	uint32_t unsent;
	bool thinking;
	struct live_serving *next;
};

/* A datagram of a device and its answer. */
struct live_datagram {
	struct live_source source;
	struct live *live;
	struct lab_task *task;
	struct live_server *server; /* that will answer */
	struct sockaddr_in from;    /* as the server sees the device */
	struct live_datagram *next;
};

struct live_device {
	int ns;
	struct live_source raw;  /* AF_PACKET, sends ARP and DHCP */
	struct live_source tap;  /* AF_PACKET, counts */
	struct live_source dhcp; /* UDP port 68 */
	struct live *live;
	struct live_client *connections[LAB_CONNECTIONS];
	struct lab_task *dhcp_task;
	unsigned int dhcp_answers; /* still to come */
};

struct live {
	const struct lab_house *house;
	struct lab_sched sched;
	struct lab_engine engine;
	struct lab_tally tally;
	int self, ns_router, ns_wan, epoll;
	struct live_source signals, dhcp_server;
	bool stopped;
	int64_t start_ns, epoch_us;
	struct live_device devices[LAB_DEVICES];
	struct live_server *servers;
	struct live_client *clients;
	struct live_serving *servings;
	struct live_datagram *datagrams;
};

/* live.c */
void live_block_signals(sigset_t *set); /* from here on they end the run, which cleans up */
int live_watch(struct live *l, struct live_source *source, uint32_t events);
void live_rewatch(struct live *l, struct live_source *source, uint32_t events);
void live_unwatch(struct live *l, struct live_source *source); /* closes it too */
struct sockaddr_in live_address(uint32_t address, uint16_t port);
int live_socket(struct live *l, int ns, int type, int protocol);
int live_open(struct live *l, const struct lab_house *house, const char *prefix, int self);
int live_run(struct live *l, const struct lab_options *options);
void live_close(struct live *l);

/* live_tcp.c */
int live_tcp_begin(struct live *l, struct lab_task *task);
void live_tcp_accept(struct live_source *source, uint32_t events);
void live_tcp_silence(struct live *l); /* from here on its connections close without a word */
void live_tcp_close(struct live *l);

/* live_udp.c */
int live_udp_begin(struct live *l, struct lab_task *task);
void live_udp_serve(struct live_source *source, uint32_t events);
void live_udp_close(struct live *l);
int live_icmp_begin(struct live *l, struct lab_task *task);

/* live_raw.c */
int live_raw_open(struct live *l, unsigned int device);
int live_arp_begin(struct live *l, struct lab_task *task);
int live_dhcp_begin(struct live *l, struct lab_task *task);
int live_dhcp_open(struct live *l);

#endif
