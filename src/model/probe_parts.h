/* What the files that look at a new K share. */
#ifndef CUSP_PROBE_PARTS_H
#define CUSP_PROBE_PARTS_H

#include "model_parts.h"

struct probe {
    const struct syntax *syntax;
    struct model *model;
    struct diags *diags;
    struct program_space *space;
    size_t n_plain;                 /* points at round places, first in the list */
    size_t n;                       /* all points */
    double *points;                 /* [dim][n] */
    double *values;                 /* [n] */
    double best[SYNTAX_MAX_PARAMS]; /* where K is least so far */
    double least;
    bool likelihood; /* K is that of a likelihood: never negative, may be a sum over rows */
    bool failed;
};

/* --- probe_least.c ---------------------------------------------------------------------------- */

/* Points and K there. */
void probe_sample(struct probe *probe);
void probe_done(struct probe *probe);
/* kl_scale and kl_tolerance from the samples. */
void probe_find_scale(struct probe *probe);
/* The median over the box of the Hessian's root sum of squares. */
void probe_find_hess_scale(struct probe *probe);
/* Sample i: w[dim]. */
void probe_sample_at(const struct probe *probe, size_t i, double *w);

void probe_take_if_less(struct probe *probe, double value, const double *w);
bool probe_is_zero(const struct probe *probe);
/* Descents from the lowest samples that are apart. */
void probe_find_least(struct probe *probe);
void probe_descend_from(struct probe *probe, double *w);
/* Coordinates with fewer digits where K is no greater. */
void probe_round_best(struct probe *probe);
/* has_zero, kl_min and kl_min_at from what was found. */
void probe_settle(struct probe *probe);

#endif
