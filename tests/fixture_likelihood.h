/* Snapshots of statistical models made by hand, with plausible numbers, for the tests of views. */
#ifndef CUSP_TESTS_FIXTURE_LIKELIHOOD_H
#define CUSP_TESTS_FIXTURE_LIKELIHOOD_H

#include <stdio.h>

#include "cusp/likelihood.h"
#include "fixture_snapshot.h"

enum likelihood_fixture {
    LIKELIHOOD_SMALL,    /* a regression of two parameters, integrated, alone */
    LIKELIHOOD_NETWORK,  /* ReLU network of 13 parameters by particles, alone */
    LIKELIHOOD_MIXED,    /* the network beside a potential */
    LIKELIHOOD_DENSITY,  /* a mixture beside the regression */
    LIKELIHOOD_DATA,     /* a file of data without a truth */
    LIKELIHOOD_COUNTS,   /* a discrete density, few data */
    LIKELIHOOD_OUTSIDE,  /* the truth is not in the model */
    LIKELIHOOD_PAST,     /* another n and knob, a run on its way */
    LIKELIHOOD_DISAGREE, /* islands that do not agree */
    LIKELIHOOD_WIDE,     /* 64 parameters */
    LIKELIHOOD_WAITING,
    LIKELIHOOD_ODD, /* NaN and infinities in every array */
    LIKELIHOOD_COUNT
};

struct likelihood_fixture_data {
    struct fixture base;
    struct likelihood likelihoods[2];
};

enum { FIXTURE_GRID = 101, FIXTURE_PARTICLES = 1024, FIXTURE_LADDER = 31 };

/* A sequence that looks like chance: the fractional parts of multiples of √2. */
static inline double fixture_chance(size_t i)
{
    double x = (double)(i + 1) * 1.4142135623730951;
    return x - floor(x);
}

static inline double fixture_normal(size_t i)
{
    double sum = -6;
    for (size_t k = 0; k < 12; k++)
        sum += fixture_chance(12 * i + k * k * 7 + k);
    return sum;
}

static inline struct model *fixture_likelihood_model(struct likelihood_fixture_data *f, size_t side,
                                                     const char *name, const char *title,
                                                     const char *formula, const char *truth,
                                                     size_t dim)
{
    fixture_model(&f->base, side, name, title, formula, dim <= 4 ? dim : 4, 0, 0, 0);
    struct model *model = &f->base.models[side];
    struct arena *a = &f->base.arena;
    struct likelihood *l = &f->likelihoods[side];
    model->kind = MODEL_REGRESSION;
    model->likelihood = l;
    model->dim = dim;
    model->params = arena_new(a, dim, sizeof *model->params);
    for (size_t i = 0; i < dim; i++) {
        char buffer[24];
        snprintf(buffer, sizeof buffer, dim > 4 ? "w[%zu,%zu]" : "w%zu%.0zu",
                 dim > 4 ? i / 2 + 1 : i + 1, dim > 4 ? i % 2 + 1 : 0);
        model->params[i] = (struct model_param){fixture_text(a, buffer), -3, 3};
    }
    l->n_inputs = 1;
    l->input_names = arena_new(a, 1, sizeof *l->input_names);
    l->input_names[0] = fixture_text(a, "x");
    l->output_name = fixture_text(a, "y");
    l->formula = fixture_text(a, formula);
    l->truth_formula = fixture_text(a, truth);
    l->output_kind = "normal";
    l->is_regression = l->has_truth = true;
    l->kl_how = "Gauss–Legendre, 16 nodes";
    l->kl_error = 3.1e-12;
    l->truth_entropy = 1.4189;
    struct side *s = &f->base.snapshot.sides[side];
    s->n_max = 1e5;
    s->data_n = f->base.snapshot.state.n;
    return model;
}

static inline struct learning *fixture_learning(struct fixture *f, double lambda, bool of_data)
{
    struct learning *l = arena_new(&f->arena, 1, sizeof *l);
    l->n_rows = FIXTURE_LADDER;
    l->n = fixture_doubles(f, l->n_rows);
    l->free_energy = fixture_doubles(f, l->n_rows);
    l->error = fixture_doubles(f, l->n_rows);
    l->mean_free_energy = fixture_doubles(f, l->n_rows);
    l->mean_error = fixture_doubles(f, l->n_rows);
    l->n_sets = 12;
    l->of_data = of_data;
    for (size_t i = 0; i < l->n_rows; i++) {
        l->n[i] = floor(pow(10, (double)i / 10) + 0.5);
        l->mean_free_energy[i] = 1.1 + lambda * log(l->n[i]);
        l->mean_error[i] = 0.21;
        l->free_energy[i] = l->mean_free_energy[i] + 0.7 * sin(0.4 * (double)i);
        l->error[i] = 0.05;
    }
    return l;
}

static inline double fixture_truth(double x)
{
    return x > 0.3 ? 1.5 * (x - 0.3) : 0;
}

static inline struct predictive *fixture_predictive(struct fixture *f, double n, size_t n_data)
{
    struct predictive *p = arena_new(&f->arena, 1, sizeof *p);
    p->n = n;
    p->n_grid = FIXTURE_GRID;
    double **columns[] = {&p->x,    &p->truth,     &p->mean,      &p->low,
                          &p->high, &p->noise_low, &p->noise_high};
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++)
        *columns[k] = fixture_doubles(f, p->n_grid);
    p->n_functions = 12;
    p->functions = fixture_doubles(f, p->n_functions * p->n_grid);
    for (size_t i = 0; i < p->n_grid; i++) {
        double x = p->x[i] = -2 + 4 * (double)i / (FIXTURE_GRID - 1);
        p->truth[i] = fixture_truth(x);
        p->mean[i] = fixture_truth(x) + 0.05 * sin(3 * x);
        p->low[i] = p->mean[i] - 0.16 - 0.04 * x * x;
        p->high[i] = p->mean[i] + 0.16 + 0.04 * x * x;
        p->noise_low[i] = p->mean[i] - 1.7;
        p->noise_high[i] = p->mean[i] + 1.7;
        for (size_t k = 0; k < p->n_functions; k++)
            p->functions[k * p->n_grid + i] =
                p->mean[i] + 0.12 * fixture_normal(k) + 0.05 * x * fixture_normal(k + 40);
    }
    p->n_data = n_data;
    p->data_x = fixture_doubles(f, n_data);
    p->data_y = fixture_doubles(f, n_data);
    for (size_t i = 0; i < n_data; i++) {
        p->data_x[i] = -2 + 4 * fixture_chance(3 * i);
        p->data_y[i] = fixture_truth(p->data_x[i]) + 0.8 * fixture_normal(i);
    }
    return p;
}

static inline struct predictive *fixture_density(struct fixture *f, double n, bool discrete)
{
    struct predictive *p = fixture_predictive(f, n, discrete ? 9 : 24);
    p->is_density = true;
    p->discrete = discrete;
    p->noise_low = p->noise_high = NULL;
    p->n_grid = discrete ? 9 : FIXTURE_GRID;
    double total = 0;
    for (size_t i = 0; i < p->n_grid; i++) {
        double y = p->x[i] = discrete ? (double)i : -4 + 8 * (double)i / (FIXTURE_GRID - 1);
        double z = discrete ? (y - 4) / 2 : y;
        total += p->truth[i] =
            0.2 * exp(-0.5 * (z + 1) * (z + 1)) + 0.2 * exp(-0.5 * (z - 1) * (z - 1));
    }
    for (size_t i = 0; i < p->n_grid; i++) {
        p->truth[i] /= discrete ? total : 1;
        p->mean[i] = p->truth[i] * (1 + 0.06 * sin(p->x[i]));
        p->low[i] = 0.85 * p->mean[i];
        p->high[i] = 1.15 * p->mean[i];
    }
    for (size_t i = 0; i < p->n_data; i++) {
        p->data_x[i] = discrete ? (double)i : -4 + ((double)i + 0.5) / 3;
        size_t at = discrete ? i : (size_t)((p->data_x[i] + 4) / 8 * (FIXTURE_GRID - 1));
        p->data_y[i] = p->truth[at] * (1 + 0.15 * fixture_normal(i));
    }
    for (size_t k = 0; k < p->n_functions; k++)
        for (size_t i = 0; i < p->n_grid; i++)
            p->functions[k * p->n_grid + i] = p->mean[i] * (1 + 0.08 * fixture_normal(k));
    return p;
}

static inline struct marginals *fixture_marginals(struct fixture *f, size_t n_axes, double n)
{
    enum { BINS = 48 };
    struct marginals *m = arena_new(&f->arena, 1, sizeof *m);
    m->n = n;
    m->n_axes = n_axes;
    m->n_bins = BINS;
    m->low = fixture_doubles(f, n_axes);
    m->high = fixture_doubles(f, n_axes);
    m->mass = fixture_doubles(f, n_axes * BINS);
    for (size_t k = 0; k < n_axes; k++) {
        m->low[k] = -3;
        m->high[k] = 3;
        double total = 0, at = 1.2 * fixture_normal(k), sd = 0.3 + fixture_chance(k);
        for (size_t i = 0; i < BINS; i++) {
            double x = -3 + 6 * ((double)i + 0.5) / BINS;
            total += m->mass[k * BINS + i] = exp(-0.5 * (x - at) * (x - at) / sd / sd);
        }
        for (size_t i = 0; i < BINS; i++)
            m->mass[k * BINS + i] /= total;
    }
    return m;
}

static inline struct particles *fixture_particles(struct fixture *f, size_t dim, double n)
{
    struct particles *p = arena_new(&f->arena, 1, sizeof *p);
    p->dim = dim;
    p->n_particles = FIXTURE_PARTICLES;
    p->n_islands = 8;
    p->n = n;
    p->beta = 1;
    p->log_z = -1432.123;
    p->log_z_error = 0.084;
    p->mean_nk = -3.21;
    p->mean_nk_error = 0.12;
    p->ess = 812.3;
    p->rhat = 1.013;
    p->acceptance = 0.812;
    p->n_moves = 8;
    p->n_stages = 41;
    return p;
}

static inline struct trace *fixture_trace(struct fixture *f, size_t n_regions)
{
    struct trace *t = arena_new(&f->arena, 1, sizeof *t);
    t->n_rows = FIXTURE_LADDER;
    t->rows = arena_new(&f->arena, t->n_rows, sizeof *t->rows);
    if (n_regions > 0) {
        t->region_mass = fixture_doubles(f, t->n_rows * n_regions);
        t->region_error = fixture_doubles(f, t->n_rows * n_regions);
    }
    for (size_t i = 0; i < t->n_rows; i++) {
        double n = floor(pow(10, (double)i / 10) + 0.5);
        t->rows[i] = (struct trace_row){.n = n,
                                        .log_z = -1.43 * n,
                                        .log_z_error = 0.02 + 0.0021 * (double)i,
                                        .mean_nk = -3.2,
                                        .mean_nk_error = 0.1,
                                        .ess = 950 - 5 * (double)i,
                                        .rhat = 1.004 + 0.0003 * (double)i,
                                        .acceptance = 0.85 - 0.01 * (double)i,
                                        .entropy = 1.42};
        for (size_t r = 0; r < n_regions; r++) {
            double first = 1 / (1 + pow(n / 120, 0.8));
            t->region_mass[i * n_regions + r] =
                r == 0 ? first : (1 - first) / (double)(n_regions - 1);
            t->region_error[i * n_regions + r] = 0.03;
        }
    }
    return t;
}

static inline struct weights *fixture_weights(struct fixture *f, double n)
{
    struct weights *w = arena_new(&f->arena, 1, sizeof *w);
    w->n = n;
    w->n_points = 3 * FIXTURE_PARTICLES;
    w->x = fixture_doubles(f, w->n_points);
    w->y = fixture_doubles(f, w->n_points);
    w->label = arena_new(&f->arena, w->n_points, sizeof *w->label);
    w->n_units = 3;
    w->label_every = 2;
    w->n_truth = 3;
    w->truth_x = fixture_doubles(f, 3);
    w->truth_y = fixture_doubles(f, 3);
    for (size_t k = 0; k < 3; k++) {
        w->truth_x[k] = cos(0.4 + 2.0943951 * (double)k);
        w->truth_y[k] = sin(0.4 + 2.0943951 * (double)k);
    }
    for (size_t i = 0; i < FIXTURE_PARTICLES; i++) {
        static const enum network_label labels[] = {LABEL_PERMUTED, LABEL_DISTINCT, LABEL_DEAD,
                                                    LABEL_REVERSED, LABEL_PERMUTED, LABEL_Q_ZERO,
                                                    LABEL_MERGED,   LABEL_NOT_TRUE, LABEL_PERMUTED};
        enum network_label label = labels[i % 9];
        for (size_t k = 0; k < 3; k++) {
            double sign = label == LABEL_REVERSED ? -1 : 1;
            double size = (label == LABEL_DEAD || label == LABEL_Q_ZERO) && k == 0 ? 0 : sign;
            w->x[3 * i + k] = size * w->truth_x[k] + 0.12 * fixture_normal(3 * i + k);
            w->y[3 * i + k] = size * w->truth_y[k] + 0.12 * fixture_normal(9000 + 3 * i + k);
            w->label[3 * i + k] = i % w->label_every == 0 ? label : LABEL_NOT_TRUE;
        }
    }
    w->x_name = "|q| w1";
    w->y_name = "|q| w2";
    return w;
}

static inline double fixture_ring(const double *w)
{
    double r = hypot(w[0], w[1]) - 1.3;
    return 0.3 * r * r + 1e-9;
}

/* W0 as a cloud of dimension `inner` with labels, two components. */
static inline void fixture_cloud(struct fixture *f, size_t s, size_t dim, size_t n)
{
    struct side *side = &f->snapshot.sides[s];
    struct zero_set *z = fixture_zeros(f, dim, 2);
    enum network_label *labels = arena_new(&f->arena, n, sizeof *labels);
    for (size_t c = 0, at = 0; c < 2; c++) {
        struct zero_component *component = &z->components[c];
        component->n_points = c == 0 ? n - n / 3 : n / 3;
        component->dimension = c == 0 ? 3 : 7;
        component->points = fixture_doubles(f, component->n_points * dim);
        component->rank = arena_new(&f->arena, component->n_points, sizeof *component->rank);
        component->singular =
            arena_new(&f->arena, component->n_points, sizeof *component->singular);
        for (size_t i = 0; i < component->n_points; i++, at++) {
            double angle = 6.283185307 * fixture_chance(at), r = c == 0 ? 1.3 : 0;
            for (size_t k = 0; k < dim; k++)
                component->points[i * dim + k] = k == 0   ? r * cos(angle)
                                                 : k == 1 ? r * sin(angle)
                                                          : fixture_normal(at + k);
            component->rank[i] = c == 0 ? 10 : 6;
            labels[at] = c == 0 ? (at % 3 ? LABEL_PERMUTED : LABEL_DISTINCT)
                                : (at % 2 ? LABEL_DEAD : LABEL_Q_ZERO);
        }
    }
    side->zeros = z;
    side->zero_labels = labels;
}

static inline void fixture_small_side(struct likelihood_fixture_data *f, size_t s, double n)
{
    struct fixture *b = &f->base;
    struct model *model = fixture_likelihood_model(f, s, "product", "a b x",
                                                   "y ~ normal(w1 w2 x, 1)", "y ~ normal(0, 1)", 2);
    model->expects[0] = (struct model_expect){.rlct = {1, 2}, .multiplicity = 2};
    model->n_expects = 1;
    struct side *side = &b->snapshot.sides[s];
    side->landscape = fixture_landscape(b, 2, fixture_crossing, true);
    struct posterior *p = fixture_posterior(b, 2, fixture_crossing, n, 0, 1);
    p->data_seed = 1;
    p->beta = 1;
    side->posterior = p;
    side->fisher = fixture_fisher(b, 2, 0, 1, POINT_DEGENERATE);
    side->learning = fixture_learning(b, 0.5, true);
    side->predictive = fixture_predictive(b, n, 40);
    static const double ends[2][4] = {{-2, 0, 2, 0}, {0, -2, 0, 2}};
    struct zero_set *z = fixture_zeros(b, 2, 2);
    for (size_t k = 0; k < 2; k++)
        fixture_component(b, &z->components[k], 2, 401, ends[k], ends[k] + 2, 1);
    side->zeros = z;
}

static inline void fixture_network_side(struct likelihood_fixture_data *f, size_t s, double n,
                                        size_t dim)
{
    struct fixture *b = &f->base;
    struct model *model = fixture_likelihood_model(
        f, s, "relu-triangle", "ReLU network 2→3→1",
        "y ~ normal(c + q1 relu(w[1,1] x1 + w[1,2] x2 + b1) + q2 relu(w[2,1] x1 + w[2,2] x2 + b2) "
        "+ q3 relu(w[3,1] x1 + w[3,2] x2 + b3), 1)",
        "y ~ normal(relu(x1 − 0.3) + …, 1)", dim);
    model->n_regions = 2;
    model->regions = arena_new(&b->arena, 2, sizeof *model->regions);
    model->regions[0] = fixture_text(&b->arena, "degenerate");
    model->regions[1] = fixture_text(&b->arena, "three units");
    model->n_knobs = 1;
    model->knobs = arena_new(&b->arena, 1, sizeof *model->knobs);
    model->knobs[0] = (struct model_knob){fixture_text(&b->arena, "theta"), 1, 1.571, 1.25, 1.0};
    struct side *side = &b->snapshot.sides[s];
    side->landscape = fixture_landscape(b, 2, fixture_ring, false);
    struct posterior *p = fixture_posterior(b, dim, fixture_ring, n / 30, 0, 1);
    p->n = n;
    p->n_particles = FIXTURE_PARTICLES;
    p->data_seed = 1;
    p->beta = 1;
    p->share_95 = 3.1e-6;
    p->share_95_error = 4e-7;
    p->region_mass = fixture_doubles(b, 2);
    p->region_error = fixture_doubles(b, 2);
    p->region_free_energy = fixture_doubles(b, 2);
    p->region_mass[0] = 0.31;
    p->region_mass[1] = 0.64;
    p->region_error[0] = p->region_error[1] = 0.04;
    p->region_free_energy[0] = 21.3;
    p->region_free_energy[1] = 20.5;
    side->posterior = p;
    side->particles = fixture_particles(b, dim, n);
    struct scatter *c = arena_new(&b->arena, 1, sizeof *c);
    c->n = FIXTURE_PARTICLES;
    c->x = fixture_doubles(b, c->n);
    c->y = fixture_doubles(b, c->n);
    for (size_t i = 0; i < c->n; i++) {
        double angle = 6.283185307 * fixture_chance(i), r = 1.3 + 0.17 * fixture_normal(i);
        c->x[i] = r * cos(angle);
        c->y[i] = r * sin(angle);
    }
    side->scatter = c;
    side->marginals = fixture_marginals(b, dim, n);
    side->predictive = fixture_predictive(b, n, 400);
    strcpy(side->predictive != NULL ? ((struct predictive *)(uintptr_t)side->predictive)->label
                                    : "",
           "x2 = 0, 400 of 1000 data near it");
    side->weights = fixture_weights(b, n);
    side->trace = fixture_trace(b, 2);
    side->learning = fixture_learning(b, 3.6, true);
    struct fisher *fisher = fixture_fisher(b, dim, 0.0123, dim - 3, POINT_NOT_TRUE);
    fisher->of_likelihood = fisher->has_truth = true;
    fisher->hessian = fixture_doubles(b, dim * dim);
    fisher->hessian_eigenvalues = fixture_doubles(b, dim);
    for (size_t i = 0; i < dim; i++)
        fisher->hessian_eigenvalues[i] = 0.7 * fisher->eigenvalues[i] - 0.05;
    fisher->hessian_difference = 0.31;
    side->fisher = fisher;
    fixture_cloud(b, s, dim, 600);
}

static inline void fixture_spoil_array(double *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] = i % 3 == 0 ? NAN : (i % 3 == 1 ? INFINITY : value[i]);
}

static inline void fixture_likelihood_spoil(struct likelihood_fixture_data *f)
{
    struct side *side = &f->base.snapshot.sides[0];
    const struct predictive *p = side->predictive;
    double *arrays[] = {p->truth,
                        p->mean,
                        p->low,
                        p->noise_low,
                        p->data_y,
                        side->scatter->x,
                        side->weights->x,
                        side->marginals->mass,
                        side->learning->free_energy,
                        side->learning->mean_free_energy,
                        side->learning->error,
                        side->trace->region_mass,
                        side->posterior->mass,
                        side->fisher->eigenvalues,
                        side->posterior->region_mass};
    const size_t counts[] = {FIXTURE_GRID,
                             FIXTURE_GRID,
                             FIXTURE_GRID,
                             FIXTURE_GRID,
                             400,
                             FIXTURE_PARTICLES,
                             3 * FIXTURE_PARTICLES,
                             48 * 13,
                             FIXTURE_LADDER,
                             FIXTURE_LADDER,
                             FIXTURE_LADDER,
                             2 * FIXTURE_LADDER,
                             FIXTURE_NX * FIXTURE_NY,
                             13,
                             2};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++)
        fixture_spoil_array(arrays[k], counts[k]);
    for (size_t i = 0; i < side->trace->n_rows; i += 2)
        side->trace->rows[i].rhat = side->trace->rows[i].ess = side->trace->rows[i].log_z = NAN;
    struct posterior *q = (struct posterior *)(uintptr_t)side->posterior;
    q->share_95 = q->level_50 = q->level_95 = NAN;
    struct particles *c = (struct particles *)(uintptr_t)side->particles;
    c->rhat = c->ess = c->mean_nk = NAN;
}

static inline void likelihood_fixture_init(struct likelihood_fixture_data *f,
                                           enum likelihood_fixture kind)
{
    *f = (struct likelihood_fixture_data){0};
    struct fixture *b = &f->base;
    arena_init(&b->arena);
    struct snapshot *snapshot = &b->snapshot;
    const double n = 1000;
    snapshot->message = snapshot->diagnostics = "";
    snapshot->state.n = n;
    snapshot->state.beta = 1;
    snapshot->state.data_seed = 1;
    snapshot->n_sides = kind == LIKELIHOOD_MIXED || kind == LIKELIHOOD_DENSITY ? 2 : 1;
    snapshot->state.compare = snapshot->n_sides == 2;
    bool small = kind == LIKELIHOOD_SMALL || kind == LIKELIHOOD_DATA ||
                 kind == LIKELIHOOD_DENSITY || kind == LIKELIHOOD_COUNTS ||
                 kind == LIKELIHOOD_OUTSIDE;
    if (small)
        fixture_small_side(f, 0, n);
    else
        fixture_network_side(f, 0, n, kind == LIKELIHOOD_WIDE ? 64 : 13);
    struct side *side = &snapshot->sides[0];
    if (kind == LIKELIHOOD_MIXED)
        fixture_crossing_side(b, 1, n);
    if (kind == LIKELIHOOD_DENSITY) {
        fixture_small_side(f, 1, n);
        b->models[0].kind = MODEL_DENSITY;
        f->likelihoods[0].is_regression = false;
        f->likelihoods[0].n_inputs = 0;
        side->predictive = fixture_density(b, n, false);
    }
    if (kind == LIKELIHOOD_COUNTS)
        side->predictive = fixture_density(b, 9, true);
    if (kind == LIKELIHOOD_DATA) {
        f->likelihoods[0].has_truth = false;
        f->likelihoods[0].truth_entropy = NAN;
        ((struct predictive *)(uintptr_t)side->predictive)->truth = NULL;
        ((struct posterior *)(uintptr_t)side->posterior)->data_seed = 0;
        side->n_max = 1000;
        side->zeros = NULL;
    }
    if (kind == LIKELIHOOD_OUTSIDE) {
        f->likelihoods[0].in_model_unknown = true;
        b->models[0].has_zero = false;
        struct zero_set *z = fixture_zeros(b, 2, 0);
        z->kl_min = b->models[0].kl_min = 0.0123;
        z->kl_min_at[0] = 1.5;
        side->zeros = z;
    }
    if (kind == LIKELIHOOD_PAST) {
        struct posterior *p = (struct posterior *)(uintptr_t)side->posterior;
        p->n = 300;
        p->knob_values = fixture_doubles(b, 1);
        p->knob_values[0] = 1.1;
        side->is_past = side->busy = snapshot->busy = true;
        side->progress_n = 540;
    }
    if (kind == LIKELIHOOD_DISAGREE) {
        struct particles *p = (struct particles *)(uintptr_t)side->particles;
        p->disagree = true;
        p->rhat = 1.42;
        strcpy(p->why, "the islands' log Z spread over 9.3 nats: some of them missed a phase");
        for (size_t i = 20; i < side->trace->n_rows; i++) {
            side->trace->rows[i].disagree = true;
            side->trace->rows[i].rhat = 1.42;
        }
    }
    if (kind == LIKELIHOOD_WAITING) {
        *side = (struct side){.model = &b->models[0], .busy = true, .n_max = 1e5};
        snapshot->busy = true;
    }
    if (kind == LIKELIHOOD_ODD)
        fixture_likelihood_spoil(f);
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct curves *c = snapshot->sides[s].curves;
        struct posterior *p = (struct posterior *)(uintptr_t)snapshot->sides[s].posterior;
        for (size_t i = 0; p != NULL && c != NULL && i < c->n_rows; i++)
            if (fabs(c->rows[i].n / p->n - 1) < 1e-9)
                p->evidence = c->rows[i];
    }
    fixture_catalogue(b);
}

static inline void likelihood_fixture_done(struct likelihood_fixture_data *f)
{
    fixture_done(&f->base);
}

#endif
