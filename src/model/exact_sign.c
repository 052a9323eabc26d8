/* What has a certain sign on the box, and what is then a multiple of what both ways. */
#include "exact_parts.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"

/* Far more than the rounding of one term's value (exponents up to a thousand): an enclosure that
   is widened by so much of the sum of the terms' sizes holds. */
#define SLACK 1e-11
enum { MAX_BOXES = 600 };

/* A polynomial's terms as numbers. */
struct plain {
    size_t n, n_vars;
    double *coefficients;
    unsigned long *exponents; /* [n][n_vars] */
};

static struct plain plain_of(struct exact_walk *walk, const struct poly *poly)
{
    struct plain plain = {.n = poly_n_terms(poly), .n_vars = walk->n_vars};
    plain.coefficients = arena_new(walk->arena, plain.n + 1, sizeof(double));
    plain.exponents = arena_new(walk->arena, plain.n * walk->n_vars + 1, sizeof(unsigned long));
    for (size_t t = 0; t < plain.n; t++) {
        plain.coefficients[t] = strtod(poly_coefficient_decimal(poly, t, walk->arena), NULL);
        poly_exponents(poly, t, plain.exponents + t * walk->n_vars);
    }
    return plain;
}

static void power_range(double low, double high, unsigned long power, double *from, double *to)
{
    double a = pow(low, (double)power), b = pow(high, (double)power);
    *from = fmin(a, b);
    *to = fmax(a, b);
    if (power % 2 == 0 && low < 0 && high > 0)
        *from = 0;
}

static void plain_range(const struct plain *plain, const double *low, const double *high,
                        double *from, double *to)
{
    double size = 0;
    *from = *to = 0;
    for (size_t t = 0; t < plain->n; t++) {
        double a = plain->coefficients[t], b = a;
        for (size_t i = 0; i < plain->n_vars; i++) {
            unsigned long e = plain->exponents[t * plain->n_vars + i];
            double p, q;
            if (e == 0)
                continue;
            power_range(low[i], high[i], e, &p, &q);
            double products[] = {a * p, a * q, b * p, b * q};
            a = fmin(fmin(products[0], products[1]), fmin(products[2], products[3]));
            b = fmax(fmax(products[0], products[1]), fmax(products[2], products[3]));
        }
        size += fmax(fabs(a), fabs(b));
        *from += a;
        *to += b;
    }
    *from -= SLACK * size + DBL_MIN;
    *to += SLACK * size + DBL_MIN;
}

/* --- inputs ----------------------------------------------------------------------------------- */

static const struct random_stmt *input_of(const struct exact_walk *walk, size_t input)
{
    const struct syntax *syntax = walk->syntax;
    for (size_t i = 0; i < syntax->n_inputs; i++) {
        if (input < syntax->inputs[i].symbol->count)
            return &syntax->inputs[i];
        input -= syntax->inputs[i].symbol->count;
    }
    return NULL;
}

bool exact_input_continuous(const struct exact_walk *walk, size_t input)
{
    const struct random_stmt *stmt = input_of(walk, input);
    const char *name = stmt && stmt->distribution ? stmt->distribution->name : "";
    return strcmp(name, "uniform") == 0 || strcmp(name, "normal") == 0 ||
           strcmp(name, "exponential") == 0;
}

bool exact_input_range(const struct exact_walk *walk, size_t input, double *low, double *high)
{
    const struct random_stmt *stmt = input_of(walk, input);
    const struct distribution_expr *d = stmt ? stmt->distribution : NULL;
    const struct likelihood *likelihood = walk->model->likelihood;
    if (d == NULL || likelihood == NULL)
        return false;
    *low = 0;
    *high = 1;
    if (strncmp(d->name, "bernoulli", strlen("bernoulli")) == 0)
        return true;
    if (strcmp(d->name, "categorical") == 0) {
        *low = 1;
        *high = (double)d->n_args;
        return true;
    }
    if (strcmp(d->name, "binomial") == 0) {
        *high = syntax_constant(d->args[0]);
        return isfinite(*high);
    }
    *low = likelihood->input_low[input];
    *high = likelihood->input_high[input];
    return strcmp(d->name, "uniform") == 0 && isfinite(*low) && isfinite(*high);
}

bool exact_input_bounded(const struct exact_walk *walk, size_t input)
{
    double low, high;
    return exact_input_range(walk, input, &low, &high);
}

/* --- signs ------------------------------------------------------------------------------------ */

static bool is_number(const struct exact_walk *walk, const struct poly *poly)
{
    return !exact_uses_params(walk, poly) && !exact_uses_inputs(walk, poly);
}

/* Functions that rise everywhere they are defined. */
static bool is_rising(enum op op)
{
    return op == OP_EXP || op == OP_EXPM1 || op == OP_TANH || op == OP_ERF || op == OP_LOG ||
           op == OP_LOG1P || op == OP_SQRT || op == OP_SOFTPLUS || op == OP_RELU ||
           op == OP_LEAKY_RELU;
}

/* The range of an atom where its argument has one. */
static bool atom_range(struct exact_walk *walk, const struct exact_atom *atom, double *low,
                       double *high)
{
    double from = 0, to = 0, slack;
    *low = *high = atom->value;
    if (atom->argument != NULL && !exact_range(walk, atom->argument, &from, &to))
        return false;
    bool number = atom->argument == NULL || is_number(walk, atom->argument);
    if (atom->op == OP_DIV) {
        *low = 1 / to;
        *high = 1 / from;
        return from > 0 || to < 0;
    }
    if (number && !is_rising(atom->op)) {
        slack = atom->argument ? 1e-8 : SLACK * fabs(*low);
        *low -= slack;
        *high += slack;
        return isfinite(*low) && to - from < 1e-9 && fabs(to) < 1e3;
    }
    if (atom->op == OP_SIN || atom->op == OP_COS) {
        *low = -1;
        *high = 1;
        return true;
    }
    *low = op_value(atom->op, 0, from, 0, 0);
    *high = op_value(atom->op, 0, to, 0, 0);
    *low -= SLACK * fabs(*low);
    *high += SLACK * fabs(*high);
    return is_rising(atom->op) && isfinite(*low) && isfinite(*high);
}

/* low, high[n_vars] of those variables that poly uses; atoms as if they were variables apart. */
static bool box_of(struct exact_walk *walk, const struct poly *poly, double *low, double *high)
{
    for (size_t i = 0; i < walk->n_vars; i++) {
        low[i] = high[i] = 0;
        if (!poly_uses(poly, i))
            continue;
        if (i < walk->dim) {
            low[i] = walk->model->params[i].low;
            high[i] = walk->model->params[i].high;
        } else if (i < walk->dim + walk->n_inputs) {
            if (!exact_input_range(walk, i - walk->dim, &low[i], &high[i]))
                return false;
        } else if (!atom_range(walk, &walk->atoms[i - walk->dim - walk->n_inputs], &low[i],
                               &high[i])) {
            return false;
        }
    }
    return true;
}

bool exact_range(struct exact_walk *walk, const struct poly *poly, double *low, double *high)
{
    double from[POLY_MAX_VARS], to[POLY_MAX_VARS];
    if (!box_of(walk, poly, from, to))
        return false;
    struct plain plain = plain_of(walk, poly);
    plain_range(&plain, from, to, low, high);
    return isfinite(*low) && isfinite(*high);
}

/* A polynomial, its derivatives by the variables it uses, and how many boxes were looked at. */
struct sign_search {
    struct plain value;
    struct plain *slopes; /* [n_used] */
    size_t *used;
    size_t n_used, n_boxes;
};

static struct sign_search search_of(struct exact_walk *walk, const struct poly *poly)
{
    struct sign_search search = {.value = plain_of(walk, poly)};
    search.slopes = arena_new(walk->arena, walk->n_vars + 1, sizeof *search.slopes);
    search.used = arena_new(walk->arena, walk->n_vars + 1, sizeof *search.used);
    for (size_t i = 0; i < walk->n_vars; i++) {
        if (!poly_uses(poly, i))
            continue;
        struct poly *slope = poly_derivative(poly, i);
        search.slopes[search.n_used] = plain_of(walk, slope);
        search.used[search.n_used++] = i;
        poly_free(slope);
    }
    return search;
}

/* By the value in the middle and the ranges of the derivatives: sharper in small boxes. */
static void centred_range(const struct sign_search *search, const double *low, const double *high,
                          double *from, double *to)
{
    double middle[POLY_MAX_VARS];
    for (size_t i = 0; i < search->value.n_vars; i++)
        middle[i] = low[i] + (high[i] - low[i]) / 2;
    plain_range(&search->value, middle, middle, from, to);
    for (size_t k = 0; k < search->n_used; k++) {
        double a, b, half = (high[search->used[k]] - low[search->used[k]]) / 2;
        plain_range(&search->slopes[k], low, high, &a, &b);
        double most = fmax(fabs(a), fabs(b)) * half * (1 + SLACK);
        *from -= most;
        *to += most;
    }
}

/* Cuts the box until the sign shows in every part. */
static int bisect_sign(struct sign_search *search, double *low, double *high, size_t depth)
{
    double from, to;
    if (++search->n_boxes > MAX_BOXES || depth > 40)
        return 0;
    plain_range(&search->value, low, high, &from, &to);
    if (!(from > 0 || to < 0))
        centred_range(search, low, high, &from, &to);
    if (from > 0 || to < 0)
        return from > 0 ? 1 : -1;
    size_t widest = search->used[0];
    for (size_t k = 1; k < search->n_used; k++)
        if (high[search->used[k]] - low[search->used[k]] > high[widest] - low[widest])
            widest = search->used[k];
    double a = low[widest], b = high[widest], middle = a + (b - a) / 2;
    if (!(middle > a && middle < b))
        return 0;
    high[widest] = middle;
    int first = bisect_sign(search, low, high, depth + 1);
    high[widest] = b;
    if (first == 0)
        return 0;
    low[widest] = middle;
    int second = bisect_sign(search, low, high, depth + 1);
    low[widest] = a;
    return first == second ? first : 0;
}

/* All powers even, all coefficients of one sign. */
static int sign_of_squares(const struct plain *plain, bool *has_constant)
{
    int sign = 0;
    *has_constant = false;
    for (size_t t = 0; t < plain->n; t++) {
        int own = plain->coefficients[t] > 0 ? 1 : -1;
        bool constant = true;
        for (size_t i = 0; i < plain->n_vars; i++) {
            unsigned long e = plain->exponents[t * plain->n_vars + i];
            constant = constant && e == 0;
            if (e % 2 != 0)
                return 0;
        }
        *has_constant = *has_constant || constant;
        if (sign != 0 && own != sign)
            return 0;
        sign = own;
    }
    return sign;
}

int exact_atom_sign(struct exact_walk *walk, const struct exact_atom *atom)
{
    double low, high;
    const struct poly *p = atom->argument;
    if ((p == NULL || is_number(walk, p)) && atom_range(walk, atom, &low, &high))
        return low > 0 ? 1 : high < 0 ? -1 : 0;
    if (p == NULL)
        return 0;
    if (atom->op == OP_EXP || atom->op == OP_SOFTPLUS)
        return 1;
    if (atom->op == OP_TANH || atom->op == OP_ERF || atom->op == OP_EXPM1 || atom->op == OP_GELU ||
        atom->op == OP_DIV || atom->op == OP_LOG1P)
        return exact_sign(walk, p);
    if (atom->op == OP_ABS)
        return exact_sign(walk, p) != 0;
    if (atom->op == OP_SQRT)
        return exact_sign(walk, p) > 0;
    if (atom->op == OP_COS && exact_range(walk, p, &low, &high))
        return low > -1.57 && high < 1.57;
    return 0;
}

size_t exact_lone_atom(const struct exact_walk *walk, const struct poly *poly)
{
    if (poly_n_terms(poly) != 1 || poly_degree(poly) != 1)
        return SIZE_MAX;
    for (size_t i = 0; i < walk->n_atoms; i++)
        if (poly_uses(poly, walk->dim + walk->n_inputs + i))
            return i;
    return SIZE_MAX;
}

/* a + b f, |b| ≤ |a|, where −1 < f < 1. */
static int bounded_sign(struct exact_walk *walk, const struct plain *plain)
{
    double constant = 0, rest = 0;
    for (size_t t = 0; t < plain->n; t++) {
        size_t degree = 0, atom = SIZE_MAX;
        for (size_t i = 0; i < plain->n_vars; i++) {
            degree += plain->exponents[t * plain->n_vars + i];
            if (plain->exponents[t * plain->n_vars + i])
                atom = i;
        }
        if (degree == 0)
            constant = plain->coefficients[t];
        else if (degree == 1 && atom >= walk->dim + walk->n_inputs &&
                 (walk->atoms[atom - walk->dim - walk->n_inputs].op == OP_TANH ||
                  walk->atoms[atom - walk->dim - walk->n_inputs].op == OP_ERF))
            rest += fabs(plain->coefficients[t]);
        else
            return 0;
    }
    return rest <= fabs(constant) ? (constant > 0) - (constant < 0) : 0;
}

int exact_sign(struct exact_walk *walk, const struct poly *poly)
{
    if (poly_is_constant(poly))
        return poly_sign(poly);
    size_t atom = exact_lone_atom(walk, poly);
    if (atom != SIZE_MAX && exact_atom_sign(walk, &walk->atoms[atom]) != 0) {
        struct poly *c = poly_coefficient(poly, 0);
        int sign = poly_sign(c) * exact_atom_sign(walk, &walk->atoms[atom]);
        poly_free(c);
        return sign;
    }
    struct plain plain = plain_of(walk, poly);
    bool has_constant;
    int sign = sign_of_squares(&plain, &has_constant);
    if (sign != 0 && has_constant)
        return sign;
    sign = bounded_sign(walk, &plain);
    if (sign != 0)
        return sign;
    double low[POLY_MAX_VARS], high[POLY_MAX_VARS];
    if (!box_of(walk, poly, low, high))
        return 0;
    struct sign_search search = search_of(walk, poly);
    return bisect_sign(&search, low, high, 0);
}

int exact_weak_sign(struct exact_walk *walk, const struct poly *poly)
{
    int sign = exact_sign(walk, poly);
    bool has_constant;
    double low, high;
    if (sign != 0 || exact_uses_atoms(walk, poly))
        return sign;
    struct plain plain = plain_of(walk, poly);
    sign = sign_of_squares(&plain, &has_constant);
    if (sign != 0 || plain.n != 1 || !exact_range(walk, poly, &low, &high))
        return sign;
    return low >= -2 * DBL_MIN ? 1 : high <= 2 * DBL_MIN ? -1 : 0;
}
