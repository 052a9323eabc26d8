/* Zeros at which F loses rank: Newton on F together with what its Jacobian does to the directions
 * that it nearly maps to 0 (deflation; Leykin, Verschelde and Zhao 2006). */
#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "zeros_many.h"

enum {
    STEPS = 40,
    REJECTIONS = 8,
    RANKS = 4, /* tried, from the lowest */
    WORK_STEPS = 30,
    STRATUM_STEPS = 2
};

#define DIFFERENCE 1e-5 /* in u: of second derivatives */
#define LOW 2e-3        /* of slope: a singular value below may be 0 */
#define NONE 1e-9       /* of slope: it is */
#define REGULAR 0.05 /* |F| slope / (least singular value)²: Newton's step is as good as exact */
#define SOLVED 1e-12 /* |F| */
#define FAR 2e-3     /* in u: a move beyond this is to another place */
#define FAR_SHARE 10 /* × the singular value, of slope, that is to be 0 */
#define DAMPING 1e-3 /* × (|F|² + |G|²) */
#define DAMPING_LEAST 1e-13
#define TINY_STEP 1e-15    /* in u */
#define STRATUM_NONE 1e-6  /* of slope: a singular value of F and G that is 0 */
#define STRATUM_SOME 1e-4  /* … that is none */
#define STRATUM_REACH 1e-3 /* in u: a step among the zeros of one rank */
#define STRATUM_BACK 0.05  /* × reach: where it may end */
#define MARGIN 0.02

/* One point: G = J V for the V that span the least singular values, by slope. */
struct polish {
    const struct many *many;
    struct many_space *space;
    size_t d, m, rank;
    double margin;
    double *f, *jacobian;     /* [m], [m][d]: at the point */
    double *values, *vectors; /* [d], [d][d]: of JᵀJ, greatest first; vectors by rows */
    double *near, *near_f, *near_jacobian; /* [2d] points beside it */
    double *image, *image_length;          /* [d][m]: J × vector; [d] */
    double *change;                        /* [d][m × (d − rank)]: of G along each coordinate */
    double *square, *slope, *factor;       /* [d²], [d], [d²] of the step */
};

static void polish_init(struct polish *p, const struct many *many, struct many_space *space,
                        double margin)
{
    size_t d = many->dim, m = many->n_f;
    *p = (struct polish){.many = many, .space = space, .d = d, .m = m, .margin = margin};
    size_t n = m + m * d + d + d * d + 2 * d * d + 2 * d * m + 2 * d * m * d + d * m + d +
               d * m * d + d * d + d + d * d;
    double *at = p->f = mem_new(n, sizeof *at);
    p->jacobian = at += m;
    p->values = at += m * d;
    p->vectors = at += d;
    p->near = at += d * d;
    p->near_f = at += 2 * d * d;
    p->near_jacobian = at += 2 * d * m;
    p->image = at += 2 * d * m * d;
    p->image_length = at += d * m;
    p->change = at += d;
    p->square = at += d * m * d;
    p->slope = at += d * d;
    p->factor = at + d;
}

/* F, its singular values and their directions at w; |F|, INFINITY if undefined. */
static double evaluate(struct polish *p, const double *w)
{
    size_t d = p->d;
    double sum = 0;
    many_jacobian(p->many, p->space, 1, w, p->f, p->jacobian);
    memset(p->square, 0, d * d * sizeof *p->square);
    for (size_t i = 0; i < p->m; i++) {
        const double *row = p->jacobian + i * d;
        sum += p->f[i] * p->f[i];
        for (size_t v = 0; v < d; v++)
            for (size_t u = 0; u < d; u++)
                p->square[v * d + u] += row[v] * row[u];
    }
    if (!isfinite(sum) || linalg_eigen(p->square, d, p->values, p->vectors) != ST_OK)
        return INFINITY;
    for (size_t k = 0; k < d; k++) {
        double *image = p->image + k * p->m, length = 0;
        for (size_t i = 0; i < p->m; i++) {
            image[i] = 0;
            for (size_t v = 0; v < d; v++)
                image[i] += p->jacobian[i * d + v] * p->vectors[k * d + v];
            length += image[i] * image[i];
        }
        p->image_length[k] = sqrt(length);
    }
    return sqrt(sum);
}

/* √(|F|² + |G|²), given |F|. */
static double total(const struct polish *p, double size)
{
    double sum = size * size;
    for (size_t k = p->rank; k < p->d; k++) {
        double part = p->image_length[k] / p->many->slope;
        sum += part * part;
    }
    return sqrt(sum);
}

/* Takes out of x[m] what lies along the images that are to stay. */
static void project_out(const struct polish *p, double *x)
{
    for (size_t k = 0; k < p->rank; k++) {
        const double *image = p->image + k * p->m;
        double along = 0;
        for (size_t i = 0; i < p->m; i++)
            along += image[i] * x[i];
        along /= p->image_length[k] * p->image_length[k];
        for (size_t i = 0; i < p->m; i++)
            x[i] -= along * image[i];
    }
}

/* Derivatives of G by central differences; where one is undefined, 0. */
static void find_changes(struct polish *p, const double *w)
{
    const struct many *many = p->many;
    size_t d = p->d, m = p->m, n = d - p->rank;
    for (size_t k = 0; k < 2 * d; k++) {
        memcpy(p->near + k * d, w, d * sizeof *w);
        p->near[k * d + k / 2] += (k % 2 ? -DIFFERENCE : DIFFERENCE) * many->side[k / 2];
    }
    many_jacobian(many, p->space, 2 * d, p->near, p->near_f, p->near_jacobian);
    double by = 1 / (2 * DIFFERENCE * many->slope);
    for (size_t v = 0; v < d; v++) {
        const double *a = p->near_jacobian + 2 * v * m * d, *b = a + m * d;
        for (size_t k = 0; k < n; k++) {
            const double *direction = p->vectors + (p->rank + k) * d;
            double *change = p->change + (v * n + k) * m, sum = 0;
            for (size_t i = 0; i < m; i++) {
                change[i] = 0;
                for (size_t u = 0; u < d; u++)
                    change[i] += (a[i * d + u] - b[i * d + u]) * by * direction[u];
                sum += change[i] * change[i];
            }
            if (!isfinite(sum) || many->held[v])
                memset(change, 0, m * sizeof *change);
            else
                project_out(p, change);
        }
    }
}

/* The normal equations of F and G: square, slope. */
static void set_up(struct polish *p)
{
    size_t d = p->d, m = p->m, n = d - p->rank;
    for (size_t v = 0; v < d; v++) {
        p->slope[v] = 0;
        for (size_t i = 0; i < m; i++)
            p->slope[v] += p->jacobian[i * d + v] * p->f[i];
        const double *a = p->change + v * n * m;
        for (size_t i = 0; i < n * m; i++)
            p->slope[v] += a[i] * p->image[p->rank * m + i] / p->many->slope;
        for (size_t u = 0; u <= v; u++) {
            const double *b = p->change + u * n * m;
            double sum = 0;
            for (size_t i = 0; i < m; i++)
                sum += p->jacobian[i * d + v] * p->jacobian[i * d + u];
            for (size_t i = 0; i < n * m; i++)
                sum += a[i] * b[i];
            p->square[v * d + u] = p->square[u * d + v] = sum;
        }
    }
}

/* to := the damped step from w; returns its length in u, 0 if there is none. */
static double take_step(struct polish *p, const double *w, double mu, double *to)
{
    const struct many *many = p->many;
    size_t d = p->d, index[SYNTAX_MAX_PARAMS], n = 0;
    double b[SYNTAX_MAX_PARAMS], length = 0;
    for (size_t v = 0; v < d; v++) {
        double room = p->margin * many->side[v];
        bool pressed = (w[v] <= many->low[v] - room && p->slope[v] > 0) ||
                       (w[v] >= many->high[v] + room && p->slope[v] < 0);
        if (!many->held[v] && !pressed)
            index[n++] = v;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            p->factor[i * n + j] = p->square[index[i] * d + index[j]];
        p->factor[i * n + i] += mu;
        b[i] = -p->slope[index[i]];
    }
    if (n == 0 || !linalg_cholesky(p->factor, n))
        return 0;
    linalg_cholesky_solve(p->factor, n, b);
    memcpy(to, w, d * sizeof *to);
    for (size_t i = 0; i < n; i++) {
        size_t v = index[i];
        double room = p->margin * many->side[v], next = w[v] + b[i] * many->side[v];
        length += b[i] * b[i];
        to[v] = fmin(fmax(next, many->low[v] - room), many->high[v] + room);
    }
    return sqrt(length);
}

/* Whether the singular values at hand are those of one rank, with |F| small enough for it. */
static bool is_clean(const struct polish *p, size_t rank, double size)
{
    double slope = p->many->slope;
    if (!(size <= SOLVED) || (rank < p->d && p->image_length[rank] > NONE * slope))
        return false;
    double least = rank > 0 ? p->image_length[rank - 1] / slope : 1;
    return least > NONE && size <= REGULAR * least * least;
}

/* Levenberg–Marquardt towards a zero of the rank tried; true if it came to one near w. */
static bool go_to_rank(struct polish *p, double *w, double *size, double reach)
{
    double at[SYNTAX_MAX_PARAMS], to[SYNTAX_MAX_PARAMS], factor = DAMPING;
    size_t d = p->d;
    memcpy(at, w, d * sizeof *at);
    double now = evaluate(p, at), sum = total(p, now);
    for (int i = 0, rejections = 0; i < STEPS && rejections < REJECTIONS; i++) {
        if (rejections == 0) {
            find_changes(p, at);
            set_up(p);
        }
        double slope = p->many->slope;
        double mu = (factor * sum * sum + DAMPING_LEAST) * slope * slope;
        double length = take_step(p, at, mu, to);
        if (!(length > TINY_STEP) || many_distance(p->many, to, w) > reach)
            break;
        double next = evaluate(p, to), next_sum = total(p, next);
        if (next_sum < sum) {
            memcpy(at, to, d * sizeof *at);
            factor = fmax(factor / 10, 1e-9);
            rejections = 0;
            sum = next_sum;
            now = next;
            continue;
        }
        factor *= 100;
        rejections++;
        /* The step is from `at`: what belongs to it is taken again. */
        now = evaluate(p, at);
        set_up(p);
    }
    now = evaluate(p, at);
    if (!is_clean(p, p->rank, now) || many_distance(p->many, at, w) > reach)
        return false;
    memcpy(w, at, d * sizeof *w);
    *size = now;
    return true;
}

double many_polish_cost(const struct many *many)
{
    double d = (double)many->dim, m = (double)many->n_f;
    return WORK_STEPS * (2 * d * many->cost + d * m * d * d + d * d * m * d / 2);
}

bool many_polish(const struct many *many, struct many_space *space, double *w, double *size,
                 double margin)
{
    struct polish p;
    bool good = false;
    if (!many->model->smooth)
        return true;
    polish_init(&p, many, space, margin);
    size_t d = p.d, first = 0, last;
    double now = evaluate(&p, w), values[SYNTAX_MAX_PARAMS + 1] = {0};
    for (size_t k = 0; k < d; k++)
        values[k] = p.image_length[k] / many->slope;
    while (first < d && values[first] > LOW)
        first++;
    for (last = first; last < d && values[last] > NONE;)
        last++;
    /* Nothing between 0 and what is surely not: a regular zero, or one of that rank exactly. */
    good = first == last && is_clean(&p, first, now);
    for (size_t r = first; !good && r < d && r <= last && r < first + RANKS; r++) {
        p.rank = r;
        good = isfinite(now) && go_to_rank(&p, w, size, fmin(FAR, FAR_SHARE * values[r] + 1e-4));
    }
    if (!good) {
        now = evaluate(&p, w);
        good = is_clean(&p, last, now);
    }
    mem_free(p.f);
    return good;
}

/* A random unit direction among the last n rows of vectors, in u. */
static void random_direction(const double *vectors, size_t d, size_t n, struct rng *rng,
                             double *direction)
{
    double sum = 0;
    memset(direction, 0, d * sizeof *direction);
    for (size_t i = d - n; i < d; i++) {
        double part = rng_normal(rng);
        sum += part * part;
        for (size_t v = 0; v < d; v++)
            direction[v] += part * vectors[i * d + v];
    }
    for (size_t v = 0; v < d; v++)
        direction[v] /= sqrt(sum);
}

/* Whether steps along the null directions stay among the zeros of this rank. */
static bool is_smooth(struct polish *p, const double *w, size_t n, struct rng *rng)
{
    size_t d = p->d;
    bool good = true;
    double *vectors = mem_new(d * d, sizeof *vectors);
    memcpy(vectors, p->factor, d * d * sizeof *vectors);
    for (int k = 0; k < STRATUM_STEPS && good && n > 0; k++) {
        double direction[SYNTAX_MAX_PARAMS], to[SYNTAX_MAX_PARAMS], size;
        random_direction(vectors, d, n, rng, direction);
        for (size_t v = 0; v < d; v++)
            to[v] = w[v] + STRATUM_REACH * direction[v] * p->many->side[v];
        good = go_to_rank(p, to, &size, STRATUM_BACK * STRATUM_REACH);
    }
    mem_free(vectors);
    return good;
}

bool many_stratum(const struct many *many, struct many_space *space, const double *w,
                  struct rng *rng, size_t *dimension)
{
    struct polish p;
    bool good = false;
    size_t n_null = 0;
    double values[SYNTAX_MAX_PARAMS];
    if (!many->model->smooth)
        return false;
    polish_init(&p, many, space, MARGIN);
    size_t d = p.d;
    double size = evaluate(&p, w);
    while (p.rank < d && p.image_length[p.rank] > NONE * many->slope)
        p.rank++;
    if (isfinite(size) && is_clean(&p, p.rank, size)) {
        find_changes(&p, w);
        set_up(&p);
        for (size_t v = 0; v < d; v++)
            if (many->held[v])
                p.square[v * d + v] = many->slope * many->slope;
        good = linalg_eigen(p.square, d, values, p.factor) == ST_OK;
        for (size_t v = 0; v < d && good; v++) {
            double value = values[v] / (many->slope * many->slope);
            n_null += value < STRATUM_NONE * STRATUM_NONE;
            good = value < STRATUM_NONE * STRATUM_NONE || value > STRATUM_SOME * STRATUM_SOME;
        }
        good = good && is_smooth(&p, w, n_null, rng);
    }
    mem_free(p.f);
    *dimension = n_null;
    return good;
}

bool many_is_regular(const struct many *many, struct many_space *space, const double *w,
                     size_t rank)
{
    struct polish p;
    if (!many->model->smooth)
        return true;
    polish_init(&p, many, space, MARGIN);
    for (size_t v = 0; v < p.d; v++)
        rank -= many->held[v] && rank > 0;
    bool good = is_clean(&p, rank, evaluate(&p, w));
    mem_free(p.f);
    return good;
}
