/* λ with one or two parameters: resolution by point blow-ups, which always ends. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rlct_private.h"

#define METHOD "resolution by point blow-ups"
#define SNAP_SHARE 0.025 /* of a side: a special point so near is meant */

struct poly *rlct_piece_kl(const struct exact_piece *piece)
{
    struct poly *sum = NULL;
    for (size_t g = 0; g < piece->n_generators; g++) {
        const struct poly *f = piece->generators[g];
        struct poly *term = piece->power == 1 ? poly_copy(f) : poly_mul(f, f);
        struct poly *next = sum ? poly_add(sum, term) : poly_copy(term);
        poly_free(sum);
        poly_free(term);
        sum = next;
    }
    return sum;
}

static double number_value(const char *text)
{
    const char *slash = strchr(text, '/');
    double value = strtod(text, NULL);
    return slash ? value / strtod(slash + 1, NULL) : value;
}

static struct poly *in_two(struct poly *p)
{
    static const size_t map[] = {0, 1};
    struct poly *out = poly_rename(p, 2, map);
    poly_free(p);
    return out;
}

void rlct_planar_start(struct rlct_work *work, const struct exact_piece *piece,
                       struct rlct_planar *out)
{
    const struct exact *exact = &work->exact;
    *out = (struct rlct_planar){.prior =
                                    arena_new(work->arena, exact->n_prior + 1, sizeof *out->prior)};
    bool whole = exact->kl && exact->n_pieces <= 1;
    out->kl = in_two(whole ? poly_copy(exact->kl) : rlct_piece_kl(piece));
    struct plane_problem *problem = &out->problem;
    *problem = (struct plane_problem){.kl = out->kl,
                                      .names = {exact->names[0], "t"},
                                      .low = {exact->low[0], "-1"},
                                      .high = {exact->high[0], "1"},
                                      .prior = out->prior,
                                      .n_prior = exact->n_prior};
    for (size_t i = 0; i < exact->n_prior; i++) {
        out->prior[i].f = in_two(poly_copy(exact->prior[i].f));
        out->prior[i].power = exact->prior[i].power;
    }
    if (exact->dim == 2) {
        problem->names[1] = exact->names[1];
        problem->low[1] = exact->low[1];
        problem->high[1] = exact->high[1];
    }
    for (size_t i = 0; i < exact->dim && piece && piece->signs; i++) {
        double low = number_value(problem->low[i]), high = number_value(problem->high[i]);
        if (piece->signs[i] > 0 && low < 0)
            problem->low[i] = "0";
        if (piece->signs[i] < 0 && high > 0)
            problem->high[i] = "0";
        if ((piece->signs[i] > 0 && high <= 0) || (piece->signs[i] < 0 && low >= 0)) {
            out->empty = true;
        }
    }
}

void rlct_planar_done(struct rlct_planar *planar)
{
    for (size_t i = 0; i < planar->problem.n_prior; i++) {
        poly_free((struct poly *)(uintptr_t)planar->prior[i].f);
    }
    poly_free(planar->kl);
}

/* What all pieces give together. */
struct found {
    struct rat lambda;
    long multiplicity;
    const struct plane_point *winner;
    const struct resolution *resolution;
    const struct exact_piece *piece; /* NULL: K itself */
    const char *why;
};

static double *point_doubles(struct rlct_work *work, const struct plane_point *point)
{
    double *at = arena_new(work->arena, 2, sizeof *at);
    for (size_t i = 0; i < work->model->dim; i++)
        at[i] = strtod(point->decimal[i], NULL);
    return at;
}

static const char *point_words(struct rlct_work *work, const struct plane_point *point)
{
    const struct exact *exact = &work->exact;
    if (work->model->dim == 1) {
        return arena_textf(work->arena, "%s = %s", exact->names[0], point->coordinate[0]);
    }
    return arena_textf(work->arena, "%s = %s, %s = %s", exact->names[0], point->coordinate[0],
                       exact->names[1], point->coordinate[1]);
}

static void add_places(struct rlct_work *work, const struct plane_result *result)
{
    for (size_t i = 0; i < result->n_points && work->model->dim == 2; i++) {
        const struct plane_point *point = &result->points[i];
        struct rlct_place *place = rlct_add_place(work);
        *place =
            (struct rlct_place){.text = arena_textf(work->arena, "(%s, %s)", point->coordinate[0],
                                                    point->coordinate[1]),
                                .at = point_doubles(work, point),
                                .lambda = point->lambda,
                                .multiplicity = point->multiplicity,
                                .on_boundary = point->on_boundary,
                                .resolution = point->resolution};
    }
    for (size_t i = 0; i < result->n_components; i++) {
        const struct plane_component *component = &result->components[i];
        if (!component->has_curve)
            continue;
        struct rlct_place *place = rlct_add_place(work);
        place->text = arena_textf(work->arena, "%s = 0", component->factor);
        place->lambda = component->lambda;
        place->multiplicity = 1;
    }
}

/* Which places have the least λ with the greatest m. */
static void mark_winners(struct rlct_work *work, const struct found *found)
{
    for (size_t i = 0; i < work->rlct->n_places; i++) {
        struct rlct_place *place = &work->rlct->places[i];
        place->wins = place->lambda.den && rlct_order(place->lambda, found->lambda) == 0 &&
                      place->multiplicity == found->multiplicity;
    }
}

static void take_boundary(struct rlct_work *work, const struct plane_result *result)
{
    struct rlct *rlct = work->rlct;
    if (result->boundary.den == 0 || work->model->dim == 1)
        return;
    rlct->boundary = rlct_quantity(result->boundary, EXACT, "points of W0 on the box's boundary");
    rlct->boundary_multiplicity = result->boundary_multiplicity;
}

static void take_result(struct rlct_work *work, const struct plane_result *result,
                        const struct exact_piece *piece, struct found *found)
{
    bool better = found->lambda.den == 0 || rlct_order(found->lambda, result->lambda) > 0 ||
                  (rlct_order(found->lambda, result->lambda) == 0 &&
                   result->multiplicity > found->multiplicity);
    add_places(work, result);
    if (!better)
        return;
    found->lambda = result->lambda;
    found->multiplicity = result->multiplicity;
    found->why = result->why;
    found->piece = piece;
    found->winner = result->winner < result->n_points ? &result->points[result->winner] : NULL;
    found->resolution = found->winner ? found->winner->resolution : NULL;
}

/* Which polynomial was too much for the factoring. */
static const char *factoring_words(struct rlct_work *work, const struct exact_piece *piece)
{
    struct poly *kl = piece ? rlct_piece_kl(piece) : poly_copy(work->exact.kl);
    const char *out = arena_textf(work->arena,
                                  "K is a polynomial of degree %lu with %zu terms, too large to be "
                                  "factored",
                                  poly_degree(kl), poly_n_terms(kl));
    poly_free(kl);
    return out;
}

/* λ of every piece, of the box or near a point. False: failed, and said so. */
static bool all_pieces(struct rlct_work *work, const char *const *at, struct found *out)
{
    const struct exact *exact = &work->exact;
    const char *why = "K has no zero in the box";
    enum status status = ST_DOMAIN;
    *out = (struct found){.why = ""};
    for (size_t p = 0; p < exact->n_pieces || (p == 0 && exact->kl); p++) {
        struct rlct_planar planar;
        struct plane_result result;
        const struct exact_piece *piece = p < exact->n_pieces ? &exact->pieces[p] : NULL;
        rlct_planar_start(work, piece, &planar);
        const char *own = "";
        enum status one =
            planar.empty ? ST_DOMAIN : plane_rlct(&planar.problem, at, work->arena, &result, &own);
        if (one == ST_OK && result.has_zero) {
            take_result(work, &result, piece, out);
            if (exact->n_pieces <= 1)
                take_boundary(work, &result);
        }
        rlct_planar_done(&planar);
        if (one == ST_UNABLE && strcmp(own, "the polynomial cannot be factored") == 0)
            own = factoring_words(work, piece);
        if (one != ST_OK && one != ST_DOMAIN)
            return rlct_fail(work, one, own);
        if (one == ST_DOMAIN && own && *own)
            why = own;
        if (one == ST_OK)
            status = ST_OK;
        if (exact->kl && exact->n_pieces <= 1)
            break;
    }
    if (out->lambda.den)
        return true;
    return rlct_fail(work, ST_DOMAIN, status == ST_OK ? "K has no zero in the box" : why);
}

/* On a line there are no curves; of a K that is never 0 the least value is taken off. */
static const char *words_of(struct rlct_work *work, const struct found *found)
{
    const char *why = found->why, *how = work->exact.how;
    char text[64];
    rat_text(text, sizeof text, found->lambda);
    if (work->model->dim == 1)
        why = arena_textf(work->arena,
                          "Near a zero of order N λ is (k + 1) / N, k the order of the prior "
                          "there: %s%s.",
                          work->options->at ? "" : "the least is ", text);
    if (how && strncmp(how, "K is never 0", strlen("K is never 0")) == 0)
        why = arena_textf(work->arena, "%s, so W0 is where it is least. %s", how, why);
    return why;
}

static void settle(struct rlct_work *work, const struct found *found)
{
    struct rlct *rlct = work->rlct;
    mark_winners(work, found);
    rlct_settle(work, found->lambda, found->multiplicity, METHOD, words_of(work, found));
    rlct->resolution = work->model->dim == 2 ? found->resolution : NULL;
}

/* λ near a point with fractions as coordinates. */
static void at_point(struct rlct_work *work, const struct rlct_point *point)
{
    const char *at[2] = {point->text[0], work->model->dim == 2 ? point->text[1] : "0"};
    struct found found;
    if (!rlct_in_box(&work->exact, point->at)) {
        rlct_fail(work, ST_DOMAIN, "the point is not in the box");
        return;
    }
    if (!all_pieces(work, at, &found))
        return;
    settle(work, &found);
    work->rlct->at = point->at;
    work->rlct->at_text = rlct_point_text(work, point);
    work->rlct->newton = rlct_newton(work, found.piece, point->text, work->rlct->at_text);
    work->rlct->by_hand = work->model->dim == 2 && work->exact.n_pieces <= 1;
}

/* --- near a point whose coordinates are no fractions -------------------------------------------
 */

static double value_at(const struct poly *f, const double *at, double *slope)
{
    /* In doubles: only which factor is nearest is asked. */
    struct arena arena;
    double value = 0, grad[2] = {0, 0};
    arena_init(&arena);
    for (size_t t = 0; t < poly_n_terms(f); t++) {
        unsigned long e[2] = {0, 0};
        poly_exponents(f, t, e);
        double c = strtod(poly_coefficient_decimal(f, t, &arena), NULL);
        value += c * pow(at[0], (double)e[0]) * pow(at[1], (double)e[1]);
        for (size_t i = 0; i < 2; i++) {
            if (!e[i])
                continue;
            grad[i] +=
                c * (double)e[i] * pow(at[i], (double)e[i] - 1) * pow(at[1 - i], (double)e[1 - i]);
        }
    }
    arena_done(&arena);
    *slope = hypot(grad[0], grad[1]);
    return value;
}

/* The factor of K whose curve is nearest, if it is as near as a finger's breadth. */
static bool nearest_factor(struct rlct_work *work, const struct poly *kl, const double *at,
                           const char **text, long *power)
{
    struct poly_factors factors;
    if (poly_factor(kl, work->arena, &factors) != ST_OK)
        return false;
    double least = INFINITY;
    for (size_t k = 0; k < factors.n; k++) {
        double slope = 0, value = value_at(factors.factor[k], at, &slope);
        double distance = fabs(value) / fmax(slope, 1e-300);
        if (!(distance < least))
            continue;
        least = distance;
        *power = (long)factors.power[k];
        *text = poly_text(factors.factor[k], work->exact.names, POLY_PLAIN, 0, work->arena);
    }
    poly_factors_done(&factors);
    double side = 0;
    for (size_t i = 0; i < work->model->dim; i++) {
        side = fmax(side, work->model->params[i].high - work->model->params[i].low);
    }
    return least < SNAP_SHARE * side;
}

/* The special point of the whole box's list that is meant. */
static const struct rlct_place *special_near(const struct rlct_work *work, const double *at)
{
    for (size_t k = 0; k < work->rlct->n_places; k++) {
        const struct rlct_place *place = &work->rlct->places[k];
        bool near = place->at != NULL;
        for (size_t i = 0; i < work->model->dim && near; i++) {
            const struct model_param *param = &work->model->params[i];
            near = fabs(place->at[i] - at[i]) <= SNAP_SHARE * (param->high - param->low);
        }
        if (near)
            return place;
    }
    return NULL;
}

static void near_point(struct rlct_work *work, const double *at)
{
    struct rlct *rlct = work->rlct;
    struct found found;
    if (!all_pieces(work, NULL, &found))
        return;
    const struct rlct_place *special = special_near(work, at);
    if (special) {
        rlct_settle(work, special->lambda, special->multiplicity, METHOD,
                    arena_textf(work->arena, "At the special point %s of W0, which is meant.",
                                special->text));
        rlct->resolution = special->resolution;
        rlct->at = special->at;
        rlct->at_text = special->text;
        return;
    }
    long power = 0;
    const char *text = "";
    double *own = arena_new(work->arena, 2, sizeof *own);
    memcpy(own, at, work->model->dim * sizeof *own);
    struct poly *kl =
        in_two(work->exact.kl ? poly_copy(work->exact.kl) : rlct_piece_kl(&work->exact.pieces[0]));
    bool near = work->exact.n_pieces <= 1 && work->exact.n_prior == 0 &&
                nearest_factor(work, kl, own, &text, &power);
    poly_free(kl);
    if (!near) {
        rlct_fail(work, ST_DOMAIN, "no zero of K is near that point");
        return;
    }
    rlct_settle(work, (struct rat){1, power}, 1, METHOD,
                arena_textf(work->arena,
                            "Near that point K is the %ldth power of %s, up to a positive factor, "
                            "at an ordinary point of its curve.",
                            power, text));
    rlct->at = own;
    rlct->at_text = arena_textf(work->arena, "on %s = 0", text);
}

/* --- the whole box ---------------------------------------------------------------------------- */

/* With one parameter: a root that is a fraction and has the least λ. */
static void find_root(struct rlct_work *work)
{
    struct rlct_point *list;
    size_t n = rlct_candidates(work, &list);
    struct rlct whole = *work->rlct;
    for (size_t i = 0; i < n; i++) {
        const char *at[2] = {list[i].text[0], "0"};
        struct found found;
        size_t n_places = work->rlct->n_places;
        bool same =
            all_pieces(work, at, &found) && rlct_order(found.lambda, whole.lambda.exact) == 0;
        work->rlct->n_places = n_places;
        work->answer->status = ST_OK;
        if (!same)
            continue;
        work->rlct->at = list[i].at;
        work->rlct->at_text = rlct_point_text(work, &list[i]);
        return;
    }
}

/* Coordinates that are fractions: such a point can be handed over as text. */
static bool are_numbers(const char *const *coordinate)
{
    for (size_t i = 0; i < 2; i++) {
        struct poly *number = NULL;
        if (poly_number(0, coordinate[i], strlen(coordinate[i]), &number) != ST_OK)
            return false;
        poly_free(number);
    }
    return true;
}

static void whole_box(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    struct found found;
    if (!all_pieces(work, NULL, &found))
        return;
    settle(work, &found);
    if (found.winner) {
        rlct->at = point_doubles(work, found.winner);
        rlct->at_text = point_words(work, found.winner);
        bool numbers = work->model->dim == 1 || are_numbers(found.winner->coordinate);
        rlct->by_hand = work->exact.n_pieces <= 1 && numbers;
        if (numbers)
            rlct->newton = rlct_newton(
                work, found.piece, (const char *const *)found.winner->coordinate, rlct->at_text);
    } else if (work->model->dim == 1) {
        find_root(work);
    }
}

/* What is known near one point only: λ of the whole box is at most that. */
static void only_near(struct rlct_work *work)
{
    double origin[SYNTAX_MAX_PARAMS] = {0};
    struct rlct_point point = rlct_point_of(work, origin);
    at_point(work, &point);
    if (work->answer->status != ST_OK)
        return;
    struct rlct *rlct = work->rlct;
    const char *why = arena_textf(work->arena, "λ at %s, by resolution", rlct->at_text);
    rlct->upper = rlct_quantity(rlct->lambda.exact, UPPER_BOUND, why);
    rlct->lower = rlct_unknown("what K is equivalent to is known near that point only");
    rlct->lambda = rlct_unknown("it is known near one point only");
    rlct->multiplicity = 0;
}

void rlct_in_plane(struct rlct_work *work)
{
    const double *at = work->options->at;
    struct rlct_point point;
    if (!at && work->exact.local) {
        only_near(work);
    } else if (!at) {
        whole_box(work);
    } else if (!work->options->snap) {
        point = rlct_point_of(work, at);
        at_point(work, &point);
    } else if (rlct_snap(work, at, &point)) {
        at_point(work, &point);
    } else {
        near_point(work, at);
    }
}
