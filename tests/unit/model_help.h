/* For tests of the model room: a model from text that must build, or the message that it must not.
 */
#ifndef CUSP_TESTS_MODEL_HELP_H
#define CUSP_TESTS_MODEL_HELP_H

#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/model.h"

static inline struct model *model_of(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    struct text shown;
    diags_init(&diags);
    text_init(&shown);
    if (model_from_text(text, NULL, 0, &diags, &model) != ST_OK) {
        diags_print(&diags, &shown);
        fail_msg("%s\n%s", text, text_get(&shown));
    }
    assert_int_equal(diags.n_errors, 0);
    text_done(&shown);
    diags_done(&diags);
    return model;
}

/* The first diagnostic of a text that must be refused is `message`, or begins with it and "…". */
static inline void assert_refused(const char *text, const char *message)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    if (model_from_text(text, NULL, 0, &diags, &model) == ST_OK)
        fail_msg("accepted: %s", text);
    assert_null(model);
    assert_true(diags.n_errors >= 1);
    size_t length = strlen(message), dots = strlen("…");
    bool begins = length >= dots && strcmp(message + length - dots, "…") == 0;
    const char *got = diags.items[0].message;
    if (begins ? strncmp(got, message, length - dots) != 0 : strcmp(got, message) != 0)
        fail_msg("%s\n  got:      %s\n  expected: %s", text, got, message);
    diags_done(&diags);
}

static inline double value_at(const struct program *program, const double *w)
{
    double out[4096];
    struct program_space *space = program_space_new();
    assert_true(program_n_outputs(program) <= 4096);
    program_point(program, space, w, out);
    program_space_free(space);
    return out[0];
}

static inline void assert_close(double got, double expected, double relative)
{
    if (!(fabs(got - expected) <= relative * fabs(expected)))
        fail_msg("got %.17g, expected %.17g", got, expected);
}

#endif
