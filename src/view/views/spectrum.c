/* Spectrum: eigenvalues of the Fisher information at the cursor on a log scale, or of the Hessian
   of K, its rank and what it says. */
#include "cusp/view.h"

#include <math.h>

#include "../view_exact.h"
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

/* The Hessian of K and the Fisher information are the same at true parameters of most models: below
   this share of their size they are shown as one. */
#define HESSIAN_SHOWN 1e-6

static bool hessian_differs(const struct fisher *f)
{
    return f->of_likelihood && f->hessian_eigenvalues != NULL &&
           f->hessian_difference > HESSIAN_SHOWN;
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
        for (size_t i = 0; i < f->dim; i++) {
            if (isfinite(f->eigenvalues[i]))
                *high = fmax(*high, fabs(f->eigenvalues[i]));
            if (hessian_differs(f) && isfinite(f->hessian_eigenvalues[i]))
                *high = fmax(*high, fabs(f->hessian_eigenvalues[i]));
        }
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
    if (dim <= 3)
        return say(arena, "%s(%s)", along, out);
    /* Too many to name: the parameters that make up most of it. */
    size_t first = 0, second = SIZE_MAX;
    for (size_t i = 1; i < dim; i++)
        first = fabs(v[i]) > fabs(v[first]) ? i : first;
    for (size_t i = 0; i < dim; i++)
        if (i != first && (second == SIZE_MAX || fabs(v[i]) > fabs(v[second])))
            second = i;
    const char *most = model_axis_name(model, first);
    if (brief || fabs(v[second]) < 0.5 * fabs(v[first]))
        return say(arena, "mostly %s", most);
    return say(arena, "mostly %s, %s", most, model_axis_name(model, second));
}

/* One bar an eigenvalue; with both matrices those of K's Hessian stand under them if there is room,
   else beside them. */
static size_t make_bars(const struct side *side, size_t side_index, const struct area *area,
                        struct arena *arena, struct bar *bars)
{
    const struct fisher *f = side->fisher;
    bool both = hessian_differs(f), under = both && (size_t)area->height >= 2 * f->dim + 4;
    size_t count = 0;
    for (size_t i = 0; i < f->dim; i++) {
        double value = f->eigenvalues[i];
        bool flat = fabs(value) <= f->tolerance;
        const char *note = flat ? "flat" : (value < 0 ? "negative" : "    ");
        if (both && !under)
            note = say(arena, "K″ %s", say_number(arena, f->hessian_eigenvalues[i], 2));
        bars[count++] = (struct bar){
            .label = direction(side->model, f->eigenvectors + i * f->dim, f->dim,
                               area->width < BRIEF_WIDTH, arena),
            .value = flat ? 0 : fabs(value),
            .role = flat ? ROLE_WARNING : (side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR),
            .note = note,
        };
        if (!under)
            continue;
        value = f->hessian_eigenvalues[i];
        flat = fabs(value) <= f->tolerance;
        bars[count++] = (struct bar){
            .label = "  K″",
            .value = flat ? 0 : fabs(value),
            .role = ROLE_DIM,
            .note = flat ? "flat" : (value < 0 ? "negative" : "    "),
        };
    }
    return count;
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
    struct bar *bars = arena_new(arena, 2 * f->dim, sizeof *bars);
    size_t n_bars = make_bars(side, side_index, area, arena, bars);
    struct text sentence, compared;
    text_init(&sentence);
    text_init(&compared);
    fisher_sentence(f, &sentence);
    if (hessian_differs(f))
        fisher_hessian_sentence(f, &compared);
    bool both = text_get(&compared)[0] != '\0';
    const char *rank = say(arena, "rank %zu of %zu", f->rank, f->dim);
    const char *name = say_point_class(f);
    const char *tolerance = say_number(arena, f->tolerance, 2);
    const char *kink = f->kink ? " (a kink: one-sided)" : "";
    *out = (struct figure){
        .kind = FIGURE_BARS,
        .title = SAY_FIT(arena, area,
                         f->of_likelihood ? hessian_differs(f)
                                                ? "Spectrum at ✛: Fisher information, Hessian K″"
                                                : "Spectrum at ✛: Fisher information"
                                          : "Spectrum at ✛: curvatures of K",
                         "Spectrum at ✛", "✛"),
        .note = SAY_FIT(arena, area,
                        both ? say(arena, "%s; %s", text_get(&sentence), text_get(&compared))
                             : say(arena, "%s (0 means below %s)", text_get(&sentence), tolerance),
                        both ? say(arena, "%s: %s", rank, text_get(&compared))
                             : say(arena, "%s", text_get(&sentence)),
                        say(arena, "%s", text_get(&sentence)),
                        say(arena, "%s: %s%s", rank, name, kink), say(arena, "%s: %s", rank, name),
                        say(arena, "%s: %s", rank, say_class(f)), rank),
        .x = {.label = "eigenvalue", .unit = "", .low = 0, .high = 1},
        .y = {.label = "eigenvalue", .unit = "", .low = low, .high = high, .scale = SCALE_LOG10},
        .bars = bars,
        .n_bars = n_bars,
    };
    const char *here = say_lambda(side->rlct_here, arena);
    const char *with = say(arena, "%s; %s", here, text_get(&sentence));
    if (here[0] != '\0' && !both && utf8_width(with) <= (size_t)say_room(area))
        out->note = with;
    text_done(&sentence);
    text_done(&compared);
}

const struct view view_spectrum = {
    .name = "spectrum",
    .title = "Spectrum",
    .help =
        "The curvatures at the cursor on a log scale: eigenvalues of the Fisher information, or of "
        "the Hessian of K for a potential. Zero is a flat direction; the number that are not zero "
        "is the rank.",
    .needs = SESSION_ZEROS | SESSION_RLCT,
    .min_width = 20,
    .min_height = 5,
    .weight = 3,
    .applies = spectrum_applies,
    .build = spectrum_build,
};
