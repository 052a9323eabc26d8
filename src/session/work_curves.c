/* What is drawn against log n and log ε: free energy, volume, masses of regions. */
#include <math.h>

#include "cusp/mem.h"
#include "work.h"

enum { N_STEPS = 48, EPS_STEPS = 40 };
/* ε goes over ten decades below the scale of K. */
#define EPS_DECADES 10.0

void curves_free(struct curves *curves)
{
    if (curves) {
        mem_free(curves->rows);
        mem_free(curves->eps);
        mem_free(curves->volume);
        mem_free(curves->volume_error);
        mem_free(curves->region_mass);
        mem_free(curves->region_free_energy);
        mem_free(curves);
    }
}

double potential_n_min(double beta)
{
    return beta < 1 ? 1 / beta : 1;
}

double potential_n_max(double beta)
{
    return beta > 1 ? INTEGRAL_MAX_N / beta : INTEGRAL_MAX_N;
}

/* An integral knows n β alone: that goes into tempered[n_rows]. */
static enum status add_evidence(const struct held_integral *held, double beta, double *tempered,
                                struct curves *curves)
{
    double low = potential_n_min(beta), high = potential_n_max(beta);
    curves->n_rows = N_STEPS + 1;
    curves->rows = mem_new(curves->n_rows, sizeof *curves->rows);
    for (size_t i = 0; i <= N_STEPS; i++) {
        double n = low * pow(high / low, (double)i / N_STEPS);
        tempered[i] = fmin(fmax(n * beta, 1), INTEGRAL_MAX_N);
    }
    tempered[N_STEPS] = fmin(high * beta, INTEGRAL_MAX_N);
    enum status status = integral_evidence(held->integral, tempered, curves->n_rows, curves->rows);
    for (size_t i = 0; i <= N_STEPS; i++) {
        curves->rows[i].n = tempered[i] / beta;
    }
    return status;
}

enum status volume_new(const struct held_integral *held, struct curves **out)
{
    struct curves *curves = mem_new(1, sizeof *curves);
    double top = ceil(log10(held->request.model->kl_scale));
    curves->n_eps = EPS_STEPS + 1;
    curves->eps = mem_new(curves->n_eps, sizeof *curves->eps);
    curves->volume = mem_new(curves->n_eps, sizeof *curves->volume);
    curves->volume_error = mem_new(curves->n_eps, sizeof *curves->volume_error);
    for (size_t i = 0; i <= EPS_STEPS; i++) {
        curves->eps[i] = pow(10, top - EPS_DECADES * (double)(EPS_STEPS - i) / EPS_STEPS);
    }
    enum status status = integral_volume(held->integral, curves->eps, curves->n_eps, curves->volume,
                                         curves->volume_error);
    if (status != ST_OK) {
        curves_free(curves);
        return status;
    }
    *out = curves;
    return ST_OK;
}

void curves_take_volume(struct curves *to, struct curves *from)
{
    mem_free(to->eps);
    mem_free(to->volume);
    mem_free(to->volume_error);
    to->n_eps = from->n_eps;
    to->eps = from->eps;
    to->volume = from->volume;
    to->volume_error = from->volume_error;
    from->n_eps = 0;
    from->eps = from->volume = from->volume_error = NULL;
}

static enum status add_regions(const struct held_integral *held, const double *tempered,
                               const struct cancel *cancel, struct curves *curves)
{
    size_t regions = held->request.model->n_regions;
    if (regions == 0) {
        return ST_OK;
    }
    double *error = mem_new(regions, sizeof *error);
    enum status status = ST_OK;
    curves->region_mass = mem_new(curves->n_rows * regions, sizeof *curves->region_mass);
    curves->region_free_energy =
        mem_new(curves->n_rows * regions, sizeof *curves->region_free_energy);
    for (size_t i = 0; i < curves->n_rows && status == ST_OK; i++) {
        status =
            cancel_wanted(cancel)
                ? ST_CANCELLED
                : integral_regions(held->integral, tempered[i], curves->region_mass + i * regions,
                                   curves->region_free_energy + i * regions, error);
    }
    mem_free(error);
    return status;
}

enum status curves_new(const struct held_integral *held, double beta, const struct cancel *cancel,
                       struct curves **out)
{
    struct curves *curves = mem_new(1, sizeof *curves);
    double tempered[N_STEPS + 1];
    curves->coarse = held->request.coarse;
    enum status status = add_evidence(held, beta, tempered, curves);
    if (status == ST_OK) {
        status = add_regions(held, tempered, cancel, curves);
    }
    if (status != ST_OK) {
        curves_free(curves);
        return status;
    }
    *out = curves;
    return ST_OK;
}
