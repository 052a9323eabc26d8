/* What finite n makes of λ: tempered means by integration, over the box or a ball in it. */
#include "finite_n.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "estimators.h"

/* Steps of log β in differences: of a mean, which is good to 1e-9, and of a free energy. */
#define STEP 0.05
#define STEP_LOCAL 0.1
/* No target for more operations of K than these by dimension: as long as an estimator may wait.
   Squares of residuals are followed far more easily than other likelihoods. */
static const size_t most_steps[INTEGRAL_MAX_DIM + 1] = {0, 100000, 1500, 100};
#define MOST_SQUARES 10500
/* Operations in all in two dimensions. */
#define MOST_WORK 1e9
/* From so many operations on, this is good enough. */
#define DEAR 120
#define DEAR_TOLERANCE 1e-5

/* --- the ball --------------------------------------------------------------------------------- */

static struct program *ball_program(size_t dim, const double *at, double radius)
{
    struct dag *dag = dag_new(dim);
    uint32_t sum = dag_const(dag, 0);
    for (uint32_t i = 0; i < dim; i++) {
        uint32_t away = dag_op(dag, OP_SUB, dag_var(dag, i), dag_const(dag, at[i]), 0);
        sum = dag_op(dag, OP_ADD, sum, dag_powi(dag, away, 2), 0);
    }
    uint32_t inside = dag_op(dag, OP_LE, sum, dag_const(dag, radius * radius), 0);
    struct program *program = program_new(dag, &inside, 1);
    dag_free(dag);
    return program;
}

/* A copy that differs in its regions only and borrows all else. */
static void cut_out(const struct estimator_setup *setup, const struct model *model,
                    struct finite *out)
{
    out->ball = ball_program(model->dim, estimator_point(setup), setup->radius);
    out->cut = mem_new(1, sizeof *out->cut);
    memcpy(out->cut, model, sizeof *model);
    out->cut->region_tests = out->ball;
    out->cut->n_regions = 1;
    atomic_init(&out->cut->references, 1);
}

/* --- the integral ----------------------------------------------------------------------------- */

static enum status too_dear(const struct model *base, const struct model *model, const char **why)
{
    bool squares = base->likelihood != NULL && strcmp(base->likelihood->output_kind, "normal") == 0;
    size_t most = squares && model->dim == 2 ? MOST_SQUARES : most_steps[model->dim];
    if (program_n_steps(model->kl) <= most)
        return ST_OK;
    *why = "its integral would take too long";
    return ST_UNABLE;
}

static enum status integrate(const struct model *model, double low, double high, size_t threads,
                             const struct cancel *cancel, const char **why, struct integral **out)
{
    size_t steps = program_n_steps(model->kl);
    struct integral_options options = {
        .n_min = low,
        .n_max = high,
        .threads = threads,
        .tolerance = model->dim > 1 && steps > DEAR ? DEAR_TOLERANCE : 0,
        .budget = model->dim == 2 ? (size_t)(MOST_WORK / (double)(steps + 1)) : 0,
    };
    enum status status = integral_new(model, &options, cancel, out);
    if (status == ST_UNABLE)
        *why = "the integral did not settle within what it may cost";
    if (status == ST_DOMAIN)
        *why = "the integral of the posterior is 0 or no finite number";
    return status;
}

/* ---- what estimators of one model, data and n share --------------------------------------------
 */

struct estimator_cache {
    bool tried;
    enum status status;
    const char *why;
    double log_scale, low, high; /* range of β */
    struct integral *integral;
    struct model *empirical;
};

struct estimator_cache *estimator_cache_new(void)
{
    struct estimator_cache *cache = mem_new(1, sizeof *cache);
    cache->why = "";
    return cache;
}

void estimator_cache_free(struct estimator_cache *cache)
{
    if (cache == NULL)
        return;
    integral_free(cache->integral);
    model_unref(cache->empirical);
    mem_free(cache);
}

/* Every β that an estimator asks for at this n. */
static void usual_range(double n, double *low, double *high)
{
    double wbic = n > 2 ? 1 / log(n) : 1;
    *low = fmax(fmin(1 / sqrt(n), wbic / 2), 1 / n);
    *high = fmin(fmax(1, 2 * wbic), INTEGRAL_MAX_N / n);
}

static enum status make(const struct estimator_setup *setup, const struct cancel *cancel,
                        struct estimator_cache *cache)
{
    double margin = exp(2 * (setup->radius > 0 ? STEP_LOCAL : STEP));
    const struct model *model = setup->model;
    cache->tried = true;
    cache->status = ST_OK;
    if (setup->data != NULL)
        cache->status = model_empirical(model, setup->data, (size_t)setup->n, 1, &cache->log_scale,
                                        &cache->why, &cache->empirical);
    model = cache->empirical != NULL ? cache->empirical : model;
    if (cache->status == ST_OK)
        cache->status = too_dear(setup->model, model, &cache->why);
    if (cache->status == ST_OK && setup->radius == 0)
        cache->status = integrate(model, fmax(setup->n * cache->low / margin, 1),
                                  fmin(setup->n * cache->high * margin, INTEGRAL_MAX_N),
                                  setup->threads, cancel, &cache->why, &cache->integral);
    return cache->status;
}

/* The integral for the whole box, shared if there is a cache that has or may have it. */
static enum status take(const struct estimator_setup *setup, const struct cancel *cancel,
                        struct finite *out, const char **why)
{
    struct estimator_cache *cache = setup->cache;
    double low = out->low, high = out->high;
    if (cache != NULL && setup->radius == 0) {
        usual_range(setup->n, &cache->low, &cache->high);
        if (low >= cache->low * (1 - 1e-12) && high <= cache->high * (1 + 1e-12)) {
            enum status status = cache->tried ? cache->status : make(setup, cancel, cache);
            cache->tried = status != ST_CANCELLED;
            *why = cache->why;
            out->cache = cache;
            return status;
        }
    }
    out->own = estimator_cache_new();
    out->cache = out->own;
    out->own->low = low;
    out->own->high = high;
    enum status status = make(setup, cancel, out->own);
    *why = out->own->why;
    return status;
}

static enum status local_integral(const struct estimator_setup *setup, const struct cancel *cancel,
                                  struct finite *out, const char **why)
{
    const struct model *model =
        out->cache->empirical != NULL ? out->cache->empirical : setup->model;
    double margin = exp(2 * STEP_LOCAL);
    cut_out(setup, model, out);
    return integrate(out->cut, fmax(setup->n * out->low / margin, 1),
                     fmin(setup->n * out->high * margin, INTEGRAL_MAX_N), setup->threads, cancel,
                     why, &out->cache->integral);
}

enum status finite_new(const struct estimator_setup *setup, double beta_low, double beta_high,
                       const struct cancel *cancel, const char **why, struct finite *out)
{
    double reference = 0;
    *out = (struct finite){.n = setup->n, .low = beta_low, .high = beta_high};
    *why = "";
    if (setup->model->dim > INTEGRAL_MAX_DIM) {
        *why = "cusp integrates over at most three parameters";
        return ST_UNABLE;
    }
    if (!(setup->n * beta_low >= 1 - 1e-12) || !(setup->n * beta_high <= INTEGRAL_MAX_N)) {
        *why = "n times β is outside what is integrated, 1 to 1e12";
        return ST_UNABLE;
    }
    enum status status = estimator_reference(setup, &reference);
    if (status != ST_OK) {
        *why = "the loss at w* is not finite";
        return status;
    }
    status = take(setup, cancel, out, why);
    if (status == ST_OK && setup->radius > 0)
        status = local_integral(setup, cancel, out, why);
    if (status == ST_OK) {
        out->integral = out->cache->integral;
        out->offset = -out->cache->log_scale - reference;
    } else {
        finite_done(out);
    }
    return status;
}

void finite_done(struct finite *finite)
{
    estimator_cache_free(finite->own);
    program_free(finite->ball);
    mem_free(finite->cut);
    *finite = (struct finite){0};
}

/* --- what it says ----------------------------------------------------------------------------- */

/* −log ∫ φ e^(−t K) over the box, or the ball. */
static double free_energy_at(const struct finite *finite, double t, double *error)
{
    double mass, value = NAN;
    struct evidence row;
    *error = NAN;
    if (finite->cut != NULL) {
        if (integral_regions(finite->integral, t, &mass, &value, error) != ST_OK)
            return NAN;
        return value;
    }
    if (integral_evidence(finite->integral, &t, 1, &row) != ST_OK)
        return NAN;
    *error = row.error;
    return row.free_energy;
}

/* The derivative of f by log t, of fourth order; *error from that of second order and of f. */
static double slope_at(double (*f)(const struct finite *, double, double *),
                       const struct finite *finite, double t, double h, double *error)
{
    double value[4], noise = 0, each;
    static const double at[4] = {-2, -1, 1, 2};
    bool room = t * exp(-2 * h) >= 1;
    h = room ? h : log(t) / 2;
    for (size_t i = 0; i < 4; i++) {
        value[i] = f(finite, t * exp(at[i] * h), &each);
        noise = fmax(noise, each);
    }
    double narrow = (value[2] - value[1]) / (2 * h), wide = (value[3] - value[0]) / (4 * h);
    double best = narrow + (narrow - wide) / 3;
    *error = 0.1 * fabs(best - narrow) + noise;
    return h > 0 ? best : NAN;
}

/* t E[K]. */
static double mean_at(const struct finite *finite, double t, double *error)
{
    struct evidence row;
    if (finite->cut != NULL)
        return slope_at(free_energy_at, finite, t, STEP_LOCAL, error);
    *error = NAN;
    if (integral_evidence(finite->integral, &t, 1, &row) != ST_OK)
        return NAN;
    *error = row.mean_nk_error;
    return row.mean_nk;
}

double finite_mean(const struct finite *finite, double beta, double *error)
{
    return mean_at(finite, finite->n * beta, error) + beta * finite->offset;
}

double finite_variance(const struct finite *finite, double beta, double *error)
{
    double t = finite->n * beta, more = 0;
    double mean = mean_at(finite, t, error);
    double slope = slope_at(mean_at, finite, t, STEP, &more);
    *error += more;
    return mean - slope;
}

double finite_free_energy(const struct finite *finite, double beta, double *error)
{
    return free_energy_at(finite, finite->n * beta, error) + beta * finite->offset;
}

struct quantity finite_quantity(double value, double error)
{
    if (!isfinite(value))
        return finite_unknown(ST_UNABLE, "the integral gives no finite number");
    return (struct quantity){.name = "target",
                             .value = value,
                             .error = isfinite(error) ? error : 0,
                             .standing = ESTIMATE,
                             .why = "by integration"};
}

struct quantity finite_unknown(enum status status, const char *why)
{
    return (struct quantity){.name = "target",
                             .value = NAN,
                             .error = NAN,
                             .standing = UNKNOWN,
                             .why = why != NULL && *why ? why : status_name(status)};
}

struct quantity finite_n_lambda(const struct estimator_setup *setup, double beta,
                                const struct cancel *cancel)
{
    struct finite finite;
    const char *why = "";
    double error = 0;
    enum status status = finite_new(setup, beta, beta, cancel, &why, &finite);
    if (status != ST_OK)
        return finite_unknown(status, why);
    double value = finite_mean(&finite, beta, &error);
    finite_done(&finite);
    return finite_quantity(value, error);
}
