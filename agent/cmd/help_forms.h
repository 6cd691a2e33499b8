/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_HELP_FORMS_H
#define AGENT_CMD_HELP_FORMS_H

/* The command tables in the forms that other programs read: manual pages and completions are made of nothing else. */

#include "agent/base/buffer.h"
#include "agent/cmd/command.h"

/** help_man - the options of @command as scdoc(5) */
void help_man(const struct command *command, struct buffer *out);

/** help_man_page - a whole page about a command that has no written one: iotbpf-NAME(1) */
void help_man_page(const struct command *command, struct buffer *out);

/** help_man_commands - all commands with their summaries, as scdoc */
void help_man_commands(struct buffer *out);

enum help_shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };

/** help_completion - what a shell needs to complete commands, options and the words that an option takes */
void help_completion(enum help_shell shell, struct buffer *out);

#endif
