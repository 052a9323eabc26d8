/* Puts the sheet and what lies over it into cells, and finds where the cursor belongs. */
#include "explorer.h"

#include <math.h>
#include <string.h>

#include "prompt.h"
#include "prompt_slice.h"

#include "cusp/view.h"

enum { KEY_COLUMNS = 12, NAME_COLUMNS = 26, CANDIDATES_SHOWN = 8 };

/* ---- the sheet ---------------------------------------------------------------------------------
 */

/* How fine the largest plane on the sheet can show a field: half blocks, two samples a cell. */
static void ask_for_resolution(struct explorer *explorer)
{
    int width = 0, height = 0;
    for (size_t i = 0; i < explorer->sheet.n_placed; i++) {
        const struct placed *placed = &explorer->sheet.placed[i];
        if (placed->figure->kind != FIGURE_PLOT || placed->figure->field == NULL) {
            continue;
        }
        struct area plot = draw_plot_area(placed->figure, &placed->area, &explorer->draw);
        width = plot.width > width ? plot.width : width;
        height = plot.height > height ? plot.height : height;
    }
    bool new = width != explorer->asked_width || height != explorer->asked_height;
    if (width > 0 && height > 0 && new) {
        explorer->asked_width = width;
        explorer->asked_height = height;
        session_set_resolution(explorer->session, (size_t)width, (size_t)height * 2);
        explorer->stale = true;
    }
}

/* While n plays, what nobody sees is not computed. */
static void ask_for_needs(struct explorer *explorer)
{
    unsigned needs = SESSION_ALL;
    bool predictive = false;
    for (size_t i = 0; i < explorer->sheet.n_placed; i++) {
        const char *view = explorer->sheet.placed[i].view;
        predictive = predictive || (view != NULL && strcmp(view, "predictive") == 0);
        const struct view *found = view != NULL ? view_find(view) : NULL;
        needs |= found != NULL ? found->needs : 0;
    }
    const struct state *state = &explorer->snapshot.state;
    if (state->playing && !state->catalogue_open && !predictive) {
        needs &= ~(unsigned)SESSION_PREDICTIVE;
    }
    if (needs != explorer->needs) {
        explorer->needs = needs;
        session_set_needs(explorer->session, needs);
        explorer->stale = true;
    }
}

void explorer_layout(struct explorer *explorer)
{
    arena_done(&explorer->arena);
    arena_init(&explorer->arena);
    session_snapshot(explorer->session, &explorer->snapshot);
    explorer->snapshot.screen_reader = explorer->screen_reader;
    struct text footer;
    text_init(&footer);
    key_footer(&explorer->snapshot, explorer->width - 2, &footer);
    const char *hints = arena_text(&explorer->arena, text_get(&footer), footer.length);
    text_done(&footer);
    sheet_build(&explorer->snapshot, explorer->width, explorer->height, NULL, hints,
                &explorer->arena, &explorer->sheet);
    explorer->stale = false;
}

/* ---- where the cursor belongs ------------------------------------------------------------------
 */

static bool cursor_on_figure(struct explorer *explorer, const struct placed *placed)
{
    const struct figure *figure = placed->figure;
    explorer->cursor_column = placed->area.column + 1;
    explorer->cursor_row = placed->area.row;
    if (figure->kind != FIGURE_PLOT || !figure->has_here) {
        return false;
    }
    struct area plot = draw_plot_area(figure, &placed->area, &explorer->draw);
    double x = axis_position(&figure->x, figure->here_x);
    double y = axis_position(&figure->y, figure->here_y);
    if (plot.width < 1 || plot.height < 1 || !(x >= 0 && x <= 1 && y >= 0 && y <= 1)) {
        return false;
    }
    int column = (int)(x * plot.width), row = (int)((1 - y) * plot.height);
    explorer->cursor_column = plot.column + (column < plot.width ? column : plot.width - 1);
    explorer->cursor_row = plot.row + (row < plot.height ? row : plot.height - 1);
    return true;
}

static void place_cursor(struct explorer *explorer)
{
    const struct sheet *sheet = &explorer->sheet;
    explorer->cursor_column = explorer->cursor_row = 0;
    explorer->cursor_visible = explorer->screen_reader;
    for (size_t i = 0; i < sheet->n_strips; i++) {
        if (sheet->strips[i].reverse) { /* the selected row of the catalogue */
            explorer->cursor_column = sheet->strips[i].column;
            explorer->cursor_row = sheet->strips[i].row;
            return;
        }
    }
    for (size_t i = 0; i < sheet->n_placed; i++) {
        if (sheet->placed[i].focused) {
            (void)cursor_on_figure(explorer, &sheet->placed[i]);
            return;
        }
    }
    for (size_t i = 0; i < sheet->n_placed; i++) {
        if (cursor_on_figure(explorer, &sheet->placed[i])) {
            return;
        }
    }
}

/* ---- panels over the sheet ---------------------------------------------------------------------
 */

struct area explorer_panel(const struct explorer *explorer)
{
    int width = explorer->width, height = explorer->height;
    struct area area = {.width = width, .height = height};
    if (!explorer->screen_reader && width >= 60 && height >= 12) {
        area.column = width > 140 ? (width - 132) / 2 : 4;
        area.width = width - 2 * area.column;
        area.row = 2;
        area.height = height - 4;
    }
    if (explorer->mode == MODE_PAGER && height >= 12) {
        /* Short text lies at the bottom, so that the picture stays in sight. */
        size_t wanted = explorer->pager.n_lines + 2;
        if (wanted < (size_t)area.height) {
            area.height = (int)wanted;
            area.row = height - area.height - 1;
        }
    }
    /* The lines within the frame. */
    area.column += 2;
    area.width -= 4;
    area.row += 1;
    area.height -= 2;
    return area;
}

size_t explorer_page(const struct explorer *explorer)
{
    struct area panel = explorer_panel(explorer);
    int taken = explorer->mode == MODE_MENU ? 1 : 0; /* the line that is typed */
    return panel.height > taken ? (size_t)(panel.height - taken) : 0;
}

static void put(struct cells *cells, int column, int row, int width, const char *text,
                uint8_t attributes)
{
    /* Commands may print what came from files: nothing but printable text reaches the cells. */
    struct text clean;
    text_init(&clean);
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        uint32_t rune;
        i += utf8_decode(text + i, length - i, &rune);
        bool control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0);
        text_add_rune(&clean, rune == '\t' ? ' ' : control ? '?' : rune);
    }
    if (width > 0) {
        cells_text(cells, column, row, width, text_get(&clean), COLOUR_DEFAULT, COLOUR_DEFAULT,
                   attributes);
    }
    text_done(&clean);
}

static void fill(struct cells *cells, const struct area *area, uint8_t attributes)
{
    for (int row = area->row; row < area->row + area->height; row++) {
        for (int column = area->column; column < area->column + area->width; column++) {
            struct cell *cell = cells_at(cells, column, row);
            if (cell != NULL) {
                *cell = (struct cell){.rune = ' ', .attributes = attributes};
            }
        }
    }
}

static void put_rune(struct cells *cells, int column, int row, uint32_t rune)
{
    struct cell *cell = cells_at(cells, column, row);
    if (cell != NULL) {
        *cell = (struct cell){.rune = rune};
    }
}

/* An empty panel around the lines, with a title above and a hint below. */
static void draw_panel(struct explorer *explorer, struct cells *cells, const struct area *lines,
                       const char *title, const char *hint)
{
    struct area outer = {lines->column - 2, lines->row - 1, lines->width + 4, lines->height + 2};
    fill(cells, &outer, 0);
    int right = outer.column + outer.width - 1, bottom = outer.row + outer.height - 1;
    if (!explorer->screen_reader) {
        for (int column = outer.column; column <= right; column++) {
            put_rune(cells, column, outer.row, 0x2500);
            put_rune(cells, column, bottom, 0x2500);
        }
        for (int row = outer.row; row <= bottom; row++) {
            put_rune(cells, outer.column, row, 0x2502);
            put_rune(cells, right, row, 0x2502);
        }
        put_rune(cells, outer.column, outer.row, 0x256d);
        put_rune(cells, right, outer.row, 0x256e);
        put_rune(cells, outer.column, bottom, 0x2570);
        put_rune(cells, right, bottom, 0x256f);
    }
    struct text framed;
    text_init(&framed);
    text_addf(&framed, " %s ", title);
    put(cells, outer.column + 2, outer.row, outer.width - 4, text_get(&framed), CELL_BOLD);
    text_clear(&framed);
    text_addf(&framed, " %s ", hint);
    put(cells, outer.column + 2, bottom, outer.width - 4, text_get(&framed), CELL_DIM);
    text_done(&framed);
}

static void draw_menu(struct explorer *explorer, struct cells *cells)
{
    const struct menu *menu = &explorer->menu;
    struct area lines = explorer_panel(explorer);
    size_t page = explorer_page(explorer), top = menu_top(menu, page);
    struct text line;
    text_init(&line);
    text_addf(&line, "%s (%zu)", menu->title, menu->n_shown);
    draw_panel(explorer, cells, &lines, text_get(&line),
               "type to search   up/down choose   enter run   esc leave");
    for (size_t i = 0; i < page && top + i < menu->n_shown; i++) {
        const struct menu_row *row = &menu->rows[menu->shown[top + i]];
        bool selected = top + i == menu->selected;
        uint8_t attributes = selected ? CELL_REVERSE : 0;
        int at = lines.row + (int)i, column = lines.column;
        int end = lines.column + lines.width;
        struct area whole = {lines.column, at, lines.width, 1};
        fill(cells, &whole, attributes);
        put(cells, column, at, end - column < KEY_COLUMNS ? end - column : KEY_COLUMNS, row->key,
            attributes | CELL_BOLD);
        column += row->key[0] != '\0' || lines.width > 70 ? KEY_COLUMNS + 1 : 0;
        int name = lines.width > 70 ? NAME_COLUMNS : (int)utf8_width(row->name);
        bool named = lines.width > 70 || row->key[0] == '\0';
        if (named && column < end) {
            put(cells, column, at, end - column < name ? end - column : name, row->name,
                attributes);
            column += name + 1;
        }
        if (column < end) {
            put(cells, column, at, end - column, row->help, attributes);
        }
    }
    text_clear(&line);
    text_addf(&line, "search: %s", menu->filter);
    int at = lines.row + lines.height - 1;
    put(cells, lines.column, at, lines.width, text_get(&line), CELL_BOLD);
    int width = (int)utf8_width(text_get(&line));
    explorer->cursor_column = lines.column + (width < lines.width ? width : lines.width);
    explorer->cursor_row = at;
    explorer->cursor_visible = true;
    if (menu->n_shown == 0) {
        put(cells, lines.column, lines.row, lines.width,
            "nothing matches; backspace widens the search", 0);
    }
    text_done(&line);
}

/* Skips columns from the start of a line. */
static const char *skip_columns(const char *text, size_t columns)
{
    size_t length = strlen(text), i = 0, skipped = 0;
    while (i < length && skipped < columns) {
        uint32_t rune;
        i += utf8_decode(text + i, length - i, &rune);
        skipped += (size_t)utf8_rune_width(rune);
    }
    return text + i;
}

static void draw_pager(struct explorer *explorer, struct cells *cells)
{
    const struct pager *pager = &explorer->pager;
    struct area lines = explorer_panel(explorer);
    size_t page = explorer_page(explorer);
    bool more = pager->n_lines > page;
    draw_panel(explorer, cells, &lines, pager->title,
               more ? "up/down, space, b scroll   esc leave" : "esc leave   : command");
    for (size_t i = 0; i < page && pager->top + i < pager->n_lines; i++) {
        put(cells, lines.column, lines.row + (int)i, lines.width,
            skip_columns(pager->lines[pager->top + i], pager->left), 0);
    }
    explorer->cursor_column = lines.column;
    explorer->cursor_row = lines.row;
    explorer->cursor_visible = explorer->screen_reader;
}

static void draw_prompt(struct explorer *explorer, struct cells *cells)
{
    struct prompt_view view;
    prompt_view(&view);
    int row = explorer->height - 1;
    struct area whole = {0, row, explorer->width, 1};
    fill(cells, &whole, 0);
    int lead = (int)utf8_width(view.lead);
    if (lead > explorer->width / 2) {
        lead = explorer->width / 2;
    }
    put(cells, 0, row, lead, view.lead, CELL_BOLD);
    struct prompt_slice slice = prompt_slice(view.line, view.point, explorer->width - lead);
    put(cells, lead, row, explorer->width - lead, view.line + slice.start, 0);
    explorer->cursor_column = lead + slice.column;
    explorer->cursor_row = row;
    explorer->cursor_visible = true;
    size_t shown = view.n_candidates;
    if (shown > CANDIDATES_SHOWN) {
        shown = CANDIDATES_SHOWN;
    }
    if (shown > (size_t)row) {
        shown = (size_t)row;
    }
    for (size_t i = 0; i < shown; i++) {
        int at = row - (int)(shown - i);
        struct area line = {0, at, explorer->width, 1};
        fill(cells, &line, CELL_REVERSE);
        bool last = i + 1 == shown && view.n_candidates > shown;
        struct text text;
        text_init(&text);
        text_addf(&text, " %s", view.candidates[i]);
        if (last) {
            text_clear(&text);
            text_addf(&text, " … and %zu more", view.n_candidates - i);
        }
        put(cells, 0, at, explorer->width, text_get(&text), CELL_REVERSE);
        text_done(&text);
    }
}

static int within(int position, int size)
{
    return position < 0 ? 0 : position < size ? position : size - 1;
}

void explorer_draw(struct explorer *explorer, struct cells *cells)
{
    explorer_layout(explorer);
    ask_for_resolution(explorer);
    ask_for_needs(explorer);
    if (explorer->stale) {
        explorer_layout(explorer);
    }
    cells_clear(cells);
    draw_sheet(cells, &explorer->sheet, &explorer->draw);
    explorer->has_sheet = true;
    place_cursor(explorer);
    switch (explorer->mode) {
    case MODE_MAIN:
        break;
    case MODE_PROMPT:
        draw_prompt(explorer, cells);
        break;
    case MODE_MENU:
        draw_menu(explorer, cells);
        break;
    case MODE_PAGER:
        draw_pager(explorer, cells);
        break;
    }
    /* On a screen too small for a panel its lines lie outside. */
    explorer->cursor_column = within(explorer->cursor_column, explorer->width);
    explorer->cursor_row = within(explorer->cursor_row, explorer->height);
}
