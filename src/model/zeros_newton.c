/* Projection on F = 0: Levenberg–Marquardt with a damping that fades with the residual. */
#include "zeros_private.h"

#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"

enum { NEWTON_STEPS = 120, NEWTON_REJECTIONS = 8 };

#define NEWTON_TINY_STEP 1e-16 /* in u: nothing left to gain */
#define NEWTON_RESIDUAL 1e-7   /* of weighted generators: more is no solution */
#define NEWTON_LONGEST 0.5     /* in u: a step is cut to this */
#define NEWTON_MARGIN 0.1      /* in u: how far outside the box the search may pass */
#define NEWTON_ON_BOX 1e-9     /* in u: this far outside is on the boundary */
#define NEWTON_RIDGE 1e-15     /* of the trace: keeps the normal matrix definite */
#define NEWTON_DAMPING_LEAST 1e-4

bool zeros_inside(const struct zeros_problem *p, const double *w)
{
    for (size_t v = 0; v < p->dim; v++)
        if (!(w[v] >= p->low[v] && w[v] <= p->high[v]))
            return false;
    return true;
}

double zeros_distance(const struct zeros_problem *p, const double *a, const double *b)
{
    double sum = 0;
    for (size_t v = 0; v < p->dim; v++) {
        double u = (a[v] - b[v]) / p->side[v];
        sum += u * u;
    }
    return sqrt(sum);
}

/* The damped step in u, d = −Jᵀ(J Jᵀ + μ)⁻¹ F = −(Jᵀ J + μ)⁻¹ Jᵀ F, whichever is smaller. */
static bool damped_step(size_t m, size_t dim, const double *f, const double *jac, double mu,
                        double *a, double *b, double *step)
{
    bool dual = m < dim;
    size_t k = dual ? m : dim;
    double trace = 0;
    memset(a, 0, k * k * sizeof *a);
    if (dual) {
        for (size_t i = 0; i < m; i++) {
            for (size_t j = 0; j <= i; j++)
                for (size_t v = 0; v < dim; v++)
                    a[i * k + j] += jac[i * dim + v] * jac[j * dim + v];
            b[i] = -f[i];
        }
    } else {
        for (size_t v = 0; v < dim; v++)
            b[v] = 0;
        for (size_t i = 0; i < m; i++)
            for (size_t v = 0; v < dim; v++) {
                for (size_t u = 0; u <= v; u++)
                    a[v * k + u] += jac[i * dim + v] * jac[i * dim + u];
                b[v] -= jac[i * dim + v] * f[i];
            }
    }
    for (size_t i = 0; i < k; i++)
        trace += a[i * k + i];
    for (size_t i = 0; i < k; i++)
        a[i * k + i] += mu + NEWTON_RIDGE * trace;
    if (!linalg_cholesky(a, k))
        return false;
    linalg_cholesky_solve(a, k, b);
    for (size_t v = 0; v < dim; v++) {
        step[v] = dual ? 0 : b[v];
        for (size_t i = 0; dual && i < m; i++)
            step[v] += jac[i * dim + v] * b[i];
    }
    return true;
}

static double norm(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* to := w + step (in u), the step cut to NEWTON_LONGEST and kept near the box; returns its length.
 */
static double move(const struct zeros_problem *p, const double *w, double *step, double *to)
{
    double length = norm(step, p->dim), cut = length > NEWTON_LONGEST ? NEWTON_LONGEST / length : 1;
    for (size_t v = 0; v < p->dim; v++) {
        double margin = NEWTON_MARGIN * p->side[v];
        to[v] = w[v] + cut * step[v] * p->side[v];
        to[v] = fmin(fmax(to[v], p->low[v] - margin), p->high[v] + margin);
    }
    return cut * length;
}

/* Puts w on the boundary if it lies outside by rounding. */
static void settle(const struct zeros_problem *p, double *w)
{
    for (size_t v = 0; v < p->dim; v++) {
        if (w[v] < p->low[v] && w[v] > p->low[v] - NEWTON_ON_BOX * p->side[v])
            w[v] = p->low[v];
        if (w[v] > p->high[v] && w[v] < p->high[v] + NEWTON_ON_BOX * p->side[v])
            w[v] = p->high[v];
    }
}

bool zeros_newton(struct zeros_problem *p, const struct zeros_system *s, double *w)
{
    size_t m = s->n, d = p->dim, k = m < d ? m : d;
    double *base = p->work + m * (1 + d), *f = base, *jac = f + m, *f_new = jac + m * d;
    double *jac_new = f_new + m, *a = jac_new + m * d, *b = a + k * k, *step = b + k;
    double to[SYNTAX_MAX_PARAMS], factor = 1, size;
    int rejections = 0;
    if (!zeros_eval(p, s, w, f, jac))
        return false;
    size = norm(f, m);
    for (int i = 0; i < NEWTON_STEPS && size > 0 && rejections < NEWTON_REJECTIONS; i++) {
        if (!damped_step(m, d, f, jac, factor * size * size, a, b, step))
            break;
        double length = move(p, w, step, to);
        bool finite = zeros_eval(p, s, to, f_new, jac_new);
        double size_new = finite ? norm(f_new, m) : INFINITY;
        if (size_new < size) {
            memcpy(w, to, d * sizeof *w);
            memcpy(f, f_new, m * sizeof *f);
            memcpy(jac, jac_new, m * d * sizeof *jac);
            size = size_new;
            factor = fmax(factor / 4, NEWTON_DAMPING_LEAST);
            rejections = 0;
        } else {
            factor *= 16;
            rejections++;
        }
        if (length < NEWTON_TINY_STEP)
            break;
    }
    settle(p, w);
    return size <= NEWTON_RESIDUAL && zeros_inside(p, w) && zeros_is_zero(p, w);
}

size_t zeros_rank(struct zeros_problem *p, const struct zeros_system *s, const double *w)
{
    size_t m = s->n, d = p->dim, k = m < d ? m : d, rank = 0;
    double *f = p->work + m * (1 + d), *jac = f + m, *values = jac + m * d;
    if (m == 0 || !zeros_eval(p, s, w, f, jac))
        return 0;
    if (m == 1)
        values[0] = norm(jac, d);
    else if (linalg_svd(jac, m, d, values, NULL) != ST_OK)
        return 0;
    while (rank < k && values[rank] > ZEROS_RANK_TOLERANCE * s->slope)
        rank++;
    return rank;
}

double zeros_residual(struct zeros_problem *p, const struct zeros_system *s, const double *w)
{
    double *f = p->work + s->n * (1 + p->dim);
    return s->n == 0 ? 0 : zeros_eval(p, s, w, f, NULL) ? norm(f, s->n) : INFINITY;
}
