/* SPDX-License-Identifier: BSD-2-Clause */
/* Live frames of BPF_PROG_RUN. */
#include "tools/lab/soak_inject.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>

#include "agent/base/log.h"

#ifndef BPF_F_TEST_XDP_LIVE_FRAMES
#define BPF_F_TEST_XDP_LIVE_FRAMES (1U << 1)
#endif

enum { ETHER = 14, SOURCE_LOW = 8, BATCH = 256, PRANDOM = BPF_FUNC_get_prandom_u32 };

#define INSN(op, to, from, offset, value) ((struct bpf_insn){ .code = (op), .dst_reg = (to), .src_reg = (from), .off = (offset), .imm = (value) })

int inject_open(void)
{
	/* if (data + ETHER <= data_end) *(u32 *)(data + SOURCE_LOW) = bpf_get_prandom_u32(); return XDP_PASS; */
	const struct bpf_insn code[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_6, BPF_REG_1, offsetof(struct xdp_md, data), 0),
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data_end), 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_6, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_3, 0, 0, ETHER),
		INSN(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_3, BPF_REG_2, 2, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, PRANDOM),
		INSN(BPF_STX | BPF_MEM | BPF_W, BPF_REG_6, BPF_REG_0, SOURCE_LOW, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "lab_flood", "GPL", code, sizeof(code) / sizeof(code[0]), NULL);

	return fd < 0 ? log_errno_r(fd, "cannot load a program to send frames with") : fd;
}

int inject(int program, unsigned int ifindex, const struct lab_frame *frame, unsigned int frames)
{
	struct xdp_md context = { .data_end = (__u32)frame->len, .ingress_ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->data, .data_size_in = (__u32)frame->len, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = (int)frames, .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);

	return bpf_prog_test_run_opts(program, &options);
}
