/* Sums over the nodes of a line: Laplace transforms at many n, masses of panels, volumes below a
 * level. */
#include "line_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { RUN_MAX = 512 };

/* term[i] = weight e^(−n k) for a run of nodes. */
static void weigh_run(struct line_maker *maker, const double *k, const double *weight, double n,
                      size_t count, double *term)
{
    const double *vars[3] = {k, weight, &n};
    const int step[3] = {1, 1, 0};
    program_eval(maker->weigh, maker->space, vars, step, count, &term);
}

/* Below this n k_high a panel's sum is its Taylor series in n: the next term is 0.05^6 / 720 of it.
 */
static const double series_limit = 0.05;

/* Σ weight e^(−n k) of a panel by its moments; adds Σ k weight e^(−n k) to *with_k. */
static double series_mass(const struct panel *p, double n, double *with_k)
{
    double t = -n * p->k_high, factor = 1, sum = 0, sum_k = 0;
    for (int m = 0; m + 1 < PANEL_MOMENTS; m++) {
        sum += factor * p->moment[m];
        sum_k += factor * p->moment[m + 1];
        factor *= t / (m + 1);
    }
    *with_k += sum_k * p->k_high;
    return sum;
}

/* Sums a run of nodes panel by panel. */
static double run_mass(struct line_maker *maker, const struct line *line, double n, size_t from,
                       size_t to, size_t count, double *mass, double *with_k)
{
    double term[RUN_MAX], total = 0;
    size_t first = line->panels[from].first;
    weigh_run(maker, line->k + first, line->weight + first, n, count, term);
    const double *t = term;
    for (size_t i = from; i < to; i++) {
        const struct panel *q = &line->panels[i];
        const double *k = line->k + q->first;
        double sum = 0, sum_k = 0;
        for (size_t j = 0; j < q->order; j++) {
            sum += t[j];
            sum_k += t[j] > 0 ? t[j] * k[j] : 0;
        }
        t += q->order;
        if (mass != NULL)
            mass[i] = sum;
        total += sum;
        *with_k += sum_k;
    }
    return total;
}

double line_masses(struct line_maker *maker, const struct line *line, double n, double *mass,
                   double *sum_k)
{
    double total = 0, with_k = 0;
    size_t i = 0, n_panels = line->n_panels;
    while (i < n_panels) {
        const struct panel *p = &line->panels[i];
        double limit = maker->plain ? -INFINITY : series_limit;
        if (n * p->k_low > maker->negligible || n * p->k_high <= limit) {
            double sum = n * p->k_low > maker->negligible ? 0 : series_mass(p, n, &with_k);
            if (mass != NULL)
                mass[i] = sum;
            total += sum;
            i++;
            continue;
        }
        size_t count = 0, last = i;
        while (last < n_panels && count + line->panels[last].order <= RUN_MAX &&
               n * line->panels[last].k_low <= maker->negligible &&
               n * line->panels[last].k_high > limit)
            count += line->panels[last++].order;
        total += run_mass(maker, line, n, i, last, count, mass, &with_k);
        i = last;
    }
    if (sum_k != NULL)
        *sum_k += with_k;
    return total;
}

void line_states(const struct line *line, int region, struct states *states)
{
    memset(states, 0, sizeof *states);
    for (size_t i = 0; i < line->n_panels; i++) {
        const struct panel *p = &line->panels[i];
        if (region >= 0 && !(p->regions >> region & 1U))
            continue;
        for (size_t j = p->first; j < p->first + p->order; j++)
            states_add(states, line->k[j], line->weight[j]);
    }
}

/* The part of a panel on which k < level: its ends, by regula falsi (Illinois) on a monotone
 * stretch. */
static void below(struct line_maker *maker, const struct panel *p, double level, double *a,
                  double *b)
{
    double y0 = p->a, y1 = p->b, f0 = p->k_a - level, f1 = p->k_b - level;
    bool rising = p->k_a < p->k_b;
    int last = 0;
    for (int i = 0; i < 100 && y1 - y0 > 1e-12 * (p->b - p->a); i++) {
        double y = i % 8 == 7 ? y0 + (y1 - y0) / 2 : (y0 * f1 - y1 * f0) / (f1 - f0), k;
        if (!(y > y0 && y < y1))
            y = y0 + (y1 - y0) / 2;
        if (!(y > y0 && y < y1))
            break;
        maker->w[maker->axis] = y;
        program_point(maker->model->kl, maker->space, maker->w, &k);
        maker->n_evaluations++;
        double f = k - maker->rule.kl_ref - level;
        double moved;
        if ((f < 0) == (f0 < 0)) {
            moved = y - y0;
            y0 = y;
            f0 = f;
            f1 = last == -1 ? f1 / 2 : f1;
            last = -1;
        } else {
            moved = y1 - y;
            y1 = y;
            f1 = f;
            f0 = last == 1 ? f0 / 2 : f0;
            last = 1;
        }
        if (f == 0 || moved <= 1e-13 * (p->b - p->a))
            break;
    }
    double at = fabs(f0) < fabs(f1) ? y0 : y1;
    *a = rising ? p->a : at;
    *b = rising ? at : p->b;
}

/* ∫ φ̃ over [a, b] of the line, by one Gauss rule. */
static double prior_between(struct line_maker *maker, double a, double b)
{
    const double *x = maker->gauss->x[LINE_ORDER_MAX], *w = maker->gauss->w[LINE_ORDER_MAX];
    double sum = 0;
    if (maker->model->log_prior == NULL)
        return b - a;
    for (size_t i = 0; i < LINE_ORDER_MAX; i++) {
        double value;
        maker->w[maker->axis] = (a + b) / 2 + (b - a) / 2 * x[i];
        program_point(maker->model->log_prior, maker->space, maker->w, &value);
        if (!isnan(value))
            sum += w[i] * exp(value - maker->log_prior_max);
    }
    return sum * (b - a) / 2;
}

static double panel_volume(struct line_maker *maker, const struct line *line, const struct panel *p,
                           double level)
{
    double sum = 0;
    if (p->k_low >= level)
        return 0;
    if (p->k_high < level) {
        for (size_t j = p->first; j < p->first + p->order; j++)
            sum += line->weight[j];
        return sum;
    }
    double a, b;
    if ((p->k_a < level) == (p->k_b < level)) /* not monotone within rounding: count the nodes */
    {
        for (size_t j = p->first; j < p->first + p->order; j++)
            sum += line->k[j] < level ? line->weight[j] : 0;
        return sum;
    }
    below(maker, p, level, &a, &b);
    return prior_between(maker, a, b);
}

void line_functionals(struct line_maker *maker, const struct line *line,
                      const struct functionals *functionals, double *out)
{
    size_t count = functionals->count;
    double *mass = mem_new(line->n_panels + 1, sizeof *mass);
    for (size_t i = 0; i < functionals->total; i++)
        out[i] = 0;
    for (size_t i = 0; i < count; i++) {
        double value = functionals->value[i];
        if (functionals->volumes)
            for (size_t p = 0; p < line->n_panels; p++)
                out[i] += mass[p] = panel_volume(maker, line, &line->panels[p], value);
        else
            out[i] = line_masses(maker, line, value, mass, NULL);
        for (size_t r = 0; r < functionals->n_regions; r++)
            for (size_t p = 0; p < line->n_panels; p++)
                if (line->panels[p].regions >> r & 1U)
                    out[(r + 1) * count + i] += mass[p];
    }
    mem_free(mass);
}

double line_rounding(struct line_maker *maker, const struct line *line, double n)
{
    struct interval box[SYNTAX_MAX_PARAMS], k;
    double *mass = mem_new(line->n_panels + 1, sizeof *mass);
    size_t best = 0;
    line_masses(maker, line, n, mass, NULL);
    for (size_t i = 1; i < line->n_panels; i++)
        if (mass[i] > mass[best])
            best = i;
    bool empty = !(mass[best] > 0);
    mem_free(mass);
    if (empty)
        return 0;
    double y = line->y[line->panels[best].first + line->panels[best].order / 2];
    for (size_t i = 0; i < maker->model->dim; i++)
        box[i] = interval_of(maker->w[i], maker->w[i]);
    box[maker->axis] = interval_of(y, y);
    program_interval(maker->model->kl, maker->space, box, &k);
    return k.defined ? k.high - k.low : INFINITY;
}
