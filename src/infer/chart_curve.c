/* The curve of a chart as lines: marching squares whose edges know of two crossings each. */
#include "cusp/chart_curve.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    CELLS_DEFAULT = 160,
    CELLS_MAX = 1000,
    EDGE_CROSSINGS = 2,
    HALVINGS = 40,
    TERMS_MAX = 100000,
    EXPONENT_SPAN = 320
};

/* The window without points, and how far out a point may lie to be in it. */
#define WINDOW_LEAST 1.5
#define WINDOW_MOST 50.0
#define WINDOW_MARGIN 0.15
/* Rounding of a sum, relative to the sum of its terms' sizes. */
#define ROUNDING (32 * DBL_EPSILON)

/* The polynomial, seen along lines on which variable `fixed` is constant: one group of terms an
   exponent of the other. */
struct direction {
    size_t n_groups;
    unsigned long *exponent; /* [n_groups] ascending, of the variable that moves */
    size_t *group;           /* [n_terms] */
    double *along;           /* [n_groups]: coefficients on the present line … */
    double *size;            /* … and the sum of the sizes that they are sums of */
};

struct marching {
    struct arena arena;
    const struct resolution_chart *chart;
    size_t n_terms, n; /* n cells a side */
    double *coefficient;
    double low[2], high[2];
    struct direction direction[2]; /* [k]: lines on which coordinate k is constant */
    signed char *sign;             /* [n + 1][n + 1] at nodes, row by row of y; 0 counts as + */
    /* Crossings of edges: id·EDGE_CROSSINGS + i. Edges of lines x = constant first. */
    unsigned char *count; /* [2 n (n + 1)] */
    double *at;           /* where along the edge */
    size_t *link;         /* [2] a crossing: its neighbours, SIZE_MAX none */
};

/* A decimal of any exponent as m · 10^e. */
static double decimal_parts(const char *text, long *exponent)
{
    char mantissa[64];
    size_t length = strcspn(text, "eE");
    *exponent = text[length] != '\0' ? strtol(text + length + 1, NULL, 10) : 0;
    if (labs(*exponent / 2) > POLY_MAX_EXPONENT)
        *exponent = *exponent > 0 ? POLY_MAX_EXPONENT : -POLY_MAX_EXPONENT;
    if (length >= sizeof mantissa)
        return strtod(text, NULL);
    memcpy(mantissa, text, length);
    mantissa[length] = '\0';
    return strtod(mantissa, NULL);
}

/* Coefficients relative to the greatest power of ten, so that none is infinite. */
static void read_coefficients(struct marching *m)
{
    const struct resolution_chart *chart = m->chart;
    long most = LONG_MIN, *power = arena_new(&m->arena, m->n_terms + 1, sizeof *power);
    m->coefficient = arena_new(&m->arena, m->n_terms + 1, sizeof *m->coefficient);
    for (size_t t = 0; t < m->n_terms; t++) {
        m->coefficient[t] = decimal_parts(chart->coefficients[t], &power[t]);
        if (m->coefficient[t] != 0 && power[t] > most)
            most = power[t];
    }
    for (size_t t = 0; t < m->n_terms; t++) {
        long below = m->coefficient[t] != 0 ? most - power[t] : 0;
        double scaled = below > EXPONENT_SPAN ? 0 : m->coefficient[t] * pow(10, -(double)below);
        m->coefficient[t] = isfinite(scaled) ? scaled : 0;
    }
}

static double whole_power(double x, unsigned long e)
{
    double out = 1;
    for (; e > 0; e >>= 1, x *= x)
        if (e & 1)
            out *= x;
    return out;
}

static int ascending(const void *a, const void *b)
{
    unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
    return (x > y) - (x < y);
}

static void group_terms(struct marching *m, size_t fixed)
{
    struct direction *d = &m->direction[fixed];
    size_t moves = 1 - fixed;
    d->exponent = arena_new(&m->arena, m->n_terms + 1, sizeof *d->exponent);
    d->group = arena_new(&m->arena, m->n_terms + 1, sizeof *d->group);
    d->along = arena_new(&m->arena, m->n_terms + 1, sizeof *d->along);
    d->size = arena_new(&m->arena, m->n_terms + 1, sizeof *d->size);
    for (size_t t = 0; t < m->n_terms; t++)
        d->exponent[t] = m->chart->exponents[t][moves];
    qsort(d->exponent, m->n_terms, sizeof *d->exponent, ascending);
    for (size_t t = 0; t < m->n_terms; t++)
        if (d->n_groups == 0 || d->exponent[d->n_groups - 1] != d->exponent[t])
            d->exponent[d->n_groups++] = d->exponent[t];
    for (size_t t = 0; t < m->n_terms; t++) {
        const unsigned long *found = bsearch(&m->chart->exponents[t][moves], d->exponent,
                                             d->n_groups, sizeof *found, ascending);
        d->group[t] = (size_t)(found - d->exponent);
    }
}

/* Makes the polynomial one of a single variable on the line where `fixed` has this value. */
static void take_line(struct marching *m, size_t fixed, double value)
{
    struct direction *d = &m->direction[fixed];
    memset(d->along, 0, d->n_groups * sizeof *d->along);
    memset(d->size, 0, d->n_groups * sizeof *d->size);
    for (size_t t = 0; t < m->n_terms; t++) {
        double term = m->coefficient[t] * whole_power(value, m->chart->exponents[t][fixed]);
        if (!isfinite(term))
            continue;
        d->along[d->group[t]] += term;
        d->size[d->group[t]] += fabs(term);
    }
}

/* The sign of the polynomial on the line, 0 if rounding decides; or of its derivative. Horner over
   the exponents there are. */
static int line_sign(const struct direction *d, double at, bool derivative)
{
    double sum = 0, size = 0;
    for (size_t g = d->n_groups; g-- > 0;) {
        unsigned long e = d->exponent[g], below = g > 0 ? d->exponent[g - 1] : 0;
        if (derivative && e == 0)
            break;
        /* The derivative's last exponent is 0, or one less than its own. */
        unsigned long gap = derivative && below == 0 ? e - 1 : e - below;
        double factor = derivative ? (double)e : 1, power = whole_power(at, gap);
        sum = (sum + factor * d->along[g]) * power;
        size = (size + factor * d->size[g]) * fabs(power);
    }
    return isfinite(sum) && fabs(sum) > ROUNDING * size ? (sum > 0 ? 1 : -1) : 0;
}

/* Where the sign turns from `sign` (0 goes with +) at a to another at b. */
static double turn(const struct direction *d, double a, double b, int sign, bool derivative)
{
    for (int i = 0; i < HALVINGS; i++) {
        double middle = a + (b - a) / 2;
        int here = line_sign(d, middle, derivative) >= 0 ? 1 : -1;
        if (here == sign)
            a = middle;
        else
            b = middle;
    }
    return a + (b - a) / 2;
}

static double node(const struct marching *m, size_t axis, size_t i)
{
    double t = (double)i / (double)m->n;
    return m->low[axis] * (1 - t) + m->high[axis] * t;
}

static signed char *sign_at(struct marching *m, size_t fixed, size_t line, size_t i)
{
    return &m->sign[fixed == 0 ? i * (m->n + 1) + line : line * (m->n + 1) + i];
}

/* Edge i of a line on which `fixed` is constant. */
static size_t edge_id(const struct marching *m, size_t fixed, size_t line, size_t i)
{
    return (fixed * (m->n + 1) + line) * m->n + i;
}

/* Crossings of one edge: one where the ends differ; two where they do not, and the polynomial dips
   beyond zero between them. */
static void cross_edge(struct marching *m, size_t fixed, size_t line, size_t i)
{
    const struct direction *d = &m->direction[fixed];
    double a = node(m, 1 - fixed, i), b = node(m, 1 - fixed, i + 1);
    int from = *sign_at(m, fixed, line, i), to = *sign_at(m, fixed, line, i + 1);
    size_t edge = edge_id(m, fixed, line, i);
    double *at = &m->at[edge * EDGE_CROSSINGS];
    if (from != to) {
        m->count[edge] = 1;
        at[0] = turn(d, a, b, from, false);
        return;
    }
    if (line_sign(d, a, true) * from >= 0 || line_sign(d, b, true) * from <= 0)
        return;
    double dip = turn(d, a, b, -from, true);
    if (line_sign(d, dip, false) * from >= 0)
        return;
    m->count[edge] = 2;
    at[0] = turn(d, a, dip, from, false);
    at[1] = turn(d, dip, b, -from, false);
}

static void cross_lines(struct marching *m)
{
    size_t n = m->n;
    for (size_t line = 0; line <= n; line++) {
        take_line(m, 0, node(m, 0, line));
        for (size_t i = 0; i <= n; i++)
            *sign_at(m, 0, line, i) =
                line_sign(&m->direction[0], node(m, 1, i), false) >= 0 ? 1 : -1;
        for (size_t i = 0; i < n; i++)
            cross_edge(m, 0, line, i);
    }
    for (size_t line = 0; line <= n; line++) {
        take_line(m, 1, node(m, 1, line));
        for (size_t i = 0; i < n; i++)
            cross_edge(m, 1, line, i);
    }
}

static void crossing_place(const struct marching *m, size_t crossing, double *x, double *y)
{
    size_t edge = crossing / EDGE_CROSSINGS, line = edge / m->n;
    size_t fixed = line > m->n;
    double along = m->at[crossing];
    double across = node(m, fixed, fixed ? line - (m->n + 1) : line);
    *x = fixed ? along : across;
    *y = fixed ? across : along;
}

static void join(struct marching *m, size_t a, size_t b)
{
    const size_t ends[2] = {a, b};
    for (size_t k = 0; k < 2; k++) {
        size_t *link = &m->link[2 * ends[k]];
        link[link[0] == SIZE_MAX ? 0 : 1] = ends[1 - k];
    }
}

/* The crossings of a cell's rim in order, from its corner at low x and low y, against the clock. */
static size_t rim(const struct marching *m, size_t ix, size_t iy, size_t *out)
{
    const size_t edges[4] = {edge_id(m, 1, iy, ix), edge_id(m, 0, ix + 1, iy),
                             edge_id(m, 1, iy + 1, ix), edge_id(m, 0, ix, iy)};
    size_t count = 0;
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < m->count[edges[k]]; i++)
            out[count++] = edges[k] * EDGE_CROSSINGS + (k < 2 ? i : m->count[edges[k]] - 1 - i);
    return count;
}

/* The stretch of rim between crossings 0 and 1 has the sign `inner`. Of four crossings that stretch
   and the one across belong together if the middle has their sign. */
static bool middle_is_inner(struct marching *m, const size_t *crossing, int inner)
{
    double x = 0, y = 0;
    for (size_t k = 0; k < 4; k++) {
        double cx, cy;
        crossing_place(m, crossing[k], &cx, &cy);
        x += cx / 4;
        y += cy / 4;
    }
    double sum = 0;
    for (size_t t = 0; t < m->n_terms; t++)
        sum += m->coefficient[t] * whole_power(x, m->chart->exponents[t][0]) *
               whole_power(y, m->chart->exponents[t][1]);
    return (sum >= 0 ? 1 : -1) == inner;
}

static void join_cell(struct marching *m, size_t ix, size_t iy)
{
    size_t on_rim[4 * EDGE_CROSSINGS], count = rim(m, ix, iy, on_rim);
    int corner = m->sign[iy * (m->n + 1) + ix];
    if (count == 4 && middle_is_inner(m, on_rim, -corner)) {
        join(m, on_rim[1], on_rim[2]);
        join(m, on_rim[3], on_rim[0]);
        return;
    }
    for (size_t k = 0; k + 1 < count; k += 2)
        join(m, on_rim[k], on_rim[k + 1]);
}

/* The line through a crossing, from there on; what was taken is marked by `seen`. */
static size_t follow(const struct marching *m, size_t from, unsigned char *seen, size_t *out)
{
    size_t count = 0, before = SIZE_MAX, here = from;
    while (here != SIZE_MAX && !seen[here]) {
        seen[here] = 1;
        out[count++] = here;
        const size_t *link = &m->link[2 * here];
        size_t next = link[0] != before ? link[0] : link[1];
        if (link[0] == link[1])
            next = count == 1 ? link[0] : SIZE_MAX;
        before = here;
        here = next;
    }
    if (here == from && count > 2)
        out[count++] = from;
    return count;
}

static void take_curve(const struct marching *m, const size_t *crossing, size_t count,
                       struct chart_picture *out)
{
    size_t c = out->n_curves++;
    out->n[c] = count;
    out->x[c] = mem_new(count, sizeof **out->x);
    out->y[c] = mem_new(count, sizeof **out->y);
    for (size_t i = 0; i < count; i++)
        crossing_place(m, crossing[i], &out->x[c][i], &out->y[c][i]);
}

/* Chains first, from their ends; then what is left are loops. */
static void collect(struct marching *m, struct chart_picture *out)
{
    size_t n_crossings = 2 * m->n * (m->n + 1) * EDGE_CROSSINGS, present = 0;
    for (size_t i = 0; i < n_crossings; i++)
        present += i % EDGE_CROSSINGS < m->count[i / EDGE_CROSSINGS];
    unsigned char *seen = arena_new(&m->arena, n_crossings + 1, 1);
    size_t *chain = arena_new(&m->arena, present + 2, sizeof *chain);
    out->n = mem_new(present + 1, sizeof *out->n);
    out->x = mem_new(present + 1, sizeof *out->x);
    out->y = mem_new(present + 1, sizeof *out->y);
    for (int loops = 0; loops < 2; loops++) {
        for (size_t i = 0; i < n_crossings; i++) {
            if (i % EDGE_CROSSINGS >= m->count[i / EDGE_CROSSINGS] || seen[i])
                continue;
            if (loops == 0 && m->link[2 * i] != SIZE_MAX && m->link[2 * i + 1] != SIZE_MAX)
                continue;
            size_t count = follow(m, i, seen, chain);
            if (count > 1)
                take_curve(m, chain, count, out);
        }
    }
}

static void march(struct marching *m, struct chart_picture *out)
{
    size_t n = m->n, n_edges = 2 * n * (n + 1);
    read_coefficients(m);
    group_terms(m, 0);
    group_terms(m, 1);
    m->sign = arena_new(&m->arena, (n + 1) * (n + 1), 1);
    m->count = arena_new(&m->arena, n_edges, 1);
    m->at = arena_new(&m->arena, n_edges * EDGE_CROSSINGS, sizeof *m->at);
    m->link = arena_new(&m->arena, 2 * n_edges * EDGE_CROSSINGS, sizeof *m->link);
    memset(m->link, 0xff, 2 * n_edges * EDGE_CROSSINGS * sizeof *m->link);
    cross_lines(m);
    for (size_t iy = 0; iy < n; iy++)
        for (size_t ix = 0; ix < n; ix++)
            join_cell(m, ix, iy);
    collect(m, out);
}

/* A window about the origin that holds every point that is not far out. */
static void fit_window(const struct resolution_chart *chart, double low[2], double high[2])
{
    for (size_t k = 0; k < 2; k++) {
        double least = 0, most = 0;
        for (size_t i = 0; i < chart->n_points; i++) {
            double at = chart->points[i].decimal[k] != NULL
                            ? strtod(chart->points[i].decimal[k], NULL)
                            : NAN;
            if (!(fabs(at) <= WINDOW_MOST))
                continue;
            least = fmin(least, at);
            most = fmax(most, at);
        }
        double margin = fmax(WINDOW_MARGIN * (most - least), 0.5);
        low[k] = fmin(-WINDOW_LEAST, least - margin);
        high[k] = fmax(WINDOW_LEAST, most + margin);
    }
}

struct chart_picture *chart_picture_new(const struct resolution *resolution, size_t chart,
                                        const double *low, const double *high, size_t n_cells)
{
    if (resolution == NULL || resolution->n_vars != 2 || chart >= resolution->n_charts)
        return NULL;
    struct marching m = {.chart = &resolution->charts[chart]};
    struct chart_picture *out = mem_new(1, sizeof *out);
    out->chart = chart;
    bool given = low != NULL && high != NULL;
    for (size_t k = 0; given && k < 2; k++)
        given = isfinite(low[k]) && isfinite(high[k]) && low[k] < high[k];
    if (given) {
        memcpy(out->low, low, sizeof out->low);
        memcpy(out->high, high, sizeof out->high);
    } else {
        fit_window(m.chart, out->low, out->high);
    }
    m.n = n_cells == 0 ? CELLS_DEFAULT : (n_cells < 2 ? 2 : n_cells);
    m.n = m.n > CELLS_MAX ? CELLS_MAX : m.n;
    m.n_terms = m.chart->n_terms <= TERMS_MAX ? m.chart->n_terms : 0;
    memcpy(m.low, out->low, sizeof m.low);
    memcpy(m.high, out->high, sizeof m.high);
    if (m.n_terms > 0) {
        arena_init(&m.arena);
        march(&m, out);
        arena_done(&m.arena);
    }
    return out;
}

void chart_picture_free(struct chart_picture *picture)
{
    if (picture == NULL)
        return;
    for (size_t c = 0; c < picture->n_curves; c++) {
        mem_free(picture->x[c]);
        mem_free(picture->y[c]);
    }
    mem_free(picture->n);
    mem_free(picture->x);
    mem_free(picture->y);
    mem_free(picture);
}
