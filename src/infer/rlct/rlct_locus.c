/* λ of a whole box where W0 is smooth but for one point, or everywhere, by an exact certificate. */
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "rlct_private.h"

enum { MAX_MINORS = 70 };

/* Generators and the k × k minors of their derivatives: what vanishes where W0 is not smooth of
   codimension k, the number of generators. */
struct locus {
    struct poly **f;
    size_t n, n_generators, n_vars;
};

static struct poly *determinant(struct poly *const *entries, size_t n, size_t stride,
                                const size_t *rows, const size_t *columns, size_t row,
                                unsigned used)
{
    size_t n_vars = poly_n_vars(entries[0]);
    if (row == n)
        return poly_integer(n_vars, 1);
    struct poly *sum = poly_zero(n_vars);
    bool minus = false;
    for (size_t k = 0; k < n; k++) {
        if (used >> k & 1)
            continue;
        const struct poly *entry = entries[rows[row] * stride + columns[k]];
        if (!poly_is_zero(entry)) {
            struct poly *rest =
                determinant(entries, n, stride, rows, columns, row + 1, used | 1U << k);
            struct poly *term = poly_mul(entry, rest);
            struct poly *next = minus ? poly_sub(sum, term) : poly_add(sum, term);
            poly_free(rest);
            poly_free(term);
            poly_free(sum);
            sum = next;
        }
        minus = !minus;
    }
    return sum;
}

/* The next choice of n of n_vars columns; false: that was the last. */
static bool next_columns(size_t *columns, size_t n, size_t n_vars)
{
    for (size_t i = n; i-- > 0;) {
        if (columns[i] + (n - i) >= n_vars)
            continue;
        columns[i]++;
        for (size_t j = i + 1; j < n; j++)
            columns[j] = columns[j - 1] + 1;
        return true;
    }
    return false;
}

static void locus_done(struct locus *locus)
{
    for (size_t i = 0; i < locus->n; i++)
        poly_free(locus->f[i]);
    mem_free(locus->f);
}

static void first_columns(size_t *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        columns[i] = i;
}

/* With minors of a size; MAX_MINORS of them at most, for fewer have more zeros in common, not less.
   False: none can be had. */
static bool locus_start(const struct exact_piece *piece, size_t n_vars, size_t size,
                        struct locus *out)
{
    enum { MAX_SIZE = 4, MAX_ROWS = 16 };
    size_t n = piece->n_generators, rows[MAX_SIZE], columns[MAX_SIZE];
    *out = (struct locus){.n_generators = n, .n_vars = n_vars};
    if (size == 0 || size > n || size > n_vars || size > MAX_SIZE || n > MAX_ROWS)
        return false;
    out->f = mem_new(n + MAX_MINORS, sizeof *out->f);
    struct poly **slopes = mem_new(n * n_vars, sizeof(void *));
    for (size_t g = 0; g < n; g++) {
        out->f[out->n++] = poly_copy(piece->generators[g]);
        for (size_t i = 0; i < n_vars; i++)
            slopes[g * n_vars + i] = poly_derivative(piece->generators[g], i);
    }
    first_columns(rows, size);
    do {
        first_columns(columns, size);
        do {
            if (out->n < n + MAX_MINORS)
                out->f[out->n++] = determinant(slopes, size, n_vars, rows, columns, 0, 0);
        } while (next_columns(columns, size, n_vars));
    } while (next_columns(rows, size, n));
    for (size_t i = 0; i < n * n_vars; i++)
        poly_free(slopes[i]);
    mem_free(slopes);
    return true;
}

/* No zero of the locus but the point: for every i none with 1 = z (w_i − at_i). */
static bool only_point(const struct locus *locus, const struct rlct_point *point)
{
    size_t n_vars = locus->n_vars, map[RESOLUTION_MAX_VARS];
    struct poly **list = mem_new(locus->n + 1, sizeof *list);
    for (size_t i = 0; i < n_vars; i++)
        map[i] = i;
    for (size_t k = 0; k < locus->n; k++)
        list[k] = poly_rename(locus->f[k], n_vars + 1, map);
    bool only = true;
    for (size_t i = 0; i < n_vars && only; i++) {
        struct poly *at = NULL;
        if (poly_number(n_vars + 1, point->text[i], strlen(point->text[i]), &at) != ST_OK) {
            only = false;
            break;
        }
        struct poly *w = poly_var(n_vars + 1, i), *z = poly_var(n_vars + 1, n_vars);
        struct poly *off = poly_sub(w, at), *product = poly_mul(z, off);
        struct poly *one = poly_integer(n_vars + 1, 1);
        list[locus->n] = poly_sub(product, one);
        only = poly_no_common_zero((const struct poly *const *)list, locus->n + 1);
        poly_free(list[locus->n]);
        poly_free(at);
        poly_free(w);
        poly_free(z);
        poly_free(off);
        poly_free(product);
        poly_free(one);
    }
    for (size_t k = 0; k < locus->n; k++)
        poly_free(list[k]);
    mem_free(list);
    return only;
}

/* One ideal on the whole box, with a positive prior. */
static bool is_plain(const struct exact *exact)
{
    bool plain = exact->n_pieces == 1 && exact->pieces[0].power == 2 && exact->n_prior == 0 &&
                 !exact->local && exact->dim <= RESOLUTION_MAX_VARS;
    for (size_t i = 0; i < exact->dim && plain && exact->pieces[0].signs; i++) {
        plain = exact->pieces[0].signs[i] == 0;
    }
    return plain;
}

static bool is_inside(const struct model *model, const double *at)
{
    for (size_t i = 0; i < model->dim; i++) {
        if (!(at[i] > model->params[i].low && at[i] < model->params[i].high))
            return false;
    }
    return true;
}

/* What is asked of a process of its own, for a Gröbner basis may take for ever. */
struct question {
    const struct rlct_work *work;
    const struct rlct_point *points;
    size_t n;
    size_t size; /* of the minors, where it is asked for a rank */
};

struct finding {
    bool found;
    size_t but;
    long codimension;
};

static void *look(struct arena *arena, void *context)
{
    const struct question *question = context;
    const struct rlct_work *work = question->work;
    struct finding *out = arena_new(arena, 1, sizeof *out);
    struct locus locus;
    bool inside = false;
    for (size_t i = 0; i < question->n; i++) {
        inside = inside || is_inside(work->model, question->points[i].at);
    }
    if (!locus_start(&work->exact.pieces[0], work->exact.dim, work->exact.pieces[0].n_generators,
                     &locus))
        return out;
    out->codimension = (long)locus.n_generators;
    out->but = question->n;
    out->found = inside && poly_no_common_zero((const struct poly *const *)locus.f, locus.n);
    for (size_t i = 0; i < question->n && !out->found; i++) {
        out->found = only_point(&locus, &question->points[i]);
        out->but = i;
    }
    locus_done(&locus);
    return out;
}

static void *look_at_rank(struct arena *arena, void *context)
{
    const struct question *question = context;
    const struct exact *exact = &question->work->exact;
    struct finding *out = arena_new(arena, 1, sizeof *out);
    struct locus locus;
    if (!locus_start(&exact->pieces[0], exact->dim, question->size, &locus))
        return out;
    out->found = poly_no_common_zero((const struct poly *const *)locus.f, locus.n);
    locus_done(&locus);
    return out;
}

static struct isolate_limits limits_of(const struct rlct_work *work, double share)
{
    double seconds = work->options->seconds > 0 ? work->options->seconds : 10;
    return (struct isolate_limits){.seconds = seconds * share,
                                   .memory = work->options->memory ? work->options->memory
                                                                   : (size_t)1 << 30,
                                   .result_size = 1 << 20,
                                   .in_process = work->options->in_process};
}

size_t rlct_rank_everywhere(struct rlct_work *work)
{
    struct question question = {.work = work, .size = 1};
    struct isolate_limits limits = limits_of(work, 0.1);
    if (!is_plain(&work->exact))
        return 0;
    for (;; question.size++) {
        struct isolated asked;
        bool found = isolate_run(look_at_rank, &question, &limits, NULL, &asked) == ST_OK &&
                     ((const struct finding *)asked.result)->found;
        isolated_done(&asked);
        if (!found)
            return question.size - 1;
    }
}

bool rlct_smooth_elsewhere(struct rlct_work *work, const struct rlct_point *points, size_t n,
                           size_t *but, struct rat *lambda)
{
    if (!is_plain(&work->exact))
        return false;
    struct isolate_limits limits = limits_of(work, 0.25);
    struct question question = {.work = work, .points = points, .n = n};
    struct isolated asked;
    bool found = isolate_run(look, &question, &limits, NULL, &asked) == ST_OK;
    if (found) {
        const struct finding *finding = asked.result;
        long k = finding->codimension;
        found = finding->found;
        *but = finding->but;
        *lambda = k % 2 ? (struct rat){k, 2} : (struct rat){k / 2, 1};
    }
    isolated_done(&asked);
    return found;
}
