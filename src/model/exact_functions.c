/* From difference functions to generators: coefficients of functions of the inputs that are
   linearly independent. */
#include "exact_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"

enum { MAX_FUNCTIONS = 64, MAX_MONOMIALS = 1000 };

void exact_add_difference(struct exact_walk *walk, struct exact_differences *list,
                          const struct poly *d)
{
    if (d == NULL || poly_is_zero(d))
        return;
    list->d = arena_grow(walk->arena, list->d, list->n, &list->capacity, sizeof *list->d);
    list->d[list->n++] = d;
}

/* Atoms of parameters: in coefficients; of inputs: in functions. */
static bool is_input_variable(const struct exact_walk *walk, size_t v)
{
    if (v < walk->dim)
        return false;
    if (v < walk->dim + walk->n_inputs)
        return true;
    size_t atom = v - walk->dim - walk->n_inputs;
    return atom < walk->n_atoms && walk->atoms[atom].argument != NULL &&
           exact_uses_inputs(walk, walk->atoms[atom].argument);
}

size_t exact_mixed_atom(const struct exact_walk *walk, const struct poly *poly)
{
    for (size_t i = 0; i < walk->n_atoms; i++) {
        const struct poly *p = walk->atoms[i].argument;
        if (p != NULL && poly_uses(poly, walk->dim + walk->n_inputs + i) &&
            exact_uses_inputs(walk, p) && exact_uses_params(walk, p))
            return i;
    }
    return SIZE_MAX;
}

bool exact_collect(struct exact_walk *walk, const struct poly *poly, struct exact_terms *out)
{
    unsigned long exponents[POLY_MAX_VARS];
    for (size_t t = 0; t < poly_n_terms(poly); t++) {
        const struct poly *function = exact_integer(walk, 1);
        const struct poly *coefficient = exact_keep(walk, poly_coefficient(poly, t));
        poly_exponents(poly, t, exponents);
        for (size_t v = 0; v < walk->n_vars; v++) {
            if (exponents[v] == 0)
                continue;
            const struct poly *power = exact_pow(walk, walk->variables[v], exponents[v]);
            if (is_input_variable(walk, v))
                function = exact_mul(walk, function, power);
            else
                coefficient = exact_mul(walk, coefficient, power);
        }
        if (function == NULL || coefficient == NULL)
            return false;
        size_t k = 0;
        while (k < out->n && !poly_equal(out->functions[k], function))
            k++;
        if (k < out->n) {
            out->coefficients[k] = exact_add(walk, out->coefficients[k], coefficient);
            continue;
        }
        if (out->n == MAX_MONOMIALS)
            return exact_fail(walk, ST_LIMIT, "more than %d functions of the inputs",
                              MAX_MONOMIALS);
        out->coefficients = arena_grow(walk->arena, out->coefficients, out->n, &out->capacity,
                                       sizeof *out->coefficients);
        out->functions = arena_grow(walk->arena, out->functions, out->n, &out->function_capacity,
                                    sizeof *out->functions);
        out->coefficients[out->n] = coefficient;
        out->functions[out->n++] = function;
    }
    return walk->status == ST_OK;
}

bool exact_add_stripped(struct exact_found *found, struct exact_piece_found *piece,
                        const struct poly *f)
{
    const char *why = NULL;
    const struct poly *g = exact_strip(found->walk, f, &why);
    if (g == NULL)
        return exact_fail(found->walk, ST_UNABLE, "%s", why ? why : "no polynomial");
    exact_add_generator(found, piece, g);
    if (g != f)
        found->linear = false;
    return true;
}

/* --- independence ----------------------------------------------------------------------------- */

/* Point i of a filling of the inputs' ranges; counts for what is counted. */
static void sample_inputs(const struct exact_walk *walk, size_t i, double *x)
{
    double root = 2;
    for (size_t k = 0; k < walk->n_inputs; k++) {
        double low, high, u;
        root = k ? root + 1.37 : 1.6180339887498949; /* steps of a Kronecker filling */
        u = ((double)i + 0.5) * root;
        u -= floor(u);
        if (!exact_input_continuous(walk, k)) {
            x[k] = floor(u * 40);
            continue;
        }
        if (!exact_input_range(walk, k, &low, &high)) {
            low = walk->model->likelihood->input_low[k];
            high = walk->model->likelihood->input_high[k];
        }
        x[k] = low + u * (high - low);
    }
}

/* Rank by elimination with complete pivoting; a pivot less than 1e-7 of the first is none. */
static size_t numeric_rank(double *a, size_t rows, size_t columns)
{
    double first = 0;
    for (size_t k = 0; k < columns; k++) {
        size_t r = k, c = k;
        for (size_t i = k; i < rows; i++)
            for (size_t j = k; j < columns; j++)
                if (fabs(a[i * columns + j]) > fabs(a[r * columns + c])) {
                    r = i;
                    c = j;
                }
        double pivot = a[r * columns + c];
        first = k == 0 ? fabs(pivot) : first;
        if (!(fabs(pivot) > 1e-7 * first))
            return k;
        for (size_t j = 0; j < columns; j++) {
            double swap = a[k * columns + j];
            a[k * columns + j] = a[r * columns + j];
            a[r * columns + j] = swap;
        }
        for (size_t i = 0; i < rows; i++) {
            double swap = a[i * columns + k];
            a[i * columns + k] = a[i * columns + c];
            a[i * columns + c] = swap;
        }
        for (size_t i = k + 1; i < rows; i++) {
            double ratio = a[i * columns + k] / a[k * columns + k];
            for (size_t j = k; j < columns; j++)
                a[i * columns + j] -= ratio * a[k * columns + j];
        }
    }
    return columns;
}

/* Functions with a matrix of values of full rank are independent wherever inputs fall near those
   points. */
static bool independent(struct exact_walk *walk, const struct exact_terms *terms)
{
    size_t n = terms->n, rows = 4 * n + 8;
    bool plain = true;
    for (size_t k = 0; k < n; k++)
        plain = plain && !exact_uses_atoms(walk, terms->functions[k]);
    if (plain || n < 2)
        return true;
    if (n > MAX_FUNCTIONS)
        return exact_fail(walk, ST_LIMIT, "more than %d functions of the inputs", MAX_FUNCTIONS);
    double *a = arena_new(walk->arena, rows * n, sizeof *a);
    double *x = arena_new(walk->arena, walk->n_inputs + 1, sizeof *x);
    for (size_t i = 0; i < rows; i++) {
        double most = 0;
        sample_inputs(walk, i, x);
        for (size_t k = 0; k < n; k++) {
            a[i * n + k] = exact_value(walk, terms->functions[k], NULL, x);
            most = fmax(most, fabs(a[i * n + k]));
        }
        for (size_t k = 0; k < n && most > 0; k++)
            a[i * n + k] /= most;
    }
    if (numeric_rank(a, rows, n) == n)
        return true;
    return exact_fail(walk, ST_UNABLE,
                      "whether the functions of the inputs are independent is not seen");
}

/* Monomials in an input with finitely many values are not independent: such inputs are put in
   value by value before; what is left has infinitely many. */
static bool inputs_infinite(struct exact_walk *walk, const struct poly *d)
{
    for (size_t i = 0; i < walk->n_inputs; i++) {
        double low, high;
        bool used = poly_uses(d, walk->dim + i);
        for (size_t k = 0; k < walk->n_atoms && !used; k++)
            used = poly_uses(d, walk->dim + walk->n_inputs + k) && walk->atoms[k].argument &&
                   poly_uses(walk->atoms[k].argument, walk->dim + i);
        if (used && !exact_input_continuous(walk, i) && exact_input_range(walk, i, &low, &high))
            return exact_fail(walk, ST_UNABLE, "an input has too many values to be taken apart");
    }
    return true;
}

static bool add_coefficients(struct exact_found *found, struct exact_piece_found *piece,
                             const struct poly *d)
{
    struct exact_walk *walk = found->walk;
    struct exact_terms terms = {0};
    if (!exact_collect(walk, d, &terms) || !independent(walk, &terms))
        return false;
    for (size_t k = 0; k < terms.n; k++)
        if (!exact_add_stripped(found, piece, terms.coefficients[k]))
            return false;
    return true;
}

bool exact_functions(struct exact_found *found, const struct exact_differences *list)
{
    struct exact_walk *walk = found->walk;
    bool units = false;
    if (list->n == 0)
        return exact_flat(found, NULL);
    for (size_t i = 0; i < list->n; i++) {
        size_t atom = exact_mixed_atom(walk, list->d[i]);
        if (!inputs_infinite(walk, list->d[i]))
            return false;
        if (atom != SIZE_MAX && exact_is_kink(walk->atoms[atom].op))
            return exact_kinks(found, list);
        units = units || atom != SIZE_MAX;
    }
    struct exact_piece_found *piece = exact_add_piece(found, 2);
    found->linear = found->linear && !units;
    for (size_t i = 0; i < list->n; i++) {
        bool mixed = exact_mixed_atom(walk, list->d[i]) != SIZE_MAX;
        bool done = mixed ? exact_units(found, piece, list->d[i])
                          : add_coefficients(found, piece, list->d[i]);
        if (!done)
            return false;
    }
    if (piece->n == 0 && !found->local) {
        found->n_pieces--;
        return exact_flat(found, NULL);
    }
    if (piece->n == 0)
        return exact_fail(walk, ST_UNABLE, "K is 0 as far as it is expanded");
    for (size_t i = 0; i < piece->n; i++)
        if (poly_is_constant(piece->generators[i]))
            return exact_fail(walk, ST_UNABLE, "%s",
                              found->local
                                  ? "K is not 0 at this point, and what is known holds near a "
                                    "point only: one with K = 0 is needed"
                                  : "the truth is not in the model: K is nowhere 0, and how it "
                                    "lies about its least value is not seen");
    if (walk->n_inputs > 0 && !units)
        exact_step(found, "The mean square of a function of the inputs is a positive definite form "
                          "in its coefficients, for the functions of the inputs are linearly "
                          "independent; so it is a multiple both ways of the sum of their squares "
                          "(Watanabe 2009, section 7)");
    return true;
}
