/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/jit.h"

#include <bpf/bpf.h>

bool program_is_interpreted(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(program, &info, &size) == 0 && info.jited_prog_len == 0;
}
