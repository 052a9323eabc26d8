/* λ of a model of which only two parameters matter: in their plane, where the method always ends.
 */
#include <string.h>

#include "rlct_private.h"

/* K, the prior or a choice of signs depends on it. */
static bool is_used(const struct exact *exact, size_t i)
{
    bool used = exact->kl && poly_uses(exact->kl, i);
    for (size_t p = 0; p < exact->n_pieces && !used; p++) {
        const struct exact_piece *piece = &exact->pieces[p];
        used = piece->signs && piece->signs[i] != 0;
        for (size_t g = 0; g < piece->n_generators && !used; g++)
            used = poly_uses(piece->generators[g], i);
    }
    for (size_t k = 0; k < exact->n_prior && !used; k++)
        used = poly_uses(exact->prior[k].f, i);
    return used;
}

/* The exact form in the parameters kept; map: where each went. */
static void narrow(const struct exact *from, const size_t *kept, size_t n, const size_t *map,
                   struct arena *arena, struct exact *out)
{
    *out = *from;
    out->dim = n;
    out->names = arena_new(arena, n, sizeof *out->names);
    out->low = arena_new(arena, n, sizeof *out->low);
    out->high = arena_new(arena, n, sizeof *out->high);
    out->pieces = arena_new(arena, from->n_pieces + 1, sizeof *out->pieces);
    out->prior = arena_new(arena, from->n_prior + 1, sizeof *out->prior);
    out->kl = from->kl ? poly_rename(from->kl, n, map) : NULL;
    for (size_t i = 0; i < n; i++) {
        out->names[i] = from->names[kept[i]];
        out->low[i] = from->low[kept[i]];
        out->high[i] = from->high[kept[i]];
    }
    for (size_t p = 0; p < from->n_pieces; p++) {
        struct exact_piece *piece = &out->pieces[p];
        *piece = from->pieces[p];
        piece->signs = arena_new(arena, n, sizeof *piece->signs);
        for (size_t i = 0; i < n && from->pieces[p].signs; i++)
            piece->signs[i] = from->pieces[p].signs[kept[i]];
        piece->generators = arena_new(arena, piece->n_generators + 1, sizeof *piece->generators);
        for (size_t g = 0; g < piece->n_generators; g++)
            piece->generators[g] = poly_rename(from->pieces[p].generators[g], n, map);
    }
    for (size_t k = 0; k < from->n_prior; k++) {
        out->prior[k].power = from->prior[k].power;
        out->prior[k].f = poly_rename(from->prior[k].f, n, map);
    }
}

/* As a model: what the method in the plane looks at of it. */
static struct model *narrow_model(const struct rlct_work *work, const size_t *kept, size_t n)
{
    struct model *out = arena_new(work->arena, 1, sizeof *out);
    *out = *work->model;
    out->dim = n;
    out->params = arena_new(work->arena, n, sizeof *out->params);
    out->n_expects = 0;
    out->likelihood = NULL;
    for (size_t i = 0; i < n; i++) {
        out->params[i] = work->model->params[kept[i]];
        out->kl_min_at[i] = work->model->kl_min_at[kept[i]];
    }
    return out;
}

/* A point of the kept ones in all; the rest as asked for, or 0, or nearest to it. */
static double *widen(const struct rlct_work *work, const double *at, const size_t *kept, size_t n)
{
    size_t dim = work->model->dim;
    double *out = arena_new(work->arena, dim, sizeof *out);
    for (size_t i = 0; i < dim; i++) {
        const struct model_param *param = &work->model->params[i];
        out[i] = work->options->at ? work->options->at[i]
                 : param->low > 0  ? param->low
                 : param->high < 0 ? param->high
                                   : 0;
    }
    for (size_t i = 0; i < n; i++)
        out[kept[i]] = at[i];
    return out;
}

static void narrow_options(const struct rlct_work *work, const size_t *kept, size_t n,
                           struct rlct_options *out)
{
    *out = *work->options;
    if (!work->options->at)
        return;
    struct rlct_point point = rlct_point_of((struct rlct_work *)(uintptr_t)work, out->at);
    double *at = arena_new(work->arena, n, sizeof *at);
    const char **text = arena_new(work->arena, n, sizeof *text);
    for (size_t i = 0; i < n; i++) {
        at[i] = point.at[kept[i]];
        text[i] = point.text[kept[i]];
    }
    out->at = at;
    out->at_text = text;
}

bool rlct_without_idle(struct rlct_work *work)
{
    const struct exact *exact = &work->exact;
    size_t kept[2], map[POLY_MAX_VARS] = {0}, n = 0;
    if (exact->dim <= 2 || exact->local || exact->flat || work->options->snap)
        return false;
    for (size_t i = 0; i < exact->dim; i++) {
        if (!is_used(exact, i))
            continue;
        if (n == 2)
            return false;
        map[i] = n;
        kept[n++] = i;
    }
    if (n == 0)
        return false;
    struct rlct_options options;
    struct rlct_answer answer = {.why = ""};
    struct rlct_work plane = {.options = &options, .arena = work->arena, .answer = &answer};
    plane.model = narrow_model(work, kept, n);
    plane.rlct = &answer.rlct;
    narrow_options(work, kept, n, &options);
    narrow(exact, kept, n, map, work->arena, &plane.exact);
    answer.rlct.lambda = answer.rlct.lower = answer.rlct.upper = answer.rlct.boundary =
        rlct_unknown("");
    answer.rlct.method = answer.rlct.why = answer.rlct.at_text = answer.rlct.citation = "";
    answer.rlct.dim = exact->dim;
    answer.rlct.local = work->rlct->local;
    rlct_in_plane(&plane);
    exact_done(&plane.exact);
    if (answer.status != ST_OK || answer.rlct.lambda.standing != EXACT)
        return false;
    struct rlct *rlct = &answer.rlct;
    if (rlct->at)
        rlct->at = widen(work, rlct->at, kept, n);
    for (size_t i = 0; i < rlct->n_places; i++) {
        if (rlct->places[i].at)
            rlct->places[i].at = widen(work, rlct->places[i].at, kept, n);
    }
    if (work->options->at) {
        struct rlct_point point = rlct_point_of(work, work->options->at);
        rlct->at_text = rlct_point_text(work, &point);
    }
    rlct->by_hand = false;
    rlct->newton = NULL;
    *work->rlct = *rlct;
    work->answer->status = ST_OK;
    work->step_capacity = plane.step_capacity;
    work->place_capacity = plane.place_capacity;
    if (exact->how && *exact->how)
        rlct_step(work, exact->how);
    rlct_steps(work, exact->steps, exact->n_steps);
    rlct_step(work, "Neither K nor the prior depends on the other parameters, which change neither "
                    "λ nor m");
    return true;
}
