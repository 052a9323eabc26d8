/* Units tanh(a x + c) with biases near a point: moments of the weights about each kind of unit. */
#include "exact_parts.h"

#include "cusp/mem.h"

enum { MAX_BIASED = 24 };

struct biased {
    const struct poly *outer, *inner, *bias; /* b, a, c in w */
    const struct poly *inner_at, *bias_at;   /* at the point */
    size_t group;
};

struct bias_parts {
    struct biased units[MAX_BIASED];
    size_t n, n_groups;
    bool plain; /* a polynomial in x beside the units */
};

/* Its value at the point, a constant. */
static const struct poly *at_point(struct exact_walk *walk, const struct poly *f)
{
    const struct poly **with = arena_new(walk->arena, walk->n_vars + 1, sizeof *with);
    struct poly *out = NULL;
    for (size_t i = 0; i < walk->n_vars; i++)
        with[i] =
            i >= walk->dim ? walk->variables[i] : exact_decimal(walk, walk->at ? walk->at[i] : 0);
    if (walk->status != ST_OK || poly_compose(f, with, &out) != ST_OK) {
        exact_fail(walk, ST_LIMIT, "written out, a weight is too long");
        return NULL;
    }
    return exact_keep(walk, out);
}

static bool refuse(struct exact_walk *walk, const char *what, const char *why)
{
    return exact_fail(walk, ST_UNABLE, "%s: %s", what, why);
}

/* tanh(−z) = −tanh(z): the weight at the point becomes positive. */
static void turn(struct exact_walk *walk, struct biased *unit)
{
    int sign = poly_sign(unit->inner_at);
    const struct poly *zero = exact_integer(walk, 0);
    if (sign == 0)
        sign = poly_sign(unit->bias_at);
    if (sign >= 0)
        return;
    unit->outer = exact_sub(walk, zero, unit->outer);
    unit->inner = exact_sub(walk, zero, unit->inner);
    unit->bias = exact_sub(walk, zero, unit->bias);
    unit->inner_at = exact_sub(walk, zero, unit->inner_at);
    unit->bias_at = exact_sub(walk, zero, unit->bias_at);
}

/* The argument is a x + c. */
static bool add_biased(struct exact_walk *walk, struct bias_parts *parts, const struct poly *outer,
                       const struct exact_atom *atom)
{
    struct exact_terms terms = {0};
    if (parts->n == MAX_BIASED)
        return exact_fail(walk, ST_LIMIT, "more than %d units", MAX_BIASED);
    if (atom->op != OP_TANH || exact_uses_atoms(walk, atom->argument))
        return refuse(walk, atom->text,
                      "no finite list of polynomials is proved to be equivalent "
                      "to K for such units with biases");
    if (!exact_collect(walk, atom->argument, &terms))
        return false;
    struct biased *unit = &parts->units[parts->n];
    *unit = (struct biased){.outer = outer};
    unit->inner = unit->bias = exact_integer(walk, 0);
    for (size_t k = 0; k < terms.n; k++) {
        if (poly_degree(terms.functions[k]) > 1)
            return refuse(walk, atom->text, "a unit that is not linear in the input");
        if (poly_degree(terms.functions[k]) == 1)
            unit->inner = terms.coefficients[k];
        else
            unit->bias = terms.coefficients[k];
    }
    unit->inner_at = at_point(walk, unit->inner);
    unit->bias_at = at_point(walk, unit->bias);
    if (unit->inner_at == NULL || unit->bias_at == NULL)
        return false;
    turn(walk, unit);
    size_t k = 0;
    while (k < parts->n && !(poly_equal(parts->units[k].inner_at, unit->inner_at) &&
                             poly_equal(parts->units[k].bias_at, unit->bias_at)))
        k++;
    unit->group = k < parts->n ? parts->units[k].group : parts->n_groups++;
    parts->n++;
    return walk->status == ST_OK;
}

static bool read_parts(struct exact_found *found, struct exact_piece_found *piece,
                       const struct poly *d, struct bias_parts *parts)
{
    struct exact_walk *walk = found->walk;
    struct exact_terms terms = {0};
    if (!exact_collect(walk, d, &terms))
        return false;
    for (size_t k = 0; k < terms.n; k++) {
        size_t atom = exact_atom_in(walk, terms.functions[k]);
        if (atom == SIZE_MAX) {
            parts->plain = true;
            if (!exact_add_stripped(found, piece, terms.coefficients[k]))
                return false;
            continue;
        }
        if (poly_degree(terms.functions[k]) != 1)
            return refuse(walk, walk->atoms[atom].text,
                          "it multiplies another function of the input");
        if (!add_biased(walk, parts, terms.coefficients[k], &walk->atoms[atom]))
            return false;
    }
    return true;
}

/* Units of a group with different weights as polynomials. */
static size_t n_distinct(const struct bias_parts *parts, size_t group)
{
    size_t n = 0;
    for (size_t k = 0; k < parts->n; k++) {
        const struct biased *unit = &parts->units[k];
        bool seen = unit->group != group;
        for (size_t j = 0; j < k && !seen; j++)
            seen = parts->units[j].group == group &&
                   poly_equal(parts->units[j].inner, unit->inner) &&
                   poly_equal(parts->units[j].bias, unit->bias);
        n += !seen;
    }
    return n;
}

/* Σ_k b_k (a_k − a)^i (c_k − c)^j over a group. */
static const struct poly *moment(struct exact_walk *walk, const struct bias_parts *parts,
                                 size_t group, unsigned long i, unsigned long j)
{
    const struct poly *sum = exact_integer(walk, 0);
    for (size_t k = 0; k < parts->n; k++) {
        const struct biased *unit = &parts->units[k];
        if (unit->group != group)
            continue;
        const struct poly *a = exact_sub(walk, unit->inner, unit->inner_at);
        const struct poly *c = exact_sub(walk, unit->bias, unit->bias_at);
        const struct poly *term = exact_mul(walk, exact_pow(walk, a, i), exact_pow(walk, c, j));
        sum = exact_add(walk, sum, exact_mul(walk, unit->outer, term));
    }
    return sum;
}

static bool add_moments(struct exact_found *found, struct exact_piece_found *piece,
                        const struct bias_parts *parts, size_t group)
{
    size_t n = n_distinct(parts, group);
    for (unsigned long degree = 0; degree < n; degree++)
        for (unsigned long i = 0; i <= degree; i++)
            if (!exact_add_stripped(found, piece, moment(found->walk, parts, group, degree - i, i)))
                return false;
    return found->walk->status == ST_OK;
}

/* A single unit with a = 0 at the point: b tanh(c) + b a x (tanh'(c) + …), tanh' > 0. */
static bool add_flat(struct exact_found *found, struct exact_piece_found *piece,
                     const struct bias_parts *parts, const struct biased *unit)
{
    struct exact_walk *walk = found->walk;
    size_t n = 0;
    for (size_t k = 0; k < parts->n; k++)
        n += poly_is_zero(parts->units[k].inner_at);
    if (n > 1 || parts->plain)
        return exact_fail(walk, ST_UNABLE,
                          "near this point the units with inner weight 0 make a "
                          "constant that no finite list of polynomials is proved "
                          "to be equivalent to; another point may do");
    return exact_add_stripped(found, piece, exact_mul(walk, unit->outer, unit->bias)) &&
           exact_add_stripped(found, piece, exact_mul(walk, unit->outer, unit->inner));
}

bool exact_bias(struct exact_found *found, struct exact_piece_found *piece, const struct poly *d)
{
    struct exact_walk *walk = found->walk;
    struct bias_parts *parts = arena_new(walk->arena, 1, sizeof *parts);
    size_t n_inputs = 0;
    if (!read_parts(found, piece, d, parts))
        return false;
    for (size_t i = 0; i < walk->n_inputs; i++) {
        bool used = false;
        for (size_t k = 0; k < walk->n_atoms; k++)
            used =
                used || (poly_uses(d, walk->dim + walk->n_inputs + k) && walk->atoms[k].argument &&
                         poly_uses(walk->atoms[k].argument, walk->dim + i));
        n_inputs += used || poly_uses(d, walk->dim + i);
        if (used && !exact_input_continuous(walk, i))
            return exact_fail(walk, ST_UNABLE, "units of an input that is not continuous");
    }
    if (n_inputs != 1)
        return exact_fail(walk, ST_UNABLE, "units with biases are taken apart for one input only");
    for (size_t group = 0; group < parts->n_groups; group++) {
        size_t k = 0;
        while (parts->units[k].group != group)
            k++;
        bool flat = poly_is_zero(parts->units[k].inner_at);
        if (!(flat ? add_flat(found, piece, parts, &parts->units[k])
                   : add_moments(found, piece, parts, group)))
            return false;
    }
    found->local = true;
    found->how = "near this point the moments of the weights say when the network is the truth";
    exact_step(found,
               "Near the point the units tanh(a x + c) fall into %zu groups that coincide "
               "there; each is expanded about its own a and c",
               parts->n_groups);
    exact_step(found, "The functions x^i tanh^(n)(a x + c), i <= n, of all groups are linearly "
                      "independent: their poles of order n + 1 lie in infinitely many places that "
                      "no group with a lesser a shares");
    exact_step(found, "So K is a multiple both ways of the squares of the moments of b (a_k - a)^i "
                      "(c_k - c)^j of each group, of which degrees below the number of different "
                      "units make all others by Newton's recurrence (Watanabe 2009, section 7)");
    return true;
}
