/* A person's own resolution: moves are replayed, judged in words, and refused where impossible. */
#include "tap.h"

#include "plane_help.h"

#include <stdbool.h>

static const char *const ORIGIN[2] = {"0", "0"};

struct played {
    struct arena arena;
    struct hand hand;
    const char *why;
    enum status status;
};

static void play(struct played *played, const char *text, const char *moves)
{
    struct poly *kl = plane_read(text, NULL, NULL);
    struct plane_problem problem = plane_box(kl, "-1", "1");
    arena_init(&played->arena);
    played->status =
        plane_by_hand(&problem, ORIGIN, moves, &played->arena, &played->hand, &played->why);
    poly_free(kl);
}

static void test_the_cusp_move_by_move(void **state)
{
    (void)state;
    static const struct {
        const char *moves;
        size_t n_open, n_wasted, n_blow_ups;
        bool done;
        const char *says; /* part of the verdict */
    } cases[] = {
        {"", 1, 0, 0, false, "multiplicity 2"},
        {"0 #0", 1, 0, 1, false, "smooth but tangent to E1 at u2 = 0, v2 = 0"},
        {"0 0,0", 1, 0, 1, false, "not yet a normal crossing"},
        {"0 #0; 2 #0", 1, 0, 2, false, "more than two divisors meet at u3 = 0"},
        {"0 #0; 2 #0; 3 #0", 0, 0, 3, true, "λ = 5/12, m = 1"},
        {"0 #0; 2 #0 ;3 0, 0;", 0, 0, 3, true, "Done"},
        {"0 #0;2 #0;3 #0;5 #1", 0, 1, 4, true, "not the shortest way"},
        {"0 1/2,1/3", 1, 1, 1, false, "not needed"},
        {"0 #0; 1 0,1", 1, 1, 2, false, "not needed"},
        {"0 #0; 2 1/2,0", 1, 1, 2, false, "not needed"},
        {"0 #0; 2 1,0; 2 #0", 1, 1, 3, false, "more than two"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct played played;
        play(&played, "(x^2 - y^3)^2", cases[i].moves);
        assert_int_equal(played.status, ST_OK);
        const struct hand *hand = &played.hand;
        assert_int_equal(hand->n_open, cases[i].n_open);
        assert_int_equal(hand->n_needed, 3);
        assert_int_equal(hand->n_wasted, cases[i].n_wasted);
        assert_int_equal(hand->resolution.n_blow_ups, cases[i].n_blow_ups);
        assert_int_equal(hand->done, cases[i].done);
        assert_int_equal(hand->resolution.lambda.den, cases[i].done ? 12 : 0);
        if (!strstr(hand->verdict, cases[i].says)) {
            print_error("%s: %s\n", cases[i].moves, hand->verdict);
        }
        assert_non_null(strstr(hand->verdict, cases[i].says));
        arena_done(&played.arena);
    }
}

static void test_algebraic_points(void **state)
{
    (void)state;
    struct played played;
    play(&played, "(x^2 - 2*y^2)^2", "0 #0; 1 #1");
    assert_int_equal(played.status, ST_OK);
    assert_true(played.hand.done);
    assert_int_equal(played.hand.n_wasted, 1);
    assert_int_equal(played.hand.resolution.multiplicity, 2);
    assert_string_equal(played.hand.resolution.charts[1].points[1].coordinate[1], "√2/2");
    assert_string_equal(played.hand.resolution.charts[3].substitution,
                        "u1 = u3, v1 = √2/2 + u3 v3");
    arena_done(&played.arena);
}

/* More blow-ups than needed change nothing of λ and m. */
static void test_waste_does_not_change_lambda(void **state)
{
    (void)state;
    static const struct {
        const char *kl, *moves;
        long num, den, m;
    } cases[] = {
        {"x^2*y^2", "0 #0; 1 #0; 3 #0; 4 0,0", 1, 2, 2},
        {"x^2*y^4", "0 #0; 2 0,0; 3 0,7/3", 1, 4, 1},
        {"(x^2 + y^2)^2", "0 #0; 1 0,1; 2 0,0; 3 0,5", 1, 2, 1},
        {"x^2", "0 #0", 1, 2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct played played;
        play(&played, cases[i].kl, cases[i].moves);
        assert_int_equal(played.status, ST_OK);
        assert_true(played.hand.done);
        assert_int_equal(played.hand.resolution.lambda.num, cases[i].num);
        assert_int_equal(played.hand.resolution.lambda.den, cases[i].den);
        assert_int_equal(played.hand.resolution.multiplicity, cases[i].m);
        arena_done(&played.arena);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const char *const moves[] = {
        "7 #0",
        "0 #1",
        "0",
        "#0",
        "-1 #0",
        "0 #0 0 #0",
        "0 #0; 0 #0",
        "0 x, y",
        "0 1",
        "0 1,",
        "0 1,2,3",
        "0 1/0,1",
        "0 #",
        "banana",
        "99999999999999999999999999 #0",
        "0 #99999999999999999999999",
        "0 0,0; 2 #0; 2 0,0",
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        struct played played;
        play(&played, "(x^2 - y^3)^2", moves[i]);
        if (played.status != ST_INPUT) {
            print_error("%s: %d\n", moves[i], (int)played.status);
        }
        assert_int_equal(played.status, ST_INPUT);
        assert_true(strlen(played.why) > 0);
        arena_done(&played.arena);
    }
    struct played played;
    play(&played, "1 + x^2", "");
    assert_int_equal(played.status, ST_DOMAIN);
    arena_done(&played.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_cusp_move_by_move),
        cmocka_unit_test(test_algebraic_points),
        cmocka_unit_test(test_waste_does_not_change_lambda),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
