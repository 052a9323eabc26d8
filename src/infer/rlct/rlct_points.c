/* Points of W0 with exact coordinates: candidates, and the one that is meant by a point near it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/network.h"
#include "cusp/zeros.h"
#include "rlct_private.h"

enum { ROUND_DENOMINATOR = 1000, SNAP_DENOMINATOR = 12 };
#define ROUND_TOLERANCE 1e-6 /* of a side of the box: what a search leaves */
#define SNAP_TOLERANCE 0.025 /* of a side: what a finger leaves */

/* A decimal or a fraction, exactly; NULL: it is none. The caller's. */
static struct poly *part_of(const char *text, size_t length)
{
    struct poly *out = NULL;
    bool plus = length > 0 && *text == '+';
    return poly_number(0, text + plus, length - plus, &out) == ST_OK ? out : NULL;
}

/* A coordinate's text in the plainest form, "1/3" for "2/6" or "0.5/1.5"; that of the double where
   it is no fraction ("2^3"). */
static const char *exact_text(struct rlct_work *work, const char *text, double at)
{
    const char *slash = strchr(text, '/'), *out = NULL;
    struct poly *a = part_of(text, slash ? (size_t)(slash - text) : strlen(text));
    struct poly *b = slash ? part_of(slash + 1, strlen(slash + 1)) : poly_integer(0, 1);
    struct poly *quotient = NULL;
    if (a && b && poly_divide(a, b, &quotient) == ST_OK)
        out = poly_text(quotient, NULL, POLY_PLAIN, 0, work->arena);
    poly_free(a);
    poly_free(b);
    poly_free(quotient);
    return out ? out : exact_number(at, work->arena);
}

struct rlct_point rlct_point_of(struct rlct_work *work, const double *at)
{
    size_t dim = work->model->dim;
    const char *const *texts = at == work->options->at ? work->options->at_text : NULL;
    struct rlct_point out = {.text = arena_new(work->arena, dim, sizeof *out.text),
                             .at = arena_new(work->arena, dim, sizeof *out.at)};
    for (size_t i = 0; i < dim; i++) {
        out.at[i] = at[i];
        if (texts && texts[i])
            out.text[i] = exact_text(work, texts[i], at[i]);
        else
            out.text[i] = at[i] == 0 ? "0" : exact_number(at[i], work->arena);
    }
    return out;
}

/* Constants as polynomials without variables; NULL if a text is no number. */
static struct poly **constants_of(const char *const *at, size_t dim, struct poly **out)
{
    for (size_t i = 0; i < dim; i++) {
        out[i] = NULL;
        if (poly_number(0, at[i], strlen(at[i]), &out[i]) == ST_OK)
            continue;
        while (i > 0)
            poly_free(out[--i]);
        return NULL;
    }
    return out;
}

static bool zero_at(const struct poly *f, const struct poly *const *at)
{
    struct poly *value = NULL;
    bool zero = poly_compose(f, at, &value) == ST_OK && poly_is_zero(value);
    poly_free(value);
    return zero;
}

bool rlct_vanishes(const struct exact *exact, const char *const *at)
{
    struct poly *constants[POLY_MAX_VARS];
    if (!constants_of(at, exact->dim, constants))
        return false;
    const struct poly *const *values = (const struct poly *const *)constants;
    bool found = exact->kl && zero_at(exact->kl, values);
    for (size_t p = 0; p < exact->n_pieces && !found && !exact->kl; p++) {
        const struct exact_piece *piece = &exact->pieces[p];
        bool all = true;
        for (size_t g = 0; g < piece->n_generators && all; g++) {
            all = zero_at(piece->generators[g], values);
        }
        found = all;
    }
    for (size_t i = 0; i < exact->dim; i++)
        poly_free(constants[i]);
    return found;
}

/* A text of the box as a double: a decimal or a fraction. */
static double box_value(const char *text)
{
    const char *slash = strchr(text, '/');
    double value = strtod(text, NULL);
    return slash ? value / strtod(slash + 1, NULL) : value;
}

bool rlct_in_box(const struct exact *exact, const double *at)
{
    for (size_t i = 0; i < exact->dim; i++) {
        if (!(at[i] >= box_value(exact->low[i]) && at[i] <= box_value(exact->high[i])))
            return false;
    }
    return true;
}

const char *rlct_point_text(struct rlct_work *work, const struct rlct_point *point)
{
    struct text text;
    text_init(&text);
    bool origin = true;
    for (size_t i = 0; i < work->model->dim; i++)
        origin = origin && point->at[i] == 0;
    if (origin && work->model->dim > 3) {
        text_add(&text, "the origin");
    } else {
        for (size_t i = 0; i < work->model->dim; i++) {
            text_addf(&text, "%s%s = %s", i ? ", " : "", work->model->params[i].name,
                      point->text[i]);
        }
    }
    const char *out = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

/* Each coordinate as the simplest fraction within a share of its side. */
static bool round_point(struct rlct_work *work, const double *at, double share, long max_den,
                        struct rlct_point *out)
{
    double rounded[SYNTAX_MAX_PARAMS];
    struct rat fraction[SYNTAX_MAX_PARAMS];
    for (size_t i = 0; i < work->model->dim; i++) {
        const struct model_param *param = &work->model->params[i];
        if (!rat_near(at[i], share * (param->high - param->low), max_den, &fraction[i])) {
            return false;
        }
        rounded[i] = fmin(fmax(rat_value(fraction[i]), param->low), param->high);
    }
    *out = rlct_point_of(work, rounded);
    for (size_t i = 0; i < work->model->dim; i++) {
        if (rounded[i] != rat_value(fraction[i]))
            continue;
        char text[64];
        rat_text(text, sizeof text, fraction[i]);
        out->text[i] = arena_text(work->arena, text, strlen(text));
    }
    return true;
}

const char *rlct_fraction_meant(struct rlct_work *work)
{
    struct rlct_point round;
    const double *at = work->options->at;
    if (!round_point(work, at, 1e-12, ROUND_DENOMINATOR, &round) ||
        !rlct_vanishes(&work->exact, round.text))
        return NULL;
    return rlct_point_text(work, &round);
}

static bool same_point(const struct rlct_point *a, const struct rlct_point *b, size_t dim)
{
    return memcmp(a->at, b->at, dim * sizeof *a->at) == 0;
}

static void add_candidate(struct rlct_work *work, struct rlct_point point, struct rlct_point *list,
                          size_t *n)
{
    if (!rlct_in_box(&work->exact, point.at))
        return;
    /* What holds near one point only cannot be asked elsewhere. */
    if (!work->exact.local && !rlct_vanishes(&work->exact, point.text))
        return;
    for (size_t i = 0; i < *n; i++) {
        if (same_point(&point, &list[i], work->model->dim))
            return;
    }
    list[(*n)++] = point;
}

/* --- networks: where units coincide or are off ---------------------------------------------------
 */

enum { MAX_ARRANGEMENTS = 64, NETWORK_UNITS = 6 };

static void set_coefficient(const struct network_coefficient *coefficient, double value, double *at)
{
    if (coefficient->kind == VALUE_PARAM)
        at[coefficient->param] = value / coefficient->number;
}

/* Unit i plays the part of the truth's unit of[i], together with others; n_units of the truth:
   none, it is off altogether. */
static void arrange(const struct network *network, const struct network *truth, const size_t *of,
                    double *at)
{
    set_coefficient(&network->c, truth->c.number, at);
    for (size_t i = 0; i < network->n_units; i++) {
        const struct network_unit *unit = &network->units[i];
        bool off = of[i] == truth->n_units;
        const struct network_unit *part = off ? NULL : &truth->units[of[i]];
        size_t shared = 0;
        for (size_t k = 0; k < network->n_units; k++)
            shared += of[k] == of[i];
        set_coefficient(&unit->q, off ? 0 : part->q.number / (double)shared, at);
        set_coefficient(&unit->b, off ? 0 : part->b.number, at);
        for (size_t j = 0; j < network->n_inputs; j++) {
            set_coefficient(&unit->w[j], off ? 0 : part->w[j].number, at);
        }
    }
}

static void add_arrangements(struct rlct_work *work, const struct network *network,
                             const struct network *truth, struct rlct_point *list, size_t *n)
{
    size_t of[NETWORK_UNITS] = {0}, made = 0;
    if (network->n_units > NETWORK_UNITS || network->n_inputs != truth->n_inputs)
        return;
    for (;;) {
        double at[SYNTAX_MAX_PARAMS] = {0};
        arrange(network, truth, of, at);
        add_candidate(work, rlct_point_of(work, at), list, n);
        size_t i = 0;
        while (i < network->n_units && of[i] == truth->n_units)
            of[i++] = 0;
        if (i == network->n_units || ++made == MAX_ARRANGEMENTS)
            return;
        of[i]++;
    }
}

static void add_networks(struct rlct_work *work, struct rlct_point *list, size_t *n)
{
    struct network network, truth;
    if (!work->model->likelihood || !network_of(work->model, &network))
        return;
    if (network_of_truth(work->model, &truth)) {
        add_arrangements(work, &network, &truth, list, n);
        network_done(&truth);
    }
    network_done(&network);
}

size_t rlct_candidates(struct rlct_work *work, struct rlct_point **out)
{
    const struct model *model = work->model;
    double origin[SYNTAX_MAX_PARAMS] = {0};
    struct rlct_point *list = arena_new(work->arena, model->n_expects + 3 + MAX_ARRANGEMENTS,
                                        sizeof *list),
                      round;
    size_t n = 0;
    add_candidate(work, rlct_point_of(work, origin), list, &n);
    for (size_t i = 0; i < model->n_expects; i++) {
        if (model->expects[i].has_at) {
            add_candidate(work, rlct_point_of(work, model->expects[i].at), list, &n);
        }
    }
    if (round_point(work, model->kl_min_at, ROUND_TOLERANCE, ROUND_DENOMINATOR, &round)) {
        add_candidate(work, round, list, &n);
    }
    add_networks(work, list, &n);
    *out = list;
    return n;
}

static bool is_near(struct rlct_work *work, const double *a, const double *b)
{
    for (size_t i = 0; i < work->model->dim; i++) {
        const struct model_param *param = &work->model->params[i];
        if (fabs(a[i] - b[i]) > SNAP_TOLERANCE * (param->high - param->low))
            return false;
    }
    return true;
}

bool rlct_snap(struct rlct_work *work, const double *at, struct rlct_point *out)
{
    struct rlct_point *candidates, round;
    size_t n = rlct_candidates(work, &candidates);
    for (size_t i = 0; i < n; i++) {
        if (!is_near(work, at, candidates[i].at))
            continue;
        *out = candidates[i];
        return true;
    }
    if (round_point(work, at, SNAP_TOLERANCE, SNAP_DENOMINATOR, &round) &&
        rlct_vanishes(&work->exact, round.text)) {
        *out = round;
        return true;
    }
    *out = rlct_point_of(work, at);
    if (rlct_vanishes(&work->exact, out->text))
        return true;
    double near[SYNTAX_MAX_PARAMS];
    if (zeros_project(work->model, at, near) != ST_OK || !is_near(work, at, near))
        return false;
    *out = rlct_point_of(work, near);
    if (rlct_vanishes(&work->exact, out->text))
        return true;
    return round_point(work, near, ROUND_TOLERANCE, ROUND_DENOMINATOR, out) &&
           rlct_vanishes(&work->exact, out->text);
}
