# cusp: build, test, install.  `make run` and `make test` are all a newcomer needs.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
OPT     ?= -O2 -g
VERSION := 0.1.0

ROOMS := base num lang tape alg figure model infer session view draw command term
PKGS  := ncursesw readline gsl sleef jansson
TEST_PKGS := cmocka vterm
# Exact arithmetic, which Debian ships without .pc files.
EXACT := -lcalcium -lantic -lflint-arb -lflint -lmpfr -lgmp

RUN_PACKAGES  := gcc libc6-dev make pkg-config libncurses-dev libreadline-dev libgsl-dev libsleef-dev \
                 librandom123-dev libjansson-dev libcairo2-dev \
                 libflint-dev libflint-arb-dev libantic-dev libcalcium-dev
TEST_PACKAGES := $(RUN_PACKAGES) libcmocka-dev libvterm-dev tmux procps clang-format valgrind \
                 groff-base

# Pictures in SVG, PNG and PDF; `make HAVE_CAIRO=` builds without.
HAVE_CAIRO := $(shell pkg-config --exists cairo 2>/dev/null && echo 1)
ifeq ($(HAVE_CAIRO),1)
PKGS += cairo
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Wvla -Werror
PKG_CFLAGS := $(shell pkg-config --cflags-only-I $(PKGS) 2>/dev/null | sed -E 's/(^| )-I/\1-isystem /g')
LIBS       := $(shell pkg-config --libs $(PKGS) 2>/dev/null) $(EXACT) -lm -pthread
TEST_LIBS   = $(shell pkg-config --cflags --libs $(TEST_PKGS))
ALL_CPPFLAGS = -Iinclude -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE \
               -DCUSP_VERSION='"$(VERSION)"' $(if $(filter 1,$(HAVE_CAIRO)),-DHAVE_CAIRO=1) $(CPPFLAGS)
ALL_CFLAGS = -std=c17 $(OPT) $(WARN) -pthread -fno-math-errno -ffp-contract=off $(PKG_CFLAGS) \
             $(SANITIZE) $(KERNEL) $(CFLAGS)

SRC  := $(foreach room,$(ROOMS),$(shell find src/$(room) -name '*.c' 2>/dev/null | sort))
OBJ  := $(SRC:src/%.c=$(BUILD)/obj/%.o)
# V=1 shows the commands.
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

LIB  := $(BUILD)/libcusp.a
UNIT := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/law/law_*.c tests/screen/screen_*.c))
FUZZ := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all run test deps lint asan tsan fuzz bench install uninstall clean do-run do-test man objects FORCE
.SECONDARY:
.DELETE_ON_ERROR:

all: $(BUILD)/cusp

objects: $(OBJ)

# --- what a person types --------------------------------------------------------------------------
# make run ARGS=circle opens a model. What is installed here only the second make sees.
ALL_PROCESSORS = --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

run:
	@tests/deps.sh $(RUN_PACKAGES)
	@$(MAKE) $(ALL_PROCESSORS) do-run

do-run: $(BUILD)/cusp
	@$(BUILD)/cusp $(ARGS)

test: deps
	@$(MAKE) $(ALL_PROCESSORS) do-test

deps:
	@tests/deps.sh $(TEST_PACKAGES)

do-test: $(BUILD)/cusp $(UNIT) $(FUZZ) man
	@BUILD=$(BUILD) tests/run.sh

# --- building -------------------------------------------------------------------------------------
# A stamp is written when what it records changes; what was made with the old is then made again.
$(BUILD)/flags.stamp: export RECORD = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $(LIBS)
$(BUILD)/sources.stamp: export RECORD = $(SRC)
$(BUILD)/prefix.stamp: export RECORD = $(PREFIX)
$(BUILD)/%.stamp: FORCE
	@mkdir -p $(@D)
	@echo "$$RECORD" | cmp -s - $@ || echo "$$RECORD" >$@

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(ALL_CPPFLAGS) $(PLACE) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Only these know where cusp is to be installed.
PLACED := $(patsubst src/%.c,$(BUILD)/obj/%.o,$(shell grep -rl --include='*.c' CUSP_PREFIX src))
$(PLACED): PLACE = -DCUSP_PREFIX='"$(PREFIX)"'
$(PLACED): $(BUILD)/prefix.stamp

# Vector kernels: one file an instruction set, chosen at run time.
ifneq ($(filter x86_64%,$(shell uname -m)),)
$(filter %_avx2.o,$(OBJ)): private KERNEL = -O3 -mavx2 -mfma
$(filter %_avx512f.o,$(OBJ)): private KERNEL = -O3 -mavx512f -mavx512dq -mfma
$(filter %_sse2.o,$(OBJ)): private KERNEL = -O3
endif

$(LIB): $(OBJ) $(BUILD)/sources.stamp
	@rm -f $@
	@ar rcs $@ $(OBJ)

$(BUILD)/cusp: $(BUILD)/obj/main.o $(LIB)
	@echo 'LD $@'
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

$(BUILD)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(TEST_LIBS) $(LIBS)

# The fuzz targets with a main that needs no clang: see tests/fuzz/smoke.sh.
SMOKE := $(BUILD)/tests/fuzz/smoke_main.o
$(SMOKE): tests/fuzz/smoke_main.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(FUZZ): $(BUILD)/%: %.c $(SMOKE) $(LIB)
	@mkdir -p $(@D)
	@echo 'CC $<'
	$(Q)$(CC) $(ALL_CPPFLAGS) -Itests -Isrc $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(SMOKE) $(LIB) $(LIBS)

# make unit-lexer: build and run one unit test.
unit-%: $(BUILD)/tests/unit/test_%
	$<
law-%: $(BUILD)/tests/law/law_%
	$<
screen-%: $(BUILD)/tests/screen/screen_%
	$<

-include $(OBJ:.o=.d) $(BUILD)/obj/main.d $(UNIT:=.d) $(FUZZ:=.d)

# --- checking -------------------------------------------------------------------------------------
lint: $(LIB)
	@BUILD=$(BUILD) tests/lint/lint.sh

asan: deps
	@TEST_TIMEOUT=1800 $(MAKE) $(ALL_PROCESSORS) BUILD=build/asan OPT='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' do-test

tsan: deps
	@TEST_TIMEOUT=1800 $(MAKE) $(ALL_PROCESSORS) BUILD=build/tsan OPT='-O1 -g' SANITIZE='-fsanitize=thread' do-test

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
	@$(BUILD)/cusp help --man >$@

install: $(BUILD)/cusp man
	install -Dm755 $(BUILD)/cusp $(DESTDIR)$(PREFIX)/bin/cusp
	install -Dm644 $(BUILD)/cusp.1 $(DESTDIR)$(PREFIX)/share/man/man1/cusp.1
	install -d $(DESTDIR)$(PREFIX)/share/cusp/models
	install -m644 models/*.model models/*.csv $(DESTDIR)$(PREFIX)/share/cusp/models/

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/cusp $(DESTDIR)$(PREFIX)/share/man/man1/cusp.1
	rm -rf $(DESTDIR)$(PREFIX)/share/cusp

clean:
	rm -rf $(BUILD)
