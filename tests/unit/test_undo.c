/* Undo: steps, steps that become one, what is forgotten, and the limit. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "../../src/session/undo.h"

/* cmocka's own comparison is in single precision. */
#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static struct model *const none[SIDES_MAX] = {NULL, NULL};

static struct state with_n(double n)
{
    struct state state;
    memset(&state, 0, sizeof state);
    state.n = n;
    return state;
}

static void commit(struct undo *undo, double n, const char *kind, bool continues)
{
    struct state state = with_n(n);
    undo_commit(undo, &state, none, kind, continues);
}

static void start(struct undo *undo, double n)
{
    struct state state = with_n(n);
    undo_init(undo, &state, none);
}

static void test_steps(void **state)
{
    (void)state;
    struct undo undo;
    start(&undo, 2.385);
    assert_null(undo_back(&undo));
    commit(&undo, 17.25, "n", false);
    commit(&undo, 903.5, "n", false);
    assert_near(undo_back(&undo)->state.n, 17.25, 0);
    assert_near(undo_back(&undo)->state.n, 2.385, 0);
    assert_null(undo_back(&undo));
    assert_near(undo_forward(&undo)->state.n, 17.25, 0);
    assert_near(undo_forward(&undo)->state.n, 903.5, 0);
    assert_null(undo_forward(&undo));
    undo_done(&undo);
}

static void test_continued_changes_are_one_step(void **state)
{
    (void)state;
    struct undo undo;
    start(&undo, 2.385);
    for (int i = 0; i < 40; i++) {
        commit(&undo, 100.5 + i, "n", true);
    }
    commit(&undo, 55.75, "cursor", true);
    assert_near(undo_back(&undo)->state.n, 139.5, 0);
    assert_near(undo_back(&undo)->state.n, 2.385, 0);
    undo_done(&undo);
}

static void test_a_change_after_undo_forgets_redo_and_starts_a_step(void **state)
{
    (void)state;
    struct undo undo;
    start(&undo, 2.385);
    commit(&undo, 17.25, "n", true);
    commit(&undo, 31.5, "knob", true);
    undo_back(&undo);
    commit(&undo, 18.5, "n", true); /* the same kind, but undo lies between */
    assert_null(undo_forward(&undo));
    assert_near(undo_back(&undo)->state.n, 17.25, 0);
    assert_near(undo_back(&undo)->state.n, 2.385, 0);
    undo_done(&undo);
}

static void test_amend_makes_no_step(void **state)
{
    (void)state;
    struct undo undo;
    start(&undo, 2.385);
    commit(&undo, 17.25, "play", false);
    struct state later = with_n(4096.5);
    undo_amend(&undo, &later);
    assert_near(undo_back(&undo)->state.n, 2.385, 0);
    assert_near(undo_forward(&undo)->state.n, 4096.5, 0);
    undo_done(&undo);
}

static void test_the_oldest_go_first(void **state)
{
    (void)state;
    struct undo undo;
    start(&undo, 0.5);
    for (int i = 1; i <= 3 * UNDO_MAX; i++) {
        commit(&undo, i + 0.5, "n", false);
    }
    int steps = 0;
    const struct undo_entry *entry, *last = NULL;
    while ((entry = undo_back(&undo)) != NULL) {
        last = entry;
        steps++;
    }
    assert_int_equal(steps, UNDO_MAX - 1);
    assert_near(last->state.n, 2 * UNDO_MAX + 1 + 0.5, 0);
    undo_done(&undo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_continued_changes_are_one_step),
        cmocka_unit_test(test_a_change_after_undo_forgets_redo_and_starts_a_step),
        cmocka_unit_test(test_amend_makes_no_step),
        cmocka_unit_test(test_the_oldest_go_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
