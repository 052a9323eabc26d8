/* Snapshots made by hand, with plausible numbers, for the tests of views and sheets. */
#ifndef CUSP_TESTS_FIXTURE_SNAPSHOT_H
#define CUSP_TESTS_FIXTURE_SNAPSHOT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/snapshot.h"
#include "cusp/view.h"

enum fixture_kind {
    FIXTURE_PLANE,   /* normal crossing beside a bowl */
    FIXTURE_SINGLE,  /* normal crossing alone */
    FIXTURE_LINE,    /* one parameter, regions and a knob, beside a model without regions */
    FIXTURE_SPACE,   /* three parameters beside two */
    FIXTURE_NO_ZERO, /* min K > 0 */
    FIXTURE_STALE,   /* results of another n, a window, busy */
    FIXTURE_WAITING, /* no result yet */
    FIXTURE_UNABLE,  /* no result ever */
    FIXTURE_ODD,     /* NaN and infinities in every array */
    FIXTURE_COUNT
};

enum { FIXTURE_NX = 48, FIXTURE_NY = 36, FIXTURE_ROWS = 25, FIXTURE_EPS = 13 };

struct fixture {
    struct arena arena;
    struct snapshot snapshot;
    struct model models[2];
    struct catalogue catalogue;
};

typedef double (*fixture_kl)(const double *w);

static inline double fixture_crossing(const double *w)
{
    return 0.5 * w[0] * w[0] * w[1] * w[1];
}

static inline double fixture_bowl(const double *w)
{
    return (w[0] - 0.5) * (w[0] - 0.5) + (w[1] - 0.5) * (w[1] - 0.5);
}

static inline double fixture_wells(const double *w)
{
    return (w[0] + 1) * (w[0] + 1) * pow(w[0] - 1, 4);
}

static inline double fixture_square(const double *w)
{
    return w[0] * w[0];
}

static inline double fixture_triple(const double *w)
{
    return w[0] * w[0] * w[1] * w[1] * w[2] * w[2];
}

static inline double fixture_above(const double *w)
{
    return 0.1 + (w[0] * w[0] + w[1] * w[1] - 1) * (w[0] * w[0] + w[1] * w[1] - 1);
}

static inline char *fixture_text(struct arena *arena, const char *text)
{
    return arena_text(arena, text, strlen(text));
}

static inline double *fixture_doubles(struct fixture *f, size_t n)
{
    return arena_new(&f->arena, n + 1, sizeof(double));
}

static inline void fixture_model(struct fixture *f, size_t side, const char *name,
                                 const char *title, const char *formula, size_t dim, long num,
                                 long den, long m)
{
    static const char *const names[] = {"w1", "w2", "w3", "w4"};
    struct model *model = &f->models[side];
    struct arena *a = &f->arena;
    model->name = fixture_text(a, name);
    model->text = fixture_text(a, "");
    model->title = fixture_text(a, title);
    model->about = fixture_text(
        a, "What this model shows, in a sentence or two that a newcomer can read while looking.");
    model->cite = fixture_text(a, "Watanabe 2009, Algebraic Geometry and Statistical Learning");
    model->formula = fixture_text(a, formula);
    model->formula_ascii = fixture_text(a, formula);
    model->dim = dim;
    model->params = arena_new(a, dim, sizeof *model->params);
    for (size_t i = 0; i < dim; i++)
        model->params[i] = (struct model_param){fixture_text(a, names[i]), -2, 2};
    model->view[1] = dim > 1 ? 1 : 0;
    model->n_expects = den == 0 ? 0 : 1;
    model->expects = arena_new(a, 1, sizeof *model->expects);
    model->expects[0] = (struct model_expect){.rlct = {num, den}, .multiplicity = m};
    model->has_zero = true;
    model->kl_scale = 0.618;
    f->snapshot.sides[side].model = model;
    struct state *state = &f->snapshot.state;
    state->axes[side][0] = 0;
    state->axes[side][1] = dim > 1 ? 1 : 0;
    for (size_t k = 0; k < 2; k++) {
        state->low[side][k] = -2;
        state->high[side][k] = 2;
    }
}

/* A component of n points from a to b. */
static inline void fixture_component(struct fixture *f, struct zero_component *c, size_t dim,
                                     size_t n, const double *a, const double *b, int rank)
{
    c->dimension = n > 1 ? 1 : 0;
    c->n_points = n;
    c->points = fixture_doubles(f, n * dim);
    c->rank = arena_new(&f->arena, n, sizeof *c->rank);
    c->singular = arena_new(&f->arena, n, sizeof *c->singular);
    for (size_t i = 0; i < n; i++) {
        double t = n > 1 ? (double)i / (double)(n - 1) : 0;
        double size = 0;
        for (size_t k = 0; k < dim; k++) {
            c->points[i * dim + k] = a[k] + t * (b[k] - a[k]);
            size += fabs(c->points[i * dim + k]);
        }
        c->singular[i] = n > 1 && size < 1e-9;
        c->rank[i] = c->singular[i] ? 0 : rank;
    }
}

static inline struct zero_set *fixture_zeros(struct fixture *f, size_t dim, size_t n_components)
{
    struct zero_set *z = arena_new(&f->arena, 1, sizeof *z);
    z->dim = dim;
    z->components = arena_new(&f->arena, n_components + 1, sizeof *z->components);
    z->n_components = n_components;
    z->has_zero = n_components > 0;
    z->complete = true;
    z->kl_scale = 0.618;
    return z;
}

static inline double fixture_centre(size_t count, size_t i)
{
    return -2 + 4 * ((double)i + 0.5) / (double)count;
}

static inline struct landscape *fixture_landscape(struct fixture *f, size_t dim, fixture_kl kl,
                                                  bool ranks)
{
    struct landscape *l = arena_new(&f->arena, 1, sizeof *l);
    l->axes[1] = dim > 1 ? 1 : 0;
    l->low[0] = l->low[1] = -2;
    l->high[0] = l->high[1] = 2;
    l->nx = FIXTURE_NX;
    l->ny = dim > 1 ? FIXTURE_NY : 1;
    l->kl = fixture_doubles(f, l->nx * l->ny);
    l->rank = ranks ? arena_new(&f->arena, l->nx * l->ny, 1) : NULL;
    l->kl_low = INFINITY;
    for (size_t i = 0; i < l->nx * l->ny; i++) {
        const double w[3] = {fixture_centre(l->nx, i % l->nx), fixture_centre(l->ny, i / l->nx),
                             0.3};
        l->kl[i] = kl(w);
        l->kl_low = l->kl[i] > 0 ? fmin(l->kl_low, l->kl[i]) : l->kl_low;
        l->kl_high = fmax(l->kl_high, l->kl[i]);
        if (ranks)
            l->rank[i] = (signed char)(i % 4) - 1;
    }
    return l;
}

static inline int fixture_descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : (x > y ? -1 : 0);
}

static inline struct posterior *fixture_posterior(struct fixture *f, size_t dim, fixture_kl kl,
                                                  double n, size_t ax, size_t ay)
{
    struct posterior *p = arena_new(&f->arena, 1, sizeof *p);
    p->n = n;
    p->axes[0] = ax;
    p->axes[1] = ay;
    p->low[0] = p->low[1] = -2;
    p->high[0] = p->high[1] = 2;
    p->nx = FIXTURE_NX;
    p->ny = dim > 1 ? FIXTURE_NY : 1;
    size_t count = p->nx * p->ny;
    p->mass = fixture_doubles(f, count);
    p->marginal_x = fixture_doubles(f, p->nx);
    p->marginal_y = fixture_doubles(f, p->ny);
    double total = 0, cumulative = 0;
    for (size_t i = 0; i < count; i++) {
        const double w[3] = {fixture_centre(p->nx, i % p->nx), fixture_centre(p->ny, i / p->nx),
                             0.1};
        total += p->mass[i] = exp(-n * kl(w));
    }
    double *sorted = fixture_doubles(f, count);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = p->mass[i] /= total;
        p->marginal_x[i % p->nx] += p->mass[i];
        p->marginal_y[i / p->nx] += p->mass[i];
    }
    qsort(sorted, count, sizeof *sorted, fixture_descending);
    for (size_t i = 0; i < count && cumulative < 0.95; i++) {
        cumulative += sorted[i];
        if (p->level_50 <= 0 && cumulative >= 0.5)
            p->level_50 = sorted[i];
        p->level_95 = sorted[i];
        p->share_95 = (double)(i + 1) / (double)count;
    }
    p->mass_inside = 1;
    p->mean = fixture_doubles(f, dim);
    p->sd = fixture_doubles(f, dim);
    for (size_t i = 0; i < dim; i++)
        p->sd[i] = 0.716;
    return p;
}

static inline struct evidence fixture_evidence(double n, double lambda, long m, double start)
{
    struct evidence e = {.n = n, .error = 1.234e-8, .mean_nk_error = 2.345e-8};
    double inner = log(n) + 3.4;
    e.free_energy = start + lambda * log(n) - (double)(m - 1) * log(inner);
    e.log_z = -e.free_energy;
    e.mean_nk = lambda - (double)(m - 1) / inner;
    return e;
}

static inline struct curves *fixture_curves(struct fixture *f, double lambda, long m, double start,
                                            size_t n_regions)
{
    struct curves *c = arena_new(&f->arena, 1, sizeof *c);
    c->n_rows = FIXTURE_ROWS;
    c->rows = arena_new(&f->arena, c->n_rows, sizeof *c->rows);
    c->region_mass = n_regions > 0 ? fixture_doubles(f, c->n_rows * n_regions) : NULL;
    c->region_free_energy = n_regions > 0 ? fixture_doubles(f, c->n_rows * n_regions) : NULL;
    for (size_t i = 0; i < c->n_rows; i++) {
        c->rows[i] = fixture_evidence(pow(10, (double)i / 2), lambda, m, start);
        for (size_t r = 0; r < n_regions; r++) {
            double share = 1 / (1 + pow(c->rows[i].n / 40.0, 0.25));
            share = r == 0 ? share : (1 - share) / (double)(n_regions - 1);
            c->region_mass[i * n_regions + r] = share;
            c->region_free_energy[i * n_regions + r] = c->rows[i].free_energy - log(share);
        }
    }
    c->n_eps = FIXTURE_EPS;
    c->eps = fixture_doubles(f, c->n_eps);
    c->volume = fixture_doubles(f, c->n_eps);
    c->volume_error = fixture_doubles(f, c->n_eps);
    for (size_t i = 0; i < c->n_eps; i++) {
        c->eps[i] = pow(10, (double)i - 12);
        double log_part = m > 1 ? 1 - log(c->eps[i]) : 1;
        c->volume[i] = 0.723 * pow(c->eps[i], lambda) * log_part;
    }
    return c;
}

static inline struct fisher *fixture_fisher(struct fixture *f, size_t dim, double kl, size_t rank,
                                            enum point_class point_class)
{
    struct fisher *fisher = arena_new(&f->arena, 1, sizeof *fisher);
    fisher->dim = dim;
    fisher->kl = kl;
    fisher->gradient = fixture_doubles(f, dim);
    fisher->matrix = fixture_doubles(f, dim * dim);
    fisher->eigenvalues = fixture_doubles(f, dim);
    fisher->eigenvectors = fixture_doubles(f, dim * dim);
    for (size_t i = 0; i < dim; i++) {
        fisher->eigenvalues[i] = i < rank ? 2.385 / (double)(i + 1) : 0;
        fisher->eigenvectors[i * dim + i] = 1;
    }
    fisher->rank = rank;
    fisher->tolerance = 2.4e-9;
    fisher->point_class = point_class;
    return fisher;
}

static inline void fixture_crossing_side(struct fixture *f, size_t s, double n)
{
    static const double ends[2][4] = {{-2, 0, 2, 0}, {0, -2, 0, 2}};
    fixture_model(f, s, "normal-crossing", "normal crossing", "K = ½ w1² w2²", 2, 1, 2, 2);
    struct side *side = &f->snapshot.sides[s];
    struct zero_set *z = fixture_zeros(f, 2, 2);
    for (size_t k = 0; k < 2; k++)
        fixture_component(f, &z->components[k], 2, 401, ends[k], ends[k] + 2, 1);
    side->zeros = z;
    side->landscape = fixture_landscape(f, 2, fixture_crossing, true);
    side->posterior = fixture_posterior(f, 2, fixture_crossing, n, 0, 1);
    side->curves = fixture_curves(f, 0.5, 2, 1.2, 0);
    side->fisher = fixture_fisher(f, 2, 0, 1, POINT_DEGENERATE);
    side->on_zero_set = true;
    f->snapshot.state.cursor[s][0] = 0.5;
}

static inline void fixture_bowl_side(struct fixture *f, size_t s, double n)
{
    static const double at[2] = {0.5, 0.5};
    fixture_model(f, s, "regular-bowl", "regular bowl", "K = (w1 − ½)² + (w2 − ½)²", 2, 1, 1, 1);
    struct side *side = &f->snapshot.sides[s];
    struct zero_set *z = fixture_zeros(f, 2, 1);
    fixture_component(f, &z->components[0], 2, 1, at, at, 2);
    side->zeros = z;
    side->landscape = fixture_landscape(f, 2, fixture_bowl, true);
    side->posterior = fixture_posterior(f, 2, fixture_bowl, n, 0, 1);
    side->curves = fixture_curves(f, 1, 1, 1.7, 0);
    side->fisher = fixture_fisher(f, 2, 0.25, 2, POINT_NOT_TRUE);
    f->snapshot.state.cursor[s][0] = 0.5;
}

static inline void fixture_line_sides(struct fixture *f, double n)
{
    static const double at[3] = {-1, 1, 0};
    static const char *const regions[2] = {"steep well", "flat well"};
    fixture_model(f, 0, "two-wells", "two wells", "K = (w1 + 1)² (w1 − 1)⁴", 1, 1, 4, 1);
    fixture_model(f, 1, "regular", "parabola", "K = w1²", 1, 1, 2, 1);
    struct zero_set *z = fixture_zeros(f, 1, 2), *y = fixture_zeros(f, 1, 1);
    fixture_component(f, &z->components[0], 1, 1, at, at, 1);
    fixture_component(f, &z->components[1], 1, 1, at + 1, at + 1, 0);
    fixture_component(f, &y->components[0], 1, 1, at + 2, at + 2, 1);
    struct model *model = &f->models[0];
    model->n_regions = 2;
    model->regions = arena_new(&f->arena, 2, sizeof *model->regions);
    for (size_t r = 0; r < 2; r++)
        model->regions[r] = fixture_text(&f->arena, regions[r]);
    model->n_knobs = 1;
    model->knobs = arena_new(&f->arena, 1, sizeof *model->knobs);
    model->knobs[0] = (struct model_knob){fixture_text(&f->arena, "theta"), 0, 1, 0.3, 0.3};
    struct posterior *p = fixture_posterior(f, 1, fixture_wells, n, 0, 0);
    p->region_mass = fixture_doubles(f, 2);
    p->region_free_energy = fixture_doubles(f, 2);
    p->region_error = fixture_doubles(f, 2);
    p->region_mass[0] = 0.312;
    p->region_mass[1] = 0.601;
    p->region_free_energy[0] = 3.334;
    p->region_free_energy[1] = 1.713;
    const fixture_kl kl[2] = {fixture_wells, fixture_square};
    f->snapshot.sides[0].zeros = z;
    f->snapshot.sides[1].zeros = y;
    f->snapshot.sides[0].posterior = p;
    f->snapshot.sides[1].posterior = fixture_posterior(f, 1, fixture_square, n, 0, 0);
    for (size_t s = 0; s < 2; s++) {
        struct side *side = &f->snapshot.sides[s];
        side->landscape = fixture_landscape(f, 1, kl[s], false);
        side->curves = fixture_curves(f, s == 0 ? 0.25 : 0.5, 1, 1.1, s == 0 ? 2 : 0);
        side->fisher = fixture_fisher(f, 1, 0, 1, POINT_REGULAR);
    }
}

static inline void fixture_space_side(struct fixture *f, double n)
{
    static const size_t planes[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    static const double a[3] = {-2, 0, 0}, b[3] = {2, 1.5, 0};
    fixture_model(f, 0, "triple-product", "triple product", "K = w1² w2² w3²", 3, 1, 2, 3);
    struct side *side = &f->snapshot.sides[0];
    struct zero_set *z = fixture_zeros(f, 3, 1);
    fixture_component(f, &z->components[0], 3, 500, a, b, 1);
    z->components[0].dimension = 2;
    side->zeros = side->slice = z;
    side->landscape = fixture_landscape(f, 3, fixture_triple, false);
    side->posterior = fixture_posterior(f, 3, fixture_triple, n, 0, 1);
    for (size_t k = 0; k < 3; k++)
        side->projections[k] =
            fixture_posterior(f, 3, fixture_triple, n, planes[k][0], planes[k][1]);
    side->curves = fixture_curves(f, 0.5, 3, 2.2, 0);
    side->fisher = fixture_fisher(f, 3, 1.25e-3, 3, POINT_NOT_TRUE);
    f->snapshot.state.cursor[0][2] = 0.3;
}

static inline void fixture_no_zero_side(struct fixture *f, double n)
{
    fixture_model(f, 0, "no-zero", "no zero in the box", "K = 0.1 + (w1² + w2² − 1)²", 2, 0, 0, 0);
    struct side *side = &f->snapshot.sides[0];
    struct zero_set *z = fixture_zeros(f, 2, 0);
    z->kl_min = f->models[0].kl_min = 0.1;
    z->kl_min_at[0] = 1;
    f->models[0].has_zero = false;
    side->zeros = z;
    side->landscape = fixture_landscape(f, 2, fixture_above, false);
    side->posterior = fixture_posterior(f, 2, fixture_above, n, 0, 1);
    struct curves *c = fixture_curves(f, 0.5, 1, 1.2, 0);
    for (size_t i = 0; i < c->n_rows; i++) {
        c->rows[i].free_energy += 0.1 * c->rows[i].n;
        c->rows[i].mean_nk += 0.1 * c->rows[i].n;
    }
    side->curves = c;
    side->fisher = fixture_fisher(f, 2, 1.1, 2, POINT_NOT_TRUE);
}

/* Every number of the first side's results becomes NaN or infinite here and there. */
static inline void fixture_spoil(struct fixture *f)
{
    struct side *side = &f->snapshot.sides[0];
    double *arrays[] = {side->landscape->kl,         side->posterior->mass,
                        side->posterior->marginal_x, side->curves->eps,
                        side->curves->volume,        side->fisher->eigenvalues,
                        side->fisher->eigenvectors};
    const size_t counts[] = {FIXTURE_NX * FIXTURE_NY,
                             FIXTURE_NX * FIXTURE_NY,
                             FIXTURE_NX,
                             FIXTURE_EPS,
                             FIXTURE_EPS,
                             2,
                             4};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++)
        for (size_t i = 0; i < counts[k]; i++)
            arrays[k][i] = i % 3 == 0 ? NAN : (i % 3 == 1 ? INFINITY : arrays[k][i]);
    for (size_t i = 0; i < FIXTURE_ROWS; i += 2)
        side->curves->rows[i].free_energy = side->curves->rows[i].mean_nk = NAN;
    struct landscape *l = (struct landscape *)(uintptr_t)side->landscape;
    l->kl_low = NAN;
    l->kl_high = INFINITY;
    struct posterior *p = (struct posterior *)(uintptr_t)side->posterior;
    p->level_50 = p->level_95 = p->share_95 = NAN;
    ((struct fisher *)(uintptr_t)side->fisher)->tolerance = NAN;
    f->models[0].title[0] = '\0';
}

static inline void fixture_catalogue(struct fixture *f)
{
    static const char *const names[] = {"regular-bowl", "normal-crossing", "cusp", "faulty",
                                        "a-name-that-is-much-longer-than-the-list-is-wide"};
    enum { ENTRIES = 30 };
    struct arena *a = &f->arena;
    struct catalogue *c = &f->catalogue;
    c->entries = arena_new(a, ENTRIES, sizeof *c->entries);
    c->n_entries = ENTRIES;
    size_t *rows = arena_new(a, ENTRIES, sizeof *rows);
    for (size_t i = 0; i < ENTRIES; i++) {
        rows[i] = i;
        c->entries[i] = (struct catalogue_entry){
            .name = fixture_text(a, names[i % 5]),
            .path = fixture_text(a, "models/x.model"),
            .title = fixture_text(a, "a title"),
            .about =
                fixture_text(a, "Two lines cross: along each the model is degenerate, and where "
                                "they meet the posterior is thickest."),
            .formula = fixture_text(a, "K = ½ w1² w2²"),
            .error =
                i % 5 == 3 ? fixture_text(a, "unknown name 'tahn'; did you mean 'tanh'?") : NULL,
            .dim = 2,
            .rlct = {5, 12},
            .multiplicity = 1,
        };
    }
    f->snapshot.catalogue = c;
    f->snapshot.catalogue_rows = rows;
    f->snapshot.n_catalogue_rows = ENTRIES;
    f->snapshot.state.catalogue_row = 1;
}

static inline void fixture_init(struct fixture *f, enum fixture_kind kind)
{
    *f = (struct fixture){0};
    arena_init(&f->arena);
    struct snapshot *snapshot = &f->snapshot;
    const double n = 1000;
    snapshot->message = snapshot->diagnostics = "";
    snapshot->state.n = n;
    snapshot->n_sides = kind == FIXTURE_SINGLE || kind == FIXTURE_UNABLE ? 1 : 2;
    snapshot->state.compare = snapshot->n_sides == 2;
    switch (kind) {
    case FIXTURE_LINE:
        fixture_line_sides(f, n);
        break;
    case FIXTURE_SPACE:
        fixture_space_side(f, n);
        fixture_bowl_side(f, 1, n);
        break;
    case FIXTURE_NO_ZERO:
        fixture_no_zero_side(f, n);
        fixture_bowl_side(f, 1, n);
        break;
    case FIXTURE_UNABLE:
        fixture_model(f, 0, "four", "four parameters", "K = w1² w2² w3² w4²", 4, 0, 0, 0);
        snapshot->sides[0].why = "cannot integrate over 4 parameters";
        break;
    case FIXTURE_PLANE:
    case FIXTURE_SINGLE:
    case FIXTURE_STALE:
    case FIXTURE_WAITING:
    case FIXTURE_ODD:
    case FIXTURE_COUNT:
        fixture_crossing_side(f, 0, kind == FIXTURE_STALE ? 300 : n);
        fixture_bowl_side(f, 1, n);
        break;
    }
    if (kind == FIXTURE_STALE) {
        snapshot->busy = snapshot->sides[0].busy = true;
        ((struct posterior *)(uintptr_t)snapshot->sides[1].posterior)->mass_inside = 0.123;
        snapshot->state.rank_overlay = true;
        snapshot->message = "n is 1000";
    }
    if (kind == FIXTURE_WAITING) {
        for (size_t s = 0; s < 2; s++)
            snapshot->sides[s] = (struct side){.model = &f->models[s], .busy = true};
        snapshot->busy = true;
    }
    for (size_t s = 0; s < 2; s++) {
        const struct side *side = &snapshot->sides[s];
        struct posterior *p = (struct posterior *)(uintptr_t)side->posterior;
        for (size_t i = 0; p != NULL && side->curves != NULL && i < FIXTURE_ROWS; i++)
            if (fabs(side->curves->rows[i].n / p->n - 1) < 1e-9)
                p->evidence = side->curves->rows[i];
    }
    if (kind == FIXTURE_ODD)
        fixture_spoil(f);
    fixture_catalogue(f);
}

static inline void fixture_done(struct fixture *f)
{
    arena_done(&f->arena);
}

#endif
