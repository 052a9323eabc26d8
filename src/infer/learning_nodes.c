/* Nodes over the truth's inputs and output, on which the generalisation loss is a sum. */
#include <math.h>
#include <string.h>

#include "learning_private.h"

#include "cusp/likelihood.h"
#include "cusp/mem.h"

enum {
    NODES_MOST = 8192,
    ROWS_MOST = 8192,
    PROBES = 24,      /* points at which K is compared */
    MIXED = 256,      /* points that stand for posteriors e^(−nK) … */
    SCALES = 3,       /* … at so many n */
    LEVELS_MOST = 32, /* of nodes; those of a discrete output are the same at every level */
};

#define SANE_ERROR 0.05  /* of K by the nodes: beyond this they are not what they should be */
#define PLAIN_ERROR 1e-4 /* likewise: beyond this another form of it is looked at */
#define WEIGHT_LEAST 1e-14
#define SETTLED 5e-4 /* relative, of a generalisation loss with half as many nodes of each kind */

static void nodes_alloc(struct truth_nodes *nodes, size_t n_columns, size_t most)
{
    *nodes = (struct truth_nodes){.n_columns = n_columns};
    nodes->column = mem_new(n_columns, sizeof *nodes->column);
    for (size_t c = 0; c < n_columns; c++)
        nodes->column[c] = mem_new(most + 1, sizeof **nodes->column);
    nodes->weight = mem_new(most + 1, sizeof *nodes->weight);
    nodes->log_truth = mem_new(most + 1, sizeof *nodes->log_truth);
}

void truth_nodes_done(struct truth_nodes *nodes)
{
    for (size_t c = 0; c < nodes->n_columns && nodes->column != NULL; c++)
        mem_free(nodes->column[c]);
    mem_free(nodes->column);
    mem_free(nodes->weight);
    mem_free(nodes->log_truth);
    *nodes = (struct truth_nodes){0};
}

/* program(w, columns of the nodes) for each node from `begin`. */
static void evaluate(const struct model *model, const struct program *program,
                     struct program_space *space, const double *w, const struct truth_nodes *nodes,
                     size_t begin, size_t n, double *out)
{
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    for (size_t v = 0; v < model->dim; v++) {
        vars[v] = w + v;
        step[v] = 0;
    }
    for (size_t c = 0; c < nodes->n_columns; c++) {
        vars[model->dim + c] = nodes->column[c] + begin;
        step[model->dim + c] = 1;
    }
    program_eval(program, space, vars, step, n, &out);
}

/* The rows of K, where they hold the output too. */
static void copy_rows(const struct rows *rows, struct truth_nodes *nodes)
{
    nodes_alloc(nodes, rows->n_columns, rows->n);
    nodes->n = rows->n;
    for (size_t c = 0; c < rows->n_columns; c++)
        memcpy(nodes->column[c], rows->column[c], rows->n * sizeof(double));
    for (size_t r = 0; r < rows->n; r++)
        nodes->weight[r] = rows->weight != NULL ? rows->weight[r] : 1;
}

/* Drops what weighs nothing or cannot be. */
static void prune(struct truth_nodes *nodes)
{
    size_t n = 0;
    double total = 0;
    for (size_t k = 0; k < nodes->n; k++)
        total += nodes->weight[k];
    for (size_t k = 0; k < nodes->n; k++) {
        if (!(nodes->weight[k] > WEIGHT_LEAST * total) || !isfinite(nodes->log_truth[k]))
            continue;
        for (size_t c = 0; c < nodes->n_columns; c++)
            nodes->column[c][n] = nodes->column[c][k];
        nodes->weight[n] = nodes->weight[k];
        nodes->log_truth[n++] = nodes->log_truth[k];
    }
    nodes->n = n;
}

/* Greatest |K by the nodes − K| / K over some points of the pool, by either form of K. */
static void compare(const struct model *model, struct program_space *space, const struct pool *pool,
                    struct truth_nodes *nodes)
{
    double *log_lik = mem_new(nodes->n + 1, sizeof *log_lik), w[SYNTAX_MAX_PARAMS];
    double gap_error = 0, plain_error = 0;
    for (size_t k = 0; k < PROBES && pool->n > 0; k++) {
        size_t at = (2 * k + 1) * pool->n / (2 * PROBES);
        double gap = 0, plain = 0, kl = pool->kl[at];
        for (size_t v = 0; v < pool->dim; v++)
            w[v] = pool->w[v * pool->n + at];
        if (!(kl > 0) || !isfinite(kl))
            continue;
        evaluate(model, model->likelihood->log_lik, space, w, nodes, 0, nodes->n, log_lik);
        for (size_t i = 0; i < nodes->n; i++) {
            double d = log_lik[i] - nodes->log_truth[i];
            plain -= nodes->weight[i] * d;
            gap += nodes->weight[i] * (expm1(d) - d);
        }
        gap_error = fmax(gap_error, isnan(gap) ? INFINITY : fabs(gap - kl) / kl);
        plain_error = fmax(plain_error, isnan(plain) ? INFINITY : fabs(plain - kl) / kl);
    }
    /* E r is 0, but the nodes of a truth narrower than p do not see it: the plain form stands
       unless it is the worse by far */
    nodes->gap = plain_error > PLAIN_ERROR && gap_error < plain_error / 10;
    nodes->error = nodes->gap ? gap_error : plain_error;
    mem_free(log_lik);
}

/* --- how many nodes --------------------------------------------------------------------------- */

/* Some points of the pool, with the weights of posteriors e^(−nK) at a few n. */
struct probes {
    size_t n;
    size_t at[MIXED];
    double weight[SCALES][MIXED];
};

static void probes_make(const struct pool *pool, struct pool_range range, struct probes *probes)
{
    probes->n = pool->n < MIXED ? pool->n : MIXED;
    for (size_t k = 0; k < probes->n; k++)
        probes->at[k] = (2 * k + 1) * pool->n / (2 * probes->n);
    for (size_t s = 0; s < SCALES; s++) {
        double top = -INFINITY, total = 0, *weight = probes->weight[s];
        double n = range.low * pow(range.high / range.low, (double)s / (SCALES - 1));
        for (size_t k = 0; k < probes->n; k++) {
            weight[k] = pool->log_a[probes->at[k]] - n * (pool->kl[probes->at[k]] - pool->least);
            top = fmax(top, weight[k]);
        }
        for (size_t k = 0; k < probes->n; k++)
            total += weight[k] = exp(weight[k] - top);
        for (size_t k = 0; k < probes->n; k++)
            weight[k] /= total;
    }
}

/* What those posteriors have for a generalisation loss. */
static void probe_losses(const struct model *model, struct program_space *space,
                         const struct pool *pool, const struct probes *probes,
                         const struct truth_nodes *nodes, double *loss)
{
    double *log_lik = mem_new(nodes->n + 1, sizeof *log_lik), w[SYNTAX_MAX_PARAMS];
    double *ratio = mem_new(nodes->n + 1, SCALES * sizeof *ratio);
    for (size_t k = 0; k < probes->n; k++) {
        for (size_t v = 0; v < pool->dim; v++)
            w[v] = pool->w[v * pool->n + probes->at[k]];
        evaluate(model, model->likelihood->log_lik, space, w, nodes, 0, nodes->n, log_lik);
        for (size_t i = 0; i < nodes->n; i++) {
            double r = expm1(log_lik[i] - nodes->log_truth[i]);
            for (size_t s = 0; s < SCALES; s++)
                ratio[s * nodes->n + i] += probes->weight[s][k] * r;
        }
    }
    for (size_t s = 0; s < SCALES; s++) {
        loss[s] = 0;
        for (size_t i = 0; i < nodes->n; i++) {
            double r = ratio[s * nodes->n + i];
            loss[s] -= nodes->weight[i] * log1p(r);
        }
    }
    mem_free(ratio);
    mem_free(log_lik);
}

static bool level_make(const struct model *model, struct program_space *space, int level,
                       struct truth_nodes *nodes)
{
    nodes_alloc(nodes, model->likelihood->n_inputs + 1, NODES_MOST);
    nodes->n =
        likelihood_truth_nodes(model, space, level, NODES_MOST, nodes->column, nodes->weight);
    if (nodes->n == 0) {
        truth_nodes_done(nodes);
        return false;
    }
    evaluate(model, model->likelihood->truth_log_lik, space, model->kl_min_at, nodes, 0, nodes->n,
             nodes->log_truth);
    prune(nodes);
    if (nodes->n == 0)
        truth_nodes_done(nodes);
    return nodes->n > 0;
}

/* The first level whose losses are those of the level before; or the last that there is. */
static bool refine(const struct model *model, struct program_space *space, const struct pool *pool,
                   struct pool_range range, struct truth_nodes *out)
{
    struct probes *probes = mem_new(1, sizeof *probes);
    double before[SCALES], loss[SCALES];
    struct truth_nodes finer;
    bool any = level_make(model, space, 0, out);
    probes_make(pool, range, probes);
    if (any)
        probe_losses(model, space, pool, probes, out, before);
    out->change = INFINITY;
    for (int level = 1; any && level < LEVELS_MOST && level_make(model, space, level, &finer);
         level++) {
        finer.change = 0;
        probe_losses(model, space, pool, probes, &finer, loss);
        for (size_t s = 0; s < SCALES; s++) {
            double change = loss[s] == before[s] ? 0 : fabs(loss[s] - before[s]) / loss[s];
            finer.change = fmax(finer.change, isnan(change) ? INFINITY : change);
        }
        memcpy(before, loss, sizeof before);
        truth_nodes_done(out);
        *out = finer;
        if (out->change <= SETTLED)
            break;
    }
    mem_free(probes);
    return any;
}

enum status truth_nodes_new(const struct model *model, const struct pool *pool,
                            struct pool_range range, struct truth_nodes *out)
{
    const struct likelihood *likelihood = model->likelihood;
    const struct rows *rows = &likelihood->population;
    *out = (struct truth_nodes){0};
    if (!likelihood->has_truth)
        return ST_UNABLE;
    struct program_space *space = program_space_new();
    if (!refine(model, space, pool, range, out) && rows->n <= ROWS_MOST &&
        rows->n_columns == likelihood->n_inputs + 1) {
        copy_rows(rows, out);
        evaluate(model, likelihood->truth_log_lik, space, model->kl_min_at, out, 0, out->n,
                 out->log_truth);
        prune(out);
    }
    if (out->n > 0)
        compare(model, space, pool, out);
    program_space_free(space);
    if (out->n > 0 && out->error <= SANE_ERROR)
        return ST_OK;
    truth_nodes_done(out);
    return ST_UNABLE;
}
