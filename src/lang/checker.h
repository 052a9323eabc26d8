/* What the parts of the checker share. */
#ifndef CUSP_LANG_CHECKER_H
#define CUSP_LANG_CHECKER_H

#include "draft.h"

#include <stdbool.h>
#include <stddef.h>

/* Which names may stand somewhere: bits of enum symbol_kind; and what to call the place. */
struct context {
    unsigned allowed;
    const char *what;
};

#define BIT(kind) (1u << (kind))

enum {
    ALLOW_CONST = BIT(SYM_CONST),
    ALLOW_FIXED = ALLOW_CONST | BIT(SYM_KNOB) | BIT(SYM_LET),
    ALLOW_W = ALLOW_FIXED | BIT(SYM_PARAM) | BIT(SYM_OBSERVE),
    ALLOW_TRUTH = ALLOW_FIXED | BIT(SYM_INPUT),
    ALLOW_LET = ALLOW_W | BIT(SYM_INPUT),
};

/* Index variables in scope, innermost first. */
struct index_scope {
    struct symbol *symbol;
    const struct index_scope *outer;
};

struct checker {
    struct draft *draft;
    const struct index_scope *indices;
    struct declared **path; /* being visited, to name a circle */
    size_t n_path, path_capacity;
    size_t level;  /* of recursion through expressions and definitions */
    size_t budget; /* operations left for writing out sums */
    bool exhausted;
    struct expr *outermost;                 /* the sum that is being written out, or NULL */
    const struct expr *reported[DIAGS_MAX]; /* places already reported while writing out */
    size_t n_reported;
};

const char *checker_kind_name(enum symbol_kind kind);   /* "parameter" */
const char *checker_kind_phrase(enum symbol_kind kind); /* "a parameter" */

/* Looks up every name in *expr; after a fault, which is reported, sets *expr to NULL.  uses (may be
   NULL) gets the bits of the kinds it depends on, also through lets.  NULL in *expr stays. */
void checker_resolve(struct checker *c, struct expr **expr, const struct context *context,
                     unsigned *uses);
/* Resolves what a symbol is made of, and the value of a const. */
void checker_visit(struct checker *c, struct declared *declared);
/* The symbol that an EX_NAME names, of any kind; NULL if none (reported, with a suggestion). */
struct symbol *checker_find(struct checker *c, const struct expr *name);

/* True if only numbers, consts and indices stand in it. */
bool checker_is_constant(const struct expr *expr);
/* Its value; reports and returns false if it is not finite. what: "an end of the box of 'w'". */
bool checker_constant(struct checker *c, struct expr *expr, const char *what, double *out);
/* A whole number from 1 to max. */
bool checker_size(struct checker *c, struct expr *expr, const char *what, size_t max, size_t *out);
/* Writes out all sums to see that every index is in its array. NULL is fine. */
void checker_expand(struct checker *c, struct expr *expr);
/* Likewise every element of an array let. */
void checker_expand_let(struct checker *c, struct declared *let);

/* Checks the arguments of a distribution; returns it, or the part of the mixture, that has no
   density, else NULL. */
const struct distribution_expr *checker_distribution(struct checker *c,
                                                     struct distribution_expr *distribution,
                                                     const struct context *context);

/* Statements that are neither definitions nor the potential. */
void checker_randoms(struct checker *c);
void checker_priors(struct checker *c);
void checker_views(struct checker *c);
void checker_expects(struct checker *c);

/* Component of a resolved reference with constant indices, from 0 within its array. */
size_t checker_component(const struct expr *reference);

#endif
