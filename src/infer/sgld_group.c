/* The loop of stochastic gradient Langevin dynamics, for chains that take their steps together. */
#include "sgld_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "target_private.h"

enum {
    BLOCK = 64,     /* draws whose noise is drawn at once */
    TEST_ONCE = 16, /* steps on batches a Metropolis test, which costs as much as a step */
    LOOK_ONCE = 16, /* draws a look at the regions */
};

/* How many times the box a chain may leave w* behind before it counts as lost. */
#define LOST 1e6

/* Arrays of the chains of a group, [dim][count] or [count]. */
struct sgld_state {
    size_t dim, n;
    size_t time;       /* steps made */
    const double *led; /* normals of the step that led here; NULL: none yet */
    struct sgld_loss loss;
    double limit;
    double *memory;
    double *w, *gradient, *next_gradient; /* [dim][n] */
    double *move, *flip,
        *before; /* of the last step: w unfolded less w before, whether mirrors
                    turned it round (−1) or a wall stopped it (0), and w − w* before */
    double *value, *next_value;
    double *normals; /* [BLOCK][dim][n] */
    bool *alive;
    struct rng *rng;
    double *region_value, *point;
};

static void state_init(struct sgld_state *s, const struct sgld_group *group)
{
    const struct sgld_run *run = group->run;
    size_t dim = run->dim, n = group->count, vectors = dim * n;
    *s = (struct sgld_state){.dim = dim, .n = n};
    s->memory = mem_new(vectors * (6 + BLOCK) + 2 * n + run->n_regions + dim, sizeof(double));
    struct scratch scratch = {s->memory};
    s->w = scratch_numbers(&scratch, vectors);
    s->gradient = scratch_numbers(&scratch, vectors);
    s->next_gradient = scratch_numbers(&scratch, vectors);
    s->move = scratch_numbers(&scratch, vectors);
    s->flip = scratch_numbers(&scratch, vectors);
    s->before = scratch_numbers(&scratch, vectors);
    s->normals = scratch_numbers(&scratch, vectors * BLOCK);
    s->value = scratch_numbers(&scratch, n);
    s->next_value = scratch_numbers(&scratch, n);
    s->region_value = scratch_numbers(&scratch, run->n_regions);
    s->point = scratch_numbers(&scratch, dim);
    s->alive = mem_new(n, sizeof *s->alive);
    s->rng = mem_new(n, sizeof *s->rng);
    for (size_t i = 0; i < n; i++) {
        s->alive[i] = true;
        s->rng[i] = rng_stream(run->options.seed, 2 * (group->first + i));
        for (size_t k = 0; k < dim; k++)
            s->w[k * n + i] = run->at[k];
    }
}

static void state_done(struct sgld_state *s)
{
    mem_free(s->memory);
    mem_free(s->alive);
    mem_free(s->rng);
}

static void fill_normals(struct sgld_state *s, size_t n_draws)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < n_draws * s->dim; j++)
            s->normals[j * s->n + i] = rng_normal(&s->rng[i]);
}

/* Brings a step that leaves the box back into it; *flip: −1 for an odd number of mirrors, 0 at a
   wall that stops it, NaN for what is not finite. */
static double bring_back(const struct sgld_options *options, const struct model_param *param,
                         double next, double *flip)
{
    if (options->clamp && isfinite(next)) {
        *flip = 0;
        return next < param->low ? param->low : param->high;
    }
    next = fold_into(next, param->low, param->high, flip);
    return isnan(*flip) ? NAN : next;
}

/* w ← w − ½ε (nβ ∇L + γ (w − w*)) + √ε z, and back into the box if it has walls. */
static void step(const struct sgld_group *group, struct sgld_state *s, const double *normals)
{
    const struct sgld_run *run = group->run;
    const struct sgld_options *options = &run->options;
    double half = options->step / 2, pull = run->n * run->beta, size = sqrt(options->step);
    bool walls = options->walls || options->clamp;
    for (size_t k = 0; k < s->dim; k++) {
        const struct model_param *param = &group->source->model->params[k];
        double at = run->at[k];
        for (size_t i = 0; i < s->n; i++) {
            size_t j = k * s->n + i;
            double w = s->w[j], away = w - at;
            double force = pull * s->gradient[j] + options->gamma * away;
            double next = w - half * force + size * normals[j];
            s->before[j] = away;
            s->move[j] = next - w;
            s->flip[j] = 1;
            if (walls && !(next >= param->low && next <= param->high))
                next = bring_back(options, param, next, &s->flip[j]);
            s->w[j] = next;
        }
    }
}

/* The Metropolis test of the step just made from `value` to `next`: its log ratio in the unfolded
   space, in which the walls are mirrors. */
static double log_ratio(const struct sgld_run *run, const struct sgld_state *s, size_t i,
                        const double *normals, double next_value, const double *next_gradient)
{
    const struct sgld_options *options = &run->options;
    double heat = run->n * run->beta, half = options->step / 2;
    double pull = 0, noise = 0, backward = 0;
    for (size_t k = 0; k < s->dim; k++) {
        size_t j = k * s->n + i;
        double away = s->w[j] - run->at[k], before = s->before[j];
        double force = heat * next_gradient[j] + options->gamma * away;
        double back = s->flip[j] * half * force - s->move[j];
        pull += before * before - away * away;
        noise += normals[j] * normals[j];
        backward += back * back;
    }
    return heat * (s->value[i] - next_value) +
           (options->gamma * pull + noise - backward / options->step) / 2;
}

/* At a wall, where a step has no density that a test could ask for. */
static bool stopped(const struct sgld_state *s, size_t i)
{
    for (size_t k = 0; k < s->dim; k++)
        if (s->flip[k * s->n + i] == 0)
            return true;
    return false;
}

static void test(struct sgld_group *group, const struct sgld_state *s, const double *normals,
                 const double *value, const double *gradient)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!s->alive[i])
            continue;
        if (stopped(s, i))
            continue;
        double ratio = log_ratio(group->run, s, i, normals, value[i], gradient);
        group->accepted += ratio >= 0 ? 1 : ratio > -50 ? exp(ratio) : 0; /* NaN: refused */
        group->n_tests += 1;
    }
}

static void look(const struct sgld_group *group, struct sgld_state *s, struct program_space *space)
{
    const struct sgld_run *run = group->run;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->alive[i])
            continue;
        for (size_t k = 0; k < s->dim; k++)
            s->point[k] = s->w[k * s->n + i];
        program_point(group->source->model->region_tests, space, s->point, s->region_value);
        group->looked[group->first + i]++;
        for (size_t r = 0; r < run->n_regions; r++)
            group->inside[(group->first + i) * run->n_regions + r] +=
                s->region_value[r] != 0 && !isnan(s->region_value[r]);
    }
}

static void break_chain(struct sgld_group *group, struct sgld_state *s, size_t i, size_t draw)
{
    struct sgld_run *run = group->run;
    size_t chain = group->first + i;
    s->alive[i] = false;
    group->breaks[chain] = draw;
    for (size_t d = draw; d < run->n_draws; d++)
        run->loss[chain * run->n_draws + d] = run->distance[chain * run->n_draws + d] = NAN;
}

/* Sums for the bias of the steps at the draw just made. */
static void note_forces(struct sgld_group *group, const struct sgld_state *s)
{
    const struct sgld_run *run = group->run;
    struct sgld_forces *sums = &group->forces;
    double heat = run->n * run->beta;
    for (size_t i = 0; i < s->n; i++) {
        double power = 0, square = 0, loss = heat * (s->value[i] - run->reference);
        if (!s->alive[i])
            continue;
        for (size_t k = 0; k < s->dim; k++) {
            double own = heat * s->gradient[k * s->n + i];
            double force = own + run->options.gamma * (s->w[k * s->n + i] - run->at[k]);
            power += own * force;
            square += force * force;
        }
        sums->n += 1;
        sums->loss += loss;
        sums->power += power;
        sums->square += square;
        sums->loss_square += loss * square;
    }
}

/* Notes the draw; finds the chains that broke, which stand still at w* from then on. */
static void record(struct sgld_group *group, struct sgld_state *s, size_t draw, bool burnt,
                   double limit)
{
    struct sgld_run *run = group->run;
    for (size_t i = 0; i < s->n; i++) {
        double square = 0, sum = 0;
        for (size_t k = 0; k < s->dim; k++) {
            double away = s->w[k * s->n + i] - run->at[k];
            square += away * away;
            sum += s->gradient[k * s->n + i];
        }
        bool sound = isfinite(s->value[i]) && isfinite(sum) && square <= limit * limit;
        if (s->alive[i] && sound) {
            if (burnt) {
                size_t to = (group->first + i) * run->n_draws + draw;
                run->loss[to] = s->value[i];
                run->distance[to] = sqrt(square);
            }
            continue;
        }
        if (s->alive[i])
            break_chain(group, s, i, draw);
        for (size_t k = 0; k < s->dim; k++) {
            s->w[k * s->n + i] = run->at[k];
            s->gradient[k * s->n + i] = 0;
        }
    }
}

static double box_size(const struct model *model)
{
    double sum = 0;
    for (size_t k = 0; k < model->dim; k++) {
        double side = model->params[k].high - model->params[k].low;
        sum += side * side;
    }
    return sqrt(sum);
}

static bool any_alive(const struct sgld_state *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->alive[i])
            return true;
    return false;
}

void sgld_group_start(struct sgld_group *group)
{
    const struct sgld_options *options = &group->run->options;
    struct sgld_state *s = group->state = mem_new(1, sizeof *s);
    state_init(s, group);
    s->limit = LOST * box_size(group->source->model);
    sgld_loss_init(&s->loss, group->source, group->count, options->batch,
                   rng_stream(options->seed, 2 * group->first + 1));
}

void sgld_group_end(struct sgld_group *group)
{
    group->evaluations = group->state->loss.evaluations;
    sgld_loss_done(&group->state->loss);
    state_done(group->state);
    mem_free(group->state);
    group->state = NULL;
}

/* The draw at this time, tested, noted and looked at. */
static void draw_here(struct sgld_group *group, struct sgld_state *s)
{
    const struct sgld_run *run = group->run;
    size_t burn_in = run->options.burn_in, vectors = s->dim * s->n;
    bool burnt = s->time >= burn_in, on_all = s->loss.batch == 0;
    size_t draw = burnt ? s->time - burn_in : 0;
    if (!on_all)
        sgld_loss_draw(&s->loss);
    sgld_loss_eval(&s->loss, s->w, s->next_value, s->next_gradient);
    if (on_all && s->led != NULL && s->time > burn_in)
        test(group, s, s->led, s->next_value, s->next_gradient);
    memcpy(s->value, s->next_value, s->n * sizeof *s->value);
    memcpy(s->gradient, s->next_gradient, vectors * sizeof *s->gradient);
    record(group, s, draw, burnt, s->limit);
    if (on_all && burnt)
        note_forces(group, s);
    if (run->n_regions > 0 && burnt && draw % LOOK_ONCE == 0)
        look(group, s, s->loss.space);
}

void sgld_group_advance(struct sgld_group *group)
{
    struct sgld_state *s = group->state;
    size_t burn_in = group->run->options.burn_in, total = burn_in + group->run->n_draws;
    for (size_t end = burn_in + group->until; s->time < end; s->time++) {
        size_t t = s->time;
        if (t % BLOCK == 0 && (cancel_wanted(group->cancel) || !any_alive(s)))
            break;
        draw_here(group, s);
        if (t + 1 == total)
            continue;
        if (t % BLOCK == 0)
            fill_normals(s, total - t < BLOCK ? total - t : BLOCK);
        s->led = s->normals + t % BLOCK * s->dim * s->n;
        step(group, s, s->led);
        if (s->loss.batch > 0 && t >= burn_in && t % TEST_ONCE == 0) {
            sgld_loss_eval(&s->loss, s->w, s->next_value, s->next_gradient);
            test(group, s, s->led, s->next_value, s->next_gradient);
        }
    }
}
