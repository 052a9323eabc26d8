/* Jumps between parameters of a network that make the same function, or nearly the same: modes that
   no trajectory connects. Each is an involution or a scaling, tested like any proposal. */
#include "symmetry.h"

#include <math.h>

#include "cusp/mem.h"

enum { PROBES = 9 };

#define SYMMETRY_TOLERANCE 1e-12
#define SCALE_JUMP 0.7 /* standard deviation of log α */

static double act_at(enum op act, double z)
{
    return op_value(act, 0, z, 0, 0);
}

static bool close_to(double a, double b)
{
    return fabs(a - b) <= SYMMETRY_TOLERANCE * (1 + fabs(a) + fabs(b));
}

/* What the activation does to −z and to αz. */
static void probe_act(struct symmetry *symmetry)
{
    enum op act = symmetry->network.act;
    symmetry->is_odd = symmetry->is_homogeneous = true;
    symmetry->tilt = act_at(act, 1) - act_at(act, -1);
    for (int k = 0; k < PROBES; k++) {
        double z = 0.137 * ldexp(1, k - 4), plus = act_at(act, z), minus = act_at(act, -z);
        symmetry->is_odd = symmetry->is_odd && close_to(plus, -minus);
        symmetry->is_homogeneous = symmetry->is_homogeneous &&
                                   close_to(act_at(act, 3.7 * z), 3.7 * plus) &&
                                   close_to(act_at(act, -3.7 * z), 3.7 * minus);
        if (!close_to(plus - minus, symmetry->tilt * z))
            symmetry->tilt = NAN;
    }
    /* A linear activation would be all of these; only the first is then of use. */
    if (symmetry->is_odd)
        symmetry->tilt = NAN;
}

static void count_uses(const struct network_coefficient *c, size_t *uses)
{
    if (c->kind == VALUE_PARAM)
        uses[c->param]++;
}

/* A parameter of its own, or the number 0. */
static bool is_free(const struct network_coefficient *c, const size_t *uses)
{
    return c->kind == VALUE_PARAM ? uses[c->param] == 1 && c->number != 0 : c->number == 0;
}

static bool is_whole(const struct network *network, const struct network_unit *unit,
                     const size_t *uses)
{
    bool whole = unit->q.kind == VALUE_PARAM && is_free(&unit->q, uses) && is_free(&unit->b, uses);
    for (size_t j = 0; j < network->n_inputs; j++)
        whole = whole && is_free(&unit->w[j], uses);
    return whole;
}

void symmetry_init(struct symmetry *symmetry, const struct model *model)
{
    size_t uses[SYNTAX_MAX_PARAMS] = {0};
    struct network *network = &symmetry->network;
    *symmetry = (struct symmetry){0};
    if (model->likelihood == NULL || !network_of(model, network))
        return;
    count_uses(&network->c, uses);
    for (size_t i = 0; i < network->n_units; i++) {
        count_uses(&network->units[i].q, uses);
        count_uses(&network->units[i].b, uses);
        for (size_t j = 0; j < network->n_inputs; j++)
            count_uses(&network->units[i].w[j], uses);
    }
    symmetry->whole = mem_new(network->n_units + 1, sizeof *symmetry->whole);
    for (size_t i = 0; i < network->n_units; i++) {
        symmetry->whole[i] = is_whole(network, &network->units[i], uses);
        symmetry->n_whole += symmetry->whole[i];
    }
    probe_act(symmetry);
    if (!is_free(&network->c, uses))
        symmetry->tilt = NAN;
    symmetry->any = symmetry->n_whole > 0 && (symmetry->n_whole > 1 || symmetry->is_odd ||
                                              symmetry->is_homogeneous || symmetry->tilt == 0);
    symmetry->any = symmetry->any || (symmetry->n_whole > 0 && isfinite(symmetry->tilt));
}

void symmetry_done(struct symmetry *symmetry)
{
    network_done(&symmetry->network);
    mem_free(symmetry->whole);
}

/* One chain's proposal: column `chain` of q. */
struct jump {
    const struct symmetry *symmetry;
    double **q;
    size_t chain;
    struct rng *rng;
    double log_jacobian;
};

static double get(const struct jump *jump, const struct network_coefficient *c)
{
    return c->kind == VALUE_PARAM ? c->number * jump->q[c->param][jump->chain] : c->number;
}

static void set(const struct jump *jump, const struct network_coefficient *c, double value)
{
    if (c->kind == VALUE_PARAM)
        jump->q[c->param][jump->chain] = value / c->number;
}

static void times(const struct jump *jump, const struct network_coefficient *c, double factor)
{
    if (c->kind == VALUE_PARAM)
        jump->q[c->param][jump->chain] *= factor;
}

static void scale_input(const struct jump *jump, const struct network_unit *unit, double factor)
{
    times(jump, &unit->b, factor);
    for (size_t j = 0; j < jump->symmetry->network.n_inputs; j++)
        times(jump, &unit->w[j], factor);
}

static const struct network_unit *some_unit(const struct jump *jump, size_t other_than)
{
    const struct symmetry *symmetry = jump->symmetry;
    size_t n = symmetry->n_whole - (other_than < symmetry->network.n_units);
    size_t left = (size_t)(rng_uniform(jump->rng) * (double)n);
    for (size_t i = 0;; i++) {
        if (symmetry->whole[i] && i != other_than && left-- == 0)
            return &symmetry->network.units[i];
    }
}

static void exchange(const struct jump *jump, const struct network_coefficient *a,
                     const struct network_coefficient *b)
{
    double of_a = get(jump, a);
    set(jump, a, get(jump, b));
    set(jump, b, of_a);
}

static bool alike(const struct network *network, const struct network_unit *a,
                  const struct network_unit *b)
{
    bool same = a->b.kind == b->b.kind;
    for (size_t j = 0; j < network->n_inputs; j++)
        same = same && a->w[j].kind == b->w[j].kind;
    return same;
}

static void jump_order(struct jump *jump)
{
    const struct network *network = &jump->symmetry->network;
    if (jump->symmetry->n_whole < 2)
        return;
    const struct network_unit *a = some_unit(jump, SIZE_MAX);
    const struct network_unit *b = some_unit(jump, (size_t)(a - network->units));
    if (!alike(network, a, b))
        return;
    exchange(jump, &a->q, &b->q);
    exchange(jump, &a->b, &b->b);
    for (size_t j = 0; j < network->n_inputs; j++)
        exchange(jump, &a->w[j], &b->w[j]);
}

static void jump_sign(struct jump *jump)
{
    const struct network_unit *unit = some_unit(jump, SIZE_MAX);
    scale_input(jump, unit, -1);
    times(jump, &unit->q, -1);
}

static void jump_scale(struct jump *jump)
{
    const struct network *network = &jump->symmetry->network;
    const struct network_unit *unit = some_unit(jump, SIZE_MAX);
    double log_factor = SCALE_JUMP * rng_normal(jump->rng);
    double power = (unit->b.kind == VALUE_PARAM) - 1.0;
    for (size_t j = 0; j < network->n_inputs; j++)
        power += unit->w[j].kind == VALUE_PARAM;
    scale_input(jump, unit, exp(log_factor));
    times(jump, &unit->q, exp(-log_factor));
    jump->log_jacobian = power * log_factor;
}

/* act(z) = act(−z) + tilt z: units turned round leave tilt Σ q (⟨w, x⟩ + b), whose constant part
   goes to c. */
static void jump_round(struct jump *jump)
{
    const struct symmetry *symmetry = jump->symmetry;
    const struct network *network = &symmetry->network;
    double rest = 0;
    size_t must = (size_t)(some_unit(jump, SIZE_MAX) - network->units);
    for (size_t i = 0; i < network->n_units; i++) {
        const struct network_unit *unit = &network->units[i];
        /* Which units is drawn alike from either end. */
        bool turns = symmetry->whole[i] && (rng_uniform(jump->rng) < 0.5 || i == must);
        if (!turns)
            continue;
        rest += get(jump, &unit->q) * get(jump, &unit->b);
        scale_input(jump, unit, -1);
    }
    set(jump, &network->c, get(jump, &network->c) + symmetry->tilt * rest);
}

static void draw_jump(struct jump *jump)
{
    static void (*const kinds[])(struct jump *) = {jump_order, jump_sign, jump_scale, jump_round};
    const struct symmetry *s = jump->symmetry;
    const bool has[] = {s->n_whole > 1, s->is_odd, s->is_homogeneous, isfinite(s->tilt)};
    size_t count = 0;
    for (size_t k = 0; k < 4; k++)
        count += has[k];
    size_t left = (size_t)(rng_uniform(jump->rng) * (double)count);
    for (size_t k = 0; k < 4; k++) {
        if (has[k] && left-- == 0) {
            kinds[k](jump);
            return;
        }
    }
}

/* Points outside the box cannot be asked for: they go back to where they were, and count as
 * refused.
 */
static bool stays_inside(const struct target *target, const struct flock *flock, double *const *q,
                         size_t i)
{
    bool inside = true;
    for (size_t k = 0; k < flock->dim; k++) {
        const struct model_param *param = &target->model->params[k];
        inside = inside && q[k][i] >= param->low && q[k][i] <= param->high;
    }
    for (size_t k = 0; !inside && k < flock->dim; k++)
        q[k][i] = flock->w[k][i];
    return inside;
}

void symmetry_move(const struct symmetry *symmetry, const struct target *target,
                   struct target_space *space, struct flock *flock, double *scratch)
{
    struct scratch from = {scratch};
    double *q[SYNTAX_MAX_PARAMS];
    scratch_vectors(&from, flock->dim, flock->n, q);
    double *log_prior = scratch_numbers(&from, flock->n);
    double *log_lik = scratch_numbers(&from, flock->n);
    double *jacobian = scratch_numbers(&from, flock->n);
    for (size_t i = 0; i < flock->n; i++) {
        struct jump jump = {.symmetry = symmetry, .q = q, .chain = i, .rng = &flock->rng[i]};
        for (size_t k = 0; k < flock->dim; k++)
            q[k][i] = flock->w[k][i];
        draw_jump(&jump);
        jacobian[i] = stays_inside(target, flock, q, i) ? jump.log_jacobian : -INFINITY;
    }
    target_eval(target, space, (const double *const *)q, flock->n, log_prior, log_lik, NULL);
    for (size_t i = 0; i < flock->n; i++) {
        double change = log_target(target, log_prior[i], log_lik[i]) + jacobian[i] -
                        log_target(target, flock->log_prior[i], flock->log_lik[i]);
        if (!(log(rng_uniform(&flock->rng[i])) < change))
            continue;
        for (size_t k = 0; k < flock->dim; k++)
            flock->w[k][i] = q[k][i];
        flock->log_prior[i] = log_prior[i];
        flock->log_lik[i] = log_lik[i];
    }
    flock->has_gradient = false;
}
