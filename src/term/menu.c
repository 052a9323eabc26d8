/* Filtering, moving and choosing in a list of things to run. */
#include "menu.h"

#include <string.h>

#include "cusp/mem.h"
#include "cusp/text.h"

void menu_init(struct menu *menu, const char *title)
{
    *menu = (struct menu){.title = title};
    arena_init(&menu->arena);
}

void menu_done(struct menu *menu)
{
    arena_done(&menu->arena);
    mem_free(menu->rows);
    mem_free(menu->shown);
    *menu = (struct menu){0};
}

static const char *copy(struct menu *menu, const char *text)
{
    return text == NULL ? "" : arena_text(&menu->arena, text, strlen(text));
}

void menu_add(struct menu *menu, const struct menu_row *row)
{
    MEM_GROW(menu->rows, menu->n_rows, menu->capacity);
    menu->rows[menu->n_rows++] = (struct menu_row){.key = copy(menu, row->key),
                                                   .name = copy(menu, row->name),
                                                   .help = copy(menu, row->help),
                                                   .action = copy(menu, row->action),
                                                   .unfinished = row->unfinished};
}

static unsigned char lower(char byte)
{
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

static bool contains(const char *text, const char *word, size_t length)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < length && text[i] != '\0' && lower(text[i]) == lower(word[i])) {
            i++;
        }
        if (i == length) {
            return true;
        }
    }
    return false;
}

/* True if every word of the filter occurs in one of the row's texts, whatever the case. */
static bool matches(const struct menu_row *row, const char *filter)
{
    while (*filter != '\0') {
        size_t length = strcspn(filter, " ");
        if (length > 0 && !contains(row->key, filter, length) &&
            !contains(row->name, filter, length) && !contains(row->help, filter, length) &&
            !contains(row->action, filter, length)) {
            return false;
        }
        filter += length;
        filter += strspn(filter, " ");
    }
    return true;
}

void menu_refresh(struct menu *menu)
{
    menu->shown = mem_resize(menu->shown, menu->n_rows, sizeof *menu->shown);
    menu->n_shown = 0;
    for (size_t i = 0; i < menu->n_rows; i++) {
        if (matches(&menu->rows[i], menu->filter)) {
            menu->shown[menu->n_shown++] = i;
        }
    }
    menu->selected = 0;
}

bool menu_select(struct menu *menu, size_t index)
{
    if (index >= menu->n_shown) {
        return false;
    }
    menu->selected = index;
    return true;
}

const struct menu_row *menu_selected(const struct menu *menu)
{
    return menu->n_shown == 0 ? NULL : &menu->rows[menu->shown[menu->selected]];
}

size_t menu_top(const struct menu *menu, size_t page)
{
    if (page == 0 || menu->n_shown <= page) {
        return 0;
    }
    size_t top = menu->selected < page / 2 ? 0 : menu->selected - page / 2;
    return top > menu->n_shown - page ? menu->n_shown - page : top;
}

static void move(struct menu *menu, size_t steps, bool down)
{
    if (menu->n_shown == 0) {
        return;
    }
    size_t last = menu->n_shown - 1;
    if (down) {
        menu->selected = steps > last - menu->selected ? last : menu->selected + steps;
    } else {
        menu->selected = steps > menu->selected ? 0 : menu->selected - steps;
    }
}

/* Takes the last whole character off the filter. */
static void shorten(char *filter)
{
    size_t length = strlen(filter);
    while (length > 0 && ((unsigned char)filter[length - 1] & 0xc0) == 0x80) {
        length--;
    }
    filter[length > 0 ? length - 1 : 0] = '\0';
}

static enum menu_result type(struct menu *menu, const char *name)
{
    const char *typed = strcmp(name, "space") == 0 ? " " : name;
    size_t length = strlen(typed), used = strlen(menu->filter);
    uint32_t rune;
    if (length == 0 || utf8_decode(typed, length, &rune) != length) {
        return MENU_IGNORES; /* a named key, not a character */
    }
    if (used + length >= sizeof menu->filter) {
        return MENU_IGNORES;
    }
    memcpy(menu->filter + used, typed, length + 1);
    menu_refresh(menu);
    return MENU_STAYS;
}

enum menu_result menu_key(struct menu *menu, const char *name, size_t page)
{
    static const struct {
        const char *name;
        bool down;
        enum { ONE, PAGE, ALL } distance;
    } moves[] = {
        {"up", false, ONE},    {"down", true, ONE},     {"ctrl-p", false, ONE},
        {"ctrl-n", true, ONE}, {"pageup", false, PAGE}, {"pagedown", true, PAGE},
        {"home", false, ALL},  {"end", true, ALL},      {"shift-tab", false, ONE},
        {"tab", true, ONE},
    };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (strcmp(name, moves[i].name) == 0) {
            size_t steps = moves[i].distance == ONE    ? 1
                           : moves[i].distance == PAGE ? (page > 0 ? page : 1)
                                                       : menu->n_shown;
            move(menu, steps, moves[i].down);
            return MENU_STAYS;
        }
    }
    if (strcmp(name, "esc") == 0 && menu->filter[0] != '\0') {
        menu->filter[0] = '\0';
        menu_refresh(menu);
        return MENU_STAYS;
    }
    if (strcmp(name, "esc") == 0 || strcmp(name, "ctrl-c") == 0) {
        return MENU_LEAVES;
    }
    if (strcmp(name, "enter") == 0) {
        return menu->n_shown > 0 ? MENU_RUNS : MENU_IGNORES;
    }
    if (strcmp(name, "backspace") == 0) {
        shorten(menu->filter);
        menu_refresh(menu);
        return MENU_STAYS;
    }
    if (strcmp(name, "ctrl-u") == 0) {
        menu->filter[0] = '\0';
        menu_refresh(menu);
        return MENU_STAYS;
    }
    return type(menu, name);
}
