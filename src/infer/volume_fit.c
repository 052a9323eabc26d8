/* Regression of log V(ε) on log ε with the log-log correction of the multiplicity. */
#include "volume_fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/linalg.h"
#include "finite_n.h"

#define LEAST_EPS 1e-11
#define LEAST_N 8
/* Volumes by integration are not asked of a K of more operations, by dimension; from DEAR on they
   are not made better than anybody needs. */
static const size_t most_steps[INTEGRAL_MAX_DIM + 1] = {0, 100000, 2000, 60};
#define DEAR 30
#define DEAR_TOLERANCE 1e-3
/* A volume that is not known to this share is no target. */
#define WORST_VOLUME 0.05

const char *volume_refuses(const struct estimator_setup *setup)
{
    const struct model *model = setup->model;
    if (model->likelihood != NULL && !model->likelihood->has_truth)
        return "K is unknown: the truth is known only through data";
    return setup->n < LEAST_N ? "levels of K from 1/n to 1/n^3 want n of 8 or more" : NULL;
}

bool volume_levels(double n, double eps[VOLUME_LEVELS])
{
    double low = fmax(1 / (n * n * n), LEAST_EPS), high = fmax(1 / n, 100 * low);
    for (size_t i = 0; i < VOLUME_LEVELS; i++)
        eps[i] = high * pow(low / high, (double)i / (VOLUME_LEVELS - 1));
    return n >= LEAST_N;
}

/* Least squares of y on up to three columns; x[columns]. */
static void least_squares(const double *a, const double *y, size_t rows, size_t columns, double *x)
{
    double matrix[9] = {0}, right[3] = {0};
    for (size_t r = 0; r < rows; r++) {
        for (size_t i = 0; i < columns; i++) {
            right[i] += a[r * columns + i] * y[r];
            for (size_t j = 0; j < columns; j++)
                matrix[i * columns + j] += a[r * columns + i] * a[r * columns + j];
        }
    }
    if (linalg_cholesky(matrix, columns))
        linalg_cholesky_solve(matrix, columns, right);
    else
        right[0] = right[1] = right[2] = NAN;
    memcpy(x, right, columns * sizeof *x);
}

double volume_fit(const double *eps, const double *log_v, size_t count, double multiplicity)
{
    double a[2 * VOLUME_LEVELS], y[VOLUME_LEVELS], x[2];
    for (size_t i = 0; i < count; i++) {
        a[2 * i] = log(eps[i] / eps[0]);
        a[2 * i + 1] = 1;
        y[i] = log_v[i] - (multiplicity - 1) * log(-log(eps[i]));
    }
    least_squares(a, y, count, 2, x);
    return x[0];
}

double volume_fit_multiplicity(const double *eps, const double *log_v, size_t count)
{
    double a[3 * VOLUME_LEVELS], x[3];
    for (size_t i = 0; i < count; i++) {
        a[3 * i] = log(eps[i] / eps[0]);
        a[3 * i + 1] = log(log(eps[i]) / log(eps[0]));
        a[3 * i + 2] = 1;
    }
    least_squares(a, log_v, count, 3, x);
    return 1 + x[1];
}

double volume_choose(double multiplicity, double error, size_t dim)
{
    double least = ceil(multiplicity - fmax(0.5, 1.5 * error));
    return fmin(fmax(least, 1), (double)dim);
}

void volume_caution(double multiplicity, double error, double taken, char *caution, size_t size)
{
    if (caution[0] == '\0' && (error > 0.33 || fabs(multiplicity - taken) > 0.5))
        snprintf(caution, size,
                 "the multiplicity can hardly be told from these volumes: %.2g ± %.2g with "
                 "everything free; λ is for m = %g",
                 multiplicity, error, taken);
}

static enum status volumes(const struct estimator_setup *setup, const double *eps,
                           const struct cancel *cancel, double *volume, double *error)
{
    const struct model *model = setup->model;
    bool dear = model->likelihood != NULL && model->dim > 1 && program_n_steps(model->kl) > DEAR;
    struct integral_options options = {.evidence_only = true,
                                       .n_max =
                                           10, /* of the integral only the prior's norm counts */
                                       .tolerance = dear ? DEAR_TOLERANCE : 0,
                                       .threads = setup->threads};
    struct integral *integral = NULL;
    double level[VOLUME_LEVELS];
    for (size_t i = 0; i < VOLUME_LEVELS; i++)
        level[i] = eps[i] + (model->has_zero ? 0 : model->kl_min);
    enum status status = integral_new(model, &options, cancel, &integral);
    if (status == ST_OK)
        status = integral_volume(integral, level, VOLUME_LEVELS, volume, error);
    integral_free(integral);
    return status;
}

struct quantity volume_target(const struct estimator_setup *setup, const double *eps,
                              double multiplicity, const struct cancel *cancel)
{
    const struct model *model = setup->model;
    double volume[VOLUME_LEVELS], error[VOLUME_LEVELS], worst = 0;
    if (model->dim > INTEGRAL_MAX_DIM)
        return finite_unknown(ST_UNABLE, "cusp integrates over at most three parameters");
    if (program_n_steps(model->kl) > most_steps[model->dim])
        return finite_unknown(ST_UNABLE, "its integral would take too long");
    enum status status = volumes(setup, eps, cancel, volume, error);
    if (status != ST_OK)
        return finite_unknown(status, "volumes could not be integrated");
    for (size_t i = 0; i < VOLUME_LEVELS; i++) {
        worst = fmax(worst, volume[i] > 0 ? error[i] / volume[i] : INFINITY);
        volume[i] = log(volume[i]);
    }
    if (!(worst < WORST_VOLUME))
        return finite_unknown(ST_UNABLE, "volumes could not be integrated closely enough");
    return finite_quantity(volume_fit(eps, volume, VOLUME_LEVELS, multiplicity),
                           worst / log(eps[0] / eps[VOLUME_LEVELS - 1]));
}
