/* Curves that several views share: W0 on a plane, contour lines, the evidence between its rows. */
#include "view_curves.h"

#include <math.h>

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

/* A cloud as specks: points thinned out, each a dash of no visible length, so that what lies below
   shows. */
static struct curve *curve_list_specks(struct curve_list *list, size_t n, const double *at_x,
                                       const double *at_y)
{
    double *x, *y, low = INFINITY, high = -INFINITY;
    size_t stride = n / SPECKS_MAX + 1, count = (n + stride - 1) / stride;
    struct curve *curve = curve_list_line(list, 3 * count, &x, &y);
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, at_x[i]);
        high = fmax(high, at_x[i]);
    }
    double dash = high > low ? 1e-3 * (high - low) : 0;
    for (size_t i = 0; i < count; i++) {
        x[3 * i] = at_x[i * stride];
        x[3 * i + 1] = at_x[i * stride] + dash;
        y[3 * i] = y[3 * i + 1] = at_y[i * stride];
        x[3 * i + 2] = y[3 * i + 2] = NAN;
    }
    return curve;
}

/* A line, a single mark, or specks. */
static struct curve *add_points(struct curve_list *list, size_t n, const double *x, const double *y,
                                bool line, bool single)
{
    if (!line && !single)
        return curve_list_specks(list, n, x, y);
    struct curve *curve = list_add(list);
    curve->n = n;
    curve->x = x;
    curve->y = y;
    curve->no_line = single;
    return curve;
}

void w0_dim(struct curve_list *list, const struct zero_set *zeros, size_t ax, size_t ay)
{
    if (zeros == NULL || ax >= zeros->dim || ay >= zeros->dim)
        return;
    bool named = false;
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *component = &zeros->components[c];
        size_t n = component->n_points;
        /* The shadow of a surface on a plane is an area: specks of it would only hide the
           picture. */
        if (n == 0 || (zeros->dim > 2 && component->dimension > 1))
            continue;
        bool line = is_line(component), closed = line && component->closed;
        size_t count = n + (closed ? 1 : 0);
        double *x = arena_new(list->arena, count, sizeof *x);
        double *y = arena_new(list->arena, count, sizeof *y);
        for (size_t i = 0; i < count; i++) {
            x[i] = component->points[(i % n) * zeros->dim + ax];
            y[i] = component->points[(i % n) * zeros->dim + ay];
        }
        struct curve *curve = add_points(list, count, x, y, line, n == 1);
        curve->role = ROLE_DIM;
        curve->marker = curve->no_line ? MARKER_RING : MARKER_NONE;
        curve->name = named ? NULL : "W0";
        named = true;
    }
}

static const char *rank_label(int rank)
{
    static const char *const labels[] = {"W0: rank 0", "W0: rank 1", "W0: rank 2", "W0: rank 3"};
    return rank >= 0 && rank < 4 ? labels[rank] : "W0: rank above 3";
}

/* The points of one component whose rank is `rank` and which are not singular; gaps elsewhere. */
static void component_of_rank(struct curve_list *list, const struct zero_set *zeros,
                              const struct zero_component *component, size_t ax, size_t ay,
                              int rank, bool *named)
{
    size_t n = component->n_points, found = 0;
    for (size_t i = 0; i < n; i++)
        found += component->rank[i] == rank && !component->singular[i];
    if (found == 0)
        return;
    bool line = is_line(component), closed = line && component->closed;
    size_t count = n + (closed ? 1 : 0);
    double *x = arena_new(list->arena, count, sizeof *x);
    double *y = arena_new(list->arena, count, sizeof *y);
    for (size_t i = 0; i < count; i++) {
        size_t at = i % n;
        bool here = component->rank[at] == rank && !component->singular[at];
        x[i] = here ? component->points[at * zeros->dim + ax] : NAN;
        y[i] = here ? component->points[at * zeros->dim + ay] : NAN;
    }
    struct curve *curve = add_points(list, count, x, y, line, found == 1);
    curve->role = rank_role(rank);
    curve->marker = curve->no_line ? MARKER_DOT : MARKER_NONE;
    curve->name = *named ? NULL : rank_label(rank);
    *named = true;
}

static void singular_points(struct curve_list *list, const struct zero_set *zeros, size_t ax,
                            size_t ay)
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
        for (size_t i = 0; i < component->n_points; i++) {
            if (!component->singular[i])
                continue;
            x[k] = component->points[i * zeros->dim + ax];
            y[k++] = component->points[i * zeros->dim + ay];
        }
    }
    curve->role = ROLE_SINGULAR_POINT;
    curve->marker = MARKER_DIAMOND;
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

void w0_by_rank(struct curve_list *list, const struct zero_set *zeros, size_t ax, size_t ay)
{
    if (zeros == NULL || ax >= zeros->dim || ay >= zeros->dim)
        return;
    for (int rank = greatest_rank(zeros); rank >= 0; rank--) {
        bool named = false;
        for (size_t c = 0; c < zeros->n_components; c++)
            component_of_rank(list, zeros, &zeros->components[c], ax, ay, rank, &named);
    }
    singular_points(list, zeros, ax, ay);
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
            curve->name = c > 0 || i > 0 ? NULL : (by_rank ? rank_label(component->rank[i]) : "W0");
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
