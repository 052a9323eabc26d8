/* Runs commands and the terminal's own acts, and shows what they print. */
#include "explorer.h"

#include <string.h>

#include "colours.h"
#include "prompt.h"

void explorer_open_prompt(struct explorer *explorer, const char *text)
{
    explorer_close_overlay(explorer);
    prompt_open(text, &explorer->context);
    explorer->mode = MODE_PROMPT;
}

static void open_pager(struct explorer *explorer, const char *title, const char *text)
{
    explorer_close_overlay(explorer);
    pager_init(&explorer->pager, title, text);
    explorer->mode = MODE_PAGER;
}

/* ---- commands ----------------------------------------------------------------------------------
 */

void explorer_follow_background(struct explorer *explorer)
{
    if (explorer->has_background && !explorer->theme_chosen) {
        explorer->draw.light = colours_is_light(explorer->background);
    }
}

static void apply_theme(struct explorer *explorer, const char *name)
{
    if (strcmp(name, "toggle") == 0) {
        explorer->draw.light = !explorer->draw.light;
        explorer->theme_chosen = true;
        return;
    }
    if (strcmp(name, "light") == 0 || strcmp(name, "dark") == 0) {
        explorer->draw.light = name[0] == 'l';
        explorer->theme_chosen = true;
        return;
    }
    explorer->draw.map_override = MAP_COUNT;
    for (enum colormap map = 0; map < MAP_COUNT; map++) {
        if (strcmp(name, colormap_name(map)) == 0) {
            explorer->draw.map_override = map;
        }
    }
    if (strcmp(name, "auto") == 0) {
        explorer->theme_chosen = false;
        explorer_follow_background(explorer);
    }
}

/* Two short lines become one. */
static void join_lines(struct text *text)
{
    const char *end = strchr(text_get(text), '\n');
    if (end == NULL || strchr(end + 1, '\n') != NULL) {
        return;
    }
    struct text joined;
    text_init(&joined);
    text_add_bytes(&joined, text->bytes, (size_t)(end - text->bytes));
    text_addf(&joined, "; %s", end + 1);
    text_done(text);
    *text = joined;
}

/* What a command wrote: one short line is a message, more is text to read. */
static void show_output(struct explorer *explorer, const char *line)
{
    struct text all;
    text_init(&all);
    bool error = explorer->err.length > 0;
    text_add(&all, text_get(&explorer->err));
    text_add(&all, text_get(&explorer->out));
    while (all.length > 0 && all.bytes[all.length - 1] == '\n') {
        all.bytes[--all.length] = '\0';
    }
    if (utf8_width(text_get(&all)) + 12 < (size_t)explorer->width) {
        join_lines(&all);
    }
    const char *text = text_get(&all);
    bool short_line = strchr(text, '\n') == NULL && utf8_width(text) + 10 < (size_t)explorer->width;
    if (all.length > 0 && short_line) {
        session_message(explorer->session, error, "%s", text);
    } else if (all.length > 0) {
        open_pager(explorer, line, text);
    }
    text_done(&all);
}

/* Commands that the shell has too compute something; those of the prompt alone turn a knob. */
static bool may_take_long(const char *line)
{
    line += strspn(line, " \t");
    size_t length = strcspn(line, " \t");
    struct text name;
    text_init(&name);
    text_add_bytes(&name, line, length);
    const struct command *command = command_find(text_get(&name));
    text_done(&name);
    return command != NULL && (command->where & IN_SHELL) != 0;
}

void explorer_command(struct explorer *explorer, const char *line)
{
    text_clear(&explorer->out);
    text_clear(&explorer->err);
    explorer->context.theme = NULL;
    explorer->context.catalogue = session_catalogue(explorer->session);
    session_message(explorer->session, false, "%s", "");
    explorer->stale = true;
    bool long_work = may_take_long(line);
    if (long_work && explorer->command_begins != NULL &&
        !explorer->command_begins(explorer, line, explorer->owner)) {
        return;
    }
    /* Its exit code says no more than what it wrote. */
    (void)command_run_line(&explorer->context, line);
    bool stopped = long_work && explorer->command_ends != NULL &&
                   explorer->command_ends(explorer, explorer->owner);
    if (explorer->context.quit) {
        explorer->quit = true;
    }
    if (explorer->context.theme != NULL) {
        apply_theme(explorer, explorer->context.theme);
    }
    if (stopped) {
        session_message(explorer->session, false, "stopped");
    } else {
        show_output(explorer, line);
    }
    explorer->changed = true;
}

void explorer_hint_at_filter(struct explorer *explorer)
{
    struct snapshot snapshot;
    session_snapshot(explorer->session, &snapshot);
    if (explorer->mode == MODE_MAIN && !snapshot.message_is_error) {
        session_message(explorer->session, false, "filter: %s_   enter opens   esc clears",
                        snapshot.state.filter);
    }
}

/* Leaves the innermost of what is open. */
static void leave_innermost(struct explorer *explorer)
{
    struct snapshot snapshot;
    session_snapshot(explorer->session, &snapshot);
    const struct state *state = &snapshot.state;
    if (state->catalogue_open && (state->filter[0] != '\0' || explorer->typing_filter)) {
        explorer->typing_filter = false;
        explorer_command(explorer, "filter ''");
    } else if (state->catalogue_open) {
        explorer_command(explorer, "catalogue off");
    } else if (state->zoomed) {
        explorer_command(explorer, "zoom focus");
    } else if (state->focus[0] != '\0') {
        explorer_command(explorer, "view none");
    } else {
        session_message(explorer->session, false, "nothing to leave here; q quits");
    }
}

static void act_on(struct explorer *explorer, const char *act)
{
    if (strcmp(act, "prompt") == 0) {
        explorer_open_prompt(explorer, "");
    } else if (strcmp(act, "help") == 0) {
        explorer_open_help(explorer);
    } else if (strcmp(act, "palette") == 0) {
        explorer_open_palette(explorer);
    } else if (strcmp(act, "mouse") == 0) {
        explorer->toggle_mouse = true;
    } else if (strcmp(act, "pager") == 0) {
        if (explorer->out.length > 0) {
            open_pager(explorer, "What the last command printed", text_get(&explorer->out));
        } else {
            session_message(explorer->session, false, "no command has printed anything yet");
        }
    } else if (strcmp(act, "suspend") == 0) {
        explorer->suspend = true;
    } else if (strcmp(act, "escape") == 0) {
        leave_innermost(explorer);
    } else if (strcmp(act, "filter") == 0) {
        explorer->typing_filter = true;
        explorer_hint_at_filter(explorer);
    } else if (strcmp(act, "redraw") == 0) {
        explorer->redraw_all = true;
    } else if (strcmp(act, "quit") == 0) {
        explorer->quit = true;
    } else {
        session_message(explorer->session, true, "this terminal has no act '@%s'", act);
    }
    explorer->changed = true;
}

void explorer_run(struct explorer *explorer, const char *line)
{
    if (line[0] == '@') {
        /* "@prompt n " opens the prompt with words already there. */
        if (strncmp(line, "@prompt ", 8) == 0) {
            explorer_open_prompt(explorer, line + 8);
            explorer->changed = true;
        } else {
            act_on(explorer, line + 1);
        }
    } else {
        explorer_command(explorer, line);
    }
}
