/* A resolution made by hand: a person's moves replayed from the model's own K. */
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "rlct_private.h"

#define PRESET_SECONDS 10
enum { PRESET_MEMORY = 1 << 30 };

struct task {
    const struct model *model;
    const struct rlct_options *options;
    const char *moves;
};

struct played {
    enum status status;
    const char *why, *at_text;
    struct hand hand;
};

/* Where it is played: the point asked for, or that of the least λ. False: there is none with
   fractions as coordinates. */
static bool choose_point(struct rlct_work *work, const struct plane_problem *problem,
                         const char **at, struct played *out)
{
    struct rlct_point point;
    if (work->options->at) {
        if (!work->options->snap)
            point = rlct_point_of(work, work->options->at);
        else if (!rlct_snap(work, work->options->at, &point))
            return false;
        at[0] = point.text[0];
        at[1] = point.text[1];
        out->at_text = rlct_point_text(work, &point);
        return true;
    }
    struct plane_result result;
    if (plane_rlct(problem, NULL, work->arena, &result, &out->why) != ST_OK)
        return false;
    if (result.winner >= result.n_points)
        return false;
    const struct plane_point *winner = &result.points[result.winner];
    for (size_t i = 0; i < 2; i++) {
        struct poly *number = NULL;
        at[i] = winner->coordinate[i];
        if (poly_number(0, at[i], strlen(at[i]), &number) != ST_OK)
            return false;
        poly_free(number);
    }
    out->at_text = arena_textf(work->arena, "%s = %s, %s = %s", work->exact.names[0], at[0],
                               work->exact.names[1], at[1]);
    return true;
}

static void play(struct rlct_work *work, const char *moves, struct played *out)
{
    const char *at[2];
    struct rlct_planar planar;
    out->status = ST_UNABLE;
    if (work->exact.n_pieces > 1) {
        out->why = "K is another polynomial for other signs of the parameters";
        return;
    }
    if (work->exact.flat) {
        out->why = work->exact.how;
        return;
    }
    rlct_planar_start(work, work->exact.n_pieces ? &work->exact.pieces[0] : NULL, &planar);
    out->why = "no point with fractions as coordinates has the least λ";
    if (choose_point(work, &planar.problem, at, out)) {
        out->status = plane_by_hand(&planar.problem, at, moves, work->arena, &out->hand, &out->why);
    }
    rlct_planar_done(&planar);
}

static void *play_it(struct arena *arena, void *context)
{
    const struct task *task = context;
    struct played *out = arena_new(arena, 1, sizeof *out);
    struct rlct_answer answer = {.why = ""};
    struct rlct_work work = {.model = task->model,
                             .options = task->options,
                             .arena = arena,
                             .answer = &answer,
                             .rlct = &answer.rlct};
    *out = (struct played){.why = "", .at_text = ""};
    if (task->model->dim != 2) {
        out->status = ST_UNABLE;
        out->why = "by hand a model of two parameters is resolved";
    } else if (!rlct_read(&work)) {
        out->status = answer.status;
        out->why = answer.why;
    } else {
        play(&work, task->moves, out);
        exact_done(&work.exact);
    }
    return out;
}

enum status rlct_by_hand(const struct model *model, const struct rlct_options *options,
                         const char *moves, const struct cancel *cancel, char *why, size_t why_size,
                         struct hand_play **out)
{
    struct task task = {model, options, moves};
    struct isolate_limits limits = {.seconds =
                                        options->seconds > 0 ? options->seconds : PRESET_SECONDS,
                                    .memory = options->memory ? options->memory : PRESET_MEMORY,
                                    .in_process = options->in_process};
    struct hand_play *held = mem_new(1, sizeof *held);
    *out = NULL;
    enum status status = isolate_run(play_it, &task, &limits, cancel, &held->memory);
    const char *words = held->memory.why;
    if (status == ST_OK) {
        const struct played *played = held->memory.result;
        status = played->status;
        words = played->why;
        held->hand = played->hand;
        held->at_text = played->at_text;
    }
    if (status != ST_OK) {
        snprintf(why, why_size, "%s", words && *words ? words : status_name(status));
        hand_play_free(held);
        return status;
    }
    *out = held;
    return ST_OK;
}

void hand_play_free(struct hand_play *play)
{
    if (!play)
        return;
    isolated_done(&play->memory);
    mem_free(play);
}
