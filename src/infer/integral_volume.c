/* V(ε), the prior volume of {K < ε}: the same rule over lines, each line cut exactly where K
 * crosses ε. */
#include <math.h>

#include "integral_private.h"

#include "cusp/mem.h"

/* From here on the coarser outer rule will do. */
static const double picture = 5e-4;

static const size_t volume_budget[] = {0, 1000000, 12000000, 40000000};

/* One dimension: the line itself is exact but for rounding at the crossings. */
static enum status line_volume(struct engine *engine, double *volume, double *error)
{
    struct line line;
    line_init(&line);
    line_make(&engine->maker, false, &line);
    line_functionals(&engine->maker, &line, &engine->wanted, volume);
    double *rounding = mem_new(engine->wanted.total, sizeof *rounding);
    outer_audit(engine, volume, error, rounding);
    mem_free(rounding);
    line_done(&line);
    return ST_OK;
}

/* The wanted levels, and decades above and between them, so that refinement can follow a narrow
   level set down from a wide one: level[i] of the wanted come first. */
static size_t choose_levels(const double *eps, size_t count, double kl_ref, double **level)
{
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        least = lesser(least, eps[i] - kl_ref);
    *level = mem_new(count + 32, sizeof(double));
    size_t n = count;
    for (size_t i = 0; i < count; i++)
        (*level)[i] = eps[i] - kl_ref;
    for (double extra = least * 10; extra > 0 && extra < 10 && n < count + 32; extra *= 10)
        (*level)[n++] = extra;
    return n;
}

enum status integral_volume(const struct integral *integral, const double *eps, size_t count,
                            double *volume, double *error)
{
    const struct model *model = integral->model;
    struct engine engine = integral->engine;
    double least = INFINITY, norm = exp(integral->log_norm), *level;
    for (size_t i = 0; i < count; i++) {
        if (!(eps[i] > 0 && isfinite(eps[i])))
            return ST_DOMAIN;
        least = lesser(least, eps[i]);
    }
    if (count == 0)
        return ST_OK;
    struct line_rule rule = integral->engine.maker.rule;
    size_t n_levels = choose_levels(eps, count, rule.kl_ref, &level);
    rule.edges = NULL;
    rule.n_max = greater(10 / least, 10);
    rule.n_min = 1e-6;
    rule.keep_high = false;
    engine.wanted =
        (struct functionals){.volumes = true, .value = level, .count = n_levels, .total = n_levels};
    engine.keep_nodes = false;
    engine.direct = true;
    engine.tolerance = greater(integral->engine.tolerance, integral->dim == 3 ? 1e-2 : 3e-5);
    engine.budget = volume_budget[integral->dim];
    engine.floor = mem_new(n_levels, sizeof(double));
    outer_rule(&engine,
               integral->dim < 3 && engine.tolerance < picture ? 15 : integral->engine.order);
    for (size_t i = 0; i < INTEGRAL_MAX_DIM; i++)
        engine.edges[i] = NULL;
    double *sum = mem_new(2 * n_levels, sizeof *sum), *gap = sum + n_levels;
    enum status status =
        line_maker_init(&engine.maker, model, engine.axis[integral->dim - 1], &rule);
    if (status == ST_OK && integral->dim == 1) {
        status = line_volume(&engine, sum, gap);
    } else if (status == ST_OK) {
        struct outer_set set;
        outer_set_init(&set, &engine);
        status = outer_run(&engine, 0, &set);
        for (size_t i = 0; i < n_levels; i++) {
            sum[i] = set.sum[i];
            /* square roots inside a panel: the rule is worse than its nodes tell */
            gap[i] = outer_error(&set, i) + 2 * set.gap[i];
        }
        outer_set_done(&set, &engine);
    }
    for (size_t i = 0; i < count; i++) {
        volume[i] = sum[i] / norm;
        error[i] = gap[i] / norm + volume[i] * (integral->log_norm_error + 1e-14);
    }
    line_maker_done(&engine.maker);
    mem_free(engine.floor);
    mem_free(level);
    mem_free(sum);
    return status;
}
