/* Fewer rows for the same K: proportional terms are one row (x and −x of an odd unit, a product),
 * and rows that add nothing are left out. */
#include "population_parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    MERGE_POINTS = 64,
    MERGE_SEEN = 12, /* points at which a term must not be 0 for its row to be judged */
};

#define PRUNE_SHARE 3e-12 /* of K at a point: less is next to nothing */
#define LIGHT_SHARE 1e-10 /* likewise of rounding */
#define LIGHT_FAR 0.1
#define LIGHT_LEAST 1e-14 /* 1 + r below this may as well be 0 */

/* Relative: terms that agree so well at that many points of no particular place are the same. */
#define MERGE_TOLERANCE 1e-12

/* values[r][n_points]: a program at each row over points[dim][n_points] of the box. */
static double *row_values(struct population *p, const struct program *program, const double *points,
                          size_t n_points)
{
    size_t dim = p->graph->dim, n = p->rows.n;
    double *values = mem_new(n + 1, n_points * sizeof *values);
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1] = {0};
    for (size_t v = 0; v < dim; v++) {
        vars[v] = points + v * n_points;
        step[v] = 1;
    }
    for (size_t r = 0; r < n; r++) {
        double *out = values + r * n_points;
        for (size_t c = 0; c < p->rows.n_columns; c++)
            vars[dim + c] = &p->rows.column[c][r];
        program_eval(program, p->space, vars, step, n_points, &out);
    }
    return values;
}

/* What is looked at first of a row. */
struct look {
    size_t most; /* where the term is greatest */
    bool judged; /* finite, and not 0 at points enough */
};

static struct look look_at(const double *a)
{
    struct look look = {0, true};
    size_t seen = 0;
    for (size_t i = 0; i < MERGE_POINTS; i++) {
        look.judged = look.judged && isfinite(a[i]);
        seen += a[i] != 0;
        look.most = fabs(a[i]) > fabs(a[look.most]) ? i : look.most;
    }
    look.judged = look.judged && seen >= MERGE_SEEN;
    return look;
}

/* The share of row b's term in row a's, if it is the same at all points; else 0. */
static double share(const double *a, size_t most, const double *b)
{
    double ratio = b[most] / a[most];
    for (size_t i = 0; i < MERGE_POINTS; i++)
        if (!(fabs(b[i] - ratio * a[i]) <= MERGE_TOLERANCE * fabs(b[i])))
            return 0;
    return ratio;
}

/* Such a row adds nothing: 0 at all points if the term is smooth, by its enclosure if not. */
static bool is_nothing(const struct population *p, size_t row, const double *a)
{
    struct interval at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1], value;
    size_t dim = p->graph->dim;
    for (size_t i = 0; i < MERGE_POINTS; i++)
        if (a[i] != 0)
            return false;
    if (p->smooth)
        return true;
    for (size_t v = 0; v < dim; v++)
        at[v] = interval_of(p->model->params[v].low, p->model->params[v].high);
    for (size_t c = 0; c < p->rows.n_columns; c++)
        at[dim + c] = interval_of(p->rows.column[c][row], p->rows.column[c][row]);
    program_interval(p->program, p->space, at, &value);
    return value.low == 0 && value.high == 0;
}

static void move_row(struct row_set *rows, size_t from, size_t to)
{
    for (size_t c = 0; c < rows->n_columns; c++)
        rows->column[c][to] = rows->column[c][from];
    rows->weight[to] = rows->weight[from];
    rows->light[to] = rows->light[from];
}

void population_merge(struct population *p)
{
    struct row_set *rows = &p->rows;
    double *points = mem_new(MERGE_POINTS, p->graph->dim * sizeof *points);
    probe_points(p->model, MERGE_POINTS, MERGE_POINTS, points);
    double *values = row_values(p, p->program, points, MERGE_POINTS);
    struct look *looks = mem_new(rows->n + 1, sizeof *looks);
    size_t kept = 0;
    for (size_t r = 0; r < rows->n; r++) {
        const double *mine = values + r * MERGE_POINTS;
        double ratio = 0;
        if (rows->weight[r] == 0 || is_nothing(p, r, mine))
            continue;
        struct look look = look_at(mine);
        for (size_t k = 0; k < kept && ratio == 0 && look.judged; k++) {
            ratio = looks[k].judged ? share(values + k * MERGE_POINTS, looks[k].most, mine) : 0;
            if (ratio > 0)
                rows->weight[k] += ratio * rows->weight[r];
        }
        if (ratio > 0)
            continue;
        move_row(rows, r, kept);
        looks[kept] = look;
        memmove(values + kept * MERGE_POINTS, mine, MERGE_POINTS * sizeof *mine);
        kept++;
    }
    rows->n = kept;
    mem_free(looks);
    mem_free(points);
    mem_free(values);
}

/* --- rows that do not matter ------------------------------------------------------------------ */

/* Whether a row's share of K is next to nothing at every probe point. Where K is infinite nothing
   can be told but that a row which makes it so is needed. */
static bool is_negligible(const double *terms, double weight, const double *kl)
{
    bool seen = false;
    for (size_t i = 0; i < POPULATION_PROBES; i++) {
        if (weight > 0 && !isfinite(terms[i]))
            return false;
        if (isinf(kl[i]))
            continue;
        if (!(weight * fabs(terms[i]) <= PRUNE_SHARE * kl[i]))
            return false;
        seen = true;
    }
    return seen || weight == 0;
}

/* Finds the rows where rounding in log(1 + guard), which counts where that is near 0, is next to
   nothing in K at every probe point. */
static void find_light(struct population *p, uint32_t guard, const double *kl)
{
    struct program *program = program_new(p->dag, &guard, 1);
    double *values = row_values(p, program, p->points, POPULATION_PROBES);
    for (size_t r = 0; r < p->rows.n; r++) {
        for (size_t i = 0; i < POPULATION_PROBES && p->rows.light[r]; i++) {
            double distance = 1 + values[r * POPULATION_PROBES + i];
            double rounding = p->rows.weight[r] * DBL_EPSILON / distance;
            p->rows.light[r] = distance > LIGHT_FAR || isinf(kl[i]) ||
                               (distance > LIGHT_LEAST && rounding <= LIGHT_SHARE * kl[i]);
        }
    }
    mem_free(values);
    program_free(program);
}

void population_prune(struct population *p)
{
    double kl[POPULATION_PROBES];
    struct row_set *rows = &p->rows;
    double *values = row_values(p, p->program, p->points, POPULATION_PROBES);
    size_t kept = 0;
    for (size_t i = 0; i < POPULATION_PROBES; i++) {
        kl[i] = 0;
        for (size_t r = 0; r < rows->n; r++)
            kl[i] += rows->weight[r] * values[r * POPULATION_PROBES + i];
        if (!isfinite(kl[i]))
            kl[i] = INFINITY;
    }
    for (size_t r = 0; r < rows->n; r++)
        if (!is_negligible(values + r * POPULATION_PROBES, rows->weight[r], kl))
            move_row(rows, r, kept++);
    rows->n = kept;
    mem_free(values);
    for (size_t r = 0; r < rows->n; r++)
        rows->light[r] = p->light != UINT32_MAX;
    for (size_t k = 0; k < 2 && p->light != UINT32_MAX; k++)
        find_light(p, p->guard[k], kl);
}
