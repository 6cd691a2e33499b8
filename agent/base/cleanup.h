/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_CLEANUP_H
#define IOTBPF_BASE_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Resources that end with their scope:
 *	_cleanup_free_ char *p = NULL;
 *	_cleanup_close_ int fd = -1;
 *	_cleanup_(buffer_free) struct buffer b = {0};	any function that takes a pointer to the variable
 *	DEFINE_CLEANUP(struct loop, loop_free) once, then
 *	_cleanup_(loop_free_p) struct loop *l = NULL;	a pointer, its function called if it is not NULL
 * Every such variable is initialised where it is declared. errno survives the clean-up.
 */
#define _cleanup_(func) __attribute__((cleanup(func)))

/** DEFINE_CLEANUP - make func_p(), which calls func(p) for a variable "type *p" unless it is NULL */
#define DEFINE_CLEANUP(type, func)                                    \
	static inline __attribute__((unused)) void func##_p(type **p) \
	{                                                             \
		int saved_errno = errno;                              \
		if (*p)                                               \
			func(*p);                                     \
		errno = saved_errno;                                  \
	}

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void cleanup_fclose(FILE **f)
{
	int saved = errno;

	if (*f)
		fclose(*f);
	errno = saved;
}

#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)

/** TAKE_PTR - the value of pointer variable @p, which becomes NULL: ownership moves to the caller */
#define TAKE_PTR(p)                          \
	({                                   \
		__typeof__(p) *pp_ = &(p);   \
		__typeof__(p) taken_ = *pp_; \
		*pp_ = NULL;                 \
		taken_;                      \
	})

/** TAKE_FD - the value of descriptor variable @fd, which becomes -1 */
#define TAKE_FD(fd)                \
	({                         \
		int *fdp_ = &(fd); \
		int fd_ = *fdp_;   \
		*fdp_ = -1;        \
		fd_;               \
	})

#endif
