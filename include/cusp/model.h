/* A model ready to compute with: its K, derivatives, prior, regions and observables as programs. */
#ifndef CUSP_MODEL_H
#define CUSP_MODEL_H

#include "cusp/cancel.h"
#include "cusp/diag.h"
#include "cusp/program.h"
#include "cusp/quantity.h"
#include "cusp/status.h"
#include "cusp/syntax.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct model_param {
    char *name;
    double low, high;
};

struct model_knob {
    char *name;
    double low, high, value, start;
};

struct model_expect {
    struct rat rlct;   /* den 0: not claimed */
    long multiplicity; /* 0: not claimed */
    bool has_at;
    double *at; /* [dim] */
};

enum model_kind { MODEL_POTENTIAL, MODEL_REGRESSION, MODEL_DENSITY };

struct likelihood;
struct data;

/* Immutable once built, so that any number of threads may read it; a knob turned is another model.
 */
struct model {
    char *name;                 /* catalogue name, file's stem, or "inline" */
    char *path;                 /* NULL for inline text */
    char *text;                 /* the model file's whole text */
    char *title, *about, *cite; /* never NULL; "" when not given (title: then the formula) */
    char *formula;              /* "K = ½ w1² w2²", UTF-8 */
    char *formula_ascii;        /* "K = 1/2*w1^2*w2^2" as written */
    enum model_kind kind;
    size_t dim;                 /* 1..SYNTAX_MAX_PARAMS */
    struct model_param *params; /* [dim] */
    struct model_knob *knobs;
    size_t n_knobs;
    struct setting *settings; /* what was overridden, so that the model can be built again */
    size_t n_settings;
    char **regions; /* names */
    size_t n_regions;
    char **observables; /* names */
    size_t n_observables;
    size_t view[2]; /* axes shown first: index of a parameter, or dim + index of an observable */
    char *contrast; /* NULL if none */
    struct model_expect *expects;
    size_t n_expects;

    struct likelihood *likelihood; /* NULL: a potential */
    struct data *file_data;        /* of `truth data`; NULL if none */

    struct dag *dag;         /* variables are w[0..dim-1] */
    uint32_t kl_node;        /* K; MODEL_NO_NODE where K is a sum over rows that is not written out:
                                the programs below then hold it, and only they */
    bool smooth;             /* no piecewise operation anywhere in K */
    struct program *kl;      /* out[1]: K(w), nats */
    struct program *kl_grad; /* out[1 + dim]: K, ∂K/∂w_i */
    struct program *kl_hess; /* out[1 + dim + dim (dim+1)/2]: K, gradient, upper triangle by rows */
    struct program
        *generators; /* out[n_generators]: f_i with {K = 0} = {all f_i = 0}; NULL if not visible */
    size_t n_generators;
    struct program *generator_jacobian; /* out[n_generators × dim]: ∂f_i/∂w_j by rows; NULL if there
                                           are none or too many */
    struct program *log_prior; /* out[1]: log φ̃(w); φ = φ̃ / ∫φ̃ on the box; NULL: uniform */
    double log_prior_norm; /* log ∫_box φ̃ dw if it is known in closed form (uniform, normal …), else
                              NaN */
    struct program *region_tests;      /* out[n_regions]: not 0 inside; NULL if none */
    struct program *observable_values; /* out[n_observables]; NULL if none */

    struct model *shares; /* of model_empirical: the model whose prior, region and observable
                             programs these are; else NULL */

    double kl_min; /* the least K found in the box; 0 when zeros were found */
    double kl_min_at[SYNTAX_MAX_PARAMS];
    bool has_zero;       /* a point with K ≤ kl_tolerance was found */
    double kl_scale;     /* median of |K| over the box, > 0: what "small" is measured against */
    double kl_tolerance; /* K below this counts as 0: MODEL_ZERO_TOLERANCE × kl_scale; or K's
                            rounding error at its least, if that is more and hides the zero */
    double hess_scale;   /* median over the box of the Hessian's root sum of squares */
    atomic_int references;
};

#define MODEL_ZERO_TOLERANCE 1e-20
#define MODEL_NO_NODE UINT32_MAX

/* Builds a model from a checked tree (which it does not keep). name, path: as in struct model; path
   may be NULL. Diagnostics for what only evaluation can show: K negative (with a witness point), K
   undefined in the box (a pole, NaN, with a witness), prior negative or zero everywhere; of a
   likelihood arguments without sense somewhere in the box, a truth that its support or an infinite
   K rules out. ST_INPUT with diagnostics in diags, and *out NULL. */
CUSP_MUST_USE enum status model_build(const struct syntax *syntax, const char *name,
                                      const char *path, const struct setting *settings,
                                      size_t n_settings, struct diags *diags, struct model **out);

/* The same model with one knob (or const) at another value. ST_DOMAIN outside the knob's range. */
CUSP_MUST_USE enum status model_with(const struct model *model, const char *name, double value,
                                     struct diags *diags, struct model **out);

/* From text ("-e", :new): a bare "K = …" without `param` gets parameters for its free names, in
 * [-2, 2]. */
CUSP_MUST_USE enum status model_from_text(const char *text, const struct setting *settings,
                                          size_t n_settings, struct diags *diags,
                                          struct model **out);

/* From a file path. */
CUSP_MUST_USE enum status model_from_file(const char *path, const struct setting *settings,
                                          size_t n_settings, struct diags *diags,
                                          struct model **out);

struct model *model_ref(struct model *model);
void model_unref(struct model *model); /* NULL is fine */

/* Index of a parameter by name ("w1", "v[2,1]"); dim + i for observable i; SIZE_MAX if none. */
size_t model_axis(const struct model *model, const char *name);
const char *model_axis_name(const struct model *model, size_t axis);

/* Regular BIC comparison: d/2 with d = dim. */
double model_regular_rlct(const struct model *model);

/* The global claim of `expect` (without `at`, or whose rlct is least; ties: greater m); NULL if
 * none. */
const struct model_expect *model_expectation(const struct model *model);

/* "potential", "regression", "density". */
const char *model_kind_name(enum model_kind kind);

/* Volume of the box, product of sides. */
double model_box_volume(const struct model *model);

#endif
