/* Undo and redo: a line of whole states; steps of one kind that follow each other become one. */
#include "undo.h"

#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"

static void entry_set(struct undo_entry *entry, const struct state *state,
                      struct model *const *models, const char *kind)
{
    entry->state = *state;
    for (size_t i = 0; i < SIDES_MAX; i++) {
        entry->models[i] = models[i] ? model_ref(models[i]) : NULL;
    }
    snprintf(entry->kind, sizeof entry->kind, "%s", kind);
}

static void entry_done(struct undo_entry *entry)
{
    for (size_t i = 0; i < SIDES_MAX; i++) {
        model_unref(entry->models[i]);
        entry->models[i] = NULL;
    }
}

void undo_init(struct undo *undo, const struct state *state, struct model *const *models)
{
    memset(undo, 0, sizeof *undo);
    undo->entries = mem_new(UNDO_MAX, sizeof *undo->entries);
    entry_set(&undo->entries[0], state, models, "");
    undo->count = 1;
    undo->sealed = true;
}

void undo_done(struct undo *undo)
{
    for (size_t i = 0; i < undo->count; i++) {
        entry_done(&undo->entries[i]);
    }
    mem_free(undo->entries);
    memset(undo, 0, sizeof *undo);
}

void undo_commit(struct undo *undo, const struct state *state, struct model *const *models,
                 const char *kind, bool continues)
{
    for (size_t i = undo->at + 1; i < undo->count; i++) {
        entry_done(&undo->entries[i]);
    }
    undo->count = undo->at + 1;
    struct undo_entry *present = &undo->entries[undo->at];
    if (continues && !undo->sealed && strcmp(present->kind, kind) == 0) {
        struct undo_entry old = *present;
        entry_set(present, state, models, kind);
        entry_done(&old);
        return;
    }
    undo->sealed = false;
    if (undo->count == UNDO_MAX) {
        entry_done(&undo->entries[0]);
        memmove(undo->entries, undo->entries + 1, (UNDO_MAX - 1) * sizeof *undo->entries);
        undo->count--;
    }
    undo->at = undo->count++;
    entry_set(&undo->entries[undo->at], state, models, kind);
}

void undo_amend(struct undo *undo, const struct state *state)
{
    undo->entries[undo->at].state = *state;
}

void undo_drop(struct undo *undo)
{
    if (undo->at > 0 && undo->at + 1 == undo->count) {
        entry_done(&undo->entries[undo->at--]);
        undo->count--;
        undo->sealed = true;
    }
}

const struct undo_entry *undo_back(struct undo *undo)
{
    if (undo->at == 0) {
        return NULL;
    }
    undo->sealed = true;
    return &undo->entries[--undo->at];
}

const struct undo_entry *undo_forward(struct undo *undo)
{
    if (undo->at + 1 >= undo->count) {
        return NULL;
    }
    undo->sealed = true;
    return &undo->entries[++undo->at];
}
