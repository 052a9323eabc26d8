/* Projections: the mass of a three-dimensional posterior seen along each of its axes. */
#include "cusp/view.h"

#include "../view_plane.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

static const size_t projection_axes[3][2] = {{0, 1}, {0, 2}, {1, 2}};

/* A projection that the posterior shows already is left out. */
static bool projection_applies(const struct snapshot *snapshot, size_t side, size_t which)
{
    if (side >= snapshot->n_sides || snapshot->sides[side].model->dim != 3)
        return false;
    const size_t *shown = snapshot->state.axes[side], *mine = projection_axes[which];
    return !((shown[0] == mine[0] && shown[1] == mine[1]) ||
             (shown[0] == mine[1] && shown[1] == mine[0]));
}

static void projection_build(const struct snapshot *snapshot, size_t side_index,
                             const struct area *area, struct arena *arena, struct figure *out,
                             size_t which)
{
    const struct side *side = &snapshot->sides[side_index];
    if (side->model->dim != 3) {
        struct side why = *side;
        why.why = "projections are for models of three parameters";
        figure_missing(&why, "Projection", "", area, arena, out);
        return;
    }
    const struct posterior *p = side->projections[which];
    const char *along = other_axes(side->model, projection_axes[which], arena);
    const char *n = say_number(arena, p != NULL ? p->n : snapshot->state.n, 3);
    const char *title = say(arena, "Seen along %s at n = %s", along, n);
    if (p == NULL || p->nx == 0 || p->ny == 0) {
        figure_missing(side, title, "the projection", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    w0_dim(&list, side->model, side->zeros, p->axes[0], p->axes[1], false);
    mass_contours(&list, p, area);
    *out = (struct figure){.kind = FIGURE_PLOT};
    plane_axes(snapshot, side_index, p->axes, p->low, p->high, area, out);
    out->title = SAY_FIT(arena, area, title, say(arena, "Along %s", along));
    out->field = mass_field(p, area, arena);
    out->curves = list.items;
    out->n_curves = list.count;
    struct mass_facts facts;
    mass_facts(p, side->zeros, arena, &facts);
    const char *x = model_axis_name(side->model, p->axes[0]);
    const char *y = model_axis_name(side->model, p->axes[1]);
    const char *where = say(arena, "%s = %s, %s = %s", x, say_number(arena, facts.peak[0], 2), y,
                            say_number(arena, facts.peak[1], 2));
    out->note = SAY_FIT(arena, area, say(arena, "%s summed out; densest near %s", along, where),
                        say(arena, "densest near %s", where), say(arena, "%s summed out", along));
    figure_marks(side, p->coarse || side_is_past(snapshot, side_index), out);
}

#define PROJECTION(index, label, first, second)                                                 \
    static bool applies_##label(const struct snapshot *snapshot, size_t side)                   \
    {                                                                                           \
        return projection_applies(snapshot, side, index);                                       \
    }                                                                                           \
    static void build_##label(const struct snapshot *snapshot, size_t side,                     \
                              const struct area *area, struct arena *arena, struct figure *out) \
    {                                                                                           \
        projection_build(snapshot, side, area, arena, out, index);                              \
    }                                                                                           \
    const struct view view_projection_##label = {                                               \
        .name = "projection-" #label,                                                           \
        .title = "Projection on parameters " first " and " second,                              \
        .help = "The posterior of a model of three parameters seen on the plane of the " first  \
                " and the " second " one, the third summed out, over the cloud of W0.",         \
        .needs = SESSION_ALL,                                                                   \
        .min_width = 20,                                                                        \
        .min_height = 6,                                                                        \
        .weight = 3,                                                                            \
        .applies = applies_##label,                                                             \
        .build = build_##label,                                                                 \
    }

PROJECTION(0, 12, "first", "second");
PROJECTION(1, 13, "first", "third");
PROJECTION(2, 23, "second", "third");
