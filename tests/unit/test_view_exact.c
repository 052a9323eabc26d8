/* Views of exact λ and of estimators: every one on every fixture, and the words and marks of each.
 */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/cells.h"
#include "cusp/text.h"
#include "cusp/view.h"
#include "fixture_exact.h"

static const struct area areas[] = {
    {0, 0, 0, 0},   {0, 0, 1, 1},   {0, 0, 1, 40},  {0, 0, 5, 3},    {0, 0, 20, 6},
    {0, 0, 38, 12}, {0, 0, 60, 15}, {0, 0, 120, 9}, {0, 0, 200, 60},
};

static const char *const names[] = {"resolution",  "chart",    "divisors", "newton", "estimators",
                                    "convergence", "learning", "lambda",   "model",  "spectrum"};
enum { VIEWS = sizeof names / sizeof *names };

struct shown {
    struct exact_fixture_data fixture;
    struct arena arena;
    struct figure figure;
};

static const struct figure *show(struct shown *s, enum exact_fixture kind, size_t chart,
                                 const char *view, int width, int height)
{
    exact_fixture_init(&s->fixture, kind);
    if (chart != SIZE_MAX) {
        s->fixture.base.snapshot.state.chart[0] = chart;
        exact_picture(&s->fixture);
    }
    arena_init(&s->arena);
    struct area area = {.width = width, .height = height};
    assert_non_null(view_find(view));
    view_find(view)->build(&s->fixture.base.snapshot, 0, &area, &s->arena, &s->figure);
    return &s->figure;
}

static void shown_done(struct shown *s)
{
    arena_done(&s->arena);
    exact_fixture_done(&s->fixture);
}

static void check_words(const char *view, const char *text, const struct area *area)
{
    assert_non_null(text);
    assert_true(text[0] != '\0');
    assert_true(utf8_valid(text, strlen(text), NULL));
    if (area->width >= 5 && utf8_width(text) > (size_t)area->width - 4)
        fail_msg("%s: '%s' is wider than %d", view, text, area->width - 4);
}

static void check_figure(const char *view, const struct figure *figure, const struct area *area)
{
    check_words(view, figure->title, area);
    check_words(view, figure->note, area);
    if (figure->kind == FIGURE_PLOT) {
        const struct axis *axes[] = {&figure->x, &figure->y};
        for (size_t k = 0; k < 2; k++) {
            assert_non_null(axes[k]->label);
            if (!isfinite(axes[k]->low) || !isfinite(axes[k]->high) ||
                !(axes[k]->low < axes[k]->high))
                fail_msg("%s: axis %zu is %g to %g", view, k, axes[k]->low, axes[k]->high);
        }
    }
    if (figure->kind == FIGURE_BARS)
        assert_true(figure->y.low < figure->y.high && figure->n_bars > 0);
    for (size_t i = 0; i < figure->n_curves; i++)
        assert_true(figure->curves[i].n != 1 || figure->curves[i].marker != MARKER_NONE);
    if (figure->kind == FIGURE_TEXT)
        assert_true(figure->n_lines > 0);
    for (size_t i = 0; i < figure->n_lines; i++) {
        assert_non_null(figure->lines[i].text);
        assert_true(utf8_valid(figure->lines[i].text, strlen(figure->lines[i].text), NULL));
    }
}

static void every_view_survives_every_size(void **context)
{
    (void)context;
    for (int kind = 0; kind < EXACT_COUNT; kind++) {
        struct exact_fixture_data f;
        exact_fixture_init(&f, (enum exact_fixture)kind);
        for (size_t v = 0; v < VIEWS; v++) {
            const struct view *view = view_find(names[v]);
            assert_non_null(view);
            for (size_t a = 0; a < sizeof areas / sizeof *areas; a++) {
                struct arena arena;
                struct figure figure;
                arena_init(&arena);
                (void)view->applies(&f.base.snapshot, 0);
                view->build(&f.base.snapshot, 0, &areas[a], &arena, &figure);
                check_figure(names[v], &figure, &areas[a]);
                arena_done(&arena);
            }
        }
        exact_fixture_done(&f);
    }
}

/* No line of a text figure is wrapped: columns stand under one another. */
static void lines_fit_their_panel(void **context)
{
    (void)context;
    static const char *const texts[] = {"resolution", "divisors"};
    static const int widths[] = {34, 47, 60, 80, 117, 200};
    for (int kind = 0; kind < EXACT_COUNT; kind++)
        for (size_t v = 0; v < 2; v++)
            for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
                struct shown s;
                const struct figure *figure =
                    show(&s, (enum exact_fixture)kind, SIZE_MAX, texts[v], widths[w], 20);
                for (size_t i = 0; i < figure->n_lines; i++)
                    assert_true(utf8_width(figure->lines[i].text) <= (size_t)widths[w] - 4);
                shown_done(&s);
            }
}

static void sheets_are_drawn_at_every_size(void **context)
{
    (void)context;
    static const int sizes[][2] = {{1, 1}, {60, 16}, {80, 24}, {120, 40}, {200, 60}};
    static const char *const only[] = {"resolution", "chart",      "divisors",
                                       "newton",     "estimators", NULL};
    for (int kind = 0; kind < EXACT_COUNT; kind++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int all = 0; all < 2; all++) {
                struct exact_fixture_data f;
                struct arena arena;
                struct sheet sheet;
                struct cells cells;
                const struct draw_options options = {.depth = DEPTH_DIRECT,
                                                     .map_override = MAP_COUNT};
                exact_fixture_init(&f, (enum exact_fixture)kind);
                arena_init(&arena);
                sheet_build(&f.base.snapshot, sizes[i][0], sizes[i][1], all ? NULL : only, "q",
                            &arena, &sheet);
                cells_init(&cells, sizes[i][0], sizes[i][1]);
                draw_sheet(&cells, &sheet, &options);
                cells_done(&cells);
                arena_done(&arena);
                exact_fixture_done(&f);
            }
}

static void notes_say_what_is_to_be_noticed(void **context)
{
    (void)context;
    static const struct {
        enum exact_fixture kind;
        const char *view;
        int width;
        const char *part;
    } cases[] = {
        {EXACT_CUSP, "resolution", 120,
         "λ = 5/12, m = 1: E3 has (N, k) = (12, 4), (k + 1)/N = 5/12 is the least; 3 blow-ups"},
        {EXACT_CUSP, "resolution", 44, "λ = 5/12, m = 1: the least ratio is E3's"},
        {EXACT_CUSP, "divisors", 120, "E3 has (N, k) = (12, 4)"},
        {EXACT_CUSP, "newton", 150, "t = 12/5: 1/t = 5/12; a face is degenerate"},
        {EXACT_CUSP, "newton", 150, "only an upper bound of λ (λ = 5/12, m = 1)"},
        {EXACT_CROSSING, "newton", 120, "the faces are nondegenerate, so this gives λ, and m = 2"},
        {EXACT_CROSSING, "resolution", 120, "no blow-up was needed"},
        {EXACT_INTERVAL, "resolution", 120, "λ is not known exactly"},
        {EXACT_NEVER, "resolution", 120, "no picture: see the reason above"},
        {EXACT_WAITING, "resolution", 120, "computing the resolution …"},
        {EXACT_HAND, "resolution", 120, "1 point left without a normal crossing"},
        {EXACT_HAND_DONE, "resolution", 120, "λ = 5/12, m = 1"},
        {EXACT_CUSP, "chart", 120, "K = u⁶ v⁴ (u − v)² here, Jacobian u² v: not yet normal"},
        {EXACT_CROSSING, "estimators", 200, "! llc: the step 1e-2 is too large"},
        {EXACT_CROSSING, "estimators", 220,
         "at n = 1000 the right answer is 0.387, not λ = 1/2: m = 2"},
        {EXACT_CROSSING, "lambda", 120, "λ = 1/2 exactly (m = 2: log log n slows it)"},
        {EXACT_INTERVAL, "lambda", 120, "(1/3 ≤ λ ≤ 1/2; d/2 = 3/2)"},
        {EXACT_CUSP, "learning", 120, "n (G − S) = 0.46 ± 0.03 → λ = 5/12"},
        {EXACT_CROSSING, "spectrum", 160, "λ here = 1/2, m = 1; "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct shown s;
        const struct figure *figure =
            show(&s, cases[i].kind, SIZE_MAX, cases[i].view, cases[i].width, 24);
        if (strstr(figure->note, cases[i].part) == NULL)
            fail_msg("case %zu: '%s' lacks '%s'", i, figure->note, cases[i].part);
        shown_done(&s);
    }
}

static const char *line_with(const struct figure *figure, const char *part, enum role *role)
{
    for (size_t i = 0; i < figure->n_lines; i++)
        if (strstr(figure->lines[i].text, part) != NULL) {
            *role = figure->lines[i].role;
            return figure->lines[i].text;
        }
    return NULL;
}

static void the_tree_lists_every_chart(void **context)
{
    (void)context;
    struct shown s;
    enum role role;
    const struct figure *figure = show(&s, EXACT_CUSP, 5, "resolution", 120, 30);
    static const char *const parts[] = {"(x² − y³)²", "├ 1", "└ 2", "├ 3", "├ 5", "└ 6", "└ 4"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (line_with(figure, parts[i], &role) == NULL)
            fail_msg("no line with %s", parts[i]);
    const char *line = line_with(figure, "├ 5", &role);
    assert_int_equal(role, ROLE_HERE);
    assert_non_null(strstr(line, "▸"));
    assert_non_null(strstr(line, "✓"));
    assert_non_null(strstr(line, "u¹² v⁴ (1 − v)²"));
    assert_non_null(
        line_with(figure, "u = 0 is E3: (N, k) = (12, 4), (k + 1)/N = (4 + 1)/12 = 5/12", &role));
    assert_int_equal(role, ROLE_SINGULAR_POINT);
    shown_done(&s);
}

/* In few rows the chart looked at is still among those shown. */
static void the_selected_chart_is_always_shown(void **context)
{
    (void)context;
    for (size_t chart = 0; chart < 300; chart += 13)
        for (int height = 3; height < 24; height += 5) {
            struct shown s;
            enum role role;
            const struct figure *figure = show(&s, EXACT_LONG, chart, "resolution", 80, height);
            size_t marked = 0;
            for (size_t i = 0; i < figure->n_lines && (int)i < height - 2; i++)
                marked += strncmp(figure->lines[i].text, "▸ ", strlen("▸ ")) == 0;
            assert_int_equal(marked, 1);
            assert_non_null(line_with(figure, "▸ ", &role));
            shown_done(&s);
        }
}

static void by_hand_says_the_score(void **context)
{
    (void)context;
    struct shown s;
    enum role role;
    const struct figure *figure = show(&s, EXACT_HAND, 3, "resolution", 100, 30);
    assert_non_null(line_with(figure, "still meet in one point of chart 3", &role));
    assert_non_null(line_with(figure, "2 blow-ups made, 3 needed; 1 point left to blow up", &role));
    assert_non_null(line_with(figure, "✕ to blow up: #0", &role));
    assert_non_null(line_with(figure, "#0 (0, 0)  ✕ no normal crossing: blow it up", &role));
    shown_done(&s);
    figure = show(&s, EXACT_HAND_DONE, 3, "resolution", 100, 30);
    assert_non_null(line_with(figure, "1 wasted", &role));
    assert_non_null(line_with(figure, "Every point is a normal crossing now.", &role));
    assert_int_equal(role, ROLE_GOOD);
    shown_done(&s);
    figure = show(&s, EXACT_HAND_LOST, 0, "resolution", 100, 30);
    assert_non_null(line_with(figure, "chart 9 is not there", &role));
    shown_done(&s);
}

static const struct curve *curve_named(const struct figure *figure, const char *name)
{
    for (size_t i = 0; i < figure->n_curves; i++)
        if (figure->curves[i].name != NULL && strstr(figure->curves[i].name, name) != NULL)
            return &figure->curves[i];
    return NULL;
}

static void the_chart_shows_its_divisors_and_points(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, EXACT_CUSP, 5, "chart", 120, 40);
    const struct curve *winner = curve_named(figure, "E3: u = 0, (12, 4) ◀");
    const struct curve *other = curve_named(figure, "E1: v = 0, (4, 1)");
    const struct curve *points = curve_named(figure, "normal crossing");
    const struct curve *strict = curve_named(figure, "strict transform");
    assert_non_null(winner);
    assert_int_equal(winner->role, ROLE_SINGULAR_POINT);
    assert_true(winner->x[0] == 0 && winner->x[1] == 0 && winner->y[0] < winner->y[1]);
    assert_non_null(other);
    assert_int_not_equal(other->role, winner->role);
    assert_true(other->y[0] == 0 && other->y[1] == 0);
    assert_non_null(points);
    assert_int_equal(points->n, 2);
    assert_true(points->y[0] == 0 && points->y[1] == 1);
    assert_non_null(strict);
    for (size_t i = 0; i < strict->n; i++)
        assert_true(isnan(strict->y[i]) || fabs(strict->y[i] - 1) < 1e-9);
    shown_done(&s);
    figure = show(&s, EXACT_HAND, 3, "chart", 120, 40);
    points = curve_named(figure, "no normal crossing");
    assert_non_null(points);
    assert_int_equal(points->marker, MARKER_CROSS);
    shown_done(&s);
}

static void the_graph_begins_with_the_winner(void **context)
{
    (void)context;
    struct shown s;
    enum role role;
    const struct figure *figure = show(&s, EXACT_CUSP, 0, "divisors", 80, 20);
    assert_true(strncmp(figure->lines[1].text, "E3 ", 3) == 0);
    assert_non_null(strstr(figure->lines[1].text, "(12, 4)  5/12 = 0.4167 ◀"));
    assert_int_equal(figure->lines[1].role, ROLE_SINGULAR_POINT);
    const char *first = line_with(figure, "├─E1", &role), *last = line_with(figure, "└─▸C1", &role);
    assert_non_null(first);
    assert_non_null(last);
    assert_non_null(strstr(first, "1/2 = 0.5"));
    assert_null(line_with(figure, "also", &role));
    shown_done(&s);
    /* A circle: the meeting that closes it is said. */
    figure = show(&s, EXACT_LONG, 0, "divisors", 80, 400);
    assert_non_null(line_with(figure, "also", &role));
    shown_done(&s);
}

static void the_polygon_is_cut_where_it_should(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, EXACT_CUSP, 0, "newton", 100, 40);
    const struct curve *hit = curve_named(figure, "face that is hit");
    const struct curve *edge = curve_named(figure, "Newton polygon");
    const struct curve *leaves = curve_named(figure, "leaves at t");
    assert_non_null(hit);
    assert_non_null(edge);
    assert_non_null(leaves);
    size_t on_face = 0;
    for (size_t i = 0; i < hit->n; i++) {
        if (isnan(hit->y[i]))
            continue;
        assert_true(fabs(3 * hit->x[i] + 2 * hit->y[i] - 12) < 1e-9);
        on_face++;
    }
    assert_true(on_face > 50);
    double last = edge->y[edge->n - 1];
    assert_true(last == 0);
    for (size_t i = 0; i < edge->n; i++)
        assert_true(3 * edge->x[i] + 2 * edge->y[i] > 12 - 1e-9 && edge->y[i] >= 0);
    assert_true(fabs(leaves->x[0] - 2.4) < 1e-12 && leaves->y[0] == leaves->x[0]);
    shown_done(&s);
}

static void a_polyhedron_of_three_is_cut_at_its_ray(void **context)
{
    (void)context;
    /* x⁴ + y⁶ + z²: 1/4 a + 1/6 b + 1/2 c ≥ 1; t = 12/11, so that the cut is a/4 + b/6 ≥ 5/11. */
    static long points[] = {4, 0, 0, 0, 6, 0, 0, 0, 2};
    static long normals[] = {3, 2, 6, 1, 0, 0, 0, 1, 0, 0, 0, 1}, offsets[] = {12, 0, 0, 0};
    static bool vertex[] = {true, true, true}, flags[] = {true, false, false, false};
    struct newton newton = {.n_vars = 3,
                            .n_points = 3,
                            .points = points,
                            .vertex = vertex,
                            .n_facets = 4,
                            .normals = normals,
                            .offsets = offsets,
                            .compact = flags,
                            .hit = flags,
                            .distance = {12, 11},
                            .ratio = {11, 12},
                            .multiplicity = 1,
                            .faces = FACES_UNKNOWN,
                            .face = "",
                            .why = ""};
    struct shown s;
    exact_fixture_init(&s.fixture, EXACT_INTERVAL);
    s.fixture.rlct[0].newton = &newton;
    arena_init(&s.arena);
    struct area area = {.width = 120, .height = 40};
    assert_true(view_find("newton")->applies(&s.fixture.base.snapshot, 0));
    view_find("newton")->build(&s.fixture.base.snapshot, 0, &area, &s.arena, &s.figure);
    const struct curve *hit = curve_named(&s.figure, "face that is hit");
    size_t count = 0;
    for (size_t i = 0; i < hit->n; i++)
        if (!isnan(hit->y[i])) {
            assert_true(fabs(hit->x[i] / 4 + hit->y[i] / 6 - 5.0 / 11) < 1e-9);
            count++;
        }
    assert_true(count > 50);
    assert_non_null(strstr(s.figure.note, "upper bound"));
    shown_done(&s);
}

static void estimators_stand_beside_what_is_exact(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, EXACT_CROSSING, 0, "estimators", 120, 30);
    assert_int_equal(figure->kind, FIGURE_BARS);
    assert_string_equal(figure->bars[0].label, "λ exactly");
    assert_true(figure->bars[0].value == 0.5);
    assert_int_equal(figure->bars[0].role, ROLE_THEORY);
    assert_true(figure->bars[1].value == 0.387277);
    assert_string_equal(figure->bars[1].label, "right at n = 1000");
    assert_non_null(strstr(figure->bars[2].note, "→ 0.387"));
    size_t warned = 0;
    for (size_t i = 0; i < figure->n_bars; i++) {
        assert_true(isfinite(figure->bars[i].value));
        warned += figure->bars[i].role == ROLE_WARNING;
    }
    assert_int_equal(warned, 1);
    assert_non_null(strstr(figure->title, "2 to come, 1 not to be had"));
    shown_done(&s);
    figure = show(&s, EXACT_CROSSING, 0, "convergence", 120, 30);
    const struct curve *level = curve_named(figure, "λ = 1/2");
    assert_non_null(level);
    assert_true(level->y[0] == 0.5 && level->role == ROLE_THEORY);
    assert_non_null(curve_named(figure, "wbic"));
    assert_non_null(curve_named(figure, "llc !"));
    shown_done(&s);
}

static void learning_curves_have_their_theory(void **context)
{
    (void)context;
    struct shown s;
    const struct figure *figure = show(&s, EXACT_CROSSING, 0, "learning", 120, 30);
    const struct curve *gen = curve_named(figure, "n (G − S)");
    assert_non_null(gen);
    assert_int_equal(gen->n, 7);
    assert_true(fabs(gen->y[6] - 0.46) < 1e-12);
    assert_true(fabs(gen->high[6] - gen->low[6] - 0.06) < 1e-12);
    assert_non_null(curve_named(figure, "theory"));
    for (size_t i = 0; i < figure->n_curves; i++)
        for (size_t k = 0; k < figure->curves[i].n; k++)
            assert_true(isfinite(figure->curves[i].y[k]));
    shown_done(&s);
}

static void views_apply_where_they_show_something(void **context)
{
    (void)context;
    static const struct {
        enum exact_fixture kind;
        const char *view;
        bool applies;
    } cases[] = {
        {EXACT_CUSP, "resolution", true},      {EXACT_CUSP, "chart", true},
        {EXACT_CUSP, "divisors", true},        {EXACT_CUSP, "newton", true},
        {EXACT_CROSSING, "resolution", false}, {EXACT_CROSSING, "newton", true},
        {EXACT_INTERVAL, "resolution", false}, {EXACT_INTERVAL, "newton", false},
        {EXACT_WAITING, "resolution", true},   {EXACT_WAITING, "chart", true},
        {EXACT_NEVER, "resolution", false},    {EXACT_HAND, "resolution", true},
        {EXACT_CUSP, "estimators", true},      {EXACT_NEVER, "learning", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exact_fixture_data f;
        exact_fixture_init(&f, cases[i].kind);
        if (view_find(cases[i].view)->applies(&f.base.snapshot, 0) != cases[i].applies)
            fail_msg("case %zu: %s", i, cases[i].view);
        exact_fixture_done(&f);
    }
}

static bool strip_with(const struct sheet *sheet, const char *part)
{
    for (size_t i = 0; i < sheet->n_strips; i++)
        if (strstr(sheet->strips[i].text, part) != NULL)
            return true;
    return false;
}

static void the_cursor_line_has_the_local_lambda(void **context)
{
    (void)context;
    struct exact_fixture_data f;
    struct arena arena;
    struct sheet sheet;
    exact_fixture_init(&f, EXACT_CROSSING);
    arena_init(&arena);
    sheet_build(&f.base.snapshot, 160, 48, NULL, "q", &arena, &sheet);
    assert_true(strip_with(&sheet, "λ here = 1/2, m = 1"));
    f.base.snapshot.sides[0].rlct_here = NULL;
    sheet_build(&f.base.snapshot, 160, 48, NULL, "q", &arena, &sheet);
    assert_false(strip_with(&sheet, "λ here"));
    arena_done(&arena);
    exact_fixture_done(&f);
}

/* What was computed takes the place of what a file claims. */
static void computed_values_outrank_claims(void **context)
{
    (void)context;
    struct shown s;
    exact_fixture_init(&s.fixture, EXACT_CROSSING);
    s.fixture.rlct[0].lambda = exact_quantity(3, 8, EXACT);
    s.fixture.rlct[0].multiplicity = 1;
    arena_init(&s.arena);
    struct area area = {.width = 120, .height = 30};
    view_find("lambda")->build(&s.fixture.base.snapshot, 0, &area, &s.arena, &s.figure);
    assert_non_null(strstr(s.figure.note, "λ = 3/8 exactly"));
    assert_non_null(curve_named(&s.figure, "λ = 3/8 exactly"));
    s.fixture.base.snapshot.sides[0].rlct = NULL;
    view_find("lambda")->build(&s.fixture.base.snapshot, 0, &area, &s.arena, &s.figure);
    assert_non_null(strstr(s.figure.note, "λ = 1/2 (m = 2"));
    shown_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_survives_every_size),
        cmocka_unit_test(lines_fit_their_panel),
        cmocka_unit_test(sheets_are_drawn_at_every_size),
        cmocka_unit_test(notes_say_what_is_to_be_noticed),
        cmocka_unit_test(the_tree_lists_every_chart),
        cmocka_unit_test(the_selected_chart_is_always_shown),
        cmocka_unit_test(by_hand_says_the_score),
        cmocka_unit_test(the_chart_shows_its_divisors_and_points),
        cmocka_unit_test(the_graph_begins_with_the_winner),
        cmocka_unit_test(the_polygon_is_cut_where_it_should),
        cmocka_unit_test(a_polyhedron_of_three_is_cut_at_its_ray),
        cmocka_unit_test(estimators_stand_beside_what_is_exact),
        cmocka_unit_test(learning_curves_have_their_theory),
        cmocka_unit_test(views_apply_where_they_show_something),
        cmocka_unit_test(the_cursor_line_has_the_local_lambda),
        cmocka_unit_test(computed_values_outrank_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
