/* Routes key events to the prompt, the menu, the pager or the key bindings. */
#include "explorer.h"

#include <string.h>

#include "prompt.h"

void explorer_init(struct explorer *explorer, struct session *session, int width, int height)
{
    *explorer = (struct explorer){
        .session = session, .width = width, .height = height, .needs = SESSION_ALL};
    text_init(&explorer->out);
    text_init(&explorer->err);
    arena_init(&explorer->arena);
    keys_init(&explorer->keys);
    explorer->draw.map_override = MAP_COUNT;
    explorer->context = (struct command_context){.session = session,
                                                 .catalogue = session_catalogue(session),
                                                 .out = &explorer->out,
                                                 .err = &explorer->err,
                                                 .where = IN_PROMPT};
}

void explorer_done(struct explorer *explorer)
{
    explorer_close_overlay(explorer);
    text_done(&explorer->out);
    text_done(&explorer->err);
    arena_done(&explorer->arena);
}

void explorer_resize(struct explorer *explorer, int width, int height)
{
    explorer->width = width < 1 ? 1 : width;
    explorer->height = height < 1 ? 1 : height;
    explorer->drag = (struct drag){.kind = DRAG_NOTHING};
    explorer->stale = true;
    if (explorer->mode == MODE_PAGER) {
        pager_fit(&explorer->pager, explorer_page(explorer));
    }
    explorer->changed = true;
}

void explorer_close_overlay(struct explorer *explorer)
{
    switch (explorer->mode) {
    case MODE_MAIN:
        break;
    case MODE_PROMPT:
        prompt_close();
        break;
    case MODE_MENU:
        menu_done(&explorer->menu);
        break;
    case MODE_PAGER:
        pager_done(&explorer->pager);
        break;
    }
    explorer->mode = MODE_MAIN;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* A binding that the key has in another place; NULL if none. */
static const struct key_binding *find_elsewhere(const char *name)
{
    for (size_t i = 0; i < n_key_bindings && key_bindings[i].key != NULL; i++) {
        if (strcmp(key_bindings[i].key, name) == 0) {
            return &key_bindings[i];
        }
    }
    return NULL;
}

static bool is_character(const char *name)
{
    uint32_t rune;
    size_t length = strlen(name);
    return length > 0 && utf8_decode(name, length, &rune) == length && rune != 0xfffd;
}

/* Keys of a catalogue whose filter is being typed; false: the key means what it always does. */
static bool type_into_filter(struct explorer *explorer, const struct state *state, const char *name)
{
    const char *typed = strcmp(name, "space") == 0 ? " " : name;
    size_t length = strlen(state->filter);
    bool erase = strcmp(name, "backspace") == 0;
    /* A quote would end the word on the command line. */
    if (!erase && (!is_character(typed) || typed[0] == '\'')) {
        return false;
    }
    if (erase && length > 0) {
        do {
            length--;
        } while (length > 0 && ((unsigned char)state->filter[length] & 0xc0) == 0x80);
    }
    struct text line;
    text_init(&line);
    text_add(&line, "filter '");
    for (size_t i = 0; i < length; i++) {
        text_add_bytes(&line, &state->filter[i], state->filter[i] != '\'');
    }
    text_addf(&line, "%s'", erase ? "" : typed);
    explorer_command(explorer, text_get(&line));
    text_done(&line);
    return true;
}

/* Typing narrows the catalogue down: after "/" with any character, without it with letters that
   have no meaning of their own in the catalogue. */
static bool may_type(const char *name, const struct key_binding *binding)
{
    bool letter = strlen(name) == 1 && ((name[0] | 0x20) >= 'a' && (name[0] | 0x20) <= 'z');
    return binding == NULL || (letter && strcmp(binding->where, "everywhere") == 0 &&
                               strcmp(binding->command, "quit") != 0);
}

static const char *place_name(const char *where)
{
    for (size_t i = 0; key_places[i].name != NULL; i++) {
        if (strcmp(where, key_places[i].name) == 0) {
            return key_places[i].words;
        }
    }
    return where;
}

static void ask_to_leave(struct explorer *explorer)
{
    if (explorer->asked_to_leave) {
        explorer->quit = true;
    }
    explorer->asked_to_leave = true;
    session_message(explorer->session, false, "q leaves cusp, and so does ctrl-c once more");
}

static void main_key(struct explorer *explorer, const char *name)
{
    struct snapshot snapshot;
    session_snapshot(explorer->session, &snapshot);
    struct state state = snapshot.state;
    const struct key_binding *binding = key_find(&snapshot, name);
    const struct key_binding *elsewhere = binding == NULL ? find_elsewhere(name) : NULL;
    if (!state.catalogue_open || strcmp(name, "enter") == 0) {
        explorer->typing_filter = false;
    }
    bool typing = state.catalogue_open && (explorer->typing_filter || may_type(name, binding)) &&
                  type_into_filter(explorer, &state, name);
    explorer->typing_filter |= typing;
    if (typing) {
        explorer_hint_at_filter(explorer);
    } else if (binding != NULL) {
        explorer_run(explorer, binding->command);
    } else if (strcmp(name, "ctrl-c") == 0) {
        ask_to_leave(explorer);
    } else if (elsewhere != NULL) {
        session_message(explorer->session, false, "%s does nothing here: %s (%s)", name,
                        elsewhere->help, place_name(elsewhere->where));
    } else {
        session_message(explorer->session, false, "%s does nothing here; ? lists the keys", name);
    }
}

static void enter_line(struct explorer *explorer)
{
    struct text line;
    text_init(&line);
    text_add(&line, prompt_line());
    explorer->mode = MODE_MAIN;
    explorer_run(explorer, text_get(&line));
    text_done(&line);
}

static void prompt_event(struct explorer *explorer, const struct key_event *event)
{
    if (strcmp(event->name, "esc") == 0 || strcmp(event->name, "ctrl-c") == 0) {
        explorer_close_overlay(explorer);
        return;
    }
    switch (prompt_key(event->name, event->bytes, event->n_bytes)) {
    case PROMPT_EDITS:
        break;
    case PROMPT_ENTERED:
        enter_line(explorer);
        break;
    case PROMPT_CANCELLED:
        explorer->mode = MODE_MAIN;
        break;
    case PROMPT_SEARCHES:
        explorer_open_history(explorer);
        break;
    }
}

static void run_row(struct explorer *explorer)
{
    const struct menu_row *row = menu_selected(&explorer->menu);
    struct text action;
    text_init(&action);
    text_add(&action, row->action);
    bool unfinished = row->unfinished;
    explorer_close_overlay(explorer);
    if (unfinished) {
        text_add(&action, " ");
        explorer_open_prompt(explorer, text_get(&action));
    } else {
        explorer_run(explorer, text_get(&action));
    }
    text_done(&action);
}

static void menu_event(struct explorer *explorer, const char *name)
{
    switch (menu_key(&explorer->menu, name, explorer_page(explorer))) {
    case MENU_STAYS:
    case MENU_IGNORES:
        break;
    case MENU_LEAVES:
        explorer_close_overlay(explorer);
        break;
    case MENU_RUNS:
        run_row(explorer);
        break;
    }
}

static void pager_event(struct explorer *explorer, const char *name)
{
    switch (pager_key(&explorer->pager, name, explorer_page(explorer))) {
    case PAGER_STAYS:
        break;
    case PAGER_LEAVES:
        explorer_close_overlay(explorer);
        break;
    case PAGER_IGNORES:
        /* A colon goes on to the next command without leaving first. */
        if (strcmp(name, ":") == 0) {
            explorer_open_prompt(explorer, "");
        }
        break;
    }
}

static void key_pressed(struct explorer *explorer, const struct key_event *event)
{
    bool asked = explorer->asked_to_leave;
    session_message(explorer->session, false, "%s", "");
    switch (explorer->mode) {
    case MODE_MAIN:
        main_key(explorer, event->name);
        break;
    case MODE_PROMPT:
        prompt_event(explorer, event);
        break;
    case MODE_MENU:
        menu_event(explorer, event->name);
        break;
    case MODE_PAGER:
        pager_event(explorer, event->name);
        break;
    }
    if (asked) {
        explorer->asked_to_leave = false;
    }
}

static void take_event(const struct key_event *event, void *context)
{
    struct explorer *explorer = context;
    if (explorer->quit) {
        return;
    }
    explorer->changed |= event->kind != KEY_READY;
    switch (event->kind) {
    case KEY_PRESS:
        key_pressed(explorer, event);
        break;
    case KEY_UNKNOWN:
        if (explorer->mode == MODE_MAIN) {
            session_message(explorer->session, false, "that key is not known; ? lists the keys");
        }
        break;
    case KEY_PASTE:
        if (explorer->mode == MODE_MAIN && event->length > 0) {
            explorer_open_prompt(explorer, "");
        }
        if (explorer->mode == MODE_PROMPT) {
            prompt_paste(event->text, event->length);
        }
        break;
    case KEY_MOUSE:
        explorer_mouse(explorer, &event->mouse);
        break;
    case KEY_READY:
        explorer->ready = true;
        break;
    case KEY_BACKGROUND:
        explorer->has_background = true;
        explorer->background = event->rgb;
        explorer_follow_background(explorer);
        break;
    case KEY_CELL_SIZE:
        if (event->cell_width > 0 && event->cell_height > 0) {
            explorer->cell_aspect = (double)event->cell_height / event->cell_width;
        }
        break;
    }
}

void explorer_bytes(struct explorer *explorer, const char *bytes, size_t n_bytes)
{
    keys_feed(&explorer->keys, bytes, n_bytes, take_event, explorer);
}

void explorer_idle(struct explorer *explorer)
{
    keys_idle(&explorer->keys, take_event, explorer);
}
