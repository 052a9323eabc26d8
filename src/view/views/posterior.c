/* Posterior: where the mass is at this n, with W0 under it and the credible regions around it. */
#include "cusp/view.h"

#include <math.h>

#include "../view_plane.h"
#include "../view_run.h"
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

/* "3.1 % ± 0.4 % of the box", or of the range. */
static const char *say_share(const struct posterior *p, struct arena *arena)
{
    if (!(p->share_95_error > 0))
        return say_percent(arena, p->share_95);
    return say(arena, "%s ± %s", say_percent(arena, p->share_95),
               say_percent(arena, p->share_95_error));
}

/* "78 % of it: both nodes near 1": the region that holds most; "" if the model names none. */
static const char *say_leading_region(const struct side *side, struct arena *arena)
{
    const struct posterior *p = side->posterior;
    size_t best = 0;
    if (p->region_mass == NULL || side->model->n_regions == 0)
        return "";
    for (size_t r = 1; r < side->model->n_regions; r++)
        best = p->region_mass[r] > p->region_mass[best] ? r : best;
    return say(arena, "%s of the mass: %s", say_percent(arena, p->region_mass[best]),
               side->model->regions[best]);
}

/* A first look, before the run itself has come as far. */
static void rough_note(const struct side *side, const struct area *area, struct arena *arena,
                       struct figure *out)
{
    size_t n = side->posterior->n_particles;
    const char *region = say_leading_region(side, arena);
    const char *first = say(arena, "a first look by %zu particles; the finer picture follows", n);
    const char *brief = say(arena, "first look, %zu particles", n);
    out->note =
        SAY_FIT(arena, area, region[0] != '\0' ? say(arena, "%s (%s)", first, region) : first,
                first, brief, "first look");
}

/* Estimated from particles: how much of the box, what it costs, and how good the estimate is. */
static void particles_note(const struct side *side, const struct area *area, struct arena *arena,
                           struct figure *out)
{
    const struct posterior *p = side->posterior;
    const struct particles *c = side->particles;
    const char *share =
        isfinite(p->share_95)
            ? say(arena, "95 %% of the mass lies in %s of the box; ", say_share(p, arena))
            : "";
    const char *brief_share = isfinite(p->share_95) ? say(arena, "95 %% in %s of the box, ",
                                                          say_percent(arena, p->share_95))
                                                    : "";
    const char *loss = "";
    if (c != NULL && isfinite(c->mean_nk))
        loss = say(arena, "%s = %s, ", side_is_statistical(side) ? "n(L_n − S_n)" : "n E[K]",
                   say_mean(arena, c->mean_nk, c->mean_nk_error));
    const char *many = say(arena, "%zu particles", p->n_particles);
    const char *worth =
        c != NULL ? say(arena, ", worth %s, R-hat = %.2f", say_number(arena, c->ess, 3), c->rhat)
                  : "";
    const char *region = say_leading_region(side, arena);
    if (region[0] != '\0') { /* what the model is about is said first */
        const char *whole = isfinite(p->share_95)
                                ? say(arena, "95 %% in %s of the box; ", say_share(p, arena))
                                : "";
        out->note =
            SAY_FIT(arena, area, say(arena, "%s; %s%s%s%s", region, whole, loss, many, worth),
                    say(arena, "%s; %s%s%s", region, loss, many, worth),
                    say(arena, "%s; %s%s", region, loss, many), say(arena, "%s; %s", region, many),
                    region, say(arena, "%s%s", brief_share, many), many);
        return;
    }
    out->note = SAY_FIT(arena, area, say(arena, "%s%s%s%s", share, loss, many, worth),
                        say(arena, "%s%s%s", brief_share, loss, many),
                        say(arena, "%s%s", brief_share, many),
                        p->share_95_error > 0
                            ? say(arena, "95 %% in %s of the box", say_percent(arena, p->share_95))
                            : say(arena, "%s%s", many, worth),
                        many);
}

/* A picture of another n, one that cannot be trusted, or a part of one: that is said first. */
static bool lead_note(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                      struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    if (side_is_past(snapshot, side_index)) {
        out->note = past_note(snapshot, side_index, area, arena);
        return true;
    }
    out->note = p->n_particles > 0 ? trust_warning(side, area, arena) : NULL;
    if (out->note != NULL)
        return true;
    /* The tails of an observable reach far beyond any window. */
    if (p->mass_inside < (p->n_particles > 0 ? 0.98 : 0.999)) {
        const char *part = say_percent(arena, p->mass_inside);
        out->note = SAY_FIT(arena, area, say(arena, "this window holds %s of the mass", part),
                            say(arena, "%s of the mass", part));
        return true;
    }
    return false;
}

/* What is to be noticed, from long to short. */
static void plane_note(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                       struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    if (lead_note(snapshot, side_index, area, arena, out))
        return;
    if (p->n_particles > 0 && p->coarse) {
        rough_note(side, area, arena, out);
        return;
    }
    if (p->n_particles > 0) {
        particles_note(side, area, arena, out);
        return;
    }
    struct mass_facts facts;
    mass_facts(p, side->zeros, arena, &facts);
    const char *share = say_share(p, arena);
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
    } else if (side_has_no_truth(side)) {
        what = ": it gathers where the data are most likely";
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

/* One point for so many cells of the panel at most: the field below must show too. */
enum { CELLS_A_POINT = 4 };

static void add_scatter(struct curve_list *list, const struct side *side, const struct area *area)
{
    const struct scatter *s = side->scatter;
    if (s == NULL || s->n == 0 || side->posterior->n_particles == 0)
        return;
    size_t cells =
        (size_t)(area->width > 0 ? area->width : 0) * (size_t)(area->height > 0 ? area->height : 0);
    struct curve *curve = curve_list_specks(list, s->n, s->x, s->y, cells / CELLS_A_POINT + 1);
    curve->role = ROLE_PLAIN;
    curve->name = "particles";
}

static void build_plane(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct posterior *p = side->posterior;
    struct curve_list list = {.arena = arena};
    w0_dim(&list, side->model, side->zeros, p->axes[0], p->axes[1], p->n_particles > 0);
    mass_contours(&list, p, area);
    add_scatter(&list, side, area);
    plane_axes(snapshot, side_index, p->axes, p->low, p->high, area, out);
    out->field = mass_field(p, area, arena);
    out->curves = list.items;
    out->n_curves = list.count;
    plane_note(snapshot, side_index, area, arena, out);
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
    if (lead_note(snapshot, side_index, area, arena, out))
        return;
    const char *share = say_share(p, arena);
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
    double n = p != NULL ? p->n : snapshot->state.n;
    const char *title = say(arena, "Posterior at %s", say_at(snapshot, side_index, n, arena));
    if (p == NULL || p->nx == 0 || p->ny == 0) {
        figure_missing(side, title, "the posterior", area, arena, out);
        return;
    }
    *out = (struct figure){.kind = FIGURE_PLOT};
    const char *summed = other_axes(side->model, p->axes, arena);
    out->title = SAY_FIT(
        arena, area, summed[0] != '\0' ? say(arena, "%s, summed over %s", title, summed) : title,
        title, say(arena, "Posterior, %s", say_at_brief(snapshot, side_index, n, arena)),
        say(arena, "Posterior at n = %s", say_number(arena, n, 4)),
        say(arena, "n = %s", say_number(arena, n, 4)));
    if (side->model->dim == 1)
        build_line(snapshot, side_index, area, arena, out);
    else
        build_plane(snapshot, side_index, area, arena, out);
    figure_marks(side, p->coarse || side_is_past(snapshot, side_index), out);
}

const struct view view_posterior = {
    .name = "posterior",
    .title = "Posterior",
    .help =
        "Where the posterior's mass is after n observations: the share of it in each cell of the "
        "picture, with the true parameters W0 drawn dim, and the regions that hold 50 % and "
        "95 % outlined.",
    .needs = SESSION_POSTERIOR | SESSION_ZEROS,
    .min_width = 20,
    .min_height = 6,
    .weight = 4,
    .applies = posterior_applies,
    .build = posterior_build,
};
