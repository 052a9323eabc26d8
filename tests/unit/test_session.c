/* The session: state, results in the background, undo, reload, share. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/command.h"

/* cmocka's own comparison is in single precision. */
#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static struct session *open_session(bool synchronous)
{
    struct session_options options = {
        .models_directory = "models", .seed = 1, .threads = 2, .synchronous = synchronous};
    struct diags diags;
    struct session *session = NULL;
    diags_init(&diags);
    assert_int_equal(session_new(&options, &diags, &session), ST_OK);
    diags_done(&diags);
    session_set_resolution(session, 24, 16);
    return session;
}

static struct model *load(struct session *session, const char *name)
{
    struct diags diags;
    struct model *model = NULL;
    diags_init(&diags);
    assert_int_equal(catalogue_load(session_catalogue(session), name, NULL, 0, &diags, &model),
                     ST_OK);
    diags_done(&diags);
    return model;
}

static void open_model(struct session *session, size_t side, const char *name)
{
    struct model *model = load(session, name);
    assert_int_equal(session_open(session, side, model), ST_OK);
    model_unref(model);
}

static struct snapshot look(struct session *session)
{
    struct snapshot snapshot;
    session_snapshot(session, &snapshot);
    return snapshot;
}

static void test_starts_on_the_catalogue(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    struct snapshot snapshot = look(session);
    assert_true(snapshot.state.catalogue_open);
    assert_int_equal(snapshot.n_catalogue_rows, snapshot.catalogue->n_entries);
    assert_int_equal(session_wait(session, -1), ST_OK);
    snapshot = look(session);
    assert_int_equal(snapshot.n_sides, 1); /* the preview */
    assert_string_equal(snapshot.sides[0].model->name, snapshot.catalogue->entries[0].name);
    assert_non_null(snapshot.sides[0].posterior);
    session_free(session);
}

static void check_results(const struct snapshot *snapshot, double n)
{
    assert_int_equal(snapshot->n_sides, 2);
    for (size_t side = 0; side < 2; side++) {
        const struct side *s = &snapshot->sides[side];
        assert_false(s->busy);
        assert_null(s->why);
        assert_non_null(s->zeros);
        assert_true(s->zeros->has_zero);
        assert_non_null(s->landscape);
        assert_false(s->landscape->coarse);
        assert_int_equal(s->landscape->nx, 24);
        assert_int_equal(s->landscape->ny, 16);
        assert_non_null(s->posterior);
        assert_false(s->posterior->coarse);
        assert_near(s->posterior->n, n, 0);
        double sum = 0;
        for (size_t i = 0; i < 24 * 16; i++) {
            sum += s->posterior->mass[i];
        }
        assert_near(sum, 1, 1e-3);
        assert_near(s->posterior->mass_inside, sum, 1e-12);
        assert_true(s->posterior->level_50 >= s->posterior->level_95);
        assert_non_null(s->curves);
        assert_int_equal(s->curves->n_rows, 49);
        assert_near(s->curves->rows[12].n, 1e3, 1e-6);
        assert_non_null(s->fisher);
    }
}

static void test_results_come_without_threads_and_with(void **state)
{
    (void)state;
    for (int synchronous = 0; synchronous < 2; synchronous++) {
        struct session *session = open_session(synchronous);
        open_model(session, 0, "normal-crossing");
        assert_int_equal(session_set_n(session, 238.5), ST_OK);
        assert_int_equal(session_wait(session, 60000), ST_OK);
        struct snapshot snapshot = look(session);
        assert_string_equal(snapshot.sides[1].model->name, "regular-bowl"); /* its contrast */
        check_results(&snapshot, 238.5);
        assert_false(session_busy(session));
        session_free(session);
    }
}

static void test_turning_fast_ends_at_the_last_value(void **state)
{
    (void)state;
    struct session *session = open_session(false);
    open_model(session, 0, "nearly-singular");
    for (int i = 0; i < 60; i++) {
        assert_int_equal(session_set_n(session, 10.5 + 3 * i), ST_OK);
        assert_int_equal(session_set_knob(session, "eps", 0.0001 * (i + 1)), ST_OK);
        session_collect(session);
    }
    assert_int_equal(session_wait(session, 60000), ST_OK);
    struct snapshot snapshot = look(session);
    assert_near(snapshot.sides[0].model->knobs[0].value, 0.006, 1e-15);
    assert_near(snapshot.sides[0].posterior->n, 187.5, 0);
    assert_near(snapshot.sides[1].posterior->n, 187.5, 0);
    session_free(session);
}

static void test_leaving_in_the_middle_of_work(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct session *session = open_session(false);
        open_model(session, 0, "cone");
        for (int j = 0; j < i; j++) {
            session_collect(session);
        }
        session_free(session);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, 0);
    open_model(session, 0, "nearly-singular");
    const double bad[] = {0.5, 0, -3, 1.1e12, NAN, INFINITY};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(session_set_n(session, bad[i]), ST_DOMAIN);
    }
    assert_int_equal(session_set_knob(session, "eps", 1e9), ST_DOMAIN);
    assert_int_equal(session_set_knob(session, "eps", NAN), ST_DOMAIN);
    assert_int_equal(session_set_knob(session, "no", 0.5), ST_INPUT);
    const double outside[2] = {0.25, 77}, odd[2] = {NAN, 0.25};
    assert_int_equal(session_set_cursor(session, 0, outside), ST_DOMAIN);
    assert_int_equal(session_set_cursor(session, 0, odd), ST_DOMAIN);
    assert_int_equal(session_set_axes(session, 0, 0, 0), ST_DOMAIN);
    assert_int_equal(session_set_axes(session, 0, 0, 9), ST_DOMAIN);
    const double low[2] = {0.25, 0.25}, high[2] = {0.25, 0.75}, far[2] = {99, 99};
    assert_int_equal(session_set_window(session, low, high), ST_DOMAIN);
    assert_int_equal(session_set_window(session, far, far), ST_DOMAIN);
    session_free(session);
}

static void test_cursor_and_window_are_linked(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, SESSION_LANDSCAPE);
    open_model(session, 0, "normal-crossing");
    const double w[2] = {0.375, -1.125}, low[2] = {-0.5, -1.5}, high[2] = {1.25, 0.75};
    assert_int_equal(session_set_window(session, low, high), ST_OK);
    assert_int_equal(session_set_cursor(session, 0, w), ST_OK);
    struct snapshot snapshot = look(session);
    for (size_t side = 0; side < 2; side++) {
        assert_memory_equal(snapshot.state.cursor[side], w, sizeof w);
        assert_memory_equal(snapshot.state.low[side], low, sizeof low);
        assert_memory_equal(snapshot.state.high[side], high, sizeof high);
    }
    session_free(session);
}

static void test_the_cursor_is_caught_by_the_zero_set(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, SESSION_LANDSCAPE | SESSION_ZEROS);
    open_model(session, 0, "normal-crossing");
    assert_int_equal(session_wait(session, -1), ST_OK);
    const double near[2] = {0.77, 0.06}, away[2] = {0.77, 0.9};
    assert_int_equal(session_point_at(session, 0, near), ST_OK);
    struct snapshot snapshot = look(session);
    assert_true(snapshot.sides[0].on_zero_set);
    assert_near(snapshot.state.cursor[0][1], 0, 1e-12);
    assert_near(snapshot.state.cursor[0][0], 0.77, 1e-12);
    assert_int_equal(snapshot.sides[0].fisher->rank, 1);
    assert_int_equal(session_point_at(session, 0, away), ST_OK);
    assert_false(look(session).sides[0].on_zero_set);
    assert_memory_equal(look(session).state.cursor[0], away, sizeof away);
    for (int i = 0; i < 40; i++) { /* the wall stops it */
        session_move_cursor(session, 1, 1, 0);
    }
    assert_near(look(session).state.cursor[0][0], 2, 1e-12);
    session_free(session);
}

static void test_undo_takes_back_models_too(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, 0);
    open_model(session, 0, "circle");
    open_model(session, 0, "cusp");
    assert_int_equal(session_set_n(session, 5e6), ST_OK);
    assert_int_equal(session_undo(session), ST_OK);
    assert_near(look(session).state.n, 1000, 0);
    assert_string_equal(look(session).sides[0].model->name, "cusp");
    assert_int_equal(session_undo(session), ST_OK);
    assert_string_equal(look(session).sides[0].model->name, "circle");
    assert_int_equal(session_undo(session), ST_OK);
    assert_true(look(session).state.catalogue_open);
    assert_int_equal(session_undo(session), ST_DOMAIN);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(session_redo(session), ST_OK);
    }
    assert_int_equal(session_redo(session), ST_DOMAIN);
    assert_near(look(session).state.n, 5e6, 0);
    session_free(session);
}

static void test_turning_n_is_one_step(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, 0);
    open_model(session, 0, "circle");
    for (int i = 1; i <= 30; i++) {
        assert_int_equal(session_set_n(session, 1000 * pow(10, 0.1 * i)), ST_OK);
    }
    assert_int_equal(session_undo(session), ST_OK);
    assert_near(look(session).state.n, 1000, 0);
    assert_false(look(session).state.catalogue_open);
    session_free(session);
}

static void start_playing(struct state *state, void *context)
{
    state->playing = true;
    state->play_speed = *(double *)context;
}

static void test_playing_goes_round(void **state)
{
    (void)state;
    struct session *session = open_session(true);
    session_set_needs(session, 0);
    open_model(session, 0, "circle");
    double speed = 2.5, most = 0;
    bool round = false;
    session_edit(session, "play", start_playing, &speed);
    assert_false(session_tick(session, 10));
    assert_true(session_tick(session, 10.125));
    assert_near(look(session).state.n, 1000 * pow(10, 2.5 * 0.125), 1e-9);
    for (int i = 0; i < 400; i++) {
        session_tick(session, 10.125 + 0.0625 * i);
        double n = look(session).state.n;
        assert_true(n >= 1 && n <= 1e12);
        round |= n < most;
        most = fmax(most, n);
    }
    assert_true(round && most > 1e11);
    assert_int_equal(session_undo(session), ST_OK); /* all of it is one step */
    assert_near(look(session).state.n, 1000, 0);
    session_free(session);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_a_file_is_read_again(void **state)
{
    (void)state;
    char path[] = "/tmp/cusp-test-XXXXXX";
    assert_non_null(mkdtemp(path));
    char file[64];
    snprintf(file, sizeof file, "%s/mine.model", path);
    write_file(file, "param u, v in [-2, 2]\npotential K = u^2*v^2\n");
    struct session *session = open_session(true);
    session_set_needs(session, SESSION_LANDSCAPE);
    open_model(session, 0, file);
    assert_int_equal(session_set_n(session, 777.5), ST_OK);
    const double w[2] = {0.25, 1.25};
    assert_int_equal(session_set_cursor(session, 0, w), ST_OK);
    assert_false(session_poll_files(session));

    write_file(file, "param u, v in [-2, 2]\npotential K = u^2*v^2 + bad\n");
    assert_true(session_poll_files(session));
    assert_non_null(strstr(look(session).diagnostics, "bad"));
    assert_non_null(strstr(look(session).diagnostics, "^"));
    assert_non_null(look(session).sides[0].landscape); /* the last good picture */
    assert_false(session_poll_files(session));

    unlink(file); /* an editor that replaces the file */
    assert_false(session_poll_files(session));
    write_file(file, "param u, v in [-2, 2]\npotential K = u^4 + v^2\n");
    assert_true(session_poll_files(session));
    struct snapshot snapshot = look(session);
    assert_string_equal(snapshot.diagnostics, "");
    assert_non_null(strstr(snapshot.sides[0].model->formula_ascii, "u^4"));
    assert_near(snapshot.state.n, 777.5, 0);
    assert_memory_equal(snapshot.state.cursor[0], w, sizeof w);
    session_free(session);
    unlink(file);
    rmdir(path);
}

/* ---- share -------------------------------------------------------------------------------------
 */

static void assert_same_state(struct session *a, struct session *b)
{
    struct snapshot x = look(a), y = look(b);
    assert_int_equal(x.n_sides, y.n_sides);
    assert_memory_equal(&x.state.n, &y.state.n, sizeof x.state.n);
    assert_int_equal(x.state.catalogue_open, y.state.catalogue_open);
    assert_int_equal(x.state.catalogue_row, y.state.catalogue_row);
    assert_string_equal(x.state.filter, y.state.filter);
    assert_string_equal(x.state.focus, y.state.focus);
    assert_int_equal(x.state.focus_side, y.state.focus_side);
    assert_int_equal(x.state.zoomed, y.state.zoomed);
    assert_int_equal(x.state.rank_overlay, y.state.rank_overlay);
    assert_int_equal(x.state.playing, y.state.playing);
    assert_int_equal(x.state.page, y.state.page);
    assert_true(x.state.play_speed == y.state.play_speed);
    for (size_t side = 0; side < x.n_sides; side++) {
        const struct model *m = x.sides[side].model, *n = y.sides[side].model;
        assert_string_equal(m->text, n->text);
        assert_string_equal(m->name, n->name);
        for (size_t i = 0; i < m->n_knobs; i++) {
            assert_true(m->knobs[i].value == n->knobs[i].value);
        }
        for (size_t i = 0; i < m->dim; i++) {
            assert_true(x.state.cursor[side][i] == y.state.cursor[side][i]);
        }
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(x.state.axes[side][i], y.state.axes[side][i]);
            assert_true(x.state.low[side][i] == y.state.low[side][i]);
            assert_true(x.state.high[side][i] == y.state.high[side][i]);
        }
    }
}

static struct session *session_of(const char *const *lines, struct text *err)
{
    struct session *session = open_session(true);
    struct text out;
    text_init(&out);
    session_set_needs(session, 0);
    struct command_context context = {.session = session,
                                      .catalogue = session_catalogue(session),
                                      .out = &out,
                                      .err = err,
                                      .where = IN_SCRIPT};
    for (size_t i = 0; lines[i]; i++) {
        int code = command_run_line(&context, lines[i]);
        if (code != EXIT_OK) {
            print_error("%s: %s", lines[i], text_get(err));
        }
        assert_int_equal(code, EXIT_OK);
    }
    text_done(&out);
    return session;
}

static void check_share(const char *const *lines)
{
    struct text err, share, line;
    text_init(&err);
    text_init(&share);
    text_init(&line);
    struct session *session = session_of(lines, &err);
    session_share(session, &share);
    assert_int_equal(strncmp(text_get(&share), "cusp", 4), 0);
    text_addf(&line, "explore%s", text_get(&share) + 4);
    struct session *again = session_of((const char *const[]){text_get(&line), NULL}, &err);
    assert_same_state(session, again);
    text_clear(&line);
    session_share(again, &line);
    assert_string_equal(text_get(&line), text_get(&share));
    session_free(session);
    session_free(again);
    text_done(&line);
    text_done(&share);
    text_done(&err);
}

static void test_share_makes_the_state_again(void **state)
{
    (void)state;
    check_share((const char *const[]){NULL});
    check_share((const char *const[]){"filter 'crossing'", "move down 1", NULL});
    check_share((const char *const[]){"model normal-crossing", "n 123456.789", NULL});
    check_share((const char *const[]){"model circle", "compare off", "view landscape", "zoom",
                                      "rank on", "at w1=0.1,w2=0.7", NULL});
    check_share((const char *const[]){"model normal-crossing", "zoom in 3", "pan left 0.37",
                                      "move up 3", "view posterior 2", "play 0.3", NULL});
    check_share((const char *const[]){"model nearly-singular", "knob eps 0.00123",
                                      "compare nearly-singular", "view landscape 2",
                                      "knob eps 0.005", NULL});
    check_share((const char *const[]){"model cone", "compare whitney-umbrella", "axes", "axes",
                                      "zoom in", "move out 2", NULL});
    check_share((const char *const[]){"new param a, b in [-1, 3]; potential K = (a*b - 1)^2",
                                      "compare quartic", "zoom in", "move left 4", NULL});
    check_share(
        (const char *const[]){"model quartic", "compare cusp", "zoom in 7", "catalogue on", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_on_the_catalogue),
        cmocka_unit_test(test_results_come_without_threads_and_with),
        cmocka_unit_test(test_turning_fast_ends_at_the_last_value),
        cmocka_unit_test(test_leaving_in_the_middle_of_work),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_cursor_and_window_are_linked),
        cmocka_unit_test(test_the_cursor_is_caught_by_the_zero_set),
        cmocka_unit_test(test_undo_takes_back_models_too),
        cmocka_unit_test(test_turning_n_is_one_step),
        cmocka_unit_test(test_playing_goes_round),
        cmocka_unit_test(test_a_file_is_read_again),
        cmocka_unit_test(test_share_makes_the_state_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
