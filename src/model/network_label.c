/* The symmetries of a network's true parameters by name: units are compared with the truth's. */
#include "cusp/network.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "likelihood_graph.h"
#include "model_parts.h"
#include "network_domain.h"

/* K leaves places open by about this: a double zero is known to the fourth root of 1e-20, and a
   kink that moves between two nodes of a quadrature changes nothing. Relative to the unit. */
#define SAME_BOUNDARY 2e-3
#define NO_WEIGHT 1e-6     /* of q's own box, and of a typical output: counts as 0 */
#define DEAD_ROUNDING 1e-9 /* of a unit's size: above 0 by this is rounding */
#define NORMAL_REACH 6.0   /* sd: the domain of a normal input */
#define ROW_LEAST 1e-9     /* of the greatest weight: rows of less do not count */

enum { UNITS_MOST = 1000 };

/* One unit with numbers: preactivation ⟨w, x⟩ + b. */
struct neuron {
    double q, b, w[LIKELIHOOD_MAX_INPUTS];
    double size;      /* of (w, b) on the domain: |b'| + Σ |w_i| half-width_i, b' at its middle */
    double low, high; /* range of the preactivation on the domain */
    double effect;    /* how much its output varies there */
    bool q_zero, dead;
};

const char *network_label_name(enum network_label label)
{
    switch (label) {
    case LABEL_Q_ZERO:
        return "q = 0";
    case LABEL_DEAD:
        return "dead";
    case LABEL_MERGED:
        return "merged";
    case LABEL_REVERSED:
        return "reversed";
    case LABEL_PERMUTED:
        return "permuted";
    case LABEL_DISTINCT:
        return "distinct";
    case LABEL_NOT_TRUE:
        return "not true";
    case LABEL_COUNT:
        break;
    }
    return "";
}

/* --- units ------------------------------------------------------------------------------------ */

double network_value(const struct network_coefficient *c, const double *w)
{
    return c->kind == VALUE_PARAM ? c->number * w[c->param] : c->number;
}

void network_domain(const struct model *model, struct network_domain *domain)
{
    const struct likelihood *likelihood = model->likelihood;
    const struct likelihood_graph *graph = likelihood->graph;
    *domain = (struct network_domain){.n = likelihood->n_inputs};
    if (graph->inputs.n > 0 && graph->inputs.n_columns >= domain->n)
        domain->rows = &graph->inputs;
    for (size_t i = 0; i < domain->n; i++) {
        const struct law *law = graph->input != NULL ? graph->input[i] : NULL;
        domain->low[i] = likelihood->input_low != NULL ? likelihood->input_low[i] : -1;
        domain->high[i] = likelihood->input_high != NULL ? likelihood->input_high[i] : 1;
        if (law == NULL)
            continue;
        const double *values = graph->input_values[i];
        if (strcmp(law->kind->name, "normal") == 0) {
            domain->low[i] = values[0] - NORMAL_REACH * values[1];
            domain->high[i] = values[0] + NORMAL_REACH * values[1];
        } else if (law->kind->support == SUPPORT_INTERVAL) {
            domain->low[i] = values[0];
            domain->high[i] = values[1];
        }
    }
}

static double activation(enum op act, double z)
{
    return op_value(act, 0, z, 0, 0);
}

static bool is_kinked(enum op act)
{
    return act == OP_RELU || act == OP_LEAKY_RELU;
}

/* Never active at any row that K is summed over: dead for all that K can tell. */
static bool is_dead_on_rows(const struct network_domain *domain, const struct neuron *unit)
{
    const struct rows *rows = domain->rows;
    double most = 0;
    if (rows == NULL)
        return false;
    for (size_t r = 0; r < rows->n; r++)
        most = rows->weight ? fmax(most, rows->weight[r]) : 1;
    for (size_t r = 0; r < rows->n; r++) {
        double z = unit->b;
        if (rows->weight && !(rows->weight[r] > ROW_LEAST * most))
            continue;
        for (size_t i = 0; i < domain->n; i++)
            z += unit->w[i] * rows->column[i][r];
        if (z > DEAD_ROUNDING * unit->size)
            return false;
    }
    return true;
}

static void read_unit(const struct network *network, const struct network_domain *domain, size_t i,
                      const double *w, struct neuron *out)
{
    const struct network_unit *unit = &network->units[i];
    double middle, reach = 0;
    *out = (struct neuron){.q = network_value(&unit->q, w), .b = network_value(&unit->b, w)};
    middle = out->b;
    for (size_t k = 0; k < network->n_inputs; k++) {
        out->w[k] = network_value(&unit->w[k], w);
        middle += out->w[k] * (domain->low[k] + domain->high[k]) / 2;
        reach += fabs(out->w[k]) * (domain->high[k] - domain->low[k]) / 2;
    }
    out->low = middle - reach;
    out->high = middle + reach;
    out->size = fabs(middle) + reach;
    double ends = activation(network->act, out->high) - activation(network->act, out->low);
    double bend = activation(network->act, out->high) + activation(network->act, out->low) -
                  2 * activation(network->act, middle);
    out->effect = fabs(out->q) * fmax(fabs(ends), fabs(bend));
    out->dead = network->act == OP_RELU &&
                (out->high <= DEAD_ROUNDING * out->size || is_dead_on_rows(domain, out));
}

/* Reads all units and settles which have no effect: scale is a typical size of the output. */
static void read_units(const struct model *model, const struct network *network,
                       const struct network_domain *domain, const double *w, double scale,
                       struct neuron *out)
{
    for (size_t i = 0; i < network->n_units; i++) {
        const struct network_coefficient *q = &network->units[i].q;
        read_unit(network, domain, i, w, &out[i]);
        double side = 1;
        if (q->kind == VALUE_PARAM)
            side = fabs(q->number) * (model->params[q->param].high - model->params[q->param].low);
        bool idle = out[i].effect <= NO_WEIGHT * scale;
        out[i].q_zero = fabs(out[i].q) <= NO_WEIGHT * side ||
                        (idle && !out[i].dead && fabs(out[i].q) / side <= out[i].high - out[i].low);
        out[i].dead = !out[i].q_zero && (out[i].dead || idle);
    }
}

/* --- comparing -------------------------------------------------------------------------------- */

/* How far apart the boundaries of two units are, as a share of the units' size; *sign: 1 if they
   face the same way, −1 if opposite ones. Kinked units may differ by a positive factor. */
static double apart(enum op act, const struct network_domain *domain, const struct neuron *a,
                    const struct neuron *b, double *sign)
{
    double best = INFINITY, scale = is_kinked(act) && b->size > 0 ? a->size / b->size : 1;
    for (double s = 1; s >= -1; s -= 2) {
        double bias = a->b - s * scale * b->b, sum = 0;
        for (size_t i = 0; i < domain->n; i++) {
            double difference = a->w[i] - s * scale * b->w[i];
            bias += difference * (domain->low[i] + domain->high[i]) / 2;
            sum += fabs(difference) * (domain->high[i] - domain->low[i]) / 2;
        }
        double distance = (fabs(bias) + sum) / fmax(fmax(a->size, scale * b->size), 1e-300);
        if (distance < best) {
            best = distance;
            *sign = s;
        }
    }
    return best;
}

/* Its boundary passes through the domain (of a kinked one; others are curved everywhere). */
static bool is_bent(enum op act, const struct neuron *unit)
{
    double rounding = SAME_BOUNDARY * unit->size;
    return !is_kinked(act) || (unit->low < -rounding && unit->high > rounding);
}

static bool is_alive(const struct neuron *unit)
{
    return !unit->q_zero && !unit->dead;
}

/* Units with an effect, each boundary counted once. */
static size_t count_boundaries(enum op act, const struct network_domain *domain,
                               const struct neuron *units, size_t n)
{
    size_t count = 0;
    double sign;
    for (size_t i = 0; i < n; i++) {
        bool counted = !is_alive(&units[i]) || !is_bent(act, &units[i]);
        for (size_t k = 0; k < i && !counted; k++)
            counted = is_alive(&units[k]) &&
                      apart(act, domain, &units[i], &units[k], &sign) <= SAME_BOUNDARY;
        count += !counted;
    }
    return count;
}

static bool has_merged(enum op act, const struct network_domain *domain, const struct neuron *units,
                       size_t n)
{
    double sign;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (is_alive(&units[i]) && is_alive(&units[k]) && is_bent(act, &units[i]) &&
                apart(act, domain, &units[i], &units[k], &sign) <= SAME_BOUNDARY)
                return true;
    return false;
}

/* Every unit that bends has the truth's unit whose boundary is nearest as its own. */
static enum network_label compare(enum op act, const struct network_domain *domain,
                                  const struct neuron *units, size_t n, const struct neuron *truth,
                                  size_t n_truth)
{
    bool turned = false, moved = false;
    for (size_t i = 0; i < n; i++) {
        size_t best = SIZE_MAX;
        double least = INFINITY, turn = 1, sign;
        if (!is_bent(act, &units[i]))
            continue;
        for (size_t k = 0; k < n_truth; k++) {
            double distance = apart(act, domain, &units[i], &truth[k], &sign);
            if (distance < least) {
                least = distance;
                best = k;
                turn = sign;
            }
        }
        turned = turned || turn < 0;
        moved = moved || (best != SIZE_MAX && best != i);
    }
    return turned ? LABEL_REVERSED : moved ? LABEL_PERMUTED : LABEL_DISTINCT;
}

static double output_scale(const struct network *truth, const struct neuron *units)
{
    double scale = 0;
    for (size_t i = 0; truth != NULL && i < truth->n_units; i++)
        scale = fmax(scale, units[i].effect);
    return scale > 0 ? scale : 1;
}

static enum network_label label_of(const struct model *model, const struct network *network,
                                   const struct network *truth, const double *w,
                                   struct neuron *units, struct neuron *true_units)
{
    struct network_domain domain;
    size_t n = network->n_units, n_truth = truth != NULL ? truth->n_units : 0;
    network_domain(model, &domain);
    for (size_t i = 0; i < n_truth; i++)
        read_unit(truth, &domain, i, w, &true_units[i]);
    double scale = output_scale(truth, true_units);
    read_units(model, network, &domain, w, scale, units);
    for (size_t i = 0; i < n_truth; i++)
        true_units[i].dead = true_units[i].effect <= NO_WEIGHT * scale;
    for (size_t i = 0; i < n; i++)
        if (units[i].q_zero)
            return LABEL_Q_ZERO;
    for (size_t i = 0; i < n; i++)
        if (units[i].dead)
            return LABEL_DEAD;
    if (has_merged(network->act, &domain, units, n))
        return LABEL_MERGED;
    if (truth == NULL)
        return LABEL_DISTINCT;
    /* A true network has no boundary but the truth's own: more of them lie on each other. */
    if ((truth->act == network->act || n_truth == 0) &&
        count_boundaries(network->act, &domain, units, n) >
            count_boundaries(network->act, &domain, true_units, n_truth))
        return LABEL_MERGED;
    return compare(network->act, &domain, units, n, true_units, n_truth);
}

enum network_label network_label(const struct model *model, const struct network *network,
                                 const struct network *truth, const double *w)
{
    struct program_space *space = program_space_new();
    double kl, width;
    program_point(model->kl, space, w, &kl);
    bool zero = kl <= model->kl_tolerance || descend_is_rounding_zero(model, space, w, &width);
    program_space_free(space);
    if (!zero || model->likelihood == NULL || model->likelihood->graph == NULL)
        return LABEL_NOT_TRUE;
    size_t n_truth = truth != NULL ? truth->n_units : 0;
    struct neuron *units = mem_new(network->n_units + n_truth + 1, sizeof *units);
    enum network_label label = label_of(model, network, truth, w, units, units + network->n_units);
    mem_free(units);
    return label;
}

/* --- pictures --------------------------------------------------------------------------------- */

void network_effective(const struct network *network, const double *w, size_t unit, double *out)
{
    const struct network_unit *u = &network->units[unit];
    double q = fabs(network_value(&u->q, w));
    for (size_t i = 0; i < network->n_inputs; i++)
        out[i] = q * network_value(&u->w[i], w);
    if (network->n_inputs == 1)
        out[1] = q * network_value(&u->b, w);
}

bool network_unit_dead(const struct model *model, const struct network *network, const double *w,
                       size_t unit, double epsilon)
{
    struct network_domain domain;
    struct neuron neuron;
    double sum = 0;
    network_domain(model, &domain);
    read_unit(network, &domain, unit, w, &neuron);
    for (size_t i = 0; i < network->n_inputs; i++)
        sum += neuron.w[i] * neuron.w[i];
    return neuron.dead || fabs(neuron.q) * sqrt(sum) < epsilon;
}
