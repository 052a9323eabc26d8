/* Cuts a line of the box into panels on which K is monotone, smooth and within a fixed ratio:
   critical points are isolated by enclosures, so that no valley is missed, and panels are graded
   towards them. */
#include "line_private.h"

#include <math.h>

#include "cusp/mem.h"

/* n (max K − min K) below this on a stretch: e^(−n K) is as good as a polynomial there. */
static const double flat = 0.05;
/* A slope the wrong way that changes n K by no more than this does not spoil monotonicity. */
static const double harmless = 1e-3;
/* Range of log φ over a stretch that a panel can follow. */
static const double prior_range = 6.0;

enum { STACK_MAX = 256, ENCLOSURES_MAX = 6000, LADDER = 16, LADDER_MAX = 96, OCTAVES_MAX = 900 };

static void push_segment(struct line_maker *maker, double a, double b, bool graded)
{
    if (!(b > a))
        return;
    MEM_GROW(maker->segments, maker->n_segments, maker->segment_capacity);
    maker->segments[maker->n_segments++] = (struct segment){.a = a, .b = b, .graded = graded};
}

/* K, ∂K and ∂²K at one point of the line. */
static void slopes_at(struct line_maker *maker, double y, double out[3])
{
    maker->w[maker->axis] = y;
    program_point(maker->slopes, maker->space, maker->w, out);
    maker->n_evaluations++;
}

/* The one critical point of (a, b) where the slope has opposite signs at the ends: Newton kept
 * inside by bisection. */
static double find_critical(struct line_maker *maker, double a, double b, double slope_a)
{
    double rising = slope_a < 0 ? 1.0 : -1.0; /* sign of the slope at b */
    double y = a + (b - a) / 2;
    for (int i = 0; i < 80; i++) {
        double v[3];
        slopes_at(maker, y, v);
        if (v[1] == 0 || !isfinite(v[1]))
            break;
        if (rising * v[1] > 0)
            b = y;
        else
            a = y;
        double next = y - v[1] / v[2];
        if (!(next > a && next < b))
            next = a + (b - a) / 2;
        double moved = fabs(next - y);
        y = next;
        if (moved <= 4e-16 * fabs(y) || b - a <= 1e-300)
            break;
    }
    return y;
}

/* Whether a region or the prior changes too much over the enclosed stretch for one panel. */
static bool must_split(struct line_maker *maker, const struct interval *box)
{
    const struct model *model = maker->model;
    if (model->n_regions > 0) {
        program_interval(model->region_tests, maker->space, box, maker->region_box);
        for (size_t r = 0; r < model->n_regions; r++) {
            struct interval in = maker->region_box[r];
            if (!in.defined || (in.low <= 0 && in.high >= 0 && !(in.low == 0 && in.high == 0)))
                return true;
        }
    }
    if (model->log_prior != NULL) {
        struct interval prior;
        program_interval(model->log_prior, maker->space, box, &prior);
        if (prior.high > maker->log_prior_max - 700 && !(prior.high - prior.low <= prior_range))
            return true;
    }
    return false;
}

/* Handles the stretch [a, b]: emits segments, or returns false if it has to be halved. */
static bool settle(struct line_maker *maker, struct interval *box, double a, double b, bool tiny)
{
    const struct line_rule *rule = &maker->rule;
    struct interval e[3];
    box[maker->axis] = interval_of(a, b);
    program_interval(maker->slopes, maker->space, box, e);
    maker->n_enclosures++;
    if (e[0].kink) { /* a kink right at an end does no harm: look just inside */
        double inset = 1e-13 * (b - a);
        box[maker->axis] = interval_of(a + inset, b - inset);
        program_interval(maker->slopes, maker->space, box, e);
        maker->n_enclosures++;
    }
    bool whole = e[0].defined && isfinite(e[0].low) && isfinite(e[0].high);
    if (e[0].defined && !rule->keep_high &&
        rule->n_min * (e[0].low - rule->kl_ref) > maker->negligible)
        return true;
    if (tiny) {
        push_segment(maker, a, b, false);
        return true;
    }
    if (must_split(maker, box))
        return false;
    if (whole && rule->n_max * (e[0].high - e[0].low) <= flat) {
        push_segment(maker, a, b, false);
        return true;
    }
    if (!e[0].defined || e[0].kink)
        return false;
    double slack = harmless / (rule->n_max * (b - a));
    if (e[1].defined && (e[1].low >= -slack || e[1].high <= slack)) {
        push_segment(maker, a, b, true);
        return true;
    }
    if (!e[1].defined || !e[2].defined || (e[2].low <= 0 && e[2].high >= 0))
        return false;
    double at_a[3], at_b[3];
    slopes_at(maker, a, at_a);
    slopes_at(maker, b, at_b);
    if (!isfinite(at_a[1]) || !isfinite(at_b[1]))
        return false;
    if (at_a[1] * at_b[1] >= 0) {
        push_segment(maker, a, b, true);
        return true;
    }
    double c = find_critical(maker, a, b, at_a[1]);
    push_segment(maker, a, c, true);
    push_segment(maker, c, b, true);
    return true;
}

/* Fills maker->segments with stretches in ascending order that cover all of the line that matters.
 */
static void cut_segments(struct line_maker *maker)
{
    struct {
        double a, b;
    } stack[STACK_MAX];
    struct interval box[SYNTAX_MAX_PARAMS];
    for (size_t i = 0; i < maker->model->dim; i++)
        box[i] = interval_of(maker->w[i], maker->w[i]);
    double least = 1e-14 * (maker->high - maker->low);
    size_t depth = 0, begun = maker->n_enclosures;
    maker->n_segments = 0;
    stack[depth].a = maker->low;
    stack[depth++].b = maker->high;
    while (depth > 0) {
        double a = stack[--depth].a, b = stack[depth].b;
        double middle = a + (b - a) / 2;
        bool tiny = b - a <= least + 4e-16 * fabs(middle) || depth + 2 > STACK_MAX ||
                    maker->n_enclosures - begun > ENCLOSURES_MAX;
        if (settle(maker, box, a, b, tiny))
            continue;
        stack[depth].a = middle;
        stack[depth++].b = b;
        stack[depth].a = a;
        stack[depth++].b = middle;
    }
}

/* K at the ends of every graded stretch; neighbours on which K goes on the same way become one. */
static void merge_segments(struct line_maker *maker)
{
    struct segment *s = maker->segments;
    size_t kept = 0;
    for (size_t i = 0; i < maker->n_segments; i++) {
        struct segment next = s[i];
        if (next.graded) {
            double ends[2] = {next.a, next.b}, k[2];
            line_eval(maker, ends, 2, k);
            next.k_a = k[0];
            next.k_b = k[1];
        }
        struct segment *last = kept > 0 ? &s[kept - 1] : NULL;
        if (last != NULL && next.graded && last->graded && last->b == next.a &&
            (last->k_a <= last->k_b) == (next.k_a <= next.k_b)) {
            last->b = next.b;
            last->k_b = next.k_b;
        } else {
            s[kept++] = next;
        }
    }
    maker->n_segments = kept;
}

void line_add_panel(struct line *line, double a, double b)
{
    if (!(b > a))
        return;
    MEM_GROW(line->panels, line->n_panels, line->panel_capacity);
    line->panels[line->n_panels++] = (struct panel){.a = a, .b = b};
}

/* Break points between the end where K is low and the far end, as distances from the low end,
 * descending. */
struct ladder {
    double distance[LADDER_MAX + 1];
    size_t count;
};

static void ladder_add(struct ladder *ladder, double distance)
{
    if (ladder->count <= LADDER_MAX)
        ladder->distance[ladder->count++] = distance;
}

/* K over K at the low end, at low + sign·length·2^(−i) for i = from .. from + LADDER − 1. */
static void sample_ladder(struct line_maker *maker, double low, double reach, int from, double *k)
{
    double y[LADDER];
    reach = ldexp(reach, -from);
    for (int i = 0; i < LADDER; i++, reach *= 0.5)
        y[i] = low + reach;
    line_eval(maker, y, LADDER, k);
}

/* Grades a monotone stretch: from the far end towards the low end in steps of a bounded ratio of K.
 */
static void grade(struct line_maker *maker, double low, double far, double k_low, double k_far,
                  struct ladder *ladder)
{
    const struct line_rule *rule = &maker->rule;
    double base = rule->keep_high ? k_low : 0; /* K is measured from here */
    double reach = far - low, floor = greater(1 / rule->n_max, 2 * maker->noise);
    double top = k_far - base, current = top, k[LADDER];
    int at = 0; /* `current` is K at reach·2^(−at) */
    ladder->count = 0;
    ladder_add(ladder, fabs(reach));
    /* the last panel holds the least K itself: there e^(−nK) is steep already at twice that */
    floor = greater(floor, 2 * (k_low - base));
    double previous = top; /* one rung above */
    for (int i = 1; i < OCTAVES_MAX && current > floor; i++) {
        if ((i - 1) % LADDER == 0)
            sample_ladder(maker, low, reach, i, k);
        double here = greater(k[(i - 1) % LADDER] - base, 0);
        if (here > previous)
            here = previous;
        if (here * rule->ratio >= current) { /* still within the ratio: go on */
            previous = here;
            continue;
        }
        if (at < i - 1) { /* close the panel at the rung above */
            ladder_add(ladder, ldexp(fabs(reach), -(i - 1)));
            at = i - 1;
            current = previous;
            if (current <= floor)
                break;
        }
        if (here * rule->ratio <
            current) { /* too steep for one panel: split the octave evenly in log */
            double steep = log(current / greater(here, floor / rule->ratio)) / log(rule->ratio);
            int parts = (int)lesser(ceil(steep - 1e-9), 8);
            for (int p = 1; p < parts; p++)
                ladder_add(ladder, ldexp(fabs(reach), -(i - 1)) * exp2(-(double)p / parts));
            ladder_add(ladder, ldexp(fabs(reach), -i));
            at = i;
            current = here;
        }
        previous = here;
    }
}

static void emit_ladder(struct line *line, double low, double far, const struct ladder *ladder)
{
    double sign = far > low ? 1.0 : -1.0;
    if (sign > 0) {
        double a = low;
        for (size_t i = ladder->count; i-- > 0;) {
            double b = i == 0 ? far : low + ladder->distance[i];
            line_add_panel(line, a, b);
            a = b;
        }
        return;
    }
    double a = far;
    for (size_t i = 1; i < ladder->count; i++) {
        double b = low - ladder->distance[i];
        line_add_panel(line, a, b);
        a = b;
    }
    line_add_panel(line, a, low);
}

/* How far rounding can put K off where it is least among the ends of the segments. */
static double find_noise(struct line_maker *maker)
{
    struct interval box[SYNTAX_MAX_PARAMS], e;
    double least = INFINITY, at = maker->low;
    for (size_t i = 0; i < maker->n_segments; i++) {
        const struct segment *s = &maker->segments[i];
        double k = s->graded ? lesser(s->k_a, s->k_b) : INFINITY;
        if (k < least) {
            least = k;
            at = s->k_a <= s->k_b ? s->a : s->b;
        }
    }
    if (!isfinite(least))
        return 0;
    for (size_t i = 0; i < maker->model->dim; i++)
        box[i] = interval_of(maker->w[i], maker->w[i]);
    box[maker->axis] = interval_of(at, at);
    program_interval(maker->model->kl, maker->space, box, &e);
    return e.defined && isfinite(e.high) ? e.high - e.low : 0;
}

void line_cut(struct line_maker *maker, struct line *line)
{
    line->n_panels = 0;
    cut_segments(maker);
    merge_segments(maker);
    maker->noise = find_noise(maker);
    for (size_t i = 0; i < maker->n_segments; i++) {
        struct segment s = maker->segments[i];
        struct ladder ladder;
        if (!s.graded) {
            line_add_panel(line, s.a, s.b);
        } else if (s.k_a <= s.k_b) {
            grade(maker, s.a, s.b, s.k_a, s.k_b, &ladder);
            emit_ladder(line, s.a, s.b, &ladder);
        } else {
            grade(maker, s.b, s.a, s.k_b, s.k_a, &ladder);
            emit_ladder(line, s.b, s.a, &ladder);
        }
    }
}
