/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_MODEL_SIGNATURE_INTERNAL_H
#define AGENT_CMD_MODEL_SIGNATURE_INTERNAL_H

/* The files of minisign 0.8 and later: a comment line, then base64 of these structures. All members are bytes. */

#include <stdint.h>
#include <sodium.h>

#include "agent/cmd/model_signature.h"

#define KEY_ID 8
#define COMMENT_MAX 1024
#define COMMENT "untrusted comment: "
#define TRUSTED "trusted comment: "

struct public_key {
	uint8_t algorithm[2]; /* "Ed" */
	uint8_t id[KEY_ID];
	uint8_t key[crypto_sign_PUBLICKEYBYTES];
};

struct secret_key {
	uint8_t algorithm[2]; /* "Ed" */
	uint8_t kdf[2];	      /* zero: not encrypted by a pass phrase */
	uint8_t checksum[2];  /* "B2" */
	uint8_t kdf_salt[32], kdf_operations[8], kdf_memory[8];
	uint8_t id[KEY_ID];
	uint8_t key[crypto_sign_SECRETKEYBYTES];
	uint8_t sum[32]; /* BLAKE2b-256 of algorithm, id and key */
};

struct signature {
	uint8_t algorithm[2]; /* "ED": of the hash */
	uint8_t id[KEY_ID];
	uint8_t bytes[crypto_sign_BYTES];
};

_Static_assert(sizeof(struct public_key) == 42 && sizeof(struct secret_key) == 158 && sizeof(struct signature) == 74, "no padding");

/** signature_hash_file - BLAKE2b-512 of a file; 0 or -errno */
int signature_hash_file(const char *path, uint8_t hash[64]);

/** signature_decode - one line of base64 that makes exactly @size bytes; 0 or -EBADMSG */
int signature_decode(const char *line, void *out, size_t size);

/** signature_read_lines - the first @count lines of a small file, each without its end, in @lines; 0, -EBADMSG (fewer or longer ones) or -errno */
int signature_read_lines(const char *path, int count, char lines[][COMMENT_MAX]);

/** signature_id_text - the number of a key as minisign prints it; returns @out */
const char *signature_id_text(const uint8_t id[KEY_ID], char out[2 * KEY_ID + 1]);

#endif
