/* λ between bounds where K is a polynomial that was not resolved: its degree and its factors. */
#include <string.h>

#include "rlct_private.h"

enum { MAX_FACTORED_DEGREE = 60, MAX_FACTORED_TERMS = 400 };

/* The order of K along what a polynomial of its list vanishes on. */
static long power_of(const struct exact_piece *piece)
{
    return piece ? piece->power : 1;
}

/* λ is at least 1 over the degree: K is at least a constant times each of its generators' power,
   and a polynomial vanishes nowhere to an order above its degree. */
static void lower_end(struct rlct_work *work)
{
    const struct exact *exact = &work->exact;
    long most = 0;
    for (size_t p = 0; p < exact->n_pieces; p++) {
        long least = 0;
        for (size_t g = 0; g < exact->pieces[p].n_generators; g++) {
            long degree =
                (long)poly_degree(exact->pieces[p].generators[g]) * exact->pieces[p].power;
            least = least == 0 || degree < least ? degree : least;
        }
        most = least > most ? least : most;
    }
    work->rlct->lower =
        most == 0
            ? rlct_unknown("no bound is known")
            : rlct_quantity((struct rat){1, most}, LOWER_BOUND,
                            arena_textf(work->arena,
                                        "K vanishes nowhere to an order above %ld, the degree "
                                        "of its polynomial: λ is at least 1 over the order",
                                        most));
}

/* What all generators have in common; the caller's. */
static struct poly *common_of(const struct exact_piece *piece)
{
    struct poly *out = poly_copy(piece->generators[0]);
    for (size_t g = 1; g < piece->n_generators; g++) {
        struct poly *next = poly_gcd(out, piece->generators[g]);
        poly_free(out);
        out = next;
    }
    return out;
}

/* A factor with a surface of zeros inside the box: at a point of it K is at most its power. */
static void take_factor(struct rlct_work *work, const struct poly *f, long power)
{
    struct rlct *rlct = work->rlct;
    struct rat value = {1, power};
    if ((rlct->upper.standing != UNKNOWN && rlct_order(rlct->upper.exact, value) <= 0) ||
        !rlct_changes_sign(work, f))
        return;
    rlct->upper = rlct_quantity(
        value, UPPER_BOUND,
        arena_textf(work->arena,
                    "%s changes its sign inside the box, and K is at most a constant times its "
                    "power %ld where that is 0",
                    poly_text(f, work->exact.names, POLY_PLAIN, 8, work->arena), power));
}

static void upper_by_factors(struct rlct_work *work, const struct exact_piece *piece)
{
    struct poly *common = common_of(piece);
    struct poly_factors factors;
    if (poly_is_constant(common)) {
        poly_free(common);
        return;
    }
    if (poly_degree(common) <= MAX_FACTORED_DEGREE && poly_n_terms(common) <= MAX_FACTORED_TERMS &&
        poly_factor(common, work->arena, &factors) == ST_OK) {
        for (size_t k = 0; k < factors.n; k++)
            take_factor(work, factors.factor[k], (long)factors.power[k] * power_of(piece));
        poly_factors_done(&factors);
    } else {
        take_factor(work, common, power_of(piece));
    }
    poly_free(common);
}

/* K is at most a constant times the square of the distance from a zero inside the box. */
static void upper_by_point(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    struct rlct_point *points, asked;
    size_t n = 1, dim = work->exact.dim;
    struct rat value = dim % 2 ? (struct rat){(long)dim, 2} : (struct rat){(long)dim / 2, 1};
    if (rlct->upper.standing != UNKNOWN)
        return;
    if (work->options->at) {
        asked = rlct_point_of(work, work->options->at);
        points = &asked;
    } else {
        n = rlct_candidates(work, &points);
    }
    for (size_t k = 0; k < n; k++) {
        bool inside = rlct_vanishes(&work->exact, points[k].text);
        for (size_t i = 0; i < dim; i++) {
            const struct model_param *param = &work->model->params[i];
            inside = inside && points[k].at[i] > param->low && points[k].at[i] < param->high;
        }
        if (!inside)
            continue;
        rlct->upper = rlct_quantity(value, UPPER_BOUND,
                                    arena_textf(work->arena,
                                                "K is 0 at %s and grows from there no faster than "
                                                "the square of the distance: half the number of "
                                                "parameters",
                                                rlct_point_text(work, &points[k])));
        rlct->at = points[k].at;
        rlct->at_text = rlct_point_text(work, &points[k]);
        return;
    }
}

bool rlct_poly_bounds(struct rlct_work *work, const char *reason)
{
    struct rlct *rlct = work->rlct;
    const struct exact *exact = &work->exact;
    bool plain = exact->n_pieces == 1 && exact->pieces[0].n_generators > 0 && !exact->local &&
                 !exact->flat && exact->n_prior == 0 && !work->options->snap;
    for (size_t i = 0; i < exact->dim && plain && exact->pieces[0].signs; i++)
        plain = exact->pieces[0].signs[i] == 0;
    if (!plain)
        return false;
    rlct->upper = rlct_unknown("a zero of K is known by numbers only, none exactly");
    rlct->at = NULL;
    rlct->at_text = "";
    if (!work->options->at)
        upper_by_factors(work, &exact->pieces[0]);
    upper_by_point(work);
    if (rlct->upper.standing == UNKNOWN && (!work->model->has_zero || work->options->at))
        return false;
    lower_end(work);
    rlct->method = "bounds";
    rlct->multiplicity = 0;
    rlct->boundary = rlct_unknown("");
    rlct->n_places = 0;
    rlct->why = arena_textf(work->arena, "Only bounds: %s.", reason);
    rlct->lambda = rlct_unknown(rlct->why);
    if (rlct->lower.standing != UNKNOWN && rlct->upper.standing != UNKNOWN &&
        rlct_order(rlct->lower.exact, rlct->upper.exact) == 0) {
        rlct_settle(work, rlct->upper.exact, 0, "bounds that meet",
                    arena_textf(work->arena,
                                "Both bounds are the same. From above: %s. From "
                                "below: %s.",
                                rlct->upper.why, rlct->lower.why));
    }
    work->answer->status = ST_OK;
    return true;
}
