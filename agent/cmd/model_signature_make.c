// SPDX-License-Identifier: BSD-2-Clause

/* Making keys and signatures, for whoever gives models to others. */

#include "agent/cmd/model_signature_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

static void checksum(const struct secret_key *key, uint8_t sum[32])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 32);
	crypto_generichash_update(&state, key->algorithm, sizeof(key->algorithm));
	crypto_generichash_update(&state, key->id, sizeof(key->id));
	crypto_generichash_update(&state, key->key, sizeof(key->key));
	crypto_generichash_final(&state, sum, 32);
}

/* A comment line and a line of base64, into a file that must not exist yet. */
static int write_key(const char *path, mode_t mode, const char *comment, const void *bytes, size_t size)
{
	char text[sodium_base64_ENCODED_LEN(sizeof(struct secret_key), sodium_base64_VARIANT_ORIGINAL)];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), r;

	if (fd < 0)
		return log_errno_r(-errno, "%s", path);
	sodium_bin2base64(text, sizeof(text), bytes, size, sodium_base64_VARIANT_ORIGINAL);
	r = dprintf(fd, COMMENT "%s\n%s\n", comment, text) < 0 ? -errno : 0;
	sodium_memzero(text, sizeof(text));
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r < 0 ? log_errno_r(r, "%s", path) : 0;
}

int signature_keygen(const char *name)
{
	struct secret_key secret = { .algorithm = "Ed", .checksum = "B2" };
	struct public_key public = { .algorithm = "Ed" };
	char path[PATH_MAX], comment[64], id[2 * KEY_ID + 1];
	int r;

	if (sodium_init() < 0)
		return log_error_r(-EIO, "libsodium does not start");
	crypto_sign_keypair(public.key, secret.key);
	randombytes_buf(secret.id, KEY_ID);
	memcpy(public.id, secret.id, KEY_ID);
	checksum(&secret, secret.sum);
	signature_id_text(public.id, id);
	snprintf(path, sizeof(path), "%.*s.key", PATH_MAX - 8, name);
	snprintf(comment, sizeof(comment), "iotbpf secret key %s", id);
	r = write_key(path, 0600, comment, &secret, sizeof(secret));
	sodium_memzero(&secret, sizeof(secret));
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%.*s.pub", PATH_MAX - 8, name);
	snprintf(comment, sizeof(comment), "iotbpf public key %s", id);
	return write_key(path, 0644, comment, &public, sizeof(public));
}

static int read_secret_key(const char *path, struct secret_key *key)
{
	char lines[2][COMMENT_MAX];
	uint8_t sum[32];
	int r = signature_read_lines(path, 2, lines);

	if (r < 0 && r != -EBADMSG)
		return log_errno_r(r, "%s", path);
	if (r == 0)
		r = signature_decode(lines[1], key, sizeof(*key));
	sodium_memzero(lines, sizeof(lines));
	if (r < 0 || memcmp(key->algorithm, "Ed", 2) != 0)
		return log_error_r(-EBADMSG, "%s: not a secret key: `iotbpf model keygen` makes one", path);
	if (key->kdf[0] || key->kdf[1])
		return log_error_r(-ENOKEY, "%s: locked by a pass phrase: sign with minisign -S instead", path);
	checksum(key, sum);
	/* minisign -W leaves the sum zero. */
	if (sodium_is_zero(key->sum, sizeof(sum)) || memcmp(sum, key->sum, sizeof(sum)) == 0)
		return 0;
	return log_error_r(-EBADMSG, "%s: damaged", path);
}

static int write_signature(const char *path, const struct signature *s, const uint8_t *global, const char *trusted)
{
	char text[sodium_base64_ENCODED_LEN(sizeof(*s), sodium_base64_VARIANT_ORIGINAL)], id[2 * KEY_ID + 1];
	_cleanup_fclose_ FILE *f = fopen(path, "we");

	if (!f)
		return log_errno_r(-errno, "%s", path);
	sodium_bin2base64(text, sizeof(text), (const uint8_t *)s, sizeof(*s), sodium_base64_VARIANT_ORIGINAL);
	fprintf(f, COMMENT "signature by iotbpf key %s\n%s\n", signature_id_text(s->id, id), text);
	sodium_bin2base64(text, sizeof(text), global, crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL);
	fprintf(f, TRUSTED "%s\n%s\n", trusted, text);
	return fflush(f) == EOF ? log_errno_r(-errno, "%s", path) : 0;
}

int signature_sign(const char *file, const char *key_path)
{
	struct signature s = { .algorithm = "ED" };
	uint8_t hash[64], message[crypto_sign_BYTES + COMMENT_MAX], global[crypto_sign_BYTES];
	char trusted[COMMENT_MAX], path[PATH_MAX];
	const char *base = strrchr(file, '/');
	struct secret_key key;
	int r = sodium_init() < 0 ? log_error_r(-EIO, "libsodium does not start") : read_secret_key(key_path, &key);

	if (r == 0 && (r = signature_hash_file(file, hash)) < 0)
		log_errno_r(r, "%s", file);
	if (r == 0) {
		memcpy(s.id, key.id, KEY_ID);
		crypto_sign_detached(s.bytes, NULL, hash, sizeof(hash), key.key);
		snprintf(trusted, sizeof(trusted), "timestamp:%lld\tfile:%.255s\thashed", (long long)time(NULL), base ? base + 1 : file);
		memcpy(message, s.bytes, crypto_sign_BYTES);
		memcpy(message + crypto_sign_BYTES, trusted, strlen(trusted));
		crypto_sign_detached(global, NULL, message, crypto_sign_BYTES + strlen(trusted), key.key);
		snprintf(path, sizeof(path), "%.*s" SIGNATURE_SUFFIX, PATH_MAX - 8, file);
		r = write_signature(path, &s, global, trusted);
	}
	sodium_memzero(&key, sizeof(key));
	return r;
}
