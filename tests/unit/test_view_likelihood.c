/* Views of statistical models: every view on every such fixture, and the words and marks of each.
 */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/text.h"
#include "cusp/view.h"
#include "fixture_likelihood.h"

static const struct area areas[] = {
    {0, 0, 0, 0},   {0, 0, 1, 1},   {0, 0, 1, 40},  {0, 0, 5, 3},    {0, 0, 20, 6},
    {0, 0, 38, 12}, {0, 0, 60, 15}, {0, 0, 120, 9}, {0, 0, 200, 60},
};

static void check_words(const struct view *view, const char *text, const struct area *area)
{
    assert_non_null(text);
    assert_true(text[0] != '\0');
    assert_true(utf8_valid(text, strlen(text), NULL));
    if (area->width >= 5 && utf8_width(text) > (size_t)area->width - 4)
        fail_msg("%s: '%s' is wider than %d", view->name, text, area->width - 4);
}

static void check_figure(const struct view *view, const struct figure *figure,
                         const struct area *area)
{
    check_words(view, figure->title, area);
    check_words(view, figure->note, area);
    if (figure->kind == FIGURE_PLOT) {
        const struct axis *axes[] = {&figure->x, &figure->y};
        for (size_t k = 0; k < 2; k++) {
            assert_non_null(axes[k]->label);
            if (!isfinite(axes[k]->low) || !isfinite(axes[k]->high) ||
                !(axes[k]->low < axes[k]->high))
                fail_msg("%s: axis %zu is %g to %g", view->name, k, axes[k]->low, axes[k]->high);
        }
    }
    for (size_t i = 0; i < figure->n_curves; i++)
        assert_true(figure->curves[i].n != 1 || figure->curves[i].marker != MARKER_NONE);
    for (size_t i = 0; i < figure->n_rows; i++) {
        assert_true(figure->rows[i].low < figure->rows[i].high);
        assert_non_null(figure->rows[i].label);
        assert_non_null(figure->rows[i].note);
    }
    if (figure->kind == FIGURE_TEXT)
        assert_true(figure->n_lines > 0);
}

static void every_view_survives_every_size(void **context)
{
    (void)context;
    for (int kind = 0; kind < LIKELIHOOD_COUNT; kind++) {
        struct likelihood_fixture_data f;
        likelihood_fixture_init(&f, (enum likelihood_fixture)kind);
        const struct snapshot *snapshot = &f.base.snapshot;
        for (size_t v = 0; views[v] != NULL; v++)
            for (size_t s = 0; s < snapshot->n_sides; s++)
                for (size_t a = 0; a < sizeof areas / sizeof areas[0]; a++) {
                    struct arena arena;
                    struct figure figure;
                    arena_init(&arena);
                    views[v]->build(snapshot, s, &areas[a], &arena, &figure);
                    check_figure(views[v], &figure, &areas[a]);
                    arena_done(&arena);
                }
        likelihood_fixture_done(&f);
    }
}

/* One view of a fixture; kept until shown_done. */
struct shown {
    struct likelihood_fixture_data fixture;
    struct arena arena;
    struct figure figure;
};

static const struct figure *show(struct shown *s, enum likelihood_fixture kind, const char *view,
                                 size_t side, int width)
{
    struct area area = {0, 0, width, 30};
    likelihood_fixture_init(&s->fixture, kind);
    arena_init(&s->arena);
    view_find(view)->build(&s->fixture.base.snapshot, side, &area, &s->arena, &s->figure);
    return &s->figure;
}

static void shown_done(struct shown *s)
{
    arena_done(&s->arena);
    likelihood_fixture_done(&s->fixture);
}

static void notes_say_what_is_to_be_noticed(void **context)
{
    (void)context;
    static const struct {
        enum likelihood_fixture kind;
        const char *view;
        size_t side;
        const char *words;
    } cases[] = {
        {LIKELIHOOD_NETWORK, "posterior", 0,
         "n(L_n − S_n) = −3.21 ± 0.12, 1024 particles, worth 812"},
        {LIKELIHOOD_NETWORK, "posterior", 0, "64 % of the mass: three units; 95 % in 0.00031 %"},
        {LIKELIHOOD_NETWORK, "posterior", 0, "0.00031 % ± 4e−5 % of the box"},
        {LIKELIHOOD_PAST, "posterior", 0,
         "still showing n = 300, theta = 1.1; the run to n = 1000 has come to n = 540"},
        {LIKELIHOOD_DISAGREE, "posterior", 0,
         "do not trust this picture (R-hat = 1.42): the islands' log Z spread"},
        {LIKELIHOOD_DISAGREE, "predictive", 0, "do not trust"},
        {LIKELIHOOD_DISAGREE, "trace", 0, "do not trust"},
        {LIKELIHOOD_DATA, "posterior", 0, "it gathers where the data are most likely"},
        {LIKELIHOOD_NETWORK, "predictive", 0,
         "the truth lies inside the band (5 to 95 %) at 100 % of x"},
        {LIKELIHOOD_DATA, "predictive", 0, "the truth is not known, only these data"},
        {LIKELIHOOD_DENSITY, "predictive", 0, "% of their mass"},
        {LIKELIHOOD_MIXED, "predictive", 1, "no picture"},
        {LIKELIHOOD_DATA, "landscape", 0,
         "K and W0 are unknown: the truth is only known through data"},
        {LIKELIHOOD_OUTSIDE, "landscape", 0,
         "the truth is not in the model: K has no zero in this box: it is least, 0.0123"},
        {LIKELIHOOD_NETWORK, "weights", 0, "of 512 networks: ┼ permuted 33 %"},
        {LIKELIHOOD_NETWORK, "zeros", 0, "dimension 3 to 7 of 13, rank 6 to 10"},
        {LIKELIHOOD_NETWORK, "symmetries", 0,
         "permuted 44 %; widest where it is q = 0: dimension 7 of 13"},
        {LIKELIHOOD_NETWORK, "trace", 0, "log Z = −1430.000 ± 0.083 nats at n = 1000"},
        {LIKELIHOOD_NETWORK, "trace", 0, "it can be trusted"},
        {LIKELIHOOD_NETWORK, "phases", 0, "it takes the lead from degenerate near n = 12"},
        {LIKELIHOOD_NETWORK, "regions", 0, "three units holds 64 %"},
        {LIKELIHOOD_NETWORK, "volume", 0, "no picture"},
        {LIKELIHOOD_SMALL, "concentration", 0,
         "slope 0.50 ± 0.13 of the mean over the last decade (λ = 1/2, d/2 = 1)"},
        {LIKELIHOOD_DATA, "concentration", 0, "the truth is not known"},
        {LIKELIHOOD_MIXED, "concentration", 0, "slope 3.60 ± 0.13 (λ not given, d/2 = 13/2)"},
        {LIKELIHOOD_MIXED, "concentration", 0, "slope now 0.40 → λ = 1/2"},
        {LIKELIHOOD_WAITING, "predictive", 0, "computing what the posterior predicts"},
        {LIKELIHOOD_WIDE, "marginals", 0, "is known best"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown s;
        const struct figure *figure = show(&s, cases[i].kind, cases[i].view, cases[i].side, 150);
        if (strstr(figure->note, cases[i].words) == NULL)
            fail_msg("%s: '%s' is not in '%s'", cases[i].view, cases[i].words, figure->note);
        shown_done(&s);
    }
}

static void titles_say_what_they_show(void **context)
{
    (void)context;
    static const struct {
        enum likelihood_fixture kind;
        const char *view;
        const char *title;
    } cases[] = {
        {LIKELIHOOD_NETWORK, "posterior",
         "Posterior at n = 1000, data set 1, summed over the other 11"},
        {LIKELIHOOD_DATA, "posterior", "Posterior at n = 1000, all rows"},
        {LIKELIHOOD_DATA, "landscape", "Landscape log10(L_N − min L_N) of the data"},
        {LIKELIHOOD_SMALL, "landscape",
         "Landscape log10 K, the divergence from the truth, W0 by rank"},
        {LIKELIHOOD_SMALL, "concentration",
         "Concentration: free energy F_n − nS_n against log n (dashed: λ log n − (m−1) log log n)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown s;
        assert_string_equal(show(&s, cases[i].kind, cases[i].view, 0, 150)->title, cases[i].title);
        shown_done(&s);
    }
}

static void beta_is_said_unless_it_is_one(void **context)
{
    (void)context;
    struct shown s;
    struct area area = {0, 0, 100, 30};
    show(&s, LIKELIHOOD_NETWORK, "posterior", 0, 100);
    struct snapshot *snapshot = &s.fixture.base.snapshot;
    ((struct posterior *)(uintptr_t)snapshot->sides[0].posterior)->beta = 0.3;
    snapshot->state.beta = 0.3;
    view_find("posterior")->build(snapshot, 0, &area, &s.arena, &s.figure);
    assert_non_null(strstr(s.figure.title, "n = 1000, data set 1, β = 0.3"));
    shown_done(&s);
}

static const struct curve *curve_named(const struct figure *figure, const char *name)
{
    for (size_t i = 0; i < figure->n_curves; i++)
        if (figure->curves[i].name != NULL && strcmp(figure->curves[i].name, name) == 0)
            return &figure->curves[i];
    return NULL;
}

static void labels_have_marks_of_their_own(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, LIKELIHOOD_NETWORK, "weights", 0, 60);
    static const char *const names[] = {"permuted", "reversed", "q = 0", "merged",
                                        "dead",     "distinct", "truth"};
    unsigned seen = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct curve *curve = curve_named(figure, names[i]);
        assert_non_null(curve);
        assert_true(curve->n > 0 && curve->no_line);
        assert_false(seen & 1u << curve->marker);
        seen |= 1u << curve->marker;
    }
    assert_int_equal(curve_named(figure, "truth")->n, 3);
    assert_true(figure->equal_aspect);
    shown_done(&s);
}

/* Thinned out of step with the order of units, so that none of them is lost. */
static void thinning_keeps_every_unit(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, LIKELIHOOD_NETWORK, "weights", 0, 60);
    const struct curve *curve = curve_named(figure, "permuted");
    const struct weights *w = s.fixture.base.snapshot.sides[0].weights;
    size_t near[3] = {0};
    for (size_t i = 0; i < curve->n; i++)
        for (size_t k = 0; k < 3; k++)
            near[k] += hypot(curve->x[i] - w->truth_x[k], curve->y[i] - w->truth_y[k]) < 0.6;
    for (size_t k = 0; k < 3; k++)
        assert_true(5 * near[k] > curve->n);
    shown_done(&s);
}

static void particles_lie_over_w0(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, LIKELIHOOD_NETWORK, "posterior", 0, 60);
    const struct curve *w0 = curve_named(figure, "W0");
    const struct curve *points = curve_named(figure, "particles");
    assert_non_null(w0);
    assert_non_null(points);
    assert_true(w0 < points);
    assert_int_equal(w0->role, ROLE_DIM);
    assert_int_equal(points->marker, MARKER_SPECK);
    assert_non_null(figure->field);
    shown_done(&s);
}

static void the_predictive_band_holds_the_mean(void **context)
{
    (void)context;
    static const enum likelihood_fixture kinds[] = {LIKELIHOOD_SMALL, LIKELIHOOD_DENSITY,
                                                    LIKELIHOOD_COUNTS};
    for (size_t k = 0; k < 3; k++) {
        struct shown s;
        const struct figure *figure = show(&s, kinds[k], "predictive", 0, 100);
        const struct curve *mean = curve_named(figure, "mean, band");
        assert_non_null(mean);
        for (size_t i = 0; i < mean->n; i++)
            assert_true(mean->low[i] <= mean->y[i] && mean->y[i] <= mean->high[i]);
        assert_int_equal(curve_named(figure, "truth")->role, ROLE_THEORY);
        assert_non_null(curve_named(figure, "data"));
        assert_true(kinds[k] == LIKELIHOOD_SMALL || figure->y.low == 0);
        shown_done(&s);
    }
}

/* The line of the mean is 1.1 + log n / 2 and the claim's line has that slope and lies on it. */
static void theory_is_anchored_to_the_mean(void **context)
{
    (void)context;
    struct shown s;
    struct area area = {0, 0, 100, 30};
    show(&s, LIKELIHOOD_SMALL, "concentration", 0, 100);
    s.fixture.base.models[0].expects[0].multiplicity = 1;
    view_find("concentration")->build(&s.fixture.base.snapshot, 0, &area, &s.arena, &s.figure);
    const struct curve *theory = curve_named(&s.figure, "λ = 1/2");
    assert_non_null(theory);
    for (size_t i = 0; i < theory->n; i++)
        assert_true(fabs(theory->y[i] - 1.1 - 0.5 * log(theory->x[i])) < 1e-9);
    assert_true(theory->x[theory->n - 1] == 1e5);
    assert_non_null(curve_named(&s.figure, "mean of 12 sets")->low);
    shown_done(&s);
}

static void marginals_have_a_row_each(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, LIKELIHOOD_WIDE, "marginals", 0, 100);
    assert_int_equal(figure->kind, FIGURE_ROWS);
    assert_int_equal(figure->n_rows, 64);
    assert_string_equal(figure->rows[13].label, "w[7,2]");
    shown_done(&s);
}

static void views_apply_where_they_show_something(void **context)
{
    (void)context;
    static const struct {
        enum likelihood_fixture kind;
        size_t side;
        const char *view;
        bool applies;
    } cases[] = {
        {LIKELIHOOD_NETWORK, 0, "predictive", true}, {LIKELIHOOD_MIXED, 1, "predictive", false},
        {LIKELIHOOD_NETWORK, 0, "weights", true},    {LIKELIHOOD_SMALL, 0, "weights", false},
        {LIKELIHOOD_NETWORK, 0, "zeros", true},      {LIKELIHOOD_SMALL, 0, "zeros", false},
        {LIKELIHOOD_NETWORK, 0, "symmetries", true}, {LIKELIHOOD_SMALL, 0, "symmetries", false},
        {LIKELIHOOD_NETWORK, 0, "trace", true},      {LIKELIHOOD_SMALL, 0, "trace", true},
        {LIKELIHOOD_NETWORK, 0, "volume", false},    {LIKELIHOOD_MIXED, 0, "volume", true},
        {LIKELIHOOD_NETWORK, 0, "lambda", false},    {LIKELIHOOD_DATA, 0, "lambda", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct likelihood_fixture_data f;
        likelihood_fixture_init(&f, cases[i].kind);
        bool applies = view_find(cases[i].view)->applies(&f.base.snapshot, cases[i].side);
        if (applies != cases[i].applies)
            fail_msg("case %zu: %s", i, cases[i].view);
        likelihood_fixture_done(&f);
    }
}

/* What will be there is offered before it has come, so that panels do not change their places. */
static void views_apply_before_their_results(void **context)
{
    (void)context;
    struct likelihood_fixture_data f;
    likelihood_fixture_init(&f, LIKELIHOOD_NETWORK);
    struct side *side = &f.base.snapshot.sides[0];
    side->weights = NULL;
    side->zero_labels = NULL;
    side->trace = NULL;
    side->particles = NULL;
    assert_false(view_find("weights")->applies(&f.base.snapshot, 0));
    assert_false(view_find("symmetries")->applies(&f.base.snapshot, 0));
    side->is_network = side->truth_is_network = true;
    static const char *const names[] = {"weights", "symmetries", "zeros", "trace"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(view_find(names[i])->applies(&f.base.snapshot, 0));
    likelihood_fixture_done(&f);
}

/* K is no function of observables: its picture gives its place to another, or says why. */
static void no_landscape_over_observables(void **context)
{
    (void)context;
    struct shown s;
    likelihood_fixture_init(&s.fixture, LIKELIHOOD_NETWORK);
    struct snapshot *snapshot = &s.fixture.base.snapshot;
    const struct view *landscape = view_find("landscape");
    assert_true(landscape->applies(snapshot, 0));
    snapshot->state.axes[0][0] = snapshot->sides[0].model->dim;
    snapshot->sides[0].landscape = NULL;
    assert_false(landscape->applies(snapshot, 0));
    struct area area = {.width = 90, .height = 12};
    arena_init(&s.arena);
    landscape->build(snapshot, 0, &area, &s.arena, &s.figure);
    assert_int_equal(s.figure.kind, FIGURE_TEXT);
    assert_false(s.figure.busy);
    shown_done(&s);
}

/* Labels are sought for some of the particles only: the rest are neither true nor untrue. */
static void shares_are_of_what_has_a_label(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, LIKELIHOOD_NETWORK, "weights", 0, 60);
    const struct curve *without = curve_named(figure, "unit");
    const struct curve *far = curve_named(figure, "not near W0");
    assert_non_null(without);
    assert_non_null(far);
    assert_true(far->n < without->n);
    shown_done(&s);
    (void)show(&s, LIKELIHOOD_NETWORK, "weights", 0, 150);
    ((struct weights *)(uintptr_t)s.fixture.base.snapshot.sides[0].weights)->label_every = 0;
    struct area area = {.width = 150, .height = 20};
    view_find("weights")->build(&s.fixture.base.snapshot, 0, &area, &s.arena, &s.figure);
    assert_null(curve_named(&s.figure, "permuted"));
    assert_null(strstr(s.figure.note, "%"));
    shown_done(&s);
}

/* --- sheets --- */

static const struct placed *placed_view(const struct sheet *sheet, const char *view, size_t side)
{
    for (size_t i = 0; i < sheet->n_placed; i++)
        if (strcmp(sheet->placed[i].view, view) == 0 && sheet->placed[i].side == side)
            return &sheet->placed[i];
    return NULL;
}

static void first_views_of_a_network(void **context)
{
    (void)context;
    static const struct {
        int width, height;
        const char *views[8];
    } cases[] = {
        {80, 24, {"posterior", "predictive", "landscape", "concentration"}},
        {120, 44, {"posterior", "predictive", "landscape", "weights", "concentration"}},
        {200,
         60,
         {"posterior", "predictive", "landscape", "weights", "regions", "spectrum", "zeros",
          "concentration"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct likelihood_fixture_data f;
        struct arena arena;
        struct sheet sheet;
        likelihood_fixture_init(&f, LIKELIHOOD_NETWORK);
        arena_init(&arena);
        sheet_build(&f.base.snapshot, cases[i].width, cases[i].height, NULL, "q", &arena, &sheet);
        for (size_t v = 0; v < 8 && cases[i].views[v] != NULL; v++)
            if (placed_view(&sheet, cases[i].views[v], 0) == NULL)
                fail_msg("%dx%d: no %s", cases[i].width, cases[i].height, cases[i].views[v]);
        arena_done(&arena);
        likelihood_fixture_done(&f);
    }
}

/* Where one side has nothing to show of a view, another takes its place, and none stands twice. */
static void mixed_kinds_share_a_sheet(void **context)
{
    (void)context;
    static const int sizes[][2] = {{60, 16}, {80, 24}, {120, 40}, {160, 48}, {200, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct likelihood_fixture_data f;
        struct arena arena;
        struct sheet sheet;
        likelihood_fixture_init(&f, LIKELIHOOD_MIXED);
        arena_init(&arena);
        sheet_build(&f.base.snapshot, sizes[i][0], sizes[i][1], NULL, "q", &arena, &sheet);
        assert_non_null(placed_view(&sheet, "posterior", 0));
        assert_non_null(placed_view(&sheet, "posterior", 1));
        assert_null(placed_view(&sheet, "predictive", 1));
        for (size_t a = 0; a < sheet.n_placed; a++)
            for (size_t b = 0; b < a; b++)
                assert_false(sheet.placed[a].side == sheet.placed[b].side &&
                             strcmp(sheet.placed[a].view, sheet.placed[b].view) == 0);
        arena_done(&arena);
        likelihood_fixture_done(&f);
    }
}

static void the_slider_ends_where_the_data_end(void **context)
{
    (void)context;
    struct likelihood_fixture_data f;
    likelihood_fixture_init(&f, LIKELIHOOD_MIXED);
    struct snapshot *snapshot = &f.base.snapshot;
    assert_true(sheet_n_max(snapshot) == 1e5);
    assert_true(fabs(sheet_slider_n(snapshot, 1) - 1e5) < 1e-6);
    assert_true(fabs(sheet_slider_n(snapshot, 0.5) - pow(10, 2.5)) < 1e-9);
    assert_true(fabs(sheet_slider_position(snapshot, 1000) - 0.6) < 1e-12);
    assert_true(sheet_slider_position(snapshot, 1e9) == 1);
    snapshot->sides[0].n_max = 0;
    assert_true(sheet_n_max(snapshot) == 1e12);
    likelihood_fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_survives_every_size),
        cmocka_unit_test(notes_say_what_is_to_be_noticed),
        cmocka_unit_test(titles_say_what_they_show),
        cmocka_unit_test(beta_is_said_unless_it_is_one),
        cmocka_unit_test(labels_have_marks_of_their_own),
        cmocka_unit_test(views_apply_before_their_results),
        cmocka_unit_test(no_landscape_over_observables),
        cmocka_unit_test(shares_are_of_what_has_a_label),
        cmocka_unit_test(thinning_keeps_every_unit),
        cmocka_unit_test(particles_lie_over_w0),
        cmocka_unit_test(the_predictive_band_holds_the_mean),
        cmocka_unit_test(theory_is_anchored_to_the_mean),
        cmocka_unit_test(marginals_have_a_row_each),
        cmocka_unit_test(views_apply_where_they_show_something),
        cmocka_unit_test(first_views_of_a_network),
        cmocka_unit_test(mixed_kinds_share_a_sheet),
        cmocka_unit_test(the_slider_ends_where_the_data_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
