/* Snapshots with exact λ made by hand: the cusp squared, a crossing, an interval, estimators and
   learning curves. */
#ifndef CUSP_TESTS_FIXTURE_EXACT_H
#define CUSP_TESTS_FIXTURE_EXACT_H

#include <stdint.h>

#include "fixture_snapshot.h"

enum exact_fixture {
    EXACT_CUSP,      /* (x² − y³)²: three blow-ups, λ = 5/12 */
    EXACT_CROSSING,  /* w1² w2²: no resolution, m = 2 */
    EXACT_INTERVAL,  /* three parameters, 1/3 ≤ λ ≤ 1/2 */
    EXACT_HAND,      /* by hand: two blow-ups made, one point left */
    EXACT_HAND_LOST, /* by hand, the first move was not possible */
    EXACT_HAND_DONE,
    EXACT_WAITING,
    EXACT_NEVER, /* out of time */
    EXACT_LONG,  /* texts of thousands of characters, hundreds of charts and divisors */
    EXACT_ODD,   /* indices out of range, missing texts, NaN */
    EXACT_PAIR,  /* cusp beside crossing */
    EXACT_COUNT
};

struct exact_fixture_data {
    struct fixture base;
    struct rlct rlct[SIDES_MAX], here;
    struct hand hand;
    struct estimates estimates;
    struct learning_curve learned;
    struct chart_picture *picture;
};

enum { EXACT_CHARTS = 7, EXACT_ROWS = 9 };

static const struct estimator exact_estimators[EXACT_ROWS] = {
    {.name = "slope", .title = "Running slope n E[K]"},
    {.name = "volume", .title = "Volume exponent"},
    {.name = "wbic", .title = "WBIC"},
    {.name = "two-temperatures", .title = "Two temperatures"},
    {.name = "variance", .title = "Energy variance"},
    {.name = "thermodynamic", .title = "Thermodynamic integration"},
    {.name = "llc", .title = "Local learning coefficient by SGLD"},
    {.name = "nested", .title = "Nested sampling"},
    {.name = "fluctuation", .title = "Singular fluctuation"},
};

#define NO_DIVISOR SIZE_MAX

static const struct resolution_divisor exact_divisors[] = {
    {.name = "C1", .of = "x^2 - y^3", .multiplicity = 2, .jacobian = {0, 1}, .ratio = {1, 2}},
    {"E1", "", 4, {1, 1}, {1, 2}, true, false, 1},
    {"E2", "", 6, {2, 1}, {1, 2}, true, false, 3},
    {"E3", "", 12, {4, 1}, {5, 12}, true, true, 5},
};

static const struct resolution_meeting exact_meetings[] = {
    {3, 0, "chart 5, v = 1", false},
    {3, 1, "chart 5, v = 0", false},
    {3, 2, "chart 6, u = 0", false},
};

static unsigned long exact_terms[EXACT_CHARTS][2][2] = {
    {{2, 0}, {0, 3}}, {{0, 0}, {1, 3}}, {{2, 0}, {0, 1}}, {{1, 0}, {0, 1}},
    {{2, 1}, {0, 0}}, {{0, 0}, {0, 1}}, {{1, 0}, {0, 0}},
};
static const char *exact_signs[2] = {"1", "-1"};

#define ORIGIN                                           \
    {                                                    \
        .coordinate = {"0", "0"}, .decimal = {"0", "0"}, \
    }

/* The cusp squared as blow-ups resolve it; only the first n_charts of them. */
static inline void exact_cusp(struct fixture *f, struct resolution *r, size_t n_charts)
{
    static const struct resolution_chart charts[EXACT_CHARTS] = {
        {.parent = SIZE_MAX,
         .substitution = "x = x, y = y",
         .centre_text = "",
         .names = {"x", "y"},
         .total = "(x^2 - y^3)^2",
         .jacobian = "1",
         .strict = "x^2 - y^3",
         .divisor = {NO_DIVISOR, NO_DIVISOR}},
        {.parent = 0,
         .blow_up = 1,
         .substitution = "x = u, y = u v",
         .centre_text = "x = 0, y = 0",
         .names = {"u", "v"},
         .total = "u^4 (u v^3 - 1)^2",
         .jacobian = "u",
         .strict = "u v^3 - 1",
         .divisor = {1, NO_DIVISOR},
         .normal_crossing = true},
        {.parent = 0,
         .blow_up = 1,
         .substitution = "x = u v, y = v",
         .centre_text = "x = 0, y = 0",
         .names = {"u", "v"},
         .total = "v^4 (u^2 - v)^2",
         .jacobian = "v",
         .strict = "u^2 - v",
         .divisor = {NO_DIVISOR, 1}},
        {.parent = 2,
         .blow_up = 2,
         .substitution = "u = u, v = u v",
         .centre_text = "u = 0, v = 0",
         .names = {"u", "v"},
         .total = "u^6 v^4 (u - v)^2",
         .jacobian = "u^2 v",
         .strict = "u - v",
         .divisor = {2, 1}},
        {.parent = 2,
         .blow_up = 2,
         .substitution = "u = u v, v = v",
         .centre_text = "u = 0, v = 0",
         .names = {"u", "v"},
         .total = "v^6 (u^2 v - 1)^2",
         .jacobian = "v^2",
         .strict = "u^2 v - 1",
         .divisor = {NO_DIVISOR, 2},
         .normal_crossing = true},
        {.parent = 3,
         .blow_up = 3,
         .substitution = "u = u, v = u v",
         .centre_text = "u = 0, v = 0",
         .names = {"u", "v"},
         .total = "u^12 v^4 (1 - v)^2",
         .jacobian = "u^4 v",
         .strict = "1 - v",
         .divisor = {3, 1},
         .normal_crossing = true},
        {.parent = 3,
         .blow_up = 3,
         .substitution = "u = u v, v = v",
         .centre_text = "u = 0, v = 0",
         .names = {"u", "v"},
         .total = "u^6 v^12 (u - 1)^2",
         .jacobian = "u^2 v^4",
         .strict = "u - 1",
         .divisor = {2, 3},
         .normal_crossing = true},
    };
    static const size_t blown[] = {0, 2, 3};
    *r = (struct resolution){.n_vars = 2, .n_charts = n_charts, .lambda = {5, 12}};
    r->charts = arena_new(&f->arena, n_charts, sizeof *r->charts);
    r->divisors = arena_new(&f->arena, 4, sizeof *r->divisors);
    r->meetings = arena_new(&f->arena, 3, sizeof *r->meetings);
    memcpy(r->charts, charts, n_charts * sizeof *r->charts);
    memcpy(r->divisors, exact_divisors, sizeof exact_divisors);
    memcpy(r->meetings, exact_meetings, sizeof exact_meetings);
    bool all = n_charts == EXACT_CHARTS;
    r->n_divisors = all ? 4 : 3;
    r->n_meetings = all ? 3 : 0;
    r->multiplicity = 1;
    r->n_blow_ups = (n_charts - 1) / 2;
    if (!all)
        r->lambda = (struct rat){0, 0};
    for (size_t i = 0; i < n_charts; i++) {
        struct resolution_chart *c = &r->charts[i];
        c->n_terms = 2;
        c->exponents = exact_terms[i];
        c->coefficients = exact_signs;
        c->n_points = i == 5 ? 2 : i == 1 || i == 4 ? 0 : 1;
        c->points = arena_new(&f->arena, 2, sizeof *c->points);
        c->points[0] = (struct resolution_point)ORIGIN;
        c->points[0].normal_crossing = i > 3;
        if (i == 5) {
            c->points[1] = (struct resolution_point)ORIGIN;
            c->points[1].coordinate[1] = c->points[1].decimal[1] = "1";
            c->points[1].normal_crossing = true;
        }
        for (size_t k = 0; k < 3; k++)
            if (blown[k] == i && 2 * k + 2 < n_charts) {
                c->points[0].n_children = 2;
                c->points[0].children[0] = 2 * k + 1;
                c->points[0].children[1] = 2 * k + 2;
            }
    }
}

static inline struct quantity exact_quantity(long num, long den, enum standing standing)
{
    return (struct quantity){.name = "lambda",
                             .exact = {num, den},
                             .value = den != 0 ? (double)num / (double)den : NAN,
                             .standing = standing,
                             .why = ""};
}

static inline void exact_rlct(struct rlct *rlct, long num, long den, long m)
{
    *rlct = (struct rlct){.dim = 2, .multiplicity = m, .method = "resolution by point blow-ups"};
    rlct->lambda = exact_quantity(num, den, EXACT);
    rlct->lower = rlct->upper = rlct->lambda;
    rlct->boundary.standing = UNKNOWN;
    rlct->why = "The least (k + 1)/N over all real divisors is attained on E3 alone.";
    rlct->at_text = "(0, 0)";
    rlct->citation = "";
}

/* Exponents (4, 0), (2, 3), (0, 6); or (2, 2) alone. */
static inline struct newton *exact_newton(struct fixture *f, bool cusp)
{
    struct newton *n = arena_new(&f->arena, 1, sizeof *n);
    static long points[] = {4, 0, 2, 3, 0, 6}, normals[] = {3, 2, 1, 0, 0, 1},
                offsets[] = {12, 0, 0}, single[] = {2, 2}, corner[] = {1, 0, 0, 1}, two[] = {2, 2};
    static bool vertex[] = {true, false, true}, compact[] = {true, false, false},
                hit[] = {true, false, false}, both[] = {true, true}, none[] = {false, false};
    *n = cusp ? (struct newton){.n_vars = 2,
                                .n_points = 3,
                                .points = points,
                                .vertex = vertex,
                                .n_facets = 3,
                                .normals = normals,
                                .offsets = offsets,
                                .compact = compact,
                                .hit = hit,
                                .distance = {12, 5},
                                .ratio = {5, 12},
                                .multiplicity = 1,
                                .faces = FACES_DEGENERATE,
                                .face = "(x^2 - y^3)^2",
                                .why = "(x^2 - y^3)^2 has zeros off the axes"}
              : (struct newton){.n_vars = 2,
                                .n_points = 1,
                                .points = single,
                                .vertex = both,
                                .n_facets = 2,
                                .normals = corner,
                                .offsets = two,
                                .compact = none,
                                .hit = both,
                                .distance = {2, 1},
                                .ratio = {1, 2},
                                .multiplicity = 2,
                                .faces = FACES_NONDEGENERATE,
                                .face = "",
                                .why = "one monomial"};
    return n;
}

static inline void exact_estimates(struct exact_fixture_data *f, double lambda, double right)
{
    struct estimates *e = &f->estimates;
    struct arena *a = &f->base.arena;
    *e = (struct estimates){.n = 1000, .n_rows = EXACT_ROWS};
    e->rows = arena_new(a, EXACT_ROWS, sizeof *e->rows);
    e->finite = (struct quantity){.name = "n E[K]", .value = right, .standing = EXACT};
    e->tempered = (struct quantity){.name = "tempered", .value = 0.9 * right, .standing = EXACT};
    for (size_t i = 0; i < EXACT_ROWS; i++) {
        struct estimate_row *row = &e->rows[i];
        row->estimator = &exact_estimators[i];
        row->started = i < 8;
        row->done = i < 6;
        if (i == 4) {
            strcpy(row->why, "needs the energy's variance, which is infinite here");
            continue;
        }
        if (i == 7 || i == 8)
            continue;
        struct estimate *one = &row->estimate;
        double target = i % 2 == 0 ? right : 0.92 * right;
        one->lambda = (struct quantity){.name = "lambda",
                                        .value = target + (i == 6 ? 0.12 : 0.004 * (double)i),
                                        .error = 0.003 * (double)(i + 1),
                                        .standing = ESTIMATE};
        one->target = (struct quantity){.name = "target", .value = target, .standing = EXACT};
        one->target_text = "n E[K]";
        one->multiplicity = NAN;
        one->work_name = "draws";
        one->n_steps = 50;
        one->steps = arena_new(a, 50, sizeof *one->steps);
        for (size_t k = 0; k < 50; k++) {
            double share = (double)(k + 1) / 50;
            one->steps[k] = (struct estimate_step){
                .work = 1000 * share,
                .lambda = one->lambda.value + 0.05 * sin((double)(7 * k + i)) / sqrt((double)k + 1),
                .error = one->lambda.error / sqrt(share)};
        }
        if (i == 6)
            strcpy(one->caution, "the step 1e-2 is too large: 12 % of moves would be accepted");
    }
    (void)lambda;
}

static inline void exact_learned(struct exact_fixture_data *f, double lambda)
{
    struct learning_curve *c = &f->learned;
    *c = (struct learning_curve){
        .n_rows = 7, .n_sets = 200, .beta = 1, .method = "integration over 2 parameters"};
    c->rows = arena_new(&f->base.arena, 7, sizeof *c->rows);
    for (size_t i = 0; i < 7; i++) {
        struct learning_row *row = &c->rows[i];
        row->n = floor(10 * pow(10, (double)i / 3));
        row->n_sets = 200;
        double nu = lambda * (0.72 + 0.1 * (double)i / 7), at = lambda * (0.8 + 0.02 * (double)i);
        for (int k = 0; k < LEARN_KINDS; k++) {
            row->mean[k] = at / row->n;
            row->error[k] = 0.03 / row->n;
        }
        row->mean[LEARN_TRAIN_LOSS] = (at - 2 * nu) / row->n;
        row->mean[LEARN_GIBBS_GEN] = (at + 0.3 * nu) / row->n;
        row->mean[LEARN_GIBBS_TRAIN] = (at - nu) / row->n;
        row->mean[LEARN_FLUCTUATION] = nu;
        row->error[LEARN_FLUCTUATION] = 0.01;
        row->mean[LEARN_LOO] = NAN;
    }
}

static inline char *exact_long_text(struct fixture *f, const char *piece, size_t times)
{
    size_t length = strlen(piece);
    char *out = arena_new(&f->arena, times * length + 1, 1);
    for (size_t i = 0; i < times; i++)
        memcpy(out + i * length, piece, length);
    return out;
}

/* A chain of blow-ups as deep as it is long, every text beyond any width. */
static inline struct resolution *exact_long(struct fixture *f)
{
    enum { DEPTH = 300 };
    struct resolution *r = arena_new(&f->arena, 1, sizeof *r);
    const char *text = exact_long_text(f, "12345678901234567890 u^99 v^101 + ", 200);
    *r = (struct resolution){.n_vars = 2,
                             .n_charts = DEPTH,
                             .n_divisors = DEPTH,
                             .n_meetings = DEPTH,
                             .n_blow_ups = DEPTH - 1,
                             .lambda = {987654321, 1234567890},
                             .multiplicity = 2};
    r->charts = arena_new(&f->arena, DEPTH, sizeof *r->charts);
    r->divisors = arena_new(&f->arena, DEPTH, sizeof *r->divisors);
    r->meetings = arena_new(&f->arena, DEPTH, sizeof *r->meetings);
    for (size_t i = 0; i < DEPTH; i++) {
        struct resolution_chart *c = &r->charts[i];
        *c = (struct resolution_chart){.parent = i == 0 ? SIZE_MAX : i - 1,
                                       .depth = i,
                                       .centre_text = text,
                                       .substitution = text,
                                       .names = {text, text},
                                       .total = text,
                                       .jacobian = text,
                                       .strict = text,
                                       .divisor = {i, i > 0 ? i - 1 : SIZE_MAX},
                                       .n_points = 40};
        c->points = arena_new(&f->arena, 40, sizeof *c->points);
        for (size_t k = 0; k < 40; k++)
            c->points[k] =
                (struct resolution_point){.coordinate = {text, text}, .decimal = {"0.5", "1e308"}};
        r->divisors[i] = (struct resolution_divisor){.name = text,
                                                     .of = text,
                                                     .multiplicity = 1234567890 + (long)i,
                                                     .jacobian = {987654320, 1},
                                                     .ratio = {987654321, 1234567890},
                                                     .exceptional = i % 3 > 0,
                                                     .wins = i % 2 == 0};
        r->meetings[i] = (struct resolution_meeting){i, (i + 1) % DEPTH, text, i == 4};
    }
    return r;
}

/* Whatever could be wrong with indices and texts. */
static inline struct resolution *exact_odd(struct fixture *f)
{
    struct resolution *r = arena_new(&f->arena, 1, sizeof *r);
    *r = (struct resolution){.n_vars = 2, .n_charts = 3, .n_divisors = 3, .n_meetings = 3};
    r->charts = arena_new(&f->arena, 3, sizeof *r->charts);
    r->divisors = arena_new(&f->arena, 3, sizeof *r->divisors);
    r->meetings = arena_new(&f->arena, 3, sizeof *r->meetings);
    r->charts[0].parent = 7;
    r->charts[1].parent = 1;
    r->charts[2].parent = 0;
    r->charts[2].divisor[0] = 99;
    r->charts[2].n_points = 1;
    r->charts[2].points = arena_new(&f->arena, 1, sizeof *r->charts[2].points);
    r->charts[2].points[0].n_children = 100;
    r->meetings[0] = (struct resolution_meeting){0, 0, NULL, true};
    r->meetings[1] = (struct resolution_meeting){0, 77, NULL, true};
    r->meetings[2] = (struct resolution_meeting){1, 2, NULL, true};
    r->lambda = (struct rat){1, 2};
    r->multiplicity = 2;
    r->divisors[1].wins = r->divisors[2].wins = true;
    return r;
}

static inline void exact_cusp_side(struct exact_fixture_data *f, size_t s)
{
    struct fixture *b = &f->base;
    fixture_crossing_side(b, s, 1000);
    fixture_model(b, s, "cusp", "the cusp squared", "K = (x² − y³)²", 2, 5, 12, 1);
    struct resolution *r = arena_new(&b->arena, 1, sizeof *r);
    exact_cusp(b, r, EXACT_CHARTS);
    exact_rlct(&f->rlct[s], 5, 12, 1);
    f->rlct[s].resolution = r;
    f->rlct[s].newton = exact_newton(b, true);
    b->snapshot.sides[s].rlct = b->snapshot.sides[s].resolved = &f->rlct[s];
    b->snapshot.state.chart[s] = 3;
}

static inline void exact_picture(struct exact_fixture_data *f)
{
    const struct side *side = &f->base.snapshot.sides[0];
    const struct resolution *r = side->hand != NULL   ? &side->hand->resolution
                                 : side->rlct != NULL ? side->rlct->resolution
                                                      : NULL;
    chart_picture_free(f->picture);
    f->picture =
        r != NULL ? chart_picture_new(r, f->base.snapshot.state.chart[0], NULL, NULL, 40) : NULL;
    f->base.snapshot.sides[0].chart = f->picture;
}

static inline void exact_hand(struct exact_fixture_data *f, enum exact_fixture kind)
{
    struct side *side = &f->base.snapshot.sides[0];
    f->base.snapshot.state.by_hand = true;
    if (kind == EXACT_HAND_LOST) {
        side->hand_why = "chart 9 is not there: the charts are 0";
        return;
    }
    bool done = kind == EXACT_HAND_DONE;
    exact_cusp(&f->base, &f->hand.resolution, done ? 7 : 5);
    f->hand.n_open = done ? 0 : 1;
    f->hand.n_needed = 3;
    f->hand.n_wasted = done ? 1 : 0;
    f->hand.done = done;
    f->hand.verdict = done ? "Every point is a normal crossing now."
                           : "E1, E2 and the curve still meet in one point of chart 3.";
    side->hand = &f->hand;
}

static inline void exact_fixture_init(struct exact_fixture_data *f, enum exact_fixture kind)
{
    *f = (struct exact_fixture_data){0};
    struct fixture *b = &f->base;
    arena_init(&b->arena);
    struct snapshot *snapshot = &b->snapshot;
    snapshot->message = snapshot->diagnostics = "";
    snapshot->state.n = 1000;
    snapshot->state.beta = 1;
    snapshot->n_sides = kind == EXACT_PAIR ? 2 : 1;
    snapshot->state.compare = kind == EXACT_PAIR;
    struct side *side = &snapshot->sides[0];
    bool crossing = kind == EXACT_CROSSING || kind == EXACT_WAITING || kind == EXACT_NEVER;
    if (crossing)
        fixture_crossing_side(b, 0, 1000);
    else if (kind == EXACT_INTERVAL)
        fixture_space_side(b, 1000);
    else
        exact_cusp_side(f, 0);
    if (kind == EXACT_CROSSING) {
        exact_rlct(&f->rlct[0], 1, 2, 2);
        f->rlct[0].why = "K is a monomial at the origin.";
        f->rlct[0].newton = exact_newton(b, false);
        side->rlct = &f->rlct[0];
        exact_rlct(&f->here, 1, 2, 1);
        f->here.local = true;
        side->rlct_here = &f->here;
    }
    if (kind == EXACT_INTERVAL) {
        f->rlct[0] = (struct rlct){.dim = 3, .why = "The budget ran out.", .method = "bounds"};
        f->rlct[0].lambda.standing = UNKNOWN;
        f->rlct[0].lower = exact_quantity(1, 3, LOWER_BOUND);
        f->rlct[0].upper = exact_quantity(1, 2, UPPER_BOUND);
        side->rlct = &f->rlct[0];
        b->models[0].n_expects = 0;
    }
    if (kind == EXACT_NEVER)
        side->rlct_why = "out of time: 10 s went by; a longer one can be asked for";
    if (kind == EXACT_WAITING)
        side->busy = snapshot->busy = true;
    if (kind == EXACT_HAND || kind == EXACT_HAND_LOST || kind == EXACT_HAND_DONE)
        exact_hand(f, kind);
    if (kind == EXACT_LONG)
        f->rlct[0].resolution = exact_long(b);
    if (kind == EXACT_LONG)
        f->rlct[0].why = f->rlct[0].at_text = exact_long_text(b, "so it is and ", 300);
    if (kind == EXACT_ODD) {
        f->rlct[0] = (struct rlct){.resolution = exact_odd(b)};
        snapshot->state.chart[0] = 1000;
    }
    if (kind == EXACT_PAIR) {
        fixture_crossing_side(b, 1, 1000);
        exact_rlct(&f->rlct[1], 1, 2, 2);
        snapshot->sides[1].rlct = &f->rlct[1];
    }
    if (kind != EXACT_WAITING && kind != EXACT_NEVER) {
        exact_estimates(f, 0.5, kind == EXACT_CROSSING ? 0.387277 : 0.402);
        exact_learned(f, 0.5);
        side->estimates = &f->estimates;
        side->learned = &f->learned;
    }
    if (kind == EXACT_ODD) {
        f->estimates.finite.value = f->estimates.rows[0].estimate.lambda.value = NAN;
        f->estimates.rows[1].estimator = NULL;
        f->estimates.rows[2].estimate.steps[3].lambda = INFINITY;
        for (size_t i = 0; i < 7; i++)
            for (int k = 0; k < LEARN_KINDS; k += 2)
                f->learned.rows[i].mean[k] = f->learned.rows[i].error[k] = NAN;
    }
    exact_picture(f);
}

static inline void exact_fixture_done(struct exact_fixture_data *f)
{
    chart_picture_free(f->picture);
    fixture_done(&f->base);
}

#endif
