/* Germs that need fewer coordinates: two, which the resolution of plane curves decides, and linear
   forms in place of all. */
#include <flint/fmpq_mat.h>

#include "cusp/resolution.h"
#include "ideal_private.h"

enum { PLANE_DEGREE = 96, PLANE_TERMS = 400 };

/* --- two variables ---------------------------------------------------------------------------- */

static bool is_used(const struct germ *germ, size_t i)
{
    bool used = germ->k[i] > 0;
    for (size_t g = 0; g < germ->n && !used; g++)
        used = poly_uses(germ->g[g], i);
    return used;
}

/* The two variables that are left; false: more or less of them, or one is not near 0. */
static bool two_variables(const struct work *work, const struct germ *germ, size_t *of)
{
    size_t n = 0;
    for (size_t i = 0; i < work->n_vars; i++) {
        if (germ->role[i] == ROLE_GONE || !is_used(germ, i))
            continue;
        if (germ->role[i] != ROLE_GERM || n == 2)
            return false;
        of[n++] = i;
    }
    return n == 2;
}

/* x^k g in the two variables. */
static struct poly *in_plane(const struct germ *germ, const struct poly *g, const size_t *of)
{
    size_t map[POLY_MAX_VARS] = {0};
    map[of[1]] = 1;
    struct poly *p = poly_rename(g, 2, map);
    for (size_t i = 0; i < 2; i++) {
        struct poly *x = poly_var(2, i), *power = NULL;
        if (poly_pow(x, (unsigned long)germ->k[of[i]], &power) == ST_OK) {
            struct poly *next = poly_mul(p, power);
            poly_free(p);
            poly_free(power);
            p = next;
        }
        poly_free(x);
    }
    return p;
}

/* f itself if it is one function, else Σ f²; NULL: too large. */
static struct poly *function_of(const struct germ *germ, const size_t *of)
{
    const unsigned long k = (unsigned long)germ->k[of[0]] + (unsigned long)germ->k[of[1]];
    struct poly *sum = poly_zero(2);
    size_t terms = 0;
    for (size_t g = 0; g < germ->n; g++) {
        terms += poly_n_terms(germ->g[g]);
        if (terms > PLANE_TERMS || k > PLANE_DEGREE ||
            (poly_degree(germ->g[g]) + k) * (germ->n > 1 ? 2 : 1) > PLANE_DEGREE) {
            poly_free(sum);
            return NULL;
        }
        struct poly *f = in_plane(germ, germ->g[g], of);
        struct poly *term = germ->n > 1 ? poly_mul(f, f) : poly_copy(f);
        struct poly *next = poly_add(sum, term);
        poly_free(f);
        poly_free(term);
        poly_free(sum);
        sum = next;
    }
    return sum;
}

bool germ_plane(struct work *work, struct germ *germ, struct found *out)
{
    size_t of[2];
    if (!two_variables(work, germ, of))
        return false;
    struct poly *kl = function_of(germ, of);
    if (!kl)
        return false;
    struct poly *x[2] = {poly_var(2, 0), poly_var(2, 1)};
    struct prior_factor prior[2];
    struct plane_problem problem = {.kl = kl, .prior = prior};
    for (size_t i = 0; i < 2; i++) {
        const size_t v = of[i];
        problem.names[i] = germ->name[v];
        problem.low[i] = germ->one_sided[v] && germ->side[v] > 0 ? "0" : "-1";
        problem.high[i] = germ->one_sided[v] && germ->side[v] < 0 ? "0" : "1";
        if (germ->h[v].num)
            prior[problem.n_prior++] = (struct prior_factor){x[i], germ->h[v]};
    }
    static const char *const origin[] = {"0", "0"};
    struct plane_result result;
    const char *why = "";
    const bool ok = plane_rlct(&problem, origin, work->arena, &result, &why) == ST_OK &&
                    result.has_zero && result.lambda.den > 0;
    for (size_t i = 0; i < 2; i++)
        poly_free(x[i]);
    poly_free(kl);
    if (!ok)
        return false;
    const struct rat lambda = ideal_times(result.lambda, ideal_rat(germ->n > 1 ? 2 : 1, 1));
    work->used_plane = true;
    germ_finish_with(work, germ, out, lambda, result.multiplicity,
                     work_text(work,
                               "of %s only %s and %s are left, and blowing up points of their "
                               "plane resolves it",
                               germ_show_ideal(work, germ), germ->name[of[0]], germ->name[of[1]]));
    return true;
}

/* --- idle directions -------------------------------------------------------------------------- */

enum { IDLE_TERMS = 300 };

static bool is_plain(const struct germ *germ, size_t i)
{
    return germ->role[i] == ROLE_GERM && !germ->k[i] && !germ->h[i].num && !germ->one_sided[i] &&
           is_used(germ, i);
}

/* Row `at` of the matrix: the coefficients of x^e in the derivatives of g by the plain variables.
 */
static void derivative_row(const struct poly *g, unsigned long *e, const size_t *plain, size_t n,
                           fmpq_mat_t rows, size_t at)
{
    for (size_t j = 0; j < n; j++) {
        fmpq *entry = fmpq_mat_entry(rows, (slong)at, (slong)j);
        e[plain[j]]++;
        fmpq_mpoly_get_coeff_fmpq_ui(entry, g->p, e, g->ring);
        fmpq_mul_ui(entry, entry, e[plain[j]]);
        e[plain[j]]--;
    }
}

/* The rank of the derivatives by plain variables, as functions; rows: reduced. */
static size_t derivative_rank(const struct germ *germ, const size_t *plain, size_t n,
                              fmpq_mat_t rows)
{
    size_t rank = 0;
    unsigned long e[POLY_MAX_VARS];
    for (size_t g = 0; g < germ->n; g++)
        for (size_t t = 0; t < poly_n_terms(germ->g[g]); t++)
            for (size_t j = 0; j < n && rank < n; j++) {
                poly_exponents(germ->g[g], t, e);
                if (!e[plain[j]])
                    continue;
                e[plain[j]]--;
                derivative_row(germ->g[g], e, plain, n, rows, rank);
                rank = (size_t)fmpq_mat_rref(rows, rows);
            }
    return rank;
}

/* What the forms are, as "x' = x + 2 z, y' = y − z". */
static const char *show_forms(struct work *work, struct germ *germ, const size_t *plain, size_t n,
                              const fmpq_mat_t rows, size_t rank, bool *zero)
{
    const char *text = "", *names[IDEAL_VARS];
    for (size_t r = 0; r < rank; r++) {
        struct poly *form = poly_new(work->n_vars);
        size_t pivot = SIZE_MAX;
        for (size_t j = 0; j < n; j++) {
            const fmpq *entry = fmpq_mat_entry(rows, (slong)r, (slong)j);
            ulong e[POLY_MAX_VARS] = {0};
            e[plain[j]] = 1;
            if (fmpq_is_zero(entry))
                continue;
            pivot = pivot == SIZE_MAX ? plain[j] : pivot;
            fmpq_mpoly_push_term_fmpq_ui(form->p, entry, e, form->ring);
        }
        fmpq_mpoly_sort_terms(form->p, form->ring);
        names[pivot] = germ->name[pivot];
        zero[pivot] = false;
        if (poly_n_terms(form) > 1) {
            names[pivot] = work_text(work, "%s'", germ->name[pivot]);
            text = work_text(work, "%s%s%s = %s", text, *text ? ", " : "", names[pivot],
                             germ_show(work, germ, form));
        }
        poly_free(form);
    }
    for (size_t j = 0; j < n; j++)
        if (!zero[plain[j]])
            germ->name[plain[j]] = names[plain[j]];
    return text;
}

bool germ_idle(struct work *work, struct germ *germ)
{
    size_t plain[IDEAL_VARS], n = 0, terms = 0;
    for (size_t g = 0; g < germ->n; g++)
        terms += poly_n_terms(germ->g[g]);
    for (size_t i = 0; i < work->n_vars; i++)
        if (is_plain(germ, i))
            plain[n++] = i;
    if (n < 2 || terms > IDLE_TERMS)
        return false;
    fmpq_mat_t rows;
    fmpq_mat_init(rows, (slong)n + 1, (slong)n);
    const size_t rank = derivative_rank(germ, plain, n, rows);
    bool zero[POLY_MAX_VARS] = {false};
    if (rank < n) {
        for (size_t j = 0; j < n; j++)
            zero[plain[j]] = true;
        const char *forms = show_forms(work, germ, plain, n, rows, rank, zero);
        for (size_t g = 0; g < germ->n; g++) {
            struct poly *p = ring_at_zero(germ->g[g], zero);
            poly_free(germ->g[g]);
            germ->g[g] = p;
        }
        germ_say(work, germ, "All derivatives are 0 in %zu direction%s; with %s it is %s.",
                 n - rank, n - rank > 1 ? "s" : "", forms, germ_show_ideal(work, germ));
    }
    fmpq_mat_clear(rows);
    return rank < n;
}
