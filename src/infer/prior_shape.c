/* The shape of a prior by probing: products of truncated uniform, normal and exponential densities
   are recognised by their logarithm, a quadratic without mixed terms, and drawn from exactly. */
#include "prior_shape.h"

#include <math.h>

enum { ANCHOR_TRIES = 4096, SCAN = 64, CHECKS = 64, HALVINGS = 1100 };

/* Rounding of log φ̃ itself is below this share of its terms. */
#define SHAPE_TOLERANCE 1e-9

struct probe {
    const struct model *model;
    struct program_space *space;
    double at[SYNTAX_MAX_PARAMS];
};

static double value_at(const struct probe *probe, const double *w)
{
    double value;
    program_point(probe->model->log_prior, probe->space, w, &value);
    return isnan(value) || value == INFINITY ? -INFINITY : value;
}

static double value_with(const struct probe *probe, size_t i, double x)
{
    double w[SYNTAX_MAX_PARAMS];
    for (size_t k = 0; k < probe->model->dim; k++)
        w[k] = probe->at[k];
    w[i] = x;
    return value_at(probe, w);
}

static bool find_anchor(struct probe *probe)
{
    const struct model *model = probe->model;
    struct rng rng = rng_stream(0x70726f62, 1);
    for (size_t try = 0; try < ANCHOR_TRIES; try++) {
        for (size_t k = 0; k < model->dim; k++) {
            double u = try == 0 ? 0.5 : rng_uniform(&rng);
            probe->at[k] =
                model->params[k].low + u * (model->params[k].high - model->params[k].low);
        }
        if (value_at(probe, probe->at) > -INFINITY)
            return true;
    }
    return false;
}

/* Where φ̃ vanishes between `in`, where it does not, and `out`, where it does: the last double
   inside. */
static double find_edge(const struct probe *probe, size_t i, double in, double out)
{
    for (int k = 0; k < HALVINGS; k++) {
        double middle = in + (out - in) / 2;
        if (middle == in || middle == out)
            break;
        if (value_with(probe, i, middle) > -INFINITY)
            in = middle;
        else
            out = middle;
    }
    return in;
}

/* The stretch around the anchor on which φ̃ does not vanish, along parameter i. */
static void find_support(const struct probe *probe, struct prior_shape *shape, size_t i)
{
    const struct model_param *param = &probe->model->params[i];
    double anchor = probe->at[i], low = anchor, high = anchor;
    for (int k = 1; k <= SCAN; k++) {
        double x = k == SCAN ? param->low : anchor + (param->low - anchor) * k / SCAN;
        if (!(value_with(probe, i, x) > -INFINITY)) {
            low = find_edge(probe, i, low, x);
            break;
        }
        low = x;
    }
    for (int k = 1; k <= SCAN; k++) {
        double x = k == SCAN ? param->high : anchor + (param->high - anchor) * k / SCAN;
        if (!(value_with(probe, i, x) > -INFINITY)) {
            high = find_edge(probe, i, high, x);
            break;
        }
        high = x;
    }
    shape->low[i] = low;
    shape->high[i] = high;
}

/* The parabola through the ends and the middle of the support. */
static void fit_axis(const struct probe *probe, struct prior_shape *shape, size_t i)
{
    double a = shape->low[i], b = shape->high[i], m = a + (b - a) / 2;
    double fa = value_with(probe, i, a), fm = value_with(probe, i, m), fb = value_with(probe, i, b);
    double left = (fm - fa) / (m - a), right = (fb - fm) / (b - m);
    shape->bend[i] = (right - left) / (b - a);
    shape->slope[i] = left - shape->bend[i] * (a + m);
}

static bool agrees(const struct probe *probe, const struct prior_shape *shape, const double *w)
{
    double change = 0, terms = 1 + fabs(value_at(probe, probe->at));
    bool inside = true;
    for (size_t k = 0; k < shape->dim; k++) {
        double x = w[k], y = probe->at[k];
        double linear = shape->slope[k] * (x - y), square = shape->bend[k] * (x - y) * (x + y);
        change += linear + square;
        terms +=
            fabs(shape->slope[k]) * (fabs(x) + fabs(y)) + fabs(shape->bend[k]) * (x * x + y * y);
        inside = inside && x >= shape->low[k] && x <= shape->high[k];
    }
    double value = value_at(probe, w);
    if (!inside)
        return value == -INFINITY;
    return fabs(value - value_at(probe, probe->at) - change) <= SHAPE_TOLERANCE * terms;
}

/* Random points of the support, then of the box. */
static bool shape_holds(const struct probe *probe, const struct prior_shape *shape)
{
    const struct model *model = probe->model;
    struct rng rng = rng_stream(0x70726f62, 2);
    double w[SYNTAX_MAX_PARAMS];
    for (size_t try = 0; try < 2 * CHECKS; try++) {
        for (size_t k = 0; k < shape->dim; k++) {
            double low = try < CHECKS ? shape->low[k] : model->params[k].low;
            double high = try < CHECKS ? shape->high[k] : model->params[k].high;
            w[k] = low + rng_uniform(&rng) * (high - low);
        }
        if (!agrees(probe, shape, w))
            return false;
    }
    return true;
}

void prior_shape_find(const struct model *model, struct program_space *space,
                      struct prior_shape *shape)
{
    struct probe probe = {.model = model, .space = space};
    *shape = (struct prior_shape){.dim = model->dim, .separable = model->log_prior == NULL};
    for (size_t i = 0; i < model->dim; i++) {
        shape->low[i] = model->params[i].low;
        shape->high[i] = model->params[i].high;
    }
    if (shape->separable || !find_anchor(&probe))
        return;
    struct prior_shape found = {.dim = model->dim, .separable = true};
    for (size_t i = 0; i < model->dim; i++) {
        find_support(&probe, &found, i);
        if (!(found.low[i] < found.high[i]))
            return;
        fit_axis(&probe, &found, i);
        if (!isfinite(found.slope[i]) || !isfinite(found.bend[i]))
            return;
    }
    if (shape_holds(&probe, &found))
        *shape = found;
}

/* e^(rate x) on [0, width], by inversion; any sign and size of rate × width. */
static double draw_exponential(double rate, double width, struct rng *rng)
{
    double u = rng_uniform(rng), grown = rate * width;
    if (fabs(grown) < 1e-8)
        return width * (u + 0.5 * grown * u * (1 - u));
    if (grown > 0) /* from the far end, where the mass is */
        return width + log1p((1 - u) * expm1(-grown)) / rate;
    return log1p(u * expm1(grown)) / rate;
}

/* A standard normal between a and b, 0 ≤ a < b or a < 0 < b: rejection, each rule where it is
   quick. Robert 1995, Statistics and Computing 5. */
static double draw_normal(double a, double b, struct rng *rng)
{
    for (;;) {
        if (a <= 0 && b - a > 2) {
            double x = rng_normal(rng);
            if (x >= a && x <= b)
                return x;
        } else if (a <= 0 || (b - a) * (a + b) < 2) {
            double x = a + rng_uniform(rng) * (b - a);
            double peak = a > 0 ? a * a : 0;
            if (rng_uniform(rng) <= exp((peak - x * x) / 2))
                return x;
        } else {
            double rate = (a + sqrt(a * a + 4)) / 2;
            double x = a + draw_exponential(-rate, b - a, rng);
            if (rng_uniform(rng) <= exp(-(x - rate) * (x - rate) / 2))
                return x;
        }
    }
}

double prior_shape_draw(const struct prior_shape *shape, size_t i, struct rng *rng)
{
    double low = shape->low[i], high = shape->high[i], bend = shape->bend[i], x;
    double width = high - low, reach = fmax(fabs(low), fabs(high));
    /* Convex log densities are left to rejection under the chord of the parabola. */
    if (fabs(bend) * reach * reach < 1e-8) {
        x = low + draw_exponential(shape->slope[i] + bend * (low + high), width, rng);
    } else if (bend < 0) {
        double sd = sqrt(-0.5 / bend), mean = shape->slope[i] * sd * sd;
        double a = (low - mean) / sd, b = (high - mean) / sd;
        x = b < 0 || (a < 0 && -a > b) ? mean - sd * draw_normal(-b, -a, rng)
                                       : mean + sd * draw_normal(a, b, rng);
    } else {
        do {
            x = low + draw_exponential(shape->slope[i] + bend * (low + high), width, rng);
        } while (rng_uniform(rng) > exp(bend * (x - low) * (x - high)));
    }
    return fmin(fmax(x, low), high);
}
