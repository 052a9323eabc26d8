/* Changes of what is looked at in a resolution: the chart, and a person's own moves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_private.h"

static const struct run *shown_run(const struct session *session, size_t side)
{
    return side < SIDES_MAX && session->models[side] != NULL ? &session->runs[side] : NULL;
}

enum status session_set_chart(struct session *session, size_t side, size_t chart)
{
    const struct run *run = shown_run(session, side);
    const struct resolution *resolution = run != NULL ? run_resolution(session, run) : NULL;
    if (resolution == NULL || chart >= resolution->n_charts)
        return ST_DOMAIN;
    session->state.chart[side] = chart;
    session_commit(session, "chart", true);
    return ST_OK;
}

enum status session_set_by_hand(struct session *session, size_t side, bool on)
{
    const struct run *run = shown_run(session, side);
    if (run == NULL || (on && run->model->dim != 2))
        return ST_UNABLE;
    if (session->state.by_hand == on)
        return ST_OK;
    session->state.by_hand = on;
    memset(session->state.chart, 0, sizeof session->state.chart);
    session_commit(session, "by hand", false);
    return ST_OK;
}

enum status session_set_moves(struct session *session, size_t side, const char *moves)
{
    if (shown_run(session, side) == NULL || strlen(moves) >= MOVES_MAX)
        return ST_LIMIT;
    snprintf(session->state.moves[side], MOVES_MAX, "%s", moves);
    session->state.chart[side] = 0;
    session_commit(session, "moves", false);
    return ST_OK;
}

enum status session_blow_up(struct session *session, size_t side, const char *centre)
{
    const struct run *run = shown_run(session, side);
    if (run == NULL || !session->state.by_hand || run->is.hand == NULL)
        return ST_UNABLE;
    const struct resolution *resolution = &run->is.hand->hand.resolution;
    char *moves = session->state.moves[side], move[MOVES_MAX];
    size_t chart = session->state.chart[side], length = strlen(moves);
    chart = chart < resolution->n_charts ? chart : 0;
    int wanted = snprintf(move, sizeof move, "%s%zu %s", length > 0 ? ";" : "", chart, centre);
    if (wanted < 0 || (size_t)wanted >= MOVES_MAX - length)
        return ST_LIMIT;
    memcpy(moves + length, move, (size_t)wanted + 1);
    session->state.chart[side] = resolution->n_charts; /* the first of its charts */
    session_commit(session, "blow up", false);
    return ST_OK;
}

enum status session_set_failure(struct session *session, const char *name, bool mended)
{
    if (name[0] != '\0' && (failure_named(name) == NULL || strlen(name) >= FAILURE_NAME_MAX))
        return ST_INPUT;
    memset(session->state.failure, 0, sizeof session->state.failure);
    memcpy(session->state.failure, name, strlen(name));
    session->state.mended = mended && name[0] != '\0';
    session_commit(session, "failure", false);
    return ST_OK;
}

void session_forget_charts(struct session *session, size_t side)
{
    session->state.chart[side] = 0;
    session->state.moves[side][0] = '\0';
}

void session_refuse_move(struct session *session, size_t side, const char *why)
{
    char *moves = session->state.moves[side], *last = strrchr(moves, ';');
    if (moves[0] == '\0')
        return;
    size_t chart = (size_t)strtoul(last != NULL ? last + 1 : moves, NULL, 10);
    *(last != NULL ? last : moves) = '\0';
    session->state.chart[side] = chart;
    if (strcmp(session->undo.entries[session->undo.at].kind, "blow up") == 0)
        undo_drop(&session->undo);
    undo_amend(&session->undo, &session->state);
    session_message(session, true, "%s", why);
}
