/* Mixtures of one kind: the power sums of their parts' parameters instead of their densities. */
#include "exact_parts.h"

#include "cusp/mem.h"

enum { MAX_PARTS = 24 };

/* Parts of the same parameter are one; those without weight are none. Returns how many are left. */
static size_t merge(struct exact_walk *walk, const struct exact_part *parts, size_t n,
                    struct exact_part *out)
{
    size_t m = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < m && !poly_equal(out[k].value, parts[i].value))
            k++;
        if (k == m)
            out[m++] = parts[i];
        else
            out[k].weight = exact_add(walk, out[k].weight, parts[i].weight);
    }
    for (size_t k = 0; k < m; k++)
        if (out[k].weight != NULL && !poly_is_zero(out[k].weight))
            out[kept++] = out[k];
    return kept;
}

bool exact_moments(struct exact_found *found, const struct exact_part *parts, size_t n, size_t most,
                   struct exact_differences *list)
{
    struct exact_walk *walk = found->walk;
    struct exact_part *own = arena_new(walk->arena, n + 1, sizeof *own);
    if (n > MAX_PARTS)
        return exact_fail(walk, ST_LIMIT, "more than %d parts of mixtures", MAX_PARTS);
    n = merge(walk, parts, n, own);
    const struct poly *total = exact_integer(walk, 0);
    for (size_t k = 0; k < n; k++)
        total = exact_add(walk, total, own[k].weight);
    if (total == NULL)
        return false;
    if (!poly_is_zero(total))
        return exact_fail(walk, ST_UNABLE,
                          "the weights of a mixture do not add up to 1 as "
                          "polynomials");
    size_t last = n > 0 && n - 1 < most ? n - 1 : most;
    for (size_t j = 1; n > 0 && j <= last; j++) {
        const struct poly *sum = exact_integer(walk, 0);
        for (size_t k = 0; k < n; k++)
            sum = exact_add(walk, sum,
                            exact_mul(walk, own[k].weight, exact_pow(walk, own[k].value, j)));
        if (sum == NULL)
            return false;
        exact_add_difference(walk, list, sum);
    }
    exact_step(found,
               "Model and truth together have %zu different parts, with weights p_k (minus "
               "those of the truth) and parameters m_k: they agree just where the power "
               "sums of p_k m_k^j are 0, j = 1 to %zu",
               n, last);
    exact_step(found, "Higher power sums are combinations of these by Newton's recurrence with the "
                      "elementary symmetric functions of the m_k (Watanabe 2009, section 7; "
                      "Yamazaki and Watanabe 2003)");
    found->how = "the moments of the parts say when the mixture is the truth";
    return walk->status == ST_OK;
}
