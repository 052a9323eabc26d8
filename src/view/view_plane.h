/* What the pictures of a plane share: axes, cursor, fields of mass and of K, common ranges. */
#ifndef CUSP_VIEW_PLANE_H
#define CUSP_VIEW_PLANE_H

#include "view_curves.h"

/* Axes over a window of axes[2] of the side's model, and the crosshair where the cursor is. */
void plane_axes(const struct snapshot *snapshot, size_t side, const size_t axes[2],
                const double low[2], const double high[2], const struct area *area,
                struct figure *out);

/* The one axis of a one-dimensional model, or of a marginal. */
struct axis line_axis(const struct model *model, size_t axis, double low, double high);

/* Shares of the mass in a cell of the screen, on a fixed scale, so that colours mean the same at
   every n and in both models. area: where it will be drawn. */
#define MASS_LOW 1e-5
#define MASS_HIGH 0.2
const struct field *mass_field(const struct posterior *posterior, const struct area *area,
                               struct arena *arena);

/* Credible contours of the masses, 50 % and 95 %, where there is room inside them. area: where it
   will be drawn. */
void mass_contours(struct curve_list *list, const struct posterior *posterior,
                   const struct area *area);

/* log10 of K with a floor for zeros, so that K = 0 is the darkest colour and not undefined. */
double *log10_kl(const struct landscape *landscape, struct arena *arena);

/* Range of log10 K in whole decades, the same for all sides shown. */
void landscape_range(const struct snapshot *snapshot, double *low, double *high);

/* Greatest density over one axis of all sides, rounded up to 1-2-5: the common range of curves. */
double density_top(const double *mass, size_t n, double width);

/* "thickest at …": where the densest cell lies, and how much of the mass is near W0. */
struct mass_facts {
    double peak[2];   /* centre of the densest cell */
    bool at_singular; /* it lies at a singular point of W0 */
    double near_w0;   /* share of the mass within 5 % of the window's side of W0; NaN without W0 */
    bool one_point;   /* W0 is a single point … */
    bool one_point_full; /* … whose Hessian has full rank */
};
void mass_facts(const struct posterior *posterior, const struct zero_set *zeros,
                struct arena *arena, struct mass_facts *out);

/* Names of the parameters that are not on these axes, "w3" or "w1, w3"; "" if none. */
const char *other_axes(const struct model *model, const size_t axes[2], struct arena *arena);

/* log10 K on a one-dimensional window, as a curve. */
void log10_kl_curve(struct curve_list *list, const struct landscape *landscape, double floor_value);

#endif
