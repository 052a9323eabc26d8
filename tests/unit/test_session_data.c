/* The session of statistical models: runs of particles, going back, knobs, data, observables. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cusp/session.h"

/* cmocka's own comparison is in single precision. */
#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const char line_model[] = "param a, b in [-5, 5]\n"
                                 "prior a ~ normal(0, 1)\n"
                                 "prior b ~ normal(0, 1)\n"
                                 "knob slope = 0.7 in [-2, 2]\n"
                                 "input x ~ uniform(-1, 1)\n"
                                 "output y ~ normal(a*x + b, 1)\n"
                                 "truth y ~ normal(slope*x - 0.3, 1)\n"
                                 "observe s = a + b\n"
                                 "region \"up\" : a > 0.6\n";

static const char net_model[] = "param q, v, p, u in [-3, 3]\n"
                                "knob height = 0.4 in [0, 2]\n"
                                "input x ~ uniform(-2, 2)\n"
                                "output y ~ normal(q*tanh(v*x) + p*tanh(u*x), 1)\n"
                                "truth y ~ normal(height*tanh(x), 1)\n"
                                "observe e = abs(q)*v\n";

static struct session *open_text(const char *text, bool synchronous)
{
    struct session_options options = {
        .models_directory = "models", .seed = 1, .threads = 2, .synchronous = synchronous};
    struct diags diags;
    struct session *session = NULL;
    struct model *model = NULL;
    diags_init(&diags);
    assert_int_equal(session_new(&options, &diags, &session), ST_OK);
    assert_int_equal(model_from_text(text, NULL, 0, &diags, &model), ST_OK);
    session_set_resolution(session, 24, 16);
    session_set_needs(session, SESSION_POSTERIOR);
    assert_int_equal(session_compare(session, false), ST_OK);
    assert_int_equal(session_set_n(session, 40), ST_OK);
    assert_int_equal(session_open(session, 0, model), ST_OK);
    model_unref(model);
    diags_done(&diags);
    return session;
}

static struct snapshot look(struct session *session)
{
    struct snapshot snapshot;
    session_snapshot(session, &snapshot);
    return snapshot;
}

static struct side first(struct session *session)
{
    return look(session).sides[0];
}

static void wait(struct session *session)
{
    assert_int_equal(session_wait(session, 120000), ST_OK);
}

/* log Z of the line with normal priors on the first n of a stream, in closed form: y ~ N(0, 1 +
   X Xᵀ), by the matrix of two. The box cuts off nothing that counts. */
static double line_log_z(const struct model *model, uint64_t seed, size_t n)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, NULL, NULL, &data), ST_OK);
    double xx = 1, x1 = 0, ones = 1, xy = 0, y1 = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        double x = data->column[0][i], y = data->column[1][i];
        xx += x * x;
        x1 += x;
        ones += 1;
        xy += x * y;
        y1 += y;
        yy += y * y;
    }
    data_unref(data);
    double determinant = xx * ones - x1 * x1;
    double fitted = (ones * xy * xy - 2 * x1 * xy * y1 + xx * y1 * y1) / determinant;
    return -0.5 * ((double)n * log(2 * M_PI) + log(determinant) + yy - fitted);
}

static double sum_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum;
}

static void test_the_posterior_on_data(void **state)
{
    (void)state;
    struct session *session = open_text(line_model, true);
    session_set_needs(session, SESSION_ALL);
    assert_int_equal(session_set_n(session, 72.6), ST_OK);
    wait(session);
    struct side side = first(session);
    const struct posterior *posterior = side.posterior;
    double exact = line_log_z(side.model, 1, 72);
    assert_near(side.data_n, 72, 0);
    assert_near(posterior->n, 72, 0);
    assert_false(side.is_past);
    assert_int_equal(posterior->n_particles, 0); /* by integration */
    assert_near(posterior->evidence.log_z, exact, 1e-3);
    assert_near(sum_of(posterior->mass, posterior->nx * posterior->ny), 1, 1e-3);
    assert_non_null(side.particles);
    assert_near(side.particles->n, 72, 0);
    assert_near(side.particles->log_z, exact, 4.5 * side.particles->log_z_error);
    assert_near(side.particles->mean_nk, posterior->evidence.mean_nk,
                4.5 * side.particles->mean_nk_error);
    assert_non_null(side.scatter);
    assert_int_equal(side.marginals->n_axes, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_near(
            sum_of(side.marginals->mass + i * side.marginals->n_bins, side.marginals->n_bins), 1,
            1e-9);
    }
    assert_non_null(side.curves);
    assert_non_null(side.landscape);
    assert_non_null(side.fisher);
    session_free(session);
}

static void test_what_follows_from_the_run(void **state)
{
    (void)state;
    struct session *session = open_text(line_model, true);
    session_set_needs(session, SESSION_ALL);
    wait(session);
    struct side side = first(session);
    const struct predictive *predictive = side.predictive;
    assert_near(predictive->n, 40, 0);
    assert_int_equal(predictive->n_data, 40);
    for (size_t i = 0; i < predictive->n_grid; i++) {
        double x = predictive->x[i];
        assert_near(predictive->truth[i], 0.7 * x - 0.3, 1e-12);
        assert_near(predictive->mean[i], side.posterior->mean[0] * x + side.posterior->mean[1],
                    0.05);
        assert_true(predictive->noise_low[i] < predictive->low[i]);
        assert_true(predictive->low[i] < predictive->mean[i]);
        assert_true(predictive->mean[i] < predictive->high[i]);
        assert_true(predictive->high[i] < predictive->noise_high[i]);
        /* a normal of sd a little above 1 */
        assert_near(predictive->noise_high[i] - predictive->noise_low[i], 3.4, 0.3);
    }
    assert_int_equal(side.trace->n_rows, 14); /* 1, 2, 3, 4, 5, 6, 8, 10, 13 … 40 */
    const struct trace_row *last = &side.trace->rows[side.trace->n_rows - 1];
    assert_near(last->n, 40, 0);
    assert_near(last->log_z, line_log_z(side.model, 1, 40), 4.5 * last->log_z_error);
    const struct learning *learning = side.learning;
    size_t row = learning->n_rows - 1;
    assert_near(learning->free_energy[row], -last->log_z - 40 * last->entropy, 1e-9);
    assert_int_equal(learning->n_sets, 10);
    assert_int_equal(learning->mean_sets[row], 10);
    /* the mean is over the streams that follow */
    double mean = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct data *data = NULL;
        assert_int_equal(data_new(side.model, seed, 40, NULL, NULL, &data), ST_OK);
        mean += (-line_log_z(side.model, seed, 40) - 40 * data_entropy(data, 40)) / 10;
        data_unref(data);
    }
    /* the nine others are of a quarter of the particles */
    double error = last->log_z_error * sqrt(9 * 4 + 1) / 10;
    assert_near(learning->mean_free_energy[row], mean, 4.5 * error);
    session_free(session);
}

static void test_more_than_three_parameters(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, true);
    wait(session);
    struct side side = first(session);
    assert_null(side.why);
    assert_int_equal(side.posterior->n_particles, side.particles->n_particles);
    assert_near(sum_of(side.posterior->mass, 24 * 16), side.posterior->mass_inside, 1e-9);
    assert_near(side.posterior->mass_inside, 1, 1e-9);
    assert_true(side.posterior->share_95 > 0 && side.posterior->share_95 < 1);
    assert_true(side.posterior->share_95_error > 0);
    assert_non_null(side.weights);
    assert_true(side.weights->n_points > 0);
    assert_int_equal(side.weights->n_points % 2, 0);
    session_free(session);
}

static void test_a_potential_of_four(void **state)
{
    (void)state;
    struct session *session = open_text("K = (a*b - c*d)^2", true);
    session_set_needs(session, SESSION_ALL & ~(unsigned)SESSION_ZEROS);
    assert_int_equal(session_set_n(session, 37.5), ST_OK);
    wait(session);
    struct side side = first(session);
    assert_null(side.why);
    assert_near(side.posterior->n, 37.5, 0); /* n is any number */
    assert_near(side.n_max, 1e12, 0);
    assert_null(side.predictive);
    assert_null(side.curves);
    assert_false(side.learning->of_data);
    assert_near(side.learning->free_energy[0], -side.trace->rows[0].log_z, 1e-12);
    session_free(session);
}

static void test_n_goes_both_ways(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, true);
    wait(session);
    const struct particles *before = first(session).particles;
    double log_z = first(session).posterior->evidence.log_z;
    const double there[] = {158, 63, 55.5, 200};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        assert_int_equal(session_set_n(session, there[i]), ST_OK);
        wait(session);
        assert_near(first(session).posterior->n, floor(there[i]), 0);
    }
    assert_int_equal(first(session).trace->n_rows, 21); /* to 200 */
    assert_int_equal(session_set_n(session, 40), ST_OK);
    wait(session);
    assert_ptr_equal(first(session).particles, before);
    assert_near(first(session).posterior->evidence.log_z, log_z, 0);
    /* beside the ladder too: from the rung below, whatever came between */
    struct session *other = open_text(net_model, true);
    assert_int_equal(session_set_n(other, 55), ST_OK);
    assert_int_equal(session_set_n(session, 55), ST_OK);
    wait(other);
    wait(session);
    assert_near(first(session).particles->log_z, first(other).particles->log_z, 0);
    session_free(other);
    session_free(session);
}

static void test_a_knob_begins_again_and_marks_the_past(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, false);
    wait(session);
    struct side before = first(session);
    const struct particles *cloud = before.particles;
    assert_false(before.is_past);
    assert_near(before.posterior->knob_values[0], 0.4, 0);
    assert_int_equal(session_set_knob(session, "height", 1.25), ST_OK);
    struct side after = first(session);
    assert_true(after.is_past); /* the old picture, and it says what it belongs to */
    assert_near(after.posterior->knob_values[0], 0.4, 0);
    assert_true(after.busy);
    wait(session);
    after = first(session);
    assert_false(after.is_past);
    assert_near(after.posterior->knob_values[0], 1.25, 0);
    assert_ptr_not_equal(after.particles, cloud);
    /* what was there before is still there */
    assert_int_equal(session_set_knob(session, "height", 0.4), ST_OK);
    wait(session);
    assert_ptr_equal(first(session).particles, cloud);
    session_free(session);
}

/* Where a run takes long, a knob shows few particles first, and says that the picture is rough. */
static void test_a_knob_shows_a_rough_picture_first(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, false);
    assert_int_equal(session_set_n(session, 3000), ST_OK);
    wait(session);
    assert_int_equal(session_set_knob(session, "height", 0.9), ST_OK);
    assert_int_equal(session_set_knob(session, "height", 1.3), ST_OK); /* the hand does not rest */
    bool rough = false, fine = false;
    for (int i = 0; i < 100000 && !fine; i++) {
        session_collect(session);
        struct side side = first(session);
        const struct posterior *posterior = side.posterior;
        if (posterior->knob_values[0] == 1.3) {
            assert_near(posterior->n, 3000, 0); /* no step on the way is shown in between */
            assert_true(posterior->coarse == (posterior->n_particles == 256));
            rough |= posterior->coarse;
            fine = !posterior->coarse;
        }
        struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
    }
    assert_true(rough);
    assert_true(fine);
    wait(session);
    assert_int_equal(first(session).posterior->n_particles, 1024);
    assert_false(first(session).posterior->coarse);
    session_free(session);
}

static void test_regions_along_the_run(void **state)
{
    (void)state;
    struct session *session = open_text(line_model, true);
    wait(session);
    struct side side = first(session);
    const struct trace *trace = side.trace;
    assert_non_null(trace->region_mass);
    for (size_t i = 0; i < trace->n_rows; i++) {
        assert_true(trace->region_mass[i] >= 0 && trace->region_mass[i] <= 1);
        assert_true(trace->region_error[i] >= 0 && trace->region_error[i] < 0.2);
    }
    double exact = side.posterior->region_mass[0], at = trace->region_mass[trace->n_rows - 1];
    assert_near(trace->rows[trace->n_rows - 1].n, 40, 0);
    assert_near(at, exact, 4.5 * trace->region_error[trace->n_rows - 1] + 1e-3);
    session_free(session);
}

/* In one dimension a picture has as many cells as were asked for. */
static void test_one_parameter(void **state)
{
    (void)state;
    struct session *session = open_text("param p in [0.001, 0.999]\n"
                                        "output y ~ bernoulli(p)\n"
                                        "truth y ~ bernoulli(0.37)\n",
                                        true);
    wait(session);
    const struct posterior *posterior = first(session).posterior;
    assert_int_equal(posterior->nx, 24);
    assert_int_equal(posterior->ny, 1);
    assert_near(sum_of(posterior->mass, posterior->nx), 1, 1e-6);
    session_free(session);
}

static void test_data_that_cannot_be_drawn(void **state)
{
    (void)state;
    struct session *session = open_text("param w in [-1, 1]\npotential K = w^2\n", true);
    assert_int_equal(session_set_data_seed(session, 2), ST_OK);
    assert_non_null(strstr(look(session).message, "a potential has no data"));
    session_free(session);
}

static void test_another_stream_and_temperature_can_be_undone(void **state)
{
    (void)state;
    struct session *session = open_text(line_model, true);
    wait(session);
    double first_z = first(session).posterior->evidence.log_z;
    assert_int_equal(session_set_data_seed(session, 0), ST_DOMAIN);
    assert_int_equal(session_set_data_seed(session, 23), ST_OK);
    wait(session);
    struct side side = first(session);
    assert_int_equal(side.posterior->data_seed, 23);
    assert_near(side.posterior->evidence.log_z, line_log_z(side.model, 23, 40), 1e-3);
    assert_int_equal(session_set_beta(session, 0), ST_DOMAIN);
    assert_int_equal(session_set_beta(session, NAN), ST_DOMAIN);
    assert_int_equal(session_set_beta(session, 0.25), ST_OK);
    wait(session);
    side = first(session);
    assert_near(side.posterior->beta, 0.25, 0);
    assert_true(side.particles->beta == 0.25);
    assert_near(side.posterior->evidence.log_z, side.particles->log_z,
                4.5 * side.particles->log_z_error);
    struct text share;
    text_init(&share);
    session_share(session, &share);
    assert_non_null(strstr(text_get(&share), " --beta 0.25 --data-seed 23"));
    text_done(&share);
    assert_int_equal(session_undo(session), ST_OK);
    assert_near(look(session).state.beta, 1, 0);
    assert_int_equal(session_undo(session), ST_OK);
    assert_int_equal(look(session).state.data_seed, 1);
    wait(session);
    assert_near(first(session).posterior->evidence.log_z, first_z, 0);
    session_free(session);
}

static void test_a_tempered_potential(void **state)
{
    (void)state;
    struct session *session = open_text("K = a^2*b^2", true);
    session_set_needs(session, SESSION_POSTERIOR | SESSION_CURVES);
    assert_int_equal(session_set_n(session, 500), ST_OK);
    wait(session);
    double log_z = first(session).posterior->evidence.log_z;
    assert_int_equal(session_set_beta(session, 4), ST_OK);
    assert_int_equal(session_set_n(session, 125), ST_OK);
    wait(session);
    struct side side = first(session);
    assert_near(side.posterior->n, 125, 0);
    assert_near(side.posterior->evidence.log_z, log_z, 1e-6);
    assert_near(side.n_max, 2.5e11, 1);
    assert_near(side.curves->rows[48].n, 2.5e11, 1);
    assert_int_equal(session_set_n(session, 3e11), ST_DOMAIN);
    session_free(session);
}

static void test_n_ends_with_the_data(void **state)
{
    (void)state;
    struct session *session = open_text(line_model, true);
    session_set_needs(session, 0);
    assert_near(first(session).n_max, 1e5, 0);
    assert_int_equal(session_set_n(session, 1e5), ST_OK);
    assert_int_equal(session_set_n(session, 1.01e5), ST_DOMAIN);
    assert_string_equal(look(session).message, "data of inline are drawn up to n = 100000");
    assert_true(look(session).message_is_error);
    assert_near(look(session).state.n, 1e5, 0);
    session_free(session);
}

static void start_playing(struct state *state, void *context)
{
    state->playing = true;
    state->play_speed = *(double *)context;
}

static void test_play_does_not_run_away(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, false);
    assert_int_equal(session_set_n(session, 1), ST_OK);
    double speed = 50, now = 10;
    session_edit(session, "play", start_playing, &speed);
    size_t pictures = 0;
    double shown = 0;
    while (shown < 100 && now < 1e4) {
        session_tick(session, now += 0.1);
        session_collect(session);
        struct snapshot snapshot = look(session);
        struct side side = snapshot.sides[0];
        double reached = side.trace ? side.trace->rows[side.trace->n_rows - 1].n : 0;
        assert_true(snapshot.state.n <= fmax(1, ceil(1.42 * reached + 1)));
        if (side.posterior && side.posterior->n != shown) {
            assert_true(side.posterior->n > shown);
            shown = side.posterior->n;
            pictures++;
        }
        struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
    }
    assert_true(pictures > 5);
    session_free(session);
}

static void test_planes_of_observables(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, true);
    session_set_needs(session, SESSION_POSTERIOR | SESSION_LANDSCAPE);
    wait(session);
    assert_non_null(first(session).landscape);
    assert_int_equal(session_set_axes(session, 0, 4, 5), ST_DOMAIN);
    assert_int_equal(session_set_axes(session, 0, 4, 4), ST_DOMAIN);
    assert_int_equal(session_set_axes(session, 0, 4, 1), ST_OK);
    wait(session);
    struct snapshot snapshot = look(session);
    const struct side *side = &snapshot.sides[0];
    const struct posterior *posterior = side->posterior;
    assert_null(side->landscape);
    assert_int_equal(posterior->axes[0], 4);
    assert_near(posterior->low[0], snapshot.state.low[0][0], 0);
    assert_near(sum_of(posterior->mass, posterior->nx * posterior->ny), posterior->mass_inside,
                1e-9);
    assert_true(posterior->mass_inside > 0.95);
    double was[2];
    memcpy(was, side->plane_cursor, sizeof was);
    session_move_cursor(session, 3, 0, 0);
    snapshot = look(session);
    assert_true(snapshot.sides[0].plane_cursor[0] > was[0]);
    assert_int_equal(session_point_plane(session, 0, 1e9, 0), ST_DOMAIN);
    assert_int_equal(session_point_plane(session, 0, 0.1, 0.2), ST_OK);
    snapshot = look(session);
    assert_near(snapshot.sides[0].plane_cursor[0], 0.1, 0.7);
    const double low[2] = {-1.5, -1}, high[2] = {1.25, 2.5};
    assert_int_equal(session_set_window(session, low, high), ST_OK);
    wait(session);
    assert_near(first(session).posterior->high[0], 1.25, 0);
    session_reset(session);
    assert_int_equal(look(session).state.axes[0][0], 0);
    session_free(session);
}

/* Nothing is lost whatever is wanted while work is under way. */
static void test_storm(void **state)
{
    (void)state;
    struct session *session = open_text(net_model, false);
    session_set_needs(session, SESSION_ALL & ~(unsigned)SESSION_ZEROS);
    unsigned random = 12345;
    for (int i = 0; i < 120; i++) {
        random = random * 1103515245u + 12345u;
        unsigned roll = random >> 16;
        switch (roll % 6) {
        case 0:
            assert_int_equal(session_set_n(session, 1 + roll % 90), ST_OK);
            break;
        case 1:
            assert_int_equal(session_set_knob(session, "height", 0.25 * (roll % 5)), ST_OK);
            break;
        case 2:
            assert_int_equal(session_set_data_seed(session, 1 + roll % 3), ST_OK);
            break;
        case 3:
            assert_int_equal(session_set_axes(session, 0, roll % 4, 4), ST_OK);
            break;
        case 4: {
            enum status status = session_undo(session);
            assert_true(status == ST_OK || status == ST_DOMAIN);
            if (look(session).state.catalogue_open) {
                assert_int_equal(session_redo(session), ST_OK);
            }
            break;
        }
        default:
            session_collect(session);
        }
    }
    session_set_needs(session, SESSION_POSTERIOR | SESSION_PREDICTIVE);
    assert_int_equal(session_set_axes(session, 0, 1, 3), ST_OK);
    assert_int_equal(session_set_n(session, 77), ST_OK);
    assert_int_equal(session_set_knob(session, "height", 0.7), ST_OK);
    wait(session);
    struct side side = first(session);
    assert_near(side.posterior->n, 77, 0);
    assert_near(side.posterior->knob_values[0], 0.7, 0);
    assert_false(side.is_past);
    assert_false(side.busy);
    assert_near(side.predictive->n, 77, 0);
    session_free(session);
}

static void test_leaving_at_any_moment(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct session *session = open_text(net_model, false);
        session_set_needs(session, SESSION_ALL);
        assert_int_equal(session_set_n(session, 1e5), ST_OK);
        for (int k = 0; k < 2 * i; k++) {
            struct timespec moment = {0, 2000000};
            nanosleep(&moment, NULL);
            session_collect(session);
        }
        session_free(session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_posterior_on_data),
        cmocka_unit_test(test_what_follows_from_the_run),
        cmocka_unit_test(test_more_than_three_parameters),
        cmocka_unit_test(test_a_potential_of_four),
        cmocka_unit_test(test_n_goes_both_ways),
        cmocka_unit_test(test_a_knob_begins_again_and_marks_the_past),
        cmocka_unit_test(test_a_knob_shows_a_rough_picture_first),
        cmocka_unit_test(test_regions_along_the_run),
        cmocka_unit_test(test_one_parameter),
        cmocka_unit_test(test_data_that_cannot_be_drawn),
        cmocka_unit_test(test_another_stream_and_temperature_can_be_undone),
        cmocka_unit_test(test_a_tempered_potential),
        cmocka_unit_test(test_n_ends_with_the_data),
        cmocka_unit_test(test_play_does_not_run_away),
        cmocka_unit_test(test_planes_of_observables),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_leaving_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
