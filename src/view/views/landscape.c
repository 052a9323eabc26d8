/* Landscape: log10 K over the plane with W0 on top, coloured by rank; or the map of ranks itself.
 */
#include "cusp/view.h"

#include <math.h>
#include <string.h>

#include "../view_plane.h"
#include "../view_text.h"
#include "../views.h"
#include "cusp/text.h"

static bool landscape_applies(const struct snapshot *snapshot, size_t side)
{
    (void)snapshot;
    (void)side;
    return true;
}

static const struct field *kl_field(const struct snapshot *snapshot, const struct landscape *l,
                                    struct arena *arena)
{
    struct field *field = arena_new(arena, 1, sizeof *field);
    *field = (struct field){.nx = l->nx,
                            .ny = l->ny,
                            .value = log10_kl(l, arena),
                            .map = MAP_VIRIDIS,
                            .scale = SCALE_LINEAR,
                            .name = "log10 K"};
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
    const char *kl = say_number(arena, f->kl, 3);
    const char *name = say_point_class(f);
    const char *gradient = "";
    for (size_t i = 0; i < f->dim; i++)
        gradient = say(arena, "%s%s%s", gradient, i == 0 ? "" : ", ",
                       say_number(arena, f->gradient[i], 2));
    const char *rank = say(arena, "rank %zu of %zu", f->rank, f->dim);
    out->note = SAY_FIT(
        arena, area, say(arena, "at ✛ K = %s, ∇K = (%s), Hessian %s: %s", kl, gradient, rank, name),
        say(arena, "✛ K = %s, ∇K = (%s), %s: %s", kl, gradient, rank, name),
        say(arena, "✛ K = %s, %s: %s", kl, rank, name),
        say(arena, "✛ K = %s, %s: %s", kl, rank, say_class(f)),
        say(arena, "K = %s, %s: %s", kl, rank, say_class(f)), say(arena, "K = %s, %s", kl, rank),
        say(arena, "K = %s", kl));
}

static void landscape_note(const struct side *side, const struct area *area, struct arena *arena,
                           struct figure *out)
{
    const struct zero_set *z = side->zeros;
    if (z != NULL && !z->has_zero) {
        const char *least = say_number(arena, z->kl_min, 3);
        out->note = SAY_FIT(arena, area,
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
    if (z == NULL || z->has_zero || l->ny < 2)
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
    w0_by_rank(&list, side->model->dim > 2 ? side->slice : side->zeros, l->axes[0], l->axes[1]);
    level_above_least(&list, side);
    plane_axes(snapshot, side_index, l->axes, l->low, l->high, area, out);
    bool ranks = snapshot->state.rank_overlay && l->rank != NULL;
    out->field = ranks ? rank_field(side->model, l, arena) : kl_field(snapshot, l, arena);
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
    out->y = (struct axis){.label = "log10 K", .unit = "", .low = low, .high = high};
    out->here_x = snapshot->state.cursor[side_index][0];
    if (side->fisher != NULL && out->here_x >= l->low[0] && out->here_x <= l->high[0]) {
        double at = side->fisher->kl > 0 ? log10(side->fisher->kl) : low;
        out->here_y = fmin(fmax(at, low), high);
        out->has_here = true;
    }
    out->curves = list.items;
    out->n_curves = list.count;
}

/* "slice at w3 = 0.2": where the axes that are not shown stand. */
static const char *slice_text(const struct snapshot *snapshot, size_t side_index,
                              struct arena *arena)
{
    const struct side *side = &snapshot->sides[side_index];
    const size_t *axes = side->landscape->axes;
    const char *out = "";
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
        figure_missing(side, "Landscape log10 K", "the landscape of K", area, arena, out);
        return;
    }
    *out = (struct figure){.kind = FIGURE_PLOT};
    bool ranks = snapshot->state.rank_overlay && l->rank != NULL && side->model->dim > 1;
    const char *what = ranks ? "Rank of the Hessian" : "Landscape log10 K";
    const char *slice = slice_text(snapshot, side_index, arena);
    bool zero = side->zeros == NULL || side->zeros->has_zero;
    if (slice[0] != '\0')
        out->title = SAY_FIT(arena, area, say(arena, "%s, slice %s", what, slice),
                             say(arena, "Slice %s", slice), "Landscape", "K");
    else
        out->title = SAY_FIT(arena, area, zero ? say(arena, "%s, W0 by rank", what) : what, what,
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
    .min_width = 20,
    .min_height = 6,
    .weight = 4,
    .applies = landscape_applies,
    .build = landscape_build,
};
