/* Projection on F = 0 for many points at once: Levenberg–Marquardt in lanes that are filled again.
 */
#include "zeros_many.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "model_parts.h"
#include "zeros_private.h"

enum {
    SAMPLES = 64,
    MAX_STEPS = 90,
    MAX_REJECTIONS = 7,
    LAST_REJECTIONS = 2, /* once solved: more is rounding */
    STALLS = 4,          /* steps that gain next to nothing before a start is given up */
    ROWS = 4             /* of the Jacobian that are summed up together */
};

#define SOLVED_WELL 2e-15  /* |F|: nothing left to gain */
#define NEARLY 1e-4        /* |F|: below it, slow convergence is to a degenerate zero */
#define STALL 0.985        /* a step that leaves more of |F| than this gains nothing */
#define LONGEST 0.5        /* in u */
#define TINY_STEP 1e-16    /* in u */
#define RIDGE 1e-14        /* of the diagonal: keeps the normal matrix definite */
#define RIDGE_LEAST 1e-30  /* of the trace */
#define DAMPING_START 0.02 /* × slope² |F|² */
#define DAMPING_LEAST 1e-6

/* One point on its way. */
struct lane {
    size_t index; /* of the point; SIZE_MAX: the lane is idle */
    double w[SYNTAX_MAX_PARAMS], to[SYNTAX_MAX_PARAMS];
    double size, factor, length, limit; /* limit: of the next step */
    double predicted;                   /* by how much |F|² should fall */
    double last[SYNTAX_MAX_PARAMS];     /* the step before, in u, as it was before it was cut */
    int steps, rejections, stalls;
    bool fresh;
};

struct many_space {
    struct program_space *program;
    struct lane *lane;           /* [MANY_LANES] */
    double *x;                   /* [dim][LANES] */
    double *f, *jacobian, *hess; /* [n_f][LANES], [n_f × dim][LANES], outputs of kl_hess */
    double **f_out, **jacobian_out, **hess_out;
    double *square, *slope, *size2; /* JᵀJ [dim²][LANES] lower, JᵀF [dim][LANES], |F|² */
    double *kept, *kept_slope;      /* [LANES][dim²], [LANES][dim]: at w, the rest is at `to` */
    double *factor;                 /* [dim²] */
};

double many_distance(const struct many *many, const double *a, const double *b)
{
    double sum = 0;
    for (size_t v = 0; v < many->dim; v++) {
        double u = (a[v] - b[v]) / many->side[v];
        sum += u * u;
    }
    return sqrt(sum);
}

/* --- workspace -------------------------------------------------------------------------------- */

static double **lane_rows(double *values, size_t n)
{
    double **rows = mem_new(n, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = values + i * MANY_LANES;
    return rows;
}

struct many_space *many_space_new(const struct many *many)
{
    struct many_space *s = mem_new(1, sizeof *s);
    size_t d = many->dim, m = many->n_f, n_hess = 1 + d + d * (d + 1) / 2;
    s->program = program_space_new();
    s->lane = mem_new(MANY_LANES, sizeof *s->lane);
    s->x = mem_new(d, MANY_LANES * sizeof *s->x);
    s->f = mem_new(m + ROWS, MANY_LANES * sizeof *s->f);
    s->jacobian = mem_new((m + ROWS) * d, MANY_LANES * sizeof *s->jacobian);
    s->hess = mem_new(n_hess, MANY_LANES * sizeof *s->hess);
    s->f_out = lane_rows(s->f, m);
    s->jacobian_out = lane_rows(s->jacobian, m * d);
    s->hess_out = lane_rows(s->hess, n_hess);
    s->square = mem_new(d * d + d + 1, MANY_LANES * sizeof *s->square);
    s->slope = s->square + d * d * MANY_LANES;
    s->size2 = s->slope + d * MANY_LANES;
    s->kept = mem_new(MANY_LANES, (d * d + d) * sizeof *s->kept);
    s->kept_slope = s->kept + MANY_LANES * d * d;
    s->factor = mem_new(d * d, sizeof *s->factor);
    return s;
}

void many_space_free(struct many_space *s)
{
    if (s == NULL)
        return;
    program_space_free(s->program);
    mem_free(s->lane);
    mem_free(s->x);
    mem_free(s->f);
    mem_free(s->jacobian);
    mem_free(s->hess);
    mem_free(s->f_out);
    mem_free(s->jacobian_out);
    mem_free(s->hess_out);
    mem_free(s->square);
    mem_free(s->kept);
    mem_free(s->factor);
    mem_free(s);
}

/* --- evaluation ------------------------------------------------------------------------------- */

/* F and its Jacobian by u, weighted, of the first n lanes of s->x, into s->f and s->jacobian. */
static void evaluate(const struct many *many, struct many_space *s, size_t n)
{
    size_t d = many->dim, m = many->n_f;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    for (size_t v = 0; v < d; v++) {
        vars[v] = s->x + v * MANY_LANES;
        step[v] = 1;
    }
    if (many->by_gradient) {
        program_eval(many->model->kl_hess, s->program, vars, step, n, s->hess_out);
        memcpy(s->f, s->hess + MANY_LANES, d * MANY_LANES * sizeof *s->f);
        const double *upper = s->hess + (1 + d) * MANY_LANES;
        for (size_t i = 0; i < d; i++)
            for (size_t j = i; j < d; j++, upper += MANY_LANES) {
                memcpy(s->jacobian + (i * d + j) * MANY_LANES, upper, MANY_LANES * sizeof *upper);
                memcpy(s->jacobian + (j * d + i) * MANY_LANES, upper, MANY_LANES * sizeof *upper);
            }
    } else {
        const struct model *model = many->model;
        program_eval(many->own_value ? many->own_value : model->generators, s->program, vars, step,
                     n, s->f_out);
        program_eval(many->own_jacobian ? many->own_jacobian : model->generator_jacobian,
                     s->program, vars, step, n, s->jacobian_out);
    }
    for (size_t i = 0; i < m; i++) {
        double *f = s->f + i * MANY_LANES, *row = s->jacobian + i * d * MANY_LANES;
        double weight = many->weight[i];
        for (size_t k = 0; k < MANY_LANES; k++)
            f[k] *= weight;
        for (size_t v = 0; v < d; v++, row += MANY_LANES) {
            double scale = weight * many->side[v];
            for (size_t k = 0; k < MANY_LANES; k++)
                row[k] *= scale;
        }
    }
}

/* sum[lane] += Σ over ROWS rows of a × b. */
static inline void add_products(const double *a, const double *b, size_t stride, double *sum)
{
    for (size_t k = 0; k < MANY_LANES; k++) {
        double first = a[k] * b[k] + a[k + stride] * b[k + stride];
        double second =
            a[k + 2 * stride] * b[k + 2 * stride] + a[k + 3 * stride] * b[k + 3 * stride];
        sum[k] += first + second;
    }
}

/* JᵀJ (lower triangle), JᵀF and |F|² of all lanes; the rows past n_f are 0. */
static void sum_up(const struct many *many, struct many_space *s)
{
    size_t d = many->dim, width = d * MANY_LANES;
    memset(s->square, 0, (d * d + d + 1) * MANY_LANES * sizeof *s->square);
    for (size_t r = 0; r < many->n_f; r += ROWS) {
        const double *f = s->f + r * MANY_LANES, *row = s->jacobian + r * width;
        double wide[ROWS * MANY_LANES];
        add_products(f, f, MANY_LANES, s->size2);
        for (size_t v = 0; v < d; v++) {
            const double *a = row + v * MANY_LANES;
            for (size_t u = 0; u <= v; u++)
                add_products(a, row + u * MANY_LANES, width, s->square + (v * d + u) * MANY_LANES);
            for (size_t i = 0; i < ROWS; i++)
                memcpy(wide + i * MANY_LANES, a + i * width, MANY_LANES * sizeof *wide);
            add_products(wide, f, MANY_LANES, s->slope + v * MANY_LANES);
        }
    }
}

void many_normal(const struct many *many, struct many_space *s, size_t n, const double *w,
                 double *out)
{
    size_t d = many->dim;
    for (size_t first = 0; first < n; first += MANY_LANES) {
        size_t left = n - first, lanes = left < MANY_LANES ? left : MANY_LANES;
        for (size_t k = 0; k < lanes; k++)
            for (size_t v = 0; v < d; v++)
                s->x[v * MANY_LANES + k] = w[(first + k) * d + v];
        evaluate(many, s, lanes);
        sum_up(many, s);
        for (size_t k = 0; k < lanes; k++)
            for (size_t v = 0; v < d; v++)
                for (size_t u = 0; u <= v; u++) {
                    double *matrix = out + (first + k) * d * d;
                    bool held = many->held[v] || many->held[u];
                    matrix[v * d + u] = matrix[u * d + v] =
                        !held    ? s->square[(v * d + u) * MANY_LANES + k]
                        : v == u ? many->slope * many->slope
                                 : 0;
                }
    }
}

void many_jacobian(const struct many *many, struct many_space *s, size_t n, const double *w,
                   double *f, double *jacobian)
{
    size_t d = many->dim, m = many->n_f;
    for (size_t first = 0; first < n; first += MANY_LANES) {
        size_t left = n - first, lanes = left < MANY_LANES ? left : MANY_LANES;
        for (size_t k = 0; k < lanes; k++)
            for (size_t v = 0; v < d; v++)
                s->x[v * MANY_LANES + k] = w[(first + k) * d + v];
        evaluate(many, s, lanes);
        for (size_t k = 0; k < lanes; k++) {
            double *row = jacobian + (first + k) * m * d;
            for (size_t i = 0; i < m; i++)
                f[(first + k) * m + i] = s->f[i * MANY_LANES + k];
            for (size_t i = 0; i < m * d; i++)
                row[i] = many->held[i % d] ? 0 : s->jacobian[i * MANY_LANES + k];
        }
    }
}

void many_kl(const struct many *many, struct many_space *s, size_t n, const double *w, double *out)
{
    size_t d = many->dim;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    for (size_t v = 0; v < d; v++) {
        vars[v] = s->x + v * MANY_LANES;
        step[v] = 1;
    }
    for (size_t first = 0; first < n; first += MANY_LANES) {
        size_t left = n - first, lanes = left < MANY_LANES ? left : MANY_LANES;
        double *at = out + first;
        for (size_t k = 0; k < lanes; k++)
            for (size_t v = 0; v < d; v++)
                s->x[v * MANY_LANES + k] = w[(first + k) * d + v];
        program_eval(many->model->kl, s->program, vars, step, lanes, &at);
    }
}

/* --- steps ------------------------------------------------------------------------------------ */

/* The coordinates that may move: not held, and not pressed against the box. */
static size_t find_free(const struct many *many, const struct lane *lane, const double *slope,
                        double margin, size_t *index)
{
    size_t n = 0;
    for (size_t v = 0; v < many->dim; v++) {
        double room = margin * many->side[v];
        bool pressed = (lane->w[v] <= many->low[v] - room && slope[v] > 0) ||
                       (lane->w[v] >= many->high[v] + room && slope[v] < 0);
        if (!many->held[v] && !pressed)
            index[n++] = v;
    }
    return n;
}

/* lane->to := the damped step from lane->w; false if there is none. */
static bool take_step(const struct many *many, struct many_space *s, size_t k, double margin)
{
    struct lane *lane = &s->lane[k];
    size_t d = many->dim, index[SYNTAX_MAX_PARAMS];
    const double *square = s->kept + k * d * d, *slope = s->kept_slope + k * d;
    size_t n = find_free(many, lane, slope, margin, index);
    double b[SYNTAX_MAX_PARAMS], trace = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        trace += square[index[i] * d + index[i]];
    if (n == 0 || !(trace > 0))
        return false;
    double mu =
        lane->factor * many->slope * many->slope * lane->size * lane->size + RIDGE_LEAST * trace;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            s->factor[i * n + j] = square[index[i] * d + index[j]];
        s->factor[i * n + i] += mu + RIDGE * s->factor[i * n + i];
        b[i] = -slope[index[i]];
    }
    if (!linalg_cholesky(s->factor, n))
        return false;
    linalg_cholesky_solve(s->factor, n, b);
    for (size_t i = 0; i < n; i++)
        sum += b[i] * b[i];
    double length = sqrt(sum), cut = length > lane->limit ? lane->limit / length : 1;
    lane->length = cut * length;
    lane->predicted = 0; /* by the linear model: |F|² − |F + J s|² = −2 sᵀJᵀF − sᵀJᵀJ s */
    for (size_t i = 0; i < n; i++) {
        double along = 2 * slope[index[i]];
        for (size_t j = 0; j < n; j++)
            along += square[index[i] * d + index[j]] * cut * b[j];
        lane->predicted -= along * cut * b[i];
    }
    memcpy(lane->to, lane->w, d * sizeof *lane->to);
    for (size_t i = 0; i < n; i++) {
        size_t v = index[i];
        double room = margin * many->side[v], to = lane->w[v] + cut * b[i] * many->side[v];
        lane->to[v] = fmin(fmax(to, many->low[v] - room), many->high[v] + room);
    }
    return true;
}

/* What was evaluated at lane->to becomes the state of the lane. */
static void accept(const struct many *many, struct many_space *s, size_t k, double size)
{
    struct lane *lane = &s->lane[k];
    size_t d = many->dim;
    double gain = lane->fresh ? 0 : size / lane->size;
    double share = (lane->size - size) * (lane->size + size) / lane->predicted;
    memcpy(lane->w, lane->to, d * sizeof *lane->w);
    for (size_t v = 0; v < d; v++) {
        for (size_t u = 0; u <= v; u++) {
            double value = s->square[(v * d + u) * MANY_LANES + k];
            s->kept[k * d * d + v * d + u] = s->kept[k * d * d + u * d + v] = value;
        }
        s->kept_slope[k * d + v] = s->slope[v * MANY_LANES + k];
    }
    lane->size = size;
    lane->rejections = 0;
    lane->limit = fmin(4 * lane->limit, LONGEST);
    if (!lane->fresh) {
        double times = share < 0.25 ? 4 : share < 0.6 ? 1 : share < 0.9 ? 0.3 : 0.1;
        lane->factor = fmax(lane->factor * times, DAMPING_LEAST);
        lane->stalls = gain > STALL && size > NEARLY ? lane->stalls + 1 : 0;
    }
    lane->fresh = false;
}

/* Takes in the evaluation at lane->to and sets up the next; false if the lane has come to its end.
 */
static bool advance(const struct many *many, struct many_space *s, size_t k, double margin)
{
    struct lane *lane = &s->lane[k];
    double size = sqrt(s->size2[k]);
    if (size < lane->size) {
        accept(many, s, k, size);
    } else if (lane->fresh) {
        return false;
    } else {
        lane->factor *= 10;
        lane->limit = lane->length / 4; /* at a kink, shorter helps where damping does not */
        lane->rejections++;
    }
    int most = lane->size <= MANY_SOLVED ? LAST_REJECTIONS : MAX_REJECTIONS;
    if (lane->size <= SOLVED_WELL || lane->rejections >= most || lane->stalls >= STALLS ||
        ++lane->steps > MAX_STEPS)
        return false;
    return take_step(many, s, k, margin) && lane->length > TINY_STEP;
}

static void load(const struct many *many, struct lane *lane, size_t index, const double *w,
                 double margin)
{
    *lane = (struct lane){
        .index = index, .size = INFINITY, .factor = DAMPING_START, .limit = LONGEST, .fresh = true};
    for (size_t v = 0; v < many->dim; v++) {
        double room = margin * many->side[v];
        lane->to[v] = fmin(fmax(w[v], many->low[v] - room), many->high[v] + room);
        lane->w[v] = lane->to[v];
    }
}

void many_project(const struct many *many, struct many_space *s, size_t n, double *w, double *size,
                  double margin)
{
    size_t d = many->dim, next = 0, n_lanes = 0;
    for (; n_lanes < MANY_LANES && next < n; n_lanes++, next++)
        load(many, &s->lane[n_lanes], next, w + next * d, margin);
    while (n_lanes > 0 && !cancel_wanted(many->cancel)) {
        for (size_t k = 0; k < n_lanes; k++)
            for (size_t v = 0; v < d; v++)
                s->x[v * MANY_LANES + k] = s->lane[k].to[v];
        evaluate(many, s, n_lanes);
        sum_up(many, s);
        for (size_t k = 0; k < n_lanes; k++) {
            struct lane *lane = &s->lane[k];
            if (advance(many, s, k, margin))
                continue;
            memcpy(w + lane->index * d, lane->w, d * sizeof *w);
            size[lane->index] = lane->size;
            lane->index = SIZE_MAX;
            if (next < n)
                load(many, lane, next, w + next * d, margin), next++;
        }
        /* Idle lanes are closed up, each with what it keeps. */
        for (size_t k = n_lanes; k-- > 0;) {
            if (s->lane[k].index != SIZE_MAX)
                continue;
            n_lanes--;
            s->lane[k] = s->lane[n_lanes];
            memcpy(s->kept + k * d * d, s->kept + n_lanes * d * d, d * d * sizeof *s->kept);
            memcpy(s->kept_slope + k * d, s->kept_slope + n_lanes * d, d * sizeof *s->kept);
        }
    }
    for (size_t k = 0; k < n_lanes; k++) /* cancelled */
        size[s->lane[k].index] = INFINITY;
    for (; next < n; next++)
        size[next] = INFINITY;
}

/* --- setting up ------------------------------------------------------------------------------- */

/* Weights: one for all rows of a likelihood, which are weighted already; else one a generator. */
static void weigh(struct many *many, struct many_space *s)
{
    size_t d = many->dim, m = many->n_f, used = 0;
    double *sizes = mem_new(m + 1, SAMPLES * sizeof *sizes), *sums = sizes + m * SAMPLES;
    bool whole = many->by_gradient || many->model->likelihood != NULL;
    struct rng rng = rng_stream(1, 0);
    for (size_t i = 0; i < m; i++)
        many->weight[i] = 1;
    for (size_t first = 0; first < SAMPLES; first += MANY_LANES) {
        for (size_t k = 0; k < MANY_LANES; k++)
            for (size_t v = 0; v < d; v++)
                s->x[v * MANY_LANES + k] = many->low[v] + rng_uniform(&rng) * many->side[v];
        evaluate(many, s, MANY_LANES);
        for (size_t k = 0; k < MANY_LANES; k++) {
            double sum = 0;
            for (size_t i = 0; i < m; i++) {
                sizes[i * SAMPLES + used] = fabs(s->f[i * MANY_LANES + k]);
                sum += s->f[i * MANY_LANES + k] * s->f[i * MANY_LANES + k];
            }
            if (!isfinite(sum))
                continue;
            sums[used++] = sqrt(sum);
        }
    }
    double all = fmin(fmax(zeros_typical(sums, used), DBL_MIN), DBL_MAX);
    for (size_t i = 0; i < m; i++) {
        double own = whole ? all : zeros_typical(sizes + i * SAMPLES, used) * sqrt((double)m);
        many->weight[i] = 1 / fmin(fmax(own, DBL_MIN), DBL_MAX);
    }
    mem_free(sizes);
}

static void find_slope(struct many *many, struct many_space *s)
{
    size_t d = many->dim, used = 0;
    double *w = mem_new(SAMPLES, d * (1 + d) * sizeof *w), *normal = w + SAMPLES * d;
    double slopes[SAMPLES];
    struct rng rng = rng_stream(1, 1);
    for (size_t i = 0; i < SAMPLES * d; i++)
        w[i] = many->low[i % d] + rng_uniform(&rng) * many->side[i % d];
    many_normal(many, s, SAMPLES, w, normal);
    for (size_t i = 0; i < SAMPLES; i++) {
        double trace = 0;
        for (size_t v = 0; v < d; v++)
            trace += normal[i * d * d + v * d + v];
        if (isfinite(trace))
            slopes[used++] = sqrt(trace);
    }
    many->slope = zeros_typical(slopes, used);
    mem_free(w);
}

void many_prepare(struct many *many, const struct model *model, const struct cancel *cancel)
{
    *many = (struct many){.model = model, .dim = model->dim, .cancel = cancel};
    many->by_gradient = model->generators == NULL || model->generator_jacobian == NULL;
    many->n_f = many->by_gradient ? model->dim : model->n_generators;
    for (size_t v = 0; v < model->dim; v++) {
        const struct model_param *param = &model->params[v];
        many->low[v] = param->low;
        many->high[v] = param->high;
        many->side[v] = param->high > param->low ? param->high - param->low : 1;
    }
}

void many_weigh(struct many *many)
{
    const struct model *model = many->model;
    size_t d = many->dim, steps;
    if (many->own_value != NULL)
        steps = program_n_steps(many->own_value) + program_n_steps(many->own_jacobian);
    else if (many->by_gradient)
        steps = program_n_steps(model->kl_hess);
    else
        steps = program_n_steps(model->generators) + program_n_steps(model->generator_jacobian);
    many->by_gradient = many->by_gradient && many->own_value == NULL;
    many->cost = (double)steps + (double)(many->n_f * d * (d + 3) / 2) + (double)(d * d * d) / 6;
    many->weight = mem_new(many->n_f, sizeof *many->weight);
    struct many_space *space = many_space_new(many);
    weigh(many, space);
    find_slope(many, space);
    many_space_free(space);
}

void many_init(struct many *many, const struct model *model, const struct cancel *cancel)
{
    many_prepare(many, model, cancel);
    many_weigh(many);
}

void many_done(struct many *many)
{
    program_free(many->own_value);
    program_free(many->own_jacobian);
    mem_free(many->weight);
    *many = (struct many){0};
}
