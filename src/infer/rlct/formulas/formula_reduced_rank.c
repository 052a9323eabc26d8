/* λ of reduced rank regression: a product of two matrices. */
#include "../matrices.h"
#include "../formulas.h"
#include "cusp/text.h"

/* The four cases of the theorem: numerator over 8. */
static long eight_lambda(long m, long h, long n, long r, long *multiplicity, int *which)
{
    *multiplicity = 1;
    if (m + h < n + r)
        return *which = 2, 4 * (h * m - h * r + n * r);
    if (n + h < m + r)
        return *which = 3, 4 * (h * n - h * r + m * r);
    if (m + n < h + r)
        return *which = 4, 4 * m * n;
    long odd = (m + h + n + r) % 2;
    *which = 1;
    *multiplicity = odd ? 2 : 1;
    return -(h + r) * (h + r) - m * m - n * n + 2 * (h + r) * m + 2 * (h + r) * n + 2 * m * n + odd;
}

static bool applies(const struct model *model, const double *at, struct rat *lambda,
                    long *multiplicity, struct text *why)
{
    struct arena arena;
    struct matrices matrices;
    arena_init(&arena);
    bool fits = matrices_of(model, at, &arena, &matrices) && matrices.n_layers == 2;
    if (fits) {
        long m = (long)matrices.widths[0], h = (long)matrices.widths[1];
        long n = (long)matrices.widths[2];
        int which = 0;
        struct rat out = {eight_lambda(m, h, n, matrices.rank, multiplicity, &which), 8};
        while (out.den > 1 && out.num % 2 == 0)
            out = (struct rat){out.num / 2, out.den / 2};
        *lambda = out;
        text_addf(
            why,
            "Reduced rank regression with M = %ld inputs, H = %ld hidden, N = %ld outputs and "
            "a truth of rank r = %ld: case %d of the theorem.",
            m, h, n, matrices.rank, which);
    }
    arena_done(&arena);
    return fits;
}

const struct rlct_formula formula_reduced_rank = {
    .name = "reduced-rank",
    .title = "reduced rank regression",
    .source = "Aoyagi and Watanabe 2005, Stochastic complexities of reduced rank regression in "
              "Bayesian estimation, Neural Networks 18",
    .applies = applies,
};
