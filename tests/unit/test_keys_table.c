/* Every key binding runs: its command parses, and what it does is possible. */
#include "tap.h"

#include <string.h>

#include "command_stage.h"

static bool is_act(const char *command)
{
    static const char *const acts[] = {"prompt", "help",    "palette", "mouse",
                                       "redraw", "suspend", "filter",  "escape"};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        size_t length = strlen(acts[i]);
        if (strncmp(command + 1, acts[i], length) == 0 &&
            (command[1 + length] == '\0' || command[1 + length] == ' ')) {
            return true;
        }
    }
    return false;
}

static void test_every_command_of_a_key_runs(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_PROMPT);
    for (size_t i = 0; i < n_key_bindings; i++) {
        const struct key_binding *binding = &key_bindings[i];
        assert_true(binding->key[0] && binding->help[0]);
        if (binding->command[0] == '@') {
            assert_true(is_act(binding->command));
            continue;
        }
        text_clear(&stage.err);
        bool catalogue = strcmp(binding->where, "catalogue") == 0;
        assert_int_equal(command_run_line(&stage.context, "model cone"), EXIT_OK);
        if (strncmp(binding->command, "knob", 4) == 0) {
            assert_int_equal(command_run_line(&stage.context, "model nearly-singular"), EXIT_OK);
        }
        if (strcmp(binding->command, "failure mended") == 0) {
            assert_int_equal(command_run_line(&stage.context, "failure step-too-large"), EXIT_OK);
        }
        if (strcmp(binding->command, "redo") == 0) {
            assert_int_equal(command_run_line(&stage.context, "undo"), EXIT_OK);
        }
        if (catalogue) {
            assert_int_equal(command_run_line(&stage.context, "catalogue on"), EXIT_OK);
        }
        bool hand = strcmp(binding->where, "hand") == 0;
        session_set_needs(stage.session, 0);
        if (hand || strcmp(binding->where, "resolution") == 0) {
            session_set_needs(stage.session, SESSION_RLCT);
            assert_int_equal(command_run_line(&stage.context, "model cusp"), EXIT_OK);
            assert_int_equal(command_run_line(&stage.context, hand ? "by-hand on" : "by-hand off"),
                             EXIT_OK);
            assert_int_equal(session_wait(stage.session, -1), ST_OK);
        }
        int code = command_run_line(&stage.context, binding->command);
        if (code != EXIT_OK) {
            print_error("%s: %s: %s\n", binding->key, binding->command, text_get(&stage.err));
        }
        assert_int_equal(code, EXIT_OK);
    }
    stage_close(&stage);
}

static void test_a_key_means_one_thing_in_a_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_key_bindings; i++) {
        const char *where = key_bindings[i].where;
        bool known = false;
        for (size_t p = 0; key_places[p].name != NULL; p++)
            known = known || strcmp(where, key_places[p].name) == 0;
        assert_true(known);
        for (size_t j = i + 1; j < n_key_bindings; j++) {
            assert_false(strcmp(key_bindings[i].key, key_bindings[j].key) == 0 &&
                         strcmp(where, key_bindings[j].where) == 0);
        }
    }
}

static const char *command_now(struct stage *stage, const char *key)
{
    struct snapshot snapshot;
    session_snapshot(stage->session, &snapshot);
    const struct key_binding *binding = key_find(&snapshot, key);
    return binding ? binding->command : "";
}

static void test_arrows_turn_n_unless_a_plane_has_the_focus(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, IN_PROMPT);
    assert_string_equal(command_now(&stage, "up"), "move up");
    assert_string_equal(command_now(&stage, "enter"), "open");
    expect(&stage, "model circle", EXIT_OK, "");
    assert_string_equal(command_now(&stage, "left"), "n /10^0.1");
    expect(&stage, "view landscape", EXIT_OK, "");
    assert_string_equal(command_now(&stage, "left"), "move left");
    assert_string_equal(command_now(&stage, "["), "n /10^0.1");
    assert_string_equal(command_now(&stage, "f12"), "");
    stage_close(&stage);
}

static void test_footer_is_true_and_fits(void **state)
{
    (void)state;
    struct stage stage;
    struct text footer;
    struct snapshot snapshot;
    stage_open(&stage, IN_PROMPT);
    text_init(&footer);
    expect(&stage, "model circle", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    key_footer(&snapshot, 120, &footer);
    assert_string_equal(text_get(&footer),
                        "←→ n  space play  tab next panel  enter enlarge  c compare  m models  "
                        "v resolution  e estimators  ? help  q quit");
    for (int width = -1; width < 120; width++) {
        text_clear(&footer);
        key_footer(&snapshot, width, &footer);
        assert_true(width < 14 || utf8_width(text_get(&footer)) <= (size_t)width);
        assert_non_null(strstr(text_get(&footer), "q quit"));
    }
    expect(&stage, "view posterior", EXIT_OK, "");
    expect(&stage, "zoom", EXIT_OK, "");
    expect(&stage, "play", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    text_clear(&footer);
    key_footer(&snapshot, 160, &footer);
    assert_non_null(strstr(text_get(&footer), "←→↑↓ cursor  [ ] n  space pause"));
    assert_non_null(strstr(text_get(&footer), "enter back"));
    assert_null(strstr(text_get(&footer), "knob"));
    expect(&stage, "model nearly-singular", EXIT_OK, "");
    session_snapshot(stage.session, &snapshot);
    text_clear(&footer);
    key_footer(&snapshot, 160, &footer);
    assert_non_null(strstr(text_get(&footer), "{ } knob"));
    text_done(&footer);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_of_a_key_runs),
        cmocka_unit_test(test_a_key_means_one_thing_in_a_place),
        cmocka_unit_test(test_arrows_turn_n_unless_a_plane_has_the_focus),
        cmocka_unit_test(test_footer_is_true_and_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
