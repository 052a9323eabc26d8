/* The free energy of a side against n: by integration of K, or on data with its mean over data
   sets. */
#include "view_series.h"

#include <math.h>

#include "view_run.h"
#include "view_theory.h"

static struct series series_of_data(const struct side *side, struct arena *arena)
{
    const struct learning *l = side->learning;
    struct series out = {.n_rows = l->n_rows,
                         .n = l->n,
                         .error = l->error,
                         .mean_error = l->mean_error,
                         .sets_least = l->n_sets,
                         .sets_most = l->n_sets,
                         .of_data = l->of_data};
    double *value = arena_new(arena, l->n_rows, sizeof *value);
    double *mean = arena_new(arena, l->n_rows, sizeof *mean);
    for (size_t i = 0; i < l->n_rows; i++) {
        double offset = side_has_no_truth(side) ? 0 : loss_offset(side, l->n[i]);
        value[i] = l->free_energy[i] - offset;
        mean[i] = l->mean_free_energy != NULL ? l->mean_free_energy[i] - offset : NAN;
    }
    for (size_t i = 0; l->mean_sets != NULL && i < l->n_rows; i++)
        if (isfinite(mean[i]) && l->mean_sets[i] < out.sets_least)
            out.sets_least = l->mean_sets[i];
    out.value = value;
    if (l->mean_free_energy != NULL && l->n_sets > 1)
        out.mean = mean;
    return out;
}

struct series series_of(const struct side *side, struct arena *arena)
{
    if (side->learning != NULL && side->learning->n_rows > 0)
        return series_of_data(side, arena);
    const struct curves *c = side->curves;
    if (c == NULL || c->n_rows < 2)
        return (struct series){0};
    double *n = arena_new(arena, c->n_rows, sizeof *n);
    double *value = arena_new(arena, c->n_rows, sizeof *value);
    for (size_t i = 0; i < c->n_rows; i++) {
        n[i] = c->rows[i].n;
        value[i] = c->rows[i].free_energy - loss_offset(side, n[i]);
    }
    return (struct series){.n_rows = c->n_rows, .n = n, .value = value, .coarse = c->coarse};
}

double series_at(const struct series *series, double n, bool mean)
{
    const double *y = mean ? series->mean : series->value;
    if (y == NULL || series->n_rows == 0 || !(n >= series->n[0]) ||
        !(n <= series->n[series->n_rows - 1] * (1 + 1e-9)))
        return NAN;
    size_t i = 0;
    while (i + 2 < series->n_rows && series->n[i + 1] < n)
        i++;
    if (series->n_rows == 1)
        return y[0];
    double t = log(n / series->n[i]) / log(series->n[i + 1] / series->n[i]);
    if (t <= 0)
        return y[i];
    return t >= 1 ? y[i + 1] : (1 - t) * y[i] + t * y[i + 1];
}

static size_t row_near(const struct series *series, double n)
{
    size_t best = 0;
    for (size_t i = 1; i < series->n_rows; i++)
        if (fabs(log(series->n[i] / n)) < fabs(log(series->n[best] / n)))
            best = i;
    return best;
}

bool series_slope(const struct series *series, double n, double *slope, double *error)
{
    if (series->n_rows < 2 || !(n > 0))
        return false;
    size_t to = row_near(series, n), from = row_near(series, series->n[to] / 10);
    double reach = log(series->n[to] / series->n[from]);
    if (!(reach > 1))
        return false;
    bool mean = series->mean != NULL && isfinite(series->mean[to] - series->mean[from]);
    const double *y = mean ? series->mean : series->value;
    const double *e = mean ? series->mean_error : series->error;
    *slope = (y[to] - y[from]) / reach;
    *error = e != NULL ? hypot(e[to], e[from]) / reach : 0;
    return isfinite(*slope);
}
