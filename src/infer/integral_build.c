/* Building an integral: rules and checks, the innermost axis, the run itself, the prior's
 * normalisation. */
#include "integral_private.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/zeros.h"

/* Tolerances from which the finer rules are used. */
static const double fine = 2e-6;

static struct line_rule choose_rule(const struct integral *integral, double tolerance)
{
    struct line_rule rule = {
        .n_min = integral->n_min,
        .n_max = integral->n_max,
        .kl_ref = integral->model->has_zero ? 0 : integral->model->kl_min,
        .ratio = 4,
        .keep_high = integral->model->n_regions > 0,
    };
    /* an order m whose coefficients fall like r^j errs like r^(2m); tail is r^(m − 1) */
    rule.order = tolerance <= fine ? 8 : 6;
    rule.tail = tolerance <= fine ? 3e-4 : 8e-3;
    size_t inner = integral->engine.axis[integral->dim - 1];
    rule.edges = integral->edges[inner];
    rule.n_edges = integral->n_edges[inner];
    return rule;
}

/* Decades of n at which errors are watched, n_max itself among them. */
static size_t choose_checks(double n_min, double n_max, double *checks)
{
    size_t count = 0;
    for (double n = n_min; n < n_max * 0.99 && count + 1 < CHECKS_MAX; n *= 10)
        checks[count++] = n;
    checks[count++] = n_max;
    return count;
}

static void choose_outer(struct engine *engine, double tolerance)
{
    engine->tolerance = tolerance;
    engine->cut = 0.25;
    outer_rule(engine, tolerance <= fine || engine->dim == 3 ? 15 : 7);
}

enum { SEEDS_MAX = 64 };

static void add_seed(struct engine *engine, size_t level, double x)
{
    if (engine->n_seeds[level] < SEEDS_MAX)
        engine->seeds[level][engine->n_seeds[level]++] = x;
}

/* Places on the outer axes where valleys stand, end or turn, so that even one narrower than any
   spacing of nodes is met: the least K that is known, and in the plane the isolated points of W0
   and the extremes of its curves. */
static enum status find_seeds(struct engine *engine)
{
    const struct model *model = engine->model;
    struct zero_set zeros;
    struct zeros_options options = {0};
    for (size_t level = 0; level + 1 < engine->dim; level++) {
        engine->seeds[level] = mem_new(SEEDS_MAX, sizeof(double));
        add_seed(engine, level, model->kl_min_at[engine->axis[level]]);
    }
    if (engine->dim != 2)
        return ST_OK;
    enum status status = zeros_find(model, &options, engine->cancel, &zeros);
    if (status != ST_OK)
        return status;
    for (size_t c = 0; c < zeros.n_components; c++) {
        const struct zero_component *piece = &zeros.components[c];
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < piece->n_points && piece->dimension < 2; i++) {
            double x = piece->points[i * model->dim + engine->axis[0]];
            low = lesser(low, x);
            high = greater(high, x);
        }
        if (low <= high) {
            add_seed(engine, 0, low);
            add_seed(engine, 0, high);
        }
    }
    zeros_done(&zeros);
    return ST_OK;
}

static void copy_edges(struct integral *integral, const struct integral_options *options)
{
    for (size_t i = 0; i < integral->dim; i++) {
        size_t n = options->edges[i] != NULL ? options->n_edges[i] : 0;
        if (n < 2)
            continue;
        integral->edges[i] = mem_new(n, sizeof(double));
        memcpy(integral->edges[i], options->edges[i], n * sizeof(double));
        integral->n_edges[i] = n;
        if (integral->dim == 3) /* lines are shared out between cells afterwards */
            continue;
        integral->engine.edges[i] = integral->edges[i];
        integral->engine.n_edges[i] = n;
    }
}

/* Greatest relative difference that halving the panels makes at the checked n. */
static double line_audit(const struct integral *integral)
{
    struct line_maker maker = line_maker_fork(&integral->engine.maker);
    double worst = 0;
    for (size_t i = 0; i < integral->engine.wanted.count; i++) {
        double sum = line_masses(&maker, &integral->line, integral->checks[i], NULL, NULL);
        double again = line_masses(&maker, &integral->halved, integral->checks[i], NULL, NULL);
        if (again > 0)
            worst = greater(worst, fabs(sum - again) / again);
    }
    line_maker_join(&maker);
    return worst;
}

static enum status run_line(struct integral *integral)
{
    struct engine *engine = &integral->engine;
    for (int attempt = 0; attempt < 3; attempt++) {
        line_make(&engine->maker, false, &integral->line);
        line_make(&engine->maker, true, &integral->halved);
        integral->unresolved = engine->maker.unresolved;
        if (line_audit(integral) <= engine->tolerance)
            break;
        engine->maker.rule.tail *= 0.03;
    }
    integral->leaves = mem_new(1, sizeof *integral->leaves);
    integral->n_leaves = 1;
    integral->leaves[0] = (struct leaf){.line = &integral->line, .kronrod = 1, .gauss = 1};
    return cancel_wanted(engine->cancel) ? ST_CANCELLED : ST_OK;
}

/* The stretch of the axis nearer to node j than to its neighbours. */
static void territory(const struct outer_panel *panel, size_t order, size_t j, double *low,
                      double *high)
{
    const struct outer_node *nodes = panel->nodes;
    *low = j == 0 ? panel->a : (nodes[j - 1].x + nodes[j].x) / 2;
    *high = j + 1 == order ? panel->b : (nodes[j].x + nodes[j + 1].x) / 2;
}

static void add_leaves(struct integral *integral, const struct outer_set *set, size_t level,
                       const struct leaf *above, size_t *capacity)
{
    const struct engine *engine = &integral->engine;
    for (size_t i = 0; i < set->n_panels; i++) {
        const struct outer_panel *panel = set->panels[i];
        for (size_t j = 0; j < engine->order; j++) {
            const struct outer_node *node = &panel->nodes[j];
            struct leaf leaf = *above;
            leaf.w[engine->axis[level]] = node->x;
            leaf.kronrod *= node->kronrod;
            leaf.gauss *= node->gauss;
            leaf.at[level] = panel;
            leaf.node[level] = (unsigned char)j;
            territory(panel, engine->order, j, &leaf.low[level], &leaf.high[level]);
            leaf.line = node->line;
            leaf.value = node->value;
            if (node->slice != NULL) {
                add_leaves(integral, node->slice, level + 1, &leaf, capacity);
                continue;
            }
            MEM_GROW(integral->leaves, integral->n_leaves, *capacity);
            integral->leaves[integral->n_leaves++] = leaf;
        }
    }
}

/* Greatest relative error, at the checked n, of summing by the density of states. */
static double states_error(const struct integral *integral)
{
    const struct outer_set *set = &integral->set;
    double worst = 0;
    for (size_t i = 0; i < integral->engine.wanted.count; i++) {
        double bound = 0;
        for (size_t p = 0; p < set->n_panels; p++)
            bound += states_bound(&set->panels[p]->states[0], integral->checks[i]);
        if (set->sum[i] > 0)
            worst = greater(worst, bound / set->sum[i]);
    }
    return worst;
}

static enum status run_outer(struct integral *integral)
{
    struct engine *engine = &integral->engine;
    size_t capacity = 0;
    outer_set_init(&integral->set, engine);
    enum status status = outer_run(engine, 0, &integral->set);
    /* a K that is smooth but no polynomial may need shorter panels than their coefficients tell */
    for (int again = 0; again < 2 && status == ST_OK && integral->dim == 2; again++) {
        if (engine->worst_audit <= engine->tolerance || engine->out_of_budget)
            break;
        engine->maker.rule.tail *= 0.03;
        engine->kept = 0;
        outer_set_done(&integral->set, engine);
        outer_set_init(&integral->set, engine);
        status = outer_run(engine, 0, &integral->set);
    }
    if (status == ST_OK && !engine->direct && integral->dim == 2 &&
        states_error(integral) > engine->tolerance / 2) {
        engine->direct = true;
        engine->kept = 0;
        outer_set_done(&integral->set, engine);
        outer_set_init(&integral->set, engine);
        status = outer_run(engine, 0, &integral->set);
    }
    if (status != ST_OK)
        return status;
    outer_sort(&integral->set);
    struct leaf above = {.kronrod = 1, .gauss = 1};
    add_leaves(integral, &integral->set, 0, &above, &capacity);
    return integral->dim == 3 ? integral_collect(integral) : ST_OK;
}

/* ∫φ̃ over the box, by the same rules at n = 0, where there is no closed form. */
static enum status find_norm(struct integral *integral)
{
    const struct model *model = integral->model;
    double log_max = integral->engine.maker.log_prior_max;
    if (model->log_prior == NULL) {
        integral->log_norm = log(model_box_volume(model));
        return ST_OK;
    }
    if (isfinite(model->log_prior_norm)) {
        integral->log_norm = model->log_prior_norm - log_max;
        return ST_OK;
    }
    struct integral prior = {.model = model, .dim = integral->dim, .n_min = 0, .n_max = 1e-300};
    double zero = 0;
    struct engine *engine = &prior.engine;
    *engine = integral->engine;
    for (size_t i = 0; i < INTEGRAL_MAX_DIM; i++)
        engine->edges[i] = NULL;
    engine->wanted = (struct functionals){.value = &zero, .count = 1, .total = 1};
    engine->kept = 0;
    engine->keep_nodes = true;
    engine->direct = true;
    double floor = 0;
    engine->floor = &floor;
    struct line_rule rule = choose_rule(&prior, engine->tolerance);
    enum status status = line_maker_init(&engine->maker, model, engine->axis[prior.dim - 1], &rule);
    double sum = 0, gap = 0, rounding = 0;
    if (status == ST_OK && prior.dim == 1) {
        status = run_line(&prior);
        line_functionals(&engine->maker, &prior.line, &engine->wanted, &sum);
        if (status == ST_OK)
            outer_audit(engine, &sum, &gap, &rounding);
    } else if (status == ST_OK) {
        outer_set_init(&prior.set, engine);
        status = outer_run(engine, 0, &prior.set);
        sum = prior.set.sum[0];
        gap = prior.set.gap[0] + prior.set.below[0];
        outer_set_done(&prior.set, engine);
    }
    integral->log_norm = log(sum);
    integral->log_norm_error = gap / sum;
    line_done(&prior.line);
    line_done(&prior.halved);
    mem_free(prior.leaves);
    line_maker_done(&engine->maker);
    if (status == ST_OK && !(sum > 0 && isfinite(sum)))
        return ST_DOMAIN;
    return status;
}

/* Least K in each region: what its own free energy is measured from. */
static void find_region_least(struct integral *integral)
{
    size_t n = integral->model->n_regions;
    if (n == 0)
        return;
    integral->region_least = mem_new(n, sizeof(double));
    for (size_t r = 0; r < n; r++)
        integral->region_least[r] = INFINITY;
    if (integral->dim == 3) {
        for (size_t r = 0; r < n; r++)
            integral->region_least[r] = integral->collected.region_least[r];
        return;
    }
    for (size_t l = 0; l < integral->n_leaves; l++) {
        const struct line *line = integral->leaves[l].line;
        for (size_t i = 0; i < line->n_panels; i++)
            for (size_t r = 0; r < n; r++)
                if (line->panels[i].regions >> r & 1U)
                    integral->region_least[r] =
                        lesser(integral->region_least[r], line->panels[i].k_low);
    }
}

/* By dimension. */
static const size_t default_budget[] = {0, 4000000, 60000000, 400000000};
static const double default_tolerance[] = {0, 1e-8, 2.5e-7, 4e-5};

/* Everything up to the first line: rules, edges, checks, with `inner` as the innermost axis. */
static enum status prepare(struct integral *integral, const struct model *model,
                           const struct integral_options *options, size_t inner,
                           const struct cancel *cancel)
{
    struct engine *engine = &integral->engine;
    size_t dim = model->dim, level = 0;
    integral->held = model_ref((struct model *)(uintptr_t)model);
    integral->model = model;
    integral->dim = dim;
    /* smaller n are watched even if they are not asked: they lead to what is narrow at great n */
    integral->n_min = options->n_min > 0 && options->n_min < 1 ? options->n_min : 1;
    integral->n_max = options->n_max > 0 ? options->n_max : INTEGRAL_MAX_N;
    ladder_rungs(integral->rung);
    *engine =
        (struct engine){.model = model, .dim = dim, .cancel = cancel, .threads = options->threads};
    for (size_t i = 0; i < dim; i++)
        if (i != inner)
            engine->axis[level++] = i;
    engine->axis[level] = inner;
    copy_edges(integral, options);
    choose_outer(engine, options->tolerance > 0 ? options->tolerance : default_tolerance[dim]);
    engine->budget = options->budget > 0 ? options->budget : default_budget[dim];
    engine->keep_nodes = dim == 2;
    engine->drop_lines = options->evidence_only && model->n_regions == 0;
    engine->wanted.value = integral->checks;
    engine->wanted.count = choose_checks(integral->n_min, integral->n_max, integral->checks);
    engine->wanted.n_regions = model->n_regions;
    engine->wanted.total = engine->wanted.count * (1 + model->n_regions);
    engine->floor = mem_new(engine->wanted.count, sizeof(double));
    engine->direct = dim == 1 || model->log_prior != NULL;
    if (!engine->direct) {
        engine->factors = mem_new(engine->wanted.count, sizeof *engine->factors);
        for (size_t i = 0; i < engine->wanted.count; i++)
            states_factors_make(integral->checks[i], 0, &engine->factors[i]);
    }
    struct line_rule rule = choose_rule(integral, engine->tolerance);
    enum status status = line_maker_init(&engine->maker, model, inner, &rule);
    engine->maker.plain = dim == 3 || engine->drop_lines;
    if (status == ST_OK && dim > 1)
        status = find_seeds(engine);
    return status;
}

/* What three dimensions cost with an axis innermost, by a rough integral: a cone seen along its
   axis is much easier than across it. SIZE_MAX if it came to no end. */
static size_t pilot_cost(const struct model *model, size_t inner, size_t threads,
                         const struct cancel *cancel)
{
    const struct integral_options rough = {.tolerance = 3e-2,
                                           .n_max = 1e3,
                                           .budget = 4000000,
                                           .evidence_only = true,
                                           .threads = threads};
    struct integral *pilot = mem_new(1, sizeof *pilot);
    enum status status = prepare(pilot, model, &rough, inner, cancel);
    outer_set_init(&pilot->set, &pilot->engine);
    if (status == ST_OK)
        status = outer_run(&pilot->engine, 0, &pilot->set);
    size_t cost = pilot->engine.maker.n_evaluations;
    if (status != ST_OK || pilot->engine.out_of_budget)
        cost = SIZE_MAX;
    integral_free(pilot);
    return cost;
}

static size_t choose_inner(const struct model *model, size_t threads, const struct cancel *cancel)
{
    size_t best = model->dim - 1, least = SIZE_MAX;
    for (size_t axis = 0; model->dim == 3 && axis < 3 && !cancel_wanted(cancel); axis++) {
        size_t cost = pilot_cost(model, axis, threads, cancel);
        if (cost < least) {
            least = cost;
            best = axis;
        }
    }
    return best;
}

enum status integral_new(const struct model *model, const struct integral_options *options,
                         const struct cancel *cancel, struct integral **out)
{
    static const struct integral_options defaults;
    *out = NULL;
    if (options == NULL)
        options = &defaults;
    if (model->dim > INTEGRAL_MAX_DIM)
        return ST_UNABLE;
    struct integral *integral = mem_new(1, sizeof *integral);
    struct engine *engine = &integral->engine;
    size_t inner = choose_inner(model, options->threads, cancel);
    enum status status = prepare(integral, model, options, inner, cancel);
    if (status == ST_OK)
        status = model->dim == 1 ? run_line(integral) : run_outer(integral);
    if (status == ST_OK)
        status = find_norm(integral);
    if (status == ST_OK) {
        struct evidence first;
        find_region_least(integral);
        status = integral_evidence(integral, &integral->n_min, 1, &first);
        if (status == ST_OK && !isfinite(first.log_z))
            status = ST_DOMAIN;
    }
    engine->cancel = NULL;
    if (status != ST_OK) {
        integral_free(integral);
        return status;
    }
    *out = integral;
    return ST_OK;
}
