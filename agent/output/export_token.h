/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_TOKEN_H
#define AGENT_OUTPUT_EXPORT_TOKEN_H

/*
 * Tokens in the place of identities: BLAKE2b (libsodium's crypto_generichash), keyed with a salt that leaves with nothing. Who has the
 * salt can try all addresses and learn which device is which; without it a token says only that two rows are about the same.
 */

#include <stddef.h>
#include <stdint.h>

#define EXPORT_SALT_SIZE 32
#define EXPORT_TOKEN_SIZE 32

struct export_salt {
	uint8_t bytes[EXPORT_SALT_SIZE];
};

/** export_salt_random - one for this export only; 0 or -errno, logged */
int export_salt_random(struct export_salt *salt);

/**
 * export_salt_file - the salt that @path keeps (64 hexadecimal digits), so that tokens of several exports are the same
 *
 * Made with mode 0600 where there is none. 0 or -errno, logged.
 */
int export_salt_file(const char *path, struct export_salt *salt);

/** export_salt_wipe - overwrite it */
void export_salt_wipe(struct export_salt *salt);

/**
 * export_token - "KIND-" and 16 hexadecimal digits, the same for the same @n bytes of the same kind; returns @out
 * @kind: at most 12 letters
 */
const char *export_token(const struct export_salt *salt, const char *kind, const void *bytes, size_t n, char out[EXPORT_TOKEN_SIZE]);

#endif
