/* Germs on sides of the coordinates, where functions are as large as the sum of their terms. */
#include "ideal_private.h"

enum { MOST_GENERATORS = 60 };

/* The sign of term t where the variables have theirs; 0: it changes. */
static int term_sign(const struct poly *f, size_t t, const int *signs)
{
    unsigned long e[POLY_MAX_VARS];
    struct poly *c = poly_coefficient(f, t);
    int sign = poly_sign(c);
    poly_free(c);
    poly_exponents(f, t, e);
    for (size_t i = 0; i < f->n_vars; i++)
        if (e[i] & 1)
            sign *= signs[i];
    return sign;
}

static bool one_sign(const struct poly *f, const int *signs)
{
    const int first = term_sign(f, 0, signs);
    for (size_t t = 1; t < poly_n_terms(f); t++)
        if (term_sign(f, t, signs) != first)
            return false;
    return first != 0;
}

void germ_spread(struct work *work, struct germ *germ, const int *signs)
{
    const size_t n = germ->n;
    for (size_t g = 0; g < n; g++) {
        const struct poly *f = germ->g[g];
        const size_t terms = poly_n_terms(f);
        if (terms < 2 || germ->n + terms > MOST_GENERATORS || !one_sign(f, signs))
            continue;
        germ_say(work, germ,
                 "%s has terms of one sign where the parameters may be: it is as large as all its "
                 "terms.",
                 germ_show(work, germ, f));
        struct poly *first = NULL;
        for (size_t t = 0; t < terms; t++) {
            unsigned long e[POLY_MAX_VARS];
            struct poly *monomial = poly_new(f->n_vars);
            poly_exponents(f, t, e);
            fmpq_mpoly_push_term_ui_ui(monomial->p, 1, e, monomial->ring);
            if (t)
                germ_add(germ, monomial);
            else
                first = monomial;
        }
        poly_free(germ->g[g]);
        germ->g[g] = first;
    }
}
