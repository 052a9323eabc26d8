/* The systems of equations that make up W0: built, weighted, evaluated, and deflated where they
 * degenerate. */
#include "zeros_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    SAMPLES = 65,
    MAX_OUTPUTS = 40000,
    ENOUGH_ROWS = 24,
    EVAL_OVERHEAD = 30 /* of an evaluation, in program steps */
};

#define ZEROS_MOST_WORK 6e7 /* program steps: about a second at worst */

int zeros_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double zeros_typical(double *value, size_t n)
{
    size_t first = 0;
    qsort(value, n, sizeof *value, zeros_compare);
    while (first < n && !(value[first] > 0))
        first++;
    return first == n ? 1 : value[first + (n - first) / 2];
}

void zeros_quasi(const struct zeros_problem *p, uint64_t seed, size_t i, double *w)
{
    double start = 0.5 + 0.754877666 * (double)(seed % 1024), step = 1;
    for (size_t v = 0; v < p->dim; v++) {
        step /= p->quasi_root;
        double u = start + step * (double)(i + 1);
        w[v] = p->low[v] + (u - floor(u)) * p->side[v];
    }
}

/* The real root of x^(d+1) = x + 1, by fixed-point iteration. */
static double find_quasi_root(size_t dim)
{
    double root = 2;
    for (int k = 0; k < 60; k++)
        root = pow(1 + root, 1 / (double)(dim + 1));
    return root;
}

static void system_weigh(struct zeros_problem *p, struct zeros_system *s)
{
    size_t m = s->n, d = p->dim, n_out = m * (1 + d), n = 0;
    double w[SYNTAX_MAX_PARAMS], *value = mem_new(m + 1, SAMPLES * sizeof *value);
    double slope[SAMPLES], *out = p->work;
    for (size_t i = 0; i < SAMPLES; i++) {
        zeros_quasi(p, 0, i, w);
        program_point(s->with_slope, p->space, w, out);
        bool finite = true;
        for (size_t o = 0; o < n_out; o++)
            finite = finite && isfinite(out[o]);
        if (!finite)
            continue;
        for (size_t j = 0; j < m; j++)
            value[j * SAMPLES + n] = fabs(out[j]);
        n++;
    }
    for (size_t j = 0; j < m; j++)
        s->weight[j] = 1 / fmin(fmax(zeros_typical(value + j * SAMPLES, n), DBL_MIN), DBL_MAX);
    n = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        double *jacobian = out + n_out, sum = 0;
        zeros_quasi(p, 0, i, w);
        if (!zeros_eval(p, s, w, out + n_out + m * d, jacobian))
            continue;
        for (size_t o = 0; o < m * d; o++)
            sum += jacobian[o] * jacobian[o];
        slope[n++] = sqrt(sum);
    }
    s->slope = zeros_typical(slope, n);
    mem_free(value);
}

static void work_grow(struct zeros_problem *p, size_t m)
{
    size_t d = p->dim, k = m < d ? m : d, need = 4 * (m + m * d) + k * k + 4 * k + 4 * d + 16;
    if (need > p->n_work) {
        p->work = mem_resize(p->work, need, sizeof *p->work);
        p->n_work = need;
    }
}

/* Takes the nodes. */
static struct zeros_system *system_new(struct zeros_problem *p, struct zeros_joint joint,
                                       unsigned depth)
{
    struct zeros_system *s = mem_new(1, sizeof *s);
    size_t d = p->dim, m = joint.n;
    s->node = joint.node;
    s->n = m;
    s->depth = depth;
    s->weight = mem_new(m + 1, sizeof *s->weight);
    s->slope = 1;
    if (m == 0)
        return s;
    uint32_t *out = mem_new(m * (1 + d), sizeof *out);
    memcpy(out, joint.node, m * sizeof *out);
    for (size_t i = 0; i < m; i++)
        dag_gradient(p->dag, joint.node[i], out + m + i * d);
    s->value = program_new(p->dag, out, m);
    s->with_slope = program_new(p->dag, out, m * (1 + d));
    mem_free(out);
    s->cost = (double)program_n_steps(s->with_slope) + EVAL_OVERHEAD;
    work_grow(p, m);
    system_weigh(p, s);
    return s;
}

static void system_free(struct zeros_system *s)
{
    program_free(s->value);
    program_free(s->with_slope);
    mem_free(s->node);
    mem_free(s->weight);
    mem_free(s);
}

/* Index of the system with these generators; n_systems if there is none. */
static size_t find_system(const struct zeros_problem *p, const struct zeros_joint *joint)
{
    for (size_t i = 0; i < p->n_systems; i++)
        if (p->systems[i]->n == joint->n &&
            memcmp(p->systems[i]->node, joint->node, joint->n * sizeof *joint->node) == 0)
            return i;
    return p->n_systems;
}

/* Residuals at many rows vanish together already where a few of them do, up to accidents that the
   check of K itself finds out. */
static void thin(const struct zeros_problem *p, struct zeros_joint *joint)
{
    size_t n = joint->n;
    if (!p->of_rows || n <= ENOUGH_ROWS)
        return;
    for (size_t i = 0; i < ENOUGH_ROWS; i++)
        joint->node[i] = joint->node[i * n / ENOUGH_ROWS];
    joint->n = ENOUGH_ROWS;
}

static size_t add_union(struct zeros_problem *p, struct zeros_union *sets, unsigned depth)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < sets->n; i++) {
        thin(p, &sets->set[i]);
        size_t index = find_system(p, &sets->set[i]);
        first = index < first ? index : first;
        if (index < p->n_systems) {
            mem_free(sets->set[i].node);
        } else if (p->n_systems >= ZEROS_MAX_SYSTEMS || dag_full(p->dag) ||
                   sets->set[i].n * (1 + p->dim) > MAX_OUTPUTS) {
            p->why = "the potential splits into more pieces than are followed";
            mem_free(sets->set[i].node);
        } else {
            MEM_GROW(p->systems, p->n_systems, p->systems_capacity);
            p->systems[p->n_systems] = system_new(p, sets->set[i], depth);
            p->n_systems++;
        }
    }
    mem_free(sets->set);
    return first;
}

size_t zeros_add_systems(struct zeros_problem *p, const uint32_t *node, size_t n, unsigned depth)
{
    struct zeros_union sets;
    zeros_split_all(p, node, n, &sets);
    return add_union(p, &sets, depth);
}

size_t zeros_deflate(struct zeros_problem *p, const struct zeros_system *s)
{
    size_t m = s->n, d = p->dim;
    if (m == 0 || s->depth >= ZEROS_MAX_DEPTH || m * (1 + d) > MAX_OUTPUTS / (1 + d))
        return SIZE_MAX;
    uint32_t *node = mem_new(m * (1 + d), sizeof *node);
    unsigned depth = s->depth + 1;
    memcpy(node, s->node, m * sizeof *node);
    for (size_t i = 0; i < m; i++)
        dag_gradient(p->dag, s->node[i], node + m + i * d);
    size_t first = zeros_add_systems(p, node, m * (1 + d), depth);
    mem_free(node);
    return first;
}

/* K ≥ 0 touches 0: where it does not split, its gradient vanishes there too. */
static void add_gradient_system(struct zeros_problem *p)
{
    struct zeros_joint self = {&p->kl, 1};
    struct zeros_union sets = {0};
    if (!p->smooth) {
        zeros_split_all(p, &p->kl, 1, &sets);
        add_union(p, &sets, 0);
    }
    uint32_t *node = mem_new(1 + p->dim, sizeof *node);
    node[0] = self.node[0];
    dag_gradient(p->dag, p->kl, node + 1);
    zeros_add_systems(p, node, 1 + p->dim, 0);
    mem_free(node);
}

/* dag, kl, box and scales are set. */
static void problem_start(struct zeros_problem *p, const struct model *model,
                          const struct cancel *cancel)
{
    struct zeros_union sets;
    uint32_t root;
    p->space = program_space_new();
    p->cancel = cancel;
    p->kl_scale = model->kl_scale > 0 && isfinite(model->kl_scale) ? model->kl_scale : 1;
    p->tolerance =
        model->kl_tolerance > 0 ? model->kl_tolerance : MODEL_ZERO_TOLERANCE * p->kl_scale;
    p->smooth = model->smooth;
    p->of_rows = model->likelihood != NULL;
    p->quasi_root = find_quasi_root(p->dim);
    work_grow(p, 1 + p->dim);
    /* An expanded square is rewritten, so that K can be computed to 0 at its zeros. */
    enum op op = dag_node(p->dag, p->kl)->op;
    if ((op == OP_ADD || op == OP_SUB) && zeros_poly_root(p->dag, p->kl, &root))
        p->kl = dag_powi(p->dag, root, 2);
    p->kl_program = program_new(p->dag, &p->kl, 1);
    zeros_split(p, p->kl, &sets);
    if (sets.n == 1 && sets.set[0].n == 1 && sets.set[0].node[0] == p->kl) {
        zeros_union_done(&sets);
        add_gradient_system(p);
    } else {
        add_union(p, &sets, 0);
    }
}

bool zeros_stopped(struct zeros_problem *p)
{
    if (p->work_done > ZEROS_MOST_WORK)
        p->why = "W0 is too intricate to be searched to the end";
    return p->work_done > ZEROS_MOST_WORK || cancel_wanted(p->cancel);
}

static void set_axis(struct zeros_problem *p, size_t v, const struct model_param *param)
{
    p->low[v] = param->low;
    p->high[v] = param->high;
    p->side[v] = param->high > param->low ? param->high - param->low : 1;
}

void zeros_problem_init(struct zeros_problem *p, const struct model *model,
                        const struct cancel *cancel)
{
    uint32_t map[SYNTAX_MAX_PARAMS];
    *p = (struct zeros_problem){.dim = model->dim, .dag = dag_new(model->dim)};
    for (size_t v = 0; v < model->dim; v++) {
        map[v] = dag_var(p->dag, (uint32_t)v);
        set_axis(p, v, &model->params[v]);
    }
    p->kl = dag_copy(model->dag, model->kl_node, p->dag, map);
    problem_start(p, model, cancel);
}

void zeros_problem_slice(struct zeros_problem *p, const struct model *model, const double *rest,
                         size_t ax, size_t ay, const struct cancel *cancel)
{
    uint32_t map[SYNTAX_MAX_PARAMS];
    *p = (struct zeros_problem){.dim = 2, .dag = dag_new(2)};
    for (size_t v = 0; v < model->dim; v++)
        map[v] = v == ax   ? dag_var(p->dag, 0)
                 : v == ay ? dag_var(p->dag, 1)
                           : dag_const(p->dag, rest[v]);
    set_axis(p, 0, &model->params[ax]);
    set_axis(p, 1, &model->params[ay]);
    p->kl = dag_copy(model->dag, model->kl_node, p->dag, map);
    problem_start(p, model, cancel);
}

void zeros_problem_done(struct zeros_problem *p)
{
    for (size_t i = 0; i < p->n_systems; i++)
        system_free(p->systems[i]);
    mem_free(p->systems);
    mem_free(p->work);
    program_free(p->kl_program);
    program_space_free(p->space);
    dag_free(p->dag);
    *p = (struct zeros_problem){0};
}

bool zeros_eval(struct zeros_problem *p, const struct zeros_system *s, const double *w, double *f,
                double *slope)
{
    size_t m = s->n, d = p->dim;
    double *out = p->work;
    bool finite = true;
    if (m == 0)
        return true;
    p->work_done += s->cost;
    program_point(slope ? s->with_slope : s->value, p->space, w, out);
    for (size_t i = 0; i < m; i++) {
        f[i] = out[i] * s->weight[i];
        finite = finite && isfinite(f[i]);
        for (size_t v = 0; slope && v < d; v++) {
            slope[i * d + v] = out[m + i * d + v] * s->weight[i] * p->side[v];
            finite = finite && isfinite(slope[i * d + v]);
        }
    }
    return finite;
}

double zeros_kl(struct zeros_problem *p, const double *w)
{
    double kl;
    program_point(p->kl_program, p->space, w, &kl);
    return kl;
}

/* What a coordinate may be, given how exactly the search can place it. */
static struct interval around(const struct zeros_problem *p, size_t v, double w)
{
    double room = 2 * DBL_EPSILON * fmax(fabs(w), p->side[v]);
    return interval_of(w - room, w + room);
}

bool zeros_may_vanish(struct zeros_problem *p, const struct zeros_system *s, const double *w)
{
    struct interval box[SYNTAX_MAX_PARAMS], *f = mem_new(s->n + 1, sizeof *f);
    bool zero = true;
    for (size_t v = 0; v < p->dim; v++)
        box[v] = around(p, v, w[v]);
    if (s->n > 0)
        program_interval(s->value, p->space, box, f);
    for (size_t i = 0; i < s->n; i++)
        zero = zero && f[i].low <= 0 && f[i].high >= 0;
    mem_free(f);
    return zero;
}

bool zeros_is_zero(struct zeros_problem *p, const double *w)
{
    struct interval box[SYNTAX_MAX_PARAMS], kl;
    double value = zeros_kl(p, w);
    if (!(value <= ZEROS_ROUNDING * p->kl_scale))
        return false;
    if (value <= p->tolerance)
        return value >= -ZEROS_ROUNDING * p->kl_scale;
    for (size_t v = 0; v < p->dim; v++)
        box[v] = around(p, v, w[v]);
    program_interval(p->kl_program, p->space, box, &kl);
    return kl.low <= 0;
}

bool zeros_vanishes(struct zeros_problem *p, const double *w)
{
    struct interval box[SYNTAX_MAX_PARAMS];
    if (!(zeros_kl(p, w) <= p->tolerance))
        return false;
    for (size_t v = 0; v < p->dim; v++)
        box[v] = interval_of(w[v], w[v]);
    for (size_t k = 0; k < p->n_systems && p->systems[k]->depth == 0; k++) {
        const struct zeros_system *s = p->systems[k];
        struct interval *f = mem_new(s->n + 1, sizeof *f);
        bool zero = true;
        if (s->n > 0)
            program_interval(s->value, p->space, box, f);
        for (size_t i = 0; i < s->n; i++)
            zero = zero && f[i].low <= 0 && f[i].high >= 0;
        mem_free(f);
        if (zero)
            return true;
    }
    return false;
}
