/* What keys do, and the hints about them on the last line. */
#include <string.h>

#include "command_private.h"

const struct key_binding key_bindings[] = {
#define KEY(key, command, label, help, where) {key, command, label, help, where},
#include "keys.def"
#undef KEY
    {NULL, NULL, NULL, NULL, NULL},
};

const size_t n_key_bindings = sizeof key_bindings / sizeof *key_bindings - 1;

const struct key_place key_places[] = {
    {"everywhere", "everywhere"},
    {"plane", "with a plane in focus"},
    {"resolution", "with a resolution in focus"},
    {"hand", "while you resolve by hand"},
    {"catalogue", "in the catalogue"},
    {NULL, NULL},
};

static const char *place_of_keys(const struct snapshot *snapshot)
{
    const char *focus = snapshot->state.focus;
    if (snapshot->state.catalogue_open) {
        return "catalogue";
    }
    bool plane = strcmp(focus, "posterior") == 0 || strcmp(focus, "landscape") == 0 ||
                 strncmp(focus, "projection", 10) == 0;
    bool resolution = strcmp(focus, "resolution") == 0 || strcmp(focus, "chart") == 0 ||
                      strcmp(focus, "divisors") == 0;
    if (resolution) {
        return snapshot->state.by_hand ? "hand" : "resolution";
    }
    return plane ? "plane" : "";
}

const struct key_binding *key_find(const struct snapshot *snapshot, const char *key)
{
    const char *place = place_of_keys(snapshot);
    const struct key_binding *general = NULL;
    for (size_t i = 0; i < n_key_bindings; i++) {
        const struct key_binding *binding = &key_bindings[i];
        if (strcmp(binding->key, key) != 0) {
            continue;
        }
        if (strcmp(binding->where, place) == 0) {
            return binding;
        }
        if (strcmp(binding->where, "everywhere") == 0 && !general) {
            general = binding;
        }
    }
    return general;
}

static size_t count_knobs(const struct snapshot *snapshot)
{
    size_t knobs = 0;
    for (size_t i = 0; i < snapshot->n_sides; i++) {
        knobs += snapshot->sides[i].model->n_knobs;
    }
    return knobs;
}

/* Whether there is another data set to be had. */
static bool draws_data(const struct snapshot *snapshot)
{
    bool draws = false;
    for (size_t i = 0; i < snapshot->n_sides; i++) {
        const struct model *model = snapshot->sides[i].model;
        draws = draws || (model->likelihood && !model->file_data);
    }
    return draws && !snapshot->state.catalogue_open;
}

/* Hints for what would do nothing now are left out. */
static bool helps_now(const struct snapshot *snapshot, const struct key_binding *binding)
{
    bool catalogue = snapshot->state.catalogue_open;
    if (binding->label[0] == '\0' || key_find(snapshot, binding->key) != binding) {
        return false;
    }
    if (strncmp(binding->command, "knob", 4) == 0) {
        return count_knobs(snapshot) > 0;
    }
    if (strncmp(binding->command, "data-seed", 9) == 0) {
        return draws_data(snapshot);
    }
    if (catalogue) {
        return strcmp(binding->where, "catalogue") == 0 || binding->command[0] == '@' ||
               strcmp(binding->command, "quit") == 0;
    }
    return true;
}

static const char *label_now(const struct snapshot *snapshot, const struct key_binding *binding)
{
    if (strcmp(binding->command, "play") == 0 && snapshot->state.playing) {
        return "space pause";
    }
    if (strcmp(binding->command, "zoom") == 0 && snapshot->state.zoomed) {
        return "enter back";
    }
    return binding->label;
}

enum { LABELS_MAX = 32, GAP = 2 };

/* Less is shown where there is less room: help and quit stay to the last. */
static bool must_stay(const struct key_binding *binding)
{
    return strcmp(binding->command, "@help") == 0 || strcmp(binding->command, "quit") == 0;
}

void key_footer(const struct snapshot *snapshot, int width, struct text *out)
{
    const struct key_binding *shown[LABELS_MAX];
    size_t count = 0, columns = 0;
    for (size_t i = 0; i < n_key_bindings && count < LABELS_MAX; i++) {
        if (helps_now(snapshot, &key_bindings[i])) {
            shown[count++] = &key_bindings[i];
            columns += utf8_width(label_now(snapshot, &key_bindings[i])) + GAP;
        }
    }
    for (size_t i = count; i-- > 0 && columns > (size_t)(width > 0 ? width : 0) + GAP;) {
        if (!must_stay(shown[i])) {
            columns -= utf8_width(label_now(snapshot, shown[i])) + GAP;
            memmove(shown + i, shown + i + 1, (count - i - 1) * sizeof *shown);
            count--;
        }
    }
    for (size_t i = 0; i < count; i++) {
        text_addf(out, "%s%s", i ? "  " : "", label_now(snapshot, shown[i]));
    }
}
