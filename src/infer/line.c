/* One line of the box, integrated: nodes on panels, their smoothness checked, sums for any n. */
#include "line_private.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/quadrature.h"

enum { REFINEMENTS_MAX = 40, PANELS_MAX = 6000 };

/* Rows that take values at Gauss nodes to the coefficient of the Legendre polynomial of this
 * degree. */
static void project_row(const double *x, const double *w, size_t order, size_t degree, double *row)
{
    for (size_t i = 0; i < order; i++) {
        double p0 = 1, p1 = x[i], p = degree == 0 ? p0 : p1;
        for (size_t j = 2; j <= degree; j++) {
            p = ((2 * (double)j - 1) * x[i] * p1 - ((double)j - 1) * p0) / (double)j;
            p0 = p1;
            p1 = p;
        }
        row[i] = (2 * (double)degree + 1) / 2 * w[i] * p;
    }
}

static struct gauss_table *gauss_table_new(void)
{
    struct gauss_table *table = mem_new(1, sizeof *table);
    for (size_t order = 1; order <= LINE_ORDER_MAX; order++) {
        quadrature_legendre(order, table->x[order], table->w[order]);
        if (order < 3)
            continue;
        project_row(table->x[order], table->w[order], order, order - 2, table->top[order][0]);
        project_row(table->x[order], table->w[order], order, order - 1, table->top[order][1]);
        quadrature_lagrange(table->x[order], order, -1, table->end[order][0]);
        quadrature_lagrange(table->x[order], order, 1, table->end[order][1]);
    }
    return table;
}

/* The programs K, ∂K, ∂²K along one axis, and weight·exp(−n k). */
static void build_programs(struct line_maker *maker)
{
    const struct model *model = maker->model;
    struct dag *dag = dag_new(model->dim);
    uint32_t map[SYNTAX_MAX_PARAMS], gradient[SYNTAX_MAX_PARAMS], outputs[3];
    for (uint32_t i = 0; i < model->dim; i++)
        map[i] = dag_var(dag, i);
    outputs[0] = dag_copy(model->dag, model->kl_node, dag, map);
    dag_gradient(dag, outputs[0], gradient);
    outputs[1] = gradient[maker->axis];
    dag_gradient(dag, outputs[1], gradient);
    outputs[2] = gradient[maker->axis];
    maker->slopes = program_new(dag, outputs, 3);
    dag_free(dag);

    struct dag *weigh = dag_new(3);
    uint32_t nk = dag_op(weigh, OP_MUL, dag_var(weigh, 2), dag_var(weigh, 0), 0);
    uint32_t e = dag_op(weigh, OP_EXP, dag_op(weigh, OP_NEG, nk, 0, 0), 0, 0);
    uint32_t out = dag_op(weigh, OP_MUL, dag_var(weigh, 1), e, 0);
    maker->weigh = program_new(weigh, &out, 1);
    dag_free(weigh);
}

/* An upper bound of log φ̃ over the box, so that weights stay in range. */
static double log_prior_bound(struct line_maker *maker)
{
    const struct model *model = maker->model;
    if (model->log_prior == NULL)
        return 0;
    struct interval box[SYNTAX_MAX_PARAMS], bound;
    double centre[SYNTAX_MAX_PARAMS], at;
    for (size_t i = 0; i < model->dim; i++) {
        box[i] = interval_of(model->params[i].low, model->params[i].high);
        centre[i] = (model->params[i].low + model->params[i].high) / 2;
    }
    program_interval(model->log_prior, maker->space, box, &bound);
    program_point(model->log_prior, maker->space, centre, &at);
    if (isfinite(bound.high) && (!isfinite(at) || bound.high < at + 300))
        return bound.high;
    return isfinite(at) ? at : 0;
}

enum status line_maker_init(struct line_maker *maker, const struct model *model, size_t axis,
                            const struct line_rule *rule)
{
    *maker = (struct line_maker){.model = model, .axis = axis, .rule = *rule};
    maker->low = model->params[axis].low;
    maker->high = model->params[axis].high;
    maker->space = program_space_new();
    maker->gauss = gauss_table_new();
    if (model->n_regions > 0) {
        maker->region_box = mem_new(model->n_regions, sizeof *maker->region_box);
        maker->region_value = mem_new(model->n_regions, sizeof *maker->region_value);
    }
    build_programs(maker);
    maker->log_prior_max = log_prior_bound(maker);
    /* a narrow prior may hold the mass where n K is large */
    maker->negligible = model->log_prior != NULL ? 700 : 90;
    return model->n_regions > 32 ? ST_LIMIT : ST_OK;
}

void line_maker_done(struct line_maker *maker)
{
    program_free(maker->slopes);
    program_free(maker->weigh);
    program_space_free(maker->space);
    mem_free(maker->gauss);
    mem_free(maker->segments);
    mem_free(maker->scratch);
    mem_free(maker->region_box);
    mem_free(maker->region_value);
}

struct line_maker line_maker_fork(const struct line_maker *from)
{
    struct line_maker maker = *from;
    size_t n = maker.model->n_regions;
    maker.space = program_space_new();
    maker.segments = NULL;
    maker.scratch = NULL;
    maker.segment_capacity = maker.scratch_capacity = maker.n_segments = 0;
    maker.region_box = n > 0 ? mem_new(n, sizeof *maker.region_box) : NULL;
    maker.region_value = n > 0 ? mem_new(n, sizeof *maker.region_value) : NULL;
    return maker;
}

void line_maker_join(struct line_maker *maker)
{
    program_space_free(maker->space);
    mem_free(maker->segments);
    mem_free(maker->scratch);
    mem_free(maker->region_box);
    mem_free(maker->region_value);
}

void line_init(struct line *line)
{
    *line = (struct line){0};
}

void line_done(struct line *line)
{
    mem_free(line->panels);
    mem_free(line->k);
    mem_free(line->weight);
    mem_free(line->y);
    mem_free(line->log_prior);
    line_init(line);
}

static double *scratch(struct line_maker *maker, size_t count)
{
    if (count > maker->scratch_capacity) {
        maker->scratch = mem_resize(maker->scratch, count, sizeof *maker->scratch);
        maker->scratch_capacity = count;
    }
    return maker->scratch;
}

/* A program of one output along the line. */
static void run_along(struct line_maker *maker, const struct program *program, const double *y,
                      size_t count, double *out)
{
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    for (size_t i = 0; i < maker->model->dim; i++) {
        vars[i] = i == maker->axis ? y : &maker->w[i];
        step[i] = i == maker->axis;
    }
    program_eval(program, maker->space, vars, step, count, &out);
}

void line_eval(struct line_maker *maker, const double *y, size_t count, double *k)
{
    run_along(maker, maker->model->kl, y, count, k);
    for (size_t i = 0; i < count; i++) {
        k[i] -= maker->rule.kl_ref;
        if (isnan(k[i]))
            k[i] = INFINITY;
    }
    maker->n_evaluations += count;
}

/* Cuts panels at the cell edges and tells each its cell. */
static void cut_at_edges(struct line_maker *maker, struct line *line)
{
    const double *edges = maker->rule.edges;
    size_t n = maker->rule.n_edges, before = line->n_panels, edge = 0;
    if (edges == NULL || n < 2) {
        for (size_t i = 0; i < before; i++)
            line->panels[i].cell = -1;
        return;
    }
    for (size_t i = 0; i < before; i++) {
        struct panel p = line->panels[i];
        while (edge < n && edges[edge] <= p.a)
            edge++;
        double a = p.a;
        while (edge < n && edges[edge] < p.b) {
            line_add_panel(line, a, edges[edge]);
            a = edges[edge++];
        }
        line_add_panel(line, a, p.b);
    }
    line->n_panels -= before;
    for (size_t i = 0, e = 0; i < line->n_panels; i++) {
        struct panel p = line->panels[i] = line->panels[i + before];
        double middle = p.a + (p.b - p.a) / 2;
        while (e < n && edges[e] <= middle)
            e++;
        line->panels[i].cell = e == 0 || e == n ? -1 : (int)e - 1;
    }
}

static void halve_panels(struct line *line)
{
    size_t n = line->n_panels;
    for (size_t i = 0; i < n; i++)
        line_add_panel(line, 0, 1);
    for (size_t i = n; i-- > 0;) {
        struct panel p = line->panels[i];
        double middle = p.a + (p.b - p.a) / 2;
        p.order = 0;
        struct panel left = p, right = p;
        left.b = right.a = middle;
        line->panels[2 * i] = left;
        line->panels[2 * i + 1] = right;
    }
}

static unsigned regions_at(struct line_maker *maker, double y)
{
    unsigned bits = 0;
    if (maker->model->n_regions == 0)
        return 0;
    maker->w[maker->axis] = y;
    program_point(maker->model->region_tests, maker->space, maker->w, maker->region_value);
    for (size_t r = 0; r < maker->model->n_regions; r++)
        if (maker->region_value[r] != 0)
            bits |= 1U << r;
    return bits;
}

/* Fewer points on a panel over which nothing much happens. */
static unsigned panel_order(const struct line_rule *rule, const struct panel *p)
{
    double low = lesser(p->k_a, p->k_b), high = greater(p->k_a, p->k_b);
    bool quiet = !p->full && (high <= 1.4 * low || rule->n_max * (high - low) <= 0.1);
    size_t few = rule->order / 2 + 1;
    return (unsigned)(quiet && few >= 3 ? few : rule->order);
}

static void reserve_nodes(struct line *line, size_t total, bool with_prior)
{
    if (total <= line->node_capacity)
        return;
    total += total / 2;
    line->k = mem_resize(line->k, total, sizeof(double));
    line->weight = mem_resize(line->weight, total, sizeof(double));
    line->y = mem_resize(line->y, total, sizeof(double));
    if (with_prior)
        line->log_prior = mem_resize(line->log_prior, total, sizeof(double));
    line->node_capacity = total;
}

static void place_nodes(struct line_maker *maker, struct line *line, const struct panel *p)
{
    double half = (p->b - p->a) / 2, middle = p->a + half;
    const double *x = maker->gauss->x[p->order], *w = maker->gauss->w[p->order];
    for (size_t j = 0; j < p->order; j++) {
        line->y[p->first + j] = middle + half * x[j];
        line->weight[p->first + j] = half * w[j];
    }
}

static void find_range(const struct line *line, struct panel *p)
{
    p->k_low = lesser(p->k_a, p->k_b);
    p->k_high = greater(p->k_a, p->k_b);
    for (size_t j = p->first; j < p->first + p->order; j++) {
        p->k_low = lesser(p->k_low, line->k[j]);
        p->k_high = greater(p->k_high, line->k[j]);
    }
}

/* Nodes, K and log φ of the panels that have none yet (order 0), after the nodes that are there. */
static void fill_nodes(struct line_maker *maker, struct line *line)
{
    size_t n = line->n_panels, begun = line->n_nodes, total = begun, fresh = 0;
    bool with_prior = maker->model->log_prior != NULL;
    double *ends = scratch(maker, 4 * n);
    for (size_t i = 0; i < n; i++)
        if (line->panels[i].order == 0) {
            ends[fresh++] = line->panels[i].a;
            ends[fresh++] = line->panels[i].b;
        }
    line_eval(maker, ends, fresh, ends + 2 * n);
    fresh = 2 * n;
    for (size_t i = 0; i < n; i++) {
        struct panel *p = &line->panels[i];
        if (p->order != 0)
            continue;
        p->k_a = ends[fresh++];
        p->k_b = ends[fresh++];
        p->order = panel_order(&maker->rule, p);
        p->first = total;
        total += p->order;
    }
    reserve_nodes(line, total, with_prior);
    line->n_nodes = total;
    for (size_t i = 0; i < n; i++)
        if (line->panels[i].first >= begun)
            place_nodes(maker, line, &line->panels[i]);
    line_eval(maker, line->y + begun, total - begun, line->k + begun);
    for (size_t i = 0; i < n; i++)
        if (line->panels[i].first >= begun)
            find_range(line, &line->panels[i]);
    if (!with_prior)
        return;
    run_along(maker, maker->model->log_prior, line->y + begun, total - begun,
              line->log_prior + begun);
    for (size_t j = begun; j < total; j++)
        line->log_prior[j] =
            isnan(line->log_prior[j]) ? -INFINITY : line->log_prior[j] - maker->log_prior_max;
}

/* Puts the nodes in the order of their panels, without those of panels that were halved. */
static void compact_nodes(struct line_maker *maker, struct line *line)
{
    size_t total = 0, old = line->n_nodes;
    if (old == 0)
        return;
    double *from = scratch(maker, 3 * old);
    memcpy(from, line->k, old * sizeof(double));
    memcpy(from + old, line->weight, old * sizeof(double));
    memcpy(from + 2 * old, line->y, old * sizeof(double));
    for (size_t i = 0; i < line->n_panels; i++) {
        struct panel *p = &line->panels[i];
        for (size_t j = 0; j < p->order; j++) {
            line->k[total + j] = from[p->first + j];
            line->weight[total + j] = from[old + p->first + j];
            line->y[total + j] = from[2 * old + p->first + j];
        }
        p->first = total;
        total += p->order;
    }
    line->n_nodes = total;
}

/* The two highest Legendre coefficients of values on a panel, summed in size. */
static double top_coefficients(const struct gauss_table *gauss, unsigned order, const double *value)
{
    double c0 = 0, c1 = 0;
    for (unsigned j = 0; j < order; j++) {
        c0 += gauss->top[order][0][j] * value[j];
        c1 += gauss->top[order][1][j] * value[j];
    }
    return fabs(c0) + fabs(c1);
}

/* Whether K at the ends is where the polynomial through the nodes has it: what changes between an
   end and the first node shows nowhere else. */
static bool ends_fit(const struct gauss_table *gauss, const struct panel *p, const double *k,
                     double allowed)
{
    double a = 0, b = 0;
    for (unsigned j = 0; j < p->order; j++) {
        a += gauss->end[p->order][0][j] * k[j];
        b += gauss->end[p->order][1][j] * k[j];
    }
    return fabs(a - p->k_a) <= allowed && fabs(b - p->k_b) <= allowed;
}

/* Whether K and log φ on a panel are polynomials as far as the rule can tell. */
static bool is_smooth(struct line_maker *maker, const struct line *line, const struct panel *p)
{
    const struct line_rule *rule = &maker->rule;
    if (rule->n_min * p->k_low > maker->negligible && !rule->keep_high)
        return true;
    /* coefficients that fall like r^j: the rule's own error falls like r^(2 order) */
    double tail = p->order == rule->order ? rule->tail : maker->tail_few;
    double allowed = tail * greater(greater(p->k_low, p->k_high / rule->ratio), 1e-3 / rule->n_max);
    allowed = greater(allowed, 8 * maker->noise);
    if (isfinite(p->k_high) &&
        top_coefficients(maker->gauss, p->order, &line->k[p->first]) > allowed)
        return false;
    if (!isfinite(p->k_high) && isfinite(p->k_low))
        return false;
    if (isfinite(p->k_high) && !ends_fit(maker->gauss, p, &line->k[p->first], 8 * allowed))
        return false;
    if (maker->model->log_prior == NULL)
        return true;
    const double *log_prior = line->log_prior;
    double low = INFINITY, high = -INFINITY;
    for (size_t j = p->first; j < p->first + p->order; j++) {
        low = lesser(low, log_prior[j]);
        high = greater(high, log_prior[j]);
    }
    if (high < -700)
        return true;
    return high - low <= 4 &&
           top_coefficients(maker->gauss, p->order, &log_prior[p->first]) <= 30 * tail;
}

/* Halves the panels that are not smooth; false if there were none. */
static bool refine(struct line_maker *maker, struct line *line)
{
    double least = 1e-14 * (maker->high - maker->low);
    size_t n = line->n_panels, bad = 0;
    bool changed = false;
    maker->unresolved = 0;
    for (size_t i = 0; i < n; i++) {
        struct panel *p = &line->panels[i];
        if (is_smooth(maker, line, p))
            continue;
        if (p->b - p->a <= least + 8e-16 * fabs(p->a) || n + bad >= PANELS_MAX) {
            maker->unresolved += p->b - p->a; /* e^(−nK) φ̃ on it is anything from 0 to 1 */
        } else if (p->order < maker->rule.order) {
            p->full = changed = true;
            p->order = 0;
        } else {
            p->halve = true;
            bad++;
        }
    }
    if (bad == 0)
        return changed;
    for (size_t i = 0; i < bad; i++)
        line_add_panel(line, 0, 1);
    for (size_t i = n, to = n + bad; i-- > 0;) {
        struct panel p = line->panels[i];
        if (!p.halve) {
            line->panels[--to] = p;
            continue;
        }
        p.order = 0;
        p.halve = false;
        struct panel left = p, right = p;
        left.b = right.a = p.a + (p.b - p.a) / 2;
        line->panels[--to] = right;
        line->panels[--to] = left;
    }
    return true;
}

static void find_moments(struct line *line, struct panel *p)
{
    double scale = p->k_high > 0 && isfinite(p->k_high) ? 1 / p->k_high : 0;
    for (size_t m = 0; m < PANEL_MOMENTS; m++)
        p->moment[m] = 0;
    for (size_t j = p->first; j < p->first + p->order; j++) {
        double power = line->weight[j], t = line->k[j] * scale;
        for (size_t m = 0; m < PANEL_MOMENTS; m++) {
            p->moment[m] += power;
            power *= t;
        }
    }
}

void line_make(struct line_maker *maker, bool halved, struct line *line)
{
    const struct line_rule *rule = &maker->rule;
    maker->tail_few = pow(rule->tail, (double)(rule->order / 2) / (double)(rule->order - 1));
    line->n_nodes = 0;
    line_cut(maker, line);
    cut_at_edges(maker, line);
    fill_nodes(maker, line);
    bool refined = false;
    for (int i = 0; i < REFINEMENTS_MAX; i++) {
        if (!refine(maker, line)) {
            if (!halved)
                break;
            halved = false;
            halve_panels(line);
        }
        fill_nodes(maker, line);
        refined = true;
    }
    for (size_t j = 0; maker->model->log_prior != NULL && j < line->n_nodes; j++)
        line->weight[j] *= exp(line->log_prior[j]);
    if (refined)
        compact_nodes(maker, line);
    for (size_t i = 0; i < line->n_panels; i++) {
        struct panel *p = &line->panels[i];
        p->regions = regions_at(maker, p->a + (p->b - p->a) / 2);
        if (!maker->plain)
            find_moments(line, p);
    }
}
