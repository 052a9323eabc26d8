/* What the pictures of a plane share: axes, cursor, fields of mass and of K, common ranges. */
#include "view_plane.h"

#include <math.h>

#include "view_text.h"

/* How far below the highest decade of K the colours reach at most. */
enum { LANDSCAPE_DECADES = 6 };

/* Within this share of the window's side, a cell counts as near W0. */
#define NEAR_SHARE 0.05

/* From this height of a panel on, a circle looks round. */
enum { EQUAL_ASPECT_HEIGHT = 18 };

void plane_axes(const struct snapshot *snapshot, size_t side, const size_t axes[2],
                const double low[2], const double high[2], const struct area *area,
                struct figure *out)
{
    const struct model *model = snapshot->sides[side].model;
    out->kind = FIGURE_PLOT;
    out->x = line_axis(model, axes[0], low[0], high[0]);
    out->y = line_axis(model, axes[1], low[1], high[1]);
    double dx = high[0] - low[0], dy = high[1] - low[1];
    /* A small panel is better filled than true to shape. */
    bool roomy = area->height >= EQUAL_ASPECT_HEIGHT;
    out->equal_aspect = roomy && dx > 0 && dy > 0 && dx / dy < 4 && dy / dx < 4;
    const double *w = snapshot->state.cursor[side];
    const struct side *s = &snapshot->sides[side];
    const size_t *shown = snapshot->state.axes[side];
    if (axes[0] < model->dim && axes[1] < model->dim) {
        out->here_x = w[axes[0]];
        out->here_y = w[axes[1]];
    } else if (axes[0] == shown[0] && axes[1] == shown[1]) {
        out->here_x = s->plane_cursor[0];
        out->here_y = s->plane_cursor[1];
    } else {
        out->here_x = out->here_y = NAN;
    }
    if (isfinite(out->here_x) && isfinite(out->here_y)) {
        out->has_here = out->here_x >= low[0] && out->here_x <= high[0] && out->here_y >= low[1] &&
                        out->here_y <= high[1];
    }
}

struct axis line_axis(const struct model *model, size_t axis, double low, double high)
{
    if (!(low < high)) {
        low = isfinite(low) ? low - 1 : -1;
        high = low + 2;
    }
    return (struct axis){.label = model_axis_name(model, axis),
                         .unit = "",
                         .low = low,
                         .high = high,
                         .scale = SCALE_LINEAR};
}

/* A cell of the posterior against one on the screen (two to a character): above 1 for a coarse
   picture, so that its colours are those of the fine one to come. */
static double cell_share(const struct posterior *posterior, const struct area *area)
{
    double shown = 2.0 * fmax(area->width - 8, 1) * fmax(area->height - 6, 1);
    return shown / ((double)posterior->nx * (double)posterior->ny);
}

const struct field *mass_field(const struct posterior *posterior, const struct area *area,
                               struct arena *arena)
{
    double share = cell_share(posterior, area);
    struct field *field = arena_new(arena, 1, sizeof *field);
    *field = (struct field){
        .nx = posterior->nx,
        .ny = posterior->ny,
        .value = posterior->mass,
        .map = MAP_VIRIDIS,
        .scale = SCALE_LOG10,
        .low = MASS_LOW * share,
        .high = MASS_HIGH * share,
        .name = "share",
        .is_mass = true,
    };
    return field;
}

/* Whether a run of cells is set (or, with `any`, one of them): out[i] over i − reach … i + reach,
   `stride` apart; what lies outside the grid does not count. */
static void spread(const unsigned char *in, size_t n, size_t stride, size_t reach, bool any,
                   unsigned char *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t first = i > reach ? i - reach : 0, last = i + reach < n ? i + reach : n - 1;
        bool met = !any;
        for (size_t k = first; k <= last; k++)
            met = any ? met || in[k * stride] : met && in[k * stride];
        out[i * stride] = met;
    }
}

static void spread_plane(unsigned char *cells, unsigned char *other, const size_t count[2],
                         const size_t reach[2], bool any)
{
    for (size_t iy = 0; iy < count[1]; iy++)
        spread(cells + iy * count[0], count[0], 1, reach[0], any, other + iy * count[0]);
    for (size_t ix = 0; ix < count[0]; ix++)
        spread(other + ix, count[1], count[0], reach[1], any, cells + ix);
}

/* So wide, in half cells of the screen, a region must be for an outline to leave the mass in it to
   be seen. */
enum { OUTLINE_ROOM = 5 };

/* The cells of the superlevel set where it is wide: its opening by a box of that size. A valley
   thinner than that shows by its colour alone, as outlines would cover it. */
static const unsigned char *wide_cells(const struct posterior *p, const struct area *area,
                                       double level, struct arena *arena)
{
    const size_t count[2] = {p->nx, p->ny};
    const double shown[2] = {fmax(area->width - 8, 1), 2 * fmax(area->height - 6, 1)};
    size_t reach[2], cells = p->nx * p->ny;
    for (size_t k = 0; k < 2; k++) {
        double across = OUTLINE_ROOM * (double)count[k] / shown[k];
        reach[k] = across > 1 ? (size_t)((across - 1) / 2 + 0.5) : 0;
    }
    unsigned char *inside = arena_new(arena, cells, 1), *other = arena_new(arena, cells, 1);
    for (size_t i = 0; i < cells; i++)
        inside[i] = p->mass[i] >= level;
    spread_plane(inside, other, count, reach, false);
    spread_plane(inside, other, count, reach, true);
    return inside;
}

void mass_contours(struct curve_list *list, const struct posterior *posterior,
                   const struct area *area)
{
    static const char *const names[2] = {"95 % inside", "50 % inside"};
    const double levels[2] = {posterior->level_95, posterior->level_50};
    for (size_t i = 0; i < 2; i++) {
        const unsigned char *wide = wide_cells(posterior, area, levels[i], list->arena);
        struct curve *curve =
            curve_list_contour(list, posterior->mass, posterior->nx, posterior->ny, posterior->low,
                               posterior->high, levels[i], true, wide);
        if (curve != NULL) {
            curve->name = names[i];
            curve->style = i == 0 ? LINE_SOLID : LINE_DOTTED;
        }
    }
}

double *log10_kl(const struct landscape *landscape, struct arena *arena)
{
    size_t count = landscape->nx * landscape->ny;
    double *out = arena_new(arena, count + 1, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        double kl = landscape->kl[i];
        out[i] = isnan(kl) ? NAN : (kl > 0 ? log10(kl) : -400);
    }
    return out;
}

void landscape_range(const struct snapshot *snapshot, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct landscape *landscape = snapshot->sides[s].landscape;
        if (landscape == NULL || !(landscape->kl_high > 0) || !isfinite(landscape->kl_high))
            continue;
        double least = landscape->kl_low > 0 ? landscape->kl_low : landscape->kl_high;
        *high = fmax(*high, ceil(log10(landscape->kl_high)));
        *low = fmin(*low, floor(log10(least)));
    }
    if (!isfinite(*high)) {
        *low = -1;
        *high = 0;
    }
    *low = fmax(*low, *high - LANDSCAPE_DECADES);
    if (*low >= *high)
        *low = *high - 1;
}

double density_top(const double *mass, size_t n, double width)
{
    double top = 0;
    for (size_t i = 0; i < n; i++)
        if (mass[i] > top)
            top = mass[i];
    return n > 0 && width > 0 ? top * (double)n / width : 0;
}

static size_t cell_of(double value, double low, double high, size_t count)
{
    double position = (value - low) / (high - low) * (double)count;
    if (!(position > 0))
        return 0;
    return position >= (double)count ? count - 1 : (size_t)position;
}

static void mark_near(const struct posterior *p, const double at[2], unsigned char *near)
{
    size_t from[2], to[2];
    const size_t counts[2] = {p->nx, p->ny};
    for (size_t k = 0; k < 2; k++) {
        double reach = NEAR_SHARE * (p->high[k] - p->low[k]);
        if (!(at[k] >= p->low[k] - reach) || !(at[k] <= p->high[k] + reach))
            return;
        from[k] = cell_of(at[k] - reach, p->low[k], p->high[k], counts[k]);
        to[k] = cell_of(at[k] + reach, p->low[k], p->high[k], counts[k]);
    }
    for (size_t iy = from[1]; iy <= to[1]; iy++)
        for (size_t ix = from[0]; ix <= to[0]; ix++)
            near[iy * p->nx + ix] = 1;
}

void mass_facts(const struct posterior *posterior, const struct zero_set *zeros,
                struct arena *arena, struct mass_facts *out)
{
    const struct posterior *p = posterior;
    *out = (struct mass_facts){.near_w0 = NAN};
    size_t count = p->nx * p->ny, peak = 0;
    double total = 0, close = 0;
    for (size_t i = 0; i < count; i++) {
        total += p->mass[i];
        peak = p->mass[i] > p->mass[peak] ? i : peak;
    }
    if (count == 0)
        return;
    out->peak[0] = cell_centre(p->low[0], p->high[0], p->nx, peak % p->nx);
    out->peak[1] = cell_centre(p->low[1], p->high[1], p->ny, peak / p->nx);
    if (zeros == NULL || !zeros->has_zero || p->axes[0] >= zeros->dim || p->axes[1] >= zeros->dim)
        return;
    unsigned char *near = arena_new(arena, count, 1);
    size_t points = 0;
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *component = &zeros->components[c];
        for (size_t i = 0; i < component->n_points; i++, points++) {
            const double *w = component->points + i * zeros->dim;
            const double at[2] = {w[p->axes[0]], w[p->axes[1]]};
            mark_near(p, at, near);
            bool same = fabs(at[0] - out->peak[0]) <= 0.02 * (p->high[0] - p->low[0]) &&
                        fabs(at[1] - out->peak[1]) <= 0.02 * (p->high[1] - p->low[1]);
            out->at_singular = out->at_singular || (component->singular[i] && same);
            out->one_point_full = component->rank[i] == (int)zeros->dim;
        }
    }
    out->one_point = points == 1;
    out->one_point_full = out->one_point && out->one_point_full;
    for (size_t i = 0; i < count; i++)
        close += near[i] ? p->mass[i] : 0;
    if (points > 0 && total > 0)
        out->near_w0 = close / total;
}

/* More parameters than these are counted and not named. */
enum { OTHERS_NAMED = 3 };

const char *other_axes(const struct model *model, const size_t axes[2], struct arena *arena)
{
    const char *out = "";
    size_t count = 0;
    for (size_t i = 0; i < model->dim; i++)
        count += i != axes[0] && i != axes[1];
    if (count > OTHERS_NAMED)
        return say(arena, "the other %zu", count);
    for (size_t i = 0; i < model->dim; i++) {
        if (i != axes[0] && i != axes[1])
            out = say(arena, "%s%s%s", out, out[0] == '\0' ? "" : ", ", model_axis_name(model, i));
    }
    return out;
}

void log10_kl_curve(struct curve_list *list, const struct landscape *landscape, double floor_value)
{
    double *x, *y;
    struct curve *curve = curve_list_line(list, landscape->nx, &x, &y);
    for (size_t i = 0; i < landscape->nx; i++) {
        double kl = landscape->kl[i];
        x[i] = cell_centre(landscape->low[0], landscape->high[0], landscape->nx, i);
        y[i] = isnan(kl) ? NAN : fmax(kl > 0 ? log10(kl) : floor_value, floor_value);
    }
    curve->role = ROLE_SINGULAR;
}
