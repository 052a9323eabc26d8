/* The catalogue: model files under the models directory, found beside the binary or under the
 * prefix. */
#ifndef CUSP_CATALOGUE_H
#define CUSP_CATALOGUE_H

#include "cusp/model.h"

struct catalogue_entry {
    char *name; /* file name without .model */
    char *path;
    char *title, *about; /* from a light parse; "" if the file is faulty */
    char *error;         /* first diagnostic if the file is faulty, else NULL */
    char *formula;       /* UTF-8, "" if faulty */
    enum model_kind kind;
    size_t dim;
    struct rat rlct;   /* from `expect`, den 0 if none */
    long multiplicity; /* 0 if none */
};

struct catalogue {
    char *directory;
    struct catalogue_entry
        *entries; /* in menu order: by the number in `# order:` of the file, then by name */
    size_t n_entries;
};

/* directory: NULL to look for it: $CUSP_MODELS; else <dir of the binary>/../share/cusp/models
   (installed), <dir of the binary>/../models (built) or <prefix>/share/cusp/models. ST_IO if there
   is none; diags says where it looked. */
CUSP_MUST_USE enum status catalogue_open(const char *directory, struct diags *diags,
                                         struct catalogue *out);
void catalogue_done(struct catalogue *catalogue);

/* Entry by name; NULL if none, and *near (may be NULL) is then a similar name or NULL. */
const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *name,
                                             const char **near);

/* MODEL as on the command line: a catalogue name, or a path (contains '/' or ends in .model). */
CUSP_MUST_USE enum status catalogue_load(const struct catalogue *catalogue,
                                         const char *name_or_path, const struct setting *settings,
                                         size_t n_settings, struct diags *diags,
                                         struct model **out);

#endif
