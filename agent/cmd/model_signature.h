/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_MODEL_SIGNATURE_H
#define AGENT_CMD_MODEL_SIGNATURE_H

/*
 * Ed25519 signatures of model files, in the files of minisign(1): FILE.sig, keys NAME.pub. A signature is over the BLAKE2b-512 hash of
 * the file ("ED"); the folder of trusted keys says whose signatures count, by the names of its files.
 */

#include <stdbool.h>
#include <stddef.h>

#define SIGNATURE_KEYS "/etc/iotbpf/trusted-keys"
#define SIGNATURE_SUFFIX ".sig"

enum { SIGNER_NAME = 128 };

/**
 * signature_check - is FILE.sig there, and of a trusted key?
 * @name: how messages call the file
 * @keys: folder of trusted keys
 * @required: a file without a signature is refused
 * @signer: receives the name of the key; "" where there is no signature and none is required
 *
 * Returns 0, or -errno, logged: -ENOKEY (unknown signer, or no signature), -EKEYREJECTED (altered), -EBADMSG (no signature file).
 */
int signature_check(const char *file, const char *name, const char *keys, bool required, char signer[SIGNER_NAME]);

/** signature_keygen - write a new pair of keys to NAME.key (mode 0600) and NAME.pub, neither of which may exist; 0 or -errno, logged */
int signature_keygen(const char *name);

/** signature_sign - write FILE.sig with the secret key in the file @key; 0 or -errno, logged */
int signature_sign(const char *file, const char *key);

#endif
