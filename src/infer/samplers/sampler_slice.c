/* Slice sampling, one coordinate after another, by stepping out and shrinking.
   Neal 2003, Annals of Statistics 31. */
#include "cusp/sampler.h"

#include "../samplers.h"
#include "../target_private.h"

enum { SLICE_STEPS_OUT = 32, SLICE_SHRINKS = 200 };

/* One coordinate of all chains. Arrays of a number a chain, but those of `packed`, which hold the
   chains that need a value now. */
struct slices {
    size_t axis;
    double *low, *high, *steps_low, *steps_high, *level, *before;
    double *who, *tries;
    double *packed[SYNTAX_MAX_PARAMS], *log_prior, *log_lik;
};

static void carve(struct slices *s, size_t dim, size_t n, double *scratch)
{
    struct scratch from = {scratch};
    scratch_vectors(&from, dim, n, s->packed);
    s->low = scratch_numbers(&from, n);
    s->high = scratch_numbers(&from, n);
    s->steps_low = scratch_numbers(&from, n);
    s->steps_high = scratch_numbers(&from, n);
    s->level = scratch_numbers(&from, n);
    s->before = scratch_numbers(&from, n);
    s->who = scratch_numbers(&from, n);
    s->tries = scratch_numbers(&from, n);
    s->log_prior = scratch_numbers(&from, n);
    s->log_lik = scratch_numbers(&from, n);
}

/* log π of the packed chains, each with its coordinate at the value that stands in packed. */
static void evaluate(const struct target *target, struct target_space *space,
                     const struct flock *flock, struct slices *s, size_t n)
{
    for (size_t k = 0; k < flock->dim; k++) {
        for (size_t i = 0; k != s->axis && i < n; i++)
            s->packed[k][i] = flock->w[k][(size_t)s->who[i]];
    }
    target_eval(target, space, (const double *const *)s->packed, n, s->log_prior, s->log_lik, NULL);
}

static void open_brackets(const struct target *target, struct flock *flock, double width,
                          struct slices *s)
{
    for (size_t i = 0; i < flock->n; i++) {
        struct rng *rng = &flock->rng[i];
        s->before[i] = flock->w[s->axis][i];
        s->level[i] =
            log_target(target, flock->log_prior[i], flock->log_lik[i]) + log(rng_uniform(rng));
        s->low[i] = s->before[i] - width * rng_uniform(rng);
        s->high[i] = s->low[i] + width;
        s->steps_low[i] = floor(SLICE_STEPS_OUT * rng_uniform(rng));
        s->steps_high[i] = SLICE_STEPS_OUT - 1 - s->steps_low[i];
    }
}

/* Moves one end of every bracket outwards until it leaves its slice, the box, or its steps. */
static void step_out(const struct target *target, struct target_space *space, struct flock *flock,
                     double width, double *end, double *steps, struct slices *s)
{
    const struct model_param *param = &target->model->params[s->axis];
    size_t n = 0;
    for (size_t i = 0; i < flock->n; i++) {
        if (steps[i] > 0 && end[i] > param->low && end[i] < param->high)
            s->who[n++] = (double)i;
    }
    while (n > 0) {
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
            s->packed[s->axis][i] = end[(size_t)s->who[i]];
        evaluate(target, space, flock, s, n);
        for (size_t i = 0; i < n; i++) {
            size_t who = (size_t)s->who[i];
            if (!(log_target(target, s->log_prior[i], s->log_lik[i]) > s->level[who]))
                continue;
            end[who] += width;
            if (--steps[who] > 0 && end[who] > param->low && end[who] < param->high)
                s->who[kept++] = (double)who;
        }
        n = kept;
    }
}

static void draw_candidates(struct flock *flock, struct slices *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t who = (size_t)s->who[i];
        double u = rng_uniform(&flock->rng[who]);
        s->packed[s->axis][i] = s->low[who] + u * (s->high[who] - s->low[who]);
    }
}

/* Shrinks every bracket towards where its chain stands until a point of the slice is drawn. */
static void shrink(const struct target *target, struct target_space *space, struct flock *flock,
                   struct slices *s)
{
    size_t n = flock->n;
    for (size_t i = 0; i < n; i++)
        s->who[i] = (double)i;
    for (int round = 0; n > 0 && round < SLICE_SHRINKS; round++) {
        size_t kept = 0;
        draw_candidates(flock, s, n);
        evaluate(target, space, flock, s, n);
        for (size_t i = 0; i < n; i++) {
            size_t who = (size_t)s->who[i];
            double x = s->packed[s->axis][i];
            s->tries[who] += 1;
            if (log_target(target, s->log_prior[i], s->log_lik[i]) > s->level[who]) {
                flock->w[s->axis][who] = x;
                flock->log_prior[who] = s->log_prior[i];
                flock->log_lik[who] = s->log_lik[i];
                continue;
            }
            if (x < s->before[who])
                s->low[who] = x;
            else
                s->high[who] = x;
            s->who[kept++] = (double)who;
        }
        n = kept;
    }
}

static void slice_move(const struct target *target, struct target_space *space, struct flock *flock,
                       const struct tuning *tuning, double *scratch)
{
    struct slices s;
    carve(&s, flock->dim, flock->n, scratch);
    for (size_t i = 0; i < flock->n; i++)
        s.tries[i] = flock->moved[i] = 0;
    for (s.axis = 0; s.axis < flock->dim; s.axis++) {
        const struct model_param *param = &target->model->params[s.axis];
        double width = fmin(tuning->step * tuning->scale[s.axis], param->high - param->low);
        open_brackets(target, flock, width, &s);
        step_out(target, space, flock, -width, s.low, s.steps_low, &s);
        step_out(target, space, flock, width, s.high, s.steps_high, &s);
        for (size_t i = 0; i < flock->n; i++) {
            s.low[i] = fmax(s.low[i], param->low);
            s.high[i] = fmin(s.high[i], param->high);
        }
        shrink(target, space, flock, &s);
        for (size_t i = 0; i < flock->n; i++) {
            double step = (flock->w[s.axis][i] - s.before[i]) / tuning->scale[s.axis];
            flock->moved[i] += step * step;
        }
    }
    for (size_t i = 0; i < flock->n; i++)
        flock->accepted[i] = (double)flock->dim / s.tries[i];
    flock->has_gradient = false;
}

static double slice_first_step(size_t dim)
{
    (void)dim;
    return 3;
}

const struct sampler sampler_slice = {
    .name = "slice",
    .title = "coordinate slice sampling",
    .help = "Every parameter in turn from the stretch where the density is above a random level.",
    .target_acceptance = 0.45,
    .first_step = slice_first_step,
    .scratch = 12,
    .move = slice_move,
};
