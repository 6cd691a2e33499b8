/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

#define TOKEN_BYTES 8

_Static_assert(EXPORT_SALT_SIZE == crypto_generichash_KEYBYTES, "a key of BLAKE2b");

int export_salt_random(struct export_salt *salt)
{
	if (sodium_init() < 0)
		return log_error_r(-EIO, "no random numbers for a salt");
	randombytes_buf(salt->bytes, sizeof(salt->bytes));
	return 0;
}

static int make_file(const char *path, struct export_salt *salt)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char text[2 * EXPORT_SALT_SIZE + 1];
	int r = fd < 0 ? log_errno_r(-errno, "%s", path) : export_salt_random(salt);

	if (r < 0)
		return r;
	sodium_bin2hex(text, sizeof(text), salt->bytes, sizeof(salt->bytes));
	text[2 * EXPORT_SALT_SIZE] = '\n';
	if (write(fd, text, sizeof(text)) != sizeof(text) || fsync(fd) < 0)
		r = log_errno_r(-EIO, "%s", path);
	sodium_memzero(text, sizeof(text));
	if (r == 0)
		log_info("%s: a new salt; keep it to yourself: with it tokens can be traced back to addresses", path);
	return r;
}

static int read_salt(int fd, const char *path, struct export_salt *salt)
{
	char text[2 * EXPORT_SALT_SIZE + 2];
	const char *end;
	size_t bytes = 0;
	ssize_t n = read(fd, text, sizeof(text));
	struct stat st;
	int r;

	if (n < 0)
		return log_errno_r(-errno, "%s", path);
	r = sodium_hex2bin(salt->bytes, sizeof(salt->bytes), text, (size_t)n, NULL, &bytes, &end);
	if (r < 0 || bytes != sizeof(salt->bytes) || (end != text + n && (*end != '\n' || end + 1 != text + n)))
		r = log_error_r(-EBADMSG, "%s: not a salt: 64 hexadecimal digits in one line; name a new file to have one made", path);
	else if (fstat(fd, &st) == 0 && st.st_mode & 077)
		log_warn("%s: others may read this salt (mode %04o), and trace tokens back with it: chmod 600", path, st.st_mode & 07777);
	sodium_memzero(text, sizeof(text));
	return r;
}

int export_salt_file(const char *path, struct export_salt *salt)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return read_salt(fd, path, salt);
	return errno == ENOENT ? make_file(path, salt) : log_errno_r(-errno, "%s", path);
}

void export_salt_wipe(struct export_salt *salt)
{
	sodium_memzero(salt, sizeof(*salt));
}

const char *export_token(const struct export_salt *salt, const char *kind, const void *bytes, size_t n, char out[EXPORT_TOKEN_SIZE])
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	char hex[2 * TOKEN_BYTES + 1];
	crypto_generichash_state state;

	crypto_generichash_init(&state, salt->bytes, sizeof(salt->bytes), sizeof(hash));
	crypto_generichash_update(&state, (const uint8_t *)kind, strlen(kind) + 1);
	crypto_generichash_update(&state, bytes, n);
	crypto_generichash_final(&state, hash, sizeof(hash));
	snprintf(out, EXPORT_TOKEN_SIZE, "%s-%s", kind, sodium_bin2hex(hex, sizeof(hex), hash, TOKEN_BYTES));
	return out;
}
