/* Spectrum: eigenvalues of the Hessian of K at the cursor on a log scale, its rank and what it
 * says. */
#include "cusp/view.h"

#include <math.h>

#include "../view_text.h"
#include "../views.h"
#include "cusp/text.h"

/* Narrower than this, labels leave out what they can. */
enum { BRIEF_WIDTH = 44 };

static bool spectrum_applies(const struct snapshot *snapshot, size_t side)
{
    (void)snapshot;
    (void)side;
    return true;
}

/* Decades from the tolerance to the greatest eigenvalue, the same for both models. */
static void spectrum_range(const struct snapshot *snapshot, double *low, double *high)
{
    *low = INFINITY;
    *high = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct fisher *f = snapshot->sides[s].fisher;
        if (f == NULL)
            continue;
        if (f->tolerance > 0) {
            *low = fmin(*low, f->tolerance);
            *high = fmax(*high, f->tolerance / FISHER_RANK_TOLERANCE);
        }
        for (size_t i = 0; i < f->dim; i++)
            if (isfinite(f->eigenvalues[i]))
                *high = fmax(*high, fabs(f->eigenvalues[i]));
    }
    if (!(*high > 0))
        *high = 1;
    *high = pow(10, ceil(log10(*high)));
    *low = isfinite(*low) ? pow(10, floor(log10(*low))) : *high * FISHER_RANK_TOLERANCE;
    if (*low >= *high)
        *low = *high / 10;
}

/* "along w2" when the eigenvector is an axis, else "along (0.6, 0.8)"; brief: fewer words. */
static const char *direction(const struct model *model, const double *v, size_t dim, bool brief,
                             struct arena *arena)
{
    const char *along = brief ? "" : "along ", *out = "";
    for (size_t i = 0; i < dim; i++) {
        if (fabs(v[i]) > 0.9995)
            return say(arena, "%s%s", along, model_axis_name(model, i));
        double rounded = fabs(v[i]) < 0.05 ? 0 : v[i];
        out = say(arena, "%s%s%s", out, i == 0 ? "" : (brief ? "," : ", "),
                  say_number(arena, rounded, brief ? 1 : 2));
    }
    return dim <= 3 ? say(arena, "%s(%s)", along, out) : "";
}

static void spectrum_build(const struct snapshot *snapshot, size_t side_index,
                           const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct fisher *f = side->fisher;
    if (f == NULL || f->dim == 0) {
        figure_missing(side, "Spectrum at ✛", "the Hessian at the cursor", area, arena, out);
        return;
    }
    double low, high;
    spectrum_range(snapshot, &low, &high);
    struct bar *bars = arena_new(arena, f->dim, sizeof *bars);
    for (size_t i = 0; i < f->dim; i++) {
        double value = f->eigenvalues[i];
        bool flat = fabs(value) <= f->tolerance;
        bars[i] = (struct bar){
            .label = direction(side->model, f->eigenvectors + i * f->dim, f->dim,
                               area->width < BRIEF_WIDTH, arena),
            .value = flat ? 0 : fabs(value),
            .role = flat ? ROLE_WARNING : (side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR),
            .note = flat ? "flat" : (value < 0 ? "negative" : "    "),
        };
    }
    struct text sentence;
    text_init(&sentence);
    fisher_sentence(f, &sentence);
    const char *rank = say(arena, "rank %zu of %zu", f->rank, f->dim);
    const char *name = say_point_class(f);
    const char *tolerance = say_number(arena, f->tolerance, 2);
    const char *kink = f->kink ? " (a kink: one-sided)" : "";
    *out = (struct figure){
        .kind = FIGURE_BARS,
        .title = SAY_FIT(arena, area, "Spectrum at ✛: curvatures of K", "Spectrum at ✛", "✛"),
        .note = SAY_FIT(
            arena, area, say(arena, "%s (0 means below %s)", text_get(&sentence), tolerance),
            say(arena, "%s", text_get(&sentence)), say(arena, "%s: %s%s", rank, name, kink),
            say(arena, "%s: %s", rank, name), say(arena, "%s: %s", rank, say_class(f)), rank),
        .x = {.label = "eigenvalue", .unit = "", .low = 0, .high = 1},
        .y = {.label = "eigenvalue", .unit = "", .low = low, .high = high, .scale = SCALE_LOG10},
        .bars = bars,
        .n_bars = f->dim,
    };
    text_done(&sentence);
}

const struct view view_spectrum = {
    .name = "spectrum",
    .title = "Spectrum",
    .help =
        "The curvatures of K at the cursor: eigenvalues of its Hessian on a log scale. Zero is a "
        "flat direction; the number that are not zero is the rank.",
    .min_width = 20,
    .min_height = 5,
    .weight = 3,
    .applies = spectrum_applies,
    .build = spectrum_build,
};
