/* Polynomials in several variables with rational coefficients, exactly. */
#ifndef CUSP_POLY_H
#define CUSP_POLY_H

#include "cusp/arena.h"
#include "cusp/quantity.h"
#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { POLY_MAX_VARS = 128, POLY_MAX_EXPONENT = 1000000 };

struct poly; /* owned by whoever made it; functions below make new ones and change none */

struct poly *poly_zero(size_t n_vars);
struct poly *poly_var(size_t n_vars, size_t i);
/* An integer, a fraction "3/7" or a decimal "-0.125", "3e-7" of any length, exactly. ST_DOMAIN if
   it is none, or its exponent is beyond ±100000. */
CUSP_MUST_USE enum status poly_number(size_t n_vars, const char *text, size_t length,
                                      struct poly **out);
struct poly *poly_integer(size_t n_vars, long value);
struct poly *poly_copy(const struct poly *a);
void poly_free(struct poly *a); /* NULL is fine */

struct poly *poly_add(const struct poly *a, const struct poly *b);
struct poly *poly_sub(const struct poly *a, const struct poly *b);
struct poly *poly_mul(const struct poly *a, const struct poly *b);
/* ST_LIMIT if an exponent would exceed POLY_MAX_EXPONENT. */
CUSP_MUST_USE enum status poly_pow(const struct poly *a, unsigned long exponent, struct poly **out);
/* a / b where that is a polynomial; ST_DOMAIN where it is not, or b is 0. */
CUSP_MUST_USE enum status poly_divide(const struct poly *a, const struct poly *b,
                                      struct poly **out);
struct poly *poly_derivative(const struct poly *a, size_t i);
struct poly *poly_gcd(const struct poly *a, const struct poly *b); /* leading coefficient 1 */
/* Variable i of a becomes with[i] (all in the same variables as one another, of any number). */
CUSP_MUST_USE enum status poly_compose(const struct poly *a, const struct poly *const *with,
                                       struct poly **out);
/* The same polynomial where variable i is called map[i] of n_vars others. */
struct poly *poly_rename(const struct poly *a, size_t n_vars, const size_t *map);

size_t poly_n_vars(const struct poly *a);
bool poly_is_zero(const struct poly *a);
bool poly_is_constant(const struct poly *a); /* also 0 */
bool poly_equal(const struct poly *a, const struct poly *b);
/* Sign of a constant polynomial: −1, 0, 1. */
int poly_sign(const struct poly *a);
/* A constant as a fraction of longs; false if it is none or too long. */
bool poly_rat(const struct poly *a, struct rat *out);
size_t poly_n_terms(const struct poly *a);
unsigned long poly_degree(const struct poly *a); /* total; 0 for 0 */
unsigned long poly_degree_in(const struct poly *a, size_t i);
bool poly_uses(const struct poly *a, size_t i);
/* Exponents of term t in the order of the polynomial: exponents[n_vars]. */
void poly_exponents(const struct poly *a, size_t t, unsigned long *exponents);
/* The coefficient of term t as a polynomial of its own; the caller's. */
struct poly *poly_coefficient(const struct poly *a, size_t t);
/* It as a decimal of 17 digits, for pictures. */
const char *poly_coefficient_decimal(const struct poly *a, size_t t, struct arena *arena);

/* Factors over the rationals: a = unit · Π factor[i]^power[i], factors irreducible and without
   rational content; lists are the arena's, the factors the caller's. ST_UNABLE if a is 0 or cannot
   be factored. */
struct poly_factors {
    size_t n;
    struct poly **factor;
    unsigned long *power;
    struct poly *unit;
};
CUSP_MUST_USE enum status poly_factor(const struct poly *a, struct arena *arena,
                                      struct poly_factors *out);
void poly_factors_done(struct poly_factors *factors);

/* True if a Gröbner basis of bounded size shows that polynomials in the same variables have no
   common zero, not even a complex one (Hilbert's Nullstellensatz); false if they have, or it is not
   found. */
bool poly_no_common_zero(const struct poly *const *f, size_t n);

enum poly_style { POLY_PLAIN /* w1^2*w2 - 3/2 */, POLY_PRETTY /* w1² w2 − 3/2 */ };
/* names[n_vars]. Longer than max_terms terms, or than some 120 characters: ends with "… (N terms)";
   0: all of them. */
const char *poly_text(const struct poly *a, const char *const *names, enum poly_style style,
                      size_t max_terms, struct arena *arena);

#endif
