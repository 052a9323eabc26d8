/* The adaptive rule over lines: panels are halved where the nested Kronrod and Gauss rules differ
   at any n, so that what happens at every scale is followed at all of them. */
#include "outer_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum { PANELS_MAX = 4000, KEPT_MAX = 4000000 };

void outer_set_init(struct outer_set *set, const struct engine *engine)
{
    *set = (struct outer_set){0};
    set->sum = mem_new(engine->wanted.total, sizeof(double));
    set->gap = mem_new(engine->wanted.total, sizeof(double));
    set->below = mem_new(engine->wanted.total, sizeof(double));
    set->excess = mem_new(engine->wanted.total, sizeof(double));
    set->edge = mem_new(engine->wanted.total, sizeof(double));
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
    mem_free(set->edge);
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

static void set_add(struct outer_set *set, struct outer_panel *panel)
{
    MEM_GROW(set->panels, set->n_panels, set->capacity);
    set->panels[set->n_panels++] = panel;
}

static void set_totals(struct outer_set *set, const struct engine *engine)
{
    size_t total = engine->wanted.total;
    for (size_t f = 0; f < total; f++)
        set->sum[f] = set->gap[f] = set->below[f] = set->excess[f] = set->edge[f] = 0;
    for (size_t i = 0; i < set->n_panels; i++)
        for (size_t f = 0; f < total; f++) {
            set->sum[f] += set->panels[i]->sum[f];
            set->gap[f] += set->panels[i]->gap[f];
            set->below[f] += set->panels[i]->below[f];
            set->excess[f] += set->panels[i]->excess[f];
            set->edge[f] += set->panels[i]->edge[f];
        }
}

/* What errors in a functional are measured against: within a slice, also its share of the whole. */
static double set_scale(const struct engine *engine, size_t level, const struct outer_set *set,
                        size_t f)
{
    size_t i = f % engine->wanted.count;
    /* nothing found yet, but something seen at an end: that is what to look for */
    double sum = set->sum[i] + set->edge[i];
    return level > 0 ? greater(sum, engine->floor[i]) : sum;
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
    double least = 1e-17 * (engine->model->params[axis].high - engine->model->params[axis].low);
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

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where the axis is cut to begin with: the box, its middle or the cell edges, and the seeds.
 * Returns how many. */
static size_t first_cuts(const struct engine *engine, size_t level, double **cuts)
{
    size_t axis = engine->axis[level], n = 0, kept = 1, n_edges = engine->n_edges[axis];
    double low = engine->model->params[axis].low, high = engine->model->params[axis].high;
    double *cut = mem_new(n_edges + engine->n_seeds[level] + 3, sizeof *cut);
    cut[n++] = low;
    cut[n++] = high;
    if (n_edges < 2)
        cut[n++] = low + (high - low) / 2;
    for (size_t i = 0; i < n_edges; i++)
        cut[n++] = engine->edges[axis][i];
    for (size_t i = 0; i < engine->n_seeds[level]; i++)
        if (engine->seeds[level][i] > low && engine->seeds[level][i] < high)
            cut[n++] = engine->seeds[level][i];
    qsort(cut, n, sizeof *cut, ascending);
    for (size_t i = 1; i < n; i++)
        if (cut[i] - cut[kept - 1] > 1e-12 * (high - low) || i + 1 == n)
            cut[kept++] = cut[i];
    *cuts = cut;
    return kept;
}

/* Index of the cell that holds x on an axis; −1: none. */
static int cell_of(const struct engine *engine, size_t axis, double x)
{
    const double *edges = engine->edges[axis];
    size_t n = engine->n_edges[axis], i = 0;
    if (edges == NULL || n < 2)
        return -1;
    while (i < n && edges[i] <= x)
        i++;
    return i == 0 || i == n ? -1 : (int)i - 1;
}

static enum status first_panels(struct engine *engine, size_t level, struct outer_set *set)
{
    size_t total = engine->wanted.total;
    double *cut, *low = mem_new(2 * total, sizeof *low), *high = low + total;
    size_t n = first_cuts(engine, level, &cut);
    enum status status = end_values(engine, level, cut[0], low);
    for (size_t i = 0; i + 1 < n && status == ST_OK; i++) {
        struct outer_panel *panel;
        double middle = cut[i] + (cut[i + 1] - cut[i]) / 2;
        status = end_values(engine, level, cut[i + 1], high);
        if (status == ST_OK)
            status = panel_new(engine, level, cut[i], cut[i + 1],
                               cell_of(engine, engine->axis[level], middle), low, high, &panel);
        if (status == ST_OK)
            set_add(set, panel);
        memcpy(low, high, total * sizeof *low);
    }
    mem_free(low);
    mem_free(cut);
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
    double *weight = mem_new(2 * engine->wanted.total, sizeof *weight);
    double *between = weight + engine->wanted.total;
    while (status == ST_OK) {
        set_totals(set, engine);
        if (level == 0 && engine->dim > 2)
            update_floor(engine, set);
        if (allowance(engine, set, level, weight) <= 1)
            break;
        if (outer_work(engine) > engine->budget || engine->kept > KEPT_MAX ||
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
        status = end_values(engine, level, middle, between);
        if (status == ST_OK)
            status = panel_new(engine, level, old->a, middle, old->cell, old->low, between, &left);
        if (status != ST_OK)
            break;
        *worst = left;
        status = panel_new(engine, level, middle, old->b, old->cell, between, old->high, &right);
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
