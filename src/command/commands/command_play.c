/* `play`: n grows by itself. */
#include "../command_private.h"

struct play {
    bool playing;
    double speed;
};

static void set_play(struct state *state, void *context)
{
    const struct play *play = context;
    state->playing = play->playing;
    state->play_speed = play->speed;
}

static int run(struct command_context *context, const struct args *args)
{
    struct state state = session_state(context->session);
    struct play play = {true, state.play_speed};
    if (args->n_words == 0) {
        play.playing = !state.playing;
    } else if (!number_read(args->words[0], &play.speed) || !(play.speed > 0) || play.speed > 100) {
        command_fault(context, "play %.80s: decades of n a second, up to 100", args->words[0]);
        return EXIT_USAGE;
    }
    session_edit(context->session, "play", set_play, &play);
    return EXIT_OK;
}

const struct command play_command = {
    .name = "play",
    .usage = "[SPEED]",
    .summary = "let n grow by itself, or stop it",
    .details = "SPEED is in decades of n a second; at 1e12 it starts again at 1. Without it: plays "
               "or pauses.\nExample: play 0.5",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
