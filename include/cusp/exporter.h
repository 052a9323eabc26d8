/* Ways to write a sheet to a file: one row each in exporters.def. */
#ifndef CUSP_EXPORTER_H
#define CUSP_EXPORTER_H

#include "cusp/cells.h"
#include "cusp/figure.h"
#include "cusp/status.h"
#include "cusp/text.h"

struct exporter {
    const char *name; /* "svg" */
    const char *summary;
    bool binary;    /* not to be written to a terminal */
    bool available; /* false when built without Cairo */
    /* Appends the whole file to out. ST_UNABLE with a reason in why (static text) if it cannot be
     * had. */
    enum status (*write)(const struct sheet *sheet, const struct draw_options *options,
                         struct text *out, const char **why);
};

/* The rows of exporters.def, in menu order; NULL-terminated. */
extern const struct exporter *const exporters[];
const struct exporter *exporter_find(const char *name);

#endif
