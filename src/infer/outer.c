/* The adaptive rule over lines: panels are halved where the nested Kronrod and Gauss rules differ
   at any n, so that what happens at every scale is followed at all of them. */
#include "outer_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"

enum { PANELS_MAX = 4000, KEPT_MAX = 4000000 };

void outer_set_init(struct outer_set *set, const struct engine *engine)
{
    *set = (struct outer_set){0};
    set->sum = mem_new(engine->wanted.total, sizeof(double));
    set->gap = mem_new(engine->wanted.total, sizeof(double));
    set->below = mem_new(engine->wanted.total, sizeof(double));
    set->excess = mem_new(engine->wanted.total, sizeof(double));
}

/* Memory of a kept line, in nodes. */
static size_t kept_by(const struct line *line)
{
    return line->n_nodes + line->n_panels * sizeof(struct panel) / (3 * sizeof(double));
}

static void panel_free(struct outer_panel *panel, const struct engine *engine)
{
    for (size_t j = 0; j < engine->order; j++) {
        struct outer_node *node = &panel->nodes[j];
        mem_free(node->value);
        if (node->line != NULL) {
            line_done(node->line);
            mem_free(node->line);
        }
        if (node->slice != NULL) {
            outer_set_done(node->slice, engine);
            mem_free(node->slice);
        }
    }
    mem_free(panel->nodes);
    mem_free(panel->sum);
    mem_free(panel->states);
    mem_free(panel);
}

void outer_set_done(struct outer_set *set, const struct engine *engine)
{
    for (size_t i = 0; i < set->n_panels; i++)
        panel_free(set->panels[i], engine);
    mem_free(set->panels);
    mem_free(set->sum);
    mem_free(set->gap);
    mem_free(set->below);
    mem_free(set->excess);
    *set = (struct outer_set){0};
}

static int by_position(const void *a, const void *b)
{
    const struct outer_panel *p = *(struct outer_panel *const *)a;
    const struct outer_panel *q = *(struct outer_panel *const *)b;
    return (p->a > q->a) - (p->a < q->a);
}

void outer_sort(struct outer_set *set)
{
    if (set->n_panels > 0)
        qsort(set->panels, set->n_panels, sizeof(struct outer_panel *), by_position);
}

/* All functionals of a line; *states gets its density of states unless sums are direct. */
static void line_values(struct engine *engine, const struct line *line, double *value,
                        struct states *states)
{
    const struct functionals *wanted = &engine->wanted;
    if (engine->direct || wanted->volumes) {
        line_functionals(&engine->maker, line, wanted, value);
        return;
    }
    struct states part;
    line_states(line, -1, states);
    for (size_t i = 0; i < wanted->count; i++)
        value[i] = states_sum(states, &engine->factors[i], 0);
    for (size_t r = 0; r < wanted->n_regions; r++) {
        line_states(line, (int)r, &part);
        for (size_t i = 0; i < wanted->count; i++)
            value[(r + 1) * wanted->count + i] = states_sum(&part, &engine->factors[i], 0);
    }
}

void outer_audit(struct engine *engine, const double *value, double *error, double *rounding)
{
    const struct functionals *wanted = &engine->wanted;
    struct line line;
    double *again = mem_new(wanted->total, sizeof *again);
    line_init(&line);
    line_make(&engine->maker, true, &line);
    struct states states;
    line_values(engine, &line, again, &states);
    for (size_t f = 0; f < wanted->total; f++)
        error[f] = 2 * fabs(again[f] - value[f]);
    double width = 0;
    memset(rounding, 0, wanted->total * sizeof *rounding);
    for (size_t i = 0; !wanted->volumes && i < wanted->count; i++) {
        double n = wanted->value[i];
        if (i % 4 == 0) /* K is larger where the mass is at smaller n, and so is its rounding */
            width = line_rounding(&engine->maker, &line, n);
        for (size_t f = i; f < wanted->total; f += wanted->count)
            rounding[f] = lesser(n * width, 1e6) * value[f];
    }
    line_done(&line);
    mem_free(again);
}

/* Fills node->value, and below[] with the error of what lies under it. */
static enum status node_run(struct engine *engine, size_t level, struct outer_node *node,
                            double *below, struct outer_panel *panel)
{
    size_t total = engine->wanted.total;
    engine->maker.w[engine->axis[level]] = node->x;
    if (level + 2 == engine->dim) {
        struct line *line = mem_new(1, sizeof *line);
        line_init(line);
        line_make(&engine->maker, false, line);
        struct states states;
        line_values(engine, line, node->value, &states);
        if (panel->states != NULL) {
            states_accumulate(&panel->states[0], &states, node->kronrod);
            if (node->gauss > 0)
                states_accumulate(&panel->states[1], &states, node->gauss);
        }
        if (engine->keep_nodes && (!engine->drop_lines || engine->direct)) {
            node->line = line;
            engine->kept += kept_by(line);
        } else {
            line_done(line);
            mem_free(line);
        }
        return cancel_wanted(engine->cancel) ? ST_CANCELLED : ST_OK;
    }
    node->slice = mem_new(1, sizeof *node->slice);
    outer_set_init(node->slice, engine);
    enum status status = outer_run(engine, level + 1, node->slice);
    for (size_t f = 0; f < total; f++) {
        node->value[f] = node->slice->sum[f];
        below[f] = node->slice->gap[f] + node->slice->below[f];
    }
    return status;
}

/* Divided differences of the functional that is worst at the nodes: where the integrand is
   roughest. A panel whose trouble sits at one end is cut near that end, which saves half of the
   steps towards a singular point. */
static void find_lean(const struct engine *engine, struct outer_panel *panel)
{
    size_t order = engine->order, worst = 0;
    double most = 0, d[OUTER_ORDER_MAX];
    for (size_t f = 0; f < engine->wanted.count; f++) {
        double relative = panel->sum[f] > 0 ? panel->gap[f] / panel->sum[f] : 0;
        if (relative > most) {
            most = relative;
            worst = f;
        }
    }
    for (size_t j = 0; j < order; j++)
        d[j] = panel->nodes[j].value[worst];
    for (size_t step = 1; step <= 4; step++)
        for (size_t j = 0; j + step < order; j++)
            d[j] = (d[j + 1] - d[j]) / (panel->nodes[j + step].x - panel->nodes[j].x);
    double low = 0, high = 0;
    for (size_t j = 0; j + 4 < order; j++) {
        if (2 * j + 4 < order - 1)
            low = greater(low, fabs(d[j]));
        else if (2 * j + 4 > order - 1)
            high = greater(high, fabs(d[j]));
    }
    panel->lean = low > 30 * high ? -1 : high > 30 * low ? 1 : 0;
}

/* The nodes of one panel, run one after another or on several threads; each writes to places of its
 * own. */
struct fan_result {
    enum status status;
    size_t n_evaluations, n_undefined;
    double noise;
    bool out_of_budget;
};

struct fan {
    struct engine *engine;
    size_t level;
    struct outer_panel *panel;
    double *below; /* [order][total] */
    struct fan_result *results;
};

static void fan_line(size_t j, void *context)
{
    struct fan *fan = context;
    struct fan_result *result = &fan->results[j];
    if (j > 0 && fan->results[j - 1].status != ST_OK) {
        result->status = fan->results[j - 1].status;
        return;
    }
    result->status = node_run(fan->engine, fan->level, &fan->panel->nodes[j],
                              fan->below + j * fan->engine->wanted.total, fan->panel);
    result->noise = fan->engine->maker.noise;
}

static void fan_slice(size_t j, void *context)
{
    struct fan *fan = context;
    struct fan_result *result = &fan->results[j];
    struct engine engine = *fan->engine;
    engine.maker = line_maker_fork(&fan->engine->maker);
    result->status = node_run(&engine, fan->level, &fan->panel->nodes[j],
                              fan->below + j * engine.wanted.total, fan->panel);
    result->n_evaluations = engine.maker.n_evaluations - fan->engine->maker.n_evaluations;
    result->n_undefined = engine.maker.n_undefined - fan->engine->maker.n_undefined;
    result->noise = engine.maker.noise;
    result->out_of_budget = engine.out_of_budget;
    line_maker_join(&engine.maker);
}

/* Computes one panel over [a, b]; *out may be NULL after ST_CANCELLED. */
static enum status panel_new(struct engine *engine, size_t level, double a, double b, int cell,
                             struct outer_panel **out)
{
    size_t total = engine->wanted.total, order = engine->order;
    struct outer_panel *panel = mem_new(1, sizeof *panel);
    double half = (b - a) / 2, middle = a + half;
    double *gauss = mem_new(total, sizeof *gauss);
    enum status status = ST_OK;
    bool lines = level + 2 == engine->dim;
    double noise = 0;
    *panel = (struct outer_panel){.a = a, .b = b, .cell = cell};
    panel->nodes = mem_new(order, sizeof *panel->nodes);
    panel->sum = mem_new(4 * total, sizeof(double));
    panel->gap = panel->sum + total;
    panel->below = panel->gap + total;
    panel->excess = panel->below + total;
    if (lines && engine->keep_nodes && !engine->direct && !engine->wanted.volumes)
        panel->states = mem_new(2, sizeof *panel->states);
    struct fan fan = {engine, level, panel, mem_new(order * total, sizeof(double)),
                      mem_new(order, sizeof(struct fan_result))};
    for (size_t j = 0; j < order; j++) {
        struct outer_node *node = &panel->nodes[j];
        node->x = middle + half * engine->nodes[j];
        node->kronrod = half * engine->kronrod[j];
        node->gauss = half * engine->gauss[j];
        node->value = mem_new(total, sizeof(double));
    }
    if (lines)
        for (size_t j = 0; j < order; j++)
            fan_line(j, &fan);
    else
        parallel_for(order, engine->threads, fan_slice, &fan, NULL);
    for (size_t j = 0; j < order; j++) {
        const struct outer_node *node = &panel->nodes[j];
        const double *under = fan.below + j * total;
        if (fan.results[j].status != ST_OK)
            status = fan.results[j].status;
        engine->maker.n_evaluations += fan.results[j].n_evaluations;
        engine->maker.n_undefined += fan.results[j].n_undefined;
        engine->out_of_budget = engine->out_of_budget || fan.results[j].out_of_budget;
        noise = greater(noise, fan.results[j].noise);
        for (size_t f = 0; f < total; f++) {
            panel->sum[f] += node->kronrod * node->value[f];
            gauss[f] += node->gauss * node->value[f];
            panel->below[f] += node->kronrod * under[f];
        }
    }
    mem_free(fan.below);
    mem_free(fan.results);
    for (size_t f = 0; f < total; f++) {
        /* what rounding in K makes of the difference no halving can mend */
        double rounding =
            engine->wanted.volumes ? 0 : engine->wanted.value[f % engine->wanted.count] * noise;
        panel->gap[f] = fabs(panel->sum[f] - gauss[f]);
        panel->excess[f] = greater(panel->gap[f] - rounding * panel->sum[f], 0);
    }
    if (status == ST_OK)
        find_lean(engine, panel);
    mem_free(gauss);
    if (status != ST_OK) {
        panel_free(panel, engine);
        panel = NULL;
    }
    *out = panel;
    return status;
}

static void set_add(struct outer_set *set, struct outer_panel *panel)
{
    MEM_GROW(set->panels, set->n_panels, set->capacity);
    set->panels[set->n_panels++] = panel;
}

static void set_totals(struct outer_set *set, const struct engine *engine)
{
    size_t total = engine->wanted.total;
    for (size_t f = 0; f < total; f++)
        set->sum[f] = set->gap[f] = set->below[f] = set->excess[f] = 0;
    for (size_t i = 0; i < set->n_panels; i++)
        for (size_t f = 0; f < total; f++) {
            set->sum[f] += set->panels[i]->sum[f];
            set->gap[f] += set->panels[i]->gap[f];
            set->below[f] += set->panels[i]->below[f];
            set->excess[f] += set->panels[i]->excess[f];
        }
}

/* What errors in a functional are measured against: within a slice, also its share of the whole. */
static double set_scale(const struct engine *engine, size_t level, const struct outer_set *set,
                        size_t f)
{
    size_t i = f % engine->wanted.count;
    return level > 0 ? greater(set->sum[i], engine->floor[i]) : set->sum[i];
}

/* How many times over its share of the tolerance each functional's error is; the whole set's is
 * returned. */
static double allowance(const struct engine *engine, const struct outer_set *set, size_t level,
                        double *weight)
{
    const struct functionals *wanted = &engine->wanted;
    double worst = 0;
    for (size_t f = 0; f < wanted->total; f++) {
        double scale = set_scale(engine, level, set, f);
        weight[f] = scale > 0 ? 1 / (engine->tolerance * scale) : 0;
        worst = greater(worst, set->excess[f] * weight[f]);
    }
    return worst;
}

static struct outer_panel **worst_panel(const struct engine *engine, const struct outer_set *set,
                                        size_t level, const double *weight)
{
    size_t axis = engine->axis[level];
    double least = 1e-13 * (engine->model->params[axis].high - engine->model->params[axis].low);
    struct outer_panel **worst = NULL;
    double most = 0;
    for (size_t i = 0; i < set->n_panels; i++) {
        const struct outer_panel *p = set->panels[i];
        if (p->b - p->a <= least + 1e-14 * fabs(p->a))
            continue;
        double score = 0;
        for (size_t f = 0; f < engine->wanted.total; f++)
            score = greater(score, p->excess[f] * weight[f]);
        if (score > most) {
            most = score;
            worst = &set->panels[i];
        }
    }
    return worst;
}

static void update_floor(struct engine *engine, const struct outer_set *set)
{
    size_t axis = engine->axis[0];
    double length = engine->model->params[axis].high - engine->model->params[axis].low;
    for (size_t i = 0; i < engine->wanted.count; i++)
        engine->floor[i] = 0.1 * set->sum[i] / length;
}

static enum status first_panels(struct engine *engine, size_t level, struct outer_set *set)
{
    size_t axis = engine->axis[level];
    double low = engine->model->params[axis].low, high = engine->model->params[axis].high;
    const double *edges = engine->edges[axis];
    size_t n = engine->n_edges[axis];
    double a = low, middle = low + (high - low) / 2;
    enum status status = ST_OK;
    struct outer_panel *panel;
    if (edges == NULL || n < 2) {
        for (int i = 0; i < 2 && status == ST_OK; i++) {
            status = panel_new(engine, level, i ? middle : low, i ? high : middle, -1, &panel);
            if (status == ST_OK)
                set_add(set, panel);
        }
        return status;
    }
    for (size_t i = 0; i <= n && status == ST_OK; i++) {
        double b = i < n ? edges[i] : high;
        if (!(b > a))
            continue;
        status = panel_new(engine, level, a, b, i == 0 || i == n ? -1 : (int)i - 1, &panel);
        if (status == ST_OK)
            set_add(set, panel);
        a = b;
    }
    return status;
}

/* The functional to which a panel matters most, and its greatest node for that. */
static size_t weightiest(const struct engine *engine, size_t level, const struct outer_set *set,
                         const struct outer_panel *panel, size_t *node)
{
    size_t best = 0;
    double most = -1;
    for (size_t f = 0; f < engine->wanted.total; f++) {
        double scale = set_scale(engine, level, set, f);
        double share = scale > 0 ? panel->sum[f] / scale : 0;
        if (share > most) {
            most = share;
            best = f;
        }
    }
    *node = 0;
    for (size_t j = 1; j < engine->order; j++)
        if (panel->nodes[j].value[best] > panel->nodes[*node].value[best])
            *node = j;
    return best;
}

/* The lines' own errors: two lines of every panel are made again with all their panels halved. What
   it finds is taken for the whole panel, relatively where the line is typical and absolutely where
   a functional has died away on it. */
static void audit_panels(struct engine *engine, size_t level, struct outer_set *set)
{
    size_t total = engine->wanted.total;
    double *error = mem_new(4 * total, sizeof *error), *rounding = error + total;
    double *audit = rounding + total, *most = audit + total;
    for (size_t i = 0; i < set->n_panels; i++) {
        struct outer_panel *panel = set->panels[i];
        size_t j, best = weightiest(engine, level, set, panel, &j);
        double width = panel->b - panel->a;
        memset(most, 0, total * sizeof *most);
        for (int which = 0; which < 2; which++) {
            const struct outer_node *node = &panel->nodes[j];
            bool typical = which == 0 && node->value[best] > 0;
            engine->maker.w[engine->axis[level]] = node->x;
            outer_audit(engine, node->value, error, rounding);
            double by_panels = typical ? error[best] / node->value[best] : 0;
            double by_rounding = typical ? rounding[best] / node->value[best] : 0;
            for (size_t f = 0; f < total; f++) {
                double found = greater(error[f] * width, by_panels * panel->sum[f]);
                most[f] = greater(most[f], found);
                found += greater(rounding[f] * width, by_rounding * panel->sum[f]);
                panel->below[f] = greater(panel->below[f], found);
            }
            j = (j + engine->order / 2) % engine->order;
        }
        for (size_t f = 0; f < total; f++)
            audit[f] += most[f];
    }
    engine->worst_audit = 0;
    for (size_t f = 0; f < engine->wanted.count; f++) {
        double scale = set_scale(engine, level, set, f);
        if (scale > 0)
            engine->worst_audit = greater(engine->worst_audit, audit[f] / scale);
    }
    mem_free(error);
    set_totals(set, engine);
}

enum status outer_run(struct engine *engine, size_t level, struct outer_set *set)
{
    enum status status = first_panels(engine, level, set);
    double *weight = mem_new(engine->wanted.total, sizeof *weight);
    while (status == ST_OK) {
        set_totals(set, engine);
        if (level == 0 && engine->dim > 2)
            update_floor(engine, set);
        if (allowance(engine, set, level, weight) <= 1)
            break;
        if (engine->maker.n_evaluations > engine->budget || engine->kept > KEPT_MAX ||
            set->n_panels >= PANELS_MAX) {
            engine->out_of_budget = true;
            break;
        }
        struct outer_panel **worst = worst_panel(engine, set, level, weight);
        if (worst == NULL)
            break;
        struct outer_panel *old = *worst, *left = NULL, *right = NULL;
        double share = old->lean < 0 ? engine->cut : old->lean > 0 ? 1 - engine->cut : 0.5;
        double middle = old->a + (old->b - old->a) * share;
        status = panel_new(engine, level, old->a, middle, old->cell, &left);
        if (status != ST_OK)
            break;
        *worst = left;
        status = panel_new(engine, level, middle, old->b, old->cell, &right);
        for (size_t j = 0; j < engine->order; j++)
            engine->kept -= old->nodes[j].line != NULL ? kept_by(old->nodes[j].line) : 0;
        panel_free(old, engine);
        if (status == ST_OK)
            set_add(set, right);
    }
    if (status == ST_OK && level + 2 == engine->dim)
        audit_panels(engine, level, set);
    mem_free(weight);
    return status;
}
