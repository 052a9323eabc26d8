/* Networks of one hidden layer without biases: power sums of their weights instead of functions. */
#include "exact_parts.h"

#include <string.h>

#include "cusp/mem.h"

/* Σ_k b_k σ(a_k x): σ odd, even, or neither; every power of x of its parity occurs in σ, and
   σ(a x) with derivatives in a are independent for distinct a (|a|, unless σ is exp). */
static const struct activation {
    enum op op;
    unsigned long first, step; /* powers of x in it */
} activations[] = {
    {OP_TANH, 1, 2}, {OP_SIN, 1, 2}, {OP_ERF, 1, 2}, {OP_COS, 0, 2}, {OP_EXP, 0, 1},
};
enum { MAX_UNITS = 24, MAX_MONOMIALS = 500 };

struct unit {
    const struct poly *outer;  /* b, in w */
    const struct poly **inner; /* a[n_inputs], in w */
    bool linear;               /* c x: its own power sum is c at power 1 and 0 else */
};

struct network_parts {
    const struct activation *activation;
    struct unit units[MAX_UNITS];
    size_t n;
    bool uses[64]; /* inputs */
    size_t n_used;
};

static const struct activation *activation_of(enum op op)
{
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        if (activations[i].op == op)
            return &activations[i];
    return NULL;
}

/* The argument as Σ a_i x_i; false if it is none. */
static bool inner_weights(struct exact_walk *walk, const struct exact_atom *atom, struct unit *unit)
{
    struct exact_terms terms = {0};
    unit->inner = arena_new(walk->arena, walk->n_inputs + 1, sizeof *unit->inner);
    for (size_t i = 0; i < walk->n_inputs; i++)
        unit->inner[i] = exact_integer(walk, 0);
    if (exact_uses_atoms(walk, atom->argument))
        return exact_fail(walk, ST_UNABLE, "%s: a unit of a unit, or a weight that is no fraction",
                          atom->text);
    if (!exact_collect(walk, atom->argument, &terms))
        return false;
    for (size_t k = 0; k < terms.n; k++) {
        size_t input = SIZE_MAX;
        for (size_t i = 0; i < walk->n_inputs; i++)
            if (poly_equal(terms.functions[k], walk->variables[walk->dim + i]))
                input = i;
        if (input == SIZE_MAX)
            return exact_fail(walk, ST_UNABLE,
                              "%s: with a bias, or nonlinear in the input, no finite list of "
                              "polynomials is proved to be equivalent to K",
                              atom->text);
        unit->inner[input] = terms.coefficients[k];
    }
    return true;
}

static bool add_unit(struct exact_walk *walk, struct network_parts *parts, const struct poly *outer,
                     const struct exact_atom *atom)
{
    if (parts->n == MAX_UNITS)
        return exact_fail(walk, ST_LIMIT, "more than %d units", MAX_UNITS);
    struct unit *unit = &parts->units[parts->n];
    *unit = (struct unit){.outer = outer};
    if (atom != NULL && !inner_weights(walk, atom, unit))
        return false;
    parts->n++;
    return true;
}

/* A polynomial part beside the units: what is of the other parity is independent of them; c x is a
   unit of its own at a = 0, for x = lim tanh(a x)/a. */
static bool add_plain(struct exact_found *found, struct exact_piece_found *piece,
                      struct network_parts *parts, const struct poly *function,
                      const struct poly *coefficient)
{
    struct exact_walk *walk = found->walk;
    const struct activation *activation = parts->activation;
    unsigned long degree = poly_degree(function);
    if ((degree - activation->first) % activation->step != 0)
        return exact_add_stripped(found, piece, coefficient);
    bool slope = activation->op == OP_TANH || activation->op == OP_SIN;
    if (degree > 1 || (degree == 1 && !slope))
        return exact_fail(walk, ST_UNABLE, "a power of the input beside units %s",
                          op_info(activation->op)->name);
    if (!add_unit(walk, parts, coefficient, NULL))
        return false;
    struct unit *unit = &parts->units[parts->n - 1];
    unit->inner = arena_new(walk->arena, walk->n_inputs + 1, sizeof *unit->inner);
    for (size_t i = 0; i < walk->n_inputs; i++) {
        bool own = degree == 1 && poly_equal(function, walk->variables[walk->dim + i]);
        unit->inner[i] = exact_integer(walk, own);
    }
    unit->linear = degree == 1;
    return true;
}

static bool take_apart(struct exact_found *found, struct exact_piece_found *piece,
                       const struct poly *d, struct network_parts *parts)
{
    struct exact_walk *walk = found->walk;
    struct exact_terms terms = {0};
    if (!exact_collect(walk, d, &terms))
        return false;
    for (size_t k = 0; k < terms.n; k++) {
        size_t atom = exact_atom_in(walk, terms.functions[k]);
        if (atom == SIZE_MAX) {
            if (!add_plain(found, piece, parts, terms.functions[k], terms.coefficients[k]))
                return false;
            continue;
        }
        if (poly_degree(terms.functions[k]) != 1)
            return exact_fail(walk, ST_UNABLE, "%s multiplies another function of the input",
                              walk->atoms[atom].text);
        if (walk->atoms[atom].op != parts->activation->op)
            return exact_fail(walk, ST_UNABLE, "units of different kinds: %s",
                              walk->atoms[atom].text);
        if (!add_unit(walk, parts, terms.coefficients[k], &walk->atoms[atom]))
            return false;
    }
    return true;
}

static bool same_inner(struct exact_walk *walk, const struct network_parts *parts, size_t a,
                       size_t b)
{
    const struct unit *x = &parts->units[a], *y = &parts->units[b];
    bool equal = x->linear == y->linear, opposite = equal && parts->activation->step == 2;
    for (size_t i = 0; i < walk->n_inputs; i++) {
        const struct poly *sum = exact_add(walk, x->inner[i], y->inner[i]);
        equal = equal && poly_equal(x->inner[i], y->inner[i]);
        opposite = opposite && sum != NULL && poly_is_zero(sum);
    }
    return (x->linear && y->linear) || equal || opposite;
}

/* Units with distinct inner weights: so many power sums make all others. */
static size_t n_nodes(struct exact_walk *walk, const struct network_parts *parts)
{
    size_t n = 0;
    for (size_t k = 0; k < parts->n; k++) {
        bool seen = false;
        for (size_t j = 0; j < k && !seen; j++)
            seen = same_inner(walk, parts, j, k);
        n += !seen;
    }
    return n;
}

/* Σ_k b_k Π_i a_ki^e_i. */
static const struct poly *power_sum(struct exact_walk *walk, const struct network_parts *parts,
                                    const unsigned long *exponents, unsigned long degree)
{
    const struct poly *sum = exact_integer(walk, 0);
    for (size_t k = 0; k < parts->n; k++) {
        const struct poly *term = parts->units[k].outer;
        if (parts->units[k].linear && degree != 1)
            continue;
        for (size_t i = 0; i < walk->n_inputs; i++)
            if (exponents[i] > 0)
                term =
                    exact_mul(walk, term, exact_pow(walk, parts->units[k].inner[i], exponents[i]));
        sum = exact_add(walk, sum, term);
    }
    return sum;
}

/* How many monomials of a degree there are in the inputs used. */
static double n_monomials(const struct network_parts *parts, unsigned long degree)
{
    double n = 1;
    for (size_t k = 1; k < parts->n_used; k++)
        n *= (double)(degree + k) / (double)k;
    return n;
}

/* All monomials of a degree in the inputs used. */
static bool add_degree(struct exact_found *found, struct exact_piece_found *piece,
                       const struct network_parts *parts, unsigned long degree)
{
    struct exact_walk *walk = found->walk;
    unsigned long exponents[POLY_MAX_VARS] = {0};
    size_t used[64], n = 0;
    for (size_t i = 0; i < walk->n_inputs; i++)
        if (parts->uses[i])
            used[n++] = i;
    exponents[used[0]] = degree;
    for (;;) {
        const struct poly *f = power_sum(walk, parts, exponents, degree);
        if (f == NULL || !exact_add_stripped(found, piece, f))
            return false;
        size_t k = 0; /* the next composition of the degree */
        while (k < n && exponents[used[k]] == 0)
            k++;
        if (k + 1 >= n)
            return true;
        unsigned long rest = exponents[used[k]] - 1;
        exponents[used[k]] = 0;
        exponents[used[k + 1]]++;
        exponents[used[0]] = rest;
    }
}

static bool inputs_suit(struct exact_walk *walk, struct network_parts *parts)
{
    for (size_t k = 0; k < parts->n; k++)
        for (size_t i = 0; i < walk->n_inputs; i++)
            if (!poly_is_zero(parts->units[k].inner[i]))
                parts->uses[i] = true;
    for (size_t i = 0; i < walk->n_inputs; i++) {
        if (parts->uses[i] && !exact_input_continuous(walk, i))
            return exact_fail(walk, ST_UNABLE, "units of an input that is not continuous");
        parts->n_used += parts->uses[i];
    }
    return parts->n_used > 0 || exact_fail(walk, ST_UNABLE, "units without an input");
}

/* Some unit has a part of its argument without the input. */
static bool has_bias(struct exact_walk *walk, const struct poly *d)
{
    for (size_t i = 0; i < walk->n_atoms; i++) {
        const struct exact_atom *atom = &walk->atoms[i];
        struct exact_terms terms = {0};
        if (!poly_uses(d, walk->dim + walk->n_inputs + i) || atom->op != OP_TANH ||
            !exact_uses_inputs(walk, atom->argument) ||
            !exact_collect(walk, atom->argument, &terms))
            continue;
        for (size_t k = 0; k < terms.n; k++)
            if (poly_is_constant(terms.functions[k]))
                return true;
    }
    return false;
}

bool exact_units(struct exact_found *found, struct exact_piece_found *piece, const struct poly *d)
{
    struct exact_walk *walk = found->walk;
    struct network_parts *parts = arena_new(walk->arena, 1, sizeof *parts);
    const struct exact_atom *atom = &walk->atoms[exact_mixed_atom(walk, d)];
    parts->activation = activation_of(atom->op);
    if (parts->activation == NULL)
        return exact_fail(walk, ST_UNABLE,
                          "%s: no finite list of polynomials is proved to be equivalent to K",
                          atom->text);
    if (has_bias(walk, d))
        return exact_bias(found, piece, d);
    if (!take_apart(found, piece, d, parts) || !inputs_suit(walk, parts))
        return false;
    size_t n = n_nodes(walk, parts);
    unsigned long degree = parts->activation->first;
    double total = 0;
    for (size_t j = 0; j < n; j++)
        total += n_monomials(parts, degree + j * parts->activation->step);
    if (total > MAX_MONOMIALS)
        return exact_fail(walk, ST_LIMIT, "the units have %.0f power sums, more than %d", total,
                          MAX_MONOMIALS);
    for (size_t j = 0; j < n; j++, degree += parts->activation->step)
        if (!add_degree(found, piece, parts, degree))
            return false;
    const char *name = op_info(parts->activation->op)->name;
    exact_step(found,
               "The units %s(a x) with %zu different inner weights a, the truth's among "
               "them: their sum is 0 for all x just where the power sums of b a^j are, "
               "j = %lu to %lu%s",
               name, n, parts->activation->first, degree - parts->activation->step,
               parts->activation->step == 2 ? " in steps of 2" : "");
    exact_step(found, "Higher power sums are combinations of these by Newton's recurrence, whose "
                      "coefficients are the elementary symmetric functions of the inner weights "
                      "(Watanabe 2009, section 7; Aoyagi and Nagata 2012)");
    exact_step(found,
               "Both bounds hold on the whole box: by divided differences in a the sum is a "
               "combination of these power sums, and its functions of x, derivatives of "
               "%s(a x) in a where weights coincide, are linearly independent",
               name);
    found->how = arena_textf(walk->arena,
                             "the power sums of the weights of %s units say when the "
                             "network is the truth",
                             name);
    return true;
}
