/* The path of targets from one number of observations to another: knots between which the data
   come in at once, or by tempering where that is too much. */
#include "island.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { LEAST_SAVING = 4 }; /* rows are reduced where that leaves so many times fewer */

/* Neighbouring knots differ by so much. */
#define KNOT_RATIO 1.15

static size_t next_knot(size_t n, size_t to)
{
    size_t next = (size_t)ceil((double)n * KNOT_RATIO);
    next = next > n ? next : n + 1;
    return next < to ? next : to;
}

static enum status reduce_knots(struct path *path)
{
    struct data_rows last;
    size_t end = path->n_knots - 1;
    enum status status = data_reduce(path->model, path->data, path->knots[end], &last);
    if (status != ST_OK)
        return status;
    if (LEAST_SAVING * last.rows.n > path->knots[end]) {
        data_rows_done(&last);
        return ST_OK;
    }
    path->reduced = mem_new(path->n_knots, sizeof *path->reduced);
    path->reduced[end] = last;
    path->first_reduced = end;
    /* Downwards while rows are of the same kind, so that two knots can be mixed. */
    for (size_t k = end; k-- > 0 && path->knots[k] > 0;) {
        struct data_rows *rows = &path->reduced[k];
        status = data_reduce(path->model, path->data, path->knots[k], rows);
        if (status != ST_OK)
            break;
        bool alike = rows->is_reduced == last.is_reduced &&
                     rows->rows.n_columns == last.rows.n_columns &&
                     LEAST_SAVING * rows->rows.n <= path->knots[k];
        if (!alike) {
            data_rows_done(rows);
            break;
        }
        path->first_reduced = k;
    }
    return status;
}

enum status path_new(const struct model *model, const struct data *data, size_t from, size_t to,
                     struct path *path)
{
    size_t capacity = 0;
    *path = (struct path){.model = model, .data = data};
    symmetry_init(&path->symmetry, model);
    if (data == NULL)
        return ST_OK;
    for (size_t n = from;; n = next_knot(n, to)) {
        MEM_GROW(path->knots, path->n_knots, capacity);
        path->knots[path->n_knots++] = n;
        if (n >= to)
            break;
    }
    return to > 0 ? reduce_knots(path) : ST_OK;
}

void path_done(struct path *path)
{
    for (size_t k = path->first_reduced; path->reduced != NULL && k < path->n_knots; k++)
        data_rows_done(&path->reduced[k]);
    symmetry_done(&path->symmetry);
    mem_free(path->reduced);
    mem_free(path->knots);
    mem_free(path->plan);
}

bool path_is_reduced(const struct path *path, size_t knot)
{
    return path->reduced != NULL && knot >= path->first_reduced;
}

static void reserve(struct own_rows *own, size_t n, size_t n_columns)
{
    if (own->n_columns < n_columns) { /* reduced rows have more of them than data */
        mem_free(own->columns);
        own->columns = mem_new(n_columns, sizeof *own->columns);
        own->n_columns = n_columns;
    }
    if (own->n_numbers < n) {
        mem_free(own->numbers);
        own->numbers = mem_new(n, sizeof *own->numbers);
        own->n_numbers = n;
    }
}

void own_rows_done(struct own_rows *own)
{
    mem_free(own->numbers);
    mem_free(own->columns);
}

/* Observations from..to of the data as they are; the last `to − full` of them weigh `part`. */
static void plain_rows(const struct path *path, size_t from, size_t full, size_t to, double part,
                       struct own_rows *own)
{
    const struct data *data = path->data;
    bool weighted = to > full;
    reserve(own, weighted ? to - from : 0, data->n_columns);
    for (size_t c = 0; c < data->n_columns; c++)
        own->columns[c] = data->column[c] + from;
    for (size_t i = from; weighted && i < to; i++)
        own->numbers[i - from] = i < full ? 1 : part;
    own->rows = (struct data_rows){.log_lik = path->model->likelihood->log_lik,
                                   .log_lik_grad = path->model->likelihood->log_lik_grad,
                                   .n_obs = (double)(to - from)};
    own->rows.rows = (struct rows){.n = to - from,
                                   .n_columns = data->n_columns,
                                   .column = own->columns,
                                   .weight = weighted ? own->numbers : NULL};
}

void path_slice(const struct path *path, size_t from, size_t to, struct own_rows *own)
{
    plain_rows(path, from, to, to, 1, own);
}

static void append(struct own_rows *own, size_t *at, size_t total, const struct data_rows *from,
                   double factor)
{
    size_t n = from->rows.n;
    for (size_t c = 0; c < from->rows.n_columns; c++)
        memcpy(own->numbers + (c + 1) * total + *at, from->rows.column[c], n * sizeof(double));
    for (size_t r = 0; r < n; r++)
        own->numbers[*at + r] = factor * (from->rows.weight ? from->rows.weight[r] : 1);
    own->rows.constant += factor * from->constant;
    *at += n;
}

/* (1 − part) of the rows of a knot and part of those of the next. */
static void mixed_rows(const struct path *path, const struct spot *spot, struct own_rows *own)
{
    const struct data_rows *high = &path->reduced[spot->knot + 1];
    const struct data_rows *low = &path->reduced[spot->knot];
    size_t total = high->rows.n + low->rows.n, at = 0;
    size_t n_columns = high->rows.n_columns;
    reserve(own, total * (n_columns + 1), n_columns);
    own->rows = (struct data_rows){.log_lik = high->log_lik,
                                   .log_lik_grad = high->log_lik_grad,
                                   .n_obs = (double)path->knots[spot->knot + 1]};
    append(own, &at, total, low, 1 - spot->part);
    append(own, &at, total, high, spot->part);
    for (size_t c = 0; c < n_columns; c++)
        own->columns[c] = own->numbers + (c + 1) * total;
    own->rows.rows = (struct rows){
        .n = total, .n_columns = n_columns, .column = own->columns, .weight = own->numbers};
}

void path_target(const struct path *path, const struct spot *spot, struct own_rows *own,
                 struct target *target)
{
    *target = (struct target){
        .model = path->model, .n = spot->n, .beta = spot->beta, .prior_off = spot->prior_off};
    if (path->data == NULL) {
        target->beta = spot->n > 0 ? spot->beta : 0;
        return;
    }
    size_t full = path->knots[spot->knot];
    target->n = (double)full;
    target->rows = &own->rows;
    if (full == 0 && spot->part == 0) {
        target->rows = NULL;
        target->beta = 0;
    } else if (!path_is_reduced(path, spot->knot)) {
        size_t to = spot->part > 0 ? path->knots[spot->knot + 1] : full;
        plain_rows(path, 0, full, to, spot->part, own);
    } else if (spot->part > 0) {
        mixed_rows(path, spot, own);
    } else {
        target->rows = &path->reduced[spot->knot];
    }
}
