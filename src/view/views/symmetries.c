/* Symmetries: how the true parameters of a network differ from the truth's own arrangement. */
#include "cusp/view.h"

#include <math.h>

#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

static bool symmetries_applies(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides &&
           (snapshot->sides[side].zero_labels != NULL || snapshot->sides[side].truth_is_network);
}

/* What the points of one label have in common. */
struct kind {
    size_t count;
    size_t dim_low, dim_high;
    int rank_low, rank_high;
};

static size_t collect(const struct side *side, struct kind kinds[LABEL_COUNT])
{
    const struct zero_set *z = side->zeros;
    size_t at = 0;
    for (size_t k = 0; k < LABEL_COUNT; k++)
        kinds[k] = (struct kind){.dim_low = SIZE_MAX, .rank_low = 1000, .rank_high = -1};
    for (size_t c = 0; c < z->n_components; c++) {
        const struct zero_component *component = &z->components[c];
        for (size_t i = 0; i < component->n_points; i++, at++) {
            enum network_label label = side->zero_labels[at];
            if ((unsigned)label >= LABEL_COUNT)
                continue;
            struct kind *kind = &kinds[label];
            size_t dim = component->dimension;
            int rank = component->rank[i];
            kind->count++;
            kind->dim_low = dim < kind->dim_low ? dim : kind->dim_low;
            kind->dim_high = dim > kind->dim_high ? dim : kind->dim_high;
            kind->rank_low = rank < kind->rank_low ? rank : kind->rank_low;
            kind->rank_high = rank > kind->rank_high ? rank : kind->rank_high;
        }
    }
    return at;
}

static const char *say_kind(const struct kind *kind, struct arena *arena)
{
    const char *dim = kind->dim_low == kind->dim_high
                          ? say(arena, "dimension %zu", kind->dim_high)
                          : say(arena, "dimension %zu to %zu", kind->dim_low, kind->dim_high);
    const char *rank = kind->rank_low == kind->rank_high
                           ? say(arena, "rank %d", kind->rank_high)
                           : say(arena, "rank %d to %d", kind->rank_low, kind->rank_high);
    return say(arena, "%s, %s", dim, rank);
}

static void symmetries_build(const struct snapshot *snapshot, size_t side_index,
                             const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    if (side->zero_labels == NULL || side->zeros == NULL || side->zeros->n_components == 0) {
        struct side why = *side;
        if (!side_is_statistical(side))
            why.why = "only the true parameters of a network have names";
        figure_missing(&why, "Symmetries of W0", "the symmetries", area, arena, out);
        return;
    }
    struct kind kinds[LABEL_COUNT];
    size_t total = collect(side, kinds), n_bars = 0, best = LABEL_COUNT, flattest = LABEL_COUNT;
    struct bar *bars = arena_new(arena, LABEL_COUNT, sizeof *bars);
    for (size_t k = 0; k < LABEL_COUNT; k++) {
        if (kinds[k].count == 0)
            continue;
        enum network_label label = (enum network_label)k;
        bars[n_bars++] = (struct bar){
            .label = label == LABEL_NOT_TRUE ? "no label" : network_label_name(label),
            .value = total > 0 ? (double)kinds[k].count / (double)total : 0,
            .role = label_role(label),
            .note = say_kind(&kinds[k], arena),
        };
        best = best == LABEL_COUNT || kinds[k].count > kinds[best].count ? k : best;
        flattest =
            flattest == LABEL_COUNT || kinds[k].dim_high > kinds[flattest].dim_high ? k : flattest;
    }
    if (n_bars == 0 || total == 0) {
        figure_missing(side, "Symmetries of W0", "the symmetries", area, arena, out);
        return;
    }
    const char *share = say_percent(arena, (double)kinds[best].count / (double)total);
    const char *most = network_label_name((enum network_label)best);
    const char *wide = network_label_name((enum network_label)flattest);
    *out = (struct figure){
        .kind = FIGURE_BARS,
        .title = SAY_FIT(arena, area,
                         say(arena, "Symmetries of W0: kinds of %zu true parameters found", total),
                         "Symmetries of W0", "Symmetries"),
        .note = SAY_FIT(
            arena, area,
            say(arena, "%s %s; widest where it is %s: dimension %zu of %zu", most, share, wide,
                kinds[flattest].dim_high, side->model->dim),
            say(arena, "%s %s; %s: dimension %zu", most, share, wide, kinds[flattest].dim_high),
            say(arena, "%s %s", most, share)),
        .x = {.label = "kind", .unit = "", .low = 0, .high = 1},
        .y = {.label = "share of the points found", .unit = "", .low = 0, .high = 1},
        .bars = bars,
        .n_bars = n_bars,
    };
    figure_marks(side, !side->zeros->complete && side->busy, out);
}

const struct view view_symmetries = {
    .name = "symmetries",
    .title = "Symmetries of W0",
    .help =
        "The true parameters of a network by kind: units in another order, turned round, without "
        "outgoing weight, dead on the inputs, sharing a kink; with the dimension of W0 there and "
        "the rank of the Hessian. The more dimensions, the more room the posterior has.",
    .needs = SESSION_ALL,
    .min_width = 24,
    .min_height = 5,
    .weight = 3,
    .applies = symmetries_applies,
    .build = symmetries_build,
};
