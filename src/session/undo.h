/* Undo and redo: a line of whole states with references to their models. */
#ifndef CUSP_UNDO_H
#define CUSP_UNDO_H

#include "cusp/snapshot.h"

enum { UNDO_MAX = 256, UNDO_KIND_MAX = 48 };

struct undo_entry {
    struct state state;
    struct model *models[SIDES_MAX]; /* references; NULL for none */
    char kind[UNDO_KIND_MAX];        /* of the change that led here */
};

struct undo {
    struct undo_entry *entries; /* [UNDO_MAX] */
    size_t count, at;           /* entries[at] is the present */
    bool sealed;                /* the next change starts a step of its own, whatever its kind */
};

void undo_init(struct undo *undo, const struct state *state, struct model *const *models);
void undo_done(struct undo *undo);
/* The present is now this. continues: one step with the last change if that was of the same kind.
   What could be redone is forgotten; the oldest step goes when there are more than UNDO_MAX. */
void undo_commit(struct undo *undo, const struct state *state, struct model *const *models,
                 const char *kind, bool continues);
/* The present changed by itself (time passed): no step. */
void undo_amend(struct undo *undo, const struct state *state);
/* The last change turned out not to be possible: it never was. Only right after it. */
void undo_drop(struct undo *undo);
/* Steps; NULL if there is none that way. */
const struct undo_entry *undo_back(struct undo *undo);
const struct undo_entry *undo_forward(struct undo *undo);

#endif
