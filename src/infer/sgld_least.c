/* A least loss near a point: the maximum of the likelihood as a reference for SGLD. */
#include "sgld_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { MOST_STEPS = 400, MOST_HALVINGS = 40 };

/* Stop when a step gains less than this of a nat over all the data, a few times over. */
#define NO_GAIN 1e-9

struct descent {
    struct sgld_loss *loss;
    size_t dim;
    double *inverse; /* [dim][dim]: of the Hessian */
    double *gradient, *next, *next_gradient, *direction, *y;
    double value, next_value;
};

static double clamp(const struct descent *d, size_t k, double x)
{
    const struct model_param *param = &d->loss->source->model->params[k];
    return fmin(fmax(x, param->low), param->high);
}

static void reset(struct descent *d)
{
    memset(d->inverse, 0, d->dim * d->dim * sizeof *d->inverse);
    double square = 0;
    for (size_t k = 0; k < d->dim; k++)
        square += d->gradient[k] * d->gradient[k];
    for (size_t k = 0; k < d->dim; k++)
        d->inverse[k * d->dim + k] = square > 0 ? 0.1 / sqrt(square) : 1;
}

/* Along the direction, halved until the loss falls as it should; false if it never does. */
static bool search(struct descent *d, const double *w)
{
    double length = 1;
    for (int i = 0; i < MOST_HALVINGS; i++, length /= 2) {
        double slope = 0;
        for (size_t k = 0; k < d->dim; k++) {
            d->next[k] = clamp(d, k, w[k] + length * d->direction[k]);
            slope += d->gradient[k] * (d->next[k] - w[k]);
        }
        if (!(slope < 0))
            return false;
        sgld_loss_eval(d->loss, d->next, &d->next_value, d->next_gradient);
        if (d->next_value <= d->value + 1e-4 * slope)
            return true;
    }
    return false;
}

/* Broyden, Fletcher, Goldfarb and Shanno 1970, where the curvature met is positive. */
static void update(struct descent *d, const double *w)
{
    size_t dim = d->dim;
    double sy = 0, yhy = 0;
    for (size_t k = 0; k < dim; k++) {
        sy += (d->next[k] - w[k]) * (d->next_gradient[k] - d->gradient[k]);
        d->y[k] = 0;
        for (size_t l = 0; l < dim; l++)
            d->y[k] += d->inverse[k * dim + l] * (d->next_gradient[l] - d->gradient[l]);
    }
    for (size_t k = 0; k < dim; k++)
        yhy += d->y[k] * (d->next_gradient[k] - d->gradient[k]);
    if (!(sy > 1e-300) || !isfinite(yhy))
        return;
    for (size_t k = 0; k < dim; k++) {
        double sk = d->next[k] - w[k];
        for (size_t l = 0; l < dim; l++) {
            double sl = d->next[l] - w[l];
            d->inverse[k * dim + l] +=
                (1 + yhy / sy) * sk * sl / sy - (d->y[k] * sl + sk * d->y[l]) / sy;
        }
    }
}

void sgld_least(struct sgld_loss *loss, double *w)
{
    size_t dim = loss->dim;
    struct descent d = {.loss = loss, .dim = dim};
    double *memory = mem_new(dim + 5, dim * sizeof *memory);
    d.inverse = memory + 5 * dim;
    d.gradient = memory;
    d.next = memory + dim;
    d.next_gradient = memory + 2 * dim;
    d.direction = memory + 3 * dim;
    d.y = memory + 4 * dim;
    sgld_loss_eval(loss, w, &d.value, d.gradient);
    reset(&d);
    bool fresh = true;
    int idle = 0;
    for (int i = 0; i < MOST_STEPS && idle < 3 && isfinite(d.value); i++) {
        for (size_t k = 0; k < dim; k++) {
            d.direction[k] = 0;
            for (size_t l = 0; l < dim; l++)
                d.direction[k] -= d.inverse[k * dim + l] * d.gradient[l];
        }
        if (!search(&d, w)) {
            if (fresh)
                break;
            reset(&d);
            fresh = true;
            continue;
        }
        idle = loss->source->n * (d.value - d.next_value) < NO_GAIN ? idle + 1 : 0;
        update(&d, w);
        fresh = false;
        memcpy(w, d.next, dim * sizeof *w);
        memcpy(d.gradient, d.next_gradient, dim * sizeof *d.gradient);
        d.value = d.next_value;
    }
    mem_free(memory);
}
