/* Two-layer networks recognised in a likelihood's mean, and the symmetries of their W0 by name. */
#ifndef CUSP_NETWORK_H
#define CUSP_NETWORK_H

#include "cusp/model.h"

enum network_value { VALUE_PARAM, VALUE_NUMBER };

/* A coefficient: number × w[param], or a fixed number. The factor of a parameter is 1 unless the
   model says otherwise (2·q·relu(x)). */
struct network_coefficient {
    enum network_value kind;
    size_t param;
    double number;
};

/* q · act(⟨w, x⟩ + b) */
struct network_unit {
    struct network_coefficient q, b;
    struct network_coefficient *w; /* [n_inputs] */
};

/* f(x) = c + Σ q_i act(⟨w_i, x⟩ + b_i) */
struct network {
    size_t n_inputs, n_units;
    enum op act; /* OP_RELU, OP_LEAKY_RELU, OP_GELU, OP_TANH … */
    struct network_unit *units;
    struct network_coefficient c;
};

/* True if the mean of the output, or of bernoulli_logit its log odds, is such a network in the
   inputs. out is the caller's if so. */
bool network_of(const struct model *model, struct network *out);
/* Likewise of the truth, all numbers (a zero truth has no units). */
bool network_of_truth(const struct model *model, struct network *out);
void network_done(struct network *network);

/* How a true parameter differs from the truth's own arrangement. The first that applies, in this
   order: a unit without outgoing weight, a unit dead on the inputs' domain, units with a common
   activation boundary, units turned round, units in another order, none of these. */
enum network_label {
    LABEL_Q_ZERO,
    LABEL_DEAD,
    LABEL_MERGED,
    LABEL_REVERSED,
    LABEL_PERMUTED,
    LABEL_DISTINCT,
    LABEL_NOT_TRUE, /* no zero of K */
    LABEL_COUNT
};
const char *network_label_name(enum network_label label); /* "q = 0", "dead", … */

/* The label of w, which counts as true where K is at most its tolerance. A network whose activation
   is not kinked has units with a common boundary where (w, b) are equal up to sign; relu and
   leaky_relu up to a factor. truth: NULL where the truth is no network; what compares with it is
   then LABEL_DISTINCT. */
enum network_label network_label(const struct model *model, const struct network *network,
                                 const struct network *truth, const double *w);

/* The effective weight |q_i| w_i of unit i: out[n_inputs]; of one input (|q| w, |q| b): out[2]. */
void network_effective(const struct network *network, const double *w, size_t unit, double *out);
/* Whether unit i is dead on the inputs' domain, or has |q_i| w_i of length below epsilon. */
bool network_unit_dead(const struct model *model, const struct network *network, const double *w,
                       size_t unit, double epsilon);

#endif
