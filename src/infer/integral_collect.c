/* Three dimensions: the nodes of all lines are streamed into measures of K, since there are too
 * many to keep. */
#include "integral_private.h"

#include <math.h>

#include "cusp/mem.h"

/* Axis pairs of the planes, by parameter. */
static const size_t plane_axes[3][2] = {{0, 1}, {0, 2}, {1, 2}};

static size_t cells_along(const struct integral *integral, size_t axis)
{
    return integral->n_edges[axis] > 1 ? integral->n_edges[axis] - 1 : 0;
}

/* Adds weight times the powers of a place to one measure. */
static void add_powers(struct states *states, int octave, const double *power, double k,
                       double weight)
{
    if (octave < 0) {
        states->rest += weight;
        states->rest_k += weight * k;
        return;
    }
    for (int j = 0; j < STATES_ORDER; j++)
        states->moment[octave][j] += weight * power[j];
}

/* One node into the measures: whole, its regions, and the moments of each axis. */
static void collect_node(struct integral *integral, double k, double weight, const double *w,
                         unsigned regions)
{
    struct collected *c = &integral->collected;
    size_t n_regions = integral->model->n_regions;
    double power[STATES_ORDER];
    int octave = states_powers(k, power);
    add_powers(c->states, octave, power, k, weight);
    for (size_t r = 0; r < n_regions; r++)
        if (regions >> r & 1U) {
            add_powers(c->states + 1 + r, octave, power, k, weight);
            c->region_least[r] = lesser(c->region_least[r], k);
        }
    struct states *moments = c->states + 1 + n_regions;
    for (size_t i = 0; i < integral->dim; i++) {
        add_powers(moments + 2 * i, octave, power, k, weight * w[i]);
        add_powers(moments + 2 * i + 1, octave, power, k, weight * w[i] * w[i]);
    }
}

/* A panel's rungs, first touched to last, for one cell of each plane. */
static void collect_panel(struct integral *integral, const struct leaf *leaf,
                          const struct line *line, const struct panel *p)
{
    struct collected *c = &integral->collected;
    const struct engine *engine = &integral->engine;
    int cell[INTEGRAL_MAX_DIM];
    cell[engine->axis[0]] = leaf->cell[0];
    cell[engine->axis[1]] = leaf->cell[1];
    cell[engine->axis[2]] = p->cell;
    double w[INTEGRAL_MAX_DIM] = {leaf->w[0], leaf->w[1], leaf->w[2]};
    for (size_t j = p->first; j < p->first + p->order; j++) {
        double k = greater(line->k[j], 0), weight = line->weight[j] * leaf->kronrod, upper;
        if (!(weight > 0) || !isfinite(k))
            continue;
        w[engine->axis[2]] = line->y[j];
        collect_node(integral, k, weight, w, p->regions);
        size_t rung = ladder_locate(integral->rung, k, &upper);
        c->ladder[rung] += weight * (1 - upper);
        c->ladder[rung + 1] += weight * upper;
        for (size_t q = 0; q < 3; q++) {
            size_t ax = plane_axes[q][0], ay = plane_axes[q][1];
            if (c->plane[q] == NULL || cell[ax] < 0 || cell[ay] < 0)
                continue;
            size_t at = (size_t)cell[ay] * cells_along(integral, ax) + (size_t)cell[ax];
            c->plane[q][at * LADDER_SIZE + rung] += (float)(weight * (1 - upper));
            c->plane[q][at * LADDER_SIZE + rung + 1] += (float)(weight * upper);
        }
    }
}

enum status integral_collect(struct integral *integral)
{
    struct collected *c = &integral->collected;
    size_t n_regions = integral->model->n_regions;
    struct line_maker *maker = &integral->engine.maker;
    struct line line;
    c->states = mem_new(1 + n_regions + 2 * integral->dim, sizeof *c->states);
    c->region_least = mem_new(n_regions + 1, sizeof(double));
    for (size_t r = 0; r < n_regions; r++)
        c->region_least[r] = INFINITY;
    for (size_t q = 0; q < 3; q++) {
        size_t nx = cells_along(integral, plane_axes[q][0]);
        size_t ny = cells_along(integral, plane_axes[q][1]);
        if (nx * ny > 0)
            c->plane[q] = mem_new(nx * ny * LADDER_SIZE, sizeof(float));
    }
    line_init(&line);
    enum status status = ST_OK;
    for (size_t l = 0; l < integral->n_leaves && status == ST_OK; l++) {
        const struct leaf *leaf = &integral->leaves[l];
        for (size_t i = 0; i < integral->dim; i++)
            maker->w[i] = leaf->w[i];
        line_make(maker, false, &line);
        for (size_t i = 0; i < line.n_panels; i++)
            collect_panel(integral, leaf, &line, &line.panels[i]);
        if (cancel_wanted(integral->engine.cancel))
            status = ST_CANCELLED;
    }
    line_done(&line);
    return status;
}
