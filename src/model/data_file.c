/* Reads the rows of `truth data` from a CSV file, with a diagnostic at the file's own line for each
   thing that is wrong with it. */
#include "data_file.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "cusp/mem.h"
#include "file_bytes.h"

enum {
    NAME_SHOWN = 60,     /* characters of a field that a message repeats */
    SOURCE_SHOWN = 4000, /* bytes of a line that go with a diagnostic */
    NEAR_MAX = 3,        /* edits from a name given to one that is suggested */
};

#define NONE UINT32_MAX

struct reader {
    const struct syntax *syntax;
    struct diags *diags;
    const char *path;
    char *bytes;
    size_t length;
    struct csv csv;
    size_t n_faults; /* of what stands in the file */
    bool stopped;    /* enough was said */

    struct csv_field header[DATA_FILE_MAX_COLUMNS];
    size_t n_header;

    /* Column c of the data is field field_of[c] of a row; those of one field are a list. */
    size_t n_columns;
    const struct data_column **wanted; /* [n_columns] */
    uint32_t *next;                    /* [n_columns]: the next column of the same field, or NONE */
    uint32_t first[DATA_FILE_MAX_COLUMNS]; /* of each field */

    double **column;
    size_t *line;
    size_t n, capacity;
};

/* --- saying what is wrong --------------------------------------------------------------------- */

/* An error about a stretch of one line of the file. */
static void fault_at(struct reader *r, size_t line, size_t line_start, size_t offset, size_t length,
                     const char *message)
{
    if (r->stopped)
        return;
    size_t end = line_start;
    while (end < r->length && end - line_start < SOURCE_SHOWN && r->bytes[end] != '\n' &&
           r->bytes[end] != '\r')
        end++;
    char *source = mem_copy_text(r->bytes + line_start, end - line_start);
    struct span at = {.offset = offset - line_start, .length = length};
    size_t before = r->diags->count;
    diags_add(r->diags, SEV_ERROR, r->path, source, at, "%s", message);
    if (r->diags->count > before)
        r->diags->items[before].line = line + 1;
    mem_free(source);
    if (++r->n_faults >= DATA_FILE_MAX_FAULTS) {
        r->stopped = true;
        diags_add_file(r->diags, SEV_ERROR, r->path,
                       "too much is wrong with this file; the rest of it was not looked at");
    }
}

static void fault_in(struct reader *r, const struct csv_field *field, const char *message)
{
    fault_at(r, field->line, field->line_start, field->offset, field->length, message);
}

/* The field's text as a person would quote it, short, doubled quotes made single. */
static char *field_text(const struct reader *r, const struct csv_field *field, size_t max)
{
    char *text = mem_copy_text(r->bytes + field->offset, field->length);
    size_t n = 0;
    for (size_t i = 0; i < field->length; i++) {
        text[n++] = text[i];
        if (field->has_doubled && text[i] == '"')
            i++;
    }
    text[n] = '\0';
    if (n > max) {
        n = max;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--; /* not inside a character */
        text[n] = '\0';
    }
    return text;
}

/* --- the file as bytes ------------------------------------------------------------------------ */

static enum status refuse(struct reader *r, enum status status, const char *why)
{
    diags_add(r->diags, SEV_ERROR, r->syntax->file, r->syntax->source, r->syntax->data_at,
              "cannot read '%s': %s", r->path, why);
    return status;
}

static enum status read_file(struct reader *r)
{
    const char *why = "";
    enum status status = file_bytes_read(r->path, DATA_FILE_MAX_BYTES, &r->bytes, &r->length, &why);
    if (status == ST_INPUT)
        why = "it is larger than 256 MiB";
    return status == ST_OK ? ST_OK : refuse(r, status, why);
}

static bool has_high_bytes(const char *bytes, size_t length)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < length; i++)
        seen |= (unsigned char)bytes[i];
    return (seen & 0x80) != 0;
}

/* An error at a byte, whose line is yet to be found. */
static void fault_at_byte(struct reader *r, size_t offset, const char *message)
{
    size_t line = 0, start = 0;
    for (size_t i = 0; i < offset; i++) {
        bool pair = r->bytes[i] == '\r' && i + 1 < r->length && r->bytes[i + 1] == '\n';
        if (r->bytes[i] == '\n' || (r->bytes[i] == '\r' && !pair)) {
            line++;
            start = i + 1;
        }
    }
    fault_at(r, line, start, offset, 1, message);
}

static enum status check_bytes(struct reader *r)
{
    static const char utf8_mark[] = "\xef\xbb\xbf";
    size_t bad;
    const char *nul;
    if (r->length >= 2 &&
        (memcmp(r->bytes, "\xff\xfe", 2) == 0 || memcmp(r->bytes, "\xfe\xff", 2) == 0)) {
        return refuse(r, ST_INPUT, "it is UTF-16; save it as UTF-8");
    }
    if (has_high_bytes(r->bytes, r->length) && !utf8_valid(r->bytes, r->length, &bad)) {
        struct text message;
        text_init(&message);
        text_addf(&message, "not UTF-8: the byte 0x%02x; save the file as UTF-8",
                  (unsigned char)r->bytes[bad]);
        fault_at_byte(r, bad, text_get(&message));
        text_done(&message);
        return ST_INPUT;
    }
    nul = memchr(r->bytes, '\0', r->length);
    if (nul != NULL) {
        fault_at_byte(r, (size_t)(nul - r->bytes), "control character U+0000 in the table");
        return ST_INPUT;
    }
    r->csv = (struct csv){.bytes = r->bytes, .length = r->length};
    if (r->length >= 3 && memcmp(r->bytes, utf8_mark, 3) == 0)
        r->csv.at = r->csv.line_start = 3;
    return ST_OK;
}

/* --- the header ------------------------------------------------------------------------------- */

static bool fault_of_quotes(struct reader *r, const struct csv_field *field)
{
    struct csv_field mark = *field;
    mark.length = 1;
    switch (field->fault) {
    case CSV_FINE:
        return false;
    case CSV_OPEN_QUOTE:
        mark.offset--;
        fault_in(r, &mark, "this quote is never closed");
        r->stopped = true; /* all that follows was swallowed by it */
        return true;
    case CSV_AFTER_QUOTE:
        fault_in(r, field, "text after the closing quote; a quote inside a field is doubled");
        return true;
    }
    return true;
}

/* Lines before the header that are empty or begin with "#". */
static void skip_to_header(struct csv *csv)
{
    for (;;) {
        struct csv before = *csv;
        struct csv_field field;
        csv_next(csv, &field);
        bool comment =
            field.length > 0 && csv->bytes[field.offset] == '#' && field.offset == field.line_start;
        bool blank = field.length == 0 && field.ends_row;
        if (!comment && !blank) {
            *csv = before;
            return;
        }
        if (comment && !field.ends_row) { /* a comment is no table: on to its line end */
            csv->at = before.at;
            while (csv->at < csv->length && csv->bytes[csv->at] != '\n' &&
                   csv->bytes[csv->at] != '\r')
                csv->at++;
            csv->line = before.line;
            csv->line_start = before.line_start;
            csv_next(csv, &field); /* the empty rest, and the line end */
        }
        if (csv->at >= csv->length)
            return;
    }
}

/* Names at the top are no numbers, and more than one where another mark than "," parts them. */
static bool header_is_plain(struct reader *r)
{
    const char *why;
    bool numbers = true;
    for (size_t i = 0; i < r->n_header && numbers; i++) {
        (void)csv_number(r->bytes + r->header[i].offset, r->header[i].length, &why);
        numbers = why == NULL;
    }
    if (numbers) {
        fault_in(r, &r->header[0], "the first line names the columns, but here stand numbers");
        return false;
    }
    const struct csv_field *only = &r->header[0];
    const char *text = r->bytes + only->offset;
    if (r->n_header == 1 && (memchr(text, ';', only->length) || memchr(text, '\t', only->length))) {
        fault_in(r, only, "the columns of this table are not parted by commas");
        return false;
    }
    return true;
}

static enum status read_header(struct reader *r)
{
    skip_to_header(&r->csv);
    if (r->csv.at >= r->csv.length)
        return refuse(r, ST_INPUT, "it is empty");
    struct csv_field field;
    bool fine = true;
    do {
        csv_next(&r->csv, &field);
        fine = !fault_of_quotes(r, &field) && fine;
        if (r->n_header == DATA_FILE_MAX_COLUMNS) {
            fault_in(r, &field, "more than 4096 columns");
            return ST_INPUT;
        }
        r->header[r->n_header++] = field;
    } while (!field.ends_row);
    while (r->n_header > 1 && r->header[r->n_header - 1].length == 0)
        r->n_header--; /* trailing commas */
    return fine && header_is_plain(r) ? ST_OK : ST_INPUT;
}

/* "…; did you mean 'weight'?", or the names there are. */
static void add_hint(const struct reader *r, const char *name, struct text *message)
{
    size_t best = NEAR_MAX + 1;
    char *nearest = NULL;
    for (size_t i = 0; i < r->n_header; i++) {
        char *other = field_text(r, &r->header[i], NAME_SHOWN);
        size_t distance = strcasecmp(name, other) == 0 ? 0 : text_distance(name, other);
        if (distance < best && 2 * distance < strlen(name) + strlen(other) && other[0] != '\0') {
            best = distance;
            mem_free(nearest);
            nearest = other;
        } else {
            mem_free(other);
        }
    }
    if (nearest != NULL) {
        text_addf(message, "; did you mean '%s'?", nearest);
    } else {
        for (size_t i = 0; i < r->n_header && i < 8; i++) {
            char *other = field_text(r, &r->header[i], NAME_SHOWN);
            text_addf(message, "%s'%s'", i == 0 ? "; it has " : ", ", other);
            mem_free(other);
        }
        if (r->n_header > 8)
            text_add(message, " …");
    }
    mem_free(nearest);
}

/* The field with the column's name; NONE with a diagnostic where there is not exactly one. */
static uint32_t find_column(struct reader *r, const struct data_column *column)
{
    uint32_t found = NONE;
    struct text message;
    text_init(&message);
    for (size_t i = 0; i < r->n_header; i++) {
        char *name = field_text(r, &r->header[i], SIZE_MAX);
        bool same = strcmp(name, column->column) == 0;
        mem_free(name);
        if (same && found != NONE) {
            text_addf(&message, "'%s' has two columns named '%s'", r->path, column->column);
            found = NONE;
            break;
        }
        if (same)
            found = (uint32_t)i;
    }
    if (found == NONE && message.length == 0) {
        text_addf(&message, "'%s' has no column '%s'", r->path, column->column);
        add_hint(r, column->column, &message);
    }
    if (found == NONE)
        diags_add(r->diags, SEV_ERROR, r->syntax->file, r->syntax->source, column->at, "%s",
                  text_get(&message));
    text_done(&message);
    return found;
}

/* The statement's entry for one component of an input or output; a checked tree has it. */
static const struct data_column *entry_of(const struct syntax *syntax, const struct symbol *symbol,
                                          size_t component)
{
    for (size_t i = 0; i < syntax->n_columns; i++)
        if (syntax->columns[i].symbol == symbol && syntax->columns[i].component == component)
            return &syntax->columns[i];
    return NULL;
}

static enum status find_columns(struct reader *r)
{
    const struct syntax *syntax = r->syntax;
    enum status status = ST_OK;
    for (size_t i = 0; i < DATA_FILE_MAX_COLUMNS; i++)
        r->first[i] = NONE;
    r->wanted = mem_new(syntax->n_columns + 1, sizeof *r->wanted);
    r->next = mem_new(syntax->n_columns + 1, sizeof *r->next);
    for (size_t i = 0; i < syntax->n_inputs + syntax->n_outputs; i++) {
        const struct symbol *symbol = i < syntax->n_inputs
                                          ? syntax->inputs[i].symbol
                                          : syntax->outputs[i - syntax->n_inputs].symbol;
        for (size_t k = 0; k < symbol->count; k++) {
            const struct data_column *entry = entry_of(syntax, symbol, k);
            uint32_t field = entry != NULL ? find_column(r, entry) : NONE;
            if (field == NONE) {
                status = ST_INPUT;
                continue;
            }
            r->wanted[r->n_columns] = entry;
            r->next[r->n_columns] = r->first[field];
            r->first[field] = (uint32_t)r->n_columns++;
        }
    }
    return status;
}

/* --- the rows --------------------------------------------------------------------------------- */

static void grow(struct reader *r)
{
    r->capacity = r->capacity ? 2 * r->capacity : 64;
    for (size_t c = 0; c < r->n_columns; c++)
        r->column[c] = mem_resize(r->column[c], r->capacity, sizeof *r->column[c]);
    r->line = mem_resize(r->line, r->capacity, sizeof *r->line);
}

static bool take_value(struct reader *r, const struct csv_field *field, uint32_t first)
{
    const char *fault;
    double value = csv_number(r->bytes + field->offset, field->length, &fault);
    for (uint32_t c = first; c != NONE; c = r->next[c])
        r->column[c][r->n] = value;
    if (fault == NULL)
        return true;
    struct text message;
    char *shown = field_text(r, field, NAME_SHOWN);
    text_init(&message);
    if (field->length > 0)
        text_addf(&message, "'%s' in column '%s' %s", shown, r->wanted[first]->column, fault);
    else
        text_addf(&message, "column '%s' %s here", r->wanted[first]->column, fault);
    fault_in(r, field, text_get(&message));
    text_done(&message);
    mem_free(shown);
    return false;
}

static void fault_of_count(struct reader *r, const struct csv_field *last, size_t n_fields)
{
    struct text message;
    text_init(&message);
    text_addf(&message, "%zu field%s, but the table has %zu column%s%s", n_fields,
              n_fields == 1 ? "" : "s", r->n_header, r->n_header == 1 ? "" : "s",
              n_fields > r->n_header ? "; decimals are written with a point" : "");
    fault_in(r, last, text_get(&message));
    text_done(&message);
}

/* One row into place n; false at the end of the file. A row of empty fields is none. */
static bool read_row(struct reader *r)
{
    struct csv_field field, last_full = {0}, wanted_empty = {0};
    size_t n_fields = 0, n_full = 0, line = r->csv.line;
    uint32_t empty_first = NONE;
    bool fine = true;
    if (r->csv.at >= r->csv.length)
        return false;
    do {
        csv_next(&r->csv, &field);
        fine = !fault_of_quotes(r, &field) && fine;
        uint32_t first = n_fields < r->n_header ? r->first[n_fields] : NONE;
        n_fields++;
        if (field.length > 0) {
            last_full = field;
            n_full = n_fields;
            if (first != NONE && field.fault == CSV_FINE)
                fine = take_value(r, &field, first) && fine;
        } else if (first != NONE && empty_first == NONE) {
            wanted_empty = field;
            empty_first = first;
        }
    } while (!field.ends_row);
    if (n_full == 0 || r->stopped)
        return !r->stopped;
    if (n_full > r->n_header || n_fields < r->n_header)
        fault_of_count(r, &last_full, n_full > r->n_header ? n_full : n_fields);
    else if (empty_first != NONE)
        fine = take_value(r, &wanted_empty, empty_first);
    r->line[r->n] = line + 1;
    r->n += fine;
    return !r->stopped;
}

static enum status read_rows(struct reader *r)
{
    r->column = mem_new(r->n_columns + 1, sizeof *r->column);
    do {
        if (r->n == DATA_MAX_N) {
            struct csv rest = r->csv;
            skip_to_header(&rest);
            if (rest.at >= rest.length)
                break;
            return refuse(r, ST_INPUT, "it has more than 1000000 rows");
        }
        if (r->n == r->capacity)
            grow(r);
    } while (read_row(r));
    if (r->n_faults > 0)
        return ST_INPUT;
    return r->n > 0 ? ST_OK : refuse(r, ST_INPUT, "it has no rows");
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Beside the model file, unless the name begins at the root. */
static char *data_path(const char *model_path, const char *file)
{
    const char *slash = model_path != NULL ? strrchr(model_path, '/') : NULL;
    struct text path;
    text_init(&path);
    if (slash != NULL && file[0] != '/')
        text_add_bytes(&path, model_path, (size_t)(slash - model_path) + 1);
    text_add(&path, file);
    char *copy = mem_copy_text(text_get(&path), path.length);
    text_done(&path);
    return copy;
}

static struct data *take_data(struct reader *r, char **path)
{
    struct data *data = mem_new(1, sizeof *data);
    data->n = r->n;
    data->n_columns = r->n_columns;
    for (size_t c = 0; c < r->n_columns; c++)
        r->column[c] = mem_resize(r->column[c], r->n, sizeof *r->column[c]);
    data->column = r->column;
    data->line = mem_resize(r->line, r->n, sizeof *r->line);
    data->file = *path;
    atomic_init(&data->references, 1);
    r->column = NULL;
    r->line = NULL;
    *path = NULL;
    return data;
}

enum status data_read_file(const struct syntax *syntax, const char *model_path, struct diags *diags,
                           struct data **out)
{
    char *path = data_path(model_path, syntax->data_file);
    struct reader *r = mem_new(1, sizeof *r);
    r->syntax = syntax;
    r->diags = diags;
    r->path = path;
    *out = NULL;
    enum status status = read_file(r);
    if (status == ST_OK)
        status = check_bytes(r);
    if (status == ST_OK)
        status = read_header(r);
    if (status == ST_OK)
        status = find_columns(r);
    if (status == ST_OK)
        status = read_rows(r);
    if (status == ST_OK)
        *out = take_data(r, &path);
    for (size_t c = 0; r->column != NULL && c < r->n_columns; c++)
        mem_free(r->column[c]);
    mem_free(r->column);
    mem_free(r->line);
    mem_free(r->wanted);
    mem_free(r->next);
    mem_free(r->bytes);
    mem_free(r);
    mem_free(path);
    return status;
}
