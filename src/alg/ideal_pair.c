/* One function x y + D(z) in coordinates that need not be written down: λ(|f|) = 1.

   The volume of |x y + d| < ε near 0 is about ε log 1/max(|d|, ε), and log |D(z)| is integrable
   where D is not 0 everywhere: so the volume of |f| < ε is about ε, whatever D is. */
#include "ideal_private.h"

static bool is_plain(const struct germ *germ, size_t i)
{
    return germ->role[i] == ROLE_GERM && !germ->k[i] && !germ->h[i].num && !germ->one_sided[i];
}

/* f = A x_i + B, where A is a coordinate in place of x_e. Then f = A (x_i + C) + D with D free of
   both, as B = A C + D near 0; D is not 0 everywhere if A and B have no common factor there. */
static bool is_pair(const struct germ *germ, const struct poly *f, size_t i, size_t e)
{
    struct poly *a = ring_coefficient(f, i, 1), *b = ring_coefficient(f, i, 0);
    struct poly *slope = poly_derivative(a, e), *value = germ_value(germ, a);
    bool pair = poly_is_zero(value) && germ_is_unit(germ, slope);
    if (pair) {
        struct poly *common = poly_gcd(a, b), *there = germ_value(germ, common);
        pair = !poly_is_zero(b) && real_never_zero(germ, there);
        poly_free(common);
        poly_free(there);
    }
    poly_free(a);
    poly_free(b);
    poly_free(slope);
    poly_free(value);
    return pair;
}

bool germ_pair(struct work *work, struct germ *germ, struct found *out)
{
    if (germ->n != 1)
        return false;
    for (size_t i = 0; i < work->n_vars; i++)
        if (germ->k[i])
            return false;
    const struct poly *f = germ->g[0];
    for (size_t i = 0; i < work->n_vars; i++) {
        if (!is_plain(germ, i) || poly_degree_in(f, i) != 1)
            continue;
        for (size_t e = 0; e < work->n_vars; e++) {
            if (e == i || !is_plain(germ, e) || !is_pair(germ, f, i, e))
                continue;
            work->used_pair = true;
            germ_finish_with(
                work, germ, out, (struct rat){1, 1}, 1,
                work_text(work,
                          "in suitable coordinates f is %s' %s' + D with D(others) not 0 "
                          "everywhere, and the volume of |f| < ε is about ε",
                          germ->name[e], germ->name[i]));
            return true;
        }
    }
    return false;
}
