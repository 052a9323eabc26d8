/* Memory: zeroed, growing, and arenas that keep their promises. */
#include "tap.h"

#include "cusp/arena.h"
#include "cusp/mem.h"
#include "cusp/status.h"

#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

static void test_new_is_zeroed_and_grows(void **state)
{
    (void)state;
    unsigned char *p = mem_new(37, 3);
    for (size_t i = 0; i < 111; i++) {
        assert_int_equal(p[i], 0);
    }
    p[110] = 77;
    p = mem_resize(p, 1000, 3);
    assert_int_equal(p[110], 77);
    mem_free(p);
    p = mem_new(0, 8);
    assert_non_null(p);
    mem_free(p);
    mem_free(NULL);
}

static void test_copy_and_growing_array(void **state)
{
    (void)state;
    char *copy = mem_copy_text("tacnode", 4);
    assert_string_equal(copy, "tacn");
    mem_free(copy);
    size_t *items = NULL, count = 0, capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        MEM_GROW(items, count, capacity);
        items[count++] = i * i;
    }
    assert_int_equal(items[999], 998001);
    mem_free(items);
}

static jmp_buf escape;

static void leave(void)
{
    longjmp(escape, 1);
}

static void test_overflow_calls_the_handler(void **state)
{
    (void)state;
    mem_on_failure(leave);
    volatile bool failed = false;
    if (setjmp(escape) == 0) {
        mem_free(mem_resize(NULL, SIZE_MAX / 2, 3));
    } else {
        failed = true;
    }
    mem_on_failure(NULL);
    assert_true(failed);
}

static void test_arena(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *first = arena_text(&arena, "whitney-umbrella", 7);
    for (size_t size = 1; size < 100000; size = size * 3 + 1) {
        unsigned char *p = arena_new(&arena, size, 1);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xab, size);
    }
    assert_string_equal(first, "whitney");
    assert_true(arena.used > 100000);
    arena_done(&arena);
    assert_int_equal(arena.used, 0);
    arena_done(&arena);
}

static void test_arena_list_grows(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    double *items = NULL;
    size_t capacity = 0;
    for (size_t count = 0; count < 1000; count++) {
        items = arena_grow(&arena, items, count, &capacity, sizeof *items);
        assert_true(capacity > count);
        assert_true(items[count] == 0);
        items[count] = 2.385 * (double)count;
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_true(items[i] == 2.385 * (double)i);
    }
    double *same = arena_grow(&arena, items, capacity - 1, &capacity, sizeof *items);
    assert_ptr_equal(same, items);
    arena_done(&arena);
}

static void test_arena_formats(void **state)
{
    (void)state;
    struct arena arena;
    char long_text[40000];
    arena_init(&arena);
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_string_equal(arena_textf(&arena, "%s = %.3f", "λ", 2.385), "λ = 2.385");
    assert_string_equal(arena_textf(&arena, "%s", ""), "");
    assert_string_equal(arena_textf(&arena, "%s", long_text), long_text);
    arena_done(&arena);
}

static void test_status_names(void **state)
{
    (void)state;
    for (enum status status = ST_OK; status <= ST_CANCELLED; status++) {
        assert_true(strlen(status_name(status)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_is_zeroed_and_grows),
        cmocka_unit_test(test_copy_and_growing_array),
        cmocka_unit_test(test_overflow_calls_the_handler),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_arena_list_grows),
        cmocka_unit_test(test_arena_formats),
        cmocka_unit_test(test_status_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
