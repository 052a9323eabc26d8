/* λ from free energies by thermodynamic integration over a ladder of temperatures, by particles. */
#include <math.h>

#include "../finite_n.h"
#include "../tempered.h"

enum { LADDER = 9 }; /* odd: Simpson's rule */

static const char *refuses(const struct estimator_setup *setup)
{
    return setup->n < 8 ? "a ladder from beta = n^(-1/2) to 1 wants n of 8 or more" : NULL;
}

/* ∫ E_β[u] dβ = ∫ β E_β[u] d log β, a smooth function of log β. */
static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    double sum = 0;
    (void)context;
    for (size_t i = 0; i < LADDER; i++) {
        double weight = i == 0 || i + 1 == LADDER ? 1 : (i % 2 == 1 ? 4 : 2);
        sum += weight * tempered->rungs[i].beta * tempered_mean(tempered, i, 0, left_out);
    }
    return sum / (3 * (LADDER - 1));
}

static struct quantity target(const struct estimator_setup *setup, const struct cancel *cancel)
{
    struct estimator_setup whole = estimator_whole(setup);
    struct finite finite;
    const char *why = "";
    double low = 1 / sqrt(setup->n), error[2] = {0, 0};
    enum status status = finite_new(&whole, low, 1, cancel, &why, &finite);
    if (status != ST_OK)
        return finite_unknown(status, why);
    double difference =
        finite_free_energy(&finite, 1, &error[0]) - finite_free_energy(&finite, low, &error[1]);
    finite_done(&finite);
    return finite_quantity(difference / -log(low), (error[0] + error[1]) / -log(low));
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rungs[LADDER];
    for (size_t i = 0; i < LADDER; i++) {
        double place = (double)i / (LADDER - 1);
        rungs[i] = (struct rung){setup->n, pow(setup->n, (place - 1) / 2)};
    }
    struct tempered tempered = {
        .setup = setup, .stream = 6, .data = setup->data, .n_rungs = LADDER, .rungs = rungs};
    struct listener listener = {progress, context};
    out->lambda.why = "free energies by Simpson's rule over nine temperatures, by particles";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = target(setup, cancel);
    return status;
}

const struct estimator estimator_thermodynamic = {
    .name = "thermodynamic",
    .title = "Thermodynamic integration",
    .formula = "(F(1) - F(b)) / -log b at b = n^(-1/2), F(beta) = int_0^beta n (E_t[L_n] - "
               "L_n(w*)) dt",
    .distrust = "It is the mean of the slope over all temperatures of the ladder, so that what "
                "holds far from n is in it; a phase that the ladder passes by is missed at every "
                "colder step.",
    .source = "Lartillot and Philippe 2006; Friel and Pettitt 2008; Watanabe 2009",
    .refuses = refuses,
    .run = run,
};
