/* What the files on ideals share: a germ x^k · (g_1, …, g_r) with volume x^h, and what is found. */
#ifndef CUSP_IDEAL_PRIVATE_H
#define CUSP_IDEAL_PRIVATE_H

#include <stdint.h>

#include "cusp/ideal.h"
#include "poly_private.h"

enum { IDEAL_VARS = 12, IDEAL_TERMS = 3000, IDEAL_DEGREE = 400, IDEAL_UNITS = 64 };

/* A variable is near 0 (germ), anywhere that the units allow (free), or not there any more. */
enum role { ROLE_GONE, ROLE_GERM, ROLE_FREE };

/* --- fractions; den 0 is +∞ (no zero, no bound) ----------------------------------------------- */

struct rat ideal_rat(long num, long den);
struct rat ideal_infinite(void);
/* Sums and products that would not fit are kept as a mark that no other value has: num 1, den −1.
 */
struct rat ideal_add(struct rat a, struct rat b);
struct rat ideal_times(struct rat a, struct rat b);
struct rat ideal_divide(struct rat a, struct rat b); /* b > 0 */
int ideal_compare(struct rat a, struct rat b);       /* −1, 0, 1 */
bool ideal_overflow(struct rat a);

/* --- linear programs (exact) ------------------------------------------------------------------ */

/* λ and m of the monomials points[n][n_vars] as monomial_rlct says, and the weights[n_vars] that
   attain it (NULL: not wanted); den 0 if n is 0. */
struct rat ideal_monomials(const long *points, size_t n, size_t n_vars, const struct rat *h,
                           long *multiplicity, struct rat *weights);
/* Weights ≥ 1 with ⟨w, row⟩ = 0 for every row[n][n_vars]: the smallest integers found. */
bool ideal_positive_weights(const long *rows, size_t n, size_t n_vars, long *weights);
/* A w with ⟨w, row⟩ = 0 for every row and w_j ≠ 0 exists. */
bool ideal_moves(const long *rows, size_t n, size_t n_vars, size_t j);
/* Signs s with s_j = −1 and Π s_i^row_i = 1 for every row exist, s_i = 1 where fixed[i]. */
bool ideal_reflects(const long *rows, size_t n, size_t n_vars, size_t j, const bool *fixed);

/* --- polynomials ------------------------------------------------------------------------------ */

/* Each of these makes a new one, the caller's. */
struct poly *ring_at_zero(const struct poly *a, const bool *zero);
struct poly *ring_coefficient(const struct poly *a, size_t i, unsigned long exponent);
/* divisor^degree · a where x_i = numerator / divisor. */
struct poly *ring_solve(const struct poly *a, size_t i, const struct poly *numerator,
                        const struct poly *divisor);
/* Exponents become exponents + map: x_j = ± Π x_i^map[j][i]. */
struct poly *ring_monomials(const struct poly *a, long map[IDEAL_VARS][IDEAL_VARS],
                            const bool *negative);
struct poly *ring_shift_down(const struct poly *a, const unsigned long *exponents);
struct poly *ring_remainder(const struct poly *a, const struct poly *b);
struct poly *ring_set(const struct poly *a, size_t i, long value);
struct poly *ring_primitive(const struct poly *a); /* leading coefficient 1 */
bool ring_too_big(const struct poly *a);
int ring_sign_at(const struct poly *a, const struct rat *point);
/* Differences of the exponents of each polynomial's terms, appended to rows: one polynomial is
   homogeneous for a weight if it is orthogonal to them. */
void ring_differences(const struct poly *a, long **rows, size_t *n, size_t *capacity);

/* --- germs ------------------------------------------------------------------------------------ */

struct line {
    const char *text;
    struct line *next;
};

struct lines {
    struct line *first, *last;
};

/* A chart of the tree that is shown. */
struct ideal_chart {
    struct ideal_chart *next;             /* of a list of what was found */
    struct ideal_chart *parent;           /* NULL: the first */
    size_t number, blow_up, depth, order; /* order: of the blow-up that made it, for E's name */
    const char *centre, *substitution, *total, *jacobian, *strict;
    const char *names[IDEAL_VARS];
    size_t exceptional; /* the coordinate that is; SIZE_MAX: none */
    long multiplicity;  /* of the exceptional divisor in the ideal */
    struct rat jacobian_order;
    long k[IDEAL_VARS];
    struct rat h[IDEAL_VARS];
    struct ideal_chart *of[IDEAL_VARS]; /* whose exceptional divisor coordinate i is */
    bool normal_crossing;
};

struct germ {
    enum role role[IDEAL_VARS];
    bool one_sided[IDEAL_VARS]; /* may not be mixed with others */
    int side[IDEAL_VARS];       /* where it is one-sided: +1, −1 */
    long k[IDEAL_VARS];
    struct rat h[IDEAL_VARS];
    const char *name[IDEAL_VARS];
    struct poly **g;
    size_t n;
    struct poly **unit; /* not 0 wherever the germ is taken */
    size_t n_units;
    struct rat base; /* of regular directions that were split off; adds to λ */
    size_t depth;
    struct lines lines;
    struct ideal_chart *chart;
    struct ideal_chart *of[IDEAL_VARS];
};

struct work {
    size_t n_vars;
    struct arena *arena;
    size_t budget, used;   /* charts */
    size_t effort, stages; /* terms looked at: the most, and so far */
    size_t n_charts, n_blow_ups;
    bool used_newton, used_varchenko, used_blow_up, used_elimination, used_sum, used_product,
        used_change, used_pair, used_plane;
    const char *why; /* the first thing that could not be done */
};

/* λ of |x^k (g)|, ∞ if it is not 0 there; m 0: not known. */
struct found {
    bool ok;
    struct rat lambda, upper; /* upper: the least that is attained somewhere, also if not ok */
    long m;
    struct lines lines;
    struct ideal_chart *charts;
};

struct germs {
    struct germ *items;
    size_t n, capacity;
};

void germ_init(struct germ *germ);
void germ_copy(struct germ *to, const struct germ *from); /* lines and chart: empty, the same */
void germ_done(struct germ *germ);
void germ_add(struct germ *germ, struct poly *g);                       /* takes it */
void germ_add_unit(struct germ *germ, struct poly *p);                  /* takes it */
struct poly *germ_value(const struct germ *germ, const struct poly *p); /* with germs at 0 */
bool germ_is_unit(const struct germ *germ, const struct poly *p);
void germ_say(struct work *work, struct germ *germ, const char *format, ...) CUSP_PRINTF(3, 4);
const char *germ_show(struct work *work, const struct germ *germ, const struct poly *p);
const char *germ_show_ideal(struct work *work, const struct germ *germ);
const char *germ_show_monomial(struct work *work, const struct germ *germ,
                               const struct rat *powers);
const char *work_text(struct work *work, const char *format, ...) CUSP_PRINTF(2, 3);
void lines_add(struct lines *to, struct lines more);

/* p, in free variables, is not 0 at any point that the units allow (proved), or may be. */
bool real_never_zero(const struct germ *germ, const struct poly *p);
/* p, irreducible, has a real zero there at which it changes sign (proved). */
bool real_has_zero(const struct germ *germ, const struct poly *p);
/* q = 0 is smooth at its real points there (proved). */
bool real_smooth(const struct germ *germ, const struct poly *q);
/* p and q have no common real zero there (proved). */
bool real_no_common_zero(const struct germ *germ, const struct poly *p, const struct poly *q);

/* The monomial in germ variables that divides every generator goes to k. */
void germ_pull(struct work *work, struct germ *germ);
/* Makes it simpler without changing λ or m; false: too big. */
bool germ_simplify(struct work *work, struct germ *germ);
/* An exact answer without further changes of coordinates: nothing left, or monomials. */
bool germ_finish(struct work *work, struct germ *germ, struct found *out);
void germ_finish_with(struct work *work, struct germ *germ, struct found *out, struct rat lambda,
                      long m, const char *how);
/* Weights of the Newton polyhedron's face that counts, of the germ variables; bound of λ. */
struct rat germ_newton_bound(const struct germ *germ, struct rat *weights);
/* One function that is x y + D(others). */
bool germ_pair(struct work *work, struct germ *germ, struct found *out);
/* λ is at least that: by the order of vanishing; of the generators first in order, if that can be
   solved (den 0: it cannot), why. germ_sort: those of low order first. */
struct rat germ_order_bound(const struct work *work, const struct germ *germ);
struct rat germ_part_bound(struct work *work, const struct germ *germ, const char **why);
void germ_sort(struct germ *germ);
/* Two variables: by the resolution of plane curves, which always ends. */
bool germ_plane(struct work *work, struct germ *germ, struct found *out);
/* Linear forms as coordinates where the derivatives of all generators are 0 in some direction. */
bool germ_idle(struct work *work, struct germ *germ);
/* A generator whose terms all have one sign, where variable i has signs[i] (0: either), becomes its
   monomials. */
void germ_spread(struct work *work, struct germ *germ, const int *signs);
/* λ from the polyhedron, if the generators are nondegenerate. */
bool germ_nondegenerate(struct work *work, struct germ *germ, struct found *out);

/* Exchanges of one or two pairs of variables. */
enum { IDEAL_SYMMETRIES = 64 };
struct symmetries {
    size_t n, map[IDEAL_SYMMETRIES][IDEAL_VARS];
};
void germ_symmetries(const struct work *work, const struct germ *germ, struct symmetries *all);
/* A set that counts for this one too is greater (as bits), among those of the centre `whole`. */
bool symmetries_seen(const struct symmetries *all, const struct work *work, const long *weight,
                     uint32_t set, uint32_t whole);

void found_init(struct found *found);
void found_least(struct found *all,
                 const struct found *one); /* λ = the least, m = the most of it */

/* All of the germ: answers go to found, what needs a blow-up goes to hard. */
void germ_expand(struct work *work, struct germ *germ, struct found *found, struct germs *hard);
/* Where a polynomial of the free variables is 0, and where not; false: none is of use. more: also
   polynomials that might be. The germ is not used up. */
bool germ_split(struct work *work, struct germ *germ, bool more, struct found *found,
                struct germs *hard);
void germs_done(struct germs *germs);
/* Takes apart and blows up as far as depth allows. The germ is used up. */
struct found germ_solve(struct work *work, struct germ *germ, size_t depth);
/* Blows up only: looks at several centres, then follows the best. The germ is used up. */
struct found germ_search(struct work *work, struct germ *germ, size_t depth);

struct resolution *ideal_tree(struct work *work, const struct ideal_chart *charts,
                              const struct germ *start, const struct found *found, long power);

#endif
