/* The table of `truth data`: a CSV file read as if it meant harm. */
#ifndef CUSP_DATA_FILE_H
#define CUSP_DATA_FILE_H

#include "cusp/data.h"
#include "cusp/syntax.h"

enum {
    DATA_FILE_MAX_BYTES = 256 << 20,
    DATA_FILE_MAX_COLUMNS = 4096,
    DATA_FILE_MAX_FAULTS = 10, /* shown of one file */
};

/* Reads the columns that the statement `truth data` of a checked tree names from its file, which is
   sought beside the model file (model_path NULL: in the current directory). Columns of *out: the
   inputs in the order of their declaration, components in order, then y; log_truth NULL, seed 0.
   ST_INPUT or ST_IO with a diagnostic each: at the statement for a column that is not there, at the
   file's own line for what stands in it. */
CUSP_MUST_USE enum status data_read_file(const struct syntax *syntax, const char *model_path,
                                         struct diags *diags, struct data **out);

/* The first row of each kind among the first n, told apart by their first n_columns columns, into
   first[n], and how many there are of it into count[n]. Returns how many kinds. */
size_t data_kinds(const struct data *data, size_t n_columns, size_t n, uint32_t *first,
                  double *count);

/* Adds an error with the line of each of the first rows of the model's file that the likelihood
   gives probability 0 at every parameter it is tried at. ST_INPUT if there is one. */
CUSP_MUST_USE enum status data_check_file(const struct model *model, struct diags *diags);

#endif
