/* Fields of comma-separated text (RFC 4180, and what spreadsheets make of it), one after another.
 */
#ifndef CUSP_MODEL_CSV_H
#define CUSP_MODEL_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum csv_fault { CSV_FINE, CSV_OPEN_QUOTE, CSV_AFTER_QUOTE };

/* Where reading is; set bytes and length, all else 0. Lines end with LF, CR LF or CR. */
struct csv {
    const char *bytes;
    size_t length, at;
    size_t line;       /* of `at`, from 0 */
    size_t line_start; /* its offset */
};

/* Without surrounding blanks and quotes; a doubled quote inside still stands twice. */
struct csv_field {
    size_t offset, length;
    size_t line, line_start; /* where it begins */
    bool has_doubled;        /* a doubled quote stands in it */
    bool ends_row;           /* nothing follows on its line */
    enum csv_fault fault;
};

/* Reads one field; at the end of the text an empty one that ends its row. */
void csv_next(struct csv *csv, struct csv_field *field);

/* The decimal number that fills text[length], rounded rightly. *fault: NULL, or what is wrong with
   it, to follow "'…' in column 'x' ". */
double csv_number(const char *text, size_t length, const char **fault);

#endif
