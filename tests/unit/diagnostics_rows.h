/* Tables of faulty model texts with what is said about each. */
#ifndef CUSP_TESTS_DIAGNOSTICS_ROWS_H
#define CUSP_TESTS_DIAGNOSTICS_ROWS_H

#include "tap.h"

#include "cusp/syntax.h"

#include <string.h>

/* Statements that are in order themselves. */
#define W "param w in [-1, 1]\n"
#define K "potential K = w^2\n"
#define Y "input x ~ uniform(-2, 2)\noutput y ~ normal(w*x, 1)\n"
#define T "truth y ~ normal(0, 1)\n"

struct row {
    const char *text;
    const char *said; /* "line:column+width message", one a line; line 0: about the whole file */
};

/* What is said about a text, in the form of struct row. */
static inline void say(const char *text, size_t length, const struct setting *setting,
                       struct text *out)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    enum status status =
        syntax_parse("my.model", text, length, setting, setting != NULL, &diags, &syntax);
    assert_int_equal(status, diags.n_errors > 0 ? ST_INPUT : ST_OK);
    assert_true((syntax != NULL) == (status == ST_OK));
    for (size_t i = 0; i < diags.count; i++) {
        const struct diag *diag = &diags.items[i];
        assert_string_equal(diag->file, "my.model");
        text_addf(out, "%s%zu:%zu+%zu %s%s", i > 0 ? "\n" : "", diag->line, diag->column,
                  diag->width, diag->severity == SEV_WARNING ? "warning: " : "", diag->message);
    }
    diags_done(&diags);
    syntax_free(syntax);
}

static inline void check_said(const char *text, size_t length, const struct setting *setting,
                              const char *said)
{
    struct text out;
    text_init(&out);
    say(text, length, setting, &out);
    if (strcmp(text_get(&out), said) != 0) {
        print_message("of this text:\n%.400s\n", text);
    }
    assert_string_equal(text_get(&out), said);
    text_done(&out);
}

static inline void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_said(rows[i].text, strlen(rows[i].text), NULL, rows[i].said);
    }
}

#endif
