/* What of a model is exact: its K, or an ideal that K is equivalent to, as rational polynomials. */
#ifndef CUSP_EXACT_H
#define CUSP_EXACT_H

#include "cusp/model.h"
#include "cusp/resolution.h"

/* K where the parameters have given signs (or everywhere): K ≍ (Σ f_i²)^(power/2), that is each is
   at most a constant times the other on the box, or near the point. */
struct exact_piece {
    int *signs; /* [dim]: +1, −1: w_i ≥ 0, ≤ 0; 0: both */
    size_t n_generators;
    struct poly **generators; /* variables w[dim] */
    long power;
};

struct exact {
    size_t dim;
    const char **names;       /* [dim], as in the model */
    const char **low, **high; /* [dim]: the box, exactly, as decimals or fractions */
    struct poly *kl;          /* K itself; NULL: only equivalence is known */
    size_t n_pieces;
    struct exact_piece *pieces;
    struct prior_factor *prior; /* φ ≍ Π |f|^power; none: positive on the box */
    size_t n_prior;
    int *flat;  /* [dim]: K is 0 wherever w_i has that sign (0: any); NULL: on no such part */
    bool local; /* holds only near the point asked for */
    const char *at_text;
    const char *how; /* one sentence: why K is equivalent to that */
    size_t n_steps;
    const char **steps; /* the argument, line by line, with citation */
};

/* Reads the model's text anew, with its settings and knobs, and numbers as they are written there
   ("0.1" is 1/10). at[dim]: where an expansion is taken; NULL: the origin for what needs one, then
   local is set unless it holds on the whole box. ST_UNABLE with why: "exp(w1) is not a polynomial"
   … All is the arena's, except that polynomials are freed by exact_done. */
CUSP_MUST_USE enum status exact_of(const struct model *model, const double *at, struct arena *arena,
                                   struct exact *out, const char **why);
void exact_done(struct exact *exact);

/* A number as it is meant: the shortest decimal that reads back as x. */
const char *exact_number(double x, struct arena *arena);

/* Source text that defines the ring and K (and the ideal of generators where that is what is known)
   for a computer algebra system: a row of exact_languages. ST_UNABLE with why as for exact_of (out
   then holds its text). ST_INPUT: there is no such language. */
struct exact_language {
    const char *name, *title; /* "singular", "Singular" */
    void (*write)(const struct exact *exact, const struct model *model, struct text *out);
};
extern const struct exact_language exact_languages[]; /* ends with a NULL name */
CUSP_MUST_USE enum status exact_export(const struct model *model, const char *language,
                                       struct text *out, const char **why);

#endif
