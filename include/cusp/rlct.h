/* The learning coefficient λ and its multiplicity m of a model: exact where possible, else between
 * bounds. */
#ifndef CUSP_RLCT_H
#define CUSP_RLCT_H

#include "cusp/ideal.h"
#include "cusp/isolate.h"
#include "cusp/model.h"

struct rlct_options {
    const double *at; /* [dim]: λ there; NULL: of the whole box */
    /* [dim]: the same exactly, as decimals or fractions "1/3"; NULL, of one or all: the decimal
       that `at` prints as */
    const char *const *at_text;
    double seconds;  /* 0: 10 */
    size_t memory;   /* bytes; 0: 1 GiB */
    bool snap;       /* `at` may be a little off W0: the special point or W0 near it is meant */
    bool in_process; /* as of isolate_limits */
};

/* Points and components of W0 with λ of their own, for lists. */
struct rlct_place {
    const char *text; /* "(0, 0)", "x^2 - 2 y^2 = 0" */
    double *at;       /* [dim]; NULL: a component */
    struct rat lambda;
    long multiplicity;
    bool on_boundary, wins;
    const struct resolution *resolution; /* NULL: none was needed */
};

struct rlct {
    struct isolated memory; /* all below lies in it */
    size_t dim;
    struct quantity lambda; /* EXACT with `exact`; UNKNOWN with why if only bounds are known */
    struct quantity lower, upper; /* LOWER_BOUND, UPPER_BOUND (or both EXACT); UNKNOWN: none */
    long multiplicity;            /* 0: not known */
    const char *method;           /* "resolution by point blow-ups", "known formula" … */
    const char *why;              /* one or two sentences a learner understands */
    bool local;                   /* at a point */
    double *at; /* [dim]: that point, or where λ is attained; NULL: nowhere special */
    const char *at_text;
    struct quantity boundary; /* λ of points on the box's boundary that W0 touches; UNKNOWN: it
                                 does not, or it is not known apart */
    long boundary_multiplicity;
    size_t n_places;
    struct rlct_place *places;
    const struct resolution *resolution; /* at `at`; NULL if none */
    const struct newton *newton;         /* at `at`; NULL if none */
    size_t n_steps;
    const char **steps;   /* the argument, line by line */
    const char *citation; /* of a known formula; "" */
    double seconds;       /* it took */
    bool by_hand;         /* rlct_by_hand can be played at `at` */
};

/* The result is the caller's. ST_DOMAIN: the point is no zero of K, or K has none. ST_UNABLE,
   ST_LIMIT (out of time or memory), ST_CANCELLED: why says what. why is written into why[why_size].
 */
CUSP_MUST_USE enum status rlct_find(const struct model *model, const struct rlct_options *options,
                                    const struct cancel *cancel, char *why, size_t why_size,
                                    struct rlct **out);
void rlct_free(struct rlct *rlct);

/* A person's own resolution of a model in two parameters at `at` (of options; NULL: where λ of the
   whole box is attained), replayed from its moves: see plane_by_hand. ST_INPUT: a move is not
   possible. */
struct hand_play {
    struct isolated memory; /* all below lies in it */
    struct hand hand;
    const char *at_text;
};
CUSP_MUST_USE enum status rlct_by_hand(const struct model *model,
                                       const struct rlct_options *options, const char *moves,
                                       const struct cancel *cancel, char *why, size_t why_size,
                                       struct hand_play **out);
void hand_play_free(struct hand_play *play); /* NULL is fine */

/* The resolution as text: one line a blow-up and chart, the divisors with (N, k) and (k + 1)/N, who
 * meets whom. */
void rlct_tree(const struct resolution *resolution, struct text *out);

/* Known formulas: one file and one row each. True if the model is of its family; λ, m and the
 * words. */
struct rlct_formula {
    const char *name, *title, *source;
    bool (*applies)(const struct model *model, const double *at, struct rat *lambda,
                    long *multiplicity, struct text *why);
};
extern const struct rlct_formula *const rlct_formulas[]; /* NULL-terminated */

#endif
