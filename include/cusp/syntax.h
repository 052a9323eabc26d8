/* The syntax tree of a model, checked: names resolved, constants folded, shapes known. */
#ifndef CUSP_SYNTAX_H
#define CUSP_SYNTAX_H

#include "cusp/arena.h"
#include "cusp/diag.h"
#include "cusp/op.h"
#include "cusp/quantity.h"
#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>

enum expr_kind {
    EX_NUMBER, /* number */
    EX_NAME,   /* symbol, and args: its indices (0..SYNTAX_MAX_RANK expressions, from 1) */
    EX_OP, /* op with args; OP_POWI never occurs here: "^" is OP_POW, lowering looks at the exponent
            */
    EX_SUM,  /* index over args[0] .. args[1] of args[2] */
    EX_PROD, /* likewise */
};

enum symbol_kind {
    SYM_CONST,
    SYM_KNOB,
    SYM_PARAM,
    SYM_INPUT,
    SYM_OUTPUT,
    SYM_LET,
    SYM_OBSERVE,
    SYM_INDEX
};

enum {
    SYNTAX_MAX_RANK = 3,
    SYNTAX_MAX_BYTES = 1 << 20,
    SYNTAX_MAX_DEPTH = 200,
    SYNTAX_MAX_PARAMS = 64,
    SYNTAX_MAX_NAME = 63,       /* bytes of a name */
    SYNTAX_MAX_HEIGHT = 2000,   /* of an expression with its lets put in: recursion is safe */
    SYNTAX_MAX_TERMS = 1000000, /* operations, once sums and let arrays are written out */
    SYNTAX_MAX_INPUTS = 1000    /* components of one input */
};

struct symbol {
    enum symbol_kind kind;
    const char *name;
    struct span at;                          /* where it is declared */
    size_t rank;                             /* 0: scalar */
    size_t extents[SYNTAX_MAX_RANK];         /* array sizes, ≥ 1 */
    size_t count;                            /* product of extents; 1 for a scalar */
    struct symbol *indices[SYNTAX_MAX_RANK]; /* SYM_LET with rank > 0: its index variables */
    struct expr *value;                      /* SYM_CONST, SYM_KNOB (start), SYM_LET, SYM_OBSERVE */
    struct expr *low, *high;                 /* SYM_KNOB, SYM_PARAM: constant expressions */
    double number, low_value,
        high_value;   /* folded: SYM_CONST and SYM_KNOB; low/high also SYM_PARAM */
    size_t first;     /* SYM_PARAM: index of its first component in the parameter vector w */
    long index_value; /* SYM_INDEX: set by whoever walks a sum; scratch */
};

struct expr {
    enum expr_kind kind;
    enum op op;
    struct span at;
    double number;
    struct symbol *symbol; /* EX_NAME; the index of EX_SUM and EX_PROD */
    struct expr **args;
    size_t n_args;
    size_t height; /* levels down to the furthest leaf; a leaf has 1 */
};

/* name(args…) or mixture(p: D, …), in which components[i] has weight args[i]. */
struct distribution_expr {
    const char *name;
    struct span at;
    struct expr **args;
    size_t n_args;
    struct distribution_expr **components;
    size_t n_components;
};

enum prior_kind { PRIOR_UNIFORM, PRIOR_OF_PARAM, PRIOR_DENSITY, PRIOR_JEFFREYS };

struct prior_stmt {
    enum prior_kind kind;
    struct span at;
    struct expr *target; /* PRIOR_OF_PARAM: an EX_NAME; no indices: every component */
    struct distribution_expr *distribution; /* PRIOR_OF_PARAM */
    struct expr *density;                   /* PRIOR_DENSITY: not normalised, ≥ 0 */
};

struct region_stmt {
    const char *name;
    struct span at;
    struct expr *condition;
};

/* output, truth (by distribution) and input statements of likelihood models. */
struct random_stmt {
    struct symbol *symbol;
    struct span at;
    struct distribution_expr *distribution;
};

struct data_column {
    struct symbol *symbol;
    size_t component; /* of a vector input, from 0 */
    const char *column;
    struct span at;
};

struct expect_stmt {
    struct span at;
    struct rat rlct;   /* den 0: not claimed */
    long multiplicity; /* 0: not claimed */
    bool has_at;
    double at_w[SYNTAX_MAX_PARAMS]; /* the whole point; those not named are 0 */
};

/* Everything in a model file, in the order of the file within each kind. All memory is the arena's.
 */
struct syntax {
    struct arena arena;
    const char *file;                 /* as named by the person */
    const char *source;               /* the whole text, NUL-terminated */
    const char *title, *about, *cite; /* NULL when not given; cite: the `source` statement */
    struct symbol **symbols;          /* consts, knobs, params, inputs, outputs, lets, observes */
    size_t n_symbols;
    size_t dim;             /* components of all parameters, ≤ SYNTAX_MAX_PARAMS */
    struct expr *potential; /* NULL if none */
    struct span potential_at;
    const char *potential_name; /* "K" */
    struct random_stmt *inputs, *outputs, *truths;
    size_t n_inputs, n_outputs, n_truths;
    const char *data_file; /* `truth data`: NULL if none */
    struct span data_at;
    struct data_column *columns;
    size_t n_columns;
    struct prior_stmt *priors;
    size_t n_priors;
    struct region_stmt *regions;
    size_t n_regions;
    struct expr *view[2]; /* NULL if not given: EX_NAME of a parameter component or an observable */
    const char *contrast;
    struct expect_stmt *expects;
    size_t n_expects;
};

/* --set NAME=VALUE, applied to a const or a knob. */
struct setting {
    const char *name;
    double value;
};

/* Parses and checks a whole text (any bytes). Always collects every diagnostic into diags.
   file: the name to show.  ST_INPUT if there was an error, and then *out is NULL; else *out is the
   caller's, freed by syntax_free.  A setting that names nothing is an error too. */
CUSP_MUST_USE enum status syntax_parse(const char *file, const char *text, size_t length,
                                       const struct setting *settings, size_t n_settings,
                                       struct diags *diags, struct syntax **out);

/* Likewise from a file: refuses directories, FIFOs and devices, and more than SYNTAX_MAX_BYTES,
   without reading them; ST_IO or ST_INPUT with a diagnostic about the file. */
CUSP_MUST_USE enum status syntax_read(const char *path, const struct setting *settings,
                                      size_t n_settings, struct diags *diags, struct syntax **out);

void syntax_free(struct syntax *syntax);

/* "v[2,1]" of component i of w; writes at most size bytes. */
void syntax_param_name(const struct syntax *syntax, size_t i, char *out, size_t size);

/* The text of an expression, for titles: "w1^2*w2^2" → as written in the source, spaces kept. */
void syntax_expr_text(const struct syntax *syntax, const struct expr *expr, struct text *out);

/* Likewise, set for reading: "w1² w2²", "½ w1² w2²" where it can be done plainly. UTF-8. */
void syntax_expr_pretty(const struct syntax *syntax, const struct expr *expr, struct text *out);

/* The value of an expression of numbers, consts and index variables (their index_value): a bound,
   an index, a range. NaN if anything else stands in it or it has no value. */
double syntax_constant(const struct expr *expr);

/* The names in a shorthand such as "K = (x^2 - y^3)^2" or "x^2*y^2" that nothing in it defines and
   that are no functions or keywords: its parameters, in natural order (w2 before w10).  Writes at
   most max of them and returns how many there are. */
size_t syntax_free_names(const char *text, size_t length, char names[][SYNTAX_MAX_NAME + 1],
                         size_t max);

/* A whole model text from a shorthand: a bare expression becomes "potential K = …", "K = …" gets
   its "potential", and without a param statement the free names become parameters in [-2, 2], at
   the end.  Text that needs none of it is copied unchanged. */
void syntax_complete(const char *text, size_t length, struct text *out);

/* The statement keywords ("param", "potential", …), NULL-terminated, for completion and help. */
const char *const *syntax_keywords(void);

#endif
