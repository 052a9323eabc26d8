/* λ by the general methods, and what it is written down with. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cusp/exact.h"
#include "cusp/likelihood.h"
#include "rlct_private.h"

#define LEAST_OVER "λ of the whole box is the least over W0"

bool rlct_fail(struct rlct_work *work, enum status status, const char *why)
{
    work->answer->status = status;
    work->answer->why = why && *why ? why : status_name(status);
    return false;
}

void rlct_step(struct rlct_work *work, const char *step)
{
    struct rlct *rlct = work->rlct;
    rlct->steps = arena_grow(work->arena, rlct->steps, rlct->n_steps, &work->step_capacity,
                             sizeof *rlct->steps);
    rlct->steps[rlct->n_steps++] = step;
}

void rlct_steps(struct rlct_work *work, const char *const *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rlct_step(work, steps[i]);
}

struct rlct_place *rlct_add_place(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    rlct->places = arena_grow(work->arena, rlct->places, rlct->n_places, &work->place_capacity,
                              sizeof *rlct->places);
    struct rlct_place *place = &rlct->places[rlct->n_places++];
    *place = (struct rlct_place){0};
    return place;
}

int rlct_order(struct rat a, struct rat b)
{
    long left = 0, right = 0;
    if (__builtin_mul_overflow(a.num, b.den, &left) ||
        __builtin_mul_overflow(b.num, a.den, &right)) {
        double x = rat_value(a), y = rat_value(b);
        return x < y ? -1 : x > y;
    }
    return left < right ? -1 : left > right;
}

struct quantity rlct_quantity(struct rat value, enum standing standing, const char *why)
{
    return (struct quantity){.name = "rlct",
                             .value = rat_value(value),
                             .exact = value,
                             .standing = standing,
                             .why = why};
}

struct quantity rlct_unknown(const char *why)
{
    return (struct quantity){.name = "rlct", .value = NAN, .standing = UNKNOWN, .why = why};
}

void rlct_settle(struct rlct_work *work, struct rat lambda, long multiplicity, const char *method,
                 const char *why)
{
    struct rlct *rlct = work->rlct;
    rlct->lambda = rlct_quantity(lambda, EXACT, method);
    rlct->lower = rlct->upper = rlct->lambda;
    rlct->multiplicity = multiplicity;
    rlct->method = method;
    rlct->why = why;
}

void rlct_least(struct rat *lambda, long *multiplicity, struct rat other, long other_multiplicity)
{
    if (other.den == 0)
        return;
    int order = lambda->den == 0 ? 1 : rlct_order(*lambda, other);
    if (order > 0) {
        *lambda = other;
        *multiplicity = other_multiplicity;
    } else if (order == 0 && *multiplicity && other_multiplicity > *multiplicity) {
        *multiplicity = other_multiplicity;
    } else if (order == 0 && other_multiplicity == 0) {
        *multiplicity = 0;
    }
}

static const char *truth_unknown(const struct model *model)
{
    return model->likelihood && !model->likelihood->has_truth
               ? "the truth is not known: of data alone there is no K to resolve"
               : NULL;
}

bool rlct_read(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    const char *why = truth_unknown(work->model);
    rlct->dim = work->model->dim;
    rlct->lambda = rlct->lower = rlct->upper = rlct->boundary = rlct_unknown("");
    rlct->method = rlct->why = rlct->at_text = rlct->citation = "";
    rlct->local = work->options->at != NULL;
    if (why)
        return rlct_fail(work, ST_UNABLE, why);
    enum status status = exact_of(work->model, work->options->at, work->arena, &work->exact, &why);
    if (status != ST_OK)
        return rlct_fail(work, status, why);
    if (work->exact.how && *work->exact.how)
        rlct_step(work, work->exact.how);
    rlct_steps(work, work->exact.steps, work->exact.n_steps);
    return true;
}

/* K is 0 on a part of the box with volume, or next to the point: Z_n tends to the prior's share of
   it. */
static bool settle_flat(struct rlct_work *work)
{
    const struct exact *exact = &work->exact;
    const double *at = work->options->at;
    bool reached = exact->flat != NULL;
    for (size_t i = 0; i < exact->dim && reached && at; i++) {
        const struct model_param *param = &work->model->params[i];
        int sign = exact->flat[i];
        reached = sign == 0 || sign * at[i] > 0 ||
                  (at[i] == 0 && (sign > 0 ? param->high > 0 : param->low < 0));
    }
    if (!reached)
        return false;
    rlct_settle(work, (struct rat){0, 1}, 1, "K is 0 on a set with volume",
                arena_textf(work->arena,
                            "%s: a part of the box with volume, where every parameter explains the "
                            "data as well as the truth does. Z_n then tends to its share of the "
                            "prior, n^0 times a constant.",
                            exact->how && !strncmp(exact->how, "K is 0", 6)
                                ? exact->how
                                : "K is 0 wherever the parameters have some signs"));
    if (at) {
        struct rlct_point point = rlct_point_of(work, at);
        work->rlct->at = point.at;
        work->rlct->at_text = rlct_point_text(work, &point);
    }
    return true;
}

/* What is known of a whole box at the point that was looked at, and what is not. */
static void say_what_is_known(struct rlct_work *work)
{
    struct rlct *rlct = work->rlct;
    bool exact = false, at_all = rlct->upper.standing != UNKNOWN;
    char upper[64], lower[64];
    if (!at_all)
        rlct->upper =
            rlct_unknown(arena_textf(work->arena, "not even at %s is one known", rlct->at_text));
    if (strncmp(rlct->why, LEAST_OVER, strlen(LEAST_OVER)) != 0)
        return; /* of the whole box already */
    for (size_t i = 0; i < rlct->n_places; i++)
        exact = exact || (rlct->places[i].at && rlct->places[i].at == rlct->at);
    rat_text(upper, sizeof upper, at_all ? rlct->upper.exact : (struct rat){0, 1});
    const char *there =
        !at_all ? "no bound from above is known"
                : arena_textf(work->arena, exact ? "it is %s" : "it is at most %s", upper);
    const char *elsewhere = "whether it is less elsewhere is not known";
    if (rlct->lower.standing != UNKNOWN) {
        rat_text(lower, sizeof lower, rlct->lower.exact);
        elsewhere = arena_textf(work->arena, "nowhere is it less than %s", lower);
    }
    rlct->why =
        arena_textf(work->arena, LEAST_OVER ". At %s %s; %s.", rlct->at_text, there, elsewhere);
    rlct->lambda = rlct_unknown(rlct->why);
}

/* Where a fraction was meant, it is said how to write it. */
static void hint_at_fraction(struct rlct_work *work)
{
    const char *meant = NULL;
    if (work->answer->status == ST_DOMAIN && work->options->at && !work->exact.local)
        meant = rlct_fraction_meant(work);
    if (meant)
        work->answer->why = arena_textf(work->arena,
                                        "K is not exactly 0 there, but it is at %s: coordinates "
                                        "can be given as fractions",
                                        meant);
}

static bool is_settled(const struct rlct_work *work)
{
    return work->answer->status == ST_OK && work->rlct->lambda.standing == EXACT;
}

/* λ of an exact form, by the general methods in turn. */
static void by_methods(struct rlct_work *work)
{
    struct rlct_answer *answer = work->answer;
    if (settle_flat(work))
        return;
    if (work->model->dim <= 2)
        rlct_in_plane(work);
    else
        rlct_in_many(work);
    if (is_settled(work) || answer->status == ST_DOMAIN) {
        hint_at_fraction(work);
        return;
    }
    if (rlct_smooth_surface(work) || rlct_without_idle(work))
        return;
    if (answer->status != ST_OK && work->model->dim <= 2)
        rlct_poly_bounds(work, answer->why);
    else if (answer->status == ST_OK && !work->options->at && work->model->dim > 2)
        say_what_is_known(work);
}

void rlct_general(struct rlct_work *work)
{
    if (rlct_read(work)) {
        by_methods(work);
        exact_done(&work->exact);
    }
    enum status status = work->answer->status;
    if ((status == ST_UNABLE || status == ST_LIMIT) && !truth_unknown(work->model) &&
        rlct_only_bounds(work, work->answer->why))
        work->answer->status = ST_OK;
}

void rlct_general_bounds(struct rlct_work *work, const char *reason)
{
    work->answer->status = ST_LIMIT;
    work->answer->why = reason;
    if (rlct_read(work)) {
        if (!rlct_smooth_surface(work))
            rlct_poly_bounds(work, reason);
        exact_done(&work->exact);
    }
}
