/* Programs over rows: the same body for every row of a table, summed or laid side by side. */
#include "program_private.h"

#include <assert.h>
#include <string.h>

#include "interval_private.h"
#include "cusp/mem.h"

enum { TILE = 512 }; /* rows at a time */

static double weight_of(const struct rows *rows, size_t r)
{
    return rows->weight ? rows->weight[r] : 1;
}

static void scale(double *values, size_t n, double weight)
{
    for (size_t i = 0; weight != 1 && i < n; i++) {
        values[i] *= weight;
    }
}

void rows_eval(const struct program *program, struct program_space *space,
               const double *const *vars, const int *step, size_t n_points, double *const *out)
{
    const struct program_rows *rows = program->rows;
    const struct program *body = rows->body;
    size_t n_free = program->n_variables;
    if (rows->summed) {
        factored_sum(rows->factored, space, vars, step, n_points, &rows->table, out);
        return;
    }
    rows_reserve_vars(space, body->n_variables + 1);
    for (size_t v = 0; v < n_free; v++) {
        space->row_vars[v] = vars[v];
        space->row_steps[v] = step[v];
    }
    for (size_t r = 0; r < rows->table.n; r++) {
        for (size_t c = 0; c < rows->table.n_columns; c++) {
            space->row_vars[n_free + c] = rows->table.column[c] + r;
            space->row_steps[n_free + c] = 0;
        }
        double *const *to = out + r * body->n_outputs;
        program_eval(body, space, space->row_vars, space->row_steps, n_points, to);
        for (size_t o = 0; o < body->n_outputs; o++) {
            scale(to[o], n_points, weight_of(&rows->table, r));
        }
    }
}

void rows_eval_grid(const struct program *program, struct program_space *space, size_t vx,
                    size_t vy, const double *rest, const double *x, size_t nx, const double *y,
                    size_t ny, double *const *out)
{
    size_t n = program->n_variables;
    const double **vars = mem_new(n, sizeof *vars);
    int *step = mem_new(n, sizeof *step);
    double **line = mem_new(program->n_outputs + 1, sizeof *line);
    for (size_t v = 0; v < n; v++) {
        vars[v] = v == vx ? x : rest + v;
        step[v] = v == vx;
    }
    for (size_t iy = 0; iy < ny; iy++) {
        vars[vy] = y + iy;
        for (size_t o = 0; o < program->n_outputs; o++) {
            line[o] = out[o] + iy * nx;
        }
        rows_eval(program, space, vars, step, nx, line);
    }
    mem_free(vars);
    mem_free(step);
    mem_free(line);
}

void rows_point(const struct program *program, struct program_space *space, const double *w,
                double *out)
{
    const struct program_rows *rows = program->rows;
    const struct program *body = rows->body;
    size_t n_free = program->n_variables;
    rows_reserve_vars(space, body->n_variables + 1);
    for (size_t v = 0; v < n_free; v++) {
        space->row_vars[v] = w + v;
        space->row_steps[v] = 0;
    }
    if (rows->summed) {
        double **each = mem_new(body->n_outputs + 1, sizeof *each);
        for (size_t o = 0; o < body->n_outputs; o++) {
            each[o] = out + o;
        }
        const double **vars = mem_new(n_free + 1, sizeof *vars);
        int *step = mem_new(n_free + 1, sizeof *step);
        for (size_t v = 0; v < n_free; v++) {
            vars[v] = w + v;
        }
        factored_sum(rows->factored, space, vars, step, 1, &rows->table, each);
        mem_free(each);
        mem_free(vars);
        mem_free(step);
        return;
    }
    double *term = rows_reserve_sums(space, body->n_outputs * TILE);
    double **outs = rows_reserve_outs(space, body->n_outputs);
    for (size_t o = 0; o < body->n_outputs; o++) {
        outs[o] = term + o * TILE;
    }
    for (size_t from = 0; from < rows->table.n; from += TILE) {
        size_t n = rows->table.n - from < TILE ? rows->table.n - from : TILE;
        for (size_t c = 0; c < rows->table.n_columns; c++) {
            space->row_vars[n_free + c] = rows->table.column[c] + from;
            space->row_steps[n_free + c] = 1;
        }
        program_eval(body, space, space->row_vars, space->row_steps, n, outs);
        for (size_t r = 0; r < n; r++) {
            double weight = weight_of(&rows->table, from + r);
            for (size_t o = 0; o < body->n_outputs; o++) {
                out[(from + r) * body->n_outputs + o] = weight * outs[o][r];
            }
        }
    }
}

void rows_interval(const struct program *program, struct program_space *space,
                   const struct interval *w, struct interval *out)
{
    const struct program_rows *rows = program->rows;
    const struct program *body = rows->body;
    size_t n_outputs = body->n_outputs;
    struct interval *box = mem_new(body->n_variables + 1, sizeof *box);
    struct interval *term = mem_new(n_outputs + 1, sizeof *term);
    memcpy(box, w, program->n_variables * sizeof *box);
    for (size_t o = 0; rows->summed && o < n_outputs; o++) {
        out[o] = interval_of(0, 0);
    }
    for (size_t r = 0; r < rows->table.n; r++) {
        for (size_t c = 0; c < rows->table.n_columns; c++) {
            double value = rows->table.column[c][r];
            box[program->n_variables + c] = interval_of(value, value);
        }
        program_interval(body, space, box, term);
        struct interval weight =
            interval_of(weight_of(&rows->table, r), weight_of(&rows->table, r));
        for (size_t o = 0; o < n_outputs; o++) {
            if (rows->table.weight) {
                interval_apply(OP_MUL, 0, &term[o], &weight, NULL, &term[o]);
            }
            if (rows->summed) {
                interval_apply(OP_ADD, 0, &out[o], &term[o], NULL, &out[o]);
            } else {
                out[r * n_outputs + o] = term[o];
            }
        }
    }
    mem_free(box);
    mem_free(term);
}

void rows_free(struct program_rows *rows)
{
    if (!rows) {
        return;
    }
    program_free(rows->body);
    factored_free(rows->factored);
    mem_free(rows->memory);
    mem_free(rows->columns);
    mem_free(rows);
}

struct program *program_new_rows(const struct dag *dag, const uint32_t *outputs, size_t n_outputs,
                                 size_t n_free, const struct rows *rows, bool summed)
{
    assert(dag_n_variables(dag) == n_free + rows->n_columns);
    struct program *program = mem_new(1, sizeof *program);
    struct program_rows *own = mem_new(1, sizeof *own);
    own->body = program_new(dag, outputs, n_outputs);
    own->summed = summed;
    own->factored = summed ? factored_new(own->body, n_free) : NULL;
    own->memory = mem_new((rows->n_columns + 1) * (rows->n + 1), sizeof *own->memory);
    own->columns = mem_new(rows->n_columns + 1, sizeof *own->columns);
    double *at = own->memory;
    for (size_t c = 0; c < rows->n_columns; c++, at += rows->n) {
        own->columns[c] = at;
        memcpy(at, rows->column[c], rows->n * sizeof *at);
    }
    own->table = (struct rows){.n = rows->n, .n_columns = rows->n_columns, .column = own->columns};
    if (rows->weight) {
        memcpy(at, rows->weight, rows->n * sizeof *at);
        own->table.weight = at;
    }
    program->rows = own;
    program->n_variables = n_free;
    program->n_outputs = summed ? n_outputs : rows->n * n_outputs;
    program->n_steps = own->body->n_steps;
    return program;
}
