/* What is wrong with a run of SGLD, in words. */
#include "cusp/sgld.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sgld_private.h"

/* A step of small error is accepted nearly always: so much less, and λ̂ is off by more than a
   tenth. */
#define ACCEPTANCE 0.95
#define RHAT 1.1
#define ROUGH 0.3  /* error of λ̂ beside it */
#define BIAS 0.03  /* of steps, beside λ̂ */
#define RISE 1.25  /* of the running λ̂ over the last half, by which it is still on its way */
#define SLOPE 4    /* of the running λ̂, in its standard errors */
#define SPIKE 30   /* of n β (L − L(w*)): more than a chain at rest ever has */
#define BELOW 0.02 /* share of draws */

struct words {
    char *out;
    size_t size, used;
};

/* Ends a text that was cut where a rune begins. */
static void trim(char *text, size_t length)
{
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0)
        length--;
    text[length] = '\0';
}

/* One more sentence, if there is room for all of it; the first as far as it goes. */
static void CUSP_PRINTF(2, 3) say(struct words *words, const char *format, ...)
{
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    const char *joint = words->used > 0 ? "; " : "";
    size_t length = strlen(joint) + strlen(sentence);
    if (words->used > 0 && words->used + length + 1 > words->size)
        return;
    snprintf(words->out + words->used, words->size - words->used, "%s%s", joint, sentence);
    size_t written = strlen(words->out + words->used);
    words->used += written;
    if (written < length)
        trim(words->out, words->used);
}

/* Chains that broke while their loss was still small did not run off: there was no loss where they
   went. */
static bool left_the_domain(const struct sgld_run *run)
{
    for (size_t c = 0; c < run->n_chains; c++) {
        const double *loss = run->loss + c * run->n_draws;
        size_t last = run->n_draws;
        while (last > 0 && isnan(loss[last - 1]))
            last--;
        if (last > 0 && last < run->n_draws &&
            run->n * run->beta * (loss[last - 1] - run->reference) > SPIKE)
            return false;
    }
    return run->n_broken > 0;
}

static void say_steps(const struct sgld_run *run, struct words *words)
{
    if (left_the_domain(run))
        say(words,
            "no walls: %zu of %zu chains went where the loss is not defined, the first at draw %zu",
            run->n_broken, run->n_chains, run->first_break + 1);
    else if (run->n_broken > 0)
        say(words,
            "step too large: %zu of %zu chains ran off to infinity at ε = %g, first at draw %zu",
            run->n_broken, run->n_chains, run->options.step, run->first_break + 1);
    else if (run->acceptance < ACCEPTANCE)
        say(words,
            "step too large: a Metropolis test would refuse %.0f %% of the steps of ε = %g, whose "
            "error is in the estimate",
            100 * (1 - run->acceptance), run->options.step);
    else if (fabs(run->step_bias) > fmax(2 * run->error, BIAS * fabs(run->lambda)))
        say(words, "steps of ε = %g add about %+.2g to the estimate, more than its error",
            run->options.step, run->step_bias);
}

static void say_loss(const struct sgld_run *run, struct words *words)
{
    double shift = run->n * run->beta * (run->full_reference - run->reference);
    if (run->loss_scale != 1)
        say(words, "the loss is a squared error without ½/σ²: %.3g times the nats it stands for",
            run->loss_scale);
    if (run->options.batch_reference && run->options.batch > 0 && !(fabs(shift) <= run->error))
        say(words,
            "L(w*) was taken on a minibatch of %zu: its noise alone shifts the estimate by %+.3g",
            run->options.batch, shift);
    else if (run->options.batch > 0 && run->error > ROUGH * fabs(run->lambda))
        say(words,
            "the estimate is ± %.2g: the noise of losses on batches of %zu, times n β, hides it",
            run->error, run->options.batch);
}

static double least_loss(const struct sgld_run *run)
{
    double least = INFINITY;
    for (size_t i = 0; i < run->n_chains * run->n_draws; i++)
        least = run->loss[i] < least ? run->loss[i] : least; /* NaN is not */
    return least;
}

static void say_reference(const struct sgld_run *run, struct words *words)
{
    bool on_all = run->options.batch == 0;
    double heat = run->n * run->beta, gap = heat * (run->reference - least_loss(run));
    bool negative = run->lambda < -2 * run->error;
    const char *hot = run->beta >= 1 ? " (at β = 1 it is after λ − ν, not λ)" : "";
    if (negative && on_all)
        say(words,
            "estimate = %.3g is negative%s: %.0f %% of draws have less loss than w*, by up to %.3g",
            run->lambda, hot, 100 * run->below, gap);
    else if (negative)
        say(words, "estimate = %.3g is negative%s: L(w*) lies above what the draws see",
            run->lambda, hot);
    else if (on_all && run->below > BELOW && gap > 0.01)
        say(words,
            "w* is not the least of the loss: %.0f %% of draws lie below it, by up to %.3g that "
            "the estimate "
            "is short of",
            100 * run->below, gap);
}

/* Mean distance of the draws from..to − 1 over all chains that live. */
static double mean_distance(const struct sgld_run *run, size_t from, size_t to)
{
    double sum = 0, count = 0;
    for (size_t c = 0; c < run->n_chains; c++) {
        for (size_t i = from; i < to; i++) {
            double x = run->distance[c * run->n_draws + i];
            sum += isfinite(x) ? x : 0;
            count += isfinite(x);
        }
    }
    return sum / count;
}

static void say_mixing(const struct sgld_run *run, struct words *words)
{
    size_t n = run->n_draws;
    if (run->n_broken > 0 || n < 8)
        return;
    double half = run->running[n / 2 - 1], rise = run->lambda / half;
    double near = mean_distance(run, n / 4, n / 2), far = mean_distance(run, 3 * n / 4, n);
    bool away = far > RISE * near && run->acceptance > 0.99;
    bool apart = run->rhat > RHAT;
    if ((half > 0 && rise > RISE && apart && away) || run->slope > SLOPE)
        say(words,
            "step too small: the estimate still rises, %.3g after half the draws and %.3g after "
            "all, and "
            "chains still leave w* (distance %.2g, then %.2g)",
            half, run->lambda, near, far);
    else if (apart)
        say(words, "the chains do not agree: R̂ = %.2f of their losses", run->rhat);
}

void sgld_diagnosis(const struct sgld_run *run, char *out, size_t size)
{
    struct words words = {.out = out, .size = size};
    if (size == 0)
        return;
    out[0] = '\0';
    say_steps(run, &words);
    say_loss(run, &words);
    say_reference(run, &words);
    say_mixing(run, &words);
}
