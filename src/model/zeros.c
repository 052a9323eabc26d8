/* W0 = {w in the box: K(w) = 0}: splits K into systems of equations, solves them by dimension, and
 * reports. */
#include "cusp/zeros.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/fisher.h"
#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "model_parts.h"
#include "zeros_many.h"
#include "zeros_private.h"

enum {
    RANK_BLOCK = 256, /* points whose Hessians are evaluated together */
    COMPASS_STEPS = 4000,
    COMPASS_STARTS = 512,
    NEAREST_STEPS = 60
};

#define COMPASS_SHORTEST 1e-12 /* in u */
#define SLIDE_SHORTEST 1e-9    /* of the way to the point that is wanted */

void zeros_done(struct zero_set *zeros)
{
    for (size_t i = 0; i < zeros->n_components; i++) {
        mem_free(zeros->components[i].points);
        mem_free(zeros->components[i].rank);
        mem_free(zeros->components[i].singular);
        mem_free(zeros->components[i].region);
    }
    mem_free(zeros->components);
    *zeros = (struct zero_set){.dim = zeros->dim, .why = ""};
}

/* --- rank ---------------------------------------------------------------------------------------
 */

/* Eigenvalues above the tolerance of fisher_at; 0 where the Hessian is undefined. */
static int hessian_rank(const struct model *model, double *matrix)
{
    size_t dim = model->dim;
    double values[SYNTAX_MAX_PARAMS], largest = model->hess_scale;
    int rank = 0;
    for (size_t i = 0; i < dim * dim; i++)
        if (!isfinite(matrix[i]))
            return 0;
    if (dim <= 3)
        small_eigen(matrix, dim, values);
    else if (linalg_eigen(matrix, dim, values, NULL) != ST_OK)
        return 0;
    for (size_t i = 0; i < dim; i++)
        largest = fmax(largest, fabs(values[i]));
    for (size_t i = 0; i < dim; i++)
        rank += fabs(values[i]) > FISHER_RANK_TOLERANCE * largest;
    return rank;
}

static void rank_component(const struct model *model, struct program_space *space,
                           struct zero_component *component)
{
    size_t dim = model->dim, n_out = 1 + dim + dim * (dim + 1) / 2;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    double *x = mem_new(dim * RANK_BLOCK, sizeof *x),
           *value = mem_new(n_out * RANK_BLOCK, sizeof *x);
    double *upper = mem_new(n_out, sizeof *upper), *matrix = mem_new(dim * dim, sizeof *matrix);
    double **out = mem_new(n_out, sizeof *out);
    for (size_t v = 0; v < dim; v++) {
        vars[v] = x + v * RANK_BLOCK;
        step[v] = 1;
    }
    for (size_t o = 0; o < n_out; o++)
        out[o] = value + o * RANK_BLOCK;
    for (size_t first = 0; first < component->n_points; first += RANK_BLOCK) {
        size_t left = component->n_points - first, n = left < RANK_BLOCK ? left : RANK_BLOCK;
        for (size_t i = 0; i < n; i++)
            for (size_t v = 0; v < dim; v++)
                x[v * RANK_BLOCK + i] = component->points[(first + i) * dim + v];
        program_eval(model->kl_hess, space, vars, step, n, out);
        for (size_t i = 0; i < n; i++) {
            for (size_t o = 1 + dim; o < n_out; o++)
                upper[o - 1 - dim] = out[o][i];
            unpack_symmetric(upper, dim, matrix);
            component->rank[first + i] = hessian_rank(model, matrix);
        }
    }
    mem_free(x);
    mem_free(value);
    mem_free(upper);
    mem_free(matrix);
    mem_free(out);
}

/* --- least K where there is no zero --------------------------------------------------------------
 */

/* Compass search: robust at kinks and on the boundary, where a minimum that is no zero often lies.
 */
static double walk_down(struct zeros_problem *p, double *w)
{
    double best = zeros_kl(p, w), h = 0.05;
    for (int i = 0; i < COMPASS_STEPS && h > COMPASS_SHORTEST; i++) {
        bool moved = false;
        for (size_t k = 0; k < 2 * p->dim && !moved; k++) {
            size_t v = k / 2;
            double old = w[v];
            w[v] += (k % 2 == 0 ? h : -h) * p->side[v];
            w[v] = fmin(fmax(w[v], p->low[v]), p->high[v]);
            double kl = zeros_kl(p, w);
            moved = kl < best;
            if (moved)
                best = kl;
            else
                w[v] = old;
        }
        h *= moved ? 1.5 : 0.5;
    }
    return best;
}

static double least_kl(struct zeros_problem *p, double *w)
{
    double best = INFINITY, at[SYNTAX_MAX_PARAMS];
    for (size_t i = 0; i < COMPASS_STARTS; i++) {
        zeros_quasi(p, 0, i, at);
        double kl = zeros_kl(p, at);
        if (kl < best) {
            best = kl;
            memcpy(w, at, p->dim * sizeof *w);
        }
    }
    return isfinite(best) ? walk_down(p, w) : best;
}

/* --- results ------------------------------------------------------------------------------------
 */

/* Points of a plane become whole vectors. */
static void lift(struct zero_set *out, const double *rest, size_t dim, size_t ax, size_t ay)
{
    for (size_t i = 0; i < out->n_components; i++) {
        struct zero_component *c = &out->components[i];
        double *whole = mem_new(c->n_points * dim, sizeof *whole);
        for (size_t k = 0; k < c->n_points; k++) {
            memcpy(whole + k * dim, rest, dim * sizeof *whole);
            whole[k * dim + ax] = c->points[2 * k];
            whole[k * dim + ay] = c->points[2 * k + 1];
        }
        mem_free(c->points);
        c->points = whole;
    }
}

/* The first region that each point lies in. */
static void find_regions(const struct model *model, struct program_space *space,
                         struct zero_component *component)
{
    double *inside = mem_new(model->n_regions + 1, sizeof *inside);
    for (size_t i = 0; i < component->n_points; i++) {
        component->region[i] = -1;
        if (model->region_tests == NULL)
            continue;
        program_point(model->region_tests, space, component->points + i * model->dim, inside);
        for (size_t r = model->n_regions; r-- > 0;)
            if (inside[r] != 0)
                component->region[i] = (int)r;
    }
    mem_free(inside);
}

static void rank_all(const struct model *model, struct zero_set *out)
{
    struct program_space *space = program_space_new();
    for (size_t i = 0; i < out->n_components; i++) {
        if (!zeros_many_has_rank(model))
            rank_component(model, space, &out->components[i]);
        find_regions(model, space, &out->components[i]);
    }
    program_space_free(space);
}

/* Ranks, and what depends on them: an isolated real point is singular unless the rank is full. */
static void finish(const struct model *model, struct zeros_problem *p, struct zero_set *out)
{
    for (size_t i = 0; i < out->n_components; i++) {
        struct zero_component *c = &out->components[i];
        rank_component(model, p->space, c);
        find_regions(model, p->space, c);
        if (c->dimension > 0)
            continue;
        for (size_t k = 0; k < c->n_points; k++)
            c->singular[k] = p->dim > 1 && c->rank[k] < (int)p->dim;
    }
    out->has_zero = out->n_components > 0;
    out->why = p->why ? p->why : "";
    out->complete = p->why == NULL;
}

static void add_point(struct zeros_problem *p, struct zero_set *out, const double *w)
{
    struct zeros_path path;
    zeros_path_init(&path, p->dim);
    zeros_path_add(&path, w, false);
    zeros_result_add(p, out, &path, 0, false);
}

/* W0 may touch the box in one point of its boundary only. */
static bool on_boundary(const struct zeros_problem *p, const double *w)
{
    for (size_t v = 0; v < p->dim; v++)
        if (w[v] == p->low[v] || w[v] == p->high[v])
            return true;
    return false;
}

/* Nothing was found: the model's own search may have been luckier; else how near K comes to 0. */
static void find_least(const struct model *model, struct zeros_problem *p, struct zero_set *out)
{
    double w[SYNTAX_MAX_PARAMS];
    memcpy(w, model->kl_min_at, sizeof w);
    double kl = zeros_inside(p, w) ? walk_down(p, w) : INFINITY;
    double other[SYNTAX_MAX_PARAMS], other_kl = least_kl(p, other);
    if (!(kl <= other_kl)) {
        memcpy(w, other, sizeof w);
        kl = other_kl;
    }
    if (isfinite(kl) && zeros_is_zero(p, w)) {
        add_point(p, out, w);
        if (!on_boundary(p, w))
            p->why = "a zero was found, but not how W0 continues from it";
        return;
    }
    out->kl_min = kl;
    memcpy(out->kl_min_at, w, p->dim * sizeof *w);
}

static enum status solve(struct zeros_problem *p, const struct zeros_options *options,
                         struct zero_set *out)
{
    if (p->dim == 1)
        return zeros_line(p, out);
    if (p->dim == 2)
        return zeros_plane(p, options, out);
    return zeros_cloud(p, options, out);
}

/* Pieces of W0 are followed up to three dimensions where K can be read; else W0 is sampled. */
static bool is_sampled(const struct model *model)
{
    return model->kl_node == MODEL_NO_NODE || (model->dim > 3 && model->generator_jacobian != NULL);
}

/* By projection on the generators: of a plane's W0 as curves, else as a sample. */
static enum status find_by_projection(const struct model *model,
                                      const struct zeros_options *options,
                                      const struct cancel *cancel, struct zero_set *out)
{
    double rest[SYNTAX_MAX_PARAMS] = {0};
    *out = (struct zero_set){.dim = model->dim, .kl_scale = model->kl_scale, .why = ""};
    enum status status = model->dim == 2 && model->has_zero
                             ? zeros_many_slice(model, rest, 0, 1, options, cancel, out)
                             : zeros_many(model, options, cancel, out);
    rank_all(model, out);
    return status;
}

/* The search was ended by its budget, where sums over many rows make every step dear, or it lost a
   curve, as where generators differ in size by more than rounding allows. */
static bool is_better_projected(const struct model *model, const struct zeros_problem *p)
{
    return (p->why != NULL || p->lost) && model->likelihood != NULL && model->dim > 1 &&
           model->generator_jacobian != NULL;
}

enum status zeros_find(const struct model *model, const struct zeros_options *options,
                       const struct cancel *cancel, struct zero_set *out)
{
    struct zeros_problem p;
    if (is_sampled(model))
        return find_by_projection(model, options, cancel, out);
    *out = (struct zero_set){.dim = model->dim, .kl_scale = model->kl_scale, .why = ""};
    zeros_problem_init(&p, model, cancel);
    enum status status = solve(&p, options, out);
    if (status == ST_OK && out->n_components == 0)
        find_least(model, &p, out);
    bool again = status == ST_OK && is_better_projected(model, &p);
    if (status == ST_OK && !again)
        finish(model, &p, out);
    else
        zeros_done(out);
    zeros_problem_done(&p);
    return again ? find_by_projection(model, options, cancel, out) : status;
}

static enum status slice_by_projection(const struct model *model, const double *rest, size_t ax,
                                       size_t ay, const struct zeros_options *options,
                                       const struct cancel *cancel, struct zero_set *out)
{
    *out = (struct zero_set){.dim = model->dim, .kl_scale = model->kl_scale, .why = ""};
    enum status status = zeros_many_slice(model, rest, ax, ay, options, cancel, out);
    rank_all(model, out);
    return status;
}

enum status zeros_slice(const struct model *model, const double *rest, size_t ax, size_t ay,
                        const struct zeros_options *options, const struct cancel *cancel,
                        struct zero_set *out)
{
    struct zeros_problem p;
    *out = (struct zero_set){.dim = model->dim, .kl_scale = model->kl_scale, .why = ""};
    if (ax >= model->dim || ay >= model->dim || ax == ay)
        return ST_DOMAIN;
    if (model->kl_node == MODEL_NO_NODE)
        return slice_by_projection(model, rest, ax, ay, options, cancel, out);
    zeros_problem_slice(&p, model, rest, ax, ay, cancel);
    enum status status = solve(&p, options, out);
    if (status == ST_OK && out->n_components == 0) {
        double at[2] = {0, 0};
        out->kl_min = least_kl(&p, at);
        memcpy(out->kl_min_at, rest, model->dim * sizeof *rest);
        out->kl_min_at[ax] = at[0];
        out->kl_min_at[ay] = at[1];
    }
    bool again = status == ST_OK && is_better_projected(model, &p);
    if (status == ST_OK && !again) {
        lift(out, rest, model->dim, ax, ay);
        finish(model, &p, out);
    } else {
        zeros_done(out);
    }
    zeros_problem_done(&p);
    return again ? slice_by_projection(model, rest, ax, ay, options, cancel, out) : status;
}

/* --- projection ---------------------------------------------------------------------------------
 */

/* Slides the zero `at` along the system towards w while that brings it nearer. */
static void slide_nearer(struct zeros_problem *p, const struct zeros_system *s, const double *w,
                         double *at)
{
    double reach = 1;
    for (int i = 0; i < NEAREST_STEPS && reach > SLIDE_SHORTEST; i++) {
        double next[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < p->dim; v++)
            next[v] = at[v] + reach * (w[v] - at[v]);
        if (zeros_newton(p, s, next) && zeros_distance(p, next, w) < zeros_distance(p, at, w))
            memcpy(at, next, p->dim * sizeof *at);
        else
            reach /= 2;
    }
}

enum status zeros_project(const struct model *model, const double *w, double *out)
{
    struct zeros_problem p;
    double best = INFINITY;
    if (is_sampled(model))
        return zeros_many_project(model, w, out);
    zeros_problem_init(&p, model, NULL);
    for (size_t k = 0; k < p.n_systems; k++) {
        double at[SYNTAX_MAX_PARAMS];
        memcpy(at, w, p.dim * sizeof *at);
        if (!zeros_newton(&p, p.systems[k], at))
            continue;
        slide_nearer(&p, p.systems[k], w, at);
        double distance = zeros_distance(&p, at, w);
        if (distance < best) {
            best = distance;
            memcpy(out, at, p.dim * sizeof *out);
        }
    }
    zeros_problem_done(&p);
    return isfinite(best) ? ST_OK : ST_UNABLE;
}
