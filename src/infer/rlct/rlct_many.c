/* λ with three parameters and more: as far as rules, polyhedra and blow-ups go, else between
 * bounds. */
#include <stdlib.h>
#include <string.h>

#include "rlct_private.h"

/* λ at one point, over the pieces that meet there. */
struct local {
    struct rlct_point point;
    struct rlct_bounds bounds;
    bool found;                      /* K is 0 there, on some piece */
    bool everywhere;                 /* no point of W0 has less */
    bool truncated;                  /* what is known holds near that point only */
    const struct ideal_result *best; /* of the piece with the least λ */
    const char *why;
};

static double number_value(const char *text)
{
    const char *slash = strchr(text, '/');
    double value = strtod(text, NULL);
    return slash ? value / strtod(slash + 1, NULL) : value;
}

/* Directions from the point that stay in the box and the piece. False: none with volume. */
static bool signs_at(const struct exact *exact, const struct exact_piece *piece,
                     const struct rlct_point *point, int *signs)
{
    for (size_t i = 0; i < exact->dim; i++) {
        double at = point->at[i];
        int box = at <= number_value(exact->low[i])    ? 1
                  : at >= number_value(exact->high[i]) ? -1
                                                       : 0;
        int own = piece->signs ? piece->signs[i] : 0;
        if (own && at != 0) {
            if (own * (at > 0 ? 1 : -1) < 0)
                return false;
            own = 0;
        }
        if (own && box && own != box)
            return false;
        signs[i] = own ? own : box;
    }
    return true;
}

static void add_upper(struct rlct_bounds *bounds, struct rat value, const char *why)
{
    if (value.den == 0)
        return;
    if (bounds->upper.den && rlct_order(bounds->upper, value) <= 0)
        return;
    bounds->upper = value;
    bounds->upper_why = why;
}

/* The lesser of two sets of bounds: of two pieces of the same neighbourhood. first: there is but
   one so far. */
static void join_bounds(struct rlct_bounds *all, const struct ideal_result *one, bool first)
{
    struct rat lower = one->exact ? one->lambda : one->lower;
    struct rat upper = one->exact ? one->lambda : one->upper;
    const char *why = one->exact ? one->method : one->lower_why;
    if (one->exact) {
        if (first)
            all->multiplicity = one->multiplicity, all->lambda = one->lambda;
        else
            rlct_least(&all->lambda, &all->multiplicity, one->lambda, one->multiplicity);
    }
    if (first || (all->lower.den && (lower.den == 0 || rlct_order(lower, all->lower) < 0))) {
        all->lower = lower;
        all->lower_why = why;
    }
    add_upper(all, upper, one->exact ? one->method : one->upper_why);
    all->exact = all->lower.den && all->upper.den && rlct_order(all->lower, all->upper) == 0;
    if (all->exact && (all->lambda.den == 0 || rlct_order(all->lambda, all->lower) != 0)) {
        all->lambda = all->lower;
        all->multiplicity = 0; /* of the piece whose bounds coincide it is not known */
    }
    if (all->exact && !one->exact && upper.den && rlct_order(upper, all->lambda) == 0) {
        all->multiplicity = 0;
    }
}

static enum status piece_at(struct rlct_work *work, const struct exact_piece *piece,
                            const struct rlct_point *point, struct ideal_result *out,
                            const char **why)
{
    const struct exact *exact = &work->exact;
    int *signs = arena_new(work->arena, exact->dim, sizeof *signs);
    *why = "";
    if (!signs_at(exact, piece, point, signs))
        return ST_DOMAIN;
    struct ideal_problem problem = {
        .n_vars = exact->dim,
        .names = exact->names,
        .generators = (const struct poly *const *)piece->generators,
        .n_generators = piece->n_generators,
        .power = piece->power,
        .at = point->text,
        .prior = exact->prior,
        .n_prior = exact->n_prior,
        .signs = signs,
    };
    return ideal_rlct(&problem, work->arena, out, why);
}

/* ST_DOMAIN: K is not 0 there. */
static enum status local_at(struct rlct_work *work, const struct rlct_point *point,
                            struct local *out)
{
    const struct exact *exact = &work->exact;
    *out = (struct local){.point = *point, .everywhere = !exact->local, .why = ""};
    out->truncated = exact->local;
    for (size_t p = 0; p < exact->n_pieces; p++) {
        struct ideal_result *one = arena_new(work->arena, 1, sizeof *one);
        const char *why = "";
        enum status status = piece_at(work, &exact->pieces[p], point, one, &why);
        if (status == ST_DOMAIN) {
            /* Its zeros, if it has any, are elsewhere. */
            if (exact->n_pieces > 1)
                out->everywhere = false;
            if (*why)
                out->why = why;
            continue;
        }
        if (status != ST_OK) {
            out->why = why;
            return status;
        }
        struct rat before = out->bounds.upper;
        join_bounds(&out->bounds, one, !out->found);
        if (!out->best || !before.den || rlct_order(out->bounds.upper, before) < 0)
            out->best = one;
        out->everywhere = out->everywhere && one->everywhere;
        out->found = true;
    }
    return out->found ? ST_OK : ST_DOMAIN;
}

static void add_place(struct rlct_work *work, const struct local *local)
{
    if (!local->bounds.exact)
        return;
    struct rlct_place *place = rlct_add_place(work);
    *place = (struct rlct_place){.text = rlct_point_text(work, &local->point),
                                 .at = local->point.at,
                                 .lambda = local->bounds.lambda,
                                 .multiplicity = local->bounds.multiplicity,
                                 .resolution = local->best->resolution};
}

static void show_local(struct rlct_work *work, const struct local *local)
{
    struct rlct *rlct = work->rlct;
    rlct->at = local->point.at;
    rlct->at_text = rlct_point_text(work, &local->point);
    rlct->resolution = local->best->resolution;
    rlct->newton = local->best->newton;
    if (local->best->newton && !*local->best->newton->at)
        local->best->newton->at = rlct->at_text;
    rlct->method = local->best->method;
    rlct_step(work, arena_textf(work->arena, "At %s:", rlct->at_text));
    rlct_steps(work, local->best->steps, local->best->n_steps);
}

static struct quantity bound(struct rat value, enum standing standing, const char *why)
{
    return value.den ? rlct_quantity(value, standing, why) : rlct_unknown(why);
}

/* What is known at the point is all that is asked, or holds for the whole box. */
static void settle_local(struct rlct_work *work, const struct local *local, const char *of)
{
    struct rlct *rlct = work->rlct;
    const struct rlct_bounds *b = &local->bounds;
    show_local(work, local);
    const char *why = arena_textf(work->arena, "%s%s%s", local->best->why ? local->best->why : "",
                                  *of ? " " : "", of);
    if (b->exact) {
        rlct_settle(work, b->lambda, b->multiplicity, local->best->method, why);
    } else {
        rlct->lambda = rlct_unknown(local->best->why);
        rlct->lower = bound(b->lower, LOWER_BOUND, b->lower_why);
        rlct->upper = bound(b->upper, UPPER_BOUND, b->upper_why);
        rlct->why = why;
    }
    for (size_t i = 0; i < rlct->n_places; i++) {
        rlct->places[i].wins = b->exact && rlct_order(rlct->places[i].lambda, b->lambda) == 0 &&
                               rlct->places[i].multiplicity == b->multiplicity;
    }
}

/* --- at a point ------------------------------------------------------------------------------- */

static void at_point(struct rlct_work *work, const double *at)
{
    struct rlct_point point;
    if (work->options->snap) {
        if (!rlct_snap(work, at, &point)) {
            rlct_fail(work, ST_UNABLE, "no zero of K with fractions as coordinates is near there");
            return;
        }
    } else {
        point = rlct_point_of(work, at);
    }
    if (!rlct_in_box(&work->exact, point.at)) {
        rlct_fail(work, ST_DOMAIN, "the point is not in the box");
        return;
    }
    struct local local;
    enum status status = local_at(work, &point, &local);
    if (status != ST_OK) {
        rlct_fail(work, status, *local.why ? local.why : "K is not 0 at that point");
        return;
    }
    add_place(work, &local);
    settle_local(work, &local, "");
}

/* --- the whole box ---------------------------------------------------------------------------- */

/* The point with the least λ that is known; ties: the exact one, then the greater m. */
static bool is_better(const struct local *a, const struct local *b)
{
    if (b->bounds.upper.den == 0)
        return true;
    if (a->bounds.upper.den == 0)
        return false;
    int order = rlct_order(a->bounds.upper, b->bounds.upper);
    if (order)
        return order < 0;
    if (a->bounds.exact != b->bounds.exact)
        return a->bounds.exact;
    return a->bounds.multiplicity > b->bounds.multiplicity;
}

/* λ at every candidate; those that fail are left out. The first reason is kept. */
static size_t all_candidates(struct rlct_work *work, struct local **out, const char **why)
{
    struct rlct_point *points;
    size_t n = rlct_candidates(work, &points), kept = 0;
    struct local *list = arena_new(work->arena, n + 1, sizeof *list);
    *why = "no point of W0 with fractions as coordinates was found";
    for (size_t i = 0; i < n; i++) {
        enum status status = local_at(work, &points[i], &list[kept]);
        if (status == ST_OK) {
            add_place(work, &list[kept]);
            kept++;
        } else if (*list[kept].why) {
            *why = list[kept].why;
        }
    }
    *out = list;
    return kept;
}

/* What holds for the whole box: the greatest lower and the least upper bound that are known. */
struct box_bounds {
    struct rat lower, upper;
    const char *lower_why, *upper_why;
    long multiplicity; /* m is at most that if λ is the lower bound; 0: not known */
};

static void raise_lower(struct box_bounds *bounds, struct rat value, const char *why, long m)
{
    const int order = !value.den ? -1 : !bounds->lower.den ? 1 : rlct_order(value, bounds->lower);
    if (order < 0 || (order == 0 && (bounds->multiplicity || !m)))
        return;
    bounds->lower = value;
    bounds->lower_why = why;
    bounds->multiplicity = m;
}

/* Bounds from below that hold at every point of W0. */
static void lower_everywhere(struct rlct_work *work, const struct local *list, size_t n,
                             struct box_bounds *bounds)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].everywhere)
            raise_lower(bounds, list[i].bounds.lower, list[i].bounds.lower_why,
                        work->exact.n_pieces == 1 ? list[i].best->lower_multiplicity : 0);
    }
    /* λ of the sum of that many squares of coordinates, which K is at least, and m = 1. */
    long rank = (long)rlct_rank_everywhere(work);
    if (rank)
        raise_lower(bounds, rank % 2 ? (struct rat){rank, 2} : (struct rat){rank / 2, 1},
                    "half the rank that the derivatives of the generators have at least at "
                    "every point of W0, by a Gröbner basis of their minors",
                    1);
}

static void between(struct rlct_work *work, const struct local *list, size_t n,
                    const struct local *best)
{
    struct rlct *rlct = work->rlct;
    struct box_bounds bounds = {.lower_why = "no bound is known that holds at every point of W0"};
    struct rat crossing;
    const char *crossing_why = "";
    rlct->why = "λ of the whole box is the least over W0, not all of which is known.";
    if (best) {
        show_local(work, best);
        rlct->why =
            arena_textf(work->arena,
                        "λ of the whole box is the least over W0; at %s it is known, and whether "
                        "it is less elsewhere is not.",
                        rlct->at_text);
        bounds.upper = best->bounds.upper;
        bounds.upper_why = arena_textf(
            work->arena, "%s at %s: %s", best->bounds.exact ? "λ" : "λ is at most that",
            rlct->at_text, best->bounds.exact ? best->best->method : best->bounds.upper_why);
    }
    if (rlct_crossing(work, &crossing, &crossing_why) &&
        (!bounds.upper.den || rlct_order(crossing, bounds.upper) < 0)) {
        bounds.upper = crossing;
        bounds.upper_why = crossing_why;
        rlct->at = NULL; /* it is attained elsewhere */
        rlct->at_text = "";
        rlct->resolution = NULL;
    }
    lower_everywhere(work, list, n, &bounds);
    if (bounds.lower.den && bounds.upper.den && rlct_order(bounds.lower, bounds.upper) == 0) {
        /* Where the greatest m that may be is 1, it is; else points of W0 may differ in it. */
        rlct_step(work, arena_textf(work->arena, "Not less: %s.", bounds.lower_why));
        rlct_step(work, arena_textf(work->arena, "Not more: %s.", bounds.upper_why));
        rlct_settle(work, bounds.upper, bounds.multiplicity == 1 ? 1 : 0, "bounds that meet",
                    arena_textf(work->arena, "%s; and it is not less: %s.", bounds.upper_why,
                                bounds.lower_why));
        return;
    }
    rlct->lower = bound(bounds.lower, LOWER_BOUND, bounds.lower_why);
    rlct->upper = bound(bounds.upper, UPPER_BOUND, bounds.upper_why);
    if (bounds.upper_why == crossing_why)
        rlct->why = "λ is known to be that small along a hypersurface; whether it is less at other "
                    "points of W0 is not known.";
    rlct->lambda = rlct_unknown(rlct->why);
}

/* K falls apart into functions of one or two parameters, whose λ over a box is always known. */
static bool settle_by_blocks(struct rlct_work *work)
{
    struct rat lambda;
    long m;
    if (!rlct_blocks(work, &lambda, &m))
        return false;
    rlct_settle(work, lambda, m, "blocks of one or two parameters",
                "K falls apart into functions of one or two parameters, each of which is resolved "
                "over all of its own box.");
    for (size_t i = 0; i < work->rlct->n_places; i++) {
        struct rlct_place *place = &work->rlct->places[i];
        place->wins = rlct_order(place->lambda, lambda) == 0 && place->multiplicity == m;
    }
    return true;
}

/* W0 is smooth elsewhere, or everywhere: λ of the box is the lesser of two. */
static bool settle_by_locus(struct rlct_work *work, const struct local *list, size_t n)
{
    struct rlct_point *points = arena_new(work->arena, n + 1, sizeof *points);
    size_t but = 0;
    struct rat smooth;
    for (size_t i = 0; i < n; i++)
        points[i] = list[i].point;
    if (!rlct_smooth_elsewhere(work, points, n, &but, &smooth))
        return false;
    char text[64];
    rat_text(text, sizeof text, smooth);
    if (but < n) {
        const struct local *local = &list[but];
        if (!local->bounds.exact || rlct_order(local->bounds.lambda, smooth) > 0)
            return false;
        settle_local(
            work, local,
            arena_textf(work->arena,
                        "At every other point W0 is smooth, with λ = %s: a Gröbner basis of "
                        "the generators and the minors of their derivatives shows it.",
                        text));
        return true;
    }
    const char *why =
        arena_textf(work->arena,
                    "W0 is smooth at each of its points, of a codimension that is twice "
                    "λ = %s: a Gröbner basis of the generators and the minors of their "
                    "derivatives is 1.",
                    text);
    rlct_settle(work, smooth, 1, "regular directions everywhere", why);
    for (size_t i = 0; i < n && !work->rlct->newton; i++) {
        struct newton *newton = list[i].best->newton;
        if (!newton || !list[i].bounds.exact || rlct_order(list[i].bounds.lambda, smooth) != 0)
            continue;
        newton->at = rlct_point_text(work, &list[i].point);
        work->rlct->newton = newton;
    }
    rlct_step(work, why);
    for (size_t i = 0; i < work->rlct->n_places; i++) {
        struct rlct_place *place = &work->rlct->places[i];
        place->wins = rlct_order(place->lambda, smooth) == 0 && place->multiplicity == 1;
    }
    return true;
}

static void whole_box(struct rlct_work *work)
{
    struct local *list;
    const char *why = "";
    size_t n = all_candidates(work, &list, &why);
    const struct local *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (list[i].everywhere && list[i].bounds.exact) {
            settle_local(work, &list[i], "No other point of W0 has a smaller one.");
            return;
        }
        if (!best || is_better(&list[i], best))
            best = &list[i];
    }
    if (settle_by_locus(work, list, n) || settle_by_blocks(work))
        return;
    between(work, list, n, best);
    if (!best && work->rlct->upper.standing == UNKNOWN)
        rlct_fail(work, ST_UNABLE, why);
}

void rlct_in_many(struct rlct_work *work)
{
    if (work->model->dim > RESOLUTION_MAX_VARS) {
        rlct_fail(work, ST_UNABLE,
                  arena_textf(work->arena,
                              "the general methods take up to %d parameters; this model has %zu",
                              RESOLUTION_MAX_VARS, work->model->dim));
        return;
    }
    if (work->options->at)
        at_point(work, work->options->at);
    else
        whole_box(work);
}
