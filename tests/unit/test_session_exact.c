/* λ, resolutions, moves by hand, estimators and presets in a session. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/command.h"

static struct session *open_session(const char *name, unsigned needs)
{
    struct session_options options = {
        .models_directory = "models", .seed = 1, .threads = 2, .synchronous = true};
    struct diags diags;
    struct session *session = NULL;
    struct model *model = NULL;
    diags_init(&diags);
    assert_int_equal(session_new(&options, &diags, &session), ST_OK);
    session_set_needs(session, needs);
    session_set_resolution(session, 24, 16);
    assert_int_equal(session_compare(session, false), ST_OK);
    assert_int_equal(catalogue_load(session_catalogue(session), name, NULL, 0, &diags, &model),
                     ST_OK);
    assert_int_equal(session_open(session, 0, model), ST_OK);
    model_unref(model);
    diags_done(&diags);
    assert_int_equal(session_compare(session, false), ST_OK);
    assert_int_equal(session_wait(session, -1), ST_OK);
    return session;
}

static struct side look(struct session *session)
{
    struct snapshot snapshot;
    assert_int_equal(session_wait(session, -1), ST_OK);
    session_snapshot(session, &snapshot);
    return snapshot.sides[0];
}

static void test_the_box_and_the_cursor(void **state)
{
    (void)state;
    struct session *session = open_session("cusp", SESSION_RLCT | SESSION_ZEROS);
    struct side side = look(session);
    assert_non_null(side.rlct);
    assert_int_equal(side.rlct->lambda.standing, EXACT);
    assert_int_equal(side.rlct->lambda.exact.num, 5);
    assert_int_equal(side.rlct->lambda.exact.den, 12);
    assert_int_equal(side.rlct->multiplicity, 1);
    assert_non_null(side.resolved);
    assert_non_null(side.chart);

    double smooth[2] = {1, 1}, off[2] = {0.5, -0.75};
    assert_int_equal(session_set_cursor(session, 0, smooth), ST_OK);
    side = look(session);
    assert_non_null(side.rlct_here);
    assert_int_equal(side.rlct_here->lambda.exact.num, 1);
    assert_int_equal(side.rlct_here->lambda.exact.den, 2);
    assert_int_equal(session_set_cursor(session, 0, off), ST_OK);
    side = look(session);
    assert_null(side.rlct_here);
    session_free(session);
}

static void test_charts_are_walked(void **state)
{
    (void)state;
    struct session *session = open_session("cusp", SESSION_RLCT);
    const struct resolution *resolution = look(session).resolved->resolution;
    assert_non_null(resolution);
    assert_true(resolution->n_charts >= 4);
    for (size_t i = 0; i < resolution->n_charts; i++) {
        assert_int_equal(session_set_chart(session, 0, i), ST_OK);
        assert_int_equal(look(session).chart->chart, i);
    }
    assert_int_equal(session_set_chart(session, 0, resolution->n_charts), ST_DOMAIN);
    assert_int_equal(session_undo(session), ST_OK); /* a walk is one step */
    struct snapshot snapshot;
    session_snapshot(session, &snapshot);
    assert_int_equal(snapshot.state.chart[0], 0);
    session_free(session);
}

static void test_moves_by_hand(void **state)
{
    (void)state;
    struct session *session = open_session("cusp", SESSION_RLCT);
    assert_int_equal(session_blow_up(session, 0, "#0"), ST_UNABLE); /* not by hand yet */
    assert_int_equal(session_set_by_hand(session, 0, true), ST_OK);
    struct side side = look(session);
    assert_non_null(side.hand);
    assert_int_equal(side.hand->resolution.n_charts, 1);
    assert_false(side.hand->done);
    assert_int_equal(session_blow_up(session, 0, "0,0"), ST_OK);
    side = look(session);
    assert_int_equal(side.hand->resolution.n_charts, 3);
    assert_int_equal(side.hand->resolution.n_blow_ups, 1);

    assert_int_equal(session_blow_up(session, 0, "#77"), ST_OK); /* refused when it is worked out */
    struct snapshot snapshot;
    side = look(session);
    session_snapshot(session, &snapshot);
    assert_string_equal(snapshot.state.moves[0], "0 0,0");
    assert_true(snapshot.message_is_error && snapshot.message[0] != '\0');
    assert_int_equal(side.hand->resolution.n_charts, 3);

    struct text line;
    text_init(&line);
    session_share(session, &line);
    assert_non_null(strstr(text_get(&line), "--by-hand"));
    assert_non_null(strstr(text_get(&line), "--moves '0 0,0'"));
    text_done(&line);

    assert_int_equal(session_undo(session), ST_OK);
    side = look(session);
    assert_int_equal(side.hand->resolution.n_charts, 1);
    session_free(session);
}

/* Whoever follows the program's own resolution by hand gets there, with nothing wasted. */
static void test_following_the_resolution_ends_it(void **state)
{
    (void)state;
    struct session *session = open_session("cusp", SESSION_RLCT);
    struct side side = look(session);
    struct rat lambda = side.rlct->lambda.exact;
    assert_int_equal(session_set_by_hand(session, 0, true), ST_OK);
    for (int moves = 0; moves < 12; moves++) {
        side = look(session);
        if (side.hand->done)
            break;
        bool found = false;
        const struct resolution *made = &side.hand->resolution;
        for (size_t c = 0; c < made->n_charts && !found; c++)
            for (size_t p = 0; p < made->charts[c].n_points && !found; p++) {
                const struct resolution_point *point = &made->charts[c].points[p];
                if (point->normal_crossing || point->n_children > 0)
                    continue;
                char centre[24];
                snprintf(centre, sizeof centre, "#%zu", p);
                assert_int_equal(session_set_chart(session, 0, c), ST_OK);
                assert_int_equal(session_blow_up(session, 0, centre), ST_OK);
                found = true;
            }
        assert_true(found);
    }
    assert_true(side.hand->done);
    assert_int_equal(side.hand->n_wasted, 0);
    assert_int_equal(side.hand->resolution.n_blow_ups, side.hand->n_needed);
    assert_int_equal(side.hand->resolution.lambda.num, lambda.num);
    assert_int_equal(side.hand->resolution.lambda.den, lambda.den);
    session_free(session);
}

static void test_every_estimator_comes(void **state)
{
    (void)state;
    struct session *session = open_session("normal-crossing", SESSION_RLCT | SESSION_ESTIMATES);
    struct side side = look(session);
    assert_non_null(side.estimates);
    assert_true(side.estimates->n == 1000);
    assert_true(fabs(side.estimates->finite.value - 0.41) < 0.02);
    assert_true(side.estimates->tempered.value < side.estimates->finite.value);
    size_t came = 0;
    for (size_t i = 0; i < side.estimates->n_rows; i++) {
        const struct estimate_row *row = &side.estimates->rows[i];
        assert_true(row->done);
        assert_true(row->why[0] != '\0' || isfinite(row->estimate.lambda.value));
        came += row->why[0] == '\0';
    }
    assert_true(came + 1 >= side.estimates->n_rows);
    assert_non_null(side.llc);
    assert_null(side.failure);
    session_free(session);
}

static void test_presets_are_shown(void **state)
{
    (void)state;
    struct session *session = open_session("normal-crossing", SESSION_ESTIMATES);
    assert_int_equal(session_set_failure(session, "no-such-preset", false), ST_INPUT);
    for (size_t i = 0; failures[i].name != NULL && i < 2; i++) {
        assert_int_equal(session_set_failure(session, failures[i].name, i == 1), ST_OK);
        struct side side = look(session);
        assert_ptr_equal(side.failure, &failures[i]);
        assert_true(side.llc != NULL || side.llc_why[0] != '\0');
    }
    session_free(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_box_and_the_cursor),
        cmocka_unit_test(test_charts_are_walked),
        cmocka_unit_test(test_moves_by_hand),
        cmocka_unit_test(test_following_the_resolution_ends_it),
        cmocka_unit_test(test_every_estimator_comes),
        cmocka_unit_test(test_presets_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
