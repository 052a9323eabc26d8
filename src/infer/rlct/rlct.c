/* λ of a model: the known formula where one applies, the general methods in any case, and both
   against one another. */
#include "cusp/rlct.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/clock.h"
#include "cusp/mem.h"
#include "rlct_private.h"

#define PRESET_SECONDS 10
#define CHECK_SECONDS 1.5 /* of the general methods where a formula has answered already */
#define BOUNDS_SHARE 0.2  /* of the time, in addition: for bounds where it was not enough */
enum { PRESET_MEMORY = 1 << 30 };

/* What the caller holds: the answer, and words that were added to it. */
struct held {
    struct rlct shown;
    struct arena words;
};

/* A formula's answer. */
struct known {
    const struct rlct_formula *formula; /* NULL: none applies */
    struct rat lambda;
    long multiplicity;
    const char *why;
};

struct task {
    const struct model *model;
    const struct rlct_options *options;
    const char *reason; /* why the general methods ended without an answer */
};

static void *try_formulas(struct arena *arena, void *context)
{
    const struct task *task = context;
    struct known *out = arena_new(arena, 1, sizeof *out);
    struct text why;
    text_init(&why);
    for (size_t i = 0; rlct_formulas[i]; i++) {
        text_clear(&why);
        if (!rlct_formulas[i]->applies(task->model, task->options->at, &out->lambda,
                                       &out->multiplicity, &why)) {
            continue;
        }
        out->formula = rlct_formulas[i];
        out->why = arena_text(arena, text_get(&why), why.length);
        break;
    }
    text_done(&why);
    return out;
}

static void *by_bounds(struct arena *arena, void *context)
{
    const struct task *task = context;
    struct rlct_answer *answer = arena_new(arena, 1, sizeof *answer);
    struct rlct_work work = {.model = task->model,
                             .options = task->options,
                             .arena = arena,
                             .answer = answer,
                             .rlct = &answer->rlct};
    rlct_general_bounds(&work, task->reason);
    return answer;
}

static void *by_general_methods(struct arena *arena, void *context)
{
    const struct task *task = context;
    struct rlct_answer *answer = arena_new(arena, 1, sizeof *answer);
    answer->why = "";
    struct rlct_work work = {.model = task->model,
                             .options = task->options,
                             .arena = arena,
                             .answer = answer,
                             .rlct = &answer->rlct};
    rlct_general(&work);
    return answer;
}

/* The formula's answer where the general methods have none. */
static void only_formula(const struct known *known, const char *failure, struct held *held)
{
    struct rlct *rlct = &held->shown;
    const char **steps = arena_new(&held->words, 2, sizeof *steps);
    rlct->lambda = rlct_quantity(known->lambda, EXACT, "known formula");
    rlct->lower = rlct->upper = rlct->lambda;
    rlct->multiplicity = known->multiplicity;
    rlct->method = "known formula";
    rlct->why = known->why;
    rlct->citation = known->formula->source;
    if (!rlct->at_text)
        rlct->at_text = "";
    if (rlct->boundary.standing != EXACT)
        rlct->boundary = rlct_unknown("");
    steps[0] = arena_textf(&held->words, "%s: %s", known->formula->title, known->why);
    steps[1] = arena_textf(&held->words, "The general methods do not decide it: %s", failure);
    rlct->steps = steps;
    rlct->n_steps = 2;
}

/* Two exact answers that agree say so; two that differ are a fault of cusp, and neither is given.
 */
static void both_exact(const struct known *known, struct held *held)
{
    struct rlct *rlct = &held->shown;
    char one[64], other[64];
    rat_text(one, sizeof one, known->lambda);
    if (rlct->lambda.standing == EXACT)
        rat_text(other, sizeof other, rlct->lambda.exact);
    else
        snprintf(other, sizeof other, "between other bounds");
    bool same = rlct->lambda.standing == EXACT &&
                rlct_order(known->lambda, rlct->lambda.exact) == 0 &&
                (rlct->multiplicity == 0 || rlct->multiplicity == known->multiplicity);
    if (same) {
        rlct->multiplicity = known->multiplicity;
        rlct->citation = known->formula->source;
        rlct->why = arena_textf(&held->words, "%s The same as the known formula. %s", rlct->why,
                                known->why);
        return;
    }
    rlct->why = arena_textf(&held->words,
                            "%s gives λ = %s, m = %ld and %s gives λ = %s, m = %ld: one of them is "
                            "wrong, so neither is given.",
                            known->formula->title, one, known->multiplicity, rlct->method, other,
                            rlct->multiplicity);
    rlct->lambda = rlct->lower = rlct->upper = rlct_unknown(rlct->why);
    rlct->multiplicity = 0;
}

/* True if the bounds leave no room for the formula. */
static bool contradicts(const struct known *known, const struct rlct *rlct)
{
    return (rlct->lower.standing != UNKNOWN && rlct_order(known->lambda, rlct->lower.exact) < 0) ||
           (rlct->upper.standing != UNKNOWN && rlct_order(known->lambda, rlct->upper.exact) > 0);
}

static void merge(const struct known *known, const struct rlct_answer *answer, const char *failure,
                  struct held *held)
{
    if (!answer || answer->status != ST_OK) {
        only_formula(known, answer ? answer->why : failure, held);
    } else if (held->shown.lambda.standing == EXACT || contradicts(known, &held->shown)) {
        both_exact(known, held);
    } else {
        only_formula(known, held->shown.why, held);
    }
}

static enum status finish(enum status status, const struct rlct_answer *answer,
                          const struct known *known, struct held *held, char *why, size_t why_size)
{
    const char *failure = held->shown.memory.why;
    if (status == ST_OK)
        status = answer->status;
    if (status == ST_OK) {
        struct isolated memory = held->shown.memory;
        held->shown = answer->rlct;
        held->shown.memory = memory;
    } else if (answer) {
        failure = answer->why;
    }
    if (known->formula && status != ST_CANCELLED) {
        merge(known, status == ST_OK ? answer : NULL, failure, held);
        status = ST_OK;
    }
    if (status != ST_OK)
        snprintf(why, why_size, "%s", *failure ? failure : status_name(status));
    return status;
}

enum status rlct_find(const struct model *model, const struct rlct_options *options,
                      const struct cancel *cancel, char *why, size_t why_size, struct rlct **out)
{
    struct task task = {model, options, ""};
    struct isolate_limits limits = {.seconds =
                                        options->seconds > 0 ? options->seconds : PRESET_SECONDS,
                                    .memory = options->memory ? options->memory : PRESET_MEMORY,
                                    .in_process = options->in_process};
    struct held *held = mem_new(1, sizeof *held);
    double begun = clock_seconds();
    arena_init(&held->words);
    *out = NULL;
    struct isolated asked;
    struct known known = {0};
    enum status status = isolate_run(try_formulas, &task, &limits, cancel, &asked);
    if (status == ST_OK) {
        known = *(const struct known *)asked.result;
        if (known.why)
            known.why = arena_text(&held->words, known.why, strlen(known.why));
    }
    isolated_done(&asked);
    if (known.formula)
        limits.seconds = fmin(limits.seconds, CHECK_SECONDS);
    status = status == ST_CANCELLED
                 ? status
                 : isolate_run(by_general_methods, &task, &limits, cancel, &held->shown.memory);
    if (status == ST_LIMIT && !known.formula) {
        limits.seconds *= BOUNDS_SHARE;
        task.reason =
            arena_text(&held->words, held->shown.memory.why, strlen(held->shown.memory.why));
        isolated_done(&held->shown.memory);
        status = isolate_run(by_bounds, &task, &limits, cancel, &held->shown.memory);
        if (status == ST_LIMIT) /* of the share: the limit that was asked for is what counts */
            snprintf(held->shown.memory.why, sizeof held->shown.memory.why, "%s", task.reason);
    }
    status = finish(status, held->shown.memory.result, &known, held, why, why_size);
    held->shown.dim = model->dim;
    held->shown.local = options->at != NULL;
    held->shown.seconds = clock_seconds() - begun;
    *out = &held->shown;
    if (status != ST_OK) {
        rlct_free(*out);
        *out = NULL;
    }
    return status;
}

void rlct_free(struct rlct *rlct)
{
    if (!rlct)
        return;
    struct held *held = (struct held *)rlct; /* its first member */
    isolated_done(&held->shown.memory);
    arena_done(&held->words);
    mem_free(held);
}
