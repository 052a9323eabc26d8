/* Models from text for tests; a faulty one fails the test with its diagnostics. */
#ifndef CUSP_TESTS_FIXTURE_MODEL_H
#define CUSP_TESTS_FIXTURE_MODEL_H

#include "tap.h"

#include <stdio.h>

#include "cusp/model.h"

static inline struct model *fixture_model(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    enum status status = model_from_text(text, NULL, 0, &diags, &model);
    if (status != ST_OK) {
        struct text out;
        text_init(&out);
        diags_print(&diags, &out);
        print_message("%s\n%s\n", text, text_get(&out));
        text_done(&out);
    }
    diags_done(&diags);
    assert_int_equal(status, ST_OK);
    return model;
}

#endif
