/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_PARSER_H
#define AGENT_SOURCE_NAMES_PARSER_H

/*
 * facts_read() in a process that can do nothing else: another user, no capability, no file but the socket that frames come in by and records
 * go out by, and a kernel that ends it at any call but read, write and exit. Answers come in the order of the questions.
 */

#include <stdint.h>
#include <sys/types.h>

#include "agent/base/cleanup.h"
#include "agent/source/names/facts.h"

struct name_parser;

/**
 * name_parser_new - start the process and wait until it has confined itself
 *
 * Returns 0 or -errno: it could not be started, or not be confined, and does not run. Logs nothing.
 */
int name_parser_new(struct name_parser **parser);

/** name_parser_free - end the process */
void name_parser_free(struct name_parser *parser);
DEFINE_CLEANUP(struct name_parser, name_parser_free)

/** name_parser_fd - readable when name_parser_take() has something to say */
int name_parser_fd(const struct name_parser *parser);

pid_t name_parser_pid(const struct name_parser *parser);

/** name_parser_ask - hand it a frame; 0, -EAGAIN (it is busy), or another -errno: it is gone */
int name_parser_ask(struct name_parser *parser, const void *frame, size_t size);

/**
 * name_parser_take - its next answer
 *
 * Returns 1 with @facts, checked as if a stranger had sent them (protocol FACTS_NONE: the frame said nothing); 0 where none waits; -EBADMSG
 * (no record that it should send) or another -errno: it is gone.
 */
int name_parser_take(struct name_parser *parser, struct name_facts *facts);

/** name_parser_waiting - questions without an answer */
uint32_t name_parser_waiting(const struct name_parser *parser);

/** confine - what the process does to itself; only the descriptor @fd stays. 0 or -errno */
int confine(int fd);

#endif
