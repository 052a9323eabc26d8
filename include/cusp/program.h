/* A linear program for a few outputs of a graph: evaluated over blocks of points by vector kernels
   chosen at run time, over one point, or over a box. */
#ifndef CUSP_PROGRAM_H
#define CUSP_PROGRAM_H

#include "cusp/dag.h"
#include "cusp/interval.h"

#include <stddef.h>

struct program;       /* immutable: may be used by many threads, each with its own workspace */
struct program_space; /* scratch registers of one thread, for any program it is asked to run */

/* outputs: [n_outputs] nodes of dag. The program keeps nothing of the graph. */
struct program *program_new(const struct dag *dag, const uint32_t *outputs, size_t n_outputs);
void program_free(struct program *program);
size_t program_n_outputs(const struct program *program);
size_t program_n_variables(const struct program *program);
size_t program_n_steps(const struct program *program); /* instructions, for tests and doctor */

struct program_space *program_space_new(void);
void program_space_free(struct program_space *space);

/* Evaluates at n_points points.  vars: [n_variables] arrays, vars[v][i·step[v]] is variable v at
   point i, with step[v] 0 (the same for all points) or 1.  out: [n_outputs] arrays of n_points. NaN
   where undefined; the caller decides. Values do not depend on block boundaries or on the
   instruction set by more than 4 ulp a step. out may not overlap vars. */
void program_eval(const struct program *program, struct program_space *space,
                  const double *const *vars, const int *step, size_t n_points, double *const *out);

/* Over the grid x[nx] × y[ny] of variables vx and vy, others at rest[v]: out[o][iy·nx + ix]. Work
   that depends on one axis only is done once a line. */
void program_eval_grid(const struct program *program, struct program_space *space, size_t vx,
                       size_t vy, const double *rest, const double *x, size_t nx, const double *y,
                       size_t ny, double *const *out);

/* At one point w[n_variables]: out[n_outputs]. Fast for a single point. */
void program_point(const struct program *program, struct program_space *space, const double *w,
                   double *out);

/* Enclosures over the box w[n_variables]: out[n_outputs]. */
void program_interval(const struct program *program, struct program_space *space,
                      const struct interval *w, struct interval *out);

/* The name of the instruction set in use ("avx512f", "avx2", "sse2", "generic"), for doctor.
   `program_use_isa` forces a lesser one for tests (also by the environment variable CUSP_ISA);
   ST_UNABLE if the processor lacks it. */
const char *program_isa(void);
CUSP_MUST_USE enum status program_use_isa(const char *name);

#endif
