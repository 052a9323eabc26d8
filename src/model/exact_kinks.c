/* Units that are linear on either side of 0: one ideal for each choice of signs of their weights.
 */
#include "exact_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"

enum { MAX_SIGNED = 8 };

struct kinks {
    struct exact_found *found;
    const struct exact_differences *list;
    size_t input;
    size_t n_signed;
    size_t signed_params[MAX_SIGNED];
    int *signs;                /* [dim] */
    const struct poly **inner; /* [n_atoms]: a in relu(a x); NULL: no such atom */
};

bool exact_is_kink(enum op op)
{
    return op == OP_RELU || op == OP_LEAKY_RELU || op == OP_ABS;
}

static bool refuse(struct exact_walk *walk, const struct exact_atom *atom)
{
    return exact_fail(walk, ST_UNABLE,
                      "%s: its kink moves with the parameters, so K is no polynomial's multiple "
                      "near it; only one input without bias is taken apart by signs",
                      atom->text);
}

/* Parameters whose signs decide that of a monomial. */
static bool note_signs(struct kinks *kinks, const struct exact_atom *atom, const struct poly *a)
{
    struct exact_walk *walk = kinks->found->walk;
    unsigned long exponents[POLY_MAX_VARS];
    if (exact_sign(walk, a) != 0)
        return true;
    if (poly_n_terms(a) != 1 || exact_uses_atoms(walk, a))
        return refuse(walk, atom);
    poly_exponents(a, 0, exponents);
    for (size_t i = 0; i < walk->dim; i++) {
        bool known = exponents[i] % 2 == 0;
        for (size_t k = 0; k < kinks->n_signed; k++)
            known = known || kinks->signed_params[k] == i;
        if (known)
            continue;
        if (kinks->n_signed == MAX_SIGNED)
            return exact_fail(walk, ST_LIMIT, "more than %d signs of inner weights", MAX_SIGNED);
        kinks->signed_params[kinks->n_signed++] = i;
    }
    return true;
}

static bool note_atoms(struct kinks *kinks)
{
    struct exact_walk *walk = kinks->found->walk;
    kinks->inner = arena_new(walk->arena, walk->n_atoms + 1, sizeof *kinks->inner);
    kinks->input = SIZE_MAX;
    for (size_t i = 0; i < walk->n_atoms; i++) {
        const struct exact_atom *atom = &walk->atoms[i];
        bool used = false;
        for (size_t k = 0; k < kinks->list->n; k++)
            used = used || poly_uses(kinks->list->d[k], walk->dim + walk->n_inputs + i);
        if (!used || atom->argument == NULL || !exact_uses_inputs(walk, atom->argument))
            continue;
        size_t input = SIZE_MAX, n = 0;
        for (size_t v = 0; v < walk->n_inputs; v++)
            if (poly_uses(atom->argument, walk->dim + v)) {
                input = v;
                n++;
            }
        if (!exact_is_kink(atom->op) || n != 1 ||
            (kinks->input != SIZE_MAX && kinks->input != input))
            return refuse(walk, atom);
        const struct poly *a =
            exact_quotient(walk, atom->argument, walk->variables[walk->dim + input]);
        if (a == NULL || exact_uses_inputs(walk, a))
            return refuse(walk, atom);
        kinks->input = input;
        kinks->inner[i] = a;
        if (!note_signs(kinks, atom, a))
            return false;
    }
    return true;
}

static int sign_here(const struct kinks *kinks, const struct poly *a)
{
    struct exact_walk *walk = kinks->found->walk;
    unsigned long exponents[POLY_MAX_VARS];
    int sign = exact_sign(walk, a);
    if (sign != 0)
        return sign;
    struct poly *c = poly_coefficient(a, 0);
    sign = poly_sign(c);
    poly_free(c);
    poly_exponents(a, 0, exponents);
    for (size_t k = 0; k < kinks->n_signed; k++)
        if (exponents[kinks->signed_params[k]] % 2 != 0)
            sign *= kinks->signs[kinks->signed_params[k]];
    return sign;
}

/* d where x has the sign `side`: a polynomial in x. */
static const struct poly *on_side(const struct kinks *kinks, const struct poly *d, int side)
{
    struct exact_walk *walk = kinks->found->walk;
    const struct poly **with = arena_new(walk->arena, walk->n_vars + 1, sizeof *with);
    struct poly *out = NULL;
    memcpy(with, walk->variables, walk->n_vars * sizeof *with);
    for (size_t i = 0; i < walk->n_atoms; i++) {
        if (kinks->inner[i] == NULL)
            continue;
        const struct poly *value = walk->atoms[i].argument;
        int sign = sign_here(kinks, kinks->inner[i]) * side;
        if (sign < 0 && walk->atoms[i].op == OP_RELU)
            value = exact_integer(walk, 0);
        else if (sign < 0 && walk->atoms[i].op == OP_LEAKY_RELU)
            value = exact_quotient(walk, value, exact_integer(walk, 100));
        else if (sign < 0)
            value = exact_sub(walk, exact_integer(walk, 0), value);
        with[walk->dim + walk->n_inputs + i] = value;
    }
    if (walk->status != ST_OK || poly_compose(d, with, &out) != ST_OK) {
        exact_fail(walk, ST_LIMIT, "written out, a difference is too long");
        return NULL;
    }
    return exact_keep(walk, out);
}

static bool add_side(const struct kinks *kinks, struct exact_piece_found *piece, int side)
{
    struct exact_walk *walk = kinks->found->walk;
    for (size_t i = 0; i < kinks->list->n; i++) {
        struct exact_terms terms = {0};
        const struct poly *d = on_side(kinks, kinks->list->d[i], side);
        if (d == NULL || !exact_collect(walk, d, &terms))
            return false;
        for (size_t k = 0; k < terms.n; k++)
            if (!exact_add_stripped(kinks->found, piece, terms.coefficients[k]))
                return false;
    }
    return true;
}

/* Where the input lies: of an unbounded one both sides, or that above 0. */
static bool side_range(const struct exact_walk *walk, size_t input, double *low, double *high)
{
    if (exact_input_range(walk, input, low, high))
        return *low < *high;
    *low = walk->model->likelihood->input_low[input] < 0 ? -INFINITY : 0;
    *high = INFINITY;
    return true;
}

/* A generator that is a number: K stays away from 0. */
static bool never_zero(const struct exact_piece_found *piece)
{
    for (size_t i = 0; i < piece->n; i++)
        if (poly_is_constant(piece->generators[i]))
            return true;
    return false;
}

bool exact_kinks(struct exact_found *found, const struct exact_differences *list)
{
    struct exact_walk *walk = found->walk;
    struct kinks kinks = {.found = found, .list = list};
    double low = -INFINITY, high = INFINITY;
    size_t n_empty = 0;
    kinks.signs = arena_new(walk->arena, walk->dim + 1, sizeof *kinks.signs);
    if (!note_atoms(&kinks))
        return false;
    if (!exact_input_continuous(walk, kinks.input))
        return exact_fail(walk, ST_UNABLE, "units of an input that is not continuous");
    if (!side_range(walk, kinks.input, &low, &high))
        return exact_fail(walk, ST_UNABLE, "the input has no range");
    for (size_t bits = 0; bits < (size_t)1 << kinks.n_signed; bits++) {
        bool possible = true;
        for (size_t k = 0; k < kinks.n_signed; k++) {
            size_t i = kinks.signed_params[k];
            kinks.signs[i] = bits >> k & 1 ? -1 : 1;
            possible = possible && (kinks.signs[i] > 0 ? walk->model->params[i].high > 0
                                                       : walk->model->params[i].low < 0);
        }
        if (!possible)
            continue;
        struct exact_piece_found *piece = exact_add_piece(found, 2);
        memcpy(piece->signs, kinks.signs, walk->dim * sizeof *kinks.signs);
        if ((high > 0 && !add_side(&kinks, piece, 1)) || (low < 0 && !add_side(&kinks, piece, -1)))
            return false;
        if (piece->n == 0) {
            found->n_pieces--;
            exact_flat(found, kinks.signs);
            continue;
        }
        if (never_zero(piece)) {
            found->n_pieces--;
            n_empty++;
        }
    }
    if (found->n_pieces == 0 && found->flat == NULL)
        return exact_fail(walk, ST_UNABLE, "K has no zero in the box");
    if (n_empty > 0)
        exact_step(found, "For %zu of the choices of signs K is nowhere 0", n_empty);
    found->linear = false;
    exact_step(found, "relu(a x) is |a| times relu(x) or relu(-x), by the sign of a: with signs "
                      "given to the inner weights the network is a polynomial in them on either "
                      "side of x = 0, and monomials in x are independent there");
    if (found->flat == NULL)
        found->how = "for given signs of the inner weights the network is linear on each side of 0";
    return true;
}
