# cusp: build, test, install.  `make run` and `make test` are all a newcomer needs.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
OPT     ?= -O2 -g
VERSION := 0.1.0

ROOMS := base num lang tape figure model infer session view draw command term
PKGS  := ncursesw readline gsl sleef jansson
TEST_PKGS := cmocka vterm

RUN_PACKAGES  := gcc libc6-dev make pkg-config libncurses-dev libreadline-dev libgsl-dev libsleef-dev \
                 librandom123-dev libjansson-dev libcairo2-dev
TEST_PACKAGES := $(RUN_PACKAGES) libcmocka-dev libvterm-dev tmux clang-format valgrind git

HAVE_CAIRO := $(shell pkg-config --exists cairo 2>/dev/null && echo 1)
ifeq ($(HAVE_CAIRO),1)
PKGS += cairo
CPPFLAGS += -DHAVE_CAIRO=1
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Wvla -Werror
CPPFLAGS += -Iinclude -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE
CPPFLAGS += -DCUSP_VERSION='"$(VERSION)"' -DCUSP_PREFIX='"$(PREFIX)"'
PKG_CFLAGS := $(shell pkg-config --cflags-only-I $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
CFLAGS  ?=
ALL_CFLAGS = -std=c17 $(OPT) $(WARN) -pthread -fno-math-errno -ffp-contract=off $(PKG_CFLAGS) $(SANITIZE) $(CFLAGS)
LIBS     := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread

SRC  := $(foreach room,$(ROOMS),$(shell find src/$(room) -name '*.c' 2>/dev/null | sort))
OBJ  := $(SRC:src/%.c=$(BUILD)/obj/%.o)
# V=1 shows the commands.
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

LIB  := $(BUILD)/libcusp.a
UNIT := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/law/law_*.c tests/screen/screen_*.c))

.PHONY: all run test deps deps-run deps-test lint asan tsan fuzz bench install uninstall clean \
        do-run do-test man objects
.SECONDARY:
.DELETE_ON_ERROR:

all: $(BUILD)/cusp

objects: $(OBJ)

# --- what a person types --------------------------------------------------------------------------
run:
	@tests/deps.sh $(RUN_PACKAGES)
	@$(MAKE) --no-print-directory do-run

do-run: $(BUILD)/cusp
	@$(BUILD)/cusp

test:
	@tests/deps.sh $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory do-test

deps:
	@tests/deps.sh $(TEST_PACKAGES)

do-test: $(BUILD)/cusp $(UNIT)
	@BUILD=$(BUILD) tests/run.sh

# --- building -------------------------------------------------------------------------------------
$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Vector kernels: one file an instruction set, chosen at run time.
ifneq ($(filter x86_64%,$(shell uname -m)),)
$(BUILD)/obj/%_avx2.o: CFLAGS += -O3 -mavx2 -mfma
$(BUILD)/obj/%_avx512f.o: CFLAGS += -O3 -mavx512f -mavx512dq -mfma
$(BUILD)/obj/%_sse2.o: CFLAGS += -O3
endif

$(LIB): $(OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/cusp: $(BUILD)/obj/main.o $(LIB)
	@echo 'LD $@'
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS)

$(BUILD)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP -o $@ $< $(LIB) \
	    $(shell pkg-config --cflags --libs $(TEST_PKGS)) $(LIBS)

# make unit-lexer: build and run one unit test.
unit-%: $(BUILD)/tests/unit/test_%
	$<
law-%: $(BUILD)/tests/law/law_%
	$<
screen-%: $(BUILD)/tests/screen/screen_%
	$<

-include $(OBJ:.o=.d) $(BUILD)/obj/main.d $(UNIT:=.d)

# --- checking -------------------------------------------------------------------------------------
lint:
	@tests/lint/lint.sh

asan:
	@$(MAKE) --no-print-directory BUILD=build/asan OPT='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' do-test

tsan:
	@$(MAKE) --no-print-directory BUILD=build/tsan OPT='-O1 -g' SANITIZE='-fsanitize=thread' do-test

# FUZZ_SECONDS each; needs clang.
FUZZ_SECONDS ?= 600
fuzz:
	@tests/deps.sh clang libclang-rt-14-dev $(RUN_PACKAGES)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh

bench: $(BUILD)/cusp
	@BUILD=$(BUILD) tests/bench/run.sh

# --- installing -----------------------------------------------------------------------------------
man: $(BUILD)/cusp.1
$(BUILD)/cusp.1: $(BUILD)/cusp
	$(BUILD)/cusp help --man > $@

install: $(BUILD)/cusp man
	install -Dm755 $(BUILD)/cusp $(DESTDIR)$(PREFIX)/bin/cusp
	install -Dm644 $(BUILD)/cusp.1 $(DESTDIR)$(PREFIX)/share/man/man1/cusp.1
	install -d $(DESTDIR)$(PREFIX)/share/cusp/models
	install -m644 models/* $(DESTDIR)$(PREFIX)/share/cusp/models/

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/cusp $(DESTDIR)$(PREFIX)/share/man/man1/cusp.1
	rm -rf $(DESTDIR)$(PREFIX)/share/cusp

clean:
	rm -rf $(BUILD)
