/* The searchable help and the palette: lists made from the registries. */
#include "explorer.h"

#include <string.h>

#include "prompt.h"

#include "cusp/view.h"

static void add_bindings(struct menu *menu)
{
    for (size_t i = 0; i < n_key_bindings && key_bindings[i].key != NULL; i++) {
        const struct key_binding *binding = &key_bindings[i];
        struct text help;
        text_init(&help);
        text_add(&help, binding->help);
        if (strcmp(binding->where, "everywhere") != 0) {
            text_addf(&help, " (%s)", binding->where);
        }
        menu_add(menu, &(struct menu_row){.key = binding->key,
                                          .name = binding->command,
                                          .help = text_get(&help),
                                          .action = binding->command});
        text_done(&help);
    }
}

static void add_commands(struct menu *menu)
{
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if (((*command)->where & IN_PROMPT) == 0) {
            continue;
        }
        struct text name;
        text_init(&name);
        text_addf(&name, ":%s", (*command)->name);
        if ((*command)->usage != NULL && (*command)->usage[0] != '\0') {
            text_addf(&name, " %s", (*command)->usage);
        }
        bool unfinished = (*command)->min_words > 0;
        menu_add(menu, &(struct menu_row){.key = "",
                                          .name = text_get(&name),
                                          .help = (*command)->summary,
                                          .action = (*command)->name,
                                          .unfinished = unfinished});
        text_done(&name);
    }
}

static void add_action(struct menu *menu, const char *verb, const char *word, const char *help)
{
    struct text action;
    text_init(&action);
    text_addf(&action, "%s %s", verb, word);
    menu_add(menu,
             &(struct menu_row){
                 .key = "", .name = text_get(&action), .help = help, .action = text_get(&action)});
    text_done(&action);
}

/* What each panel shows. */
static void add_views(struct menu *menu)
{
    for (size_t i = 0; views[i] != NULL; i++) {
        struct text action, help;
        text_init(&action);
        text_init(&help);
        text_addf(&action, "view %s", views[i]->name);
        text_addf(&help, "%s: %s", views[i]->title, views[i]->help);
        menu_add(menu, &(struct menu_row){.key = "",
                                          .name = text_get(&action),
                                          .help = text_get(&help),
                                          .action = text_get(&action)});
        text_done(&action);
        text_done(&help);
    }
}

static void open_menu(struct explorer *explorer, const char *title)
{
    explorer_close_overlay(explorer);
    menu_init(&explorer->menu, title);
    explorer->mode = MODE_MENU;
}

void explorer_open_help(struct explorer *explorer)
{
    open_menu(explorer, "Help: keys, commands and views");
    add_bindings(&explorer->menu);
    add_commands(&explorer->menu);
    add_views(&explorer->menu);
    menu_refresh(&explorer->menu);
}

static void add_line(const char *line, void *context)
{
    struct text action;
    text_init(&action);
    text_addf(&action, "@prompt %s", line);
    menu_add(context,
             &(struct menu_row){.key = "", .name = "", .help = line, .action = text_get(&action)});
    text_done(&action);
}

void explorer_open_history(struct explorer *explorer)
{
    open_menu(explorer, "Earlier lines; enter takes one to the prompt");
    prompt_history(add_line, &explorer->menu);
    menu_refresh(&explorer->menu);
}

void explorer_open_palette(struct explorer *explorer)
{
    open_menu(explorer, "Go to: models, views, commands");
    const struct catalogue *catalogue = session_catalogue(explorer->session);
    for (size_t i = 0; catalogue != NULL && i < catalogue->n_entries; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        add_action(&explorer->menu, "model", entry->name, entry->title);
    }
    for (const struct view *const *view = views; *view != NULL; view++) {
        add_action(&explorer->menu, "view", (*view)->name, (*view)->help);
    }
    add_commands(&explorer->menu);
    add_bindings(&explorer->menu);
    menu_refresh(&explorer->menu);
}
