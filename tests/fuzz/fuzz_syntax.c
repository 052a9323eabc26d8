/* Fuzzes the model language: any bytes either parse into a tree that prints, or give diagnostics.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "cusp/syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_tree(const struct syntax *syntax)
{
    struct text text;
    text_init(&text);
    if (syntax->potential != NULL) {
        syntax_expr_text(syntax, syntax->potential, &text);
        syntax_expr_pretty(syntax, syntax->potential, &text);
        assert(utf8_valid(text_get(&text), text.length, NULL));
    }
    for (size_t i = 0; i < syntax->dim; i++) {
        char name[2 * SYNTAX_MAX_NAME];
        syntax_param_name(syntax, i, name, sizeof name);
        assert(name[0] != '\0');
    }
    text_done(&text);
}

static void parse(const char *bytes, size_t size)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    struct text printed;
    const struct setting setting = {"H", 3};
    diags_init(&diags);
    text_init(&printed);
    /* Every other length with a setting, so that both ways are taken and repeat. */
    enum status status = syntax_parse("-e", bytes, size, &setting, size % 2, &diags, &syntax);
    assert((status == ST_OK) == (syntax != NULL) && (status == ST_OK) == (diags.n_errors == 0));
    if (syntax != NULL) {
        print_tree(syntax);
    }
    diags_print(&diags, &printed);
    assert(utf8_valid(text_get(&printed), printed.length, NULL));
    text_done(&printed);
    diags_done(&diags);
    syntax_free(syntax);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    char names[4][SYNTAX_MAX_NAME + 1];
    struct text whole;
    parse(bytes, size);
    (void)syntax_free_names(bytes, size, names, 4);
    text_init(&whole);
    syntax_complete(bytes, size, &whole);
    parse(text_get(&whole), whole.length);
    text_done(&whole);
    return 0;
}
