/* The explorer without a terminal: bytes of keys in, cells out; every change is a command. */
#ifndef CUSP_TERM_EXPLORER_H
#define CUSP_TERM_EXPLORER_H

#include "cusp/cells.h"
#include "cusp/command.h"
#include "cusp/session.h"

#include "keys.h"
#include "menu.h"
#include "pager.h"

enum explorer_mode { MODE_MAIN, MODE_PROMPT, MODE_MENU, MODE_PAGER };

/* What a held mouse button moves. */
enum drag_kind { DRAG_NOTHING, DRAG_SLIDER, DRAG_PLANE };

struct drag {
    enum drag_kind kind;
    char action[64]; /* of the slider: "n", "knob theta" */
    int column, width;
    size_t placed; /* of the plane: index on the sheet */
};

struct explorer {
    struct session *session;
    struct command_context context;
    struct text out, err;
    struct keys keys;
    enum explorer_mode mode;
    struct menu menu;
    struct pager pager;
    struct drag drag;
    struct draw_options draw;
    bool screen_reader;
    int width, height;

    /* What is on the screen now, for the mouse and the cursor. */
    struct arena arena;
    struct sheet sheet;
    struct snapshot snapshot;
    bool has_sheet;
    int asked_width, asked_height; /* of the session: how fine planes are, */
    unsigned needs;                /* and what is to be computed */
    bool stale; /* the session was changed since: what the sheet borrows may be gone */
    int cursor_column, cursor_row;
    bool cursor_visible;

    /* Wishes to the one who owns the terminal; it clears them. */
    bool quit, suspend, toggle_mouse, redraw_all, changed, ready, asked_to_leave;
    bool typing_filter; /* characters narrow the catalogue down */
    bool has_background, theme_chosen;
    uint32_t background;
    double cell_aspect; /* > 0 when the terminal told it */

    /* Around a command that may take long; may be NULL. False: it is not to be run. */
    bool (*command_begins)(struct explorer *explorer, const char *line, void *owner);
    /* True: it was stopped on the way. */
    bool (*command_ends)(struct explorer *explorer, void *owner);
    void *owner;
};

void explorer_init(struct explorer *explorer, struct session *session, int width, int height);
void explorer_done(struct explorer *explorer);
void explorer_resize(struct explorer *explorer, int width, int height);

void explorer_bytes(struct explorer *explorer, const char *bytes, size_t n_bytes);
/* Light or dark by the terminal's background, unless the person chose. */
void explorer_follow_background(struct explorer *explorer);
/* The silence of keys_wait_ms has passed. */
void explorer_idle(struct explorer *explorer);

/* Draws all into cells of the explorer's size and says where the cursor belongs. */
void explorer_draw(struct explorer *explorer, struct cells *cells);

/* ---- between the files of the explorer ---------------------------------------------------------
 */

/* Runs a command line, or an act of the terminal if it begins with '@'. */
void explorer_run(struct explorer *explorer, const char *line);
void explorer_command(struct explorer *explorer, const char *line);
void explorer_open_prompt(struct explorer *explorer, const char *text);
void explorer_hint_at_filter(struct explorer *explorer);
void explorer_mouse(struct explorer *explorer, const struct mouse *mouse);
/* Looks at the session anew and builds the sheet. */
void explorer_layout(struct explorer *explorer);
/* Rows of a menu or pager on this screen, and of the candidates above the prompt. */
struct area explorer_panel(const struct explorer *explorer);
size_t explorer_page(const struct explorer *explorer);
void explorer_open_help(struct explorer *explorer);
void explorer_open_history(struct explorer *explorer);
void explorer_open_palette(struct explorer *explorer);
void explorer_close_overlay(struct explorer *explorer);

#endif
