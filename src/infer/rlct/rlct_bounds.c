/* λ between bounds where K is no polynomial's equivalent: by pieces of W0 that are known, and by
   directions in which K grows as a square. */
#include <math.h>
#include <stdlib.h>

#include "cusp/likelihood.h"
#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "rlct_bounds.h"

#define METHOD "bounds"
#define NEAR 1e-6 /* of a side: where the prior is looked at */

static struct rat half(size_t n)
{
    return n % 2 ? (struct rat){(long)n, 2} : (struct rat){(long)n / 2, 1};
}

/* Lower and upper end of the logarithm of the prior, over a box. */
static bool prior_range(const struct model *model, const struct interval *box, bool *positive,
                        bool *bounded)
{
    struct interval value = interval_of(0, 0);
    if (model->log_prior) {
        struct program_space *space = program_space_new();
        program_interval(model->log_prior, space, box, &value);
        program_space_free(space);
    }
    *positive = value.defined && value.low > -INFINITY;
    *bounded = value.defined && value.high < INFINITY;
    return value.defined;
}

static void whole_box(const struct model *model, struct interval *box)
{
    for (size_t i = 0; i < model->dim; i++)
        box[i] = interval_of(model->params[i].low, model->params[i].high);
}

static void small_box(const struct model *model, const double *at, double share,
                      struct interval *box)
{
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *param = &model->params[i];
        double near = share * (param->high - param->low);
        box[i] = interval_of(fmax(at[i] - near, param->low), fmin(at[i] + near, param->high));
    }
}

/* --- from below: the Hessian, enclosed -------------------------------------------------------- */

/* Enclosures of the Hessian's entries over a box: middle[d][d] and radius[d][d]. */
static bool hessian_over(const struct model *model, const struct interval *box, double *middle,
                         double *radius)
{
    size_t d = model->dim, n = program_n_outputs(model->kl_hess), k = 1 + d;
    struct interval *values = mem_new(n, sizeof *values);
    struct program_space *space = program_space_new();
    program_interval(model->kl_hess, space, box, values);
    bool fine = model->smooth;
    for (size_t i = 0; i < d; i++) {
        for (size_t j = i; j < d; j++, k++) {
            const struct interval *v = &values[k];
            fine = fine && v->defined && !v->kink;
            double m = v->low + (v->high - v->low) / 2;
            middle[i * d + j] = middle[j * d + i] = m;
            radius[i * d + j] = radius[j * d + i] = fmax(v->high - m, m - v->low) * (1 + 1e-15);
        }
    }
    program_space_free(space);
    mem_free(values);
    return fine;
}

/* A rank the Hessian has at least at a zero: eigenvalues of the middle further from 0 than the
   radius can move them, by Weyl's inequality. */
static size_t rank_at(const struct model *model, const double *at)
{
    size_t d = model->dim, rank = 0;
    struct interval *box = mem_new(d, sizeof *box);
    double *middle = mem_new(d * d, sizeof *middle), *radius = mem_new(d * d, sizeof *radius);
    double *values = mem_new(d, sizeof *values), off = 0, size = 0;
    /* Numbers such as cos(1) are known to their last digit. */
    small_box(model, at, 4e-16, box);
    if (hessian_over(model, box, middle, radius) &&
        linalg_eigen(middle, d, values, NULL) == ST_OK) {
        for (size_t k = 0; k < d * d; k++) {
            off += radius[k] * radius[k];
            size += middle[k] * middle[k];
        }
        double reach = 2 * sqrt(off) + 1e-13 * (double)d * sqrt(size);
        while (rank < d && values[rank] > reach)
            rank++;
    }
    mem_free(box);
    mem_free(middle);
    mem_free(radius);
    mem_free(values);
    return rank;
}

/* How many coordinates K is strictly convex in together, over the whole box: greedily, rows of the
   Hessian whose diagonal outweighs the rest (Gershgorin). */
static size_t convex_everywhere(const struct model *model)
{
    size_t d = model->dim, n = 0;
    struct interval *box = mem_new(d, sizeof *box);
    double *middle = mem_new(d * d, sizeof *middle), *radius = mem_new(d * d, sizeof *radius);
    size_t *kept = mem_new(d, sizeof *kept);
    whole_box(model, box);
    bool fine = hessian_over(model, box, middle, radius);
    for (size_t i = 0; i < d && fine; i++) {
        bool all = true;
        kept[n] = i;
        for (size_t a = 0; a <= n && all; a++) {
            double left = middle[kept[a] * d + kept[a]] - radius[kept[a] * d + kept[a]];
            for (size_t b = 0; b <= n; b++) {
                size_t at = kept[a] * d + kept[b];
                left -= a == b ? 0 : fabs(middle[at]) + radius[at];
            }
            all = left > 1e-12 * fabs(middle[kept[a] * d + kept[a]]);
        }
        n += all;
    }
    mem_free(box);
    mem_free(middle);
    mem_free(radius);
    mem_free(kept);
    return n;
}

/* --- both ends -------------------------------------------------------------------------------- */

static void upper_end(struct rlct_work *work, const struct zero_piece *piece)
{
    size_t codimension = work->model->dim - piece->dimension;
    struct rat value = piece->order == 2 ? half(codimension) : (struct rat){(long)codimension, 1};
    const char *why = arena_textf(
        work->arena, "%s. Across it there are %zu of %zu directions, and λ is at most %s",
        piece->why, codimension, work->model->dim,
        piece->order == 2 ? "half that number" : "that number");
    work->rlct->upper = rlct_quantity(value, UPPER_BOUND, why);
}

static void lower_at(struct rlct_work *work, const double *at)
{
    size_t rank = rank_at(work->model, at);
    work->rlct->lower =
        rank == 0
            ? rlct_unknown("the Hessian of K there is 0, or not certain because K has kinks: "
                           "no bound is proved")
            : rlct_quantity(
                  half(rank), LOWER_BOUND,
                  arena_textf(work->arena,
                              "half the rank %zu of the Hessian of K at the point, certain by "
                              "interval arithmetic: across so many directions K grows as a square",
                              rank));
}

static void lower_of_box(struct rlct_work *work)
{
    size_t n = work->model->likelihood ? 0 : convex_everywhere(work->model);
    struct rlct *rlct = work->rlct;
    if (n > 0) {
        rlct->lower = rlct_quantity(
            half(n), LOWER_BOUND,
            arena_textf(work->arena,
                        "in %zu of the coordinates K is strictly convex on the whole box, by an "
                        "enclosure of its Hessian: half their number",
                        n));
    } else if (rlct_network_shifts(work)) {
        rlct->lower = rlct_quantity(
            (struct rat){1, 2}, LOWER_BOUND,
            "the constant that is added to the mean moves K as a square wherever the other "
            "parameters are: half of that one direction");
    } else {
        rlct->lower = rlct_unknown(work->model->smooth
                                       ? "it is above 0; no more is proved for every point of W0"
                                       : "nothing is proved for every point of W0");
    }
}

/* The two ends meet: K is squeezed between squares of the same distance, so m is 1. */
static void settle_if_they_meet(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    if (rlct->lower.standing == UNKNOWN || rlct->upper.standing == UNKNOWN ||
        rlct_order(rlct->lower.exact, rlct->upper.exact) != 0)
        return;
    const char *why = arena_textf(work->arena,
                                  "Both bounds are the same. From above: %s. From "
                                  "below: %s.",
                                  rlct->upper.why, rlct->lower.why);
    rlct_settle(work, rlct->upper.exact, 1, "bounds that meet", why);
}

/* A point around which an enclosure of K is 0 and nothing else; at: itself or none. Of likelihoods
   the program for K knows the inputs at some points only. */
static bool find_flat(struct rlct_work *work, const double *at, double *out)
{
    enum { N_LOOKS = 64 };
    const struct model *model = work->model;
    struct interval box[SYNTAX_MAX_PARAMS], value = interval_of(0, 1);
    struct program_space *space = program_space_new();
    bool flat = false;
    for (size_t k = 0; k < (at ? 1 : N_LOOKS) && !flat && !model->smooth && !model->likelihood;
         k++) {
        for (size_t i = 0; i < model->dim; i++) {
            const struct model_param *param = &model->params[i];
            double share = fmod((double)(k + 1) * sqrt((double)(2 + 3 * i)), 1);
            out[i] =
                at ? at[i] : param->low + (1 + floor(share * 63)) / 64 * (param->high - param->low);
        }
        small_box(model, out, 1e-3, box);
        program_interval(model->kl, space, box, &value);
        flat = value.defined && value.low == 0 && value.high == 0;
    }
    program_space_free(space);
    return flat;
}

/* K is 0 around a point: λ is 0. */
static bool settle_flat(struct rlct_work *work)
{
    const struct model *model = work->model;
    struct rlct *rlct = work->rlct;
    struct interval box[SYNTAX_MAX_PARAMS];
    bool positive = false, ignored = false;
    double *at = arena_new(work->arena, model->dim, sizeof *at);
    if (!find_flat(work, work->options->at, at))
        return false;
    small_box(model, at, 1e-3, box);
    if (!prior_range(model, box, &positive, &ignored) || !positive)
        return false;
    struct rlct_point shown = rlct_point_of(work, work->options->at ? work->options->at : at);
    rlct_settle(work, (struct rat){0, 1}, 1, "K is 0 on a set with volume",
                arena_textf(work->arena,
                            "K is 0 on a whole neighbourhood of %s, by an enclosure of it: a set "
                            "with volume, where every parameter is as good as any. Z_n then tends "
                            "to its share of the prior, n^0 times a constant.",
                            rlct_point_text(work, &shown)));
    rlct->boundary = rlct_unknown("");
    rlct->citation = "";
    rlct->at = shown.at;
    rlct->at_text = rlct_point_text(work, &shown);
    return true;
}

static bool find_piece(struct rlct_work *work, struct zero_piece *out)
{
    const double *at = work->options->at;
    struct rlct_point point;
    if (at)
        point = rlct_point_of(work, at);
    const double *exactly = at ? point.at : NULL;
    for (size_t i = 0; at && i < work->model->dim; i++) {
        const struct model_param *param = &work->model->params[i];
        if (!(at[i] > param->low && at[i] < param->high))
            return false;
    }
    return rlct_axis_piece(work, exactly, out) || rlct_network_piece(work, exactly, out);
}

bool rlct_only_bounds(struct rlct_work *work, const char *reason)
{
    struct rlct *rlct = work->rlct;
    const struct model *model = work->model;
    struct zero_piece piece = {.order = 2};
    struct interval *box = arena_new(work->arena, model->dim, sizeof *box);
    bool positive = false, bounded = false, ignored = false;
    if (settle_flat(work))
        return true;
    if (!find_piece(work, &piece))
        return false;
    small_box(model, piece.at, NEAR, box);
    if (!prior_range(model, box, &positive, &ignored) || !positive)
        return false;
    if (!work->options->at)
        whole_box(model, box);
    bool range = prior_range(model, box, &ignored, &bounded);
    rlct->boundary = rlct_unknown("");
    rlct->method = METHOD;
    rlct->citation = "";
    rlct->multiplicity = 0;
    rlct->why = arena_textf(work->arena, "Only bounds: %s.", reason);
    rlct->lambda = rlct_unknown(rlct->why);
    upper_end(work, &piece);
    if (!range || !bounded)
        rlct->lower = rlct_unknown("the prior may be unbounded");
    else if (work->options->at)
        lower_at(work, work->options->at);
    else
        lower_of_box(work);
    rlct->at = arena_new(work->arena, model->dim, sizeof *rlct->at);
    for (size_t i = 0; i < model->dim; i++)
        rlct->at[i] = work->options->at ? work->options->at[i] : piece.at[i];
    struct rlct_point shown = rlct_point_of(work, rlct->at);
    rlct->at_text = rlct_point_text(work, &shown);
    rlct_step(work, arena_textf(work->arena, "From above: %s.", rlct->upper.why));
    if (rlct->lower.standing != UNKNOWN)
        rlct_step(work, arena_textf(work->arena, "From below: %s.", rlct->lower.why));
    settle_if_they_meet(work);
    return true;
}
