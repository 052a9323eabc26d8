/* The only home of curses. */
#include "screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "colours.h"
#include "plain_runes.h"
#include "signals.h"
#include "terminfo_own.h"

#include "cusp/mem.h"

enum { SIZE_MAX_CELLS = 1000, WRITE_WAIT_MS = 2000 };

struct screen {
    SCREEN *curses;
    struct termios saved;
    struct colour_pairs pairs;
    struct cells shown; /* what the terminal has */
    bool known;         /* shown is true */
    bool has_shown, mouse, left, dead;
    int width, height;
    double aspect;
    struct screen_facts facts;
    struct cursor cursor;
};

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void screen_send(struct screen *screen, const char *codes)
{
    size_t length = strlen(codes);
    while (length > 0 && !screen->dead) {
        ssize_t n = write(STDOUT_FILENO, codes, length);
        if (n >= 0) {
            codes += n;
            length -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
            screen->dead = poll(&out, 1, WRITE_WAIT_MS) == 0;
        } else if (errno != EINTR) {
            screen->dead = true;
        }
    }
}

bool screen_alive(const struct screen *screen)
{
    return !screen->dead;
}

const struct screen_facts *screen_facts(const struct screen *screen)
{
    return &screen->facts;
}

void screen_size(const struct screen *screen, int *width, int *height)
{
    *width = screen->width;
    *height = screen->height;
}

double screen_cell_aspect(const struct screen *screen)
{
    return screen->aspect;
}

static int clamp_size(int cells)
{
    return cells < 1 ? 1 : cells > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : cells;
}

static void ask_size(struct screen *screen)
{
    struct winsize size = {0};
    screen->width = 80;
    screen->height = 24;
    screen->aspect = 2;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return;
    }
    screen->width = clamp_size(size.ws_col);
    screen->height = clamp_size(size.ws_row);
    double wide = (double)size.ws_xpixel / size.ws_col, high = (double)size.ws_ypixel / size.ws_row;
    if (wide > 0 && high / wide > 1 && high / wide < 4) {
        screen->aspect = high / wide;
    }
}

bool screen_resize(struct screen *screen)
{
    int width = screen->width, height = screen->height;
    ask_size(screen);
    /* Smaller and back again comes as one signal, and what stood there is gone all the same. */
    screen_forget(screen);
    if (screen->width == width && screen->height == height) {
        return false;
    }
    resizeterm(screen->height, screen->width);
    return true;
}

void screen_forget(struct screen *screen)
{
    screen->known = false;
    clearok(curscr, TRUE);
}

/* The terminal's own entry, to see what it can; −1 colours if there is none. */
static int own_colours(const char *term, bool *usable)
{
    int error = 0;
    *usable = false;
    if (setupterm(term, STDOUT_FILENO, &error) != OK) {
        return -1;
    }
    const char *address = tigetstr("cup");
    *usable = address != NULL && address != (const char *)-1;
    int colours = tigetnum("colors");
    del_curterm(cur_term);
    return colours;
}

/* newterm by an entry that the program carries; the environment is as before afterwards. */
static SCREEN *open_carried(const char *entry, const char *name)
{
    const char *before = getenv("TERMINFO");
    char *kept = before != NULL ? mem_copy_text(before, strlen(before)) : NULL;
    setenv("TERMINFO", entry, 1);
    SCREEN *curses = newterm(name, stdout, stdin);
    if (kept != NULL) {
        setenv("TERMINFO", kept, 1);
        mem_free(kept);
    } else {
        unsetenv("TERMINFO");
    }
    return curses;
}

static SCREEN *open_curses(struct screen *screen, const char *term, bool usable)
{
    if (screen->facts.depth == DEPTH_DIRECT) {
        screen->facts.entry = "cusp-direct";
        return open_carried(terminfo_direct, "cusp-direct");
    }
    if (screen->facts.depth == DEPTH_256 || !usable) {
        screen->facts.entry = "cusp-256";
        return open_carried(terminfo_256, "cusp-256");
    }
    screen->facts.entry = term;
    return newterm(term, stdout, stdin);
}

static void set_modes(struct screen *screen)
{
    raw();
    noecho();
    nonl();
    screen_send(screen, "\033[?2004h");
    if (screen->mouse) {
        screen_send(screen, "\033[?1000h\033[?1002h\033[?1006h");
    }
}

enum status screen_open(const struct term_options *options, struct text *why, struct screen **out)
{
    *out = NULL;
    const char *term = getenv("TERM");
    if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0) {
        text_addf(why, "this terminal (TERM=%s) cannot place text; try 'cusp frame'",
                  term == NULL ? "" : term);
        return ST_UNABLE;
    }
    struct screen *screen = mem_new(1, sizeof *screen);
    if (tcgetattr(STDIN_FILENO, &screen->saved) != 0) {
        text_addf(why, "standard input is not a usable terminal: %s", strerror(errno));
        mem_free(screen);
        return ST_UNABLE;
    }
    bool usable;
    int n_colours = own_colours(term, &usable);
    screen->facts.term = term;
    screen->facts.depth = colours_depth(options, term, n_colours, &screen->facts.why_depth);
    screen->facts.utf8 = !options->ascii && locale_is_utf8();
    ask_size(screen);
    signals_guard(&screen->saved);
    use_env(FALSE);   /* the size comes from the terminal, not from LINES and COLUMNS */
    use_tioctl(TRUE); /* nor from its description, which may have none */
    screen->curses = open_curses(screen, term, usable);
    if (screen->curses == NULL) {
        signals_unguard();
        text_addf(why, "no description of the terminal '%s' was found; try 'cusp frame'", term);
        mem_free(screen);
        return ST_UNABLE;
    }
    /* Curses took some signals; they come by a descriptor here. */
    signal(SIGTSTP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGWINCH, SIG_DFL);
    if (screen->facts.depth != DEPTH_MONO && has_colors()) {
        start_color();
        use_default_colors();
    } else {
        screen->facts.depth = DEPTH_MONO;
    }
    colour_pairs_init(&screen->pairs, COLOR_PAIRS > 1 ? COLOR_PAIRS : 1);
    screen->facts.pair_limit = screen->pairs.limit;
    typeahead(-1); /* a frame is written whole, whatever waits to be read */
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    screen->mouse = !options->no_mouse;
    set_modes(screen);
    resizeterm(screen->height, screen->width);
    curs_set(0);
    *out = screen;
    return ST_OK;
}

void screen_leave(struct screen *screen)
{
    if (screen->left) {
        return;
    }
    screen->left = true;
    screen_send(screen, "\033[?2026l\033[?1006l\033[?1002l\033[?1000l\033[?2004l");
    curs_set(1);
    endwin();
    /* Whatever still comes from the terminal was meant for the explorer. */
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &screen->saved);
    signals_guard_pause(true);
}

void screen_enter(struct screen *screen)
{
    screen->left = false;
    signals_guard_pause(false);
    reset_prog_mode();
    set_modes(screen);
    screen_resize(screen);
    screen_forget(screen);
    refresh();
    curs_set(0);
}

void screen_close(struct screen *screen)
{
    screen_leave(screen);
    signals_unguard();
    delscreen(screen->curses);
    colour_pairs_done(&screen->pairs);
    if (screen->has_shown) {
        cells_done(&screen->shown);
    }
    mem_free(screen);
}

void screen_mouse(struct screen *screen, bool on)
{
    screen->mouse = on;
    screen_send(screen,
                on ? "\033[?1000h\033[?1002h\033[?1006h" : "\033[?1006l\033[?1002l\033[?1000l");
}

static int pair_of(struct screen *screen, const struct cell *cell)
{
    int fg = colours_number(cell->fg, screen->facts.depth);
    int bg = colours_number(cell->bg, screen->facts.depth);
    if (screen->facts.depth == DEPTH_16 && COLORS < 16) {
        fg = fg < 0 ? fg : fg & 7;
        bg = bg < 0 ? bg : bg & 7;
    }
    bool fresh;
    int pair = colour_pairs_find(&screen->pairs, fg, bg, &fresh);
    if (fresh && init_extended_pair(pair, fg, bg) != OK) {
        return 0;
    }
    return pair;
}

static attr_t attributes_of(const struct cell *cell)
{
    return (cell->attributes & CELL_BOLD ? A_BOLD : 0u) |
           (cell->attributes & CELL_DIM ? A_DIM : 0u) |
           (cell->attributes & CELL_REVERSE ? A_REVERSE : 0u) |
           (cell->attributes & CELL_UNDERLINE ? A_UNDERLINE : 0u);
}

/* What can be put in one place: curses and the terminal must agree on its width. */
static uint32_t safe_rune(const struct screen *screen, const struct cell *cell, bool room_for_two)
{
    uint32_t rune = cell->rune;
    if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0)) {
        return ' ';
    }
    if (rune >= 0x7f && !screen->facts.utf8) {
        return plain_rune(rune);
    }
    int width = utf8_rune_width(rune);
    if (width < 1 || (width == 2 && !room_for_two) || wcwidth((wchar_t)rune) != width) {
        return '?';
    }
    return rune;
}

static bool put_cell(struct screen *screen, const struct cells *cells, int column, int row)
{
    const struct cell *cell = &cells->cell[row * cells->width + column];
    bool room = column + 1 < cells->width && cell[1].rune == 0;
    if (cell->rune == 0 && column > 0 && utf8_rune_width(cell[-1].rune) == 2) {
        return true; /* drawn with its left half */
    }
    wchar_t text[2] = {(wchar_t)safe_rune(screen, cell, room), 0};
    int pair = pair_of(screen, cell);
    if (pair < 0) {
        return false;
    }
    cchar_t drawn;
    setcchar(&drawn, text, attributes_of(cell), 0, &pair);
    mvadd_wch(row, column, &drawn);
    return true;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->rune == b->rune && a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

/* False when the pairs ran out. */
static bool put_changes(struct screen *screen, const struct cells *cells, size_t *changes)
{
    *changes = 0;
    for (int row = 0; row < cells->height; row++) {
        for (int column = 0; column < cells->width; column++) {
            size_t i = (size_t)(row * cells->width + column);
            bool old = screen->known && same(&cells->cell[i], &screen->shown.cell[i]) &&
                       /* half of a wide character depends on its other half */
                       (column == 0 || same(&cells->cell[i - 1], &screen->shown.cell[i - 1]));
            *changes += !old;
            if (!old && !put_cell(screen, cells, column, row)) {
                return false;
            }
        }
    }
    return true;
}

static void remember(struct screen *screen, const struct cells *cells)
{
    if (!screen->has_shown || screen->shown.width != cells->width ||
        screen->shown.height != cells->height) {
        if (screen->has_shown) {
            cells_done(&screen->shown);
        }
        cells_init(&screen->shown, cells->width, cells->height);
        screen->has_shown = true;
    }
    memcpy(screen->shown.cell, cells->cell,
           (size_t)cells->width * (size_t)cells->height * sizeof *cells->cell);
    screen->known = true;
}

bool screen_show(struct screen *screen, const struct cells *cells, struct cursor cursor)
{
    if (!screen->has_shown || screen->shown.width != cells->width ||
        screen->shown.height != cells->height) {
        screen->known = false;
    }
    if (!screen->known) {
        erase();
    }
    size_t changes;
    if (!put_changes(screen, cells, &changes)) {
        /* All pairs are taken: begin again with what this picture needs. */
        colour_pairs_clear(&screen->pairs);
        reset_color_pairs();
        screen_forget(screen);
        erase();
        (void)put_changes(screen, cells, &changes);
    }
    bool moved = cursor.column != screen->cursor.column || cursor.row != screen->cursor.row ||
                 cursor.visible != screen->cursor.visible;
    if (screen->known && changes == 0 && !moved) {
        return false;
    }
    screen->cursor = cursor;
    screen->facts.n_pairs = (int)screen->pairs.count;
    remember(screen, cells);
    int column = cursor.column < 0 ? 0 : cursor.column;
    int row = cursor.row < 0 ? 0 : cursor.row;
    move(row < screen->height ? row : screen->height - 1,
         column < screen->width ? column : screen->width - 1);
    wnoutrefresh(stdscr);
    screen_send(screen, "\033[?2026h");
    curs_set(cursor.visible ? 1 : 0);
    doupdate();
    screen_send(screen, "\033[?2026l");
    return true;
}
