/* What is sampled, over blocks of points: prior, likelihood summed over rows, and gradient. */
#include "cusp/target.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "prior_shape.h"
#include "target_private.h"

/* Of the box: the step of differences of a prior whose form is not known. */
#define PRIOR_DIFFERENCE 1e-6

struct target_space {
    const struct model *model;
    struct program_space *programs;
    struct prior_shape prior;
    double log_volume, evaluations;
    size_t max_points;
    double *memory;
    double *shifted[3]; /* [max_points] each: a moved coordinate and log φ on both sides */
    double **partial;   /* [1 + dim] arrays: a program's outputs */
    const double **vars;
    int *steps; /* [dim]: all 1 */
};

struct target_space *target_space_new(const struct model *model, size_t max_points)
{
    struct target_space *space = mem_new(1, sizeof *space);
    size_t dim = model->dim;
    space->model = model;
    space->programs = program_space_new();
    space->max_points = max_points;
    space->memory = mem_new(max_points, (dim + 4) * sizeof(double));
    space->partial = mem_new(dim + 1, sizeof *space->partial);
    space->vars = mem_new(dim, sizeof *space->vars);
    space->steps = mem_new(dim, sizeof *space->steps);
    for (size_t i = 0; i <= dim; i++)
        space->partial[i] = space->memory + i * max_points;
    for (size_t i = 0; i < 3; i++)
        space->shifted[i] = space->memory + (dim + 1 + i) * max_points;
    for (size_t i = 0; i < dim; i++)
        space->steps[i] = 1;
    space->log_volume = log(model_box_volume(model));
    prior_shape_find(model, space->programs, &space->prior);
    return space;
}

void target_space_free(struct target_space *space)
{
    if (space == NULL)
        return;
    program_space_free(space->programs);
    mem_free(space->memory);
    mem_free(space->partial);
    mem_free(space->vars);
    mem_free(space->steps);
    mem_free(space);
}

const struct prior_shape *target_prior_shape(const struct target_space *space)
{
    return &space->prior;
}

double target_evaluations(const struct target_space *space)
{
    return space->evaluations;
}

static double or_impossible(double log_density)
{
    return log_density < INFINITY ? log_density : -INFINITY; /* NaN too */
}

static void prior_values(struct target_space *space, const double *const *w, size_t n, double *out)
{
    const struct model *model = space->model;
    double norm = model->log_prior_norm;
    if (model->log_prior == NULL) {
        for (size_t i = 0; i < n; i++)
            out[i] = -space->log_volume;
        return;
    }
    program_eval(model->log_prior, space->programs, w, space->steps, n, &out);
    norm = isfinite(norm) ? norm : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = or_impossible(out[i] - norm);
}

/* ∂ log φ by central differences, one-sided at walls: only proposals are made of it. */
static void prior_difference(struct target_space *space, const double *const *w, size_t n,
                             size_t axis, double *gradient)
{
    const struct model_param *param = &space->model->params[axis];
    double h = PRIOR_DIFFERENCE * (param->high - param->low);
    double *x = space->shifted[0], *above = space->shifted[1], *below = space->shifted[2];
    memcpy(space->vars, w, space->model->dim * sizeof *w);
    space->vars[axis] = x;
    for (size_t i = 0; i < n; i++)
        x[i] = fmin(w[axis][i] + h, param->high);
    prior_values(space, space->vars, n, above);
    for (size_t i = 0; i < n; i++)
        x[i] = fmax(w[axis][i] - h, param->low);
    prior_values(space, space->vars, n, below);
    for (size_t i = 0; i < n; i++) {
        double width = fmin(w[axis][i] + h, param->high) - x[i];
        double slope = (above[i] - below[i]) / width;
        gradient[i] = isfinite(slope) ? slope : 0;
    }
}

static void prior_gradient(struct target_space *space, const double *const *w, size_t n,
                           double power, double *const *gradient)
{
    const struct prior_shape *prior = &space->prior;
    for (size_t k = 0; k < prior->dim; k++) {
        if (!prior->separable) {
            prior_difference(space, w, n, k, gradient[k]);
            for (size_t i = 0; i < n; i++)
                gradient[k][i] *= power;
            continue;
        }
        for (size_t i = 0; i < n; i++)
            gradient[k][i] = power * (prior->slope[k] + 2 * prior->bend[k] * w[k][i]);
    }
}

/* ℓ, and in partial[1..dim] its gradient if wanted. */
static void likelihood_values(const struct target *target, struct target_space *space,
                              const double *const *w, size_t n, bool with_gradient, double *log_lik)
{
    const struct model *model = target->model;
    space->partial[0] = log_lik;
    space->evaluations += (double)n * (target->rows != NULL ? target->rows->n_obs : 1);
    if (target->rows != NULL) {
        const struct data_rows *rows = target->rows;
        program_sum(with_gradient ? rows->log_lik_grad : rows->log_lik, space->programs, model->dim,
                    w, n, &rows->rows, space->partial);
        for (size_t i = 0; i < n; i++)
            log_lik[i] = or_impossible(log_lik[i] + rows->constant);
    } else {
        program_eval(with_gradient ? model->kl_grad : model->kl, space->programs, w, space->steps,
                     n, space->partial);
        for (size_t i = 0; i < n; i++)
            log_lik[i] = or_impossible(target->n > 0 ? -target->n * log_lik[i] : 0);
    }
    space->partial[0] = space->memory;
}

static void add_gradient(const struct target *target, const struct target_space *space, size_t n,
                         double *const *gradient)
{
    double factor = target->rows != NULL ? target->beta : -target->beta * target->n;
    for (size_t k = 0; k < space->prior.dim; k++) {
        const double *partial = space->partial[1 + k];
        double *out = gradient[k];
        for (size_t i = 0; i < n; i++) {
            double total = out[i] + factor * partial[i];
            out[i] = isfinite(total) ? total : 0;
        }
    }
}

void target_eval(const struct target *target, struct target_space *space, const double *const *w,
                 size_t n_points, double *log_prior, double *log_lik, double *const *gradient)
{
    assert(n_points <= space->max_points && target->model == space->model);
    if (n_points == 0)
        return;
    prior_values(space, w, n_points, log_prior);
    if (gradient != NULL)
        prior_gradient(space, w, n_points, 1 - target->prior_off, gradient);
    if (target->beta == 0) {
        /* The prior alone: ℓ is not asked, so that a zero likelihood forbids nothing. */
        memset(log_lik, 0, n_points * sizeof *log_lik);
        return;
    }
    likelihood_values(target, space, w, n_points, gradient != NULL, log_lik);
    if (gradient != NULL)
        add_gradient(target, space, n_points, gradient);
}
