/* Regions: the share of the posterior in each named region at this n, with its free energy. */
#include "cusp/view.h"

#include <math.h>

#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

static bool regions_applies(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides && snapshot->sides[side].model->n_regions > 0;
}

/* Smaller errors do not show in the three digits of a bar. */
#define ERROR_SHOWN 1e-3

/* Absolute error of a mass: that of an integral is of its log. 0 if it does not show. */
static double mass_error(const struct posterior *p, size_t i)
{
    if (p->n_particles > 0)
        return p->region_error != NULL && isfinite(p->region_error[i]) ? p->region_error[i] : 0;
    double relative = p->region_error != NULL ? p->region_error[i] : 0;
    return relative > ERROR_SHOWN ? p->region_mass[i] * expm1(relative) : 0;
}

static void regions_build(const struct snapshot *snapshot, size_t side_index,
                          const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    const struct model *model = side->model;
    double n = p != NULL ? p->n : snapshot->state.n;
    const char *title = say(arena, "Region masses at %s", say_at(snapshot, side_index, n, arena));
    if (model->n_regions == 0) {
        struct side why = *side;
        why.why = "this model names no regions";
        figure_missing(&why, "Region masses", "", area, arena, out);
        return;
    }
    if (p == NULL || p->region_mass == NULL) {
        figure_missing(side, title, "the regions", area, arena, out);
        return;
    }
    struct bar *bars = arena_new(arena, model->n_regions, sizeof *bars);
    size_t best = 0;
    double rest = 1;
    for (size_t i = 0; i < model->n_regions; i++) {
        double energy = p->region_free_energy != NULL ? p->region_free_energy[i] : NAN;
        bars[i] = (struct bar){
            .label = model->regions[i],
            .value = fmin(p->region_mass[i], 1), /* rounding may take it beyond */
            .error = mass_error(p, i),
            .role = side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR,
            .note = isfinite(energy) ? say(arena, "F = %.3f", energy) : "",
        };
        best = p->region_mass[i] > p->region_mass[best] ? i : best;
        rest -= p->region_mass[i];
    }
    const char *share = say_percent(arena, p->region_mass[best]);
    const char *name = model->regions[best];
    const char *outside =
        rest > 0.005 ? say(arena, "; %s lies outside", say_percent(arena, rest)) : "";
    *out = (struct figure){
        .kind = FIGURE_BARS,
        .title = SAY_FIT(arena, area, title, "Region masses", "Regions"),
        .note = SAY_FIT(arena, area, say(arena, "%s holds %s of the mass%s", name, share, outside),
                        say(arena, "%s holds %s", name, share), say(arena, "%s: %s", name, share)),
        .x = {.label = "region", .unit = "", .low = 0, .high = 1},
        .y = {.label = "share of the mass", .unit = "", .low = 0, .high = 1},
        .bars = bars,
        .n_bars = model->n_regions,
    };
    const char *warning = p->n_particles > 0 ? trust_warning(side, area, arena) : NULL;
    if (side_is_past(snapshot, side_index) && p->n_particles > 0)
        out->note = past_note(snapshot, side_index, area, arena);
    else if (warning != NULL)
        out->note = warning;
    figure_marks(side, p->coarse || side_is_past(snapshot, side_index), out);
}

const struct view view_regions = {
    .name = "regions",
    .title = "Region masses",
    .help = "How the posterior is shared among the regions (phases) that the model names, with the "
            "local "
            "free energy F of each: the lowest F holds the most mass.",
    .needs = SESSION_ALL,
    .min_width = 24,
    .min_height = 5,
    .weight = 3,
    .applies = regions_applies,
    .build = regions_build,
};
