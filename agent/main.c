// SPDX-License-Identifier: BSD-2-Clause

#include "agent/base/log.h"
#include "agent/cmd/command.h"

int main(int argc, char **argv)
{
	log_set_level(LOG_LEVEL_INFO);
	return command_run(argc, argv);
}
