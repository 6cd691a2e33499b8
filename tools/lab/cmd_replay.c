/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab replay: a capture's frames into a bridge, each from its sender's own port. */
#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/air.h"
#include "tools/lab/lab.h"

enum { ETHER = 14, LONGEST = 65535 + ETHER, HELLO = 60 };

struct replay {
	const struct lab_args *args;
	struct lab_macs macs;
	int signals;
	bool stopped;
	int64_t first_ns, start_ns; /* capture's and own clock at the first frame */
	uint64_t sent, no_port, malformed, failed;
	uint8_t frame[LONGEST];
};

DEFINE_CLEANUP(pcap_t, pcap_close)

static pcap_t *open_capture(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	_cleanup_(pcap_close_p) pcap_t *p =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);

	if (!p)
		log_error("cannot read the capture: %s", why);
	else if (pcap_datalink(p) != DLT_EN10MB)
		log_error("%s has link type %s; only Ethernet frames can be replayed", path,
			  pcap_datalink_val_to_name(pcap_datalink(p)));
	else
		return TAKE_PTR(p);
	return NULL;
}

static bool sender(const struct pcap_pkthdr *h, const u_char *data, uint64_t *mac)
{
	if (h->caplen < ETHER || h->len > LONGEST)
		return false;
	*mac = mac_from_bytes(data + 6);
	return *mac && !mac_is_multicast(*mac);
}

static int count_stations(struct replay *r)
{
	_cleanup_(pcap_close_p) pcap_t *p = open_capture(r->args->file);
	struct pcap_pkthdr *h;
	const u_char *data;
	uint64_t mac;
	int e;

	if (!p)
		return -EINVAL;
	while ((e = pcap_next_ex(p, &h, &data)) == 1)
		if (sender(h, data, &mac) && lab_macs_count(&r->macs, mac) < 0)
			return log_error_r(-ENOMEM, "out of memory");
	if (e == PCAP_ERROR)
		log_warn("%s: %s; what comes before is replayed", r->args->file, pcap_geterr(p));
	return r->macs.n ? 0 : log_error_r(-ENODATA, "%s has no frame to replay", r->args->file);
}

static void send_frame(struct replay *r, int socket, const void *frame, size_t len)
{
	while (send(socket, frame, len, 0) < 0) {
		if (errno == ENOBUFS || errno == EAGAIN) {
			poll(NULL, 0, 1);
			continue;
		}
		r->failed++;
		return;
	}
	r->sent++;
}

/* Wait until the frame of capture time @ns is due; false when the replay is to end. */
static bool wait_until_due(struct replay *r, int64_t ns)
{
	struct pollfd p = { .fd = r->signals, .events = POLLIN };
	struct timespec t = { 0, 0 };
	int64_t due, wait;

	if (r->first_ns < 0)
		r->first_ns = ns;
	due = (int64_t)((double)(ns - r->first_ns) / r->args->speed);
	if (r->args->seconds > 0 && !r->args->fast && due > (int64_t)(r->args->seconds * 1e9))
		return false;
	wait = r->args->fast ? 0 : due - (time_monotonic_ns() - r->start_ns);
	if (wait > 0)
		t = (struct timespec){ wait / NS_PER_SECOND, wait % NS_PER_SECOND };
	else if (r->sent % 64)
		return true;
	r->stopped = ppoll(&p, 1, &t, NULL) > 0;
	return !r->stopped;
}

/* What the snap length cut off becomes zeros: the frame has its true length again. */
static void replay_frame(struct replay *r, const struct pcap_pkthdr *h, const u_char *data)
{
	const struct lab_station *s;
	uint64_t mac;

	if (!sender(h, data, &mac)) {
		r->malformed++;
		return;
	}
	s = lab_macs_find(&r->macs, mac);
	if (!s) {
		r->no_port++;
		return;
	}
	if (h->caplen >= h->len) {
		send_frame(r, s->socket, data, h->caplen);
		return;
	}
	memcpy(r->frame, data, h->caplen);
	memset(r->frame + h->caplen, 0, h->len - h->caplen);
	send_frame(r, s->socket, r->frame, h->len);
}

/* So that the bridge knows every station's port: EtherType 0x88b5 is for local experiments (IEEE 802). */
static void say_hello(struct replay *r)
{
	for (size_t i = 0; i < r->macs.n; i++) {
		uint8_t frame[HELLO] = { [12] = 0x88, 0xb5 };

		mac_to_bytes(MAC_BROADCAST, frame);
		mac_to_bytes(r->macs.station[i].mac, frame + 6);
		send_frame(r, r->macs.station[i].socket, frame, sizeof(frame));
	}
	log_info("hello: %zu frames", r->macs.n);
	r->sent = 0;
}

static int replay_all(struct replay *r)
{
	_cleanup_(pcap_close_p) pcap_t *p = open_capture(r->args->file);
	struct pcap_pkthdr *h;
	const u_char *data;

	if (!p)
		return -EINVAL;
	r->start_ns = time_monotonic_ns();
	r->first_ns = -1;
	while (pcap_next_ex(p, &h, &data) == 1) {
		if (!wait_until_due(r, (int64_t)h->ts.tv_sec * NS_PER_SECOND + h->ts.tv_usec))
			break;
		replay_frame(r, h, data);
	}
	log_info("replayed %" PRIu64 " frames; left out: %" PRIu64 " of MACs without a port, %" PRIu64
		 " without a usable header, %" PRIu64 " refused by the port",
		 r->sent, r->no_port, r->malformed, r->failed);
	return 0;
}

static void print_ports(const struct replay *r)
{
	char mac[MAC_TEXT_SIZE], port[LAB_NAME_SIZE];

	for (size_t i = 0; i < r->macs.n; i++)
		printf("%s %s %" PRIu64 "\n", mac_format(r->macs.station[i].mac, mac),
		       lab_air_port(r->macs.station[i].mac, port), r->macs.station[i].frames);
	fflush(stdout);
}

static int open_signals(struct replay *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return r->signals < 0 ? log_errno_r(-errno, "signalfd") : 0;
}

static int replay(struct replay *r, const struct lab_estate *e)
{
	char name[LAB_AIR_NAME_SIZE];
	int err = lab_estate_stands(e, lab_air_name(&r->macs, name)) ? 0 : lab_air_up(e, &r->macs);

	if (err == 0)
		err = lab_air_open(e, &r->macs);
	if (err == 0 && r->args->port_map)
		print_ports(r);
	if (err == 0 && r->args->hello)
		say_hello(r);
	if (err == 0 && !r->args->wire_only)
		err = replay_all(r);
	if (!r->args->keep && lab_estate_down(e) < 0)
		err = -EIO;
	return err;
}

int lab_cmd_replay(const struct lab_args *a)
{
	_cleanup_free_ struct replay *r = calloc(1, sizeof(*r));
	_cleanup_(lab_estate_close) struct lab_estate e = { .lock = -1, .self = -1 };
	uint64_t dropped;
	int err;

	if (!a->file)
		return log_error_r(EX_USAGE, "replay needs a capture file");
	if (!r)
		return EX_OSERR;
	r->args = a;
	if (count_stations(r) < 0)
		return EX_NOINPUT;
	dropped = lab_macs_keep(&r->macs, a->ports);
	if (dropped)
		log_warn("only the %u most active MACs get a port (--ports): %" PRIu64 " frames of others are left out",
			 a->ports, dropped);
	if (lab_estate_open(&e, a->prefix) < 0 || open_signals(r) < 0)
		return EX_NOPERM;
	err = replay(r, &e);
	lab_macs_free(&r->macs);
	return err < 0 ? EX_OSERR : EX_OK;
}
