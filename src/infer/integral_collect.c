/* Three dimensions: the nodes of all lines are streamed into measures of K, since there are too
 * many to keep. */
#include "integral_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

/* Axis pairs of the planes, by parameter. */
static const size_t plane_axes[3][2] = {{0, 1}, {0, 2}, {1, 2}};

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

/* What one line adds to the ladders, before it is shared out: the whole line, and each of its
 * cells. */
struct line_ladders {
    double whole[LADDER_SIZE];
    float *cell; /* [n_cells][LADDER_SIZE], NULL without cells on the inner axis */
    size_t n_cells;
    size_t low, high; /* rungs touched */
};

/* Antiderivatives of the Lagrange polynomials on the nodes of the outer rule: a[j][m] of t^(m + 1).
 */
struct lagrange {
    size_t order;
    double a[OUTER_ORDER_MAX][OUTER_ORDER_MAX];
};

static void lagrange_make(const struct engine *engine, struct lagrange *l)
{
    l->order = engine->order;
    for (size_t j = 0; j < l->order; j++) {
        double c[OUTER_ORDER_MAX + 1] = {1};
        size_t degree = 0;
        for (size_t i = 0; i < l->order; i++) {
            if (i == j)
                continue;
            double scale = 1 / (engine->nodes[j] - engine->nodes[i]);
            c[degree + 1] = 0;
            for (size_t m = ++degree; m > 0; m--)
                c[m] = (c[m - 1] - engine->nodes[i] * c[m]) * scale;
            c[0] *= -engine->nodes[i] * scale;
        }
        for (size_t m = 0; m < l->order; m++)
            l->a[j][m] = c[m] / (double)(m + 1);
    }
}

static double lagrange_up_to(const struct lagrange *l, size_t j, double t)
{
    double sum = 0;
    for (size_t m = l->order; m-- > 0;)
        sum = (sum + l->a[j][m]) * t;
    return sum;
}

/* How a node's line is shared out between the cells of an outer axis: share[i] to cell first + i.
   The interpolant through the panel's nodes is integrated over each cell. Returns how many. */
static size_t share_out(const struct integral *integral, const struct lagrange *l, size_t axis,
                        const struct outer_panel *panel, size_t node, size_t *first, double *share)
{
    const double *edges = integral->edges[axis];
    size_t n = integral_cells_along(integral, axis), count = 0;
    double half = (panel->b - panel->a) / 2, middle = panel->a + half;
    for (size_t i = 0; i < n; i++) {
        double a = greater(edges[i], panel->a), b = lesser(edges[i + 1], panel->b);
        if (!(b > a))
            continue;
        if (count == 0)
            *first = i;
        share[count++] = half * (lagrange_up_to(l, node, (b - middle) / half) -
                                 lagrange_up_to(l, node, (a - middle) / half));
    }
    return count;
}

static void collect_line(struct integral *integral, const struct leaf *leaf,
                         const struct line *line, struct line_ladders *ladders)
{
    const struct engine *engine = &integral->engine;
    double w[INTEGRAL_MAX_DIM] = {leaf->w[0], leaf->w[1], leaf->w[2]};
    for (size_t i = 0; i < line->n_panels; i++) {
        const struct panel *p = &line->panels[i];
        float *cell = p->cell >= 0 && ladders->cell != NULL
                          ? ladders->cell + (size_t)p->cell * LADDER_SIZE
                          : NULL;
        for (size_t j = p->first; j < p->first + p->order; j++) {
            double k = greater(line->k[j], 0), weight = line->weight[j], upper;
            if (!(weight > 0) || !isfinite(k))
                continue;
            w[engine->axis[2]] = line->y[j];
            collect_node(integral, k, weight * leaf->kronrod, w, p->regions);
            size_t rung = ladder_locate(integral->rung, k, &upper);
            ladders->low = rung < ladders->low ? rung : ladders->low;
            ladders->high = rung + 1 > ladders->high ? rung + 1 : ladders->high;
            ladders->whole[rung] += weight * (1 - upper);
            ladders->whole[rung + 1] += weight * upper;
            if (cell != NULL) {
                cell[rung] += (float)(weight * (1 - upper));
                cell[rung + 1] += (float)(weight * upper);
            }
        }
    }
}

static float *plane_cell(const struct integral *integral, size_t ax, size_t ix, size_t ay,
                         size_t iy)
{
    if (ax > ay)
        return plane_cell(integral, ay, iy, ax, ix);
    float *plane = integral->collected.plane[integral_plane_of(ax, ay)];
    return plane + (iy * integral_cells_along(integral, ax) + ix) * LADDER_SIZE;
}

/* Adds a line's ladders to the planes: where both axes are outer by two shares, else by one and the
 * line's own cells. */
static void spread_line(struct integral *integral, const struct lagrange *l,
                        const struct leaf *leaf, const struct line_ladders *ladders, double *share)
{
    const struct engine *engine = &integral->engine;
    const size_t *axis = engine->axis;
    size_t first[2] = {0, 0}, count[2], most = integral->n_edges[axis[0]];
    double *shares[2] = {share, share + most};
    double weight[2] = {leaf->at[0]->nodes[leaf->node[0]].kronrod,
                        leaf->at[1]->nodes[leaf->node[1]].kronrod};
    for (size_t q = 0; q < 2; q++)
        count[q] =
            share_out(integral, l, axis[q], leaf->at[q], leaf->node[q], &first[q], shares[q]);
    for (size_t i = 0; i < count[0]; i++)
        for (size_t j = 0; j < count[1]; j++) {
            float *cell = plane_cell(integral, axis[0], first[0] + i, axis[1], first[1] + j);
            double both = shares[0][i] * shares[1][j];
            for (size_t r = ladders->low; r <= ladders->high; r++)
                cell[r] += (float)(both * ladders->whole[r]);
        }
    for (size_t q = 0; q < 2; q++)
        for (size_t i = 0; i < count[q]; i++)
            for (size_t c = 0; c < ladders->n_cells; c++) {
                float *cell = plane_cell(integral, axis[q], first[q] + i, axis[2], c);
                const float *from = ladders->cell + c * LADDER_SIZE;
                float one = (float)(shares[q][i] * weight[1 - q]);
                for (size_t r = ladders->low; r <= ladders->high; r++)
                    cell[r] += one * from[r];
            }
}

static void clear_ladders(struct line_ladders *ladders)
{
    if (ladders->low <= ladders->high) {
        size_t bytes = ladders->high - ladders->low + 1;
        memset(ladders->whole + ladders->low, 0, bytes * sizeof(double));
        for (size_t c = 0; c < ladders->n_cells; c++)
            memset(ladders->cell + c * LADDER_SIZE + ladders->low, 0, bytes * sizeof(float));
    }
    ladders->low = LADDER_SIZE;
    ladders->high = 0;
}

enum status integral_collect(struct integral *integral)
{
    struct collected *c = &integral->collected;
    const size_t *axis = integral->engine.axis;
    size_t n_regions = integral->model->n_regions;
    struct line_maker *maker = &integral->engine.maker;
    struct line_ladders ladders = {.low = LADDER_SIZE,
                                   .n_cells = integral_cells_along(integral, axis[2])};
    struct lagrange lagrange;
    struct line line;
    c->states = mem_new(1 + n_regions + 2 * integral->dim, sizeof *c->states);
    c->region_least = mem_new(n_regions + 1, sizeof(double));
    for (size_t r = 0; r < n_regions; r++)
        c->region_least[r] = INFINITY;
    bool planes = true;
    for (size_t i = 0; i < 3; i++)
        planes = planes && integral_cells_along(integral, i) > 0;
    for (size_t q = 0; planes && q < 3; q++)
        c->plane[q] = mem_new(integral_cells_along(integral, plane_axes[q][0]) *
                                  integral_cells_along(integral, plane_axes[q][1]) * LADDER_SIZE,
                              sizeof(float));
    if (planes)
        ladders.cell = mem_new(ladders.n_cells * LADDER_SIZE, sizeof(float));
    else
        ladders.n_cells = 0;
    double *share =
        mem_new(integral->n_edges[axis[0]] + integral->n_edges[axis[1]] + 1, sizeof *share);
    lagrange_make(&integral->engine, &lagrange);
    line_init(&line);
    enum status status = ST_OK;
    for (size_t n = 0; n < integral->n_leaves && status == ST_OK; n++) {
        const struct leaf *leaf = &integral->leaves[n];
        for (size_t i = 0; i < integral->dim; i++)
            maker->w[i] = leaf->w[i];
        line_make(maker, false, &line);
        clear_ladders(&ladders);
        collect_line(integral, leaf, &line, &ladders);
        for (size_t r = ladders.low; r <= ladders.high && r < LADDER_SIZE; r++)
            c->ladder[r] += leaf->kronrod * ladders.whole[r];
        if (planes)
            spread_line(integral, &lagrange, leaf, &ladders, share);
        if (cancel_wanted(integral->engine.cancel))
            status = ST_CANCELLED;
    }
    line_done(&line);
    mem_free(share);
    mem_free(ladders.cell);
    return status;
}
