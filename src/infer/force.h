/* Private to infer: a few rows that pull a trajectory about as all the data do. */
#ifndef CUSP_INFER_FORCE_H
#define CUSP_INFER_FORCE_H

#include "cusp/data.h"
#include "cusp/model.h"

struct force {
    struct data_rows rows;
    bool averages_y; /* ℓ is quadratic in y with a fixed weight: observations near in x can share
                        their mean y */
    size_t *order;   /* [capacity] */
    size_t capacity, n_rows;
    double *numbers;
    const double **columns;
};

/* Finds out what the likelihood allows. */
void force_init(struct force *force, const struct model *model, struct program_space *space);
void force_done(struct force *force);

/* Cuts rows into about n_cells cells and puts a few rows for each in force->rows; false if the
   likelihood does not allow it. Rows must be plain ones of data. */
bool force_fill(struct force *force, const struct model *model, const struct data_rows *rows,
                size_t n_cells);

#endif
