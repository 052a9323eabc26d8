/* Private to `estimate`: its rows, and how they are written. */
#ifndef CUSP_COMMAND_ESTIMATE_REPORT_H
#define CUSP_COMMAND_ESTIMATE_REPORT_H

#include "cusp/estimator.h"
#include "cusp/rlct.h"
#include "command_private.h"

struct estimate_line {
    const struct estimator *estimator;
    struct estimate estimate;
    enum status status;
    char why[320];
    char label[48]; /* the estimator's name, and " mended" behind it if it is that */
    bool mended;
    struct estimator_setup *setup;
};

struct estimate_report {
    struct command_context *context;
    const struct args *args;
    const struct model *model;
    const struct failure *failure;        /* NULL: none */
    struct estimator_setup setup, mended; /* mended: of a failure */
    struct estimate_line *rows;
    size_t n_rows;
    struct rlct *exact; /* NULL: not known, why */
    char why[320];
};

/* As a table with words below it, or as --json or --csv ask. */
void estimate_report_write(const struct estimate_report *report, struct text *out);

#endif
