/* One panel of the outer rule: its lines or slices, the nested sums, what they may have missed. */
#include "outer_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "cusp/quadrature.h"

void outer_rule(struct engine *engine, size_t order)
{
    engine->order = order;
    if (order == 15)
        quadrature_kronrod15(&engine->nodes, &engine->kronrod, &engine->gauss);
    else
        quadrature_kronrod7(&engine->nodes, &engine->kronrod, &engine->gauss);
    quadrature_lagrange(engine->nodes, order, -1, engine->at_end[0]);
    quadrature_lagrange(engine->nodes, order, 1, engine->at_end[1]);
    double node[OUTER_ORDER_MAX], weight[OUTER_ORDER_MAX];
    size_t n = 0;
    for (size_t j = 0; j < order; j++)
        if (engine->gauss[j] > 0)
            node[n++] = engine->nodes[j];
    for (size_t k = 0; k < order; k++) {
        quadrature_lagrange(node, n, engine->nodes[k], weight);
        for (size_t j = 0, g = 0; j < order; j++)
            engine->from_gauss[k][j] = engine->gauss[j] > 0 ? weight[g++] : 0;
    }
}

/* One slice of three dimensions may take this part of the whole budget. */
enum { SLICE_SHARE = 24 };

size_t kept_by(const struct line *line)
{
    return line->n_nodes + line->n_panels * sizeof(struct panel) / (3 * sizeof(double));
}

void panel_free(struct outer_panel *panel, const struct engine *engine)
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
        error[f] = 2 * fabs(again[f] - value[f]) + engine->maker.unresolved;
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
        below[f] = outer_error(node->slice, f);
    }
    return status;
}

/* The nodes of one panel, run one after another or on several threads; each writes to places of its
 * own. */
struct fan_result {
    enum status status;
    size_t n_evaluations, n_enclosures;
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
    engine.budget = outer_work(&engine) + engine.budget / SLICE_SHARE;
    result->status = node_run(&engine, fan->level, &fan->panel->nodes[j],
                              fan->below + j * engine.wanted.total, fan->panel);
    result->n_evaluations = engine.maker.n_evaluations - fan->engine->maker.n_evaluations;
    result->n_enclosures = engine.maker.n_enclosures - fan->engine->maker.n_enclosures;
    result->noise = engine.maker.noise;
    result->out_of_budget = engine.out_of_budget;
    line_maker_join(&engine.maker);
}

enum status end_values(struct engine *engine, size_t level, double x, double *value)
{
    struct outer_node node = {.x = x, .value = value};
    struct outer_panel none = {0};
    double *below = mem_new(engine->wanted.total, sizeof *below);
    bool keep = engine->keep_nodes;
    engine->keep_nodes = false;
    enum status status = node_run(engine, level, &node, below, &none);
    engine->keep_nodes = keep;
    if (node.slice != NULL) {
        outer_set_done(node.slice, engine);
        mem_free(node.slice);
    }
    mem_free(below);
    return status;
}

/* Σ |value − interpolant through the Gauss nodes| at the other nodes, weighted. Where the integrand
   has roots or kinks at places of its own, the two rules may agree by luck; this cannot. */
static double rough_gap(const struct engine *engine, const struct outer_panel *panel, size_t f)
{
    double total = 0;
    for (size_t k = 0; k < engine->order; k++) {
        double sum = 0;
        if (engine->gauss[k] > 0)
            continue;
        for (size_t j = 0; j < engine->order; j++)
            sum += engine->from_gauss[k][j] * panel->nodes[j].value[f];
        total += panel->nodes[k].kronrod * fabs(panel->nodes[k].value[f] - sum);
    }
    return total;
}

/* How far the interpolant through a panel's nodes misses the true value at an end: a spike between
   the end and the first node shows nowhere else. */
static double end_miss(const struct engine *engine, const struct outer_panel *panel, size_t f,
                       int end)
{
    double sum = 0;
    for (size_t j = 0; j < engine->order; j++)
        sum += engine->at_end[end][j] * panel->nodes[j].value[f];
    return fabs(sum - (end ? panel->high[f] : panel->low[f]));
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
    size_t spike = 0;
    for (size_t f = 1; f < engine->wanted.count; f++)
        if (panel->edge[f] * greater(panel->sum[spike], 1e-300) >
            panel->edge[spike] * greater(panel->sum[f], 1e-300))
            spike = f;
    if (panel->edge[spike] > panel->gap[spike])
        panel->lean =
            end_miss(engine, panel, spike, 0) > end_miss(engine, panel, spike, 1) ? -1 : 1;
}

/* Computes one panel over [a, b]; *out is NULL unless ST_OK. */
enum status panel_new(struct engine *engine, size_t level, double a, double b, int cell,
                      const double *low, const double *high, struct outer_panel **out)
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
    panel->sum = mem_new(7 * total, sizeof(double));
    panel->gap = panel->sum + total;
    panel->below = panel->gap + total;
    panel->excess = panel->below + total;
    panel->edge = panel->excess + total;
    panel->low = panel->edge + total;
    panel->high = panel->low + total;
    memcpy(panel->low, low, total * sizeof *low);
    memcpy(panel->high, high, total * sizeof *high);
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
        engine->maker.n_enclosures += fan.results[j].n_enclosures;
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
        panel->gap[f] =
            engine->wanted.volumes ? rough_gap(engine, panel, f) : fabs(panel->sum[f] - gauss[f]);
        double miss = greater(end_miss(engine, panel, f, 0), end_miss(engine, panel, f, 1));
        panel->edge[f] = miss * half * (1 - engine->nodes[order - 1]);
        panel->excess[f] = greater(panel->gap[f] - rounding * panel->sum[f], 0) +
                           greater(panel->edge[f] - rounding * panel->sum[f], 0);
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
