/* Every view on every fixture at every size: it survives, and says what it shows. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/text.h"
#include "cusp/view.h"
#include "fixture_snapshot.h"

static const struct area areas[] = {
    {0, 0, 0, 0},   {0, 0, 1, 1},   {0, 0, 1, 40},  {0, 0, 5, 3},    {0, 0, 20, 6},
    {0, 0, 38, 12}, {0, 0, 60, 15}, {0, 0, 120, 9}, {0, 0, 200, 60},
};

static void check_axis(const struct axis *axis)
{
    assert_non_null(axis->label);
    assert_non_null(axis->unit);
    assert_true(isfinite(axis->low) && isfinite(axis->high));
    assert_true(axis->low < axis->high);
    if (axis->scale == SCALE_LOG10)
        assert_true(axis->low > 0);
}

static void check_plot(const struct figure *figure)
{
    check_axis(&figure->x);
    check_axis(&figure->y);
    for (size_t i = 0; i < figure->n_curves; i++) {
        const struct curve *curve = &figure->curves[i];
        assert_true(curve->role < ROLE_COUNT);
        if (curve->n == 1)
            assert_true(curve->marker != MARKER_NONE);
    }
    if (figure->field != NULL) {
        assert_true(figure->field->low < figure->field->high);
        assert_non_null(figure->field->name);
        assert_true(figure->field->nx * figure->field->ny > 0);
    }
}

static void check_figure(const struct figure *figure, const struct area *area)
{
    assert_non_null(figure->title);
    assert_non_null(figure->note);
    assert_true(figure->title[0] != '\0');
    assert_true(figure->note[0] != '\0');
    assert_true(utf8_valid(figure->title, strlen(figure->title), NULL));
    assert_true(utf8_valid(figure->note, strlen(figure->note), NULL));
    if (area->width >= 5) {
        assert_true(utf8_width(figure->title) <= (size_t)area->width - 4);
        assert_true(utf8_width(figure->note) <= (size_t)area->width - 4);
    }
    switch (figure->kind) {
    case FIGURE_PLOT:
        check_plot(figure);
        break;
    case FIGURE_BARS:
        check_axis(&figure->y);
        for (size_t i = 0; i < figure->n_bars; i++) {
            assert_non_null(figure->bars[i].label);
            assert_non_null(figure->bars[i].note);
        }
        break;
    case FIGURE_ROWS:
        assert_true(figure->n_rows > 0);
        break;
    case FIGURE_TEXT:
        assert_true(figure->n_lines > 0);
        break;
    }
}

static void every_view_survives_every_size(void **context)
{
    (void)context;
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct fixture f;
        fixture_init(&f, (enum fixture_kind)kind);
        for (size_t v = 0; views[v] != NULL; v++) {
            for (size_t s = 0; s < f.snapshot.n_sides; s++) {
                for (size_t a = 0; a < sizeof areas / sizeof areas[0]; a++) {
                    struct arena arena;
                    struct figure figure;
                    arena_init(&arena);
                    views[v]->build(&f.snapshot, s, &areas[a], &arena, &figure);
                    check_figure(&figure, &areas[a]);
                    arena_done(&arena);
                }
            }
        }
        fixture_done(&f);
    }
}

static void every_view_describes_itself(void **context)
{
    (void)context;
    for (size_t i = 0; views[i] != NULL; i++) {
        assert_true(views[i]->name[0] != '\0' && strlen(views[i]->name) < VIEW_NAME_MAX);
        assert_true(views[i]->title[0] != '\0' && strlen(views[i]->help) > 20);
        assert_true(views[i]->weight > 0 && views[i]->min_width > 0 && views[i]->min_height > 0);
        assert_ptr_equal(view_find(views[i]->name), views[i]);
    }
    assert_null(view_find("no such view"));
    assert_null(view_find(""));
}

/* Builds one view at 100x30 and hands the figure over; the arena is the caller's. */
static struct figure build(struct fixture *f, const char *name, size_t side, struct arena *arena)
{
    static const struct area area = {0, 0, 100, 30};
    struct figure figure;
    arena_init(arena);
    view_find(name)->build(&f->snapshot, side, &area, arena, &figure);
    return figure;
}

static void notes_say_what_is_to_be_noticed(void **context)
{
    (void)context;
    static const struct {
        enum fixture_kind kind;
        const char *view;
        size_t side;
        const char *words;
    } cases[] = {
        {FIXTURE_PLANE, "posterior", 0, "it hugs W0, thickest where W0 is singular"},
        {FIXTURE_PLANE, "posterior", 1, "one point, one Gaussian"},
        {FIXTURE_STALE, "posterior", 0, "still showing n = 300"},
        {FIXTURE_STALE, "posterior", 1, "this window holds 12 % of the mass"},
        {FIXTURE_PLANE, "landscape", 0, "rank 1 of 2"},
        {FIXTURE_PLANE, "spectrum", 0, "rank 1 of 2"},
        {FIXTURE_NO_ZERO, "landscape", 0,
         "no zero in this box: it is least, 0.1, at w1 = 1, w2 = 0"},
        {FIXTURE_PLANE, "concentration", 0, "λ = 1/2 (m = 2: log log n slows it)"},
        {FIXTURE_PLANE, "concentration", 0, "slope now 1.00 → d/2 = 1"},
        {FIXTURE_NO_ZERO, "lambda", 0, "slope now 0.50"},
        {FIXTURE_PLANE, "volume-ratio", 0, "equal steps, m = 2"},
        {FIXTURE_PLANE, "volume-ratio", 0, "flat: m = 1"},
        {FIXTURE_LINE, "regions", 0, "flat well holds 60 % of the mass; 8.7 % lies outside"},
        {FIXTURE_LINE, "phases", 0, "the free energies cross at n = 40"},
        {FIXTURE_LINE, "regions", 1, "no picture"},
        {FIXTURE_UNABLE, "posterior", 0, "no picture"},
        {FIXTURE_WAITING, "posterior", 0, "computing the posterior"},
        {FIXTURE_PLANE, "model", 0,
         "each tenfold n costs 1.15 nats in the end; a regular model 2.30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        struct arena arena;
        fixture_init(&f, cases[i].kind);
        struct figure figure = build(&f, cases[i].view, cases[i].side, &arena);
        if (strstr(figure.note, cases[i].words) == NULL)
            fail_msg("%s: '%s' is not in '%s'", cases[i].view, cases[i].words, figure.note);
        arena_done(&arena);
        fixture_done(&f);
    }
}

static void titles_name_the_n_they_show(void **context)
{
    (void)context;
    struct fixture f;
    struct arena arena;
    fixture_init(&f, FIXTURE_STALE);
    assert_string_equal(build(&f, "posterior", 0, &arena).title, "Posterior at n = 300");
    arena_done(&arena);
    assert_string_equal(build(&f, "posterior", 1, &arena).title, "Posterior at n = 1000");
    arena_done(&arena);
    assert_string_equal(build(&f, "landscape", 0, &arena).title, "Rank of the Hessian, W0 by rank");
    arena_done(&arena);
    fixture_done(&f);
}

static void both_sides_share_their_scales(void **context)
{
    (void)context;
    static const char *const names[] = {"posterior", "landscape", "spectrum", "marginals"};
    static const enum fixture_kind kinds[] = {FIXTURE_PLANE, FIXTURE_LINE, FIXTURE_NO_ZERO};
    for (size_t k = 0; k < 3; k++) {
        struct fixture f;
        fixture_init(&f, kinds[k]);
        for (size_t v = 0; v < 4; v++) {
            struct arena left_arena, right_arena;
            struct figure left = build(&f, names[v], 0, &left_arena);
            struct figure right = build(&f, names[v], 1, &right_arena);
            assert_true(left.y.low == right.y.low);
            assert_true(left.y.high == right.y.high);
            if (left.field != NULL) {
                assert_true(left.field->low == right.field->low);
                assert_true(left.field->high == right.field->high);
            }
            arena_done(&left_arena);
            arena_done(&right_arena);
        }
        fixture_done(&f);
    }
}

/* Found between rows half a decade apart. */
static void phases_cross_where_the_theory_says(void **context)
{
    (void)context;
    struct fixture f;
    struct arena arena;
    fixture_init(&f, FIXTURE_LINE);
    const struct curves *c = f.snapshot.sides[0].curves;
    for (size_t i = 0; i < c->n_rows; i++) {
        double gap = 0.05 * c->rows[i].n - 0.25 * log(c->rows[i].n) - 1.078;
        c->region_free_energy[2 * i] = 1.5;
        c->region_free_energy[2 * i + 1] = 1.5 + gap;
        c->region_mass[2 * i] = 1 / (1 + exp(-gap));
        c->region_mass[2 * i + 1] = 1 / (1 + exp(gap));
    }
    /* 0.05 n − 0.25 log n − 1.078 = 0 at n = 40.005 */
    struct figure figure = build(&f, "phases", 0, &arena);
    assert_non_null(
        strstr(figure.note, "cross at n = 40: flat well leads before, steep well after"));
    arena_done(&arena);
    fixture_done(&f);
}

/* Every point of the level line has K near the level: between cells it is interpolated. */
static void contours_follow_their_level(void **context)
{
    (void)context;
    struct fixture f;
    struct arena arena;
    fixture_init(&f, FIXTURE_NO_ZERO);
    struct figure figure = build(&f, "landscape", 0, &arena);
    size_t checked = 0;
    double level = 0.1 + 0.05 * (0.618 - 0.1);
    for (size_t i = 0; i < figure.n_curves; i++) {
        const struct curve *curve = &figure.curves[i];
        if (curve->role != ROLE_CONTOUR)
            continue;
        for (size_t k = 0; k < curve->n; k++) {
            double w[2] = {curve->x[k], curve->y[k]};
            if (isnan(w[0]))
                continue;
            assert_true(fabs(fixture_above(w) - level) < 0.03);
            checked++;
        }
    }
    assert_true(checked > 50);
    arena_done(&arena);
    fixture_done(&f);
}

static void w0_is_drawn_by_rank(void **context)
{
    (void)context;
    struct fixture f;
    struct arena arena;
    fixture_init(&f, FIXTURE_PLANE);
    struct figure figure = build(&f, "landscape", 0, &arena);
    size_t rank_1 = 0, singular = 0;
    for (size_t i = 0; i < figure.n_curves; i++) {
        rank_1 += figure.curves[i].role == ROLE_RANK_1;
        if (figure.curves[i].role == ROLE_SINGULAR_POINT) {
            singular += figure.curves[i].n;
            assert_true(fabs(figure.curves[i].x[0]) <= 1e-12);
            assert_int_equal(figure.curves[i].marker, MARKER_DIAMOND);
        }
    }
    assert_int_equal(rank_1, 2);
    assert_int_equal(singular, 2);
    assert_true(figure.has_here);
    assert_true(figure.here_x == 0.5);
    arena_done(&arena);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_survives_every_size),
        cmocka_unit_test(every_view_describes_itself),
        cmocka_unit_test(notes_say_what_is_to_be_noticed),
        cmocka_unit_test(titles_name_the_n_they_show),
        cmocka_unit_test(both_sides_share_their_scales),
        cmocka_unit_test(phases_cross_where_the_theory_says),
        cmocka_unit_test(contours_follow_their_level),
        cmocka_unit_test(w0_is_drawn_by_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
