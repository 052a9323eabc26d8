/* What a view may look at: the state, and the results that belong to it. Never changes while a view
 * reads it. */
#ifndef CUSP_SNAPSHOT_H
#define CUSP_SNAPSHOT_H

#include "cusp/catalogue.h"
#include "cusp/fisher.h"
#include "cusp/integral.h"
#include "cusp/model.h"
#include "cusp/zeros.h"

#include <stdbool.h>
#include <stddef.h>

enum { SIDES_MAX = 2, VIEW_NAME_MAX = 24 };

/* What the commands made: plain data, copied whole for undo. */
struct state {
    bool catalogue_open;  /* the catalogue screen is shown */
    size_t catalogue_row; /* selected row among those the filter lets through */
    char filter[64];
    double n; /* 1..1e12 */
    bool playing;
    double play_speed;                           /* decades of n a second, > 0 */
    bool compare;                                /* two sides */
    double cursor[SIDES_MAX][SYNTAX_MAX_PARAMS]; /* w at the cursor, per side */
    double low[SIDES_MAX][2],
        high[SIDES_MAX][2];    /* the window of the plane shown, per side and axis */
    size_t axes[SIDES_MAX][2]; /* parameters on the plane's axes; equal in one dimension */
    char focus[VIEW_NAME_MAX]; /* view with the focus; "" none */
    size_t focus_side;
    bool zoomed;       /* the focused view fills the screen */
    bool rank_overlay; /* a rank map laid over the landscape */
    size_t page;       /* which views a small screen shows; modulo sheet_pages() */
};

struct landscape {
    size_t axes[2];
    double low[2], high[2];
    size_t nx, ny;          /* ny == 1 in one dimension */
    double *kl;             /* [ny][nx] at cell centres; NaN undefined */
    signed char *rank;      /* [ny][nx] rank of the Hessian; NULL unless asked for */
    double kl_low, kl_high; /* least positive and greatest finite */
    bool coarse;
};

struct posterior {
    double n;
    size_t axes[2];
    double low[2], high[2];
    size_t nx, ny;      /* ny == 1 in one dimension */
    double *mass;       /* [ny][nx]: posterior mass of each cell; sums to mass_inside */
    double mass_inside; /* share of the posterior within the window */
    double *marginal_x; /* [nx] mass per column, and [ny] per row, of the window */
    double *marginal_y;
    double level_50, level_95; /* cell masses whose superlevel sets hold 50 % and 95 % of the mass
                                  in the window */
    double share_95;           /* share of the box (prior volume) that the densest 95 % takes */
    struct evidence evidence;
    double *mean, *sd;                                       /* [dim] */
    double *region_mass, *region_free_energy, *region_error; /* [n_regions] */
    bool coarse;
};

struct curves {
    size_t n_rows;
    struct evidence *rows; /* ascending n, log spaced 1..1e12 */
    size_t n_eps;
    double *eps, *volume, *volume_error; /* ascending ε */
    double *region_mass;                 /* [n_rows][n_regions] */
    double *region_free_energy;
    bool coarse;
};

/* One model on the screen. A result pointer is NULL until it is known; `why` then says why not, if
 * it never will be. */
struct side {
    const struct model *model;    /* never NULL */
    const struct zero_set *zeros; /* of the whole box; three dimensions: a cloud */
    const struct zero_set *slice; /* three dimensions: W0 within the plane shown */
    const struct fisher *fisher;  /* at the cursor */
    bool on_zero_set;             /* the cursor is within half a cell of W0 */
    const struct landscape *landscape;
    const struct posterior *posterior; /* may belong to another n while busy: see posterior->n */
    const struct posterior *projections[3]; /* three dimensions: planes (0,1), (0,2), (1,2) */
    const struct curves *curves;
    const char *why; /* e.g. "cannot integrate over 4 parameters" */
    bool busy;
};

struct snapshot {
    struct state state;
    size_t n_sides;
    struct side sides[SIDES_MAX];
    const struct catalogue *catalogue;
    const size_t *catalogue_rows; /* entries that the filter lets through */
    size_t n_catalogue_rows;
    const char *message; /* last message to show, "" if none */
    bool message_is_error;
    const char *diagnostics; /* errors of a model file being edited, with carets; "" if none */
    bool busy;
    bool screen_reader; /* without frames and spinners */
};

#endif
