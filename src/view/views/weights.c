/* Weights: the effective weight |q| w of every unit of a network, over the posterior. */
#include "cusp/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

/* One mark for so many cells of the panel at most, so that what is dense and what is not shows. */
enum { CELLS_A_MARK = 5, EQUAL_ASPECT_HEIGHT = 10 };

static bool weights_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct side *s = &snapshot->sides[side];
    return s->is_network || s->weights != NULL;
}

/* Only every so many particles have a label: theirs, a particle each; returns how many. */
static size_t labels_of(const struct weights *w, struct arena *arena, enum network_label **out)
{
    size_t units = w->n_units > 0 ? w->n_units : 1, particles = w->n_points / units, count = 0;
    *out = arena_new(arena, particles + 1, sizeof **out);
    for (size_t i = 0; w->label != NULL && w->label_every > 0 && i < particles; i += w->label_every)
        (*out)[count++] = w->label[i * units];
    return count;
}

/* The points of the particles that have a label, or of those that have none; returns how many. */
static size_t part_of(const struct weights *w, bool labelled, struct arena *arena, double **x,
                      double **y, enum network_label **label)
{
    size_t units = w->n_units > 0 ? w->n_units : 1, count = 0;
    *x = arena_new(arena, w->n_points + 1, sizeof **x);
    *y = arena_new(arena, w->n_points + 1, sizeof **y);
    *label = arena_new(arena, w->n_points + 1, sizeof **label);
    for (size_t i = 0; i < w->n_points; i++) {
        bool has = w->label != NULL && w->label_every > 0 && i / units % w->label_every == 0;
        if (has != labelled)
            continue;
        (*x)[count] = w->x[i];
        (*y)[count] = w->y[i];
        (*label)[count++] = has ? w->label[i] : LABEL_NOT_TRUE;
    }
    return count;
}

static void add_units(struct curve_list *list, const struct weights *w, size_t cells)
{
    double *x, *y;
    enum network_label *label;
    size_t without = part_of(w, false, list->arena, &x, &y, &label);
    if (without > 0) {
        struct curve *curve = curve_list_specks(list, without, x, y, cells);
        curve->role = ROLE_PLAIN;
        curve->name = "unit";
    }
    size_t with = part_of(w, true, list->arena, &x, &y, &label);
    if (with > 0)
        add_labelled(list, with, x, y, label, cells / CELLS_A_MARK + 1);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The range that holds all but the outermost hundredth at either end, and the truth; with 0. */
static void axis_range(const double *value, size_t n, const double *truth, size_t n_truth,
                       struct arena *arena, struct axis *axis)
{
    double *sorted = arena_new(arena, n + 1, sizeof *sorted), low = 0, high = 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(value[i]))
            sorted[count++] = value[i];
    if (count > 0) {
        qsort(sorted, count, sizeof *sorted, ascending);
        low = fmin(low, sorted[count / 100]);
        high = fmax(high, sorted[count - 1 - count / 100]);
    }
    for (size_t i = 0; truth != NULL && i < n_truth; i++) {
        low = isfinite(truth[i]) ? fmin(low, truth[i]) : low;
        high = isfinite(truth[i]) ? fmax(high, truth[i]) : high;
    }
    double margin = high > low ? 0.06 * (high - low) : 1;
    axis->low = low - margin;
    axis->high = high + margin;
}

static const char *weights_note(const struct snapshot *snapshot, size_t side,
                                const struct weights *w, const struct area *area,
                                struct arena *arena)
{
    if (side_is_past(snapshot, side))
        return past_note(snapshot, side, area, arena);
    const char *warning = trust_warning(&snapshot->sides[side], area, arena);
    if (warning != NULL)
        return warning;
    enum network_label *label;
    size_t count = labels_of(w, arena, &label);
    const char *labels = count > 0 ? say_labels(label, count, arena) : "";
    const char *truth = w->n_truth > 0 ? say(arena, "; diamonds are the truth's %zu unit%s",
                                             w->n_truth, w->n_truth == 1 ? "" : "s")
                                       : "";
    if (count == 0)
        return SAY_FIT(arena, area, say(arena, "each unit of each network is a point%s", truth),
                       "each unit of each network is a point", "one point a unit");
    const char *comma = strchr(labels, ',');
    const char *most = comma != NULL ? arena_text(arena, labels, (size_t)(comma - labels)) : labels;
    if (labels[0] == '\0')
        return SAY_FIT(arena, area, say(arena, "no network here is nearly true yet%s", truth),
                       "no network is nearly true yet", "none true yet");
    return SAY_FIT(arena, area, say(arena, "of %zu of its networks: %s%s", count, labels, truth),
                   say(arena, "of %zu networks: %s", count, labels), labels, most);
}

static void weights_build(const struct snapshot *snapshot, size_t side_index,
                          const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct weights *w = side->weights;
    if (w == NULL || w->n_points == 0) {
        struct side why = *side;
        if (!side_is_statistical(side))
            why.why = "this model is no two-layer network, so it has no units to draw";
        figure_missing(&why, "Effective weights", "the units", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    size_t cells =
        (size_t)(area->width > 0 ? area->width : 0) * (size_t)(area->height > 0 ? area->height : 0);
    add_units(&list, w, cells);
    if (w->n_truth > 0) {
        struct curve *truth =
            curve_list_specks(&list, w->n_truth, w->truth_x, w->truth_y, w->n_truth);
        truth->role = ROLE_HERE;
        truth->marker = MARKER_DIAMOND;
        truth->name = "truth";
    }
    const char *at = say_at(snapshot, side_index, w->n, arena);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, say(arena, "Effective weights |q| w of the units at %s", at),
                         say(arena, "Weights |q| w at %s", at), "Weights |q| w", "|q| w"),
        .note = weights_note(snapshot, side_index, w, area, arena),
        .x = {.label = w->x_name != NULL ? w->x_name : "|q| w1", .unit = ""},
        .y = {.label = w->y_name != NULL ? w->y_name : "|q| w2", .unit = ""},
        .equal_aspect = area->height >= EQUAL_ASPECT_HEIGHT,
        .curves = list.items,
        .n_curves = list.count,
    };
    axis_range(w->x, w->n_points, w->truth_x, w->n_truth, arena, &out->x);
    axis_range(w->y, w->n_points, w->truth_y, w->n_truth, arena, &out->y);
    figure_marks(side, side_is_past(snapshot, side_index), out);
}

const struct view view_weights = {
    .name = "weights",
    .title = "Effective weights",
    .help = "Every unit of the posterior's networks as one point: its input weights times the size "
            "of its output weight, which is all that a ReLU unit does. Marked by how the network "
            "differs from the truth: its units permuted, turned round, merged, dead.",
    .needs = SESSION_ALL,
    .min_width = 24,
    .min_height = 7,
    .weight = 4,
    .applies = weights_applies,
    .build = weights_build,
};
