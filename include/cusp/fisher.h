/* Degeneracy at a point: Hessian of K, its spectrum, rank and the class of the point in plain
 * words. */
#ifndef CUSP_FISHER_H
#define CUSP_FISHER_H

#include "cusp/model.h"

enum point_class {
    POINT_NOT_TRUE,   /* K > 0: not a true parameter */
    POINT_REGULAR,    /* a zero with a Hessian of full rank: an isolated true parameter */
    POINT_DEGENERATE, /* a zero where the Hessian has a null direction along a smooth W0 of that
                         dimension */
    POINT_SINGULAR,   /* a zero where W0 itself is singular, or flatter than W0's dimension accounts
                         for */
    POINT_UNDEFINED,  /* K or a derivative is not finite there */
};

/* Why a point is POINT_SINGULAR. */
enum point_singularity {
    SINGULARITY_NONE,
    SINGULARITY_OF_W0, /* W0 is no smooth surface of the dimension of the null directions there */
    SINGULARITY_FLAT,  /* W0 is smooth there, but K rises slower than a square across it */
};

struct fisher {
    size_t dim;
    double kl;            /* K(w) */
    double *gradient;     /* [dim] */
    bool of_likelihood;   /* matrix is the Fisher information of a likelihood */
    bool has_truth;       /* of that likelihood: false for real data, where K is L_N − min L_N */
    double *matrix;       /* [dim][dim]: the Fisher information I(w) of the likelihood, whatever the
                             truth; of a potential, the Hessian of K */
    double *eigenvalues;  /* [dim], descending */
    double *eigenvectors; /* [dim][dim], row i belongs to eigenvalues[i] */
    size_t rank;          /* eigenvalues above tolerance in size */
    double tolerance; /* absolute: FISHER_RANK_TOLERANCE × max(largest |eigenvalue|, the box's scale
                         of the matrix) */
    double *hessian;  /* [dim][dim] of K; of a potential, the same as matrix; NaN off W0
                         where the kinks of a likelihood move with w */
    double *hessian_eigenvalues; /* [dim], descending */
    double hessian_difference;   /* greatest |hessian − matrix| over the larger of their norms: 0
                                    where   they are the same */
    bool kink; /* a piecewise operation switches within rounding of w: derivatives are one-sided */
    enum point_class point_class;
    enum point_singularity singularity;
    bool zero_dim_known; /* W0 is smooth there, of dimension zero_dim */
    size_t zero_dim;
    bool has_zero; /* as of the model: if false, kl is to be read as kl − kl_min */
    double kl_min;
};

#define FISHER_RANK_TOLERANCE 1e-9

/* At w[dim]; the result is the caller's (fisher_done). ST_DOMAIN if K is not finite there (class
 * UNDEFINED is set). */
CUSP_MUST_USE enum status fisher_at(const struct model *model, const double *w, struct fisher *out);
void fisher_done(struct fisher *fisher);

/* Rank of the matrix (I(w), or of a potential the Hessian) at each point of a grid over axes ax, ay
   (parameters), others at rest: rank[iy·nx + ix], −1 where undefined. */
void fisher_rank_map(const struct model *model, size_t ax, size_t ay, const double *rest,
                     const double *x, size_t nx, const double *y, size_t ny,
                     const struct cancel *cancel, signed char *rank);

/* "degenerate direction along W0" …: one phrase a person understands. */
const char *point_class_name(enum point_class point_class);
/* A full sentence for the bottom line, e.g. "rank 1 of 2: the posterior is flat along W0 here". */
void fisher_sentence(const struct fisher *fisher, struct text *out);

/* How the Hessian of K and the Fisher information compare at w and why; "" for a potential. */
void fisher_hessian_sentence(const struct fisher *fisher, struct text *out);

#endif
