/* Points that fill a box evenly and at round places, and points told to a person. */
#include "model_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/rng.h"

enum {
    PROBE_SEQUENCE_MAX_DIM = 8, /* beyond, an additive sequence is no longer even */
    PROBE_SEED = 20240229,
};

/* Intervals a side of the grid of round places: ends, middle, quarters … */
static size_t grid_sides(size_t dim)
{
    static const size_t sides[] = {0, 32, 8, 4, 2, 2};
    return dim < sizeof sides / sizeof *sides ? sides[dim] : 0;
}

/* In many dimensions: the origin, the middles of the faces, two corners and the middle. */
size_t probe_n_plain(size_t dim)
{
    size_t sides = grid_sides(dim), count = 1;
    if (sides == 0)
        return 2 * dim + 4;
    for (size_t i = 0; i < dim; i++)
        count *= sides + 1;
    return count + 1;
}

static double side_at(const struct model_param *param, size_t k, size_t sides)
{
    if (k == sides)
        return param->high;
    return param->low + (param->high - param->low) * (double)k / (double)sides;
}

static void plain_point(const struct model *model, size_t index, double *out)
{
    size_t dim = model->dim, sides = grid_sides(dim);
    if (index == 0) { /* the origin, or what of the box is nearest to it */
        for (size_t i = 0; i < dim; i++)
            out[i] = fmin(fmax(0, model->params[i].low), model->params[i].high);
        return;
    }
    index--;
    for (size_t i = 0; i < dim; i++) {
        if (sides != 0) {
            out[i] = side_at(&model->params[i], index % (sides + 1), sides);
            index /= sides + 1;
        } else if (index < 2 * dim) {
            out[i] = side_at(&model->params[i], index / 2 == i ? 2 * (index % 2) : 1, 2);
        } else {
            out[i] = side_at(&model->params[i], index - 2 * dim, 2);
        }
    }
}

/* The additive sequence of the generalised golden ratio (Roberts 2018): x^(dim+1) = x + 1. */
static void sequence_point(const struct model *model, size_t index, double *out)
{
    size_t dim = model->dim;
    double ratio = 1.5, power = 1;
    if (dim > PROBE_SEQUENCE_MAX_DIM) {
        struct rng rng = rng_stream(PROBE_SEED, index);
        for (size_t i = 0; i < dim; i++)
            out[i] = rng_uniform(&rng);
    } else {
        for (int i = 0; i < 60; i++)
            ratio = pow(1 + ratio, 1 / (double)(dim + 1));
        for (size_t i = 0; i < dim; i++) {
            power /= ratio;
            double at = 0.5 + (double)(index + 1) * power;
            out[i] = at - floor(at);
        }
    }
    for (size_t i = 0; i < dim; i++) {
        const struct model_param *param = &model->params[i];
        out[i] = fmin(param->low + (param->high - param->low) * out[i], param->high);
    }
}

void probe_point(const struct model *model, size_t i, double *out)
{
    size_t n_plain = probe_n_plain(model->dim);
    if (i < n_plain)
        plain_point(model, i, out);
    else
        sequence_point(model, i - n_plain, out);
}

/* Likewise for many points: the ratio's powers are found once. */
void probe_points(const struct model *model, size_t n, size_t stride, double *out)
{
    double first[SYNTAX_MAX_PARAMS], w[SYNTAX_MAX_PARAMS];
    size_t dim = model->dim;
    if (dim > PROBE_SEQUENCE_MAX_DIM) {
        for (size_t i = 0; i < n; i++) {
            sequence_point(model, i, w);
            for (size_t v = 0; v < dim; v++)
                out[v * stride + i] = w[v];
        }
        return;
    }
    double ratio = 1.5, power = 1;
    for (int i = 0; i < 60; i++)
        ratio = pow(1 + ratio, 1 / (double)(dim + 1));
    for (size_t v = 0; v < dim; v++)
        first[v] = power /= ratio;
    for (size_t v = 0; v < dim; v++) {
        double low = model->params[v].low, high = model->params[v].high;
        for (size_t i = 0; i < n; i++) {
            double at = 0.5 + (double)(i + 1) * first[v];
            out[v * stride + i] = fmin(low + (high - low) * (at - floor(at)), high);
        }
    }
}

double probe_select(double *values, size_t n, size_t k)
{
    size_t from = 0, to = n - 1;
    while (from < to) {
        double pivot = values[from + (to - from) / 2];
        size_t i = from, j = to;
        for (;;) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j)
                break;
            double swap = values[i];
            values[i++] = values[j];
            values[j--] = swap;
        }
        if (k <= j)
            to = j;
        else
            from = j + 1;
    }
    return values[k];
}

/* x with so many significant digits, kept in the box. */
static double with_digits(const struct model_param *param, double x, int digits)
{
    if (x == 0 || !isfinite(x))
        return x;
    double unit = pow(10, digits - 1 - (int)floor(log10(fabs(x))));
    double plain = round(x * unit) / unit;
    return isfinite(plain) ? fmin(fmax(plain, param->low), param->high) : x;
}

void probe_plain_witness(const struct model *model, bool (*fault)(const double *w, void *context),
                         void *context, double *w)
{
    double plain[SYNTAX_MAX_PARAMS];
    for (int digits = 1; digits < 16; digits++) {
        for (size_t i = 0; i < model->dim; i++)
            plain[i] = with_digits(&model->params[i], w[i], digits);
        if (fault(plain, context)) {
            memcpy(w, plain, model->dim * sizeof *w);
            return;
        }
    }
}

/* The fewest digits that give x again, so that a witness can be typed back. */
static void add_exact(struct text *out, double x)
{
    char number[64];
    for (int digits = 6; digits <= 17; digits++) {
        text_number(number, sizeof number, x, digits);
        if (strtod(number, NULL) == x)
            break;
    }
    text_add(out, number);
}

void probe_add_point(const struct model *model, const char *function, const double *w,
                     struct text *out)
{
    enum { SHOWN = 6 };
    text_addf(out, "%s(", function);
    for (size_t i = 0; i < model->dim && i < SHOWN; i++) {
        text_addf(out, "%s%s=", i == 0 ? "" : ", ", model->params[i].name);
        add_exact(out, w[i]);
    }
    text_add(out, model->dim > SHOWN ? ", …)" : ")");
}
