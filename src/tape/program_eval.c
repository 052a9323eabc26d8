/* A program over many points or a grid of them, block by block. */
#include "run.h"

#include <assert.h>
#include <string.h>

static void point_outputs(const struct run *run, double *const *out, size_t at, size_t n)
{
    for (size_t o = 0; o < run->plan->n_outputs; o++) {
        run->slots[plan_output_slot(run->plan, o)] =
            n % KERNEL_LANES == 0 ? out[o] + at : run->staged_outputs + o * run->lanes;
    }
}

static void deliver_outputs(const struct run *run, double *const *out, size_t at, size_t n)
{
    for (size_t o = 0; n % KERNEL_LANES != 0 && o < run->plan->n_outputs; o++) {
        memcpy(out[o] + at, run->staged_outputs + o * run->lanes, n * sizeof(double));
    }
}

void program_eval(const struct program *program, struct program_space *space,
                  const double *const *vars, const int *step, size_t n_points, double *const *out)
{
    if (n_points == 0) {
        return;
    }
    if (program->rows) {
        rows_eval(program, space, vars, step, n_points, out);
        return;
    }
    unsigned char *axes = run_axes(space, program);
    for (size_t v = 0; v < program->n_variables; v++) {
        axes[v] = step[v] != 0 ? AXIS_X : AXIS_NONE;
    }
    struct run run = run_new(space, program, axes, PLAN_KEEP);
    for (size_t v = 0; v < program->n_variables; v++) {
        run.values[v] = vars[v][0];
    }
    run_lay_out(&run, n_points, 0);
    run_once(&run);
    for (size_t at = 0; at < n_points; at += run.lanes) {
        size_t n = n_points - at < run.lanes ? n_points - at : run.lanes;
        for (size_t i = 0; i < run.plan->n_inputs; i++) {
            run_set_input(&run, i, vars[run.plan->inputs[i]], at, n, false);
        }
        point_outputs(&run, out, at, n);
        run_code(&run, &run.plan->along_x, n);
        deliver_outputs(&run, out, at, n);
    }
}

static void run_rows(const struct run *run, const double *y, size_t ny, size_t table_length,
                     size_t at, size_t n, size_t nx, double *const *out)
{
    for (size_t iy = 0; iy < ny; iy++) {
        run_set_y(run, &y, iy, table_length);
        point_outputs(run, out, iy * nx + at, n);
        run_code(run, &run->plan->inner, n);
        deliver_outputs(run, out, iy * nx + at, n);
    }
}

void program_eval_grid(const struct program *program, struct program_space *space, size_t vx,
                       size_t vy, const double *rest, const double *x, size_t nx, const double *y,
                       size_t ny, double *const *out)
{
    assert(vx != vy && vx < program->n_variables && vy < program->n_variables);
    if (nx == 0 || ny == 0) {
        return;
    }
    if (program->rows) {
        rows_eval_grid(program, space, vx, vy, rest, x, nx, y, ny, out);
        return;
    }
    unsigned char *axes = run_axes(space, program);
    axes[vx] = AXIS_X;
    axes[vy] = AXIS_Y;
    struct run run = run_new(space, program, axes, PLAN_KEEP);
    memcpy(run.values, rest, program->n_variables * sizeof *rest);
    size_t table_length = run_round_up(ny);
    run_lay_out(&run, nx, table_length);
    run_once(&run);
    run_along_y(&run, &y, ny, table_length);
    for (size_t at = 0; at < nx; at += run.lanes) {
        size_t n = nx - at < run.lanes ? nx - at : run.lanes;
        run_set_input(&run, 0, x, at, n, ny > 8);
        run_code(&run, &run.plan->along_x, n);
        run_rows(&run, y, ny, table_length, at, n, nx, out);
    }
}
