/* A few rows in place of many: the data in cells of inputs and output, each cell as the corners of
   a simplex with its weight, centre and covariances. Their gradient moves trajectories, whose
   acceptance then looks at all the data. */
#include "force.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { SPREAD_PROBES = 6, MOST_LABELS = 8, MOST_AXES = 4 };

/* Whether the output's spread is the same at every w. */
static bool spread_is_fixed(const struct model *model, struct program_space *space)
{
    const struct likelihood *likelihood = model->likelihood;
    size_t n_inputs = likelihood->n_inputs;
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1] = {0};
    struct rng rng = rng_stream(0x666f7263, 1);
    for (size_t j = 0; j < n_inputs; j++)
        at[model->dim + j] = likelihood->input_low[j] +
                             0.382 * (likelihood->input_high[j] - likelihood->input_low[j]);
    double first = NAN;
    for (size_t try = 0; try < SPREAD_PROBES; try++) {
        double sd;
        for (size_t k = 0; k < model->dim; k++)
            at[k] = model->params[k].low +
                    rng_uniform(&rng) * (model->params[k].high - model->params[k].low);
        program_point(likelihood->sd, space, at, &sd);
        if (try > 0 && sd != first)
            return false;
        first = sd;
    }
    return isfinite(first);
}

void force_init(struct force *force, const struct model *model, struct program_space *space)
{
    *force = (struct force){0};
    if (model->likelihood == NULL)
        return;
    const struct likelihood *likelihood = model->likelihood;
    force->averages_y = !likelihood->discrete && likelihood->n_inputs > 0 &&
                        strcmp(likelihood->output_kind, "normal") == 0 && likelihood->sd != NULL &&
                        spread_is_fixed(model, space);
    force->columns = mem_new(likelihood->n_inputs + 1, sizeof *force->columns);
}

void force_done(struct force *force)
{
    mem_free(force->order);
    mem_free(force->numbers);
    mem_free(force->columns);
}

/* What cells are made from. */
struct cutter {
    const struct rows *rows;
    size_t *order;
    size_t n_axes;      /* columns that cells are narrow in */
    const double *unit; /* [n_axes] a column's range */
    double *out;        /* [n_columns + 1][n_rows], weight first */
    size_t n_rows, made;
};

static double weight_of(const struct rows *rows, size_t r)
{
    return rows->weight != NULL ? rows->weight[r] : 1;
}

static double *out_column(const struct cutter *cutter, size_t c)
{
    return cutter->out + (c + 1) * cutter->n_rows;
}

static void emit_as_they_are(struct cutter *cutter, size_t from, size_t to)
{
    const struct rows *rows = cutter->rows;
    for (size_t i = from; i < to; i++, cutter->made++) {
        cutter->out[cutter->made] = weight_of(rows, cutter->order[i]);
        for (size_t c = 0; c < rows->n_columns; c++)
            out_column(cutter, c)[cutter->made] = rows->column[c][cutter->order[i]];
    }
}

/* Weight, means and covariances of a cell. */
struct moments {
    double weight, mean[LIKELIHOOD_MAX_INPUTS + 1];
    double covariance[MOST_AXES][LIKELIHOOD_MAX_INPUTS + 1]; /* of an axis with a column */
};

static void find_moments(const struct cutter *cutter, size_t from, size_t to, struct moments *m)
{
    const struct rows *rows = cutter->rows;
    *m = (struct moments){0};
    for (size_t i = from; i < to; i++)
        m->weight += weight_of(rows, cutter->order[i]);
    for (size_t c = 0; c < rows->n_columns; c++) {
        double sum = 0, first = rows->column[c][cutter->order[from]];
        for (size_t i = from; i < to; i++)
            sum += weight_of(rows, cutter->order[i]) * (rows->column[c][cutter->order[i]] - first);
        m->mean[c] = first + sum / m->weight;
    }
    for (size_t i = from; i < to; i++) {
        size_t r = cutter->order[i];
        double share = weight_of(rows, r) / m->weight;
        for (size_t a = 0; a < cutter->n_axes && a < MOST_AXES; a++) {
            double off = share * (rows->column[a][r] - m->mean[a]);
            for (size_t c = a; c < rows->n_columns; c++)
                m->covariance[a][c] += off * (rows->column[c][r] - m->mean[c]);
        }
    }
}

/* covariance ← the rows of the upper Cholesky factor, continued over the columns that are no axes:
   their regression on the axes. */
static void factorise(struct moments *m, size_t n_axes, size_t n_columns)
{
    for (size_t a = 0; a < n_axes; a++) {
        double pivot = m->covariance[a][a], scale = pivot;
        for (size_t b = 0; b < a; b++)
            pivot -= m->covariance[b][a] * m->covariance[b][a];
        double root = pivot > 1e-12 * scale ? sqrt(pivot) : 0;
        for (size_t c = a; c < n_columns; c++) {
            double rest = m->covariance[a][c];
            for (size_t b = 0; b < a; b++)
                rest -= m->covariance[b][a] * m->covariance[b][c];
            m->covariance[a][c] = root > 0 ? rest / root : 0;
        }
    }
}

/* Corner j of the regular simplex of n + 1 corners around 0, whose mean square is 1 along any
   direction. */
static void simplex_corner(size_t n, size_t j, double *u)
{
    for (size_t k = 0; k < n; k++) {
        double down = sqrt((double)(n + 1) / (double)((k + 1) * (k + 2)));
        u[k] = j <= k ? -down : j == k + 1 ? down * (double)(k + 1) : 0;
    }
}

static void emit(struct cutter *cutter, size_t from, size_t to)
{
    size_t n_axes = cutter->n_axes <= MOST_AXES ? cutter->n_axes : 0;
    size_t n_columns = cutter->rows->n_columns;
    double u[MOST_AXES];
    struct moments m;
    if (to - from <= n_axes + 1) {
        emit_as_they_are(cutter, from, to);
        return;
    }
    find_moments(cutter, from, to, &m);
    factorise(&m, n_axes, n_columns);
    for (size_t j = 0; j <= n_axes; j++, cutter->made++) {
        simplex_corner(n_axes, j, u);
        cutter->out[cutter->made] = m.weight / (double)(n_axes + 1);
        for (size_t c = 0; c < n_columns; c++) {
            double x = m.mean[c];
            for (size_t a = 0; a < n_axes && a <= c; a++)
                x += m.covariance[a][c] * u[a];
            out_column(cutter, c)[cutter->made] = x;
        }
    }
}

static size_t widest(const struct cutter *cutter, size_t from, size_t to)
{
    size_t best = 0;
    double most = -1;
    for (size_t c = 0; c < cutter->n_axes; c++) {
        const double *x = cutter->rows->column[c];
        double low = INFINITY, high = -INFINITY;
        for (size_t i = from; i < to; i++) {
            double value = x[cutter->order[i]];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        double width = cutter->unit[c] > 0 ? (high - low) / cutter->unit[c] : 0;
        if (width > most) {
            most = width;
            best = c;
        }
    }
    return best;
}

/* Puts the `at`-th smallest of x in its place among order[from..to), smaller ones before it. */
static void select_place(size_t *order, const double *x, size_t from, size_t to, size_t at)
{
    while (to - from > 1) {
        double pivot = x[order[from + (to - from) / 2]];
        size_t low = from, high = to - 1;
        for (;;) {
            while (x[order[low]] < pivot)
                low++;
            while (x[order[high]] > pivot)
                high--;
            if (low >= high)
                break;
            size_t swap = order[low];
            order[low++] = order[high];
            order[high--] = swap;
        }
        /* [from, low) ≤ pivot ≤ [low, to) */
        if (low == from)
            low++;
        if (at < low)
            to = low;
        else
            from = low;
    }
}

static void cut(struct cutter *cutter, size_t from, size_t to, size_t cells)
{
    if (to - from < 2 || cells < 2) {
        emit(cutter, from, to);
        return;
    }
    size_t left = cells / 2, middle = from + (to - from) * left / cells;
    middle = middle == from ? from + 1 : middle;
    select_place(cutter->order, cutter->rows->column[widest(cutter, from, to)], from, to, middle);
    cut(cutter, from, middle, left);
    cut(cutter, middle, to, cells - left);
}

/* Rows of one label after another; the last place of each in ends. 0 if there are too many. */
static size_t group_labels(const double *y, size_t n, size_t *order, size_t *ends)
{
    size_t n_labels = 0, done = 0;
    while (done < n) {
        if (n_labels == MOST_LABELS)
            return 0;
        double label = y[order[done]];
        for (size_t i = done; i < n; i++) {
            if (y[order[i]] == label) {
                size_t swap = order[done];
                order[done++] = order[i];
                order[i] = swap;
            }
        }
        ends[n_labels++] = done;
    }
    return n_labels;
}

static void reserve(struct force *force, size_t n, size_t n_columns, size_t n_rows)
{
    if (force->capacity < n) {
        mem_free(force->order);
        force->order = mem_new(n, sizeof *force->order);
        force->capacity = n;
    }
    if (force->n_rows < n_rows) {
        mem_free(force->numbers);
        force->numbers = mem_new(n_rows, (n_columns + 1) * sizeof *force->numbers);
        force->n_rows = n_rows;
    }
}

static double range_of(const double *x, size_t n)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    return high - low;
}

bool force_fill(struct force *force, const struct model *model, const struct data_rows *rows,
                size_t n_cells)
{
    size_t n = rows->rows.n, n_columns = rows->rows.n_columns, ends[MOST_LABELS], n_labels = 1;
    double unit[LIKELIHOOD_MAX_INPUTS + 1];
    reserve(force, n, n_columns, (n_cells + MOST_LABELS) * (MOST_AXES + 1));
    for (size_t i = 0; i < n; i++)
        force->order[i] = i;
    ends[0] = n;
    if (model->likelihood->discrete)
        n_labels = group_labels(rows->rows.column[n_columns - 1], n, force->order, ends);
    if (n_labels == 0)
        return false;
    struct cutter cutter = {.rows = &rows->rows,
                            .order = force->order,
                            .n_axes = force->averages_y ? n_columns - 1 : n_columns,
                            .unit = unit,
                            .out = force->numbers,
                            .n_rows = force->n_rows};
    for (size_t c = 0; c < n_columns; c++)
        unit[c] = range_of(rows->rows.column[c], n);
    for (size_t g = 0, from = 0; g < n_labels; from = ends[g++]) {
        size_t share = (ends[g] - from) * n_cells / n;
        cut(&cutter, from, ends[g], share > 0 ? share : 1);
    }
    for (size_t c = 0; c < n_columns; c++)
        force->columns[c] = force->numbers + (c + 1) * force->n_rows;
    force->rows = *rows;
    force->rows.rows.n = cutter.made;
    force->rows.rows.column = force->columns;
    force->rows.rows.weight = force->numbers;
    force->rows.n_obs = (double)cutter.made;
    return true;
}
