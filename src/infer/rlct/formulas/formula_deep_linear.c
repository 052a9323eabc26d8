/* λ of deep linear networks: a product of any number of matrices. */
#include <stdlib.h>

#include "../matrices.h"
#include "../formulas.h"
#include "cusp/text.h"

static int long_order(const void *a, const void *b)
{
    const long *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The set of the theorem is the `size` least of all widths less the rank, sorted: each in it times
   ℓ = size − 1 is at most their sum, and each out of it times ℓ is more. 0: there is none. */
static size_t set_size(const long *excess, size_t n)
{
    long sum = excess[0];
    for (size_t size = 2; size <= n; size++) {
        long l = (long)size - 1;
        sum += excess[size - 1];
        bool inside = sum >= l * excess[size - 1];
        bool outside = size == n || (excess[size] > excess[size - 1] && sum < l * excess[size]);
        if (inside && outside)
            return size;
    }
    return 0;
}

static bool formula(const struct matrices *matrices, struct rat *lambda, long *multiplicity)
{
    long excess[MATRICES_MAX_LAYERS + 1], r = matrices->rank;
    size_t n = matrices->n_layers + 1;
    for (size_t s = 0; s < n; s++)
        excess[s] = (long)matrices->widths[s] - r;
    qsort(excess, n, sizeof *excess, long_order);
    size_t size = set_size(excess, n);
    if (size == 0)
        return false;
    long l = (long)size - 1, sum = 0, pairs = 0;
    for (size_t s = 0; s < size; s++) {
        pairs += sum * excess[s];
        sum += excess[s];
    }
    long m = (sum + l - 1) / l, a = sum - (m - 1) * l;
    long ends = (long)matrices->widths[0] + (long)matrices->widths[matrices->n_layers];
    /* All over 4 ℓ. */
    struct rat out = {
        2 * l * (r * ends - r * r) + a * (l - a) - (l - 1) * sum * sum + 2 * l * pairs, 4 * l};
    for (long k = 2; k <= out.den; k++) {
        while (out.num % k == 0 && out.den % k == 0) {
            out = (struct rat){out.num / k, out.den / k};
        }
    }
    *lambda = out;
    *multiplicity = a * (l - a) + 1;
    return true;
}

static bool applies(const struct model *model, const double *at, struct rat *lambda,
                    long *multiplicity, struct text *why)
{
    struct arena arena;
    struct matrices matrices;
    arena_init(&arena);
    bool fits = matrices_of(model, at, &arena, &matrices) && matrices.n_layers >= 2 &&
                formula(&matrices, lambda, multiplicity);
    if (fits) {
        text_add(why, "A deep linear network of widths ");
        for (size_t s = 0; s <= matrices.n_layers; s++) {
            text_addf(why, "%s%zu", s ? "-" : "", matrices.widths[s]);
        }
        text_addf(why, " with a truth of rank %ld.", matrices.rank);
    }
    arena_done(&arena);
    return fits;
}

const struct rlct_formula formula_deep_linear = {
    .name = "deep-linear",
    .title = "deep linear network",
    .source = "Aoyagi 2024, Consideration on the learning efficiency of multiple-layered neural "
              "networks with linear units, Neural Networks 172",
    .applies = applies,
};
