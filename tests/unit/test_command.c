/* Commands: words, options, ranges, suggestions, completion, scripts, files. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_stage.h"

/* cmocka's own comparison is in single precision. */
#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static struct state now(struct stage *stage)
{
    return session_state(stage->session);
}

/* ---- the registry ------------------------------------------------------------------------------
 */

static void test_registry(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_SHELL);
    for (size_t i = 0; commands[i]; i++) {
        const struct command *command = commands[i];
        assert_ptr_equal(command_find(command->name), command);
        assert_true(command->summary[0] && command->details[0] && command->where);
        assert_non_null(strstr(command->details, "Example: "));
        assert_true(command->min_words <= command->max_words);
        assert_non_null(command->run);
        const struct option *option;
        for (size_t j = 0; (option = command_option(command, j)) != NULL; j++) {
            assert_true(option->help[0]);
            assert_int_equal(option->kind == OPTION_FLAG, option->value == NULL);
        }
        if (command->where & IN_SHELL) {
            const char *words[2] = {command->name, "--help"};
            text_clear(&stage.out);
            assert_int_equal(command_run_words(&stage.context, words, 2), EXIT_OK);
            assert_non_null(strstr(text_get(&stage.out), command->summary));
        }
    }
    assert_null(command_find("nothing"));
    stage_close(&stage);
}

/* The example at the end of a command's details. */
static void example_of(const struct command *command, char *line, size_t size)
{
    const char *example = strstr(command->details, "Example: ") + strlen("Example: ");
    snprintf(line, size, "%s", example);
    line[strcspn(line, "\n")] = '\0';
}

static void test_examples_run(void **state)
{
    (void)state;
    static const char *const needs_more[] = {"explore", "run", "save"}; /* a terminal, a file */
    for (size_t i = 0; commands[i]; i++) {
        char line[256];
        bool skip = false, shell = commands[i]->where & IN_SHELL;
        for (size_t j = 0; j < sizeof needs_more / sizeof *needs_more; j++) {
            skip |= strcmp(commands[i]->name, needs_more[j]) == 0;
        }
        if (skip) {
            continue;
        }
        struct stage stage;
        stage_open(&stage, shell ? IN_SHELL : IN_PROMPT);
        example_of(commands[i], line, sizeof line);
        if (!shell) {
            bool open = strcmp(commands[i]->name, "open") == 0;
            const char *model = strcmp(commands[i]->name, "knob") == 0   ? "model nearly-singular"
                                : strcmp(commands[i]->name, "axes") == 0 ? "model cone"
                                                                         : "model normal-crossing";
            expect(&stage, open ? "catalogue on" : model, EXIT_OK, "");
            if (strcmp(commands[i]->name, "redo") == 0) {
                expect(&stage, "undo", EXIT_OK, "");
            }
            bool resolves = strcmp(commands[i]->name, "chart") == 0 ||
                            strcmp(commands[i]->name, "blow-up") == 0 ||
                            strcmp(commands[i]->name, "claim") == 0;
            session_set_needs(stage.session, resolves ? SESSION_RLCT : 0);
            if (strcmp(commands[i]->name, "blow-up") == 0) {
                expect(&stage, "by-hand on", EXIT_OK, "");
            }
            assert_int_equal(session_wait(stage.session, -1), ST_OK);
        }
        expect(&stage, shell ? line + strlen("cusp ") : line, EXIT_OK, "");
        stage_close(&stage);
    }
}

static void test_what_is_the_explorer(void **state)
{
    (void)state;
    const char *model[] = {"circle"}, *list[] = {"list"}, *inline_text[] = {"-e", "K = w^2"};
    const char *help[] = {"--help"}, *explore[] = {"explore"};
    assert_true(command_is_explorer(NULL, 0));
    assert_true(command_is_explorer(model, 1));
    assert_true(command_is_explorer(inline_text, 2));
    assert_true(command_is_explorer(explore, 1));
    assert_false(command_is_explorer(list, 1));
    assert_false(command_is_explorer(help, 1));
}

/* ---- words -------------------------------------------------------------------------------------
 */

static void test_faults_and_suggestions(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_SHELL);
    expect(&stage, "evidnce circle", EXIT_USAGE, "did you mean 'evidence'?");
    expect(&stage, "info cricle", EXIT_BAD, "did you mean 'circle'?");
    expect(&stage, "info qqqqqqqq", EXIT_BAD, "no model 'qqqqqqqq'");
    expect(&stage, "zeros circle --piont 3", EXIT_USAGE, "did you mean '--points'?");
    expect(&stage, "zeros circle --points", EXIT_USAGE, "--points wants a value: N");
    expect(&stage, "zeros circle --points 2.5", EXIT_USAGE, "a whole number is wanted");
    expect(&stage, "zeros circle --points -3", EXIT_USAGE, "a whole number is wanted");
    expect(&stage, "zeros circle --json=1", EXIT_USAGE, "--json takes no value");
    expect(&stage, "zeros circle --json --csv", EXIT_USAGE, "exclude each other");
    expect(&stage, "zeros circle cusp", EXIT_USAGE, "'cusp' is too much");
    expect(&stage, "zeros", EXIT_USAGE, "which model?");
    expect(&stage, "run", EXIT_USAGE, "something is missing");
    expect(&stage, "n 5", EXIT_USAGE, "prompt");
    expect(&stage, "evidence circle --n 0.5", EXIT_BAD, "n = 0.5 is outside 1 to 1e12");
    expect(&stage, "evidence circle --n 1e13", EXIT_BAD, "outside");
    expect(&stage, "evidence circle --n 1e9..1e2", EXIT_USAGE, "a range goes");
    expect(&stage, "evidence circle --n 1..1e12:99999999", EXIT_USAGE, "too many values");
    expect(&stage, "evidence circle --n ten", EXIT_USAGE, "not a number");
    expect(&stage, "evidence circle --n 0x10", EXIT_USAGE, "not a number");
    expect(&stage, "evidence circle --n inf", EXIT_USAGE, "not a number");
    expect(&stage, "volume circle --eps 0", EXIT_BAD, "above 0");
    expect(&stage, "info circle --set r", EXIT_USAGE, "NAME=VALUE");
    expect(&stage, "info circle --set q=2", EXIT_BAD, "q");
    expect(&stage, "fisher circle --at w3=0", EXIT_BAD, "no parameter 'w3'");
    expect(&stage, "fisher circle --at w1", EXIT_USAGE, "a point is given as");
    expect(&stage, "fisher circle --at w1=1e9", EXIT_BAD, "outside its box");
    expect(&stage, "info -e 'K = tahn(w)^2'", EXIT_BAD, "did you mean 'tanh'?");
    expect(&stage, "info 'circle", EXIT_USAGE, "a quote is not closed");
    expect(&stage, "frame circle --views posteror", EXIT_USAGE, "did you mean 'posterior'?");
    expect(&stage, "frame circle --format gif", EXIT_USAGE, "no format 'gif'");
    expect(&stage, "frame circle --size 10", EXIT_USAGE, "a size is wanted");
    expect(&stage, "frame circle --size 0x3", EXIT_USAGE, "a size is wanted");
    expect(&stage, "frame circle --size 9999x9999", EXIT_USAGE, "at most");
    expect(&stage, "frame -e 'a=' -e 'b=' -e 'c='", EXIT_USAGE, "more than 2 times");
    stage_close(&stage);
}

static void test_words_and_quotes(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_SHELL);
    expect(&stage, "", EXIT_OK, "");
    expect(&stage, "   # a comment", EXIT_OK, "");
    expect(&stage, "info circle # and a comment", EXIT_OK, "circle");
    expect(&stage, "info \"cir\"'cle'", EXIT_OK, "circle");
    expect(&stage, "info cir\\cle --json", EXIT_OK, "\"model\": \"circle\"");
    expect(&stage, "info -e 'model \"A title\"; K = w^2' --json", EXIT_OK, "A title");
    expect(&stage, "info --seed=7 circle --json", EXIT_OK, "\"seed\": 7");
    expect(&stage, "info --json -- circle", EXIT_OK, "circle");
    expect(&stage, "info ./models/circle.model", EXIT_OK, "circle");
    expect(&stage, "info nearly-singular --set eps=0.00125", EXIT_OK, "eps = 0.00125");
    stage_close(&stage);
}

/* ---- numbers ------------------------------------------------------------------------------------
 */

static void test_numbers(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    " 1", "1 ", "1x", "nan",   "inf", "0x1",
                                      "--1", "1e", "^2", "1^", "1e999", "+",   "."};
    double x = 0;
    assert_true(number_read("2.385", &x));
    assert_near(x, 2.385, 0);
    assert_true(number_read("-.5e2", &x));
    assert_near(x, -50, 0);
    assert_true(number_read("10^0.1", &x));
    assert_near(x, pow(10, 0.1), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(number_read(bad[i], &x));
    }
    assert_true(relative_read("*10", 23.85, &x));
    assert_near(x, 238.5, 1e-12);
    assert_true(relative_read("/2", 23.85, &x));
    assert_near(x, 11.925, 1e-12);
    assert_true(relative_read("-0.25", 2.385, &x));
    assert_near(x, 2.135, 1e-12);
    assert_true(relative_read("=-0.25", 2.385, &x));
    assert_near(x, -0.25, 0);
    assert_false(relative_read("/0", 1.5, &x));
    assert_false(relative_read("*", 1.5, &x));
}

static void test_lists(void **state)
{
    (void)state;
    struct arena arena;
    double *list = NULL;
    size_t count = 0;
    const char *why = "";
    arena_init(&arena);
    assert_true(list_read("1e2..1e8", &arena, &list, &count, &why));
    assert_int_equal(count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_near(list[i], pow(10, (double)i + 2), 0);
    }
    assert_true(list_read("1e2..1e8:25", &arena, &list, &count, &why));
    assert_int_equal(count, 25);
    assert_near(list[4], 1e3, 1e-10);
    assert_near(list[24], 1e8, 0);
    assert_near(log10(list[1]), 2.25, 1e-14);
    assert_true(list_read("3..3:1", &arena, &list, &count, &why));
    assert_int_equal(count, 1);
    assert_true(list_read("2.5,1..100,7.25", &arena, &list, &count, &why));
    assert_int_equal(count, 5);
    assert_near(list[0], 2.5, 0);
    assert_near(list[3], 100, 0);
    assert_near(list[4], 7.25, 0);
    static const char *const bad[] = {"",      ",",       "1,",     "1..",      "..2",     "5..1",
                                      "0..10", "-1..10",  "1..2:0", "1..2:1.5", "1..2:",   "1...2",
                                      "1;2",   "1..2..3", "1..2:x", "1,,2",     "1..9:1e9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(list_read(bad[i], &arena, &list, &count, &why));
        assert_true(why[0]);
    }
    double low[2], high[2];
    size_t axes = 0;
    assert_true(window_read("-1.5..0.25,2..3", low, high, &axes));
    assert_int_equal(axes, 2);
    assert_near(low[0], -1.5, 0);
    assert_near(high[1], 3, 0);
    assert_true(window_read("-1.5..-0.25", low, high, &axes));
    assert_int_equal(axes, 1);
    assert_false(window_read("1..0,2..3", low, high, &axes));
    assert_false(window_read("0..1,2..3,4..5", low, high, &axes));
    assert_false(window_read("0..1,", low, high, &axes));
    const char **pieces = pieces_of("v[2,1]=3,w=4", &arena, &count);
    assert_int_equal(count, 2);
    assert_string_equal(pieces[0], "v[2,1]=3");
    arena_done(&arena);
}

/* ---- the prompt ---------------------------------------------------------------------------------
 */

static void test_prompt_commands_make_the_state(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_PROMPT);
    expect(&stage, "model normal-crossing", EXIT_OK, "");
    expect(&stage, "n 1e6", EXIT_OK, "");
    assert_near(now(&stage).n, 1e6, 0);
    expect(&stage, "n *10^0.5", EXIT_OK, "");
    expect(&stage, "n /1e30", EXIT_OK, "");
    assert_near(now(&stage).n, 1, 0);
    expect(&stage, "n 1e30", EXIT_BAD, "outside 1 to 1e12");
    expect(&stage, "n x", EXIT_USAGE, "a number is wanted");
    expect(&stage, "at w1=0.25 w2=-0.75", EXIT_OK, "");
    assert_near(now(&stage).cursor[0][1], -0.75, 0);
    expect(&stage, "at w1=0.125", EXIT_OK, "");
    assert_near(now(&stage).cursor[0][1], 0, 0);
    expect(&stage, "zoom in 2", EXIT_OK, "");
    assert_near(now(&stage).high[0][0] - now(&stage).low[0][0], 2, 1e-12);
    expect(&stage, "pan right 0.5", EXIT_OK, "");
    expect(&stage, "zoom reset", EXIT_OK, "");
    assert_near(now(&stage).low[0][0], -2, 0);
    expect(&stage, "zoom sideways", EXIT_USAGE, "wanted");
    expect(&stage, "view landscpe", EXIT_USAGE, "did you mean 'landscape'?");
    expect(&stage, "view landscape 2", EXIT_OK, "");
    assert_int_equal(now(&stage).focus_side, 1);
    expect(&stage, "zoom", EXIT_OK, "");
    assert_true(now(&stage).zoomed);
    expect(&stage, "compare off", EXIT_OK, "");
    assert_false(now(&stage).compare);
    expect(&stage, "compare", EXIT_OK, "");
    assert_true(now(&stage).compare);
    expect(&stage, "knob eps 1", EXIT_BAD, "no knobs");
    expect(&stage, "model second-order", EXIT_OK, "");
    expect(&stage, "knob thta 1", EXIT_BAD, "did you mean 'theta'?");
    expect(&stage, "knob theta 0.625", EXIT_OK, "");
    expect(&stage, "knob 1 -2%", EXIT_OK, "");
    struct snapshot snapshot;
    session_snapshot(stage.session, &snapshot);
    assert_near(snapshot.sides[0].model->knobs[0].value, 0.605, 1e-12);
    expect(&stage, "knob theta 9", EXIT_BAD, "outside");
    expect(&stage, "play 2.5", EXIT_OK, "");
    assert_true(now(&stage).playing);
    expect(&stage, "pause", EXIT_OK, "");
    expect(&stage, "play -1", EXIT_USAGE, "decades");
    expect(&stage, "new K = (u*v - 0.25)^2   # product", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    assert_non_null(strstr(snapshot.sides[0].model->text, "u*v - 0.25"));
    expect(&stage, "new K = (u*v", EXIT_BAD, "^");
    expect(&stage, "new", EXIT_USAGE, "missing");
    expect(&stage, "undo", EXIT_OK, "");
    expect(&stage, "redo", EXIT_OK, "");
    expect(&stage, "redo", EXIT_BAD, "nothing to redo");
    expect(&stage, "share", EXIT_OK, "cusp -e 'potential K = (u*v - 0.25)^2");
    expect(&stage, "theme light", EXIT_OK, "");
    assert_string_equal(stage.context.theme, "light");
    expect(&stage, "rank on", EXIT_OK, "");
    expect(&stage, "catalogue", EXIT_OK, "");
    expect(&stage, "filter Crossing", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    assert_true(snapshot.n_catalogue_rows >= 3 &&
                snapshot.n_catalogue_rows < snapshot.catalogue->n_entries);
    expect(&stage, "filter qqqqqqq", EXIT_OK, "");
    expect(&stage, "open", EXIT_BAD, "no such row");
    expect(&stage, "filter", EXIT_OK, "");
    expect(&stage, "move down 2", EXIT_OK, "");
    expect(&stage, "open", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    assert_string_equal(snapshot.sides[0].model->name, snapshot.catalogue->entries[2].name);
    expect(&stage, "info", EXIT_OK, snapshot.sides[0].model->name);
    expect(&stage, "reset", EXIT_OK, "");
    expect(&stage, "view none", EXIT_OK, "");
    expect(&stage, "next", EXIT_OK, "");
    assert_true(now(&stage).focus[0] != '\0');
    expect(&stage, "previous", EXIT_OK, "");
    assert_string_equal(now(&stage).focus, "");
    expect(&stage, "quit", EXIT_OK, "");
    assert_true(stage.context.quit);
    stage_close(&stage);
}

static void test_prompt_without_a_model(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_PROMPT);
    static const char *const lines[] = {"compare cusp", "at w1=0", "zoom in",
                                        "pan left",     "axes",    "save /tmp/x",
                                        "knob a 1",     "undo",    "catalogue off"};
    run(&stage, "filter qqqqqqqq"); /* not even a preview */
    run(&stage, "undo");
    run(&stage, "filter qqqqqqqq");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int code = run(&stage, lines[i]);
        assert_true(code != EXIT_OK || strcmp(lines[i], "undo") == 0);
        assert_true(code == EXIT_OK || stage.err.length > 0);
    }
    static const char *const harmless[] = {"next",      "previous",   "zoom", "reset",
                                           "move left", "zoom reset", "rank", "share",
                                           "n 5.5",     "compare off"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        expect(&stage, harmless[i], EXIT_OK, "");
    }
    stage_close(&stage);
}

/* ---- completion ---------------------------------------------------------------------------------
 */

struct offers {
    struct text words; /* "|one|two|" */
    size_t count;
};

static void add_offer(const char *word, const char *help, void *context)
{
    struct offers *offers = context;
    assert_non_null(help);
    text_addf(&offers->words, "%s|", word);
    offers->count++;
}

static void expect_offers(struct stage *stage, const char *line, const char *with,
                          const char *without)
{
    struct offers offers = {.count = 0};
    text_init(&offers.words);
    text_add(&offers.words, "|");
    command_complete(&stage->context, line, add_offer, &offers);
    if (with && !strstr(text_get(&offers.words), with)) {
        print_error("'%s' offers %s\n", line, text_get(&offers.words));
    }
    assert_true(!with || strstr(text_get(&offers.words), with));
    assert_true(!without || !strstr(text_get(&offers.words), without));
    text_done(&offers.words);
}

static void test_completion(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_PROMPT);
    run(&stage, "model second-order");
    expect_offers(&stage, "", "|undo|", NULL);
    expect_offers(&stage, "und", "|undo|", "|redo|");
    expect_offers(&stage, "model cir", "|circle|", "|cusp|");
    expect_offers(&stage, "  model   cir", "|circle|", NULL);
    expect_offers(&stage, "model models/cir", "|models/circle.model|", NULL);
    expect_offers(&stage, "view land", "|landscape|", "|posterior|");
    expect_offers(&stage, "knob ", "|theta|", NULL);
    expect_offers(&stage, "knob theta ", NULL, "theta");
    expect_offers(&stage, "at ", "|w=|", NULL);
    expect_offers(&stage, "zeros --po", "|--points|", "|--json|");
    expect_offers(&stage, "zeros --points ", NULL, "circle");
    expect_offers(&stage, "frame --format s", "|svg|", "|png|");
    expect_offers(&stage, "help evi", "|evidence|", NULL);
    expect_offers(&stage, "theme l", "|light|", "|dark|");
    expect_offers(&stage, "nonsense x", NULL, "circle");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_examples_run),
        cmocka_unit_test(test_what_is_the_explorer),
        cmocka_unit_test(test_faults_and_suggestions),
        cmocka_unit_test(test_words_and_quotes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_prompt_commands_make_the_state),
        cmocka_unit_test(test_prompt_without_a_model),
        cmocka_unit_test(test_completion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
