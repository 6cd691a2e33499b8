# SPDX-License-Identifier: BSD-2-Clause
#
# One makefile for everything; `make help` lists the targets.

O ?= build
V ?= 0
SANITIZE ?= 0
out := $(O)$(if $(filter 1,$(SANITIZE)),-san)
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= bpftool

VERSION := 0.1.0

# As many jobs as processors where nobody gave a number; for recipes, which know what was given.
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n'
endif

# Libraries by pkg-config; libxgboost ships no .pc file and is never linked into the agent.
AGENT_PKGS := libbpf libxdp libelf zlib libcjson libmnl libpcap kissfft-float sqlite3 libsodium ncursesw inih
TEST_PKGS := cmocka
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Werror
CFLAGS ?= -O2 -g
# The same tree gives the same bytes, wherever it is built.
map := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(out)=build
cflags := -std=gnu11 $(WARN) -I. -Iinclude -D_GNU_SOURCE -DIOTBPF_VERSION='"$(VERSION)"' -fno-common $(map) -MMD -MP \
	$(call pkg,--cflags,$(AGENT_PKGS)) $(CFLAGS)
ldflags := $(LDFLAGS)
ifeq ($(SANITIZE),1)
cflags += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
ldflags += -fsanitize=address,undefined
endif
# libpcap is loaded when a capture needs it (agent/source/capture/pcap_library.h), libxdp when it is asked for.
libs := $(filter-out -lpcap -lxdp,$(call pkg,--libs,$(AGENT_PKGS))) -lm
test_libs := $(call pkg,--libs,$(TEST_PKGS)) -lpcap -lpthread

lib_src := $(filter-out agent/main.c,$(wildcard agent/*/*.c agent/*/*/*.c))
lib_obj := $(lib_src:%.c=$(out)/%.o) $(out)/bpf/object.o $(out)/agent/models.o $(out)/agent/page.o
train_obj := $(patsubst %.c,$(out)/%.o,$(wildcard tools/train/*.c))
lab_obj := $(patsubst %.c,$(out)/%.o,$(wildcard tools/lab/*.c))
bench_bpf := $(wildcard tools/bench/*.bpf.c)
bench_obj := $(patsubst %.c,$(out)/%.o,$(filter-out $(bench_bpf),$(wildcard tools/bench/*.c))) $(bench_bpf:%.bpf.c=$(out)/%.embedded.o)
unit_src := $(wildcard tests/unit/*/test_*.c tests/unit/*/*/test_*.c tests/prog/test_*.c tests/parity/test_*.c tests/accuracy/test_*.c tests/fuzz/test_*.c)
unit_bin := $(unit_src:%.c=$(out)/%)
fuzz_obj := $(patsubst %.c,$(out)/%.o,$(filter-out tests/fuzz/test_% tests/fuzz/libfuzzer.c,$(wildcard tests/fuzz/*.c)))
helper_obj := $(patsubst %.c,$(out)/%.o,$(wildcard tests/lib/*.c))
bpf_hdr := $(wildcard bpf/*.h include/iotbpf/*.h vmlinux/*.h)

programs := $(out)/iotbpf $(if $(train_obj),$(out)/iotbpf-train) $(if $(lab_obj),$(out)/iotbpf-lab) $(if $(bench_obj),$(out)/iotbpf-bench)

.PHONY: all help deps check fuzz coverage verifier soak kernels lint demo figures bench accuracy models install clean tests
.SECONDARY:
.DELETE_ON_ERROR:

all: ## build the agent and the tools (default)
	$(Q)sh ci/have-deps "$(AGENT_PKGS)" || $(MAKE) --no-print-directory deps
	$(Q)$(MAKE) $(jobs) --no-print-directory programs

.PHONY: programs
programs: $(programs)

help: ## list the targets and variables
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20
	@echo
	@echo '  variables: O=build (output directory), V=1 (show commands), SANITIZE=1 (ASan and UBSan), CC=gcc|clang,'
	@echo '             PREFIX=/usr/local, DESTDIR= (install), BENCH=fastpath|table|poll|read|period|model|path, CAPTURE=FILE and TOP=1 (demo)'

deps: ## install the packages of ci/packages (apt; elsewhere print their names and stop; DEPS=tests: those of the tests too)
	$(Q)sh ci/deps $(DEPS)

check: ## build, then run every test; ends with the counts
	$(Q)sh ci/have-deps "$(AGENT_PKGS) $(TEST_PKGS)" tests || $(MAKE) --no-print-directory deps DEPS=tests
	$(Q)$(MAKE) $(jobs) --no-print-directory programs tests
	$(Q)O=$(out) SANITIZE=$(SANITIZE) sh tests/run

tests: programs $(unit_bin) ## build the test programs

fuzz: ## fuzz all that reads foreign bytes, T=60 seconds each (RUNS=N executions at most, TARGETS="dhcp rows", JOBS=N)
	$(Q)sh ci/have-deps "$(AGENT_PKGS) $(TEST_PKGS)" tests || $(MAKE) --no-print-directory deps DEPS=tests
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)O=$(out) sh tests/fuzz/run

coverage: ## lines of parsers and loaders that tests and the fuzzer's seeds run: a table, and 95 % of each file or failure
	$(Q)sh ci/have-deps "$(AGENT_PKGS) $(TEST_PKGS)" tests || $(MAKE) --no-print-directory deps DEPS=tests
	$(Q)/usr/bin/python3 ci/coverage $(O)/coverage 95

verifier: ## write tests/prog/verifier.txt anew, from this kernel and what `make kernels` left (needs root)
	$(Q)$(MAKE) --no-print-directory $(out)/tests/prog/test_verifier
	$(Q)O=$(out) sh tests/prog/verifier-record

soak: ## a router's life in short: SIMULATED=24h on a capture's clock, then T=30m live (0: not; needs root; SEED=N, LOG=FILE, OTHER=AGENT)
	$(Q)sh ci/have-deps "$(AGENT_PKGS) $(TEST_PKGS)" tests || $(MAKE) --no-print-directory deps DEPS=tests
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)O=$(out) SIMULATED=$(or $(SIMULATED),24h) sh tests/soak/simulated.sh
	$(Q)O=$(out) T=$(or $(T),30m) sh tests/soak/soak.sh

kernels: ## tests on Debian's 6.1, 6.1-rt, 6.12 and arm64 6.1 in virtual machines, and of the service under systemd (installs QEMU)
	$(Q)O=$(O) sh ci/kernels

lint: ## rules of the house: layers, sizes, licence lines
	$(Q)/usr/bin/python3 ci/lint

demo: ## a household of network namespaces, identified live (needs root; TOP=1 shows it in top, CAPTURE=FILE replays a capture)
	$(Q)sh ci/have-deps "$(AGENT_PKGS)" demo || $(MAKE) --no-print-directory deps
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)O=$(out) CAPTURE=$(CAPTURE) sh tools/lab/demo.sh

figures: ## the plots of four light bulbs after SIDN Labs, into O/figures (as root from real packets: takes 6 minutes; LIVE=0: simulated)
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)O=$(out) LIVE=$(LIVE) sh tools/lab/figures.sh

bench: ## measure against the floor in the same run (BENCH=...)
	$(Q)sh ci/have-deps "$(AGENT_PKGS)" demo || $(MAKE) --no-print-directory deps
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)$(out)/iotbpf-bench $(BENCH)

accuracy: ## what identification reaches on real captures (DATA=sentinel|home-functions|madea-0526|echo-voice|machine; needs $IOTBPF_DATA)
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)nice -n 10 /usr/bin/python3 tests/accuracy/accuracy.py $(out)/iotbpf-train $(out) $(DATA)

models: ## train the built-in model again (needs $IOTBPF_DATA)
	$(Q)$(MAKE) $(jobs) --no-print-directory programs
	$(Q)O=$(out) nice -n 10 sh tools/train/models.sh agent/share/models

# The program that says what its options are: in a cross build another one than what is built.
NATIVE ?= $(out)/iotbpf

.PHONY: docs
docs: $(NATIVE) ## the manual pages and completions (needs scdoc)
	$(say) MAN $(out)/man
	$(Q)sh ci/man $< $(out)/man
	$(Q)for shell in bash zsh fish; do $< help --form $$shell > $(out)/man/completion.$$shell || exit 1; done

# The units of systemd, from one text: what the configuration file names, and one interface.
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
unit = $(Q)mkdir -p $(@D) && sed 's|@bin@|$(PREFIX)/bin|; s|@of@|$(1)|; s|@interface@|$(2)|' $< > $@

$(out)/systemd/iotbpf.service: agent/share/systemd/iotbpf.service.in
	$(call unit,,)

$(out)/systemd/iotbpf@.service: agent/share/systemd/iotbpf.service.in
	$(call unit, behind %i, %i)

units := $(out)/systemd/iotbpf.service $(out)/systemd/iotbpf@.service

install: programs docs $(units) ## install to DESTDIR and PREFIX
	install -D -m 0755 $(out)/iotbpf $(DESTDIR)$(PREFIX)/bin/iotbpf
	install -D -m 0755 $(out)/iotbpf-train $(DESTDIR)$(PREFIX)/bin/iotbpf-train
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/iotbpf agent/share/schema/*.json
	install -D -m 0644 -t $(DESTDIR)$(UNITDIR) $(units)
	install -D -m 0644 agent/share/systemd/iotbpf.sysusers $(DESTDIR)$(SYSUSERSDIR)/iotbpf.conf
	for page in $(out)/man/*.[1578]; do install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit 1; done
	install -D -m 0644 $(out)/man/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/iotbpf
	install -D -m 0644 $(out)/man/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_iotbpf
	install -D -m 0644 $(out)/man/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/iotbpf.fish

ARCH ?= amd64 arm64
.PHONY: deb
deb: programs ## Debian packages in O/deb: iotbpf, iotbpf-train, iotbpf-doc (ARCH="amd64 arm64": for which machines)
	+$(Q)O=$(out) ARCH="$(ARCH)" sh ci/deb/build $(VERSION)

clean: ## remove the output directory
	rm -rf $(out)

$(out)/libiotbpf.a: $(lib_obj)
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(out)/iotbpf: $(out)/agent/main.o $(out)/libiotbpf.a
	$(say) LD $@
	$(Q)$(CC) $(cflags) -o $@ $^ $(ldflags) $(libs)

$(out)/iotbpf-train: $(train_obj) $(out)/libiotbpf.a
	$(say) LD $@
	$(Q)$(CC) $(cflags) -o $@ $^ $(ldflags) $(libs) -lxgboost

$(out)/iotbpf-lab: $(lab_obj) $(out)/libiotbpf.a
	$(say) LD $@
	$(Q)$(CC) $(cflags) -o $@ $^ $(ldflags) $(libs) -lpcap -lpthread

$(out)/iotbpf-bench: $(bench_obj) $(out)/libiotbpf.a
	$(say) LD $@
	$(Q)$(CC) $(cflags) -o $@ $^ $(ldflags) $(libs) -lpthread -lxgboost -ldl

# All targets of the fuzzer in one program; one of them brings a stand-in for the kernel's side, which goes before the library's own.
$(out)/tests/fuzz/test_corpus: $(fuzz_obj)
$(out)/tests/fuzz/test_corpus: ldflags += -Wl,-z,muldefs

# Allocations of the library go through the test.
$(out)/tests/fuzz/test_memory: $(fuzz_obj)
$(out)/tests/fuzz/test_memory: ldflags += -Wl,-z,muldefs,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray,--wrap=strdup,--wrap=dlopen,--wrap=fread

# Imported models are compared with the library that trained them.
$(out)/tests/unit/model/test_xgboost: test_libs += -lxgboost

$(out)/tests/%: $(out)/tests/%.o $(helper_obj) $(out)/libiotbpf.a
	$(say) LD $@
	$(Q)$(CC) $(cflags) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(ldflags) $(test_libs) $(libs)

$(out)/%.o: %.c
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(cflags) -c -o $@ $<

# The kernel programs: compiled by clang, stripped of DWARF (BTF stays) and embedded.
$(out)/%.bpf.o: %.bpf.c $(bpf_hdr) bpf/iotbpf.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) -target bpf -mcpu=v3 -O2 -g $(map) -Wall -Wextra -Werror -Wno-unused-parameter -I. -Iinclude -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@

# Files inside the programs: $(call embed,ALIGNMENT,NAME=FILE...) makes the object of the symbols NAME and NAME_end; without a file the range is empty.
define embed
	$(Q)mkdir -p $(@D)
	$(Q){ printf '.section .rodata\n'; for f in $(2); do name=$${f%%=*} file=$${f#*=}; \
		printf '.balign %s\n.global %s, %s_end\n%s:\n' $(1) $$name $$name $$name; [ -z "$$file" ] || printf '.incbin "%s"\n' "$$file"; \
		printf '%s_end:\n' $$name; done; printf '.byte 0\n.section .note.GNU-stack,"",%%progbits\n'; } > $(@:.o=.S)
	$(Q)$(CC) $(map) -c -o $@ $(@:.o=.S)
endef

$(out)/bpf/object.o: $(out)/bpf/iotbpf.bpf.o
	$(call embed,16,iotbpf_object=$<)

# An agent takes over a table that an older one left where this hash is the same: all that the table's layout rests on.
layout_headers := include/iotbpf/abi.h include/iotbpf/limits.h bpf/maps.h bpf/bucket.h agent/source/kept.h
$(out)/agent/source/kernel/layout.o: $(layout_headers)
$(out)/agent/source/kernel/layout.o: cflags += -DIOTBPF_LAYOUT='"$(shell cat $(layout_headers) | sha256sum | cut -c1-16)"'

# Kernel programs of the benchmarks.
$(out)/tools/bench/%.embedded.o: $(out)/tools/bench/%.bpf.o
	$(call embed,16,bench_$*_object=$<)

# The default model; a build without one has none.
default_model := $(wildcard agent/share/models/default.iotm)
$(out)/agent/models.o: $(default_model)
	$(call embed,64,iotbpf_model=$(default_model))

# The page of `iotbpf plot`: the library from npm, pinned by ci/npm-packages, and agent/share/plot, its scripts in the order in which they are
# needed. Without network and cache the library is empty, `make` says so, and the next one tries again.
page_js := $(patsubst %,agent/share/plot/%.js,data signal format view theme paint traffic device legend detail tip input page)
uplot := $(out)/npm/uplot/dist/uPlot.iife.min.js
$(uplot): ci/npm ci/npm-packages $(if $(wildcard $(out)/npm/missing),FORCE)
	$(say) NPM uplot
	$(Q)mkdir -p $(out)/npm/uplot/dist && rm -f $(out)/npm/missing
	$(Q)sh ci/npm $(out)/npm || { touch $(out)/npm/missing; cd $(out)/npm/uplot; : > dist/uPlot.iife.min.js; : > dist/uPlot.min.css; : > LICENSE; \
		echo '  this build of `iotbpf plot` has no HTML pages; --svg, --png and --terminal work. Run make again with network'; }
	$(Q)touch $@

.PHONY: FORCE
FORCE:

$(out)/agent/page.js: $(page_js)
	$(Q)mkdir -p $(@D)
	$(Q)cat $^ > $@

$(out)/agent/page.o: $(uplot) $(out)/agent/page.js agent/share/plot/page.css agent/share/plot/page.html
	$(call embed,1,plot_uplot_js=$(uplot) plot_uplot_css=$(out)/npm/uplot/dist/uPlot.min.css plot_uplot_license=$(out)/npm/uplot/LICENSE \
		plot_page_js=$(out)/agent/page.js plot_page_css=agent/share/plot/page.css plot_page_html=agent/share/plot/page.html)

-include $(wildcard $(patsubst %.o,%.d,$(lib_obj) $(train_obj) $(lab_obj) $(bench_obj) $(helper_obj) $(fuzz_obj) $(out)/agent/main.o)) \
	$(wildcard $(unit_src:%.c=$(out)/%.d))
