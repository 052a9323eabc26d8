/* Curves that several views share: W0 on a plane, contour lines, the evidence between its rows. */
#include "view_curves.h"

#include <math.h>

#include "view_text.h"
#include "cusp/program.h"

/* A zeroed curve at the end of the list; valid until the next call. */
static struct curve *list_add(struct curve_list *list)
{
    list->items =
        arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    return &list->items[list->count++];
}

struct curve *curve_list_line(struct curve_list *list, size_t n, double **x, double **y)
{
    *x = arena_new(list->arena, n + 1, sizeof **x);
    *y = arena_new(list->arena, n + 1, sizeof **y);
    struct curve *curve = list_add(list);
    curve->n = n;
    curve->x = *x;
    curve->y = *y;
    return curve;
}

struct curve *curve_list_point(struct curve_list *list, double x, double y)
{
    double *xs, *ys;
    struct curve *curve = curve_list_line(list, 1, &xs, &ys);
    xs[0] = x;
    ys[0] = y;
    curve->role = ROLE_HERE;
    curve->marker = MARKER_DOT;
    curve->no_line = true;
    return curve;
}

struct curve *curve_list_level(struct curve_list *list, double low, double high, double y)
{
    double *xs, *ys;
    struct curve *curve = curve_list_line(list, 2, &xs, &ys);
    xs[0] = low;
    xs[1] = high;
    ys[0] = ys[1] = y;
    return curve;
}

static enum role rank_role(int rank)
{
    switch (rank) {
    case 0:
        return ROLE_RANK_0;
    case 1:
        return ROLE_RANK_1;
    case 2:
        return ROLE_RANK_2;
    default:
        return rank < 0 ? ROLE_DIM : ROLE_RANK_3;
    }
}

/* So many points of a cloud are drawn at most. */
enum { SPECKS_MAX = 300 };

static bool is_line(const struct zero_component *component)
{
    return component->dimension == 1 && component->n_points > 1;
}

bool thinned_keeps(size_t i, double share)
{
    const double golden = 0.6180339887498949;
    double x = (double)i * golden;
    return x - floor(x) < share;
}

struct curve *curve_list_specks(struct curve_list *list, size_t n, const double *at_x,
                                const double *at_y, size_t max)
{
    double *x, *y, share = n > max ? (double)max / (double)n : 1;
    struct curve *curve = curve_list_line(list, n, &x, &y);
    curve->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!thinned_keeps(i, share))
            continue;
        x[curve->n] = at_x[i];
        y[curve->n++] = at_y[i];
    }
    curve->marker = MARKER_SPECK;
    curve->no_line = true;
    return curve;
}

double *zero_axis(const struct model *model, size_t dim, const struct zero_component *component,
                  size_t axis, struct arena *arena)
{
    size_t n = component->n_points;
    double *out = arena_new(arena, n + 1, sizeof *out);
    if (axis < dim) {
        for (size_t i = 0; i < n; i++)
            out[i] = component->points[i * dim + axis];
        return out;
    }
    size_t which = axis - dim;
    if (model->observable_values == NULL || which >= model->n_observables || dim != model->dim)
        return NULL;
    double *values = arena_new(arena, model->n_observables, sizeof *values);
    struct program_space *space = program_space_new();
    for (size_t i = 0; i < n; i++) {
        program_point(model->observable_values, space, component->points + i * dim, values);
        out[i] = values[which];
    }
    program_space_free(space);
    return out;
}

/* A line, a single mark, or specks. */
static struct curve *add_points(struct curve_list *list, size_t n, const double *x, const double *y,
                                bool line, bool single)
{
    if (!line && !single)
        return curve_list_specks(list, n, x, y, SPECKS_MAX);
    struct curve *curve = list_add(list);
    curve->n = n;
    curve->x = x;
    curve->y = y;
    curve->no_line = single;
    return curve;
}

/* A closed curve's values end with its first one again. */
static double *closed_values(struct arena *arena, double *values, size_t n)
{
    double *out = arena_new(arena, n + 1, sizeof *out);
    for (size_t i = 0; i <= n; i++)
        out[i] = values[i % n];
    return out;
}

void w0_dim(struct curve_list *list, const struct model *model, const struct zero_set *zeros,
            size_t ax, size_t ay, bool clouds)
{
    if (zeros == NULL)
        return;
    bool named = false;
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *component = &zeros->components[c];
        size_t n = component->n_points;
        /* The shadow of a surface on a plane is an area: specks of it would only hide the
           picture. */
        if (n == 0 || (!clouds && zeros->dim > 2 && component->dimension > 1))
            continue;
        double *x = zero_axis(model, zeros->dim, component, ax, list->arena);
        double *y = zero_axis(model, zeros->dim, component, ay, list->arena);
        if (x == NULL || y == NULL)
            return;
        bool line = is_line(component), closed = line && component->closed;
        if (closed) {
            x = closed_values(list->arena, x, n);
            y = closed_values(list->arena, y, n);
        }
        struct curve *curve = add_points(list, n + (closed ? 1 : 0), x, y, line, n == 1);
        curve->role = ROLE_DIM;
        if (n == 1)
            curve->marker = MARKER_RING;
        curve->name = named ? NULL : "W0";
        named = true;
    }
}

static const char *rank_label(int rank, struct arena *arena)
{
    return say(arena, "W0: rank %d", rank);
}

/* The points of one component whose rank is `rank` and which are not singular; gaps elsewhere. */
static void component_of_rank(struct curve_list *list, const struct model *model,
                              const struct zero_set *zeros, const struct zero_component *component,
                              size_t ax, size_t ay, int rank, bool *named)
{
    size_t n = component->n_points, found = 0;
    for (size_t i = 0; i < n; i++)
        found += component->rank[i] == rank && !component->singular[i];
    if (found == 0)
        return;
    bool line = is_line(component), closed = line && component->closed;
    double *at_x = zero_axis(model, zeros->dim, component, ax, list->arena);
    double *at_y = zero_axis(model, zeros->dim, component, ay, list->arena);
    if (at_x == NULL || at_y == NULL)
        return;
    size_t count = n + (closed ? 1 : 0), kept = 0;
    double *x = arena_new(list->arena, count, sizeof *x);
    double *y = arena_new(list->arena, count, sizeof *y);
    for (size_t i = 0; i < count; i++) {
        size_t at = i % n;
        bool here = component->rank[at] == rank && !component->singular[at];
        if (!here && !line)
            continue;
        x[kept] = here ? at_x[at] : NAN;
        y[kept++] = here ? at_y[at] : NAN;
    }
    struct curve *curve = add_points(list, kept, x, y, line, found == 1);
    curve->role = rank_role(rank);
    if (found == 1)
        curve->marker = MARKER_DOT;
    curve->name = *named ? NULL : rank_label(rank, list->arena);
    *named = true;
}

/* So many singular points are marked one by one. */
enum { SINGULAR_MARKS = 60 };

static void singular_points(struct curve_list *list, const struct model *model,
                            const struct zero_set *zeros, size_t ax, size_t ay)
{
    size_t count = 0;
    for (size_t c = 0; c < zeros->n_components; c++)
        for (size_t i = 0; i < zeros->components[c].n_points; i++)
            count += zeros->components[c].singular[i];
    if (count == 0)
        return;
    double *x, *y;
    struct curve *curve = curve_list_line(list, count, &x, &y);
    size_t k = 0;
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *component = &zeros->components[c];
        const double *at_x = zero_axis(model, zeros->dim, component, ax, list->arena);
        const double *at_y = zero_axis(model, zeros->dim, component, ay, list->arena);
        for (size_t i = 0; at_x != NULL && at_y != NULL && i < component->n_points; i++) {
            if (!component->singular[i])
                continue;
            x[k] = at_x[i];
            y[k++] = at_y[i];
        }
    }
    curve->n = k;
    curve->role = ROLE_SINGULAR_POINT;
    /* Many of them are a set of their own, and marks would hide it. */
    curve->marker = k > SINGULAR_MARKS ? MARKER_SPECK : MARKER_DIAMOND;
    curve->no_line = true;
    curve->name = "W0 singular";
}

static int greatest_rank(const struct zero_set *zeros)
{
    int greatest = -1;
    for (size_t c = 0; c < zeros->n_components; c++)
        for (size_t i = 0; i < zeros->components[c].n_points; i++)
            if (zeros->components[c].rank[i] > greatest)
                greatest = zeros->components[c].rank[i];
    return greatest;
}

void w0_by_rank(struct curve_list *list, const struct model *model, const struct zero_set *zeros,
                size_t ax, size_t ay)
{
    if (zeros == NULL)
        return;
    for (int rank = greatest_rank(zeros); rank >= 0; rank--) {
        bool named = false;
        for (size_t c = 0; c < zeros->n_components; c++)
            component_of_rank(list, model, zeros, &zeros->components[c], ax, ay, rank, &named);
    }
    singular_points(list, model, zeros, ax, ay);
}

void w0_on_line(struct curve_list *list, const struct zero_set *zeros, double y, bool by_rank)
{
    if (zeros == NULL || zeros->dim != 1)
        return;
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *component = &zeros->components[c];
        for (size_t i = 0; i < component->n_points; i++) {
            struct curve *curve = curve_list_point(list, component->points[i], y);
            bool full = component->rank[i] >= 1;
            curve->role = by_rank ? rank_role(component->rank[i]) : ROLE_DIM;
            curve->marker = full ? MARKER_RING : MARKER_DIAMOND;
            curve->name = c > 0 || i > 0
                              ? NULL
                              : (by_rank ? rank_label(component->rank[i], list->arena) : "W0");
        }
    }
}

double cell_centre(double low, double high, size_t count, size_t i)
{
    return low + (high - low) * ((double)i + 0.5) / (double)count;
}

struct tracer {
    const double *low, *high;
    size_t nx, ny;
    double level;
    bool logarithmic;
    double *x, *y;
    size_t n;
};

/* Where the level is met between values a and b, as a share of the way. */
static double crossing(const struct tracer *t, double a, double b)
{
    double level = t->level;
    if (t->logarithmic) {
        /* Masses of 0 have no log: far below is as good. */
        double least = level * 1e-30;
        a = log(fmax(a, least) / level);
        b = log(fmax(b, least) / level);
        level = 0;
    }
    double way = (level - a) / (b - a);
    return way < 0 ? 0 : (way > 1 ? 1 : way);
}

/* The crossings of one square of four neighbouring cell centres: one or two segments, each followed
   by a break. Corners run anticlockwise from the lower left. */
static void trace_square(struct tracer *t, size_t ix, size_t iy, const double v[4])
{
    static const int corner_x[4] = {0, 1, 1, 0}, corner_y[4] = {0, 0, 1, 1};
    double px[4], py[4];
    int met = 0;
    for (int edge = 0; edge < 4; edge++) {
        int to = (edge + 1) % 4;
        if ((v[edge] >= t->level) == (v[to] >= t->level))
            continue;
        double s = crossing(t, v[edge], v[to]);
        double cx = (double)ix + corner_x[edge] + s * (corner_x[to] - corner_x[edge]);
        double cy = (double)iy + corner_y[edge] + s * (corner_y[to] - corner_y[edge]);
        px[met] = t->low[0] + (t->high[0] - t->low[0]) * (cx + 0.5) / (double)t->nx;
        py[met++] = t->low[1] + (t->high[1] - t->low[1]) * (cy + 0.5) / (double)t->ny;
    }
    /* A saddle meets four edges: join them so that the centre belongs to the larger side. */
    double centre = (v[0] + v[1] + v[2] + v[3]) / 4;
    bool turned = met == 4 && (centre >= t->level) == (v[0] >= t->level);
    for (int k = 0; k + 1 < met; k += 2) {
        int from = turned ? (k + 1) % 4 : k, to = turned ? (k + 2) % 4 : k + 1;
        t->x[t->n] = px[from];
        t->y[t->n++] = py[from];
        t->x[t->n] = px[to];
        t->y[t->n++] = py[to];
        t->x[t->n] = t->y[t->n] = NAN;
        t->n++;
    }
}

struct curve *curve_list_contour(struct curve_list *list, const double *value, size_t nx, size_t ny,
                                 const double low[2], const double high[2], double level,
                                 bool logarithmic, const unsigned char *keep)
{
    if (nx < 2 || ny < 2 || !isfinite(level) || (logarithmic && level <= 0))
        return NULL;
    size_t squares = 0;
    struct tracer t = {
        .low = low, .high = high, .nx = nx, .ny = ny, .level = level, .logarithmic = logarithmic};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t iy = 0; iy + 1 < ny; iy++) {
            for (size_t ix = 0; ix + 1 < nx; ix++) {
                const double *p = value + iy * nx + ix;
                double corner[4] = {p[0], p[1], p[nx + 1], p[nx]};
                bool above = corner[0] >= t.level, mixed = false, defined = true;
                for (int k = 0; k < 4; k++) {
                    mixed = mixed || (corner[k] >= t.level) != above;
                    defined = defined && isfinite(corner[k]);
                }
                const unsigned char *k0 = keep != NULL ? keep + iy * nx + ix : NULL;
                bool kept = k0 == NULL || k0[0] || k0[1] || k0[nx] || k0[nx + 1];
                if (!mixed || !defined || !kept)
                    continue;
                if (pass == 0)
                    squares++;
                else
                    trace_square(&t, ix, iy, corner);
            }
        }
        if (squares == 0)
            return NULL;
        if (pass == 0) {
            t.x = arena_new(list->arena, 6 * squares, sizeof *t.x);
            t.y = arena_new(list->arena, 6 * squares, sizeof *t.y);
        }
    }
    struct curve *curve = list_add(list);
    curve->n = t.n;
    curve->x = t.x;
    curve->y = t.y;
    curve->role = ROLE_CONTOUR;
    return curve;
}

bool curves_at(const struct curves *curves, double n, struct evidence *out)
{
    if (curves == NULL || curves->n_rows == 0 || !(n >= curves->rows[0].n) ||
        !(n <= curves->rows[curves->n_rows - 1].n))
        return false;
    size_t i = 0;
    while (i + 2 < curves->n_rows && curves->rows[i + 1].n < n)
        i++;
    if (curves->n_rows == 1) {
        *out = curves->rows[0];
        return true;
    }
    const struct evidence *a = &curves->rows[i], *b = a + 1;
    double h = log(b->n / a->n), t = h > 0 ? log(n / a->n) / h : 0, s = 1 - t;
    *out = (struct evidence){.n = n};
    out->free_energy = s * s * (1 + 2 * t) * a->free_energy + s * s * t * h * a->mean_nk +
                       t * t * (3 - 2 * t) * b->free_energy - t * t * s * h * b->mean_nk;
    out->log_z = -out->free_energy;
    out->mean_nk = s * a->mean_nk + t * b->mean_nk;
    out->error = fmax(a->error, b->error);
    out->mean_nk_error = fmax(a->mean_nk_error, b->mean_nk_error);
    return true;
}

double round_up_125(double x)
{
    if (!(x > 0) || !isfinite(x))
        return 1;
    double power = pow(10, floor(log10(x)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; i++)
        if (x <= steps[i] * power * (1 + 1e-12))
            return steps[i] * power;
    return 10 * power;
}
