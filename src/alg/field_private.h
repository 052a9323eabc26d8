/* Real number fields Q(γ), each with one real embedding, and univariate polynomials over them. */
#ifndef CUSP_FIELD_PRIVATE_H
#define CUSP_FIELD_PRIVATE_H

#include <antic/nf.h>
#include <antic/nf_elem.h>
#include <calcium/qqbar.h>
#include <flint/fmpq.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_poly_factor.h>

#include "cusp/quantity.h"
#include "cusp/status.h"
#include "cusp/text.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FIELD_MOST_DEGREE = 40,    /* of a number field; a norm may have twice of it */
    FIELD_MOST_FACTORED = 400, /* degree of a polynomial over Q that is factored */
};

/* γ is a root of an irreducible polynomial; the rationals are Q(0). Counted references. */
struct field {
    size_t n_users;
    slong degree;
    nf_t nf;
    qqbar_t root;
    bool surd; /* degree 2: γ = p + q √n */
    fmpq_t surd_p, surd_q;
    fmpz_t surd_n;
};

struct field *field_rationals(void);
struct field *field_of_root(const qqbar_t root);
const fmpq_poly_struct *field_minimal(const struct field *field); /* of γ, monic */
struct field *field_keep(struct field *field);
void field_drop(struct field *field); /* NULL is fine */

/* (a + b √n) / q of a number of degree 2; n without squares unless it is large. */
void field_quadratic(const qqbar_t x, fmpz_t a, fmpz_t b, fmpz_t n, fmpz_t q);

/* Signs and sizes under the embedding. */
void field_ball(const struct field *field, const nf_elem_t x, slong precision, arb_t out);
int field_sign(const struct field *field, const nf_elem_t x);
int field_compare(const struct field *field, const nf_elem_t x, const fmpq_t with);
/* An element in a larger field where γ is image. */
void field_embed(const struct field *from, const nf_elem_t x, const struct field *to,
                 const nf_elem_t image, nf_elem_t out);

/* "1/2", "√2/2"; as a coordinate: also "root of t^3 - t - 1 near 1.3247"; as a coefficient:
   also "a^2 - 1" with a = γ. Says how many terms a coefficient has. */
void field_text_coordinate(const struct field *field, const nf_elem_t x, struct text *out);
size_t field_text_coefficient(const struct field *field, const nf_elem_t x, struct text *out);
void field_text_decimal(const struct field *field, const nf_elem_t x, slong digits,
                        struct text *out);
/* "root of t^3 - t - 1 near 1.3247" of γ itself. */
void field_text_generator(const struct field *field, struct text *out);

/* Numbers of one field in a row. */
nf_elem_struct *field_row(const struct field *field, slong n);
void field_row_free(const struct field *field, nf_elem_struct *row, slong n);

/* --- univariate polynomials over a field ------------------------------------------------------ */

struct upoly {
    nf_elem_struct *c; /* c[n], the last not 0; of 0: n = 0 */
    slong n, capacity;
};

void upoly_init(struct upoly *p);
void upoly_clear(const struct field *field, struct upoly *p);
void upoly_fit(const struct field *field, struct upoly *p, slong n);
void upoly_trim(const struct field *field, struct upoly *p);
void upoly_set(const struct field *field, struct upoly *to, const struct upoly *p);
bool upoly_equal(const struct field *field, const struct upoly *p, const struct upoly *q);
void upoly_monic(const struct field *field, struct upoly *p);
void upoly_derivative(const struct field *field, struct upoly *to, const struct upoly *p);
/* p mod q into p, the quotient into *quotient unless NULL; q is not 0. */
void upoly_divide(const struct field *field, struct upoly *p, const struct upoly *q,
                  struct upoly *quotient);
/* Over the rationals the library's own polynomials are faster. */
void upoly_to_rational(const struct field *field, fmpq_poly_t to, const struct upoly *p);
void upoly_from_rational(const struct field *field, struct upoly *to, const fmpq_poly_t p);
/* Norm of p(z − s γ) for the shift s = 0, 1, −1, 2 … where it has no multiple roots; p has none. */
slong upoly_norm(const struct field *field, const struct upoly *p, fmpz_poly_t out);
/* The monic greatest common divisor into p; q may be changed. */
void upoly_gcd(const struct field *field, struct upoly *p, struct upoly *q);

/* Whether it is of degree 2 and has no real root under the embedding. */
bool upoly_is_definite(const struct field *field, const struct upoly *p);

/* Monic irreducible factors over the field. */
struct ufactor {
    struct upoly p;
    ulong power;
};
struct ufactors {
    size_t n, capacity;
    struct ufactor *factor;
};
CUSP_MUST_USE enum status upoly_factor(const struct field *field, const struct upoly *p,
                                       struct ufactors *out, const char **why);
void ufactors_clear(const struct field *field, struct ufactors *factors);

/* A real number over a field: in the field itself (image NULL) or a larger one. */
struct real_root {
    struct field *field;   /* a reference of its own */
    nf_elem_struct *value; /* [1] */
    nf_elem_struct *image; /* [1] of γ in the larger field */
};
struct real_roots {
    size_t n, capacity;
    struct real_root *root;
};
/* The real roots of an irreducible polynomial, from least to greatest, in [low, high] (NULL: no
   bound). */
CUSP_MUST_USE enum status upoly_real_roots(struct field *field, const struct upoly *p,
                                           const fmpq *low, const fmpq *high,
                                           struct real_roots *out, const char **why);
void real_roots_clear(struct real_roots *roots);

/* --- real roots over the rationals (roots.c) -------------------------------------------------- */

/* Disjoint intervals with one root each of a polynomial without multiple roots in the open
   interval, from least to greatest; low = high: a rational root. No end of an interval that is not
   a point is a root, and no two touch. */
struct intervals {
    size_t n, capacity;
    fmpq (*end)[2];
};
void roots_isolate(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high, struct intervals *out);
/* How many there are; p has no multiple roots. */
size_t roots_count(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high);
size_t roots_count_closed(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high);
/* Halves an interval of roots_isolate so many times. */
void roots_refine(const fmpz_poly_t p, fmpq end[2], ulong halvings);
void intervals_clear(struct intervals *intervals);
void roots_squarefree(fmpz_poly_t out, const fmpz_poly_t p);

#endif
