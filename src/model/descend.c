/* Downhill in the box by damped Newton steps: the least K near a start, at the box's edge too. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"

/* Operations that one descent may take, so that a large model is not waited for. */
#define DESCENT_WORK 1000000
/* Of kl_scale: an enclosure of K at one point that is wider shows a jump, and not rounding. */
#define ROUNDING_MAX 1e-9
/* Of the greatest singular value of the generators' Jacobian: a direction below it is left alone.
 */
#define JACOBIAN_RCOND 1e-10

struct descent {
    const struct model *model;
    struct program_space *space;
    size_t dim;
    double *out;                    /* K, gradient, upper triangle of the Hessian */
    double *hessian, *factor;       /* [n][n] of the free components */
    double step[SYNTAX_MAX_PARAMS]; /* in free components */
    size_t free_index[SYNTAX_MAX_PARAMS], n_free;
};

/* Factor of a + shift·1 = L Lᵀ in place; false if it is not positive definite. */
static bool cholesky(double *a, size_t n, double shift)
{
    for (size_t j = 0; j < n; j++) {
        double pivot = a[j * n + j] + shift;
        for (size_t k = 0; k < j; k++)
            pivot -= a[j * n + k] * a[j * n + k];
        if (!(pivot > 0))
            return false;
        a[j * n + j] = sqrt(pivot);
        for (size_t i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = sum / a[j * n + j];
        }
    }
    return true;
}

static void cholesky_solve(const double *l, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= l[i * n + k] * x[k];
        x[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= l[k * n + i] * x[k];
        x[i] /= l[i * n + i];
    }
}

/* Components at an edge with the slope pressing outwards stay there. */
static void find_free(struct descent *d, const double *w)
{
    const double *gradient = d->out + 1;
    d->n_free = 0;
    for (size_t i = 0; i < d->dim; i++) {
        const struct model_param *param = &d->model->params[i];
        bool pressed =
            (w[i] <= param->low && gradient[i] > 0) || (w[i] >= param->high && gradient[i] < 0);
        if (!pressed)
            d->free_index[d->n_free++] = i;
    }
}

/* The Newton step over the free components, with as much damping as makes it go downhill. */
static bool newton_step(struct descent *d)
{
    size_t n = d->n_free, dim = d->dim;
    double largest = 0, slope = 0, span = 0;
    const double *gradient = d->out + 1, *upper = d->out + 1 + dim;
    for (size_t a = 0; a < n; a++) {
        size_t i = d->free_index[a];
        slope = fmax(slope, fabs(gradient[i]));
        span = fmax(span, d->model->params[i].high - d->model->params[i].low);
        for (size_t b = a; b < n; b++) {
            size_t j = d->free_index[b];
            double value = upper[i * dim - i * (i + 1) / 2 + j]; /* row i begins at its diagonal */
            d->hessian[a * n + b] = d->hessian[b * n + a] = value;
            largest = fmax(largest, fabs(value));
        }
    }
    if (n == 0 || slope == 0 || !isfinite(slope) || !isfinite(largest))
        return false;
    if (largest == 0)
        largest = slope / span;
    static const double shares[] = {0, 1e-13, 1e-3, 1e-2, 1e-1, 1, 10, 100};
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        memcpy(d->factor, d->hessian, n * n * sizeof *d->factor);
        if (!cholesky(d->factor, n, shares[k] * largest))
            continue;
        for (size_t a = 0; a < n; a++)
            d->step[a] = -gradient[d->free_index[a]];
        cholesky_solve(d->factor, n, d->step);
        return true;
    }
    return false;
}

/* The step that would reach 0 if K were linear: right for |x| and its like. */
static bool linear_step(struct descent *d)
{
    const double *gradient = d->out + 1;
    double square = 0;
    for (size_t a = 0; a < d->n_free; a++)
        square += gradient[d->free_index[a]] * gradient[d->free_index[a]];
    if (!(square > 0) || !isfinite(square) || !(d->out[0] > 0))
        return false;
    for (size_t a = 0; a < d->n_free; a++)
        d->step[a] = -d->out[0] * gradient[d->free_index[a]] / square;
    return true;
}

/* K at w + share·step, kept in the box; the point in to[dim]. */
static double try_step(const struct descent *d, const double *w, double share, double *to)
{
    double value;
    memcpy(to, w, d->dim * sizeof *to);
    for (size_t a = 0; a < d->n_free; a++) {
        size_t i = d->free_index[a];
        const struct model_param *param = &d->model->params[i];
        to[i] = fmin(fmax(w[i] + share * d->step[a], param->low), param->high);
    }
    program_point(d->model->kl, d->space, to, &value);
    return isfinite(value) ? value : INFINITY;
}

/* Longer while that helps (flat zeros want several Newton steps at once), else shorter. */
static double search_line(const struct descent *d, const double *w, double from, double *best)
{
    enum { MAX_DOUBLINGS = 8, MAX_HALVINGS = 40 };
    double to[SYNTAX_MAX_PARAMS], least = from, share = 1;
    for (int i = 0; i < MAX_DOUBLINGS; i++, share *= 2) {
        double value = try_step(d, w, share, to);
        if (!(value < least))
            break;
        least = value;
        memcpy(best, to, d->dim * sizeof *best);
    }
    share = 0.5;
    for (int i = 0; i < MAX_HALVINGS && !(least < from); i++, share /= 2) {
        double value = try_step(d, w, share, to);
        if (value < least) {
            least = value;
            memcpy(best, to, d->dim * sizeof *best);
        }
    }
    return least;
}

double descend(const struct model *model, struct program_space *space, double target, double *w)
{
    size_t dim = model->dim;
    size_t cost = program_n_steps(model->kl_hess) + dim * dim * dim + 1;
    size_t max_steps = DESCENT_WORK / cost;
    max_steps = max_steps < 12 ? 12 : max_steps > 120 ? 120 : max_steps;
    struct descent d = {.model = model, .space = space, .dim = dim};
    double best[SYNTAX_MAX_PARAMS], linear[SYNTAX_MAX_PARAMS];
    d.out = mem_new(1 + dim + dim * (dim + 1) / 2 + 2 * dim * dim, sizeof *d.out);
    d.hessian = d.out + 1 + dim + dim * (dim + 1) / 2;
    d.factor = d.hessian + dim * dim;
    double value = try_step(&d, w, 0, best);
    for (size_t step = 0; step < max_steps && value > target; step++) {
        program_point(model->kl_hess, space, w, d.out);
        find_free(&d, w);
        double next = newton_step(&d) ? search_line(&d, w, value, best) : value;
        if (!model->smooth || !(next < value)) {
            double other = linear_step(&d) ? search_line(&d, w, value, linear) : value;
            if (other < next) {
                next = other;
                memcpy(best, linear, dim * sizeof *best);
            }
        }
        if (!(next < value))
            break;
        value = next;
        memcpy(w, best, dim * sizeof *w);
    }
    mem_free(d.out);
    return value;
}

/* The Gauss–Newton step for f = 0 into d->step over all components. */
static bool gauss_newton_step(struct descent *d, const double *w, double *f, double *jacobian)
{
    const struct model *model = d->model;
    program_point(model->generators, d->space, w, f);
    program_point(model->generator_jacobian, d->space, w, jacobian);
    for (size_t i = 0; i < model->n_generators; i++)
        f[i] = -f[i];
    return linalg_least_squares(jacobian, model->n_generators, d->dim, f, JACOBIAN_RCOND, d->step,
                                NULL) == ST_OK;
}

double descend_by_generators(const struct model *model, struct program_space *space, double target,
                             double *w)
{
    enum { MAX_STEPS = 40 };
    size_t dim = model->dim;
    struct descent d = {.model = model, .space = space, .dim = dim, .n_free = dim};
    double best[SYNTAX_MAX_PARAMS], value = try_step(&d, w, 0, best);
    if (model->generator_jacobian == NULL)
        return value;
    double *f = mem_new(model->n_generators, (1 + dim) * sizeof *f);
    for (size_t i = 0; i < dim; i++)
        d.free_index[i] = i;
    for (int step = 0; step < MAX_STEPS && value > target; step++) {
        if (!gauss_newton_step(&d, w, f, f + model->n_generators))
            break;
        double next = search_line(&d, w, value, best);
        if (!(next < value))
            break;
        value = next;
        memcpy(w, best, dim * sizeof *w);
    }
    mem_free(f);
    return value;
}

bool descend_is_rounding_zero(const struct model *model, struct program_space *space,
                              const double *w, double *width)
{
    struct interval point[SYNTAX_MAX_PARAMS], value;
    for (size_t i = 0; i < model->dim; i++)
        point[i] = interval_of(w[i], w[i]);
    program_interval(model->kl, space, point, &value);
    *width = value.high - value.low;
    return value.defined && value.low <= 0 && *width <= ROUNDING_MAX * model->kl_scale;
}
