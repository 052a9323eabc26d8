/* The sheet at every size: nothing overlaps, nothing sticks out, and the parts are where they
 * belong. */
#include "tap.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "cusp/text.h"
#include "cusp/view.h"
#include "fixture_snapshot.h"

static const char footer[] = "←→ n   space play   tab next panel   ? help   q quit";

/* Marks an area as taken; fails if any of it is outside or taken already. */
static void take_area(unsigned char *taken, const struct sheet *sheet, int column, int row,
                      int width, int height)
{
    assert_true(column >= 0 && row >= 0 && width > 0 && height > 0);
    assert_true(column + width <= sheet->width);
    assert_true(row + height <= sheet->height);
    for (int y = row; y < row + height; y++) {
        for (int x = column; x < column + width; x++) {
            unsigned char *cell = &taken[y * sheet->width + x];
            if (*cell)
                fail_msg("%dx%d: cell %d,%d is taken twice", sheet->width, sheet->height, x, y);
            *cell = 1;
        }
    }
}

static void check_sheet(const struct sheet *sheet)
{
    if (sheet->too_small != NULL) {
        assert_int_equal(sheet->n_placed, 0);
        assert_int_equal(sheet->n_strips, 0);
        return;
    }
    unsigned char *taken = calloc((size_t)sheet->width * (size_t)sheet->height, 1);
    for (size_t i = 0; i < sheet->n_placed; i++) {
        const struct placed *p = &sheet->placed[i];
        assert_non_null(p->figure);
        assert_non_null(p->view);
        take_area(taken, sheet, p->area.column, p->area.row, p->area.width, p->area.height);
    }
    for (size_t i = 0; i < sheet->n_strips; i++) {
        const struct strip *s = &sheet->strips[i];
        assert_true(utf8_valid(s->text, strlen(s->text), NULL));
        assert_true(utf8_width(s->text) <= (size_t)s->width);
        take_area(taken, sheet, s->column, s->row, s->width, 1);
    }
    free(taken);
}

static void nothing_overlaps_at_any_size(void **context)
{
    (void)context;
    static const enum fixture_kind kinds[] = {FIXTURE_WAITING, FIXTURE_LINE, FIXTURE_UNABLE};
    for (size_t k = 0; k < 3; k++) {
        for (int open = 0; open < 2; open++) {
            struct fixture f;
            fixture_init(&f, kinds[k]);
            f.snapshot.state.catalogue_open = open != 0;
            f.snapshot.diagnostics = k == 1 ? "x.model:1:2: error: no\n  a\n  ^\n" : "";
            for (int width = 1; width <= 300; width += 13) {
                for (int height = 1; height <= 100; height += 7) {
                    struct arena arena;
                    struct sheet sheet;
                    arena_init(&arena);
                    f.snapshot.state.page = (size_t)width;
                    sheet_build(&f.snapshot, width, height, NULL, footer, &arena, &sheet);
                    check_sheet(&sheet);
                    arena_done(&arena);
                }
            }
            fixture_done(&f);
        }
    }
}

static void pictures_fit_too(void **context)
{
    (void)context;
    static const int sizes[][2] = {{60, 16}, {61, 17}, {79, 23}, {80, 24}, {120, 36}, {200, 60}};
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct fixture f;
        fixture_init(&f, (enum fixture_kind)kind);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct arena arena;
            struct sheet sheet;
            arena_init(&arena);
            sheet_build(&f.snapshot, sizes[i][0], sizes[i][1], NULL, footer, &arena, &sheet);
            assert_null(sheet.too_small);
            assert_true(sheet.n_placed > 0);
            check_sheet(&sheet);
            arena_done(&arena);
        }
        fixture_done(&f);
    }
}

static const struct strip *strip_with_action(const struct sheet *sheet, const char *action)
{
    for (size_t i = 0; i < sheet->n_strips; i++)
        if (sheet->strips[i].action != NULL && strcmp(sheet->strips[i].action, action) == 0)
            return &sheet->strips[i];
    return NULL;
}

static const struct strip *strip_with_text(const struct sheet *sheet, const char *text)
{
    for (size_t i = 0; i < sheet->n_strips; i++)
        if (strstr(sheet->strips[i].text, text) != NULL)
            return &sheet->strips[i];
    return NULL;
}

static const struct placed *placed_view(const struct sheet *sheet, const char *view, size_t side)
{
    for (size_t i = 0; i < sheet->n_placed; i++)
        if (strcmp(sheet->placed[i].view, view) == 0 && sheet->placed[i].side == side)
            return &sheet->placed[i];
    return NULL;
}

/* A sheet of a fixture, kept until sheet_drop. */
struct built {
    struct fixture fixture;
    struct arena arena;
    struct sheet sheet;
};

static void sheet_again(struct built *b, int width, int height, const char *const *only)
{
    arena_init(&b->arena);
    sheet_build(&b->fixture.snapshot, width, height, only, footer, &b->arena, &b->sheet);
}

static void sheet_make(struct built *b, enum fixture_kind kind, int width, int height)
{
    fixture_init(&b->fixture, kind);
    sheet_again(b, width, height, NULL);
}

static void sheet_drop(struct built *b)
{
    arena_done(&b->arena);
    fixture_done(&b->fixture);
}

static void a_small_screen_shows_one_panel_a_model(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 80, 24);
    assert_int_equal(b.sheet.n_placed, 3);
    const struct placed *left = placed_view(&b.sheet, "posterior", 0);
    const struct placed *right = placed_view(&b.sheet, "posterior", 1);
    const struct placed *below = placed_view(&b.sheet, "concentration", 0);
    assert_non_null(left);
    assert_non_null(right);
    assert_non_null(below);
    assert_int_equal(left->area.row, right->area.row);
    assert_int_equal(left->area.width, right->area.width);
    assert_int_equal(left->area.width, 40);
    assert_int_equal(below->area.width, 80);
    assert_true(below->area.row >= left->area.row + left->area.height);
    assert_int_equal(below->area.row + below->area.height, 22);
    sheet_drop(&b);
}

static void tab_turns_the_panels(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 80, 24);
    size_t pages = sheet_pages(&b.fixture.snapshot, 80, 24);
    assert_true(pages >= 4);
    for (size_t v = 0; views[v] != NULL; v++) {
        assert_true(views[v]->needs != 0); /* or nobody would compute what it shows */
        bool seen = !views[v]->applies(&b.fixture.snapshot, 0);
        if (views[v]->topic != TOPIC_POSTERIOR) {
            continue; /* seen where one of its topic has the focus */
        }
        for (size_t page = 0; page < pages; page++) {
            arena_done(&b.arena);
            b.fixture.snapshot.state.page = page;
            sheet_again(&b, 80, 24, NULL);
            seen = seen || placed_view(&b.sheet, views[v]->name, 0) != NULL;
        }
        if (!seen)
            fail_msg("%s is on no page", views[v]->name);
    }
    sheet_drop(&b);
}

/* A topic's views stand together where one of them has the focus, and the posterior's do not. */
static void a_topic_has_a_page_of_its_own(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 120, 40);
    for (size_t v = 0; views[v] != NULL; v++) {
        if (views[v]->topic == TOPIC_POSTERIOR)
            continue;
        arena_done(&b.arena);
        snprintf(b.fixture.snapshot.state.focus, sizeof b.fixture.snapshot.state.focus, "%s",
                 views[v]->name);
        sheet_again(&b, 120, 40, NULL);
        assert_non_null(placed_view(&b.sheet, views[v]->name, 0));
        assert_null(placed_view(&b.sheet, "posterior", 0));
        for (size_t i = 0; i < b.sheet.n_placed; i++)
            assert_int_equal(view_find(b.sheet.placed[i].view)->topic, views[v]->topic);
    }
    sheet_drop(&b);
}

static void the_focus_is_always_in_sight(void **context)
{
    (void)context;
    static const int sizes[][2] = {{60, 16}, {80, 24}, {120, 36}, {200, 60}};
    for (size_t i = 0; i < 4; i++) {
        for (size_t v = 0; views[v] != NULL; v++) {
            struct built b;
            fixture_init(&b.fixture, FIXTURE_SPACE);
            strcpy(b.fixture.snapshot.state.focus, views[v]->name);
            sheet_again(&b, sizes[i][0], sizes[i][1], NULL);
            const struct placed *placed = placed_view(&b.sheet, views[v]->name, 0);
            if (views[v]->applies(&b.fixture.snapshot, 0)) {
                assert_non_null(placed);
                assert_true(placed->focused);
            }
            sheet_drop(&b);
        }
    }
}

static void a_large_screen_shows_all(void **context)
{
    (void)context;
    static const char *const wide[] = {"posterior", "landscape", "spectrum", "concentration"};
    static const char *const all[] = {"posterior", "landscape",     "spectrum", "marginals",
                                      "model",     "concentration", "lambda",   "volume"};
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 120, 40);
    for (size_t i = 0; i < 4; i++)
        assert_non_null(placed_view(&b.sheet, wide[i], 0));
    sheet_drop(&b);
    sheet_make(&b, FIXTURE_PLANE, 200, 60);
    for (size_t i = 0; i < 8; i++)
        assert_non_null(placed_view(&b.sheet, all[i], 0));
    assert_int_equal(sheet_pages(&b.fixture.snapshot, 200, 60), 2);
    sheet_drop(&b);
}

static void own_panels_stand_at_the_same_place(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 121, 40);
    for (size_t i = 0; i < b.sheet.n_placed; i++) {
        const struct placed *p = &b.sheet.placed[i];
        if (p->side != 0 || view_find(p->view)->shared)
            continue;
        const struct placed *other = placed_view(&b.sheet, p->view, 1);
        assert_non_null(other);
        assert_int_equal(p->area.row, other->area.row);
        assert_int_equal(p->area.height, other->area.height);
        assert_int_equal(p->area.width, other->area.width);
        assert_int_equal(other->area.column - p->area.column, 61);
    }
    sheet_drop(&b);
}

static void sliders_cover_their_tracks(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_LINE, 120, 40);
    const struct strip *n = strip_with_action(&b.sheet, "n");
    const struct strip *knob = strip_with_action(&b.sheet, "knob theta");
    assert_non_null(n);
    assert_non_null(knob);
    assert_int_equal(utf8_width(n->text), n->width);
    assert_true(n->width >= 12);
    assert_int_equal(strncmp(n->text, "├", strlen("├")), 0);
    /* n = 1000 is a quarter of the way: the knob stands at column (width − 1) / 4. */
    size_t column = 0;
    const char *at = n->text;
    while (strncmp(at, "●", strlen("●")) != 0) {
        uint32_t rune;
        at += utf8_decode(at, strlen(at), &rune);
        column++;
    }
    assert_int_equal(column, (n->width - 1 + 2) / 4);
    assert_non_null(strip_with_action(&b.sheet, "play"));
    assert_non_null(strip_with_text(&b.sheet, "1000"));
    assert_non_null(strip_with_text(&b.sheet, "✛ w1 = 0"));
    assert_non_null(strip_with_text(&b.sheet, "q quit"));
    sheet_drop(&b);
}

static void messages_and_diagnostics_show(void **context)
{
    (void)context;
    struct built b;
    fixture_init(&b.fixture, FIXTURE_PLANE);
    b.fixture.snapshot.message = "no model is called 'x'";
    b.fixture.snapshot.message_is_error = true;
    b.fixture.snapshot.diagnostics =
        "a.model:4:22: error: unknown name\n    K = tahn\n        ^~~~\n";
    sheet_again(&b, 100, 30, NULL);
    const struct strip *message = strip_with_text(&b.sheet, "error: no model is called 'x'");
    assert_non_null(message);
    assert_int_equal(message->row, 29);
    const struct placed *panel = placed_view(&b.sheet, "", 0);
    assert_non_null(panel);
    assert_int_equal(panel->figure->n_lines, 3);
    assert_string_equal(panel->figure->lines[2].text, "        ^~~~");
    assert_non_null(placed_view(&b.sheet, "posterior", 0));
    sheet_drop(&b);
}

static void zoom_fills_the_screen(void **context)
{
    (void)context;
    struct built b;
    fixture_init(&b.fixture, FIXTURE_PLANE);
    strcpy(b.fixture.snapshot.state.focus, "concentration");
    b.fixture.snapshot.state.zoomed = true;
    sheet_again(&b, 100, 30, NULL);
    assert_int_equal(b.sheet.n_placed, 1);
    assert_int_equal(b.sheet.placed[0].area.width, 100);
    assert_int_equal(b.sheet.placed[0].area.height, 27);
    assert_true(b.sheet.placed[0].focused);
    sheet_drop(&b);
}

static void a_frame_shows_the_views_asked_for(void **context)
{
    (void)context;
    static const char *const only[] = {"landscape", "volume", NULL};
    struct built b;
    fixture_init(&b.fixture, FIXTURE_PLANE);
    sheet_again(&b, 40, 12, only);
    assert_null(b.sheet.too_small);
    assert_int_equal(b.sheet.n_placed, 3);
    assert_non_null(placed_view(&b.sheet, "landscape", 1));
    assert_non_null(placed_view(&b.sheet, "volume", 0));
    sheet_drop(&b);
}

static void too_small_says_what_it_needs(void **context)
{
    (void)context;
    struct built b;
    sheet_make(&b, FIXTURE_PLANE, 40, 10);
    assert_string_equal(b.sheet.too_small, "cusp needs 60x16 cells; this is 40x10");
    sheet_drop(&b);
}

static void the_catalogue_lists_and_previews(void **context)
{
    (void)context;
    struct built b;
    fixture_init(&b.fixture, FIXTURE_SINGLE);
    b.fixture.snapshot.state.catalogue_open = true;
    sheet_again(&b, 80, 24, NULL);
    assert_non_null(strip_with_text(&b.sheet, "Pick a model: ↑↓ choose, Enter opens"));
    const struct strip *row = strip_with_action(&b.sheet, "model normal-crossing");
    assert_non_null(row);
    assert_true(row->reverse);
    assert_non_null(strstr(row->text, "5/12  1   2"));
    assert_non_null(placed_view(&b.sheet, "posterior", 0));
    assert_string_equal(placed_view(&b.sheet, "", 0)->figure->title, "a title");
    arena_done(&b.arena);
    b.fixture.snapshot.n_sides = 0;
    b.fixture.snapshot.n_catalogue_rows = 0;
    strcpy(b.fixture.snapshot.state.filter, "zzz");
    sheet_again(&b, 80, 24, NULL);
    assert_non_null(strip_with_text(&b.sheet, "nothing matches"));
    sheet_drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_overlaps_at_any_size),
        cmocka_unit_test(pictures_fit_too),
        cmocka_unit_test(a_small_screen_shows_one_panel_a_model),
        cmocka_unit_test(tab_turns_the_panels),
        cmocka_unit_test(a_topic_has_a_page_of_its_own),
        cmocka_unit_test(the_focus_is_always_in_sight),
        cmocka_unit_test(a_large_screen_shows_all),
        cmocka_unit_test(own_panels_stand_at_the_same_place),
        cmocka_unit_test(sliders_cover_their_tracks),
        cmocka_unit_test(messages_and_diagnostics_show),
        cmocka_unit_test(zoom_fills_the_screen),
        cmocka_unit_test(a_frame_shows_the_views_asked_for),
        cmocka_unit_test(too_small_says_what_it_needs),
        cmocka_unit_test(the_catalogue_lists_and_previews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
