/* Predictive: what the posterior says of y, against the data and the truth. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"
#include "cusp/likelihood.h"

/* Posterior functions drawn, and from how many rows of a panel on; more data are specks. */
enum { FUNCTIONS_MAX = 5, FUNCTIONS_HEIGHT = 12, RINGS_MAX = 60 };

/* Narrower panels name in the legend what a newcomer cannot guess. */
enum { LEGEND_WIDTH = 70 };

static bool predictive_applies(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides && side_is_statistical(&snapshot->sides[side]);
}

struct range {
    double low, high;
};

static void widen(struct range *range, const double *value, size_t n)
{
    for (size_t i = 0; value != NULL && i < n; i++) {
        if (isfinite(value[i])) {
            range->low = fmin(range->low, value[i]);
            range->high = fmax(range->high, value[i]);
        }
    }
}

/* What is drawn must fit, except for single functions that shoot off. */
static struct axis value_axis(const struct predictive *p, const char *label)
{
    struct range r = {INFINITY, -INFINITY};
    widen(&r, p->truth, p->n_grid);
    widen(&r, p->mean, p->n_grid);
    widen(&r, p->low, p->n_grid);
    widen(&r, p->high, p->n_grid);
    widen(&r, p->data_y, p->n_data);
    widen(&r, p->noise_low, p->n_grid);
    widen(&r, p->noise_high, p->n_grid);
    if (p->is_density)
        r.low = 0;
    if (!(r.low < r.high)) {
        r.low = isfinite(r.low) ? r.low - 1 : 0;
        r.high = r.low + 2;
    }
    double margin = 0.04 * (r.high - r.low);
    return (struct axis){.label = label,
                         .unit = "",
                         .low = p->is_density ? 0 : r.low - margin,
                         .high = r.high + margin};
}

static struct curve *add_line(struct curve_list *list, const struct predictive *p,
                              const double *value, enum role role, enum line_style style,
                              const char *name)
{
    double *x, *y;
    struct curve *curve = curve_list_line(list, p->n_grid, &x, &y);
    for (size_t i = 0; i < p->n_grid; i++) {
        x[i] = p->x[i];
        y[i] = value[i];
    }
    curve->role = role;
    curve->style = style;
    curve->name = name;
    return curve;
}

/* A density's data as the outline of its histogram; of counts as marks. */
static void add_histogram(struct curve_list *list, const struct predictive *p)
{
    if (p->discrete || p->n_data < 2) {
        double *x, *y;
        struct curve *curve = curve_list_line(list, p->n_data, &x, &y);
        for (size_t i = 0; i < p->n_data; i++) {
            x[i] = p->data_x[i];
            y[i] = p->data_y[i];
        }
        curve->role = ROLE_PLAIN;
        curve->marker = MARKER_RING;
        curve->no_line = true;
        curve->name = "data";
        return;
    }
    double *x, *y, half = (p->data_x[1] - p->data_x[0]) / 2;
    struct curve *curve = curve_list_line(list, 2 * p->n_data + 2, &x, &y);
    size_t k = 0;
    x[k] = p->data_x[0] - half;
    y[k++] = 0;
    for (size_t i = 0; i < p->n_data; i++) {
        x[k] = p->data_x[i] - half;
        y[k++] = p->data_y[i];
        x[k] = p->data_x[i] + half;
        y[k++] = p->data_y[i];
    }
    x[k] = p->data_x[p->n_data - 1] + half;
    y[k] = 0;
    curve->role = ROLE_PLAIN;
    curve->name = "data";
}

/* One observation for so many cells of a panel at most: the functions must be seen among them. */
enum { CELLS_AN_OBSERVATION = 8 };

static void add_data(struct curve_list *list, const struct predictive *p, const struct area *area)
{
    if (p->n_data == 0 || p->data_x == NULL || p->data_y == NULL)
        return;
    if (p->is_density) {
        add_histogram(list, p);
        return;
    }
    size_t cells =
        (size_t)(area->width > 0 ? area->width : 0) * (size_t)(area->height > 0 ? area->height : 0);
    struct curve *curve = curve_list_specks(list, p->n_data, p->data_x, p->data_y,
                                            cells / CELLS_AN_OBSERVATION + RINGS_MAX);
    curve->role = ROLE_PLAIN;
    if (p->n_data <= RINGS_MAX)
        curve->marker = MARKER_RING;
    curve->name = "data";
}

static void add_functions(struct curve_list *list, const struct predictive *p,
                          const struct area *area)
{
    size_t count = area->height >= FUNCTIONS_HEIGHT ? FUNCTIONS_MAX : 3;
    for (size_t i = 0; p->functions != NULL && i < p->n_functions && i < count; i++)
        add_line(list, p, p->functions + i * p->n_grid, ROLE_DIM, LINE_SOLID,
                 i == 0 && area->width >= LEGEND_WIDTH ? "draws" : NULL);
}

/* How far the mean is from the truth, and where the truth lies inside the band. */
struct fit {
    double distance; /* root mean square; of a density half the integral of the difference */
    double inside;   /* share of the grid */
};

static struct fit fit_of(const struct predictive *p)
{
    double sum = 0, inside = 0, count = 0;
    for (size_t i = 0; i < p->n_grid; i++) {
        double gap = p->mean[i] - p->truth[i];
        if (!isfinite(gap))
            continue;
        double width = 1;
        if (p->is_density && !p->discrete) {
            double left = i > 0 ? p->x[i - 1] : p->x[i];
            double right = i + 1 < p->n_grid ? p->x[i + 1] : p->x[i];
            width = (right - left) / 2;
        }
        sum += p->is_density ? 0.5 * fabs(gap) * width : gap * gap;
        count++;
        if (p->low != NULL && p->high != NULL) {
            /* The band may be of no width where all functions agree: rounding does not count. */
            double slack = 1e-9 * (fabs(p->truth[i]) + fabs(p->high[i] - p->low[i]));
            inside += p->truth[i] >= p->low[i] - slack && p->truth[i] <= p->high[i] + slack;
        }
    }
    struct fit fit = {NAN, NAN};
    if (count > 0) {
        fit.distance = p->is_density ? sum : sqrt(sum / count);
        fit.inside = inside / count;
    }
    return fit;
}

static double mean_width(const struct predictive *p)
{
    double sum = 0, count = 0;
    for (size_t i = 0; p->low != NULL && p->high != NULL && i < p->n_grid; i++) {
        if (isfinite(p->high[i] - p->low[i])) {
            sum += p->high[i] - p->low[i];
            count++;
        }
    }
    return count > 0 ? sum / count : NAN;
}

static const char *predictive_note(const struct snapshot *snapshot, size_t side,
                                   const struct predictive *p, const struct area *area,
                                   struct arena *arena)
{
    const struct side *s = &snapshot->sides[side];
    const char *warning = trust_warning(s, area, arena);
    if (side_is_past(snapshot, side))
        return past_note(snapshot, side, area, arena);
    if (warning != NULL)
        return warning;
    const char *width = say_number(arena, mean_width(p), 2);
    if (p->truth == NULL)
        return SAY_FIT(arena, area,
                       say(arena,
                           "the truth is not known, only these data; the band (5 to 95 %%) is %s "
                           "wide on average",
                           width),
                       say(arena, "truth unknown; the band is %s wide on average", width),
                       say(arena, "truth unknown; band %s wide", width), "truth unknown");
    struct fit fit = fit_of(p);
    const char *inside = say_percent(arena, fit.inside);
    const char *far =
        p->is_density ? say_percent(arena, fit.distance) : say_number(arena, fit.distance, 2);
    const char *over =
        p->is_density ? "y"
        : s->model->likelihood->input_names != NULL && s->model->likelihood->n_inputs > 0
            ? s->model->likelihood->input_names[0]
            : "x";
    const char *brief = say(arena, "truth in the band at %s of %s", inside, over);
    const char *gap = p->is_density ? say(arena, "mean and truth differ in %s of their mass", far)
                                    : say(arena, "the mean is %s from the truth on average", far);
    return SAY_FIT(arena, area,
                   say(arena, "%s; the truth lies inside the band (5 to 95 %%) at %s of %s", gap,
                       inside, over),
                   say(arena, "%s, inside the band at %s of %s", gap, inside, over),
                   say(arena, "mean %s off; %s", far, brief), brief,
                   say(arena, "truth in the band at %s", inside));
}

static const char *input_label(const struct side *side, const struct predictive *p)
{
    const struct likelihood *l = side->model->likelihood;
    if (p->is_density || l->n_inputs == 0 || l->input_names == NULL)
        return l->output_name != NULL ? l->output_name : "y";
    return l->input_names[0];
}

static void predictive_build(const struct snapshot *snapshot, size_t side_index,
                             const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct predictive *p = side->predictive;
    if (!side_is_statistical(side)) {
        struct side why = *side;
        why.why = "a potential has no data to predict: this view is for statistical models";
        figure_missing(&why, "Predictive", "", area, arena, out);
        return;
    }
    const char *title =
        say(arena, "Predictive at %s",
            say_at(snapshot, side_index, p != NULL ? p->n : snapshot->state.n, arena));
    if (p == NULL || p->n_grid < 2 || !(p->x[0] < p->x[p->n_grid - 1])) {
        figure_missing(side, title, "what the posterior predicts", area, arena, out);
        return;
    }
    const struct likelihood *l = side->model->likelihood;
    struct curve_list list = {.arena = arena};
    /* Between counts there is nothing: lines of many draws would only say otherwise. */
    if (!p->discrete)
        add_functions(&list, p, area);
    add_data(&list, p, area);
    if (p->noise_low != NULL && p->noise_high != NULL) {
        add_line(&list, p, p->noise_low, ROLE_CONTOUR, LINE_DOTTED,
                 area->width >= LEGEND_WIDTH ? "90 % of y" : NULL);
        add_line(&list, p, p->noise_high, ROLE_CONTOUR, LINE_DOTTED, NULL);
    }
    struct curve *mean = add_line(&list, p, p->mean, side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR,
                                  LINE_SOLID, "mean, band");
    mean->marker = p->discrete && p->is_density ? MARKER_DOT : MARKER_NONE;
    mean->low = p->low;
    mean->high = p->high;
    if (p->truth != NULL)
        add_line(&list, p, p->truth, ROLE_THEORY, LINE_DASHED, "truth");
    const char *label = p->label[0] != '\0' ? say(arena, ", %s", p->label) : "";
    double rim = p->is_density && p->discrete ? 0.5 : 0; /* counts stand in the middle of theirs */
    const char *output = l->output_name != NULL ? l->output_name : "y";
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena, "%s%s: data%s and posterior", title, label,
                             p->truth != NULL ? ", truth" : ""),
                         say(arena, "%s%s", title, label), title, "Predictive"),
        .note = predictive_note(snapshot, side_index, p, area, arena),
        .x = {.label = input_label(side, p),
              .unit = "",
              .low = p->x[0] - rim,
              .high = p->x[p->n_grid - 1] + rim},
        .y = value_axis(p, p->is_density ? (p->discrete ? "probability" : "density") : output),
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(side, side_is_past(snapshot, side_index), out);
}

const struct view view_predictive = {
    .name = "predictive",
    .title = "Predictive",
    .help =
        "What the posterior says of new data: the mean of its functions with the band that holds "
        "90 % of them, a few single functions, the data so far, and the truth (dashed).",
    .needs = SESSION_ALL,
    .min_width = 24,
    .min_height = 6,
    .weight = 4,
    .applies = predictive_applies,
    .build = predictive_build,
};
