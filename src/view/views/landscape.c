/* Landscape: log10 K over the plane with W0 on top, coloured by rank; or the map of ranks itself.
 */
#include "cusp/view.h"

#include <math.h>
#include <string.h>

#include "../view_plane.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"
#include "cusp/text.h"

/* K is a function of the parameters: not of what is observed of them. */
static bool plane_is_plain(const struct snapshot *snapshot, size_t side)
{
    const size_t *axes = snapshot->state.axes[side];
    size_t dim = snapshot->sides[side].model->dim;
    return axes[0] < dim && axes[1] < dim;
}

static bool landscape_applies(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides && plane_is_plain(snapshot, side);
}

/* What stands for K: of real data the mean loss above its least. */
static const char *kl_name(const struct side *side)
{
    return side_has_no_truth(side) ? "log10(L_N − min)" : "log10 K";
}

static const struct field *kl_field(const struct snapshot *snapshot, const struct landscape *l,
                                    const char *name, struct arena *arena)
{
    struct field *field = arena_new(arena, 1, sizeof *field);
    *field = (struct field){.nx = l->nx,
                            .ny = l->ny,
                            .value = log10_kl(l, arena),
                            .map = MAP_VIRIDIS,
                            .scale = SCALE_LINEAR,
                            .name = name};
    landscape_range(snapshot, &field->low, &field->high);
    return field;
}

static const struct field *rank_field(const struct model *model, const struct landscape *l,
                                      struct arena *arena)
{
    struct field *field = arena_new(arena, 1, sizeof *field);
    double *value = arena_new(arena, l->nx * l->ny, sizeof *value);
    for (size_t i = 0; i < l->nx * l->ny; i++)
        value[i] = l->rank[i] < 0 ? NAN : (double)l->rank[i];
    *field = (struct field){.nx = l->nx,
                            .ny = l->ny,
                            .value = value,
                            .map = MAP_RANK,
                            .scale = SCALE_LINEAR,
                            .low = 0,
                            .high = (double)model->dim,
                            .name = "rank",
                            .categorical = true};
    return field;
}

/* "K = 0.31, |grad K| = 1.2, rank 2 of 2, not a true parameter" at the cursor. */
static void cursor_note(const struct side *side, const struct area *area, struct arena *arena,
                        struct figure *out)
{
    const struct fisher *f = side->fisher;
    if (side_has_no_truth(side)) {
        bool rounding = fabs(f->kl) <= side->model->kl_tolerance;
        const char *above = say_number(arena, rounding ? 0 : f->kl, 3);
        out->note = SAY_FIT(
            arena, area,
            say(arena,
                "at ✛ L_N − min L_N = %s; K and W0 are unknown: the truth is only known "
                "through data",
                above),
            say(arena, "✛ %s above min L_N; K and W0 are unknown, only data are known", above),
            say(arena, "✛ %s above min L_N; K is unknown", above),
            say(arena, "✛ L_N − min = %s", above));
        return;
    }
    bool rounding = side_is_statistical(side) && fabs(f->kl) <= side->model->kl_tolerance;
    const char *kl = say_number(arena, rounding ? 0 : f->kl, 3);
    const char *name = say_point_class(f);
    const char *gradient = "";
    for (size_t i = 0; i < f->dim; i++)
        gradient = say(arena, "%s%s%s", gradient, i == 0 ? "" : ", ",
                       say_number(arena, f->gradient[i], 2));
    const char *rank = say(arena, "rank %zu of %zu", f->rank, f->dim);
    const char *of = f->of_likelihood ? "Fisher" : "Hessian";
    out->note = SAY_FIT(
        arena, area, say(arena, "at ✛ K = %s, ∇K = (%s), %s %s: %s", kl, gradient, of, rank, name),
        say(arena, "✛ K = %s, ∇K = (%s), %s: %s", kl, gradient, rank, name),
        say(arena, "at ✛ K = %s, %s %s: %s", kl, of, rank, name),
        say(arena, "✛ K = %s, %s: %s", kl, rank, name),
        say(arena, "✛ K = %s, %s: %s", kl, rank, say_class(f)),
        say(arena, "K = %s, %s: %s", kl, rank, say_class(f)), say(arena, "K = %s, %s", kl, rank),
        say(arena, "K = %s", kl));
}

static void landscape_note(const struct side *side, const struct area *area, struct arena *arena,
                           struct figure *out)
{
    const struct zero_set *z = side->zeros;
    if (z != NULL && !z->has_zero && !side_has_no_truth(side)) {
        const char *least = say_number(arena, z->kl_min, 3);
        out->note = SAY_FIT(arena, area,
                            say(arena, "%s: it is least, %s, at %s",
                                side_is_statistical(side)
                                    ? "the truth is not in the model: K has no zero in this box"
                                    : "K has no zero in this box",
                                least, say_point(arena, side->model, z->kl_min_at)),
                            say(arena, "K has no zero in this box: it is least, %s, at %s", least,
                                say_point(arena, side->model, z->kl_min_at)),
                            say(arena, "no zero: least K = %s at %s", least,
                                say_point(arena, side->model, z->kl_min_at)),
                            say(arena, "no zero: least K = %s", least));
        return;
    }
    if (side->fisher != NULL) {
        cursor_note(side, area, arena, out);
        return;
    }
    out->note =
        SAY_FIT(arena, area, "dark is where K is small: there the posterior goes as n grows",
                "dark: K is small", "K");
}

/* The level set a little above min K: 5 % of the way to the typical K. */
static void level_above_least(struct curve_list *list, const struct side *side)
{
    const struct landscape *l = side->landscape;
    const struct zero_set *z = side->zeros;
    if (z == NULL || z->has_zero || l->ny < 2 || side_has_no_truth(side))
        return;
    double level = z->kl_min + 0.05 * (z->kl_scale - z->kl_min);
    if (!(level > z->kl_min))
        return;
    struct curve *curve =
        curve_list_contour(list, l->kl, l->nx, l->ny, l->low, l->high, level, false, NULL);
    if (curve != NULL)
        curve->name = say(list->arena, "K = %s", say_number(list->arena, level, 3));
    if (l->axes[0] < z->dim && l->axes[1] < z->dim) {
        struct curve *least =
            curve_list_point(list, z->kl_min_at[l->axes[0]], z->kl_min_at[l->axes[1]]);
        least->role = ROLE_WARNING;
        least->marker = MARKER_CROSS;
        least->name = "least K";
    }
}

static void build_plane(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct landscape *l = side->landscape;
    struct curve_list list = {.arena = arena};
    w0_by_rank(&list, side->model, side->model->dim > 2 ? side->slice : side->zeros, l->axes[0],
               l->axes[1]);
    level_above_least(&list, side);
    plane_axes(snapshot, side_index, l->axes, l->low, l->high, area, out);
    bool ranks = snapshot->state.rank_overlay && l->rank != NULL;
    out->field =
        ranks ? rank_field(side->model, l, arena) : kl_field(snapshot, l, kl_name(side), arena);
    out->curves = list.items;
    out->n_curves = list.count;
}

static void build_line(const struct snapshot *snapshot, size_t side_index, struct arena *arena,
                       struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct landscape *l = side->landscape;
    struct curve_list list = {.arena = arena};
    double low, high;
    landscape_range(snapshot, &low, &high);
    log10_kl_curve(&list, l, low);
    if (side_index == 1)
        list.items[0].role = ROLE_REGULAR;
    w0_on_line(&list, side->zeros, low, true);
    out->x = line_axis(side->model, l->axes[0], l->low[0], l->high[0]);
    out->y = (struct axis){.label = kl_name(side), .unit = "", .low = low, .high = high};
    out->here_x = snapshot->state.cursor[side_index][0];
    if (side->fisher != NULL && out->here_x >= l->low[0] && out->here_x <= l->high[0]) {
        double at = side->fisher->kl > 0 ? log10(side->fisher->kl) : low;
        out->here_y = fmin(fmax(at, low), high);
        out->has_here = true;
    }
    out->curves = list.items;
    out->n_curves = list.count;
}

/* In more parameters than these a slice is said to go through the cursor. */
enum { SLICE_NAMED = 5 };

/* "slice at w3 = 0.2": where the axes that are not shown stand. */
static const char *slice_text(const struct snapshot *snapshot, size_t side_index,
                              struct arena *arena)
{
    const struct side *side = &snapshot->sides[side_index];
    const size_t *axes = side->landscape->axes;
    const char *out = "";
    if (side->model->dim > SLICE_NAMED)
        return "through ✛";
    for (size_t i = 0; i < side->model->dim; i++) {
        if (i != axes[0] && i != axes[1])
            out = say(arena, "%s%s%s = %s", out, out[0] == '\0' ? "" : ", ",
                      model_axis_name(side->model, i),
                      say_number(arena, snapshot->state.cursor[side_index][i], 3));
    }
    return out;
}

static void landscape_build(const struct snapshot *snapshot, size_t side_index,
                            const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct landscape *l = side->landscape;
    if (l == NULL || l->nx == 0 || l->ny == 0) {
        struct side why = *side;
        if (!plane_is_plain(snapshot, side_index))
            why.why = say(arena,
                          "K is a function of the parameters, and the plane shows %s and %s, which "
                          "are computed from them; `axes` with two parameters shows K",
                          model_axis_name(side->model, snapshot->state.axes[side_index][0]),
                          model_axis_name(side->model, snapshot->state.axes[side_index][1]));
        figure_missing(&why, "Landscape log10 K", "the landscape of K", area, arena, out);
        return;
    }
    *out = (struct figure){.kind = FIGURE_PLOT};
    bool ranks = snapshot->state.rank_overlay && l->rank != NULL && side->model->dim > 1;
    bool likelihood = side_is_statistical(side);
    const char *what = ranks
                           ? (likelihood ? "Rank of the Fisher information" : "Rank of the Hessian")
                       : side_has_no_truth(side) ? "Landscape log10(L_N − min L_N) of the data"
                                                 : "Landscape log10 K";
    const char *full = what;
    if (!ranks && side_is_statistical(side) && !side_has_no_truth(side))
        full = "Landscape log10 K, the divergence from the truth";
    const char *slice = slice_text(snapshot, side_index, arena);
    bool zero = (side->zeros == NULL || side->zeros->has_zero) && !side_has_no_truth(side);
    if (slice[0] != '\0')
        out->title = SAY_FIT(arena, area, say(arena, "%s, slice %s", full, slice),
                             say(arena, "%s, slice %s", what, slice), say(arena, "Slice %s", slice),
                             "Landscape", "K");
    else
        out->title = SAY_FIT(arena, area, zero ? say(arena, "%s, W0 by rank", full) : full,
                             zero ? say(arena, "%s, W0 by rank", what) : what, what,
                             ranks ? "Rank" : "Landscape", "K");
    if (side->model->dim == 1)
        build_line(snapshot, side_index, arena, out);
    else
        build_plane(snapshot, side_index, area, arena, out);
    landscape_note(side, area, arena, out);
    figure_marks(side, l->coarse, out);
}

const struct view view_landscape = {
    .name = "landscape",
    .title = "Landscape",
    .help =
        "The height of K over the plane, on a log scale: dark is where the model is nearly true. "
        "On top, the true parameters W0, marked by the rank of the Hessian of K.",
    .needs = SESSION_LANDSCAPE | SESSION_ZEROS,
    .min_width = 20,
    .min_height = 6,
    .weight = 4,
    .applies = landscape_applies,
    .build = landscape_build,
};
