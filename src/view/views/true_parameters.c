/* Zeros: W0 seen on two axes, each true parameter marked by its symmetry or by its rank. */
#include "cusp/view.h"

#include <math.h>

#include "../view_plane.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

enum { CELLS_A_MARK = 6 };

/* In the plane the landscape shows W0 whole, unless there are names for its parts. */
static bool zeros_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct side *s = &snapshot->sides[side];
    return s->zero_labels != NULL || s->truth_is_network ||
           (s->model->dim > 3 && !side_has_no_truth(s));
}

static size_t count_points(const struct zero_set *zeros)
{
    size_t count = 0;
    for (size_t c = 0; c < zeros->n_components; c++)
        count += zeros->components[c].n_points;
    return count;
}

/* All points of W0 on two axes, components one after another. NULL if an axis is missing. */
static double *all_points(const struct side *side, size_t axis, struct arena *arena)
{
    const struct zero_set *z = side->zeros;
    double *out = arena_new(arena, count_points(z) + 1, sizeof *out);
    size_t k = 0;
    for (size_t c = 0; c < z->n_components; c++) {
        const double *at = zero_axis(side->model, z->dim, &z->components[c], axis, arena);
        if (at == NULL)
            return NULL;
        for (size_t i = 0; i < z->components[c].n_points; i++)
            out[k++] = at[i];
    }
    return out;
}

/* "dimension 7, rank 6 to 9": what the points have between them. */
static const char *what_it_is(const struct zero_set *z, struct arena *arena)
{
    size_t low = SIZE_MAX, high = 0;
    int least = 1000, most = -1;
    for (size_t c = 0; c < z->n_components; c++) {
        low = z->components[c].dimension < low ? z->components[c].dimension : low;
        high = z->components[c].dimension > high ? z->components[c].dimension : high;
        for (size_t i = 0; i < z->components[c].n_points; i++) {
            int rank = z->components[c].rank[i];
            least = rank >= 0 && rank < least ? rank : least;
            most = rank > most ? rank : most;
        }
    }
    const char *dims = low == high ? say(arena, "dimension %zu", low)
                                   : say(arena, "dimension %zu to %zu", low, high);
    const char *ranks =
        least >= most ? say(arena, "rank %d", most) : say(arena, "rank %d to %d", least, most);
    return say(arena, "%s of %zu, %s", dims, z->dim, ranks);
}

static const char *zeros_note(const struct side *side, const struct area *area, size_t count,
                              struct arena *arena)
{
    const struct zero_set *z = side->zeros;
    const char *what = what_it_is(z, arena);
    const char *labels =
        side->zero_labels != NULL ? say_labels(side->zero_labels, count, arena) : "";
    const char *part = z->complete ? "" : " (the search did not finish)";
    if (labels[0] == '\0')
        return SAY_FIT(arena, area,
                       say(arena, "%zu true parameters found: %s%s", count, what, part), what);
    return SAY_FIT(arena, area,
                   say(arena, "of %zu true parameters: %s; %s%s", count, labels, what, part),
                   say(arena, "%s; %s", labels, what), labels);
}

static void zeros_build(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct zero_set *z = side->zeros;
    const char *title = "True parameters W0, seen on two axes";
    if (z == NULL || count_points(z) == 0) {
        struct side why = *side;
        if (side_has_no_truth(side))
            why.why = "W0 is not known: the truth is known only through data";
        else if (z != NULL && !z->has_zero)
            why.why =
                say(arena, "no parameter is true: K is least, %s, at %s",
                    say_number(arena, z->kl_min, 3), say_point(arena, side->model, z->kl_min_at));
        else if (z != NULL)
            why.why = z->why != NULL ? z->why : "no true parameter was found";
        figure_missing(&why, title, "the true parameters", area, arena, out);
        return;
    }
    const size_t *axes = snapshot->state.axes[side_index];
    double *x = all_points(side, axes[0], arena), *y = all_points(side, axes[1], arena);
    if (x == NULL || y == NULL) {
        struct side why = *side;
        why.why = "these axes are not of this model";
        figure_missing(&why, title, "", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    size_t count = count_points(z);
    size_t cells =
        (size_t)(area->width > 0 ? area->width : 0) * (size_t)(area->height > 0 ? area->height : 0);
    if (side->zero_labels != NULL)
        add_labelled(&list, count, x, y, side->zero_labels, cells / CELLS_A_MARK + 1);
    else
        w0_by_rank(&list, side->model, z, axes[0], axes[1]);
    *out = (struct figure){.kind = FIGURE_PLOT};
    plane_axes(snapshot, side_index, axes, snapshot->state.low[side_index],
               snapshot->state.high[side_index], area, out);
    const char *by = side->zero_labels != NULL ? "by symmetry" : "by rank";
    out->title = SAY_FIT(arena, area, say(arena, "%s, %s", title, by),
                         say(arena, "W0 on two axes, %s", by), say(arena, "W0 %s", by), "W0");
    out->note = zeros_note(side, area, count, arena);
    out->curves = list.items;
    out->n_curves = list.count;
    figure_marks(side, !z->complete && side->busy, out);
}

const struct view view_zeros = {
    .name = "zeros",
    .title = "True parameters W0",
    .help = "Points of W0, the parameters at which the model is exactly true, seen on the plane's "
            "two axes. A network's are marked by how they differ from the truth's own "
            "arrangement: units permuted, turned round, merged, dead.",
    .needs = SESSION_ALL,
    .min_width = 24,
    .min_height = 6,
    .weight = 3,
    .applies = zeros_applies,
    .build = zeros_build,
};
