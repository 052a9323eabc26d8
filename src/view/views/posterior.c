/* Posterior: where the mass is at this n, with W0 under it and the credible regions around it. */
#include "cusp/view.h"

#include <math.h>

#include "../view_plane.h"
#include "../view_text.h"
#include "../views.h"

static bool posterior_applies(const struct snapshot *snapshot, size_t side)
{
    (void)snapshot;
    (void)side;
    return true;
}

/* Under a Gaussian n E[K] is d/2; until then the Hessian at the point does not tell the shape. */
#define GAUSSIAN_WITHIN 0.05
/* Mass spread over more of the box than this gathers nowhere, however much of it W0 shadows. */
#define GATHERED_SHARE 0.5

static bool is_gaussian_by_now(const struct posterior *p, size_t dim)
{
    double half = 0.5 * (double)dim;
    return fabs(p->evidence.mean_nk - half) <= GAUSSIAN_WITHIN * half;
}

/* What is to be noticed, from long to short; `lead` says it when the picture is of another n. */
static void plane_note(const struct snapshot *snapshot, const struct side *side,
                       const struct area *area, struct arena *arena, struct figure *out)
{
    const struct posterior *p = side->posterior;
    if (p->n != snapshot->state.n) {
        const char *n = say_number(arena, p->n, 3);
        out->note = SAY_FIT(arena, area,
                            say(arena, "still showing n = %s, while the next one is computed", n),
                            say(arena, "still showing n = %s", n));
        return;
    }
    if (p->mass_inside < 0.999) {
        const char *part = say_percent(arena, p->mass_inside);
        out->note = SAY_FIT(arena, area, say(arena, "this window holds %s of the mass", part),
                            say(arena, "%s of the mass", part));
        return;
    }
    struct mass_facts facts;
    mass_facts(p, side->zeros, arena, &facts);
    const char *share = say_percent(arena, p->share_95);
    const char *what = "";
    const char *middle = "", *brief = "";
    if (facts.one_point_full && !is_gaussian_by_now(p, side->model->dim)) {
        what = ": one point, not yet a Gaussian";
        brief = ": not yet Gaussian";
    } else if (facts.one_point) {
        what = facts.one_point_full ? ": one point, one Gaussian" : ": one point, but no Gaussian";
        brief = facts.one_point_full ? ": one Gaussian" : ": no Gaussian";
    } else if (!isnan(facts.near_w0) && facts.near_w0 >= 0.9 && p->share_95 <= GATHERED_SHARE) {
        what = facts.at_singular ? ": it hugs W0, thickest where W0 is singular" : ": it hugs W0";
        middle = facts.at_singular ? ", densest at W0's singular point" : ": it hugs W0";
        brief = ": it hugs W0";
    } else if (!isnan(facts.near_w0) && facts.near_w0 < 0.9) {
        what = say(arena, ": %s of it is near W0 so far", say_percent(arena, facts.near_w0));
        brief = say(arena, ": %s near W0", say_percent(arena, facts.near_w0));
    } else if (side->zeros != NULL && !side->zeros->has_zero) {
        what = ": it gathers where K is least, for K has no zero";
        brief = ": no zero of K";
    }
    if (middle[0] == '\0')
        middle = brief;
    out->note =
        SAY_FIT(arena, area, say(arena, "95 %% of the mass lies in %s of the box%s", share, what),
                say(arena, "95 %% lies in %s of the box%s", share, middle),
                say(arena, "95 %% lies in %s of the box%s", share, brief),
                say(arena, "95 %% in %s of the box%s", share, brief),
                say(arena, "95 %% lies in %s of the box", share), say(arena, "95 %% in %s", share));
}

static void build_plane(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    struct curve_list list = {.arena = arena};
    w0_dim(&list, side->zeros, p->axes[0], p->axes[1]);
    mass_contours(&list, p, area);
    plane_axes(snapshot, side_index, p->axes, p->low, p->high, area, out);
    out->field = mass_field(p, area, arena);
    out->curves = list.items;
    out->n_curves = list.count;
    plane_note(snapshot, side, area, arena, out);
}

/* One range for both models, so that a sharper posterior looks sharper. */
static double density_range(const struct snapshot *snapshot)
{
    double top = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct posterior *p = snapshot->sides[s].posterior;
        if (p != NULL && snapshot->sides[s].model->dim == 1)
            top = fmax(top, density_top(p->mass, p->nx, p->high[0] - p->low[0]));
    }
    return round_up_125(top);
}

static void build_line(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                       struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    struct curve_list list = {.arena = arena};
    double *x, *y, width = p->high[0] - p->low[0];
    struct curve *curve = curve_list_line(&list, p->nx, &x, &y);
    for (size_t i = 0; i < p->nx; i++) {
        x[i] = cell_centre(p->low[0], p->high[0], p->nx, i);
        y[i] = p->mass[i] * (double)p->nx / width;
    }
    curve->role = side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    w0_on_line(&list, side->zeros, 0, false);
    out->x = line_axis(side->model, p->axes[0], p->low[0], p->high[0]);
    out->y =
        (struct axis){.label = "density", .unit = "", .low = 0, .high = density_range(snapshot)};
    out->here_x = snapshot->state.cursor[side_index][0];
    if (out->here_x >= p->low[0] && out->here_x <= p->high[0] && p->nx > 0) {
        double at = (out->here_x - p->low[0]) / width * (double)p->nx;
        size_t cell = at >= (double)p->nx ? p->nx - 1 : (size_t)at;
        out->here_y = y[cell];
        out->has_here = true;
    }
    out->curves = list.items;
    out->n_curves = list.count;
    if (p->n != snapshot->state.n || p->mass_inside < 0.999) {
        plane_note(snapshot, side, area, arena, out);
        return;
    }
    const char *share = say_percent(arena, p->share_95);
    const char *mean = say_mean(arena, p->mean[0], p->sd[0]);
    const char *name = model_axis_name(side->model, 0);
    out->note = SAY_FIT(
        arena, area,
        say(arena, "95 %% of the mass lies in %s of the range: %s = %s", share, name, mean),
        say(arena, "95 %% lies in %s of the range", share), say(arena, "95 %% in %s", share));
}

static void posterior_build(const struct snapshot *snapshot, size_t side_index,
                            const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    const char *n = say_number(arena, p != NULL ? p->n : snapshot->state.n, 3);
    const char *title = say(arena, "Posterior at n = %s", n);
    if (p == NULL || p->nx == 0 || p->ny == 0) {
        figure_missing(side, title, "the posterior", area, arena, out);
        return;
    }
    *out = (struct figure){.kind = FIGURE_PLOT};
    const char *summed = other_axes(side->model, p->axes, arena);
    out->title = SAY_FIT(
        arena, area, summed[0] != '\0' ? say(arena, "%s, summed over %s", title, summed) : title,
        title, say(arena, "n = %s", n));
    if (side->model->dim == 1)
        build_line(snapshot, side_index, area, arena, out);
    else
        build_plane(snapshot, side_index, area, arena, out);
    figure_marks(side, p->coarse || p->n != snapshot->state.n, out);
}

const struct view view_posterior = {
    .name = "posterior",
    .title = "Posterior",
    .help =
        "Where the posterior's mass is after n observations: the share of it in each cell of the "
        "picture, with the true parameters W0 drawn dim, and the regions that hold 50 % and "
        "95 % outlined.",
    .min_width = 20,
    .min_height = 6,
    .weight = 4,
    .applies = posterior_applies,
    .build = posterior_build,
};
