/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "agent/base/cleanup.h"

enum { ATTEMPTS = 10, ANSWER_BYTES = 64 << 10, ANSWER_SECONDS = 5 };

static void close_socket(struct mnl_socket **socket)
{
	if (*socket)
		mnl_socket_close(*socket);
}

static int receive(struct mnl_socket *socket, unsigned int seq, mnl_cb_t fn, void *user)
{
	_cleanup_free_ char *answer = malloc(ANSWER_BYTES);
	unsigned int id = mnl_socket_get_portid(socket);
	int r = MNL_CB_OK;

	if (!answer)
		return -ENOMEM;
	while (r > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(socket, answer, ANSWER_BYTES);

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		r = mnl_cb_run(answer, (size_t)n, seq, id, fn, user);
	}
	return r < 0 ? -errno : 0;
}

static int dump_once(int type, const void *header, size_t size, mnl_cb_t fn, void *user)
{
	const struct timeval limit = { .tv_sec = ANSWER_SECONDS };
	_cleanup_(close_socket) struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char request[NETLINK_REQUEST_MAX] __attribute__((aligned(4)));
	struct nlmsghdr *h = mnl_nlmsg_put_header(request);

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = 1;
	memcpy(mnl_nlmsg_put_extra_header(h, size), header, size);
	if (mnl_socket_sendto(socket, h, h->nlmsg_len) < 0)
		return -errno;
	return receive(socket, h->nlmsg_seq, fn, user);
}

int netlink_dump(int type, const void *header, size_t size, mnl_cb_t fn, void (*restart)(void *user), void *user)
{
	int r = -EAGAIN;

	for (int i = 0; i < ATTEMPTS; i++) {
		if (restart)
			restart(user);
		r = dump_once(type, header, size, fn, user);
		if (r != -EINTR) /* libmnl's word for NLM_F_DUMP_INTR */
			return r;
	}
	return -EAGAIN;
}
