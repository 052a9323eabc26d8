/* Flocks of chains, walls that reflect, and the leapfrog steps that gradient samplers share. */
#include "target_private.h"

#include <string.h>

#include "cusp/mem.h"

struct flock *flock_new(size_t dim, size_t n)
{
    struct flock *flock = mem_new(1, sizeof *flock);
    double *numbers = mem_new(n, (2 * dim + 4) * sizeof *numbers);
    *flock = (struct flock){.dim = dim, .n = n};
    flock->w = mem_new(dim, sizeof *flock->w);
    flock->gradient = mem_new(dim, sizeof *flock->gradient);
    flock->rng = mem_new(n, sizeof *flock->rng);
    for (size_t k = 0; k < dim; k++) {
        flock->w[k] = numbers + k * n;
        flock->gradient[k] = numbers + (dim + k) * n;
    }
    flock->log_prior = numbers + 2 * dim * n;
    flock->log_lik = flock->log_prior + n;
    flock->accepted = flock->log_lik + n;
    flock->moved = flock->accepted + n;
    return flock;
}

void flock_free(struct flock *flock)
{
    if (flock == NULL)
        return;
    mem_free(flock->w[0]);
    mem_free(flock->w);
    mem_free(flock->gradient);
    mem_free(flock->rng);
    mem_free(flock);
}

/* What pulls trajectories where few rows stand for many. */
static struct target soft_target(const struct target *target)
{
    struct target soft = *target;
    soft.rows = target->force;
    soft.force = NULL;
    return soft;
}

void flock_evaluate(const struct target *target, struct target_space *space, struct flock *flock,
                    bool with_gradient)
{
    const double *const *w = (const double *const *)flock->w;
    if (with_gradient && target->force != NULL) {
        struct target soft = soft_target(target);
        target_eval(&soft, space, w, flock->n, flock->log_prior, flock->log_lik, flock->gradient);
    }
    bool plain = with_gradient && target->force == NULL;
    target_eval(target, space, w, flock->n, flock->log_prior, flock->log_lik,
                plain ? flock->gradient : NULL);
    flock->has_gradient = with_gradient;
}

double fold_into(double x, double low, double high, double *flips)
{
    double width = high - low;
    if (!isfinite(x) || !(fabs(x - low) < 1e9 * width)) {
        *flips = NAN;
        return low;
    }
    double turn = fmod(x - low, 2 * width);
    turn = turn < 0 ? turn + 2 * width : turn;
    if (turn > width) {
        turn = 2 * width - turn;
        *flips = -*flips;
    }
    return fmin(fmax(low + turn, low), high);
}

static void drift(const struct model_param *param, double scale, size_t n, const double *eps,
                  double *q, double *p)
{
    for (size_t i = 0; i < n; i++) {
        double x = q[i] + eps[i] * scale * p[i];
        if (!(x >= param->low && x <= param->high))
            x = fold_into(x, param->low, param->high, &p[i]);
        q[i] = x;
    }
}

void leapfrog_step(const struct target *target, struct target_space *space,
                   const struct tuning *tuning, size_t n, const double *eps, double *const *q,
                   double *const *p, double *const *g, double *log_prior, double *log_lik)
{
    size_t dim = target->model->dim;
    for (size_t k = 0; k < dim; k++) {
        double half = tuning->scale[k] / 2;
        for (size_t i = 0; i < n; i++)
            p[k][i] += eps[i] * half * g[k][i];
        drift(&target->model->params[k], tuning->scale[k], n, eps, q[k], p[k]);
    }
    target_eval(target, space, (const double *const *)q, n, log_prior, log_lik, g);
    for (size_t k = 0; k < dim; k++) {
        double half = tuning->scale[k] / 2;
        for (size_t i = 0; i < n; i++)
            p[k][i] += eps[i] * half * g[k][i];
    }
}

/* A trajectory a lane; lanes stand in the order of their lengths, longest first, so that those
   under way are the first ones. */
struct trajectories {
    double *q[SYNTAX_MAX_PARAMS], *p[SYNTAX_MAX_PARAMS], *g[SYNTAX_MAX_PARAMS];
    double *log_prior, *log_lik, *eps, *energy, *leaps, *chain;
};

static void carve(struct trajectories *lanes, size_t dim, size_t n, double *scratch)
{
    struct scratch from = {scratch};
    scratch_vectors(&from, dim, n, lanes->q);
    scratch_vectors(&from, dim, n, lanes->p);
    scratch_vectors(&from, dim, n, lanes->g);
    lanes->log_prior = scratch_numbers(&from, n);
    lanes->log_lik = scratch_numbers(&from, n);
    lanes->eps = scratch_numbers(&from, n);
    lanes->energy = scratch_numbers(&from, n);
    lanes->leaps = scratch_numbers(&from, n);
    lanes->chain = scratch_numbers(&from, n);
}

/* Draws the lengths and puts the chains in order of them. */
static void order_lanes(struct flock *flock, size_t leaps, struct trajectories *lanes)
{
    size_t n = flock->n, least = (leaps + 1) / 2, most = leaps + leaps / 2;
    double *drawn = lanes->energy; /* free until the lanes start */
    for (size_t i = 0; i < n; i++) {
        double u = leaps > 1 ? rng_uniform(&flock->rng[i]) : 0;
        drawn[i] = (double)least + floor(u * (double)(most - least + 1));
        drawn[i] = leaps > 1 ? drawn[i] : 1;
    }
    size_t lane = 0;
    for (size_t length = leaps > 1 ? most : 1; length >= 1; length--) {
        for (size_t i = 0; i < n; i++) {
            if (drawn[i] == (double)length) {
                lanes->chain[lane] = (double)i;
                lanes->leaps[lane++] = (double)length;
            }
        }
    }
}

static void start_lanes(const struct target *target, struct flock *flock, double step,
                        double jitter, struct trajectories *lanes)
{
    for (size_t lane = 0; lane < flock->n; lane++) {
        size_t i = (size_t)lanes->chain[lane];
        struct rng *rng = &flock->rng[i];
        double kinetic = 0;
        lanes->eps[lane] = step * (1 + jitter * (2 * rng_uniform(rng) - 1));
        for (size_t k = 0; k < flock->dim; k++) {
            double p = rng_normal(rng);
            kinetic += p * p / 2;
            lanes->p[k][lane] = p;
            lanes->q[k][lane] = flock->w[k][i];
            lanes->g[k][lane] = flock->gradient[k][i];
        }
        lanes->energy[lane] = kinetic - log_target(target, flock->log_prior[i], flock->log_lik[i]);
    }
}

static void settle_lane(const struct target *target, struct flock *flock, const double *scale,
                        const struct trajectories *lanes, size_t lane)
{
    size_t i = (size_t)lanes->chain[lane];
    double kinetic = 0, moved = 0;
    for (size_t k = 0; k < flock->dim; k++) {
        double step = (lanes->q[k][lane] - flock->w[k][i]) / scale[k];
        kinetic += lanes->p[k][lane] * lanes->p[k][lane] / 2;
        moved += step * step;
    }
    double now = kinetic - log_target(target, lanes->log_prior[lane], lanes->log_lik[lane]);
    double chance = exp(fmin(0, lanes->energy[lane] - now));
    chance = isfinite(now) && chance >= 0 ? chance : 0;
    flock->accepted[i] = chance;
    flock->moved[i] = 0;
    if (!(rng_uniform(&flock->rng[i]) < chance))
        return;
    flock->moved[i] = moved;
    flock->log_prior[i] = lanes->log_prior[lane];
    flock->log_lik[i] = lanes->log_lik[lane];
    for (size_t k = 0; k < flock->dim; k++) {
        flock->w[k][i] = lanes->q[k][lane];
        flock->gradient[k][i] = lanes->g[k][lane];
    }
}

void leapfrog_move(const struct target *target, struct target_space *space, struct flock *flock,
                   const struct tuning *tuning, size_t leaps, double jitter, double *scratch)
{
    struct trajectories lanes;
    if (!flock->has_gradient)
        flock_evaluate(target, space, flock, true);
    carve(&lanes, flock->dim, flock->n, scratch);
    order_lanes(flock, leaps, &lanes);
    start_lanes(target, flock, tuning->step, jitter, &lanes);
    struct target soft = target->force != NULL ? soft_target(target) : *target;
    size_t active = flock->n;
    for (size_t leap = 0; active > 0; leap++) {
        while (active > 0 && lanes.leaps[active - 1] <= (double)leap)
            active--;
        leapfrog_step(&soft, space, tuning, active, lanes.eps, lanes.q, lanes.p, lanes.g,
                      lanes.log_prior, lanes.log_lik);
    }
    if (target->force != NULL)
        target_eval(target, space, (const double *const *)lanes.q, flock->n, lanes.log_prior,
                    lanes.log_lik, NULL);
    for (size_t lane = 0; lane < flock->n; lane++)
        settle_lane(target, flock, tuning->scale, &lanes, lane);
}
