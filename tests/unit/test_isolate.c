/* Work in a process of its own: results come back whole, limits and crashes stay there. */
#include "tap.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cusp/isolate.h"

struct chain {
    struct chain *next;
    char *text;
    double value;
};

/* A list of `*context` links with texts, so that every pointer has to hold in the other process. */
static void *make_chain(struct arena *arena, void *context)
{
    struct chain *head = NULL;
    for (int i = 0; i < *(int *)context; i++) {
        struct chain *link = arena_new(arena, 1, sizeof *link);
        link->text = arena_text(arena, "link", 4);
        link->value = 2.385 * i;
        link->next = head;
        head = link;
    }
    return head;
}

static void *fill_memory(struct arena *arena, void *context)
{
    (void)context;
    for (size_t i = 0; i < 4096; i++)
        memset(arena_new(arena, 1, 1 << 20), (int)i | 1, 1 << 20);
    return arena;
}

static void *sleep_long(struct arena *arena, void *context)
{
    (void)context;
    sleep(60);
    return arena_new(arena, 1, 1);
}

static void *crash(struct arena *arena, void *context)
{
    (void)arena, (void)context;
    kill(getpid(), SIGKILL);
    return NULL;
}

static void *nothing(struct arena *arena, void *context)
{
    (void)arena, (void)context;
    return NULL;
}

static const struct isolate_limits plain = {.seconds = 20, .memory = (size_t)1 << 30};

static void results_come_back(void **state)
{
    (void)state;
    int count = 3000;
    for (int here = 0; here < 2; here++) {
        struct isolate_limits limits = plain;
        struct isolated out;
        limits.in_process = here;
        assert_int_equal(isolate_run(make_chain, &count, &limits, NULL, &out), ST_OK);
        int seen = 0;
        for (const struct chain *link = out.result; link != NULL; link = link->next, seen++) {
            assert_string_equal(link->text, "link");
            assert_true(link->value == 2.385 * (count - 1 - seen));
        }
        assert_int_equal(seen, count);
        isolated_done(&out);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct isolated out;
    struct isolate_limits limits = {.seconds = 0.05, .memory = (size_t)1 << 30};
    assert_int_equal(isolate_run(sleep_long, NULL, &limits, NULL, &out), ST_LIMIT);
    assert_string_equal(out.why, "it takes more than 0.05 s");
    assert_null(out.result);
    isolated_done(&out);

    limits =
        (struct isolate_limits){.seconds = 20, .memory = (size_t)1 << 30, .result_size = 1 << 22};
    assert_int_equal(isolate_run(fill_memory, NULL, &limits, NULL, &out), ST_LIMIT);
    assert_string_equal(out.why, "there is not enough memory for it");
    isolated_done(&out);

    limits = (struct isolate_limits){
        .seconds = 20, .memory = (size_t)64 << 20, .result_size = (size_t)8 << 30};
    assert_int_equal(isolate_run(fill_memory, NULL, &limits, NULL, &out), ST_LIMIT);
    assert_string_equal(out.why, "it takes more than 64 MiB of memory");
    isolated_done(&out);
}

static void failures_are_told(void **state)
{
    (void)state;
    struct isolated out;
    atomic_uint generation = 2;
    struct cancel cancel = {&generation, 1};
    assert_int_equal(isolate_run(crash, NULL, &plain, NULL, &out), ST_UNABLE);
    assert_string_equal(out.why, "the computation broke off (signal 9)");
    isolated_done(&out);
    assert_int_equal(isolate_run(nothing, NULL, &plain, NULL, &out), ST_UNABLE);
    assert_string_equal(out.why, "the computation gave nothing");
    isolated_done(&out);
    assert_int_equal(isolate_run(sleep_long, NULL, &plain, &cancel, &out), ST_CANCELLED);
    isolated_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_come_back),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(failures_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
