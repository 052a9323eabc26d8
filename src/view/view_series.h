/* The free energy of a side against n: by integration of K, or on data with its mean over data
   sets. */
#ifndef CUSP_VIEW_SERIES_H
#define CUSP_VIEW_SERIES_H

#include "cusp/arena.h"
#include "cusp/snapshot.h"

struct series {
    size_t n_rows;                   /* 0: nothing known yet */
    const double *n, *value, *error; /* [n_rows]; without n min K */
    const double *mean, *mean_error; /* [n_rows]: over data sets; NULL: none */
    size_t sets_least, sets_most;    /* data sets in the mean, of the rows that have one */
    bool of_data;                    /* F_n − n S_n on observations; false: of K itself */
    bool coarse;
};

struct series series_of(const struct side *side, struct arena *arena);

/* Between rows in log n, of the mean if there is one (`mean`), else of this data set; NaN
   outside. */
double series_at(const struct series *series, double n, bool mean);

/* Rise per unit of log n over the last decade before n, with its standard error: of the mean over
   data sets if there is one. False if the rows do not reach. */
bool series_slope(const struct series *series, double n, double *slope, double *error);

#endif
