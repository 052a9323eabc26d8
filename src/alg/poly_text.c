/* Polynomials as text, for programs and for people. */
#include <flint/fmpq_mpoly.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/poly.h"
#include "cusp/text.h"
#include "poly_private.h"

enum { LONG_TEXT = 120 }; /* bytes; where terms are left out, none begins beyond them */

struct term {
    const unsigned long *exponents;
    unsigned long degree;
    size_t index; /* in the polynomial */
};

/* Higher degree first, then as in the ring, which is lexicographic. */
static int term_order(const void *a, const void *b)
{
    const struct term *x = a, *y = b;
    if (x->degree != y->degree)
        return x->degree > y->degree ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static void add_superscript(struct text *text, unsigned long n)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char plain[24];
    snprintf(plain, sizeof plain, "%lu", n);
    for (const char *d = plain; *d; d++)
        text_add(text, digits[*d - '0']);
}

/* The monomial without its coefficient; joined: something stands before it. */
static void add_monomial(struct text *text, const struct poly *a, const struct term *term,
                         const char *const *names, enum poly_style style, bool joined)
{
    for (size_t i = 0; i < a->n_vars; i++) {
        if (!term->exponents[i])
            continue;
        if (joined)
            text_add(text, style == POLY_PRETTY ? " " : "*");
        text_add(text, names[i]);
        if (term->exponents[i] > 1 && style == POLY_PRETTY) {
            add_superscript(text, term->exponents[i]);
        } else if (term->exponents[i] > 1) {
            text_addf(text, "^%lu", term->exponents[i]);
        }
        joined = true;
    }
}

static void add_term(struct text *text, const struct poly *a, const struct term *term,
                     const char *const *names, enum poly_style style, bool first)
{
    const char *minus = style == POLY_PRETTY ? "−" : "-";
    fmpq_t c;
    fmpq_init(c);
    fmpq_mpoly_get_term_coeff_fmpq(c, a->p, (slong)term->index, a->ring);
    bool negative = fmpq_sgn(c) < 0;
    fmpq_abs(c, c);
    if (first)
        text_add(text, negative ? minus : "");
    else
        text_addf(text, " %s ", negative ? minus : "+");
    bool written = term->degree == 0 || !fmpq_is_one(c);
    if (written) {
        char *number = fmpq_get_str(NULL, 10, c);
        text_add(text, number);
        flint_free(number);
    }
    add_monomial(text, a, term, names, style, written);
    fmpq_clear(c);
}

const char *poly_text(const struct poly *a, const char *const *names, enum poly_style style,
                      size_t max_terms, struct arena *arena)
{
    size_t n = poly_n_terms(a);
    if (n == 0)
        return "0";
    struct term *terms = mem_new(n, sizeof *terms);
    unsigned long *exponents = mem_new(n, (a->n_vars + 1) * sizeof *exponents);
    for (size_t t = 0; t < n; t++) {
        unsigned long *own = exponents + t * (a->n_vars + 1);
        poly_exponents(a, t, own);
        terms[t] = (struct term){.exponents = own, .index = t};
        for (size_t i = 0; i < a->n_vars; i++)
            terms[t].degree += own[i];
    }
    qsort(terms, n, sizeof *terms, term_order);
    struct text text;
    text_init(&text);
    size_t shown = 0;
    while (shown < n && !(max_terms && (shown == max_terms || text.length > LONG_TEXT))) {
        add_term(&text, a, &terms[shown], names, style, shown == 0);
        shown++;
    }
    if (shown < n)
        text_addf(&text, " + … (%zu terms)", n);
    const char *out = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    mem_free(terms);
    mem_free(exponents);
    return out;
}
