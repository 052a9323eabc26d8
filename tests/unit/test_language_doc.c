/* docs/LANGUAGE.md tells the truth: its models check cleanly, and its faults are said as shown. */
#include "tap.h"

#include "cusp/mem.h"
#include "cusp/syntax.h"

#include <stdio.h>
#include <string.h>

/* The whole document. */
static char *read_document(void)
{
    enum { SIZE_MAX_DOC = 1 << 20 };
    FILE *file = fopen("docs/LANGUAGE.md", "r");
    assert_non_null(file);
    char *text = mem_new(SIZE_MAX_DOC, 1);
    assert_true(fread(text, 1, SIZE_MAX_DOC - 1, file) > 0);
    fclose(file);
    return text;
}

/* The next block fenced as ```kind after *at, without its fences; NULL if there is none. */
static char *next_block(const char **at, const char *kind)
{
    char fence[32];
    snprintf(fence, sizeof fence, "\n```%s\n", kind);
    const char *start = strstr(*at, fence);
    if (start == NULL) {
        return NULL;
    }
    start += strlen(fence);
    const char *end = strstr(start, "```\n");
    assert_non_null(end);
    *at = end;
    return mem_copy_text(start, (size_t)(end - start));
}

/* What is said about a text, as printed. */
static enum status check(const char *text, struct text *said)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    enum status status = syntax_parse("mine.model", text, strlen(text), NULL, 0, &diags, &syntax);
    diags_print(&diags, said);
    diags_done(&diags);
    syntax_free(syntax);
    return status;
}

static size_t check_models(const char *document, const char *kind)
{
    size_t count = 0;
    for (char *block; (block = next_block(&document, kind)) != NULL; count++) {
        struct text said;
        text_init(&said);
        assert_int_equal(check(block, &said), ST_OK);
        assert_string_equal(text_get(&said), "");
        text_done(&said);
        mem_free(block);
    }
    return count;
}

static void test_models(void **state)
{
    (void)state;
    char *document = read_document();
    assert_true(check_models(document, "cusp") >= 10);
    assert_true(check_models(document, "likelihood") >= 1);
    mem_free(document);
}

static void test_faults(void **state)
{
    (void)state;
    char *document = read_document();
    const char *faults = document, *answers = document;
    size_t count = 0;
    for (char *block; (block = next_block(&faults, "faulty")) != NULL; count++) {
        char *shown = next_block(&answers, "said");
        struct text said;
        text_init(&said);
        assert_int_equal(check(block, &said), ST_INPUT);
        assert_non_null(shown);
        assert_string_equal(text_get(&said), shown);
        text_done(&said);
        mem_free(shown);
        mem_free(block);
    }
    assert_true(count >= 4);
    mem_free(document);
}

/* Every function has its row. */
static void test_functions(void **state)
{
    (void)state;
    char *document = read_document();
    for (enum op op = 0; op < OP_COUNT; op++) {
        char row[64];
        snprintf(row, sizeof row, "\n| `%s(", op_info(op)->name);
        assert_true(!op_is_function(op) || strstr(document, row) != NULL);
    }
    for (const char *const *word = syntax_keywords(); *word != NULL; word++) {
        char mention[64];
        snprintf(mention, sizeof mention, "`%s`", *word);
        assert_non_null(strstr(document, mention));
    }
    mem_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
