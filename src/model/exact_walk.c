/* The workshop of exact reading: a ring of parameters, inputs and atoms, and arithmetic with limits
 * in it. */
#include "exact_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum { MAX_DIGITS = 200000, MAX_PRODUCTS = 4000000 };

bool exact_fail(struct exact_walk *walk, enum status status, const char *format, ...)
{
    if (walk->status != ST_OK)
        return false;
    va_list args;
    va_start(args, format);
    walk->status = status;
    walk->why = arena_textv(walk->arena, format, args);
    va_end(args);
    return false;
}

size_t exact_atom_in(const struct exact_walk *walk, const struct poly *f)
{
    size_t atom = SIZE_MAX;
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (poly_uses(f, walk->dim + walk->n_inputs + i))
            atom = i;
    return atom;
}

const struct poly *exact_keep(struct exact_walk *walk, struct poly *poly)
{
    if (poly == NULL)
        return NULL;
    MEM_GROW(walk->pool, walk->n_pool, walk->pool_capacity);
    walk->pool[walk->n_pool++] = poly;
    return poly;
}

struct exact_walk *exact_walk_new(const struct model *model, const struct syntax *syntax,
                                  struct arena *arena, size_t max_atoms)
{
    struct exact_walk *walk = arena_new(arena, 1, sizeof *walk);
    walk->model = model;
    walk->syntax = syntax;
    walk->arena = arena;
    walk->dim = syntax->dim;
    for (size_t i = 0; i < syntax->n_inputs; i++)
        walk->n_inputs += syntax->inputs[i].symbol->count;
    size_t room =
        walk->dim + walk->n_inputs < POLY_MAX_VARS ? POLY_MAX_VARS - walk->dim - walk->n_inputs : 0;
    walk->max_atoms = max_atoms < room ? max_atoms : room;
    walk->n_vars = walk->dim + walk->n_inputs + walk->max_atoms;
    walk->atoms = arena_new(arena, walk->max_atoms + 1, sizeof *walk->atoms);
    walk->variables = arena_new(arena, walk->n_vars + 1, sizeof *walk->variables);
    walk->input_values = arena_new(arena, walk->n_inputs + 1, sizeof *walk->input_values);
    if (walk->n_vars > POLY_MAX_VARS) {
        exact_fail(walk, ST_LIMIT, "more than %d parameters and inputs", (int)POLY_MAX_VARS);
        return walk;
    }
    for (size_t i = 0; i < walk->n_vars; i++)
        walk->variables[i] = exact_keep(walk, poly_var(walk->n_vars, i));
    walk->low = arena_new(arena, walk->dim + 1, sizeof *walk->low);
    walk->high = arena_new(arena, walk->dim + 1, sizeof *walk->high);
    return walk;
}

/* An end of a box as it is written; one that is no fraction (pi) as its double reads. */
static const struct poly *box_end(struct exact_walk *walk, const struct expr *expr, double value)
{
    const struct poly *end = expr ? exact_lower_whole(walk, expr) : NULL;
    if (end != NULL && poly_is_constant(end))
        return end;
    walk->status = ST_OK;
    walk->wants_atoms = false;
    return exact_decimal(walk, value);
}

void exact_walk_box(struct exact_walk *walk)
{
    const struct syntax *syntax = walk->syntax;
    for (size_t k = 0; k < syntax->n_symbols; k++) {
        const struct symbol *symbol = syntax->symbols[k];
        if (symbol->kind != SYM_PARAM)
            continue;
        const struct poly *low = box_end(walk, symbol->low, symbol->low_value);
        const struct poly *high = box_end(walk, symbol->high, symbol->high_value);
        for (size_t i = symbol->first; i < symbol->first + symbol->count; i++) {
            walk->low[i] = low;
            walk->high[i] = high;
        }
    }
}

void exact_walk_done(struct exact_walk *walk)
{
    if (walk == NULL)
        return;
    for (size_t i = 0; i < walk->n_pool; i++)
        poly_free(walk->pool[i]);
    mem_free(walk->pool);
    walk->pool = NULL;
    walk->n_pool = walk->pool_capacity = 0;
}

/* --- arithmetic ------------------------------------------------------------------------------- */

/* Digits of the longest of the first coefficients. */
static size_t coefficient_digits(const struct poly *a)
{
    size_t most = 0, n = poly_n_terms(a);
    struct arena scratch;
    arena_init(&scratch);
    for (size_t t = 0; t < n && t < 8; t++) {
        struct poly *c = poly_coefficient(a, t);
        size_t length = strlen(poly_text(c, NULL, POLY_PLAIN, 0, &scratch));
        poly_free(c);
        most = length > most ? length : most;
    }
    arena_done(&scratch);
    return most;
}

const struct poly *exact_integer(struct exact_walk *walk, long value)
{
    return exact_keep(walk, poly_integer(walk->n_vars, value));
}

const struct poly *exact_add(struct exact_walk *walk, const struct poly *a, const struct poly *b)
{
    return a && b ? exact_keep(walk, poly_add(a, b)) : NULL;
}

const struct poly *exact_sub(struct exact_walk *walk, const struct poly *a, const struct poly *b)
{
    return a && b ? exact_keep(walk, poly_sub(a, b)) : NULL;
}

const struct poly *exact_mul(struct exact_walk *walk, const struct poly *a, const struct poly *b)
{
    if (a == NULL || b == NULL)
        return NULL;
    if (poly_n_terms(a) * poly_n_terms(b) > MAX_PRODUCTS) {
        exact_fail(walk, ST_LIMIT, "written out, a product has more than %d terms",
                   (int)EXACT_MAX_TERMS);
        return NULL;
    }
    for (size_t i = 0; i < walk->n_vars; i++)
        if (poly_degree_in(a, i) + poly_degree_in(b, i) > POLY_MAX_EXPONENT) {
            exact_fail(walk, ST_LIMIT, "an exponent is more than %d", (int)POLY_MAX_EXPONENT);
            return NULL;
        }
    if (coefficient_digits(a) + coefficient_digits(b) > 2 * MAX_DIGITS) {
        exact_fail(walk, ST_LIMIT, "a number has more than %d digits", (int)MAX_DIGITS);
        return NULL;
    }
    struct poly *product = poly_mul(a, b);
    if (poly_n_terms(product) > EXACT_MAX_TERMS) {
        poly_free(product);
        exact_fail(walk, ST_LIMIT, "written out, a product has more than %d terms",
                   (int)EXACT_MAX_TERMS);
        return NULL;
    }
    return exact_keep(walk, product);
}

/* Terms of a^power, at most: by the number of terms, and by the box of exponents. */
static double power_terms(const struct exact_walk *walk, const struct poly *a, double power)
{
    double by_terms = 1, by_box = 1, n = (double)poly_n_terms(a);
    for (double k = 1; k < n && by_terms < 1e12; k++)
        by_terms *= (power + k) / k;
    for (size_t i = 0; i < walk->n_vars; i++)
        by_box *= (double)poly_degree_in(a, i) * power + 1;
    return fmin(by_terms, by_box);
}

const struct poly *exact_pow(struct exact_walk *walk, const struct poly *a, unsigned long power)
{
    struct poly *out = NULL;
    if (a == NULL)
        return NULL;
    if (power == 1 || poly_is_zero(a))
        return power == 0 ? exact_integer(walk, 1) : a;
    double terms = power_terms(walk, a, (double)power);
    if (terms > EXACT_MAX_TERMS) {
        exact_fail(walk, ST_LIMIT, "written out, a power has about %.2g terms", terms);
        return NULL;
    }
    double n = (double)poly_n_terms(a);
    double digits = ((double)coefficient_digits(a) + log10(n)) * (double)power;
    bool plain = n == 1 && coefficient_digits(a) == 1;
    if (plain) { /* a one-digit factor: 1, or 2^power … */
        struct poly *c = poly_coefficient(a, 0);
        struct rat r = {0, 1};
        plain = poly_rat(c, &r) && r.den == 1 && (r.num == 1 || r.num == -1);
        poly_free(c);
    }
    if (!plain && (digits > MAX_DIGITS || digits * terms > 1e7)) {
        exact_fail(walk, ST_LIMIT, "written out, a power has %.2g digits", digits * terms);
        return NULL;
    }
    if (poly_pow(a, power, &out) != ST_OK) {
        exact_fail(walk, ST_LIMIT, "an exponent is more than %d", (int)POLY_MAX_EXPONENT);
        return NULL;
    }
    return exact_keep(walk, out);
}

const struct poly *exact_quotient(struct exact_walk *walk, const struct poly *a,
                                  const struct poly *b)
{
    struct poly *out = NULL;
    if (a == NULL || b == NULL || poly_divide(a, b, &out) != ST_OK)
        return NULL;
    return exact_keep(walk, out);
}

const struct poly *exact_decimal(struct exact_walk *walk, double value)
{
    struct poly *out = NULL;
    const char *text = exact_number(value, walk->arena);
    if (poly_number(walk->n_vars, text, strlen(text), &out) != ST_OK) {
        exact_fail(walk, ST_UNABLE, "%s is no finite number", text);
        return NULL;
    }
    return exact_keep(walk, out);
}

bool exact_is_one(const struct poly *poly)
{
    struct rat r;
    return poly_is_constant(poly) && poly_rat(poly, &r) && r.num == 1 && r.den == 1;
}

/* --- atoms and questions ---------------------------------------------------------------------- */

const struct poly *exact_atom_of(struct exact_walk *walk, enum op op, const struct poly *argument,
                                 double value, const char *text)
{
    size_t first = walk->dim + walk->n_inputs;
    for (size_t i = 0; i < walk->n_atoms; i++) {
        const struct exact_atom *atom = &walk->atoms[i];
        bool same =
            (argument == NULL) == (atom->argument == NULL) &&
            (argument == NULL ? value == atom->value : poly_equal(argument, atom->argument));
        if (atom->op == op && same)
            return walk->variables[first + i];
    }
    if (walk->n_atoms == walk->max_atoms) {
        walk->wants_atoms = walk->max_atoms == 0;
        exact_fail(walk, ST_UNABLE, "%s is not a polynomial", text);
        return NULL;
    }
    if (argument != NULL) {
        bool number = !exact_uses_params(walk, argument) && !exact_uses_inputs(walk, argument);
        double at = number ? exact_value(walk, argument, NULL, NULL) : NAN;
        value = op == OP_DIV ? 1 / at : number ? op_value(op, 0, at, 0, 0) : NAN;
    }
    walk->atoms[walk->n_atoms] =
        (struct exact_atom){.op = op, .argument = argument, .value = value, .text = text};
    return walk->variables[first + walk->n_atoms++];
}

const char *const *exact_names(struct exact_walk *walk)
{
    const char **names = arena_new(walk->arena, walk->n_vars + 1, sizeof *names);
    size_t i = 0;
    for (; i < walk->dim; i++)
        names[i] = walk->model->params[i].name;
    for (size_t k = 0; k < walk->syntax->n_inputs; k++) {
        const struct symbol *input = walk->syntax->inputs[k].symbol;
        for (size_t c = 0; c < input->count; c++)
            names[i++] = input->rank == 0 ? input->name
                                          : arena_textf(walk->arena, "%s[%zu]", input->name, c + 1);
    }
    for (size_t k = 0; i < walk->n_vars; i++, k++)
        names[i] = k < walk->n_atoms ? walk->atoms[k].text : "?";
    return names;
}

const char *exact_poly_words(struct exact_walk *walk, const struct poly *poly)
{
    return poly_text(poly, exact_names(walk), POLY_PLAIN, 12, walk->arena);
}

bool exact_uses_atoms(const struct exact_walk *walk, const struct poly *poly)
{
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (poly_uses(poly, walk->dim + walk->n_inputs + i))
            return true;
    return false;
}

bool exact_uses_inputs(const struct exact_walk *walk, const struct poly *poly)
{
    for (size_t i = 0; i < walk->n_inputs; i++)
        if (poly_uses(poly, walk->dim + i))
            return true;
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (poly_uses(poly, walk->dim + walk->n_inputs + i) && walk->atoms[i].argument &&
            exact_uses_inputs(walk, walk->atoms[i].argument))
            return true;
    return false;
}

bool exact_uses_params(const struct exact_walk *walk, const struct poly *poly)
{
    for (size_t i = 0; i < walk->dim; i++)
        if (poly_uses(poly, i))
            return true;
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (poly_uses(poly, walk->dim + walk->n_inputs + i) && walk->atoms[i].argument &&
            exact_uses_params(walk, walk->atoms[i].argument))
            return true;
    return false;
}

static double atom_value(const struct exact_walk *walk, const struct exact_atom *atom,
                         const double *w, const double *x)
{
    if (atom->argument == NULL)
        return atom->value;
    double argument = exact_value(walk, atom->argument, w, x);
    if (atom->op == OP_DIV)
        return 1 / argument;
    return op_value(atom->op, 0, argument, 0, 0);
}

double exact_value(const struct exact_walk *walk, const struct poly *poly, const double *w,
                   const double *x)
{
    double total = 0;
    unsigned long exponents[POLY_MAX_VARS];
    struct arena scratch;
    arena_init(&scratch);
    for (size_t t = 0; t < poly_n_terms(poly); t++) {
        const char *decimal = poly_coefficient_decimal(poly, t, &scratch);
        double term = strtod(decimal, NULL);
        poly_exponents(poly, t, exponents);
        for (size_t i = 0; i < walk->n_vars; i++) {
            if (exponents[i] == 0)
                continue;
            size_t k = i - walk->dim;
            double v = i < walk->dim ? (w ? w[i] : NAN)
                       : k < walk->n_inputs
                           ? (x ? x[k] : NAN)
                           : atom_value(walk, &walk->atoms[k - walk->n_inputs], w, x);
            term *= pow(v, (double)exponents[i]);
        }
        total += term;
    }
    arena_done(&scratch);
    return total;
}
