/* Sums over rows at many points: lanes run over rows or over points, sums are compensated. */
#include "factored.h"
#include "run.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    MOST_POINTS = 4096, /* of a tile */
    LEAST_POINTS = 64,
    TILE_NUMBERS = 1 << 18,
    MOST_ROWS = 4096,   /* with tables of their own at a time, if lanes run over points */
    ENOUGH_ROWS = 96,   /* for lanes to run over rows whatever the number of points */
    ROWS_TOGETHER = 32, /* added up without compensation */
};

void rows_reserve_vars(struct program_space *space, size_t n)
{
    if (space->n_row_vars < n) {
        mem_free(space->row_vars);
        mem_free(space->row_steps);
        space->row_vars = mem_new(n, sizeof *space->row_vars);
        space->row_steps = mem_new(n, sizeof *space->row_steps);
        space->n_row_vars = n;
    }
}

double **rows_reserve_outs(struct program_space *space, size_t n)
{
    if (space->n_row_outs < n) {
        mem_free(space->row_outs);
        space->row_outs = mem_new(n, sizeof *space->row_outs);
        space->n_row_outs = n;
    }
    return space->row_outs;
}

double *rows_reserve_sums(struct program_space *space, size_t n)
{
    if (space->n_sums < n) {
        mem_free(space->sums);
        space->sums = mem_new(n, sizeof *space->sums);
        space->n_sums = n;
    }
    return space->sums;
}

static const double **reserve_ys(struct program_space *space, size_t n)
{
    if (space->n_sum_ys < n) {
        mem_free(space->sum_ys);
        space->sum_ys = mem_new(n, sizeof *space->sum_ys);
        space->n_sum_ys = n;
    }
    return space->sum_ys;
}

static const int *reserve_steps(struct program_space *space, size_t n)
{
    if (space->n_sum_steps < n + 1) {
        mem_free(space->sum_steps);
        space->sum_steps = mem_new(n + 1, sizeof *space->sum_steps);
        space->n_sum_steps = n + 1;
        for (size_t v = 0; v <= n; v++) {
            space->sum_steps[v] = 1;
        }
    }
    return space->sum_steps;
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A tile of points under way. */
struct tile {
    const struct factored *factored;
    struct program_space *space;
    const double *const *vars; /* [n_free] */
    const int *step;
    size_t at, n; /* points */
    const struct rows *rows;
    size_t length;        /* of each array below, at least n */
    double *sums, *rests; /* [cores] arrays: the sums and what rounding took from them */
    double *scales;       /* [scales] arrays */
    double *terms;        /* [cores] */
    const double **ys;    /* [variables] */
};

/* The rounding error of sum + x where that is total (Knuth 1969); 0 past the largest number. */
static inline double lost_in(double sum, double x, double total)
{
    double back = total - sum;
    double lost = (sum - (total - back)) + (x - back);
    return fabs(total) <= 1.7976931348623157e308 ? lost : 0;
}

static void add_all(double *sums, double *rests, const double *terms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double total = sums[i] + terms[i];
        rests[i] += lost_in(sums[i], terms[i], total);
        sums[i] = total;
    }
}

static const double *point_of(const struct tile *tile, size_t v)
{
    return tile->vars[v] + (tile->step[v] ? tile->at : 0);
}

static void set_constants(const struct tile *tile, const struct run *run)
{
    for (size_t v = 0; v < tile->factored->n_free; v++) {
        run->values[v] = *point_of(tile, v);
    }
}

/* The rows from `from` to `from + n − 1` as the inputs of x. */
static void set_rows(const struct tile *tile, const struct run *run, size_t from, size_t n)
{
    const struct plan *plan = run->plan;
    for (size_t i = 0; i < plan->n_inputs; i++) {
        bool is_weight = plan->inputs[i] >= tile->factored->n_variables;
        const double *array = is_weight
                                  ? tile->rows->weight
                                  : tile->rows->column[plan->inputs[i] - tile->factored->n_free];
        run_set_input(run, i, array, from, n, tile->n > 4);
    }
}

/* One block of rows at one point. */
static void sum_block(const struct tile *tile, const struct run *run, size_t i, size_t n,
                      bool only_block)
{
    size_t n_cores = run->plan->n_outputs;
    for (size_t o = 0; o < n_cores; o++) {
        run->slots[plan_output_slot(run->plan, o)] =
            only_block ? &tile->sums[o * tile->length + i] : &tile->terms[o];
    }
    run_code(run, plan_final(run->plan), n);
    for (size_t o = 0; !only_block && o < n_cores; o++) {
        size_t to = o * tile->length + i;
        add_all(&tile->sums[to], &tile->rests[to], &tile->terms[o], 1);
    }
}

/* Lanes over rows, one point after another. */
static void sum_along_rows(const struct tile *tile)
{
    const struct factored *factored = tile->factored;
    unsigned char *axes = run_axes(tile->space, factored->cores);
    for (size_t v = 0; v < factored->n_variables; v++) {
        bool varies = v < factored->n_free && tile->step[v] && tile->n > 1;
        axes[v] = v >= factored->n_free ? AXIS_X : varies ? AXIS_Y : AXIS_NONE;
    }
    struct run run = run_new(tile->space, factored->cores, axes,
                             tile->rows->weight ? PLAN_REDUCE_WEIGHTED : PLAN_REDUCE);
    set_constants(tile, &run);
    size_t table_length = run_round_up(tile->n);
    run_lay_out(&run, tile->rows->n, table_length);
    run_once(&run);
    bool same = run.plan->n_ys == 0; /* for all points */
    for (size_t k = 0; k < run.plan->n_ys; k++) {
        tile->ys[k] = point_of(tile, run.plan->ys[k]);
    }
    if (!same) {
        run_along_y(&run, tile->ys, tile->n, table_length);
    }
    bool only_block = tile->rows->n <= run.lanes;
    for (size_t from = 0; from < tile->rows->n; from += run.lanes) {
        size_t n = lesser(run.lanes, tile->rows->n - from);
        set_rows(tile, &run, from, n);
        if (!same) {
            run_code(&run, &run.plan->along_x, n);
        }
        for (size_t i = 0; i < (same ? 1 : tile->n); i++) {
            run_set_y(&run, tile->ys, i, table_length);
            sum_block(tile, &run, i, n, only_block);
        }
    }
    for (size_t o = 0; same && o < run.plan->n_outputs; o++) {
        for (size_t i = 1; i < tile->n; i++) {
            tile->sums[o * tile->length + i] = tile->sums[o * tile->length];
            tile->rests[o * tile->length + i] = tile->rests[o * tile->length];
        }
    }
}

/* A chunk of rows at a block of points, the sums in the plan's output slots. */
static void add_rows(const struct tile *tile, const struct run *run, size_t from, size_t n_rows,
                     size_t at, size_t n, size_t table_length)
{
    const struct plan *plan = run->plan;
    for (size_t r = 0; r < n_rows; r++) {
        if (r % ROWS_TOGETHER == 0) {
            for (size_t o = 0; o < plan->n_outputs; o++) {
                memset(run->slots[plan_output_slot(plan, o)], 0, run->lanes * sizeof(double));
            }
        }
        run_set_y(run, tile->ys, r, table_length);
        if (tile->rows->weight) {
            run->values[program_n_values(run->program)] = tile->rows->weight[from + r];
        }
        run_code(run, plan_final(plan), n);
        if (r % ROWS_TOGETHER == ROWS_TOGETHER - 1 || r + 1 == n_rows) {
            for (size_t o = 0; o < plan->n_outputs; o++) {
                size_t to = o * tile->length + at;
                add_all(&tile->sums[to], &tile->rests[to], run->slots[plan_output_slot(plan, o)],
                        n);
            }
        }
    }
}

/* Lanes over points, one row after another. */
static void sum_along_points(const struct tile *tile)
{
    const struct factored *factored = tile->factored;
    unsigned char *axes = run_axes(tile->space, factored->cores);
    for (size_t v = 0; v < factored->n_variables; v++) {
        axes[v] = v >= factored->n_free ? AXIS_Y : tile->step[v] ? AXIS_X : AXIS_NONE;
    }
    struct run run = run_new(tile->space, factored->cores, axes,
                             tile->rows->weight ? PLAN_ACCUMULATE_WEIGHTED : PLAN_ACCUMULATE);
    set_constants(tile, &run);
    size_t table_length = run_round_up(lesser(tile->rows->n, MOST_ROWS));
    run_lay_out(&run, tile->n, table_length);
    run_once(&run);
    for (size_t o = 0; o < run.plan->n_outputs; o++) {
        run.slots[plan_output_slot(run.plan, o)] = run.staged_outputs + o * run.lanes;
    }
    for (size_t from = 0; from < tile->rows->n; from += MOST_ROWS) {
        size_t n_rows = lesser(MOST_ROWS, tile->rows->n - from);
        for (size_t k = 0; k < run.plan->n_ys; k++) {
            tile->ys[k] = tile->rows->column[run.plan->ys[k] - factored->n_free] + from;
        }
        run_along_y(&run, tile->ys, n_rows, table_length);
        for (size_t at = 0; at < tile->n; at += run.lanes) {
            size_t n = lesser(run.lanes, tile->n - at);
            for (size_t i = 0; i < run.plan->n_inputs; i++) {
                run_set_input(&run, i, point_of(tile, run.plan->inputs[i]), at, n, true);
            }
            run_code(&run, &run.plan->along_x, n);
            add_rows(tile, &run, from, n_rows, at, n, table_length);
        }
    }
}

static void evaluate_scales(const struct tile *tile)
{
    const struct factored *factored = tile->factored;
    static const double nothing = 0; /* the rows, of which they do not depend */
    struct program_space *space = tile->space;
    rows_reserve_vars(space, factored->n_variables + 1);
    double **outs = rows_reserve_outs(space, factored->scales->n_outputs + 1);
    for (size_t v = 0; v < factored->n_variables; v++) {
        bool is_free = v < factored->n_free;
        space->row_vars[v] = is_free ? point_of(tile, v) : &nothing;
        space->row_steps[v] = is_free ? tile->step[v] : 0;
    }
    for (size_t s = 0; s < factored->scales->n_outputs; s++) {
        outs[s] = tile->scales + s * tile->length;
    }
    program_eval(factored->scales, space, space->row_vars, space->row_steps, tile->n, outs);
}

static double total_weight(const struct rows *rows)
{
    double sum = (double)rows->n, rest = 0;
    for (size_t r = 0; rows->weight && r < rows->n; r++) {
        sum = r == 0 ? 0 : sum;
        add_all(&sum, &rest, &rows->weight[r], 1);
    }
    return sum + rest;
}

static void deliver(const struct tile *tile, double weight, double *const *out)
{
    for (size_t o = 0; o < tile->factored->n_outputs; o++) {
        const struct factored_output *output = &tile->factored->outputs[o];
        const double *scale =
            output->scale == FACTORED_ONE ? NULL : tile->scales + output->scale * tile->length;
        bool summed = output->core != FACTORED_ONE;
        size_t from = summed ? output->core * tile->length : 0;
        for (size_t i = 0; i < tile->n; i++) {
            double total = summed ? tile->sums[from + i] + tile->rests[from + i] : weight;
            out[o][tile->at + i] = (scale ? scale[i] : output->constant) * total;
        }
    }
}

static void sum_tile(struct tile *tile)
{
    const struct rows *rows = tile->rows;
    size_t n_cores = tile->factored->cores->n_outputs;
    if (n_cores > 0) {
        memset(tile->sums, 0, 2 * n_cores * tile->length * sizeof *tile->sums);
        if (rows->n >= tile->n || rows->n >= ENOUGH_ROWS || rows->n_columns == 0) {
            sum_along_rows(tile);
        } else {
            sum_along_points(tile);
        }
    }
    if (tile->factored->scales->n_outputs > 0) {
        evaluate_scales(tile);
    }
}

void factored_sum(const struct factored *factored, struct program_space *space,
                  const double *const *vars, const int *step, size_t n_points,
                  const struct rows *rows, double *const *out)
{
    assert(factored->n_variables == factored->n_free + rows->n_columns);
    for (size_t o = 0; rows->n == 0 && o < factored->n_outputs; o++) {
        memset(out[o], 0, n_points * sizeof *out[o]);
    }
    if (rows->n == 0 || n_points == 0) {
        return;
    }
    size_t n_cores = factored->cores->n_outputs, n_scales = factored->scales->n_outputs;
    size_t length = TILE_NUMBERS / (2 * n_cores + n_scales + 1);
    length = lesser(length > LEAST_POINTS ? length : LEAST_POINTS, MOST_POINTS);
    length = run_round_up(lesser(length, n_points));
    struct tile tile = {.factored = factored,
                        .space = space,
                        .vars = vars,
                        .step = step,
                        .rows = rows,
                        .length = length};
    tile.sums = rows_reserve_sums(space, (2 * n_cores + n_scales) * length + n_cores);
    tile.rests = tile.sums + n_cores * length;
    tile.scales = tile.rests + n_cores * length;
    tile.terms = tile.scales + n_scales * length;
    tile.ys = reserve_ys(space, factored->n_variables + 1);
    double weight = total_weight(rows);
    for (tile.at = 0; tile.at < n_points; tile.at += length) {
        tile.n = lesser(length, n_points - tile.at);
        sum_tile(&tile);
        deliver(&tile, weight, out);
    }
}

/* The program factored, made now unless it was among the last few. */
static const struct factored *find_factored(struct program_space *space,
                                            const struct program *program, size_t n_free)
{
    size_t at = 0;
    while (at < N_FACTORED - 1 && space->factored[at] &&
           !(space->factored[at]->signature == program->signature &&
             space->factored[at]->n_free == n_free)) {
        at++;
    }
    struct factored *found = space->factored[at];
    if (!found || found->signature != program->signature || found->n_free != n_free) {
        factored_free(found);
        found = factored_new(program, n_free);
    }
    memmove(space->factored + 1, space->factored, at * sizeof *space->factored);
    space->factored[0] = found;
    return found;
}

void program_sum(const struct program *program, struct program_space *space, size_t n_free,
                 const double *const *vars, size_t n_points, const struct rows *rows,
                 double *const *out)
{
    assert(!program->rows && program->n_variables == n_free + rows->n_columns);
    const struct factored *factored = find_factored(space, program, n_free);
    factored_sum(factored, space, vars, reserve_steps(space, n_free), n_points, rows, out);
}
