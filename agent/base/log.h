/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_LOG_H
#define IOTBPF_BASE_LOG_H

/*
 * One line on stderr per message, "iotbpf: " in front, written by a single write(2). Control characters
 * are replaced by '?', so that a name taken from the wire or from a file cannot steer a terminal.
 */
enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/**
 * log_set_level - drop messages above @level
 *
 * Kept in the process's syslog mask (setlogmask(3)), which the program uses for nothing else: the
 * initial mask lets everything through, so main() sets the level first.
 */
void log_set_level(enum log_level level);

/** log_get_level - the most talkative level that is still printed */
enum log_level log_get_level(void);

/** log_write - print one message of @level, printf style; errno is preserved */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** log_error_r - log an error as it is; returns @r (0 or -errno), for "return log_error_r(...)" */
int log_error_r(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** log_errno_r - as log_error_r(), with ": " and the text of the error -@r appended */
int log_errno_r(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
