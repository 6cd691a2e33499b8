// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/top_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>

#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/screen/scene.h"

#define SAID_MAX 8192
#define START_MS 20000 /* until an agent that does not answer has failed */
#define END_MS 5000    /* until one that does not end is killed */
#define STEP_MS 20

/* A first snapshot: is there an agent that answers, and does it watch the interface? 0, -ENODEV: not that one, or -errno with @why. */
static int probe(const char *socket, const char *iface, char port[32], char *why)
{
	_cleanup_(buffer_free) struct buffer request = { 0 }, answer = { .limit = ANSWER_MAX };
	_cleanup_(scene_free_p) struct scene *scene = NULL;
	struct json j = ask_begin(&request, "snapshot");
	int e;

	json_end_object(&j);
	buffer_append(&request, "\n", 1);
	e = request.failed ? -ENOMEM : ask_raw(socket, request.data, &answer);
	if (e == 0)
		e = scene_decode(answer.data, strcspn(answer.data, "\n"), &scene, why);
	if (e < 0 || !iface)
		return e;
	for (uint32_t i = 0; i < scene->port_count; i++) {
		if (!strcmp(scene->ports[i].bridge, iface))
			return 0;
		if (strcmp(scene->ports[i].name, iface) != 0)
			continue;
		if (port && scene->port_count > 1)
			strcpy(port, scene->ports[i].name);
		return 0;
	}
	return -ENODEV;
}

/* What loading programs takes, of this process. */
static bool may_attach(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	uint64_t has;

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	has = (uint64_t)data[1].effective << 32 | data[0].effective;
	return has >> CAP_NET_ADMIN & 1 && (has >> CAP_BPF & 1 || has >> CAP_SYS_ADMIN & 1);
}

/* In the child: an agent that dies with its parent, out of reach of the terminal's signals. */
static void exec_agent(const struct top_agent *a, const char *iface, int log)
{
	char *argv[] = { (char *)"iotbpf", (char *)"run", (char *)"--socket", (char *)a->socket, (char *)"--events", (char *)"none",
			 (char *)"--", (char *)iface, NULL };
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(EX_OSERR);
	execv("/proc/self/exe", argv);
	_exit(EX_OSERR);
}

static int make_directory(struct top_agent *a)
{
	strcpy(a->directory, "/run/iotbpf-top.XXXXXX");
	if (!mkdtemp(a->directory)) {
		strcpy(a->directory, "/tmp/iotbpf-top.XXXXXX");
		if (!mkdtemp(a->directory)) {
			a->directory[0] = '\0';
			return -errno;
		}
	}
	snprintf(a->socket, sizeof(a->socket), "%s/sock", a->directory);
	return 0;
}

static int start(struct top_agent *a, const char *iface)
{
	int fds[2], e = make_directory(a);

	if (e < 0)
		return e;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	a->pid = fork();
	if (a->pid == 0)
		exec_agent(a, iface, fds[1]);
	close(fds[1]);
	a->log = fds[0];
	if (a->pid < 0) {
		a->pid = 0;
		return -errno;
	}
	return fcntl(a->log, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

/* Take what it wrote; only the end is kept. 0: it wrote its last. */
static ssize_t take_log(struct top_agent *a)
{
	char chunk[1024];
	ssize_t n = read(a->log, chunk, sizeof(chunk));

	if (n <= 0)
		return n;
	buffer_append(&a->said, chunk, (size_t)n);
	if (a->said.len > SAID_MAX) {
		memmove(a->said.data, a->said.data + a->said.len - SAID_MAX / 2, SAID_MAX / 2);
		a->said.len = SAID_MAX / 2;
	}
	return n;
}

/* Wait for the child; its exit code, which is never 0: it should not have ended. */
static int reap(struct top_agent *a)
{
	int status = 0;

	waitpid(a->pid, &status, 0);
	a->pid = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : EX_UNAVAILABLE;
}

static int wait_for_answer(struct top_agent *a)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000 };
	char why[SCENE_TEXT * 4] = "";

	for (int ms = 0; ms < START_MS; ms += STEP_MS) {
		ssize_t n = take_log(a);

		if (n == 0)
			return reap(a);
		if (access(a->socket, F_OK) == 0 && probe(a->socket, NULL, NULL, why) == 0)
			return -1;
		nanosleep(&step, NULL);
	}
	log_error("the agent that was started does not answer");
	return EX_TEMPFAIL;
}

static int attach_own(struct top_agent *a, const char *iface)
{
	int e = start(a, iface);

	if (e < 0) {
		log_errno_r(e, "cannot start an agent");
		return EX_OSERR;
	}
	return wait_for_answer(a);
}

static int explain_missing(const char *socket, const char *iface)
{
	if (!iface) {
		log_error("no agent answers at %s: start the service, or name an interface to watch (sudo iotbpf top br0)", socket);
		return EX_UNAVAILABLE;
	}
	log_error("no agent for %s answers at %s, and you may not attach one: sudo iotbpf top %s, or start the service", iface, socket, iface);
	return EX_NOPERM;
}

int top_attach(struct top_agent *a, const char *socket, const char *iface)
{
	const char *at = socket ? socket : ASK_SOCKET;
	char why[SCENE_TEXT * 4] = "";
	int e = probe(at, iface, a->port, why);

	if (e == -EREMOTEIO || e == -EBADMSG) {
		log_error("%s: %s", at, *why ? why : "the answer is no snapshot: is the agent of another version?");
		return EX_PROTOCOL;
	}
	if (e == -ENODEV && socket) {
		log_error("%s: the agent there does not watch %s: `iotbpf status` shows what it watches", at, iface);
		return EX_UNAVAILABLE;
	}
	if (e == 0) {
		snprintf(a->socket, sizeof(a->socket), "%s", at);
		return -1;
	}
	if (e != -ENOENT && e != -ECONNREFUSED && e != -ENODEV)
		return ask_explain(at, e, false);
	if (socket)
		return ask_explain(at, e, false);
	return iface && may_attach() ? attach_own(a, iface) : explain_missing(at, iface);
}

static int on_log(struct loop *loop, uint64_t what, void *user)
{
	struct top_agent *a = user;

	(void)what;
	if (take_log(a) != 0)
		return 0;
	loop_remove(loop, TAKE_PTR(a->source));
	loop_quit(loop, reap(a));
	return 0;
}

int top_attach_watch(struct top_agent *a, struct loop *loop)
{
	return a->pid ? loop_add_fd(loop, a->log, EPOLLIN, on_log, a, &a->source) : 0;
}

/* Ask it to end, and after a while make it. */
static void end_agent(struct top_agent *a)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000 };

	kill(a->pid, SIGTERM);
	for (int ms = 0; ms < END_MS; ms += STEP_MS) {
		if (waitpid(a->pid, NULL, WNOHANG) != 0)
			return;
		take_log(a);
		nanosleep(&step, NULL);
	}
	kill(a->pid, SIGKILL);
	waitpid(a->pid, NULL, 0);
}

void top_detach(struct top_agent *a)
{
	if (a->pid)
		end_agent(a);
	if (a->log >= 0) {
		while (take_log(a) > 0)
			;
		close(a->log);
	}
	for (char *line = a->said.data, *rest; line && *line; line = rest) {
		rest = line + strcspn(line, "\n");
		if (*rest)
			*rest++ = '\0';
		log_error("%s", !strncmp(line, "iotbpf: ", 8) ? line + 8 : line);
	}
	buffer_free(&a->said);
	if (*a->directory) {
		unlink(a->socket);
		rmdir(a->directory);
	}
}
