/* A place for commands to run in: a catalogue, a session at the prompt, what was said. */
#ifndef CUSP_TESTS_COMMAND_STAGE_H
#define CUSP_TESTS_COMMAND_STAGE_H

#include <string.h>

#include "../../src/command/command_private.h"

struct stage {
    struct session *session;
    struct catalogue catalogue;
    struct text out, err;
    struct command_context context;
};

static inline void stage_open(struct stage *stage, int where)
{
    struct diags diags;
    memset(stage, 0, sizeof *stage);
    diags_init(&diags);
    assert_int_equal(catalogue_open("models", &diags, &stage->catalogue), ST_OK);
    if (where != IN_SHELL) {
        struct session_options options = {
            .models_directory = "models", .seed = 1, .synchronous = true};
        assert_int_equal(session_new(&options, &diags, &stage->session), ST_OK);
        session_set_needs(stage->session, 0);
    }
    diags_done(&diags);
    text_init(&stage->out);
    text_init(&stage->err);
    stage->context = (struct command_context){.session = stage->session,
                                              .catalogue = &stage->catalogue,
                                              .out = &stage->out,
                                              .err = &stage->err,
                                              .where = where};
}

static inline void stage_close(struct stage *stage)
{
    session_free(stage->session);
    catalogue_done(&stage->catalogue);
    text_done(&stage->out);
    text_done(&stage->err);
}

static inline int run(struct stage *stage, const char *line)
{
    text_clear(&stage->out);
    text_clear(&stage->err);
    return command_run_line(&stage->context, line);
}

static inline void expect(struct stage *stage, const char *line, int code, const char *said)
{
    int got = run(stage, line);
    const char *text = text_get(code == EXIT_OK ? &stage->out : &stage->err);
    if (got != code || !strstr(text, said)) {
        print_error("%s: %d, %s\n", line, got, text);
    }
    assert_int_equal(got, code);
    assert_non_null(strstr(text, said));
}

#endif
