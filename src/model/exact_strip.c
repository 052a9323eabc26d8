/* What is a multiple of a polynomial both ways on the box, though it is none itself. */
#include "exact_parts.h"

#include <string.h>

static bool within(struct exact_walk *walk, const struct poly *p, double bound)
{
    double low, high;
    return exact_range(walk, p, &low, &high) && low > -bound && high < bound;
}

/* What |f(p)| is a multiple of both ways; NULL: nothing is known. */
static const struct poly *atom_strip(struct exact_walk *walk, const struct exact_atom *atom,
                                     const char **why)
{
    const struct poly *p = atom->argument, *one = exact_integer(walk, 1);
    if (exact_atom_sign(walk, atom) != 0)
        return one;
    const struct poly *above = p ? exact_add(walk, p, one) : NULL;
    if (p == NULL || above == NULL)
        return NULL;
    if (atom->op == OP_TANH || atom->op == OP_ERF || atom->op == OP_EXPM1 || atom->op == OP_GELU ||
        atom->op == OP_ABS || (atom->op == OP_SIN && within(walk, p, 3.14)) ||
        (atom->op == OP_LOG1P && exact_sign(walk, above) > 0))
        return exact_strip(walk, p, why);
    if (atom->op == OP_LOG && exact_sign(walk, p) > 0)
        return exact_strip(walk, exact_sub(walk, p, one), why);
    if (atom->op == OP_LOG1P_GAP && exact_sign(walk, above) > 0) {
        p = exact_strip(walk, p, why);
        return exact_mul(walk, p, p);
    }
    return NULL;
}

/* c (exp(p) − 1) → p, c (1 − cos(p)) → p². */
static const struct poly *difference_strip(struct exact_walk *walk, const struct poly *f,
                                           const char **why)
{
    for (size_t i = 0; i < walk->n_atoms; i++) {
        const struct poly *v = walk->variables[walk->dim + walk->n_inputs + i];
        const struct exact_atom *atom = &walk->atoms[i];
        bool bend = atom->op == OP_COS && atom->argument && within(walk, atom->argument, 6.28);
        if ((atom->op != OP_EXP && !bend) || poly_n_terms(f) != 2)
            continue;
        const struct poly *shape = exact_sub(walk, v, exact_integer(walk, 1));
        const struct poly *q = exact_quotient(walk, f, shape);
        if (q == NULL || !poly_is_constant(q))
            continue;
        const struct poly *p = exact_strip(walk, atom->argument, why);
        return bend ? exact_mul(walk, p, p) : p;
    }
    return NULL;
}

/* poly · B^d without the atom 1/B, where B keeps its sign. */
static const struct poly *clear_divisions(struct exact_walk *walk, const struct poly *poly)
{
    unsigned long exponents[POLY_MAX_VARS];
    for (size_t i = 0; i < walk->n_atoms && poly != NULL; i++) {
        size_t v = walk->dim + walk->n_inputs + i;
        const struct exact_atom *atom = &walk->atoms[i];
        if (atom->op != OP_DIV || !poly_uses(poly, v) || exact_sign(walk, atom->argument) == 0)
            continue;
        unsigned long most = poly_degree_in(poly, v);
        const struct poly *sum = exact_integer(walk, 0);
        for (size_t t = 0; t < poly_n_terms(poly) && sum != NULL; t++) {
            const struct poly *term = exact_keep(walk, poly_coefficient(poly, t));
            poly_exponents(poly, t, exponents);
            for (size_t k = 0; k < walk->n_vars; k++)
                if (k != v && exponents[k])
                    term = exact_mul(walk, term, exact_pow(walk, walk->variables[k], exponents[k]));
            if (most > exponents[v])
                term = exact_mul(walk, term, exact_pow(walk, atom->argument, most - exponents[v]));
            sum = exact_add(walk, sum, term);
        }
        poly = sum;
    }
    return poly;
}

static const struct poly *factor_strip(struct exact_walk *walk, const struct poly *f,
                                       const char **why)
{
    if (!exact_uses_atoms(walk, f))
        return f;
    if (exact_sign(walk, f) != 0)
        return exact_integer(walk, 1);
    size_t atom = exact_lone_atom(walk, f);
    const struct poly *out = atom != SIZE_MAX ? atom_strip(walk, &walk->atoms[atom], why)
                                              : difference_strip(walk, f, why);
    if (out == NULL && *why == NULL)
        *why = arena_textf(walk->arena, "%s is not a polynomial, nor a multiple of one",
                           exact_poly_words(walk, f));
    return out;
}

const struct poly *exact_strip(struct exact_walk *walk, const struct poly *poly, const char **why)
{
    if (poly == NULL || !exact_uses_atoms(walk, poly))
        return poly;
    if (walk->depth > 100)
        return NULL;
    poly = clear_divisions(walk, poly);
    if (poly == NULL || !exact_uses_atoms(walk, poly))
        return poly;
    struct poly_factors factors = {0};
    if (poly_factor(poly, walk->arena, &factors) != ST_OK) {
        *why = arena_textf(walk->arena, "%s is not a polynomial", exact_poly_words(walk, poly));
        return NULL;
    }
    const struct poly *out = exact_integer(walk, 1);
    walk->depth++;
    for (size_t i = 0; i < factors.n && out != NULL; i++) {
        const struct poly *f = factor_strip(walk, factors.factor[i], why);
        out = exact_mul(walk, out, exact_pow(walk, f, factors.power[i]));
    }
    walk->depth--;
    poly_factors_done(&factors);
    return out;
}
