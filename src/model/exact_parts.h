/* What the files that read a model exactly share: forms, atoms, and lists of generators. */
#ifndef CUSP_EXACT_PARTS_H
#define CUSP_EXACT_PARTS_H

#include "cusp/exact.h"
#include "cusp/text.h"

enum {
    EXACT_MAX_ATOMS = 40,
    EXACT_MAX_TERMS = 10000,  /* of one polynomial */
    EXACT_MAX_ADDENDS = 30000 /* of one form */
};

/* base^power; |base|^power if absolute. */
struct exact_factor {
    const struct poly *base;
    struct rat power;
    bool absolute;
};

/* coefficient · Π factors. */
struct exact_term {
    const struct poly *coefficient; /* constant, not 0 */
    size_t n;
    struct exact_factor *factors;
};

/* Σ terms, as it was written as far as that is of use. Immutable. */
struct exact_form {
    size_t n;
    struct exact_term *terms;
    const struct poly *whole; /* written out; NULL: not yet */
};

/* A function that is no polynomial, which stands as a variable of its own: op(argument), or a
   number that is no fraction (argument constant or NULL). Equal ones are one atom. */
struct exact_atom {
    enum op op; /* OP_DIV: 1/argument */
    const struct poly *argument;
    double value; /* of a number; else NaN */
    const char *text;
};

/* Variables: w[dim], x[n_inputs], atoms[EXACT_MAX_ATOMS or none]. */
struct exact_walk {
    const struct model *model;
    const struct syntax *syntax;
    const double *at; /* [dim]: where what is local is expanded; NULL: the origin */
    struct arena *arena;
    size_t dim, n_inputs, n_vars;
    struct exact_atom *atoms;
    size_t n_atoms, max_atoms;
    const struct poly **variables;    /* [n_vars] */
    const struct poly **input_values; /* [n_inputs]: discrete inputs at a value; NULL: variable */
    const struct poly **low, **high;  /* [dim]: the box, constants */
    struct exact_memo *memos;
    struct poly **pool; /* every polynomial made */
    size_t n_pool, pool_capacity;
    size_t depth, steps;
    bool inputs_allowed;
    bool wants_atoms; /* there was none to be had: again with more variables */
    enum status status;
    const char *why;
};

/* --- exact_walk.c ----------------------------------------------------------------------------- */

struct exact_walk *exact_walk_new(const struct model *model, const struct syntax *syntax,
                                  struct arena *arena, size_t max_atoms);
/* Reads the box: low and high. */
void exact_walk_box(struct exact_walk *walk);
void exact_walk_done(struct exact_walk *walk);
/* Sets the first reason; later ones are its echo. Returns false, for ease. */
bool exact_fail(struct exact_walk *walk, enum status status, const char *format, ...)
    CUSP_PRINTF(3, 4);
/* The walk owns it from here on. */
const struct poly *exact_keep(struct exact_walk *walk, struct poly *poly);
/* NULL after exact_fail, and if an argument is NULL. */
const struct poly *exact_integer(struct exact_walk *walk, long value);
const struct poly *exact_add(struct exact_walk *walk, const struct poly *a, const struct poly *b);
const struct poly *exact_sub(struct exact_walk *walk, const struct poly *a, const struct poly *b);
const struct poly *exact_mul(struct exact_walk *walk, const struct poly *a, const struct poly *b);
const struct poly *exact_pow(struct exact_walk *walk, const struct poly *a, unsigned long power);
const struct poly *exact_quotient(struct exact_walk *walk, const struct poly *a,
                                  const struct poly *b);
const struct poly *exact_decimal(struct exact_walk *walk, double value);
/* The variable of op(argument), or of the number value without argument. NULL after exact_fail. */
const struct poly *exact_atom_of(struct exact_walk *walk, enum op op, const struct poly *argument,
                                 double value, const char *text);
/* Names of all variables, for texts. */
const char *const *exact_names(struct exact_walk *walk);
const char *exact_poly_words(struct exact_walk *walk, const struct poly *poly);
bool exact_is_one(const struct poly *poly);
/* Any atom used; any of the inputs or atoms of inputs; any parameter or atom of parameters. */
bool exact_uses_atoms(const struct exact_walk *walk, const struct poly *poly);
bool exact_uses_inputs(const struct exact_walk *walk, const struct poly *poly);
bool exact_uses_params(const struct exact_walk *walk, const struct poly *poly);
/* In doubles at w and x (either may be NULL where it is not used). */
double exact_value(const struct exact_walk *walk, const struct poly *poly, const double *w,
                   const double *x);

/* --- exact_form.c ----------------------------------------------------------------------------- */

struct exact_form *exact_form_of(struct exact_walk *walk, const struct poly *poly);
struct exact_form *exact_form_add(struct exact_walk *walk, const struct exact_form *a,
                                  const struct exact_form *b, bool minus);
struct exact_form *exact_form_mul(struct exact_walk *walk, const struct exact_form *a,
                                  const struct exact_form *b);
struct exact_form *exact_form_pow(struct exact_walk *walk, const struct exact_form *a,
                                  struct rat power);
struct exact_form *exact_form_abs(struct exact_walk *walk, const struct exact_form *a);
/* Σ of many. */
struct exact_form *exact_form_sum(struct exact_walk *walk, const struct exact_form *const *forms,
                                  const bool *minus, size_t n);
/* Written out; NULL after exact_fail. */
const struct poly *exact_form_whole(struct exact_walk *walk, struct exact_form *form);
/* Likewise if it is a number. */
bool exact_form_constant(struct exact_walk *walk, struct exact_form *form,
                         const struct poly **value);
/* All coefficients positive, all powers even. */
bool exact_form_is_squares(const struct exact_form *form);

/* --- exact_lower.c ---------------------------------------------------------------------------- */

struct exact_form *exact_lower(struct exact_walk *walk, const struct expr *expr);
const struct poly *exact_lower_whole(struct exact_walk *walk, const struct expr *expr);
/* A name's values are to be found anew: discrete inputs have others. */
void exact_lower_forget(struct exact_walk *walk);
/* The source of an expression, on one line and not too long. */
const char *exact_source(struct exact_walk *walk, const struct expr *expr);

/* --- exact_sign.c ----------------------------------------------------------------------------- */

/* +1, −1 where poly certainly has that sign on the whole closed box (inputs: in their range); 0:
   not known. Atoms: by what is known of their functions. */
int exact_sign(struct exact_walk *walk, const struct poly *poly);
/* Likewise ≥ 0 or ≤ 0. */
int exact_weak_sign(struct exact_walk *walk, const struct poly *poly);
/* An enclosure on the box; false if there is none (an atom, a normal input). */
bool exact_range(struct exact_walk *walk, const struct poly *poly, double *low, double *high);
/* The range of an input: false if it is not bounded. */
bool exact_input_range(const struct exact_walk *walk, size_t input, double *low, double *high);
int exact_atom_sign(struct exact_walk *walk, const struct exact_atom *atom);
/* The atom if poly is a number's multiple of one: its index, else SIZE_MAX. */
size_t exact_lone_atom(const struct exact_walk *walk, const struct poly *poly);

/* --- exact_strip.c ---------------------------------------------------------------------------- */

/* A polynomial in w alone that is a constant's multiple of |poly| both ways on the box: units
   dropped, tanh(p) → p. NULL if there is none; then *why. */
const struct poly *exact_strip(struct exact_walk *walk, const struct poly *poly, const char **why);

/* --- exact_found.c ---------------------------------------------------------------------------- */

/* What will be a struct exact. */
struct exact_found {
    struct exact_walk *walk;
    const struct poly *kl; /* NULL: not known */
    struct exact_piece_found {
        int *signs;
        const struct poly **generators;
        size_t n, capacity;
        long power;
    } * pieces;
    size_t n_pieces, piece_capacity;
    struct prior_factor *prior;
    size_t n_prior, prior_capacity;
    const char **steps;
    size_t n_steps, step_capacity;
    const char *how;
    int *flat;   /* [dim], as in exact.h */
    bool linear; /* generators are the coefficients of a normal mean in functions of inputs */
    bool local;
};

struct exact_piece_found *exact_add_piece(struct exact_found *found, long power);
/* K is 0 wherever w_i has the sign given; NULL: everywhere. Returns true, for ease. */
bool exact_flat(struct exact_found *found, const int *signs);
/* Leaves out 0 and multiples of what is there. Parameters only. */
void exact_add_generator(struct exact_found *found, struct exact_piece_found *piece,
                         const struct poly *f);
void exact_step(struct exact_found *found, const char *format, ...) CUSP_PRINTF(2, 3);
/* Linear combinations with fewer and plainer members that span the same. */
void exact_reduce(struct exact_found *found, struct exact_piece_found *piece);

/* --- exact_potential.c, exact_prior.c, exact_likelihood.c ------------------------------------- */

bool exact_potential(struct exact_found *found);
bool exact_prior(struct exact_found *found);
bool exact_likelihood(struct exact_found *found);

/* --- exact_functions.c ------------------------------------------------------------------------ */

/* K ≍ Σ_i E_x d_i(x, w)²: difference functions. */
struct exact_differences {
    const struct poly **d;
    size_t n, capacity;
};
void exact_add_difference(struct exact_walk *walk, struct exact_differences *list,
                          const struct poly *d);
/* From difference functions to pieces. */
bool exact_functions(struct exact_found *found, const struct exact_differences *list);
/* Adds a generator once what is no polynomial in w is stripped from it. */
bool exact_add_stripped(struct exact_found *found, struct exact_piece_found *piece,
                        const struct poly *f);
/* poly as Σ coefficient_i(w) φ_i(x), φ a monomial in inputs and in atoms of inputs. */
struct exact_terms {
    const struct poly **coefficients, **functions;
    size_t n, capacity, function_capacity;
};
bool exact_collect(struct exact_walk *walk, const struct poly *poly, struct exact_terms *out);
/* The last atom that f contains; SIZE_MAX: none. */
size_t exact_atom_in(const struct exact_walk *walk, const struct poly *f);
/* An atom of inputs and of parameters at once; SIZE_MAX: poly holds none. */
size_t exact_mixed_atom(const struct exact_walk *walk, const struct poly *poly);
bool exact_input_continuous(const struct exact_walk *walk, size_t input);
bool exact_input_bounded(const struct exact_walk *walk, size_t input);

/* --- exact_units.c, exact_bias.c, exact_kinks.c
 * ------------------------------------------------------------- */

/* d holds units such as b tanh(a x). */
bool exact_units(struct exact_found *found, struct exact_piece_found *piece, const struct poly *d);
/* d holds units tanh(a x + c): near walk->at. */
bool exact_bias(struct exact_found *found, struct exact_piece_found *piece, const struct poly *d);
/* Some of the differences hold units such as b relu(a x): makes all pieces. */
bool exact_kinks(struct exact_found *found, const struct exact_differences *list);
bool exact_is_kink(enum op op);

/* --- exact_moments.c -------------------------------------------------------------------------- */

/* Σ_k weight_k p(y | value_k), of model and truth (with negative weights) together. */
struct exact_part {
    const struct poly *weight, *value;
};
/* The power sums that say when it is 0, up to the power `most`. */
bool exact_moments(struct exact_found *found, const struct exact_part *parts, size_t n, size_t most,
                   struct exact_differences *list);

#endif
