/* The searchable list: what the filter lets through, moving, running; and the pager's scrolling. */
#include "tap.h"

#include "../../src/term/menu.h"
#include "../../src/term/pager.h"

#include <string.h>

static void fill(struct menu *menu)
{
    menu_init(menu, "Help");
    menu_add(menu, &(struct menu_row){"q", "quit", "leave cusp", "quit", false});
    menu_add(menu,
             &(struct menu_row){"ctrl-p", "@palette", "go to a model or view", "@palette", false});
    menu_add(menu,
             &(struct menu_row){"", ":zeros MODEL", "the set of true parameters", "zeros", true});
    menu_add(menu, &(struct menu_row){"z", "zoom in", "Look closer", "zoom in", false});
    menu_refresh(menu);
}

static void type(struct menu *menu, const char *text)
{
    for (; *text != '\0'; text++) {
        char name[8] = {*text};
        assert_int_equal(menu_key(menu, *text == ' ' ? "space" : name, 10), MENU_STAYS);
    }
}

static void test_filter(void **state)
{
    (void)state;
    struct menu menu;
    fill(&menu);
    assert_int_equal(menu.n_shown, 4);
    type(&menu, "LOOK");
    assert_int_equal(menu.n_shown, 1);
    assert_string_equal(menu_selected(&menu)->action, "zoom in");
    assert_int_equal(menu_key(&menu, "esc", 10), MENU_STAYS); /* first clears the filter */
    assert_int_equal(menu.n_shown, 4);
    type(&menu, "true zer");
    assert_string_equal(menu_selected(&menu)->action, "zeros");
    assert_true(menu_selected(&menu)->unfinished);
    assert_int_equal(menu_key(&menu, "enter", 10), MENU_RUNS);
    type(&menu, "#");
    assert_null(menu_selected(&menu));
    assert_int_equal(menu_key(&menu, "enter", 10), MENU_IGNORES);
    assert_int_equal(menu_key(&menu, "up", 10), MENU_STAYS);
    assert_int_equal(menu_key(&menu, "backspace", 10), MENU_STAYS);
    assert_int_equal(menu.n_shown, 1);
    assert_int_equal(menu_key(&menu, "ctrl-u", 10), MENU_STAYS);
    assert_int_equal(menu.n_shown, 4);
    assert_int_equal(menu_key(&menu, "esc", 10), MENU_LEAVES);
    menu_done(&menu);
}

static void test_moves(void **state)
{
    (void)state;
    struct menu menu;
    fill(&menu);
    (void)menu_key(&menu, "up", 2);
    assert_int_equal(menu.selected, 0);
    (void)menu_key(&menu, "pagedown", 2);
    assert_int_equal(menu.selected, 2);
    assert_int_equal(menu_top(&menu, 2), 1);
    (void)menu_key(&menu, "end", 2);
    assert_int_equal(menu.selected, 3);
    (void)menu_key(&menu, "down", 2);
    assert_int_equal(menu.selected, 3);
    assert_int_equal(menu_top(&menu, 2), 2);
    assert_int_equal(menu_top(&menu, 0), 0);
    assert_int_equal(menu_top(&menu, 9), 0);
    assert_true(menu_select(&menu, 1));
    assert_false(menu_select(&menu, 4));
    assert_int_equal(menu_key(&menu, "f5", 2), MENU_IGNORES);
    for (int i = 0; i < 200; i++) {
        (void)menu_key(&menu, "é", 2);
    }
    assert_true(strlen(menu.filter) < MENU_FILTER_MAX);
    (void)menu_key(&menu, "backspace", 2);
    assert_int_equal(strlen(menu.filter) % 2, 0); /* a whole character went */
    menu_done(&menu);
}

static void test_empty_menu(void **state)
{
    (void)state;
    struct menu menu;
    menu_init(&menu, "nothing");
    menu_refresh(&menu);
    static const char *const keys[] = {"up", "down", "end", "pageup", "backspace", "a"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        (void)menu_key(&menu, keys[i], 0);
    }
    assert_null(menu_selected(&menu));
    menu_done(&menu);
}

static void test_pager(void **state)
{
    (void)state;
    struct pager pager;
    pager_init(&pager, "evidence", "n  log Z\n10  -1.2\n\n1000  -3.4\n");
    assert_int_equal(pager.n_lines, 4);
    assert_string_equal(pager.lines[2], "");
    assert_string_equal(pager.lines[3], "1000  -3.4");
    assert_int_equal(pager_key(&pager, "end", 2), PAGER_STAYS);
    assert_int_equal(pager.top, 2);
    assert_int_equal(pager_key(&pager, "down", 2), PAGER_STAYS);
    assert_int_equal(pager.top, 2);
    assert_int_equal(pager_key(&pager, "up", 2), PAGER_STAYS);
    assert_int_equal(pager.top, 1);
    pager_fit(&pager, 10);
    assert_int_equal(pager.top, 0);
    assert_int_equal(pager_key(&pager, "left", 2), PAGER_STAYS);
    assert_int_equal(pager.left, 0);
    assert_int_equal(pager_key(&pager, "x", 2), PAGER_IGNORES);
    assert_int_equal(pager_key(&pager, "q", 2), PAGER_LEAVES);
    pager_done(&pager);
    pager_init(&pager, "", "");
    assert_int_equal(pager.n_lines, 0);
    assert_int_equal(pager_key(&pager, "end", 0), PAGER_STAYS);
    pager_done(&pager);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_empty_menu),
        cmocka_unit_test(test_pager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
