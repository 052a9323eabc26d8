/* Posterior mass of cells, moments and the densest set, from the nodes. */
#include <math.h>

#include "integral_private.h"

#include "cusp/mem.h"

/* Three dimensions: each cell's ladder of K, weighted by e^(−n K). */
static void plane_cells(const struct integral *integral, double n, size_t ax, size_t ay,
                        double *mass)
{
    const struct collected *c = &integral->collected;
    const float *plane = c->plane[integral_plane_of(ax, ay)];
    double factor[LADDER_SIZE], total = 0;
    for (size_t i = 0; i < LADDER_SIZE; i++) {
        factor[i] = exp(-n * integral->rung[i]);
        total += c->ladder[i] * factor[i];
    }
    size_t nx = integral_cells_along(integral, ax), ny = integral_cells_along(integral, ay);
    for (size_t iy = 0; iy < ny; iy++)
        for (size_t ix = 0; ix < nx; ix++) {
            /* planes are stored with the lower axis across */
            size_t at = ax < ay ? iy * nx + ix : ix * ny + iy;
            double sum = 0;
            for (size_t i = 0; i < LADDER_SIZE; i++)
                sum += (double)plane[at * LADDER_SIZE + i] * factor[i];
            mass[iy * nx + ix] = total > 0 && sum > 0 ? sum / total : 0;
        }
}

/* One and two dimensions: masses of panels go to the cells they lie in. Returns the whole sum. */
static double node_cells(const struct integral *integral, double n, size_t ax, size_t ay,
                         double *mass)
{
    const struct engine *engine = &integral->engine;
    size_t inner = engine->axis[integral->dim - 1], nx = integral_cells_along(integral, ax);
    struct line_maker maker = line_maker_fork(&integral->engine.maker);
    double total = 0, *panel_mass = NULL;
    size_t capacity = 0;
    for (size_t l = 0; l < integral->n_leaves; l++) {
        const struct leaf *leaf = &integral->leaves[l];
        const struct line *line = leaf->line;
        if (line->n_panels > capacity) {
            capacity = 2 * line->n_panels;
            panel_mass = mem_resize(panel_mass, capacity, sizeof *panel_mass);
        }
        total += leaf->kronrod * line_masses(&maker, line, n, panel_mass, NULL);
        int outer = integral->dim > 1 ? leaf->at[0]->cell : -1;
        for (size_t i = 0; i < line->n_panels; i++) {
            int cell = line->panels[i].cell;
            int x = ax == inner ? cell : outer, y = ay == inner ? cell : outer;
            if (x < 0 || y < 0)
                continue;
            size_t at = ax == ay ? (size_t)x : (size_t)y * nx + (size_t)x;
            mass[at] += leaf->kronrod * panel_mass[i];
        }
    }
    mem_free(panel_mass);
    line_maker_join(&maker);
    return total;
}

enum status integral_cells(const struct integral *integral, double n, size_t ax, size_t ay,
                           double *mass)
{
    if (ax >= integral->dim || ay >= integral->dim || integral_cells_along(integral, ax) == 0 ||
        integral_cells_along(integral, ay) == 0 ||
        (integral->dim == 3 && (ax == ay || integral->collected.plane[0] == NULL)))
        return ST_DOMAIN;
    if (!(n >= integral->n_min && n <= integral->n_max))
        return ST_DOMAIN;
    if (integral->dim == 2 && integral->leaves[0].line == NULL)
        return ST_UNABLE;
    size_t count =
        integral_cells_along(integral, ax) * (ax == ay ? 1 : integral_cells_along(integral, ay));
    for (size_t i = 0; i < count; i++)
        mass[i] = 0;
    if (integral->dim == 3) {
        plane_cells(integral, n, ax, ay, mass);
        return ST_OK;
    }
    double total = node_cells(integral, n, ax, ay, mass);
    if (!(total > 0))
        return ST_DOMAIN;
    for (size_t i = 0; i < count; i++)
        mass[i] /= total;
    return ST_OK;
}

/* Bins of n K − log φ above its least value, from 0 to CREDIBLE_RANGE. */
enum { CREDIBLE_BINS = 16384 };
static const double credible_range = 64;

struct credible {
    double mass[CREDIBLE_BINS], volume[CREDIBLE_BINS];
    double total, whole;
};

static void credible_add(struct credible *bins, double level, double mass, double volume)
{
    bins->whole += volume;
    if (!(level < credible_range))
        return;
    size_t i = (size_t)fmax(level / credible_range * CREDIBLE_BINS, 0);
    bins->mass[i] += mass;
    bins->volume[i] += volume;
    bins->total += mass;
}

static double log_prior_at(const struct integral *integral, struct line_maker *maker,
                           const struct leaf *leaf, double y)
{
    double value;
    if (integral->model->log_prior == NULL)
        return 0;
    for (size_t i = 0; i < integral->dim; i++)
        maker->w[i] = leaf->w[i];
    maker->w[maker->axis] = y;
    program_point(integral->model->log_prior, maker->space, maker->w, &value);
    return isnan(value) ? -INFINITY : value - maker->log_prior_max;
}

static void credible_nodes(const struct integral *integral, double n, struct credible *bins)
{
    struct line_maker maker = line_maker_fork(&integral->engine.maker);
    for (size_t l = 0; l < integral->n_leaves; l++) {
        const struct leaf *leaf = &integral->leaves[l];
        for (size_t j = 0; j < leaf->line->n_nodes; j++) {
            double weight = leaf->kronrod * leaf->line->weight[j];
            double nk = n * leaf->line->k[j];
            double level = nk;
            if (nk < credible_range)
                level -= log_prior_at(integral, &maker, leaf, leaf->line->y[j]);
            credible_add(bins, level, nk < 700 ? weight * exp(-nk) : 0, weight);
        }
    }
    line_maker_join(&maker);
}

enum status integral_credible_volume(const struct integral *integral, double n, double mass,
                                     double *share)
{
    if (!(n >= integral->n_min && n <= integral->n_max) || !(mass > 0 && mass < 1))
        return ST_DOMAIN;
    if (integral->dim == 2 && integral->leaves[0].line == NULL)
        return ST_UNABLE;
    struct credible *bins = mem_new(1, sizeof *bins);
    if (integral->dim == 3)
        for (size_t i = 0; i < LADDER_SIZE; i++) {
            double nk = n * integral->rung[i], volume = integral->collected.ladder[i];
            credible_add(bins, nk, volume * exp(-nk), volume);
        }
    else
        credible_nodes(integral, n, bins);
    double have = 0, volume = 0, wanted = mass * bins->total;
    for (size_t i = 0; i < CREDIBLE_BINS; i++) {
        if (have + bins->mass[i] >= wanted) {
            double part = bins->mass[i] > 0 ? (wanted - have) / bins->mass[i] : 0;
            volume += part * bins->volume[i];
            break;
        }
        have += bins->mass[i];
        volume += bins->volume[i];
    }
    enum status status = bins->total > 0 && bins->whole > 0 ? ST_OK : ST_DOMAIN;
    *share = status == ST_OK ? volume / bins->whole : NAN;
    mem_free(bins);
    return status;
}

/* Σ w_i and Σ w_i² of every axis, and the sum, from the nodes. */
static double node_moments(const struct integral *integral, double n, double *first, double *second)
{
    size_t inner = integral->engine.axis[integral->dim - 1];
    double total = 0, negligible = integral->engine.maker.negligible;
    for (size_t l = 0; l < integral->n_leaves; l++) {
        const struct leaf *leaf = &integral->leaves[l];
        const struct line *line = leaf->line;
        double sum = 0, sum_y = 0, sum_yy = 0;
        for (size_t i = 0; i < line->n_panels; i++) {
            const struct panel *p = &line->panels[i];
            if (n * p->k_low > negligible)
                continue;
            for (size_t j = p->first; j < p->first + p->order; j++) {
                double term = leaf->kronrod * line->weight[j] * exp(-n * line->k[j]);
                sum += term;
                sum_y += term * line->y[j];
                sum_yy += term * line->y[j] * line->y[j];
            }
        }
        total += sum;
        for (size_t i = 0; i < integral->dim; i++) {
            first[i] += i == inner ? sum_y : sum * leaf->w[i];
            second[i] += i == inner ? sum_yy : sum * leaf->w[i] * leaf->w[i];
        }
    }
    return total;
}

enum status integral_moments(const struct integral *integral, double n, double *mean, double *sd)
{
    double first[INTEGRAL_MAX_DIM] = {0}, second[INTEGRAL_MAX_DIM] = {0}, total;
    if (!(n >= integral->n_min && n <= integral->n_max))
        return ST_DOMAIN;
    if (integral->dim == 2 && integral->leaves[0].line == NULL)
        return ST_UNABLE;
    if (integral->dim == 3) {
        const struct states *moments = integral->collected.states + 1 + integral->model->n_regions;
        struct states_factors *factors = mem_new(1, sizeof *factors);
        states_factors_make(n, 0, factors);
        total = states_sum(integral->collected.states, factors, 0);
        for (size_t i = 0; i < 3; i++) {
            first[i] = states_sum(moments + 2 * i, factors, 0);
            second[i] = states_sum(moments + 2 * i + 1, factors, 0);
        }
        mem_free(factors);
    } else {
        total = node_moments(integral, n, first, second);
    }
    if (!(total > 0))
        return ST_DOMAIN;
    for (size_t i = 0; i < integral->dim; i++) {
        mean[i] = first[i] / total;
        sd[i] = sqrt(fmax(second[i] / total - mean[i] * mean[i], 0));
    }
    return ST_OK;
}
