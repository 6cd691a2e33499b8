/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SOURCE_KERNEL_NAMESPACE_H
#define TESTS_UNIT_SOURCE_KERNEL_NAMESPACE_H

/* Tests of hooks run in a network namespace of their own, which ends with the process: nothing to clean up, nothing to
 * disturb. */

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* 0 in a fresh namespace; -1 where we may not have one. */
static inline int namespace_enter(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWNET) == 0 && system("ip link set lo up") == 0 ? 0 : -1;
}

/* Run a shell command, printf style; its exit status. */
__attribute__((format(printf, 1, 2))) static inline int sh(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

/* A bridge br0 with veth ports p1..pN, whose other ends are d1..dN; all up. */
static inline int namespace_bridge(int ports)
{
	int r = sh("ip link add br0 type bridge && ip link set br0 up");

	for (int i = 1; i <= ports && r == 0; i++)
		r = sh("ip link add p%d type veth peer name d%d && ip link set p%d master br0 && ip link set p%d up && "
		       "ip link set d%d up",
		       i, i, i, i, i);
	return r;
}

/* Load a program that lets everything pass and is not ours; its descriptor. */
static inline int foreign_program(enum bpf_prog_type type, int result)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = result },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(type, "foreign", "GPL", insns, 2, NULL);
}

/* Send `count` frames of 60 bytes from 02:00:00:00:00:01 to a stranger; how many were accepted. */
static inline int send_frames(const char *name, int count)
{
	const unsigned char frame[60] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
	const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), sent = 0;

	for (int i = 0; i < count; i++)
		sent += sendto(fd, frame, sizeof(frame), 0, (const struct sockaddr *)&to, sizeof(to)) == sizeof(frame);
	close(fd);
	return sent;
}

/* Programs at the tcx hooks of an interface; bpftool of Debian 12 does not show them. */
static inline unsigned int tcx_programs(const char *name)
{
	unsigned int all = 0;

	for (int type = 46; type <= 47; type++) {
		__u32 ids[16], count = 16;

		if (bpf_prog_query((int)if_nametoindex(name), (enum bpf_attach_type)type, 0, NULL, ids, &count) == 0)
			all += count;
	}
	return all;
}

/* Does this kernel (6.6) have tcx? */
static inline bool have_tcx(void)
{
	__u32 ids[16], count = 16;

	return bpf_prog_query((int)if_nametoindex("lo"), (enum bpf_attach_type)46, 0, NULL, ids, &count) == 0;
}

static inline int namespace_clear(void)
{
	return sh("for l in $(ip -o link | sed 's/^[0-9]*: //;s/[@:].*//'); do ip link del $l 2>/dev/null; done; true");
}

#endif
