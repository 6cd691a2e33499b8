// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/model_signature_internal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

static void close_directory(DIR **d)
{
	if (*d)
		closedir(*d);
}

int signature_hash_file(const char *path, uint8_t hash[64])
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	crypto_generichash_state state;
	uint8_t chunk[16384];
	size_t n;

	if (!f)
		return -errno;
	crypto_generichash_init(&state, NULL, 0, 64);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		crypto_generichash_update(&state, chunk, n);
	if (ferror(f))
		return -EIO;
	crypto_generichash_final(&state, hash, 64);
	return 0;
}

int signature_decode(const char *line, void *out, size_t size)
{
	size_t n = 0;
	const char *end = NULL;
	int r = sodium_base642bin(out, size, line, strlen(line), NULL, &n, &end, sodium_base64_VARIANT_ORIGINAL);

	return r == 0 && n == size && !*end ? 0 : -EBADMSG;
}

int signature_read_lines(const char *path, int count, char lines[][COMMENT_MAX])
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	for (int i = 0; i < count; i++) {
		if (!fgets(lines[i], COMMENT_MAX, f))
			return ferror(f) ? -EIO : -EBADMSG;
		if (!strchr(lines[i], '\n') && !feof(f))
			return -EBADMSG;
		lines[i][strcspn(lines[i], "\r\n")] = '\0';
	}
	return 0;
}

const char *signature_id_text(const uint8_t id[KEY_ID], char out[2 * KEY_ID + 1])
{
	for (int i = 0; i < KEY_ID; i++)
		sprintf(out + 2 * i, "%02X", id[KEY_ID - 1 - i]);
	return out;
}

/* A file of signatures, taken apart. */
struct signed_file {
	struct signature signature;
	uint8_t global[crypto_sign_BYTES]; /* over the signature and the trusted comment */
	char comment[COMMENT_MAX];
};

static int read_signature(const char *path, struct signed_file *s)
{
	char lines[4][COMMENT_MAX];
	int r = signature_read_lines(path, 4, lines);

	if (r < 0)
		return r;
	if (strncmp(lines[0], COMMENT, strlen(COMMENT)) != 0 || strncmp(lines[2], TRUSTED, strlen(TRUSTED)) != 0)
		return -EBADMSG;
	strcpy(s->comment, lines[2] + strlen(TRUSTED));
	r = signature_decode(lines[1], &s->signature, sizeof(s->signature)) ?: signature_decode(lines[3], s->global, sizeof(s->global));
	return r == 0 && memcmp(s->signature.algorithm, "ED", 2) != 0 ? -EBADMSG : r;
}

static bool read_public_key(const char *path, struct public_key *key)
{
	char lines[2][COMMENT_MAX];

	if (signature_read_lines(path, 2, lines) == 0 && signature_decode(lines[1], key, sizeof(*key)) == 0 &&
	    memcmp(key->algorithm, "Ed", 2) == 0)
		return true;
	log_warn("%s: not a public key: passed over", path);
	return false;
}

/* The trusted key with this number; the name of its file, without ".pub", goes to @signer. */
static int find_key(const char *keys, const uint8_t id[KEY_ID], struct public_key *key, char signer[SIGNER_NAME])
{
	_cleanup_(close_directory) DIR *d = opendir(keys);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		size_t n = strlen(entry->d_name);
		char path[PATH_MAX];

		if (n < 5 || n - 4 >= SIGNER_NAME || *entry->d_name == '.' || strcmp(entry->d_name + n - 4, ".pub") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", keys, entry->d_name);
		if (!read_public_key(path, key) || memcmp(key->id, id, KEY_ID) != 0)
			continue;
		snprintf(signer, SIGNER_NAME, "%.*s", (int)(n - 4), entry->d_name);
		return 0;
	}
	return -ENOKEY;
}

static int verify(const char *file, const struct signed_file *s, const struct public_key *key)
{
	uint8_t hash[64], global[crypto_sign_BYTES + COMMENT_MAX];
	size_t comment = strlen(s->comment);
	int r = signature_hash_file(file, hash);

	if (r < 0)
		return r;
	memcpy(global, s->signature.bytes, crypto_sign_BYTES);
	memcpy(global + crypto_sign_BYTES, s->comment, comment);
	if (crypto_sign_verify_detached(s->signature.bytes, hash, sizeof(hash), key->key) != 0 ||
	    crypto_sign_verify_detached(s->global, global, crypto_sign_BYTES + comment, key->key) != 0)
		return -EKEYREJECTED;
	return 0;
}

static int unsigned_file(const char *name, bool required)
{
	if (!required)
		return 0;
	return log_error_r(-ENOKEY, "%s: it is not signed (no %s" SIGNATURE_SUFFIX "), and --require-signature says that it must be",
			   name, name);
}

int signature_check(const char *file, const char *name, const char *keys, bool required, char signer[SIGNER_NAME])
{
	char path[PATH_MAX], id[2 * KEY_ID + 1];
	struct signed_file s;
	struct public_key key;
	int r;

	*signer = '\0';
	if (sodium_init() < 0)
		return log_error_r(-EIO, "libsodium does not start");
	snprintf(path, sizeof(path), "%.*s" SIGNATURE_SUFFIX, PATH_MAX - 8, file);
	r = read_signature(path, &s);
	if (r == -ENOENT)
		return unsigned_file(name, required);
	if (r < 0)
		return log_error_r(r, "%s" SIGNATURE_SUFFIX ": %s", name, r == -EBADMSG ? "not a signature of `iotbpf model sign` or minisign" : strerror(-r));
	r = find_key(keys, s.signature.id, &key, signer);
	if (r < 0)
		return log_error_r(r, "%s: signed by a stranger, key %s: none of the keys in %s", name, signature_id_text(s.signature.id, id), keys);
	r = verify(file, &s, &key);
	if (r == -EKEYREJECTED)
		return log_error_r(r, "%s: the signature of %s does not fit: the file was altered after it was signed", name, signer);
	return r < 0 ? log_errno_r(r, "%s", name) : 0;
}
