/* The explorer without a terminal: keys and mouse become commands, and what they say is drawn. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/term/explorer.h"
#include "../../src/term/prompt.h"

#include "cusp/num_init.h"

struct fixture {
    struct session *session;
    struct explorer explorer;
    struct cells cells;
};

static void near(double got, double want)
{
    assert_true(fabs(got - want) <= 1e-9 * fabs(want));
}

static struct state look(struct fixture *f)
{
    struct snapshot snapshot;
    session_snapshot(f->session, &snapshot);
    return snapshot.state;
}

static void draw(struct fixture *f)
{
    if (f->cells.width != f->explorer.width || f->cells.height != f->explorer.height) {
        cells_done(&f->cells);
        cells_init(&f->cells, f->explorer.width, f->explorer.height);
    }
    explorer_draw(&f->explorer, &f->cells);
    assert_in_range(f->explorer.cursor_column, 0, f->explorer.width - 1);
    assert_in_range(f->explorer.cursor_row, 0, f->explorer.height - 1);
}

static void send(struct fixture *f, const char *bytes)
{
    explorer_bytes(&f->explorer, bytes, strlen(bytes));
}

/* As a lone escape key: the silence after it has passed. */
static void send_escape(struct fixture *f)
{
    send(f, "\033");
    explorer_idle(&f->explorer);
}

static bool shows(struct fixture *f, const char *wanted)
{
    struct text text;
    text_init(&text);
    draw(f);
    cells_to_text(&f->cells, &text);
    bool found = strstr(text_get(&text), wanted) != NULL;
    text_done(&text);
    return found;
}

static void expect(struct fixture *f, const char *wanted)
{
    if (!shows(f, wanted)) {
        struct text text;
        text_init(&text);
        cells_to_text(&f->cells, &text);
        print_message("%s\n", text_get(&text));
        text_done(&text);
        fail_msg("'%s' is not on the screen", wanted);
    }
}

/* Where a strip with this action begins; false if there is none. */
static bool strip_with(struct fixture *f, const char *action, int *column, int *row, int *width)
{
    draw(f);
    for (size_t i = 0; i < f->explorer.sheet.n_strips; i++) {
        const struct strip *strip = &f->explorer.sheet.strips[i];
        if (strip->action != NULL && strcmp(strip->action, action) == 0) {
            *column = strip->column;
            *row = strip->row;
            *width = strip->width > 0 ? strip->width : (int)utf8_width(strip->text);
            return true;
        }
    }
    return false;
}

static void mouse(struct fixture *f, int code, int column, int row, char final)
{
    char bytes[64];
    snprintf(bytes, sizeof bytes, "\033[<%d;%d;%d%c", code, column + 1, row + 1, final);
    send(f, bytes);
}

static int set_up(void **state)
{
    static struct fixture f;
    num_init();
    setenv("INPUTRC", "/dev/null", 1);
    prompt_setup(false);
    struct diags diags;
    diags_init(&diags);
    struct session_options options = {
        .models_directory = "models", .seed = 1, .threads = 1, .synchronous = true};
    assert_int_equal(session_new(&options, &diags, &f.session), ST_OK);
    diags_done(&diags);
    session_set_needs(f.session, SESSION_LANDSCAPE);
    explorer_init(&f.explorer, f.session, 120, 40);
    cells_init(&f.cells, 120, 40);
    explorer_command(&f.explorer, "model normal-crossing");
    explorer_command(&f.explorer, "compare off");
    assert_int_equal(session_wait(f.session, 20000), ST_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    explorer_done(&f->explorer);
    session_free(f->session);
    cells_done(&f->cells);
    prompt_teardown();
    return 0;
}

static void test_keys_run_commands(void **state)
{
    struct fixture *f = *state;
    double n = look(f).n;
    send(f, ">");
    near(look(f).n, 10 * n);
    send(f, "u");
    near(look(f).n, n);
    send(f, ":n 2.385e4\r");
    near(look(f).n, 23850);
    send(f, "n");
    expect(f, ":n");
    send(f, "77\r");
    near(look(f).n, 77);
}

static void test_what_does_nothing_says_why(void **state)
{
    struct fixture *f = *state;
    send(f, "\033[20~");
    expect(f, "f9 does nothing here");
    send(f, "\033[57399u");
    expect(f, "that key is not known");
    send(f, "\003");
    expect(f, "ctrl-c once more");
    send(f, ">");
    assert_false(f->explorer.quit);
    send(f, "\003\003");
    assert_true(f->explorer.quit);
    f->explorer.quit = false;
    f->explorer.asked_to_leave = false;
    send(f, ":bogus\r");
    expect(f, "bogus");
    send(f, "\033[C");
    assert_false(shows(f, "bogus"));
}

static void test_slider(void **state)
{
    struct fixture *f = *state;
    int column = 0, row = 0, width = 0;
    assert_true(strip_with(f, "n", &column, &row, &width));
    mouse(f, 0, column, row, 'M');
    near(look(f).n, 1);
    mouse(f, 32, column + width - 1, row, 'M');
    near(look(f).n, 1e12);
    mouse(f, 32, column + width + 50, row - 5, 'M'); /* a held button may leave it */
    near(look(f).n, 1e12);
    mouse(f, 0, column, row, 'm');
    mouse(f, 32, column, row, 'M');
    near(look(f).n, 1e12);
    mouse(f, 65, column, row, 'M');
    near(look(f).n, 1e12 / pow(10, 0.1));
}

static void test_click_on_plane(void **state)
{
    struct fixture *f = *state;
    draw(f);
    const struct placed *placed = NULL;
    for (size_t i = 0; i < f->explorer.sheet.n_placed; i++) {
        if (strcmp(f->explorer.sheet.placed[i].view, "landscape") == 0) {
            placed = &f->explorer.sheet.placed[i];
        }
    }
    assert_non_null(placed);
    struct area plot = draw_plot_area(placed->figure, &placed->area, &f->explorer.draw);
    assert_true(plot.width > 4 && plot.height > 4);
    int column = plot.column + plot.width / 4, row = plot.row + plot.height / 4;
    mouse(f, 0, column, row, 'M');
    mouse(f, 0, column, row, 'm');
    struct state now = look(f);
    assert_string_equal(now.focus, "landscape");
    assert_true(now.cursor[0][0] < -0.5 && now.cursor[0][0] > -1.5);
    assert_true(now.cursor[0][1] > 0.5 && now.cursor[0][1] < 1.5);
    draw(f);
    assert_in_range(abs(f->explorer.cursor_column - column), 0, 1);
    assert_in_range(abs(f->explorer.cursor_row - row), 0, 1);
    double before = now.high[0][0] - now.low[0][0];
    mouse(f, 64, column, row, 'M');
    now = look(f);
    assert_true(now.high[0][0] - now.low[0][0] < before);
    send(f, "0");
    send_escape(f);
    assert_string_equal(look(f).focus, "");
}

static void test_help_and_palette(void **state)
{
    struct fixture *f = *state;
    double n = look(f).n;
    send(f, "?");
    expect(f, "search:");
    send(f, "a tenth of the data");
    expect(f, "search: a tenth of the data");
    send(f, "\r");
    near(look(f).n, n / 10);
    send(f, "\020view spec");
    expect(f, "view spectrum");
    send(f, "\r");
    assert_string_equal(look(f).focus, "spectrum");
    send_escape(f);
    send(f, "?:save");
    expect(f, ":save");
    send(f, "\r");
    expect(f, ":save"); /* it wants a name: the prompt is open */
    assert_int_equal(f->explorer.mode, MODE_PROMPT);
    send_escape(f);
    assert_int_equal(f->explorer.mode, MODE_MAIN);
}

static void test_output_is_read_in_a_pager(void **state)
{
    struct fixture *f = *state;
    send(f, ":new K = tahn(w)^2\r");
    expect(f, "did you mean 'tanh'");
    expect(f, "^~~~");
    assert_int_equal(f->explorer.mode, MODE_PAGER);
    send_escape(f);
    assert_false(shows(f, "^~~~"));
    send(f, ":list\r");
    expect(f, "whitney-umbrella");
    send(f, "q");
    assert_int_equal(f->explorer.mode, MODE_MAIN);
    assert_false(f->explorer.quit);
}

static void test_catalogue_filter(void **state)
{
    struct fixture *f = *state;
    send(f, "m");
    assert_true(look(f).catalogue_open);
    send(f, "/tac");
    assert_string_equal(look(f).filter, "tac");
    send(f, "\177");
    assert_string_equal(look(f).filter, "ta");
    send(f, "q'j k");
    assert_string_equal(look(f).filter, "taqj k");
    assert_false(f->explorer.quit);
    send_escape(f);
    assert_string_equal(look(f).filter, "");
    assert_true(look(f).catalogue_open);
    send(f, "whit");
    assert_string_equal(look(f).filter, "whit");
    send(f, "\r");
    assert_false(look(f).catalogue_open);
    expect(f, "Whitney");
    send(f, "u");
}

static void test_paste_and_theme(void **state)
{
    struct fixture *f = *state;
    send(f, "\033[200~n 1e5\033[201~");
    expect(f, ":n 1e5");
    send_escape(f);
    send(f, ":theme light\r");
    assert_true(f->explorer.draw.light);
    f->explorer.keys.expect_osc = true;
    send(f, "\033]11;rgb:0000/0000/0000\033\\");
    assert_true(f->explorer.draw.light); /* the person chose */
    send(f, ":theme auto\r");
    assert_false(f->explorer.draw.light);
}

static void test_every_size(void **state)
{
    struct fixture *f = *state;
    static const char *const modes[] = {"", "?", ":model t\t", ":list\r", "m", "m?"};
    for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
        explorer_close_overlay(&f->explorer);
        explorer_resize(&f->explorer, 120, 40);
        send(f, modes[mode]);
        for (int size = 1; size < 70; size += 3) {
            explorer_resize(&f->explorer, size * 3, size);
            draw(f);
            explorer_resize(&f->explorer, size, 71 - size);
            draw(f);
            mouse(f, 0, size / 2, size / 3, 'M');
            mouse(f, 32, size / 3, size / 4, 'M');
            mouse(f, 0, 0, 0, 'm');
        }
    }
    explorer_close_overlay(&f->explorer);
    explorer_resize(&f->explorer, 40, 10);
    expect(f, "cusp needs 60x16");
    explorer_resize(&f->explorer, 120, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_run_commands),
        cmocka_unit_test(test_what_does_nothing_says_why),
        cmocka_unit_test(test_slider),
        cmocka_unit_test(test_click_on_plane),
        cmocka_unit_test(test_help_and_palette),
        cmocka_unit_test(test_output_is_read_in_a_pager),
        cmocka_unit_test(test_catalogue_filter),
        cmocka_unit_test(test_paste_and_theme),
        cmocka_unit_test(test_every_size),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
